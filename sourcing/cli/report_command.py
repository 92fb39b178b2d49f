"""sourcing report: the page a board reads, as HTML, workbook, Markdown or PDF, in English or Japanese."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from sourcing.briefing import brief
from sourcing.cli.accept_edited import accept_edited, of_edited
from sourcing.cli.analysis_output import WORKERS
from sourcing.cli.solve_command import Watcher, listening
from sourcing.cli.streams import say
from sourcing.errors import SolveError
from sourcing.interrupts import INTERRUPTED
from sourcing.reports.catalogue_words import TONGUES, Tongue
from sourcing.reports.findings import Findings
from sourcing.reports.writing import check_file, write


@click.command()
@click.argument("source", metavar="FILE|PLAN", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="report.html, .xlsx, .md or .pdf.")
@click.option("--language", type=click.Choice(TONGUES), default="en", show_default=True, help="Of the report.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
@click.option("--gap", type=click.FloatRange(0, 1), default=1e-4, show_default=True, help="Relative gap to prove.")
@click.option(
    "--time-limit", type=click.FloatRange(0, min_open=True), help="Seconds for the plan; the best so far is reported."
)
@click.option("--deep", is_flag=True, help="Fresh futures lived, losses with the plan's stock too: takes many minutes.")
@click.option(
    "--history", metavar="NAME", help="Live the decision through recorded events, as `stress --history` does."
)
@accept_edited
@WORKERS
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
def command(
    source: Path,
    out: Path,
    language: Tongue,
    overrides: tuple[str, ...],
    gap: float,
    time_limit: float | None,
    deep: bool,
    history: str | None,
    accept_edited: bool,
    workers: int,
    quiet: bool,
) -> int:
    """The page a board reads, with the pages behind it: of a scenario file, or of a plan saved by `solve --out`.

    Of a saved plan its own scenario is solved again, with the gap and the time limit that it was solved with.
    """
    check_file(out)
    if source.is_dir() and overrides:
        raise click.UsageError(f"'{source}' is a saved plan, --set changes a scenario; name the scenario file")
    watcher = Watcher(quiet)
    ask = partial(
        brief,
        source,
        overrides=overrides,
        gap=gap,
        time_limit=time_limit,
        watch=watcher,
        deep=deep,
        history=history,
        accept_edited=accept_edited,
        workers=workers,
    )
    with of_edited(accept_edited):
        findings = _asked(ask, watcher)
        write(findings, out, language)
    return INTERRUPTED if watcher.stopped and findings.plan.status != "optimal" else 0


def _asked(ask: Callable[..., Findings], watcher: Watcher) -> Findings:
    """What is found about a scenario; when the plan is interrupted, about the best found so far."""

    def step(part: str) -> None:
        if watcher.stopped and not watcher.planned and part != "plan":
            say("interrupted: the report is made of the best plan so far; Ctrl-C again ends it")
        watcher.planned = part != "plan"  # what is worked out beside it has no best so far
        if not watcher.quiet:
            say(f"working out: {part}")

    try:
        with listening(watcher):
            return ask(step=step)
    except SolveError:
        if watcher.stopped:
            raise KeyboardInterrupt from None
        raise
