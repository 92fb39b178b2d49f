"""The options that every analysis takes, by the same names in Python and on the command line."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from sourcing.analyses.case_solver import CaseSolver, UnprovenPlans
from sourcing.analyses.progress import Progress
from sourcing.pipeline.option_checks import check_options, check_workers
from sourcing.solver.highs import Options
from sourcing.worker_processes import Pool, Result, Task, done


class AnalysisKeywords(TypedDict, total=False):
    """What may be given to every analysis, see `AnalysisOptions`."""

    overrides: tuple[str, ...]
    gap: float
    time_limit: float | None
    workers: int
    executor: Pool | None
    progress: Progress | None


@dataclass(frozen=True)
class AnalysisOptions:
    """How an analysis is carried out.

    overrides: as of `--set`. gap: relative, of the yes-or-no decisions of each plan. time_limit: seconds for each plan,
    of which the best found by then counts. workers: processes, where there is something to share out; the answer does
    not depend on them. executor: does what processes would, see `sourcing.worker_processes`. progress: called with the
    steps done and all of them.

    Raises ScenarioError where one means nothing.
    """

    overrides: tuple[str, ...] = ()
    gap: float = 1e-4
    time_limit: float | None = None
    workers: int = 1
    executor: Pool | None = None
    progress: Progress | None = None
    unproven: UnprovenPlans = field(default_factory=UnprovenPlans)  # which the answer tells, see `registry`

    def __post_init__(self) -> None:
        check_options(self.solver)
        check_workers(self.workers)

    @property
    def solver(self) -> Options:
        """What the solver is told of them."""
        return Options(self.gap, self.time_limit)

    def results(
        self, function: Callable[[Task, UnprovenPlans], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[int, Result]]:
        """The number of each task with its result, as it is done, here or by the executor.

        function: of a module, for it is sent to workers; it takes down the plans that time cut short.
        """
        for number, (result, gaps) in done(self.executor, functools.partial(_noted, function), tasks):
            self.unproven.gaps += gaps
            yield number, result

    def results_in_order(
        self,
        function: Callable[[Task, UnprovenPlans], Result],
        tasks: Sequence[Task],
        step: Callable[[Result], None],
    ) -> list[Result]:
        """The result of each task, in the order of the tasks, see `results`. step: called with each as it is done."""
        by_number: dict[int, Result] = {}
        for number, result in self.results(function, tasks):
            by_number[number] = result
            step(result)
        return [by_number[number] for number in range(len(tasks))]

    def case_solver(self, options: Options | None = None, *, prices: bool = False) -> CaseSolver:
        """Solves cases one after the other. options: of the solver, where they are others than `solver`."""
        return CaseSolver(options or self.solver, prices=prices, executor=self.executor, unproven=self.unproven)


def _noted(function: Callable[[Task, UnprovenPlans], Result], task: Task) -> tuple[Result, list[float]]:
    unproven = UnprovenPlans()
    return function(task, unproven), unproven.gaps
