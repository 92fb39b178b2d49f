"""sourcing stress: the analysis of that name, or with --history that of recorded events."""

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from sourcing.analyses.registry import command_of
from sourcing.analyses.robustness.history import HISTORIES, history
from sourcing.analyses.robustness.stress import stress
from sourcing.cli.analysis_output import ProgressBar, options, reply


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--futures", type=click.IntRange(2, 100_000), default=1000, show_default=True, help="Fresh futures.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the futures.")
@click.option("--live", type=click.IntRange(2, 100_000), default=50, show_default=True, help="How many are lived.")
@click.option(
    "--replications", type=click.IntRange(0, 100), default=5, show_default=True, help="Plans for other draws."
)
@click.option("--history", "events", metavar="NAME", help=f"Live recorded events instead: {', '.join(HISTORIES)}.")
@partial(options, gap=command_of(stress).default("gap"))
def command(
    file: Path,
    futures: int,
    seed: int,
    live: int,
    replications: int,
    events: str | None,
    out: Path | None,
    form: str,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Fresh futures, some of them lived month by month without foresight, beside habits.

    Futures that a file draws (regimes, licences, fluctuations) are drawn anew; typed ones are varied.

    With --history the futures feared in the file are lived through what came: the file says as_of and when it begins.
    """
    progress = ProgressBar(quiet)
    if events is not None:
        reply(history(file, events, progress=progress, **chosen), form, out, sys.stdout)
        return
    chosen |= {"futures": futures, "seed": seed, "live": live, "replications": replications}
    reply(stress(file, progress=progress, **chosen), form, out, sys.stdout)
