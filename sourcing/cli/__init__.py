"""The command line: commands are found in `commands`, and loaded when they are called."""

import contextlib
import difflib
import gc
import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from typing import Any

import click

from sourcing.cli.commands import COMMANDS, SECTIONS, command_named, help_line
from sourcing.cli.streams import abandon, prepare, say
from sourcing.errors import ScenarioError, SolveError
from sourcing.interrupts import INTERRUPTED, raise_again


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
        """A line for each command, read off its file: nothing is imported."""
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, help_line(name)) for name in names])


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
