"""Attitude to risk, and the objective."""

from typing import Any

import numpy as np

from sourcing.model.node_data import Nodes
from sourcing.model.statements import before, broadcast, datum, expected, minimise, own, rule
from sourcing.model.templates import Template
from sourcing.scenario.language.horizon_and_risk import RiskSpec


def path_costs(node: Template, data: Nodes) -> None:
    """path_cost and excess over the threshold at the leaves, by `path_cost_total` and `excess_over_threshold`.

    See models/formulation.md#excess_over_threshold. Nothing where only the expected cost counts.
    """
    risk = data.case.scenario.risk
    if not _counts(risk):
        return
    datum(node, "allowance", None, data.allowance)
    broadcast(node, "threshold", "threshold", None)
    own(node, "path_cost", None, lower=-np.inf, preference=0.0)
    before(node, "path_cost_before", "path_cost", data.tree)
    own(node, "excess", None, upper=0.0 if risk.worst else np.inf, at=data.tree.leaf)
    rule(node, "path_cost_total", None, _path_cost)
    rule(node, "excess_over_threshold", None, _excess, at=data.tree.leaf)


def _path_cost(model: Any, of: Any, key: Any) -> Any:
    return model.path_cost == model.path_cost_before + model.cost


def _excess(model: Any, of: Any, key: Any) -> Any:
    return model.excess >= model.path_cost - model.allowance - model.threshold


def _counts(risk: RiskSpec) -> bool:
    return risk.weight > 0


def leaves_open(data: Nodes) -> bool:
    """Whether only the worst outcomes count, so that the objective says nothing of the others."""
    risk = data.case.scenario.risk
    return risk.weight == 1 and (risk.tail < 1 or risk.worst)


def objective(now: Template, data: Nodes) -> None:
    """(1 - weight) expected cost + weight (threshold + expected excess / tail): Rockafellar & Uryasev (2000), (17)."""
    risk, tree = data.case.scenario.risk, data.tree
    expected(now, "expected_cost", "cost", tree.probability)
    if not _counts(risk):
        minimise(now, _expected_cost)
        return
    own(now, "threshold", None, lower=-np.inf, preference=0.001)
    expected(now, "expected_excess", "excess", np.where(tree.leaf, tree.probability, 0.0))
    minimise(now, _cost_and_tail, of=(risk.weight, risk.tail))


def _expected_cost(model: Any, of: Any, key: Any) -> Any:
    return model.expected_cost


def _cost_and_tail(model: Any, of: tuple[float, float], key: Any) -> Any:
    weight, tail = of
    worst = model.threshold + model.expected_excess / tail
    return (1 - weight) * model.expected_cost + weight * worst
