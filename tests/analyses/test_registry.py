"""An analysis declares its command beside its function, and the command line is made of that."""

import importlib.util
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

import sourcing
from sourcing.analyses.answer import Answer
from sourcing.analyses.registry import AnalysisOption, analysis, command_of
from sourcing.cli import COMMANDS
from sourcing.cli.analysis_command import command_for


@dataclass(frozen=True, eq=False, repr=False)
class Echo(Answer):
    """What was asked."""


@analysis(
    AnalysisOption("--points", "How many.", int, 3, 26),
    AnalysisOption("--time-limit", "Seconds.", float, 1),
    AnalysisOption("--of", "Of what.", metavar="NAME"),
    AnalysisOption("--by", "Which.", choices=("price", "duration"), multiple=True),
    text="""Say what was asked.

    And nothing else.
    """,
)
def echo(source, of, *, points=7, time_limit=20.0, by=("all",), overrides=(), gap=1e-5) -> Echo:  # type: ignore[no-untyped-def]
    return Echo("asked", "USD", (f"{source} {of} {points} {time_limit} {'+'.join(by)} {overrides} {gap}",))


def said(*arguments: str) -> str:
    done = CliRunner().invoke(command_for(echo), ["a.yaml", *arguments])
    return done.output if done.exit_code else done.output.splitlines()[-1].removeprefix("- ")


def test_what_is_not_given_has_the_default_of_the_function() -> None:
    assert said("--of", "x") == "a.yaml x 7 20.0 all () 1e-05"


def test_what_is_given_comes_to_the_argument_of_the_same_name() -> None:
    given = ("--of", "x", "--points", "3", "--time-limit", "2", "--by", "price", "--by", "duration", "--set", "a=1")
    assert said(*given) == "a.yaml x 3 2.0 price+duration ('a=1',) 1e-05"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [((), "Missing option '--of'"), (("--of", "x", "--points", "2"), "3<=x<=26"), (("--of", "x", "--by", "y"), "'y'")],
)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...], why: str) -> None:
    assert why in said(*arguments)


def test_help_shows_the_text_and_the_defaults() -> None:
    text = CliRunner().invoke(command_for(echo), ["--help"]).output
    assert "Say what was asked." in text
    assert "[default: 7; 3<=x<=26]" in " ".join(text.split())
    assert "[default: 1e-05; 0<=x<=1]" in " ".join(text.split())


def test_an_option_that_is_no_argument_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="points"):
        analysis(AnalysisOption("--points", "How many."), text="")(lambda source, overrides, gap: None)


def test_every_command_has_a_module_or_is_declared() -> None:
    alone = [name for name in COMMANDS if importlib.util.find_spec(f"sourcing.cli.{name}_command") is None]
    assert alone == ["frontier", "value", "survival", "tornado", "breakeven", "quote", "alternatives"]
    assert all(command_of(getattr(sourcing, name)) for name in alone)
