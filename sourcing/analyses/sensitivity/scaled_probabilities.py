"""Every probability at half and at double of it: what is decided then, and what it costs."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.choices import Choice, choices, differences
from sourcing.case import resolve
from sourcing.errors import SolveError
from sourcing.scenario import attributes
from sourcing.scenario.paths import Path
from sourcing.scenario.probability_groups import at_odds

COLUMNS = [
    *("future", "probability", "author", "decisions_at_half", "cost_at_half", "decisions_at_double", "cost_at_double"),
]
MOST = 0.99
MANY = 12  # futures whose odds are each tried; of more, the likeliest


def odds(solved: SolvedCase, solver: CaseSolver) -> pd.DataFrame:
    """One row a future that the file states: its probability, by whom, and the plan at half and at double of it.

    The others of its group scale in proportion. decisions: what differs in contracts and qualifications, blank when
    nothing does. cost: what is minimised [currency].
    """
    stated = attributes.every_future(solved.case.scenario)
    likely = sorted(stated, key=lambda name: -stated[name].probability.measure.number)[:MANY]
    now, rows = choices(solved.outcome), []
    for name in (name for name in stated if name in likely):
        future = stated[name]
        probability = float(future.probability.measure.number)
        if probability >= 1:
            continue  # nothing else may happen
        row: dict[str, object] = {"future": name, "probability": probability, "author": future.author or ""}
        for word, share in (("half", 0.5 * probability), ("double", min(2 * probability, MOST))):
            changes, cost = _at(solved, _path(solved, name), share, now, solver)
            row |= {f"decisions_at_{word}": changes, f"cost_at_{word}": cost}
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def _path(solved: SolvedCase, name: str) -> Path:
    """Path of a future in the file."""
    for risk, group in solved.case.scenario.risks.items():
        for future in group:
            if name == f"{risk}: {future}":
                return ("risks", risk, future)
    return ("futures", name)


def _at(solved: SolvedCase, path: Path, share: float, now: tuple[Choice, ...], solver: CaseSolver) -> tuple[str, float]:
    try:
        other = solver.at(resolve(at_odds(solved.case.scenario, path, share)))
    except SolveError as error:
        return str(error), np.nan
    return "; ".join(_told(now, choices(other.outcome))), other.cost


def _told(now: tuple[Choice, ...], then: tuple[Choice, ...]) -> Iterator[str]:
    return (f"{subject}: {before} -> {after}" for _, subject, before, after in differences(now, then))
