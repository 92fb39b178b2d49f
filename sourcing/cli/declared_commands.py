"""The command of an analysis, made of what the analysis declares."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sourcing.analyses.answer import Answer
from sourcing.analyses.registry import AnalysisCommand, AnalysisOption, command_of
from sourcing.cli.analysis_output import ProgressBar, options, reply


def command_for(analysis: Callable[..., Answer]) -> click.Command:
    """A file, the options of the analysis, and those of every analysis; see `options` and `reply`."""
    declared = command_of(analysis)

    def run(file: Path, out: Path | None, form: str, quiet: bool, **chosen: Any) -> None:
        asked = {name: value for name, value in chosen.items() if value is not None and value != ()}
        reply(analysis(file, progress=ProgressBar(quiet), **asked), form, out, sys.stdout)

    decorated = options(run, declared.default("gap"), declared.default("time_limit"))
    for option in reversed(declared.options):
        decorated = _option(declared, option)(decorated)
    decorated = click.argument("file", type=click.Path(path_type=Path))(decorated)
    return click.command(help=declared.help)(decorated)


def _option(declared: AnalysisCommand, option: AnalysisOption) -> Callable[..., Any]:
    default = None if option.multiple else declared.default(option.argument)
    known = {} if default is None else {"default": default, "show_default": True}  # to click even None is a default
    return click.option(
        option.name,
        type=_type(option),
        required=declared.is_required(option.argument),
        multiple=option.multiple,
        metavar=option.metavar,
        help=option.help,
        **known,
    )


def _type(option: AnalysisOption) -> Any:
    if option.choices:
        return click.Choice(option.choices)
    if option.least is None and option.most is None:
        return option.kind
    return (click.IntRange if option.kind is int else click.FloatRange)(option.least, option.most)  # type: ignore[arg-type]
