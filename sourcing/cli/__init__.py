"""The command line. A command is a module of its own or made of what its analysis declares, loaded when called."""

import contextlib
import difflib
import gc
import importlib
import importlib.util
import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from typing import Any

import click

from sourcing.cli.streams import abandon, prepare, say
from sourcing.errors import ScenarioError, SolveError
from sourcing.interrupts import INTERRUPTED, raise_again

COMMANDS = {
    "solve": "The plan for a scenario: what to sign, qualify, order and hold.",
    "sweep": "The plan at many points of what is varied, and where it changes.",
    "report": "The page a board reads, as HTML, workbook, Markdown or PDF, in English or Japanese.",
    "frontier": "Expected cost against the worst outcomes, and against shortage.",
    "value": "What it would be worth to know the future, and what planning for the average costs.",
    "stress": "Fresh futures, lived month by month, beside perfect foresight and rules of thumb.",
    "survival": "How long needs are met when a supplier, a country, a route or a feed is lost.",
    "compare": "Plans beside each other, beside rules of thumb; regret.",
    "tornado": "Every uncertain number at both ends: what it does to the bill and to the decision.",
    "breakeven": "The price, probability or duration at which a choice turns.",
    "quote": "Whether to take a lot that is offered once, and the most to pay for it.",
    "replan": "This month's orders beside last month's plan: what changes, and because of what.",
    "alternatives": "Plans that cost almost the same and buy elsewhere: what is forced, what is free.",
    "check": "Validate a scenario; show its tree and the size of its program.",
    "tree": "The scenario tree, branch by branch, and how generated futures were drawn.",
    "show": "The scenario as resolved, with the place and source of every number; or a regime.",
    "new": "Write a commented scenario that solves.",
    "migrate": "Rewrite a scenario file of an earlier version, where keys are called otherwise now.",
    "list": "What is shipped: importer models, regimes.",
    "data": "Tables of facts and their rows; prices converted step by step.",
    "schema": "The JSON Schema of scenario files.",
}


class NoReaderError(Exception):
    """Nobody reads the answer any more."""


class LazyCommands(click.Group):
    """Commands by name, imported when called, so that --help stays light."""

    def make_context(self, *arguments: Any, **extra: Any) -> click.Context:
        """Make the context as click does, help included. Raises NoReaderError."""
        with _reading():
            return super().make_context(*arguments, **extra)

    def invoke(self, context: click.Context) -> Any:
        """Run the command. Raises NoReaderError."""
        with _reading():
            return super().invoke(context)

    def list_commands(self, context: click.Context) -> list[str]:
        """Names in order of use."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command:
        """The command, with an import only if it is run."""
        if name not in COMMANDS:
            near = difflib.get_close_matches(name, COMMANDS)
            hint = f"did you mean {', '.join(near)}? " if near else ""
            context.fail(f"there is no command '{name}'; {hint}there are: {', '.join(COMMANDS)}")
        command = command_named(name)
        gc.freeze()  # what the libraries made stays; it need not be looked through at every collection
        raise_again()
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Help lines from the list, not from the modules."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def command_named(name: str) -> click.Command:
    """A module of that name has the command; else it is that of the analysis of that name, as this declares it."""
    if importlib.util.find_spec(f"sourcing.cli.{name}_command") is not None:
        own: click.Command = importlib.import_module(f"sourcing.cli.{name}_command").command
        return own
    analysis = getattr(importlib.import_module("sourcing"), name)
    made: click.Command = importlib.import_module("sourcing.cli.analysis_command").command_for(analysis)
    return made


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sourcing")
def cli() -> None:
    """Sourcing of critical materials under export controls.

    Which suppliers to contract and qualify, what to pay for supply outside China, how many days to stockpile, when to
    draw it down: `sourcing solve scenario.yaml`.
    """


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """A reader that goes away, as `| head` does, is no error; click would make it one."""
    try:
        yield
    except BrokenPipeError:
        raise NoReaderError from None


def main(arguments: list[str] | None = None) -> None:
    """Run, and turn what goes wrong into a message and an exit code: 1 no plan, 2 input, 130 interrupted."""
    if not _debugging():
        warnings.simplefilter("ignore")  # of the libraries, to whom they are of use
    prepare()
    code = 0
    try:
        result: Any = cli.main(args=arguments, prog_name="sourcing", standalone_mode=False)
        code = result if isinstance(result, int) else 0
        sys.stdout.flush()
    except ScenarioError as error:
        code = _say(str(error), 2)
    except SolveError as error:
        code = _say(str(error), 1)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        with contextlib.suppress(OSError):
            error.show()
        code = 2
    except (KeyboardInterrupt, click.Abort):
        code = _say("interrupted", INTERRUPTED)
    except (NoReaderError, BrokenPipeError):
        pass
    except OSError as error:
        code = _say(f"the answer cannot be written ({error.strerror or error})", 1)
    except MemoryError:
        code = _say("out of memory; ask for fewer periods or futures", 1)
    except Exception as error:
        code = _defect(error)
    abandon()
    sys.exit(code)


def _say(message: str, code: int) -> int:
    say(message)
    return code


def _debugging() -> bool:
    return bool(os.environ.get("SOURCING_DEBUG"))


def _defect(error: Exception) -> int:
    """What nobody foresaw: one line for the planner, the traceback for who asks for it."""
    if _debugging():
        traceback.print_exception(error)
    said = " ".join(str(error).split())[:200]
    cause = type(error).__name__ + (f": {said}" if said else "")
    cure = "please report it with the scenario; SOURCING_DEBUG=1 shows where"
    return _say(f"this is a defect of sourcing ({cause}); {cure}", 1)
