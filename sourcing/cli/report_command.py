"""sourcing report."""

from pathlib import Path

import click

from sourcing.advise import solve
from sourcing.briefing import briefing
from sourcing.cli import INTERRUPTED
from sourcing.cli.solve_command import Watcher, listening
from sourcing.errors import SolveError
from sourcing.plan import Plan, load_plan
from sourcing.reports import check_file, write
from sourcing.reports.words import TONGUES, Tongue


@click.command()
@click.argument("source", metavar="FILE|PLAN", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="report.html, .xlsx, .md or .pdf.")
@click.option("--language", type=click.Choice(TONGUES), default="en", show_default=True, help="Of the report.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
@click.option("--gap", type=click.FloatRange(0, 1), default=1e-4, show_default=True, help="Relative gap to prove.")
@click.option("--time-limit", type=click.FloatRange(0, min_open=True), help="Seconds; the best plan found is reported.")
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
def command(
    source: Path,
    out: Path,
    language: Tongue,
    overrides: tuple[str, ...],
    gap: float,
    time_limit: float | None,
    quiet: bool,
) -> int:
    """The page a board reads, with the pages behind it: of a scenario file, or of a plan saved by `solve --out`."""
    check_file(out)
    if source.is_dir():
        if overrides:
            raise click.UsageError(f"'{source}' is a saved plan, --set changes a scenario; name the scenario file")
        write(briefing(load_plan(source)), out, language)
        return 0
    watcher = Watcher(quiet)
    plan = _solved(source, overrides, gap, time_limit, watcher)
    write(briefing(plan), out, language)
    return INTERRUPTED if watcher.stopped and plan.status != "optimal" else 0


def _solved(file: Path, overrides: tuple[str, ...], gap: float, time_limit: float | None, watcher: Watcher) -> Plan:
    """The plan of a scenario; when it is interrupted, the best found so far."""
    try:
        with listening(watcher):
            return solve(file, gap=gap, time_limit=time_limit, overrides=overrides, watch=watcher)
    except SolveError:
        if watcher.stopped:
            raise KeyboardInterrupt from None
        raise
