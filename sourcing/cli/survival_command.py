"""sourcing survival."""

import sys
from pathlib import Path
from typing import Literal

import click

from sourcing.analyses.robustness.survival import survival
from sourcing.cli.analysis_output import ProgressBar, options, reply


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--lost", metavar="MONTH", help="When the plan's stock is put to the test; default after a third.")
@click.option(
    "--measures",
    type=click.Choice(("today", "none")),
    default="today",
    show_default=True,
    help="In force beside the loss; none lifts them.",
)
@click.option(
    "--stock",
    type=click.Choice(("today", "plan", "both")),
    default="both",
    show_default=True,
    help="Which stock the losses meet; today is the faster.",
)
@options
def command(
    file: Path,
    lost: str | None,
    measures: Literal["today", "none"],
    stock: Literal["today", "plan", "both"],
    overrides: tuple[str, ...],
    gap: float,
    out: Path | None,
    form: str,
    quiet: bool,
) -> None:
    """How long every need is met when a supplier, a country, a route, a site or a shared feed is lost.

    Without probabilities. Offers tagged `fed by Bayan Obo` or `fed by Bayan Obo, 50 %` are lost with what feeds them.
    """
    found = survival(
        file, overrides=overrides, lost=lost, measures=measures, stock=stock, gap=gap, progress=ProgressBar(quiet)
    )
    reply(found, form, out, sys.stdout)
