"""What an analysis says of its command, beside the function itself: from this the command line is made."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class AnalysisOption:
    """An option of a command, which is an argument of the function by the same name and has its default.

    name: with dashes, as it is typed. kind: of the value, int, float or str. least, most: bounds of a number. choices:
    the words that it may be, if not any. multiple: it may be given several times.
    """

    name: str
    help: str
    kind: type = str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    metavar: str | None = None
    multiple: bool = False

    @property
    def argument(self) -> str:
        """Name of the argument of the function."""
        return self.name.removeprefix("--").replace("-", "_")


@dataclass(frozen=True)
class AnalysisCommand:
    """The command of an analysis. arguments: of its function, by name."""

    help: str
    options: tuple[AnalysisOption, ...]
    arguments: Mapping[str, inspect.Parameter]

    def default(self, argument: str) -> Any:
        """The default of an argument; None where there is none to show."""
        default = self.arguments[argument].default
        return None if default is inspect.Parameter.empty else default

    def is_required(self, argument: str) -> bool:
        """Whether there is no default."""
        return self.arguments[argument].default is inspect.Parameter.empty


_commands: dict[Callable[..., Any], AnalysisCommand] = {}


def analysis(*options: AnalysisOption, text: str) -> Callable[[Function], Function]:
    """Declare the command of an analysis: a function of a `Source`, `overrides`, `gap` and the options to an `Answer`.

    text: what `--help` says, a line and what follows it. Raises KeyError where an option is no argument.
    """

    def declared(function: Function) -> Function:
        arguments = inspect.signature(function).parameters
        for option in options:
            if option.argument not in arguments:
                raise KeyError(f"{option.name}: {function.__name__} has no argument '{option.argument}'")
        _commands[function] = AnalysisCommand(text, options, arguments)
        return function

    return declared


def command_of(function: Callable[..., Any]) -> AnalysisCommand:
    """The command that an analysis declares. Raises KeyError where it declares none."""
    return _commands[function]
