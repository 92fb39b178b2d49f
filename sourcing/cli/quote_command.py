"""sourcing quote."""

import sys
from pathlib import Path

import click

from sourcing.analyses.quote import quote
from sourcing.cli.analysis_output import exact, reply


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--offer", required=True, metavar="LOT", help="supplier, material, volume, price, arrives; see above.")
@click.option("--time-limit", type=click.FloatRange(1), default=20.0, show_default=True, help="Seconds for each plan.")
@exact
def command(
    file: Path,
    offer: str,
    time_limit: float,
    overrides: tuple[str, ...],
    gap: float,
    out: Path | None,
    form: str,
    quiet: bool,
) -> None:
    """Whether to take a lot that is not in the file, the most to pay for it, and what other volumes are worth.

    --offer "supplier: trader, material: dysprosium-oxide, volume: 500 kg, price: 900 USD/kg, arrives: 2027-02".
    Besides: `site` where several need the material, `from` its country of origin, `paid` if it is not on arrival.
    """
    found = quote(file, offer, overrides=overrides, gap=gap, time_limit=time_limit)
    reply(found, form, out, sys.stdout)
