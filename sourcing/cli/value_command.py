"""sourcing value."""

import sys
from functools import partial
from pathlib import Path

import click

from sourcing.analyses.tradeoffs.value import value
from sourcing.cli.analysis_output import options, reply

FINE = 1e-6  # differences of costs need smaller gaps than costs


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@partial(options, gap=FINE)
def command(file: Path, overrides: tuple[str, ...], gap: float, out: Path | None, form: str, quiet: bool) -> None:
    """What it would be worth to know the future, and what planning for the average would cost."""
    reply(value(file, overrides=overrides, gap=gap), form, out, sys.stdout)
