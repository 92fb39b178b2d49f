"""What an analysis declares beside its function: its command, and its defaults of the options of every analysis."""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar, cast

from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.case_solver import UnprovenPlans
from sourcing.worker_processes import pool_of

Function = TypeVar("Function", bound=Callable[..., Answer])
EVERY_ANALYSIS = """overrides, gap, time_limit, workers, executor, progress: as every analysis takes them.

""" + inspect.cleandoc((AnalysisOptions.__doc__ or "").partition("\n")[2])
COMMON = tuple(AnalysisKeywords.__annotations__)  # names of the options that every analysis takes


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
    """The command of an analysis. arguments: of its function, by name, those that every analysis takes included."""

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


def analysis(*options: AnalysisOption, text: str = "", **defaults: Any) -> Callable[[Function], Function]:
    """Declare an analysis: a function of a `Source`, the options and `AnalysisKeywords` to an `Answer`.

    options: of its command, beside those that every analysis takes. text: what `--help` says, a line and what follows
    it. defaults: of `AnalysisOptions`, where the analysis has others. The function is called with `executor` set where
    there is anything that shares out work, and plans that time cut short are told in the answer.

    Raises KeyError where an option is no argument.
    """

    def declared(function: Function) -> Function:
        signature = _signature(function, defaults)
        for option in options:
            if option.argument not in signature.parameters:
                raise KeyError(f"{option.name}: {function.__name__} has no argument '{option.argument}'")

        @functools.wraps(function)
        def called(*arguments: Any, **given: Any) -> Answer:
            signature.bind(*arguments, **given)  # raises TypeError where that is no call of it
            named = defaults | given
            common = AnalysisOptions(**{name: value for name, value in named.items() if name in COMMON})
            return _answer(function, arguments, named, common)

        called.__signature__ = signature  # type: ignore[attr-defined]
        called.__doc__ = f"{inspect.cleandoc(function.__doc__ or '')}\n\n{EVERY_ANALYSIS}"
        _commands[called] = AnalysisCommand(text, options, signature.parameters)
        return cast(Function, called)

    return declared


def _answer(
    function: Callable[..., Answer], arguments: tuple[Any, ...], named: Mapping[str, Any], common: AnalysisOptions
) -> Answer:
    """Carry an analysis out with worker processes where they are asked for."""
    unproven = UnprovenPlans()
    with pool_of(common.workers, common.executor) as pool:
        answer = function(*arguments, **{**named, "executor": pool, "unproven": unproven})
    remark = unproven.sentence() if common.time_limit is not None else ""
    return replace(answer, sentences=(*answer.sentences, remark)) if remark else answer


def _signature(function: Callable[..., Any], defaults: Mapping[str, Any]) -> inspect.Signature:
    """The signature of a function with the options that every analysis takes spelt out. Raises KeyError for a default
    of something else."""
    if unknown := defaults.keys() - set(COMMON):
        raise KeyError(f"{function.__name__}: {', '.join(sorted(unknown))} is no option that every analysis takes")
    own = inspect.signature(function)
    plain = [one for one in own.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
    known = {one.name: one.default for one in fields(AnalysisOptions)}
    common = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=defaults.get(name, known[name]),
            annotation=AnalysisKeywords.__annotations__[name],
        )
        for name in COMMON
    ]
    return own.replace(parameters=[*plain, *common])


def command_of(function: Callable[..., Any]) -> AnalysisCommand:
    """The command that an analysis declares. Raises KeyError where it declares none."""
    return _commands[function]
