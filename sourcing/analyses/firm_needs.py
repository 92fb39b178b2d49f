"""The firm needs that a rule of thumb leaves unmet."""

import numpy as np

from sourcing.calendar import Array
from sourcing.outcome.metrics import unmet_share
from sourcing.outcome.outcome import Outcome
from sourcing.outcome.rules.rule_period import arrived

SHORT = 1e-6  # share of a need below which it counts as met


def firm_unmet(outcome: Outcome) -> dict[str, float]:
    """Expected share of each firm need that a habit leaves unmet: a shortage of it has no cost, so it is told.

    What is missing is what the balance of the stock does not yield; it is taken off the last of the firm needs first,
    as they are served. Needs that are met are left out.
    """
    case, tree, missing = outcome.case, outcome.data.tree, _missing(outcome)
    unmet: dict[str, float] = {}
    for number in reversed(range(len(case.demands))):
        demand, need = case.demands[number], outcome.data.need[number]
        if not demand.firm:
            continue
        short = np.zeros_like(need)
        for flow in case.inputs[number]:
            short = np.maximum(short, np.minimum(missing[flow.position] / flow.rate, need))
        for flow in case.inputs[number]:
            missing[flow.position] = np.maximum(missing[flow.position] - flow.rate * short, 0.0)
        within = tree.node_of[:, : case.calendar.planned]
        by_future = unmet_share(short[within].sum(axis=1), need[within].sum(axis=1))
        share = float(by_future @ tree.future_probability)
        if share > SHORT:
            unmet[demand.name] = share
    return unmet


def _missing(outcome: Outcome) -> Array:
    """What the needs, less shortages that are told, take beyond what there was [unit], shape (positions, nodes)."""
    case, values = outcome.case, outcome.values
    there = values["stock_before"] + arrived(outcome.data, values["arriving"]) - values["stock"]
    limited = [row for row, position in enumerate(case.positions) if np.isfinite(position.storage)]
    there[limited] -= values["disposed"]
    return np.maximum(case.drawn(outcome.data.need - outcome.missing) - there, 0.0)
