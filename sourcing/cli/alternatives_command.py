"""sourcing alternatives."""

import sys
from pathlib import Path

import click

from sourcing.analyses.tradeoffs.alternatives import alternatives
from sourcing.cli.analysis_output import ProgressBar, options, reply


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--within", default="2 %", show_default=True, help="How much more a plan may cost than the best one.")
@options
def command(
    file: Path, within: str, overrides: tuple[str, ...], gap: float, out: Path | None, form: str, quiet: bool
) -> None:
    """Plans that cost almost the same and buy elsewhere: what is forced, what is free.

    The range of every supplier's share, contracts and qualifications that every such plan needs or rules out, and a few
    whole plans that differ most from the best one.
    """
    found = alternatives(file, within=within, overrides=overrides, gap=gap, progress=ProgressBar(quiet))
    reply(found, form, out, sys.stdout)
