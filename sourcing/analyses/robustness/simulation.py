"""What comes of fresh futures: known from the start, lived month by month, and under habits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sourcing.analyses.analysis_options import AnalysisOptions
from sourcing.analyses.case_records import Record, course_totals
from sourcing.analyses.case_solver import CaseSolver, UnprovenPlans
from sourcing.analyses.progress import StepCounter
from sourcing.analyses.robustness.drawn_beliefs import DrawnBeliefs
from sourcing.analyses.robustness.out_of_sample import OutOfSample
from sourcing.analyses.robustness.replications import Replica, ReplicaResult, replicated
from sourcing.analyses.robustness.rolling_planner import Believe, Done, RollingPlanner, alone, begun, loosened
from sourcing.case import Case
from sourcing.outcome.outcome import Outcome
from sourcing.outcome.rules.ladder import followed
from sourcing.solver.highs import Options
from sourcing.worker_processes import Result, Task, portions

FEWEST = 40  # futures of a replication, where fewer are kept: of few the best plan knows too much
TOGETHER = 20  # futures that one worker solves with foresight, one after the other


@dataclass(frozen=True)
class FutureCost:
    """What a course of action came to in one future: cost [currency], and shortage."""

    cost: float
    read: Record


@dataclass(frozen=True)
class UnforeseenPeriod:
    """A period in which what had been seen was not foreseen, and what it was taken for."""

    period: int
    taken_for: str


@dataclass(frozen=True)
class SimulatedFuture:
    """A future lived: what it came to, habits beside it, what was not foreseen, whether rules or firm cover gave way
    and firm needs were missed."""

    cost_lived: FutureCost
    habits: Mapping[str, FutureCost]
    unseen: tuple[UnforeseenPeriod, ...]
    gave_way: bool
    missed: bool


@dataclass(frozen=True)
class ForesightTask:
    """Futures to be solved with perfect foresight, one after the other. case: prepared as it is lived."""

    case: Case
    options: Options
    futures: tuple[OutOfSample, ...]


def foresight(task: ForesightTask, unproven: UnprovenPlans) -> list[FutureCost]:
    """What each future comes to when it is known from the start. Raises SolveError when there is no plan."""
    solver, loose = CaseSolver(task.options, unproven=unproven), loosened(task.case)
    return [_cost(solver.of(alone(loose, fresh.future)).outcome) for fresh in task.futures]


@dataclass(frozen=True)
class SimulationTask:
    """A future to be lived. case: prepared; begun: what the plan does first."""

    case: Case
    options: Options
    believe: Believe
    begun: Done
    fresh: OutOfSample


def through(task: SimulationTask, unproven: UnprovenPlans) -> SimulatedFuture:
    """What comes of a future that is lived. Raises SolveError where it cannot be."""
    planner = RollingPlanner(task.case, task.options, task.believe, task.begun, unproven)
    lived = planner.live(task.fresh.future)
    stated = alone(loosened(task.case), task.fresh.future)
    habits = followed(stated.formulation, stated.data)
    return SimulatedFuture(
        _cost(lived.outcome),
        {name: _cost(outcome) for name, outcome in habits.items()},
        tuple(UnforeseenPeriod(*entry) for entry in lived.unseen),
        bool(lived.loose),
        bool(lived.failed),
    )


def _cost(outcome: Outcome) -> FutureCost:
    return FutureCost(float(outcome.future_cost[0]), course_totals(outcome))


# All of them ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FutureRun:
    """A fresh future: what came of it by course."""

    fresh: OutOfSample
    foresight: FutureCost
    lived: SimulatedFuture | None


@dataclass(frozen=True)
class StressInputs:
    """What is asked: the case as it is lived, fresh futures, and what an importer takes to follow what was seen."""

    case: Case
    options: Options
    fresh: tuple[OutOfSample, ...]
    believe: Believe
    live: int
    seed: int
    replications: int
    unproven: UnprovenPlans

    def rows(self, numbers: Sequence[int]) -> tuple[OutOfSample, ...]:
        """Some of the fresh futures, by their place."""
        return tuple(self.fresh[number] for number in numbers)

    @cached_property
    def importer(self) -> RollingPlanner:
        """The importer, who plans on the tree of the case and follows the plan as futures come."""
        return RollingPlanner(self.case, self.options, unproven=self.unproven)


def runs(inputs: StressInputs, asked: AnalysisOptions) -> tuple[list[FutureRun], list[ReplicaResult]]:
    """What comes of every future, and the replications; equal futures are worked out once.

    Steps are futures known, periods lived, and as many for a replication.
    """
    case, options, periods = inputs.case, inputs.options, len(inputs.case.calendar)
    different = sorted({future.first for future in inputs.fresh})
    simulated = sorted({future.first for future in inputs.fresh[: inputs.live]})
    batches = portions(different, TOGETHER)
    counted = StepCounter(asked.progress, TOGETHER * len(batches) + periods * (len(simulated) + inputs.replications))

    def results(function: Callable[[Task, UnprovenPlans], Result], tasks: Sequence[Task], steps: int) -> list[Result]:
        return asked.results_in_order(function, tasks, lambda _: counted(steps))

    first = begun(inputs.importer.plan)
    known = results(foresight, [ForesightTask(case, options, inputs.rows(batch)) for batch in batches], TOGETHER)
    by_row = dict(zip(different, (cost for batch in known for cost in batch), strict=True))
    lives = [SimulationTask(case, options, _about(inputs.believe, one), first, one) for one in inputs.rows(simulated)]
    lived = dict(zip(simulated, results(through, lives, periods), strict=True))
    count = max(len(case.futures), FEWEST)
    replicas = [Replica(case, options, count, inputs.seed, number + 1) for number in range(inputs.replications)]
    replicated_plans = results(replicated, replicas, periods)
    future_runs = [
        FutureRun(future, by_row[future.first], lived[future.first] if row < inputs.live else None)
        for row, future in enumerate(inputs.fresh)
    ]
    return future_runs, replicated_plans


def _about(believe: Believe, future: OutOfSample) -> Believe:
    """What is believed about a single future: a worker is not sent the others."""
    return believe.about(future.future) if isinstance(believe, DrawnBeliefs) else believe
