"""sourcing frontier."""

import sys
from pathlib import Path

import click

from sourcing.analyses.tradeoffs.frontier import frontier
from sourcing.cli.analysis_output import ProgressBar, options, reply


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--points", type=click.IntRange(3, 26), default=7, show_default=True, help="Of each front.")
@options
def command(
    file: Path, points: int, overrides: tuple[str, ...], gap: float, out: Path | None, form: str, quiet: bool
) -> None:
    """Expected cost against the worst outcomes, and against shortage: the knee, and what the next million buys.

    Each point is the best plan for some weighting of the two; a step from one to the next says what it costs and what
    it buys. The weight of a point is what `risk: {weight: ...}` would choose it.
    """
    reply(
        frontier(file, overrides=overrides, points=points, gap=gap, progress=ProgressBar(quiet)), form, out, sys.stdout
    )
