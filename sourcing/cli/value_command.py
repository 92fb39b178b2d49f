"""sourcing value."""

import sys
from pathlib import Path

import click
from click.core import ParameterSource

from sourcing.analyses.value import value
from sourcing.cli.replies import options, reply

FINE = 1e-6  # differences of costs need smaller gaps than costs


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@options
@click.pass_context
def command(
    context: click.Context, file: Path, overrides: tuple[str, ...], gap: float, out: Path | None, form: str, quiet: bool
) -> None:
    """What it would be worth to know the future, and what planning for the average would cost. Gap by default 1e-6."""
    stated = context.get_parameter_source("gap") is ParameterSource.COMMANDLINE
    reply(value(file, overrides=overrides, gap=gap if stated else FINE), form, out, sys.stdout)
