"""sourcing solve: the plan for a scenario: what to sign, qualify, order and hold."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from sourcing.cli.plan_output import write
from sourcing.cli.streams import say
from sourcing.errors import SolveError
from sourcing.figures import ENGLISH
from sourcing.interrupts import INTERRUPTED
from sourcing.outcome.plan_folder import check_target
from sourcing.pipeline.plan_scenario import solve
from sourcing.solver.highs import Progress
from sourcing.solver.strategy import Strategy

STRATEGIES = click.Choice([each.value for each in Strategy])
EVERY = 1.0  # seconds between lines of progress


@dataclass
class Watcher:
    """Shows progress on stderr and passes Ctrl-C on to the solver, which then keeps its best plan."""

    quiet: bool
    stopped: bool = False
    planned: bool = False
    last: float = 0.0

    def __call__(self, progress: Progress) -> bool:
        if not self.quiet and progress.seconds - self.last >= EVERY:
            self.last = progress.seconds
            say(_line(progress))
        return self.stopped

    def stop(self, number: int, frame: object) -> None:
        """First Ctrl-C: stop and keep the incumbent; second, or first when there is a plan already: stop at once."""
        if self.stopped or self.planned:
            raise KeyboardInterrupt
        self.stopped = True


def _line(progress: Progress) -> str:
    """Seconds and gap; the solver's own unit of money would say nothing."""
    has_plan = progress.incumbent < float("inf")
    return f"{progress.seconds:6.0f} s  " + (f"gap {ENGLISH.gap(progress.gap)}" if has_plan else "no plan yet")


@contextmanager
def listening(watcher: Watcher) -> Iterator[None]:
    """Ctrl-C goes to the watcher meanwhile."""
    before = signal.signal(signal.SIGINT, watcher.stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the tables as CSV and a manifest.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
@click.option("--gap", type=click.FloatRange(0, 1), default=1e-4, show_default=True, help="Relative gap to prove.")
@click.option("--time-limit", type=click.FloatRange(0, min_open=True), help="Seconds; the best plan so far is given.")
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True, help="Of the solver.")
@click.option("--strategy", type=STRATEGIES, default="auto", show_default=True, help="As one, or cut into subtrees.")
@click.option(
    "--workers", type=click.IntRange(0, 64), default=1, show_default=True, help="Processes that solve subtrees."
)
@click.option("--quick", is_flag=True, help="Without the cases of half and double probabilities and shortage costs.")
@click.option("--stable", is_flag=True, help="Try plans that look further beyond the end: what depends on that.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv", "md"]), default="text", show_default=True)
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
def command(
    file: Path,
    out: Path | None,
    overrides: tuple[str, ...],
    gap: float,
    time_limit: float | None,
    threads: int,
    strategy: str,
    workers: int,
    quick: bool,
    stable: bool,
    form: str,
    quiet: bool,
) -> int:
    """The plan for a scenario: advice, cost and risk beside what is done today, tables, what cannot be promised."""
    if out is not None:
        check_target(out)
    watcher = Watcher(quiet)
    try:
        with listening(watcher):
            plan = solve(
                file,
                gap=gap,
                time_limit=time_limit,
                threads=threads,
                overrides=overrides,
                watch=watcher,
                strategy=strategy,
                workers=max(workers, 1),
                quick=quick,
                stable=stable,
            )
    except SolveError:
        if watcher.stopped:
            raise KeyboardInterrupt from None
        raise
    try:
        if out is not None:
            plan.save(out)
    finally:
        write(plan, form, sys.stdout)
    return INTERRUPTED if watcher.stopped and plan.status != "optimal" else 0
