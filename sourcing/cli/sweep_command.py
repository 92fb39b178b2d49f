"""sourcing sweep."""

import sys
from pathlib import Path

import click

from sourcing.analyses.sweep import sweep
from sourcing.cli.replies import Bar, options, reply


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--vary", multiple=True, required=True, metavar="PATH=LOW:HIGH:COUNT", help="What is varied; several make a grid."
)
@click.option("--samples", type=click.IntRange(1, 100_000), help="So many points spread over the ranges, not a grid.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the samples.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes, each a part.")
@options
def command(
    file: Path,
    vary: tuple[str, ...],
    samples: int | None,
    seed: int,
    workers: int,
    overrides: tuple[str, ...],
    gap: float,
    out: Path | None,
    form: str,
    quiet: bool,
) -> None:
    """The plan at each point of what is varied, and where it changes: --vary "futures.'full ban'.probability=0:0.6:25".

    A value may have a unit: --vary "offers.'lynas dy'.price=300:900:7 USD/kg". With --out a sweep that was stopped goes
    on where it ended.
    """
    found = sweep(
        file,
        vary,
        overrides=overrides,
        count=samples,
        seed=seed,
        workers=workers,
        out=out,
        gap=gap,
        progress=Bar(quiet),
    )
    reply(found, form, out, sys.stdout)
