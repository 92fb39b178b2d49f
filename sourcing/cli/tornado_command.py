"""sourcing tornado."""

import sys
from pathlib import Path

import click

from sourcing.analyses.sensitivity.tornado import tornado
from sourcing.cli.analysis_output import ProgressBar, options, reply


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--default", type=float, metavar="SHARE", help="Range of prices, needs, capacities without one: 0.2.")
@click.option("--confirm", type=click.IntRange(0), default=20, show_default=True, help="Bars solved once more.")
@options
def command(
    file: Path,
    default: float | None,
    confirm: int,
    overrides: tuple[str, ...],
    gap: float,
    out: Path | None,
    form: str,
    quiet: bool,
) -> None:
    """Every number with a low and a high at both ends: what it does to cost and shortage, and to the decision.

    Probabilities without a range are taken at half and double. Changes of the decision of the longest bars are solved
    once more, to a gap of 1e-7, so that none is a tie.
    """
    found = tornado(file, default=default, confirmed=confirm, overrides=overrides, gap=gap, progress=ProgressBar(quiet))
    reply(found, form, out, sys.stdout)
