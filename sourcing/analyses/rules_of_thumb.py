"""Rules of thumb beside a plan: what they come to, and the firm needs that they leave unmet."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sourcing.analyses.case_records import course_totals
from sourcing.calendar import Array
from sourcing.outcome.metrics import unmet_share
from sourcing.outcome.outcome import Outcome
from sourcing.outcome.rules.ladder import followed
from sourcing.outcome.rules.rule_period import arrived
from sourcing.pipeline.formulated import Formulated

SHORT = 1e-6  # share of a need below which it counts as met


def lived(stated: Formulated) -> Mapping[str, Outcome]:
    """What comes of each rule of thumb, by name."""
    return followed(stated.formulation, stated.data)


def habits_table(plan: Outcome, rules: Mapping[str, Outcome]) -> pd.DataFrame:
    """The plan, then each habit: expected cost, cost of the worst part, expected margin lost, share of each need unmet,
    and how much more it costs than the plan, expected and in the worst part [currency]."""
    rows = []
    for name, outcome in {"this plan": plan, **rules}.items():
        said = course_totals(outcome) | {f"unmet: {need}": share for need, share in firm_unmet(outcome).items()}
        rows.append({"habit": name, **said})
    frame = pd.DataFrame(rows)
    frame.insert(3, "expected_difference", frame["expected_cost"] - frame["expected_cost"].iloc[0])
    frame.insert(4, "worst_difference", frame["worst_cost"] - frame["worst_cost"].iloc[0])
    return frame


# Needs that must be met ----------------------------------------------------------------------------------------------


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
