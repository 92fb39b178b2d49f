"""Regret: what decisions of now cost in a future, beyond the best that could have been done in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sourcing.analyses.case_solver import CaseSolver
from sourcing.analyses.first_stage import FirstStage, best_after
from sourcing.model.node_data import Nodes
from sourcing.outcome.hindsight import known
from sourcing.outcome.outcome import Outcome
from sourcing.pipeline.formulated import stated

COLUMNS = ["course", "future", "probability", "lived_cost", "cost", "best_cost", "regret"]


@dataclass(frozen=True)
class CourseOfAction:
    """A way to act: its name, what it decides now, and what comes of it on the tree, where nothing is foreseen; None
    where it leads to no plan."""

    name: str
    now: FirstStage
    outcome: Outcome | None


def regrets(
    data: Nodes, courses: Sequence[CourseOfAction], solver: CaseSolver, done: Callable[[], None] = lambda: None
) -> pd.DataFrame:
    """Each course in each future [currency].

    lived_cost: as it is lived, without foresight. cost: of its decisions of now, with the best that can follow when
    the future is known from then on. best_cost: of the best decisions when it is known from the start. regret: cost
    less best_cost, never below 0 (Savage 1951). NaN where decisions of now leave no plan.
    done: called after each future.
    """
    rows = []
    for number, future in enumerate(data.case.futures):
        alone = stated(known(data, number))
        best = solver.of(alone).expected_cost
        after = [best_after(solver, alone, course.now) for course in courses]
        costs = [np.nan if solved is None else solved.expected_cost for solved in after]
        best = float(np.nanmin([best, *costs]))  # within the gap a plan that was held may be the better one
        for course, cost in zip(courses, costs, strict=True):
            lived = np.nan if course.outcome is None else float(course.outcome.future_cost[number])
            rows.append((course.name, future.name, future.probability, lived, cost, best, cost - best))
        done()
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(
        "course", key=_rank(courses), kind="stable", ignore_index=True
    )


def _rank(courses: Sequence[CourseOfAction]) -> Callable[[pd.Series], pd.Series]:
    place = {course.name: number for number, course in enumerate(courses)}
    return lambda names: names.map(place)
