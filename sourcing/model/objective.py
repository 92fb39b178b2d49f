"""Attitude to risk, and the objective."""

import numpy as np
import pyomo.environ as pyo

from sourcing.model.node_data import Nodes
from sourcing.model.templates import Template, before, broadcast, datum, expected, own, rule
from sourcing.scenario.language.horizon_and_risk import RiskSpec


def path_costs(node: Template, data: Nodes) -> None:
    """path_cost and excess over the threshold at the leaves, by `path_cost_total` and `excess_over_threshold`.

    See models/formulation.md#excess_over_threshold. Nothing where only the expected cost counts.
    """
    model, risk = node.model, data.case.scenario.risk
    if not _counts(risk):
        return
    datum(node, "allowance", None, data.allowance)
    broadcast(node, "threshold", "threshold", None)
    own(node, "path_cost", None, lower=-np.inf, preference=0.0)
    before(node, "path_cost_before", "path_cost", data.tree)
    own(node, "excess", None, upper=0.0 if risk.worst else np.inf, at=data.tree.leaf)
    rule(node, "path_cost_total", None, lambda: model.path_cost == model.path_cost_before + model.cost)
    rule(
        node,
        "excess_over_threshold",
        None,
        lambda: model.excess >= model.path_cost - model.allowance - model.threshold,
        at=data.tree.leaf,
    )


def _counts(risk: RiskSpec) -> bool:
    return risk.weight > 0


def leaves_open(data: Nodes) -> bool:
    """Whether only the worst outcomes count, so that the objective says nothing of the others."""
    risk = data.case.scenario.risk
    return risk.weight == 1 and (risk.tail < 1 or risk.worst)


def objective(now: Template, data: Nodes) -> None:
    """(1 - weight) expected cost + weight (threshold + expected excess / tail): Rockafellar & Uryasev (2000), (17)."""
    model, risk, tree = now.model, data.case.scenario.risk, data.tree
    expected(now, "expected_cost", "cost", tree.probability)
    if not _counts(risk):
        model.objective = pyo.Objective(expr=model.expected_cost)
        return
    own(now, "threshold", None, lower=-np.inf, preference=0.001)
    expected(now, "expected_excess", "excess", np.where(tree.leaf, tree.probability, 0.0))
    tail = model.threshold + model.expected_excess / risk.tail
    model.objective = pyo.Objective(expr=(1 - risk.weight) * model.expected_cost + risk.weight * tail)
