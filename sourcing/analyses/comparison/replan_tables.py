"""Tables of replan: what to order, what changes, which inputs changed it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sourcing.analyses.case_solver import SolvedCase
from sourcing.analyses.comparison.anchored_program import AnchoredProgram, way
from sourcing.analyses.comparison.decided_amounts import Amounts, DecidedAmount, moved, seller, unit
from sourcing.analyses.comparison.last_plan import PlannedPeriod
from sourcing.calendar import calendar
from sourcing.case import Case
from sourcing.outcome import Plan
from sourcing.outcome.outcome import NOTHING

LEAST = 0.1  # share of all that moved a decision, below which a cause is not named
PURCHASES = [
    *(
        "supplier",
        "material",
        "site",
        "how",
        "quantity",
        "unit",
        "planned",
        "price",
        "spend",
        "arrives",
        "frozen",
        "offer",
    ),
]
CHANGES = ["decision", "subject", "supplier", "material", "site", "how", "planned", "now", "difference", "unit"]
CHANGES += ["charged", "cause"]
MOVES = ["cause", "decision", "subject", "site", "how", "difference", "unit"]
CAUSES = ["cause", "inputs_changed", "decisions_changed", "cost_before", "cost", "effect_on_cost"]


@dataclass(frozen=True)
class InputGroupStep:
    """A group of inputs taken over: its name, the paths that differ in it, what is decided then, and the plan."""

    name: str
    paths: tuple[str, ...]
    amounts: Amounts
    solved: SolvedCase
    anchored: AnchoredProgram
    last: PlannedPeriod


def purchases(step: InputGroupStep) -> pd.DataFrame:
    """What to order now. price: what is paid for a unit to the seller [money / unit]; arrives: period, if nothing
    holds it at the border; planned: what the last plan expected; frozen: whether that is held."""
    outcome, case = step.solved.outcome, step.solved.case
    rows = []
    for row, source in enumerate(outcome.data.sources):
        amount, paid = float(outcome.values["order"][row, 0]), float(outcome.paid[row, 0])
        if amount > NOTHING:
            lane = case.lane[source.lane]
            offer = case.offer[lane.offer]
            is_frozen, before = source in step.anchored.held, step.last.orders.get(source, 0.0)
            where = (offer.title, offer.material, lane.site, way(source), amount, case.unit[offer.material], before)
            rows.append(
                (*where, paid / amount, paid, _label(case, offer.to_border + lane.transit), is_frozen, offer.name)
            )
    frame = pd.DataFrame(rows, columns=PURCHASES)
    return frame.sort_values(["material", "spend"], ascending=[True, False], kind="stable").reset_index(drop=True)


def _label(case: Case, period: int) -> str:
    """Name of a period, past the horizon too."""
    return calendar(case.calendar.edges[0], period + 1, case.calendar.period).labels[period]


def changes(before: Amounts, steps: Sequence[InputGroupStep], plan: Plan) -> pd.DataFrame:
    """Decisions of now that are not what was planned for this period, with what is charged for it, and why."""
    last = steps[-1]
    parts = _parts(before, steps)
    charged = _charges(last)
    rows = []
    for name, by in moved(before, last.amounts).items():
        now = (before.get(name, 0.0), last.amounts.get(name, 0.0), by, unit(last.solved.case, plan, name))
        who = seller(last.solved.case, plan, name)
        rows.append((*name[:2], *who, *name[2:], *now, charged.get(name, 0.0), _named(parts, name)))
    return pd.DataFrame(rows, columns=CHANGES)


def _charges(step: InputGroupStep) -> dict[DecidedAmount, float]:
    """What is charged for each order of now [money]."""
    stated, nearness = step.solved.stated, step.anchored.nearness
    amounts = nearness.charged(step.solved.solution) * stated.data.money
    lanes = [(stated.case.lane[stated.data.sources[row].lane], stated.data.sources[row]) for row in nearness.row]
    return {
        DecidedAmount("order", lane.offer, lane.site, way(source)): float(amount)
        for (lane, source), amount in zip(lanes, amounts, strict=True)
    }


def _parts(before: Amounts, steps: Sequence[InputGroupStep]) -> list[tuple[str, dict[DecidedAmount, float]]]:
    """How far each step moved each decision: together what it differs from what was planned."""
    parts, at = [], before
    for step in steps:
        names = dict.fromkeys([*at, *step.amounts])
        parts.append((step.name, {name: step.amounts.get(name, 0.0) - at.get(name, 0.0) for name in names}))
        at = step.amounts
    return parts


def _named(parts: Sequence[tuple[str, dict[DecidedAmount, float]]], name: DecidedAmount) -> str:
    """The causes of a change, the largest first."""
    by = {cause: moved.get(name, 0.0) for cause, moved in parts}
    total = float(np.abs(list(by.values())).sum())
    ranked = sorted(by, key=lambda cause: -abs(by[cause]))
    return "; ".join(cause for cause in ranked if abs(by[cause]) >= LEAST * total and abs(by[cause]) > NOTHING)


def moves(before: Amounts, steps: Sequence[InputGroupStep], plan: Plan) -> pd.DataFrame:
    """How far each group of inputs moved each decision; of each decision they add up to its change."""
    case = steps[-1].solved.case
    rows = [
        (cause, *name, by, unit(case, plan, name))
        for cause, part in _parts(before, steps)
        for name, by in part.items()
        if abs(by) > NOTHING
    ]
    return pd.DataFrame(rows, columns=MOVES)


def causes(before: Amounts, steps: Sequence[InputGroupStep], plan: Plan) -> pd.DataFrame:
    """Each group of inputs that differs, in the order in which they are taken over, with the cost before and after."""
    return pd.DataFrame(list(_causes(before, steps, plan)), columns=CAUSES)


def _causes(
    before: Amounts, steps: Sequence[InputGroupStep], plan: Plan
) -> Iterator[tuple[str, int, int, float, float, float]]:
    cost, at = plan.cost, before
    for step in steps:
        cost_now = step.solved.cost
        yield step.name, len(step.paths), len(moved(at, step.amounts)), cost, cost_now, cost_now - cost
        cost, at = cost_now, step.amounts
