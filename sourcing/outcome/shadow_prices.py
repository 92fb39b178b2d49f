"""What one more unit of each scarce thing is worth, from the row prices of the program."""

from typing import Any

import numpy as np
import pandas as pd

from sourcing.calendar import Array
from sourcing.model.node_data import Nodes
from sourcing.model.templates import Formulation
from sourcing.outcome.tables import PRICES
from sourcing.solver.solution import Solution

SCARCE = (
    "stock_balance",
    "spot_limit",
    "capacity",
    "shared_capacity",
    "licence_limit",
    "contract_ceiling",
    "rule_at_most",
    "rule_at_least",
)
"""Rows that say how much of something there is. Each is stated so that more of it raises the row's bound."""


def prices(formulation: Formulation, data: Nodes, solution: Solution) -> pd.DataFrame:
    """Worth of one more unit, by thing and period [money / unit]: mean, lowest and highest over the nodes.

    Row prices divided by probability and discount; with a risk weight they are risk-adjusted, in a plan with integers
    they hold for the integers chosen. See models/formulation.md#prices.
    """
    if solution.row_prices is None:
        return PRICES.of([])
    weight = data.tree.probability * data.discount
    rows = []
    for kind in SCARCE:
        worth = -solution.row_prices[kind] / weight * data.money
        keys = formulation.node.rows[kind].keys or ()
        for row, key in enumerate(keys):
            thing = " > ".join(map(str, key)) if isinstance(key, tuple) else str(key)
            unit = f"{data.case.scenario.currency}/{_unit(data, kind, key)}"
            rows += [(kind, thing, *found, unit) for found in _by_period(data, worth[row])]
    return PRICES.of(rows)


def _unit(data: Nodes, kind: str, key: Any) -> str:
    """One unit of what a row limits."""
    case = data.case
    if kind == "stock_balance":
        return case.unit[case.position[key].material]
    if kind in ("spot_limit", "capacity"):
        return case.unit[case.offer[key].material]
    if kind == "licence_limit":
        return case.unit[case.offer[key.offer].material]
    if kind == "contract_ceiling":
        offer = next(contract.offer for contract in case.contracts if contract.name == key)
        return case.unit[case.offer[offer].material]
    return "1"


def _by_period(data: Nodes, worth: Array) -> list[tuple[str, float, float, float]]:
    """Period, mean, lowest and highest worth, where there is any."""
    tree, rows = data.tree, []
    for time, label in enumerate(data.case.calendar.labels):
        nodes = np.flatnonzero((tree.period == time) & ~np.isnan(worth))
        if len(nodes) and np.abs(worth[nodes]).max() > 1e-9 * data.money:
            mass = tree.probability[nodes]
            mean = float(worth[nodes] @ mass / mass.sum())
            rows.append((label, mean, float(worth[nodes].min()), float(worth[nodes].max())))
    return rows
