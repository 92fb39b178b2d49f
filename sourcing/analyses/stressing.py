"""What comes of fresh futures: known from the start, lived month by month, and under habits."""

from collections.abc import Mapping
from dataclasses import dataclass

from sourcing.analyses.fresh import Fresh
from sourcing.analyses.habits import lived as followed
from sourcing.analyses.living import Believe, Done, Importer, alone, loosened
from sourcing.analyses.readings import Record, comes_to
from sourcing.analyses.solving import Walk
from sourcing.case import Case
from sourcing.plan.outcome import Outcome
from sourcing.program.highs import Options


@dataclass(frozen=True)
class Came:
    """What a course of action came to in one future: cost [currency], and shortage."""

    cost: float
    read: Record


@dataclass(frozen=True)
class Month:
    """A period in which what had been seen was not foreseen, and what it was taken for."""

    period: int
    taken_for: str


@dataclass(frozen=True)
class Through:
    """A future lived: what it came to, habits beside it, what was not foreseen, whether rules or firm cover gave way
    and firm needs were missed."""

    came: Came
    habits: Mapping[str, Came]
    unseen: tuple[Month, ...]
    gave_way: bool
    missed: bool


@dataclass(frozen=True)
class Knowing:
    """Futures to be solved with perfect foresight, one after the other. case: prepared as it is lived."""

    case: Case
    options: Options
    futures: tuple[Fresh, ...]


def foresight(task: Knowing) -> list[Came]:
    """What each future comes to when it is known from the start. Raises SolveError when there is no plan."""
    walk, loose = Walk(task.options), loosened(task.case)
    return [_came(walk.of(alone(loose, one.future)).outcome) for one in task.futures]


@dataclass(frozen=True)
class Living:
    """A future to be lived. case: prepared; begun: what the plan does first."""

    case: Case
    options: Options
    believe: Believe
    begun: Done
    fresh: Fresh


def through(task: Living) -> Through:
    """What comes of a future that is lived. Raises SolveError where it cannot be."""
    lived = Importer(task.case, task.options, task.believe, task.begun).live(task.fresh.future)
    habits = followed(alone(loosened(task.case), task.fresh.future))
    return Through(
        _came(lived.outcome),
        {name: _came(outcome) for name, outcome in habits.items()},
        tuple(Month(*entry) for entry in lived.unseen),
        bool(lived.loose),
        bool(lived.failed),
    )


def _came(outcome: Outcome) -> Came:
    return Came(float(outcome.future_cost[0]), comes_to(outcome))
