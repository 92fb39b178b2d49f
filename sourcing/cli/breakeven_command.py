"""sourcing breakeven."""

import sys
from functools import partial
from pathlib import Path

import click

from sourcing.analyses.sensitivity.breakeven import KINDS, breakeven
from sourcing.cli.analysis_output import ProgressBar, options, reply


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--of", required=True, metavar="NAME", help="suppliers.X, offers.X, contracts.X, futures.X, rules.X.")
@click.option("--by", multiple=True, type=click.Choice(KINDS), help="What is varied; default all.")
@partial(options, gap=1e-5)
def command(
    file: Path,
    of: str,
    by: tuple[str, ...],
    overrides: tuple[str, ...],
    gap: float,
    out: Path | None,
    form: str,
    quiet: bool,
) -> None:
    """Why not otherwise: the price, probability or duration at which a choice turns.

    --of suppliers.lynas, offers.'lynas dy' or contracts.'lynas dy offtake': what would turn its choices. --of
    futures.'full ban' or rules.'no single country': which contracts and qualifications it turns, and where.
    """
    found = breakeven(file, of, by=by or KINDS, overrides=overrides, gap=gap, progress=ProgressBar(quiet))
    reply(found, form, out, sys.stdout)
