"""sourcing stress."""

import sys
from pathlib import Path

import click

from sourcing.analyses.history import HISTORIES, history
from sourcing.analyses.stress import stress
from sourcing.cli.replies import Bar, coarse, reply


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--futures", type=click.IntRange(2, 100_000), default=1000, show_default=True, help="Fresh futures.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the futures.")
@click.option("--live", type=click.IntRange(2, 100_000), default=50, show_default=True, help="How many are lived.")
@click.option("--history", "events", metavar="NAME", help=f"Live recorded events instead: {', '.join(HISTORIES)}.")
@coarse
def command(
    file: Path,
    futures: int,
    seed: int,
    live: int,
    events: str | None,
    overrides: tuple[str, ...],
    gap: float,
    out: Path | None,
    form: str,
    quiet: bool,
) -> None:
    """Fresh futures, some of them lived month by month without foresight, beside habits.

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
        overrides=overrides,
        gap=gap,
        progress=Bar(quiet),
    )
    reply(found, form, out, sys.stdout)
