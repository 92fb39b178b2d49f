"""What comes of fresh futures: known from the start, lived month by month, and under habits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sourcing.analyses.case_records import Record, comes_to
from sourcing.analyses.case_solver import CaseSolver
from sourcing.analyses.progress import Progress, StepCounter
from sourcing.analyses.robustness.drawn_beliefs import DrawnBeliefs
from sourcing.analyses.robustness.out_of_sample import OutOfSample
from sourcing.analyses.robustness.replications import Replica, ReplicaResult, replicated
from sourcing.analyses.robustness.rolling_planner import Believe, Done, RollingPlanner, alone, begun, loosened
from sourcing.analyses.rules_of_thumb import lived as followed
from sourcing.analyses.worker_processes import Pool, Result, Task, done, pool_of
from sourcing.case import Case
from sourcing.outcome.outcome import Outcome
from sourcing.solver.highs import Options

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

    came: FutureCost
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


def foresight(task: ForesightTask) -> list[FutureCost]:
    """What each future comes to when it is known from the start. Raises SolveError when there is no plan."""
    walk, loose = CaseSolver(task.options), loosened(task.case)
    return [_came(walk.of(alone(loose, one.future)).outcome) for one in task.futures]


@dataclass(frozen=True)
class SimulationTask:
    """A future to be lived. case: prepared; begun: what the plan does first."""

    case: Case
    options: Options
    believe: Believe
    begun: Done
    fresh: OutOfSample


def through(task: SimulationTask) -> SimulatedFuture:
    """What comes of a future that is lived. Raises SolveError where it cannot be."""
    lived = RollingPlanner(task.case, task.options, task.believe, task.begun).live(task.fresh.future)
    habits = followed(alone(loosened(task.case), task.fresh.future))
    return SimulatedFuture(
        _came(lived.outcome),
        {name: _came(outcome) for name, outcome in habits.items()},
        tuple(UnforeseenPeriod(*entry) for entry in lived.unseen),
        bool(lived.loose),
        bool(lived.failed),
    )


def _came(outcome: Outcome) -> FutureCost:
    return FutureCost(float(outcome.future_cost[0]), comes_to(outcome))


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
    workers: int

    @cached_property
    def importer(self) -> RollingPlanner:
        """Who makes the plan."""
        return RollingPlanner(self.case, self.options)


def runs(asked: StressInputs, progress: Progress | None) -> tuple[list[FutureRun], list[ReplicaResult]]:
    """What comes of every future, and the replications; equal futures are worked out once.

    Steps are futures known, periods lived, and as many for a replication.
    """
    case, options, months = asked.case, asked.options, len(asked.case.calendar)
    different = sorted({one.first for one in asked.fresh})
    here = sorted({one.first for one in asked.fresh[: asked.live]})
    parts = [different[first : first + TOGETHER] for first in range(0, len(different), TOGETHER)]
    tell = StepCounter(progress, TOGETHER * len(parts) + months * (len(here) + asked.replications))
    at_first, ahead = begun(asked.importer.plan), [asked.fresh[row] for row in here]
    groups = [ForesightTask(case, options, tuple(asked.fresh[row] for row in part)) for part in parts]
    tasks = [SimulationTask(case, options, _about(asked.believe, one), at_first, one) for one in ahead]
    count = max(len(case.futures), FEWEST)
    replicas = [Replica(case, options, count, asked.seed, number + 1) for number in range(asked.replications)]
    with pool_of(asked.workers) as pool:
        whole = [came for found in _each(pool, foresight, groups, tell, TOGETHER) for came in found]
        known = dict(zip(different, whole, strict=True))
        lived = dict(zip(here, _each(pool, through, tasks, tell, months), strict=True))
        others = _each(pool, replicated, replicas, tell, months)
    found = [
        FutureRun(one, known[one.first], lived[one.first] if row < asked.live else None)
        for row, one in enumerate(asked.fresh)
    ]
    return found, others


def _each(
    pool: Pool, function: Callable[[Task], Result], tasks: Sequence[Task], tell: StepCounter, steps: int
) -> list[Result]:
    """What comes of each task, in their order."""
    found: dict[int, Result] = {}
    for number, result in done(pool, function, tasks):
        found[number] = result
        tell(steps)
    return [found[number] for number in range(len(tasks))]


def _about(believe: Believe, one: OutOfSample) -> Believe:
    """What is believed about a single future: a worker is not sent the others."""
    return believe.about(one.future) if isinstance(believe, DrawnBeliefs) else believe
