"""An analysis declares its command beside its function, and the command line is made of that."""

import importlib.util
import inspect
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Unpack

import pytest
from click.testing import CliRunner

import sourcing
from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.case_solver import UnprovenPlans
from sourcing.analyses.registry import COMMON, AnalysisOption, analysis, command_of
from sourcing.cli.commands import COMMANDS, WITHIN, command_named
from sourcing.cli.declared_commands import command_for
from sourcing.errors import ScenarioError
from sourcing.model.templates import Formulation
from sourcing.public_names import PUBLIC_NAMES
from sourcing.solver.highs import Status
from sourcing.solver.solution import Solution
from sourcing.solver.solver import Solver
from sourcing.solver.stamp import Program
from tests.building import small


@dataclass(frozen=True, eq=False, repr=False)
class Echo(Answer):
    """What was asked."""


@analysis(
    AnalysisOption("--points", "How many.", int, 3, 26),
    AnalysisOption("--of", "Of what.", metavar="NAME"),
    AnalysisOption("--by", "Which.", choices=("price", "duration"), multiple=True),
    text="""Say what was asked.

    And nothing else.
    """,
    gap=1e-5,
    time_limit=20.0,
)
def echo(
    source: str, of: str, *, points: int = 7, by: Sequence[str] = ("all",), **options: Unpack[AnalysisKeywords]
) -> Echo:
    asked = AnalysisOptions(**options)
    common = f"{asked.time_limit} {asked.overrides} {asked.gap}"
    return Echo("asked", "USD", (f"{source} {of} {points} {'+'.join(by)} {common}",))


def said(*arguments: str) -> str:
    done = CliRunner().invoke(command_for(echo), ["a.yaml", *arguments])
    return done.output if done.exit_code else done.output.splitlines()[-1].removeprefix("- ")


def test_what_is_not_given_has_the_default_of_the_function() -> None:
    assert said("--of", "x") == "a.yaml x 7 all 20.0 () 1e-05"


def test_what_is_given_comes_to_the_argument_of_the_same_name() -> None:
    given = ("--of", "x", "--points", "3", "--time-limit", "2", "--by", "price", "--by", "duration", "--set", "a=1")
    assert said(*given) == "a.yaml x 3 price+duration 2.0 ('a=1',) 1e-05"


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
        analysis(AnalysisOption("--points", "How many."))(lambda source: Echo("", "", ()))
    with pytest.raises(KeyError, match="points"):
        analysis(points=3)(lambda source: Echo("", "", ()))


def test_every_analysis_takes_the_same_options_and_states_them() -> None:
    """By the same names in Python and on the command line, `executor` and `progress` being things of Python."""
    asked = {name: getattr(sourcing, name) for name, module in PUBLIC_NAMES.items() if ".analyses." in module}
    assert len(asked) == 13
    assert all(set(COMMON) <= inspect.signature(function).parameters.keys() for function in asked.values())
    for name in asked.keys() - WITHIN.keys():
        typed = {option.name for option in command_named(name).params}
        assert {"overrides", "gap", "time_limit", "workers"} <= typed
    assert inspect.signature(sourcing.quote).parameters["time_limit"].default == 20.0


@pytest.mark.parametrize(
    ("options", "why"), [({"gap": 2}, "gap: 2"), ({"time_limit": 0}, "time_limit: 0"), ({"workers": 0}, "workers: 0")]
)
def test_options_that_mean_nothing_are_refused(options: Any, why: str) -> None:
    with pytest.raises(ScenarioError, match=why):
        echo("a.yaml", "x", **options)


def test_an_option_that_is_none_is_a_mistake_of_the_call() -> None:
    with pytest.raises(TypeError, match="gaap"):
        echo("a.yaml", "x", gaap=1)  # type: ignore[call-arg]


# A source at home for 100 USD/kg, one far away for 60 that may be shut from February on, a need of 10 t a month.
PERHAPS = small(
    3,
    title="two sources, one of which may be shut",
    site="plant",
    suppliers={"a": "Japan", "b": "China"},
    offers={"near": {"supplier": "a", "price": "100 USD/kg"}, "far": {"supplier": "b", "price": "60 USD/kg"}},
    stock={"dy": {"end": {"value": "0 USD/kg"}}},
    demand={"motors": {"need": "10 t/month", "shortage": {"lost": {"cost": "1000 USD/kg"}}}},
    futures={
        "calm": {"probability": 0.7},
        "ban": {
            "probability": 0.3,
            "restrictions": {"stop": {"where": {"origin": "China"}, "from": "2027-02", "approval": 0}},
        },
    },
)


@analysis()
def hasty(source: str, **options: Unpack[AnalysisKeywords]) -> Echo:
    asked = AnalysisOptions(**options)
    asked.unproven.note("optimal", 1e-5)
    results = dict(asked.results(cut_short, [0.02, 0.03]))
    return Echo("hasty", "USD", (str(results),))


def cut_short(task: float, unproven: UnprovenPlans) -> float:
    unproven.note("feasible", task)
    return 2 * task


@pytest.mark.parametrize("workers", [1, 2])
def test_plans_that_time_cut_short_are_told_wherever_they_were_made(workers: int) -> None:
    results, remark = hasty("a.yaml", workers=workers, time_limit=1).sentences
    assert eval(results) == {0: 0.04, 1: 0.06}
    assert remark.startswith("2 plans were cut short by the time limit, proven within 3 % at worst")


ASKED: dict[str, dict[str, Any]] = {
    "alternatives": {},
    "frontier": {},
    "tornado": {},
    "value": {},
    "survival": {"stock": "today"},
    "breakeven": {"of": "offers.far"},
    "quote": {"offer": "supplier: trader, material: dy, volume: 1 t, price: 90 USD/kg, arrives: 2027-02"},
    "stress": {"futures": 2, "live": 2, "replications": 0},
    "sweep": {"vary": ["size=1, 2"]},
}


@pytest.mark.parametrize("name", ASKED)
def test_every_analysis_tells_plans_that_time_cut_short(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver says of each plan that it was not proven; whoever solves in an analysis must take it down."""
    solve = Solver.solve

    def unproven(self: Solver, formulation: Formulation, program: Program) -> Solution:
        solution = solve(self, formulation, program)
        return replace(solution, status=Status.FEASIBLE, gap=0.02)

    monkeypatch.setattr(Solver, "solve", unproven)
    answer = getattr(sourcing, name)(PERHAPS, time_limit=100, **ASKED[name])
    assert "plans were cut short by the time limit, proven within 2 % at worst" in answer.sentences[-1]
    assert "cut short" not in " ".join(getattr(sourcing, name)(PERHAPS, **ASKED[name] | {"time_limit": None}).sentences)


def test_without_a_limit_nothing_is_cut_short_by_it() -> None:
    assert len(hasty("a.yaml").sentences) == 1


def test_what_others_run_is_an_executor() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert eval(hasty("a.yaml", executor=pool).sentences[0]) == {0: 0.04, 1: 0.06}


def test_every_command_has_a_module_or_is_declared() -> None:
    alone = [name for name in COMMANDS if importlib.util.find_spec(f"sourcing.cli.{name}_command") is None]
    assert alone == ["alternatives", "breakeven", "frontier", "quote", "survival", "tornado", "value"]
    assert all(command_of(getattr(sourcing, name)) for name in alone)
