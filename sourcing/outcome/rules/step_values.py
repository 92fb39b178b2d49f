"""What serving a part of a need saves, by which a sensible buyer orders and rations."""

from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints
from sourcing.model.node_data import Nodes

FIRM = 1e12  # [data.money / unit]: a firm need is served before all others


@dataclass(frozen=True)
class NeedPart:
    """The part of a need that one step of shortage would take, in the nodes of one period.

    demand: place of the demand; step: place among all steps, -1 for a firm need. amount: of the need; value: what
    serving a unit of it saves [data.money / unit of need]; shape (nodes of the period,) each.
    """

    demand: int
    step: int
    amount: Array
    value: Array


def parts_of(data: Nodes, now: Ints) -> tuple[NeedPart, ...]:
    """Every part of every need, in the order of the demands and their steps."""
    parts, row = [], 0
    for number, demand in enumerate(data.case.demands):
        need = data.need[number, now]
        if not demand.steps:
            parts.append(NeedPart(number, -1, need, np.full(len(now), FIRM)))
        for step in demand.steps:
            parts.append(NeedPart(number, row, step.share * need, data.shortage_cost[row, now]))
            row += 1
    return tuple(parts)


def worth(data: Nodes, part: NeedPart, position: int, price: Array) -> Array:
    """What a unit of a material is worth to a part of a need at most: what it saves, less the other materials that it
    takes beside. price: of each position [data.money / unit], shape (positions, nodes of the period)."""
    flows = {flow.position: flow.rate for flow in data.case.inputs[part.demand]}
    other_materials = sum(
        (rate * price[row] for row, rate in flows.items() if row != position), start=np.zeros(len(part.value))
    )
    return np.asarray((part.value - other_materials) / flows[position])
