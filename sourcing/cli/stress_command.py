"""sourcing stress: the analysis of that name, or with --history that of recorded events."""

import sys
from functools import partial
from pathlib import Path

import click

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
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes, each some futures."
)
@click.option("--history", "events", metavar="NAME", help=f"Live recorded events instead: {', '.join(HISTORIES)}.")
@partial(options, gap=1e-3)  # it makes many plans
def command(
    file: Path,
    futures: int,
    seed: int,
    live: int,
    replications: int,
    workers: int,
    events: str | None,
    overrides: tuple[str, ...],
    gap: float,
    out: Path | None,
    form: str,
    quiet: bool,
) -> None:
    """Fresh futures, some of them lived month by month without foresight, beside habits.

    Futures that a file draws (regimes, licences, fluctuations) are drawn anew; typed ones are varied.

    With --history the futures feared in the file are lived through what came: the file says as_of and when it begins.
    """
    if events is not None:
        reply(history(file, events, overrides=overrides, gap=gap), form, out, sys.stdout)
        return
    found = stress(
        file,
        futures=futures,
        seed=seed,
        live=live,
        replications=replications,
        workers=workers,
        overrides=overrides,
        gap=gap,
        progress=ProgressBar(quiet),
    )
    reply(found, form, out, sys.stdout)
