"""The whole cost of a node: what its parts charge."""

from typing import Any

import numpy as np

from sourcing.model.node_data import Nodes
from sourcing.model.statements import charged, datum, own, rule
from sourcing.model.templates import Charge, Template


def prices(node: Template, data: Nodes) -> None:
    """Data that several charges share: source_price, freight, duty, holding, end_value [money / unit]."""
    case = data.case
    positions = tuple(position.name for position in case.positions)
    lanes = tuple(lane.name for lane in case.lanes)
    datum(node, "source_price", data.sources, data.source_price)
    datum(node, "freight", lanes, data.freight)
    datum(node, "duty", lanes, data.duty)
    datum(node, "holding", positions, data.holding)
    datum(node, "end_value", positions, data.end_value * data.tree.leaf.astype(float))


def costs(node: Template, data: Nodes) -> None:
    """cost: what a node costs, discounted [money], by `cost_total`: the sum of all that its parts charge.

    See models/formulation.md#cost_total.
    """
    datum(node, "discount", None, data.discount)
    own(node, "cost", None, lower=-np.inf, preference=0.0)
    rule(node, "cost_total", None, _total, of=tuple(node.charges))


def _total(model: Any, of: tuple[Charge, ...], key: Any) -> Any:
    return model.cost == model.discount * sum(charged(model, charge) for charge in of)
