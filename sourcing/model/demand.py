"""What is needed, and what of it is not met."""

from typing import NamedTuple

import numpy as np

from sourcing.case.records import SUBSTITUTE
from sourcing.model.node_data import Nodes
from sourcing.model.statements import charge, datum, own
from sourcing.model.templates import Stage, Template


class ShortageStep(NamedTuple):
    """A step of a demand's shortage."""

    demand: str
    step: str


def shortage_steps(data: Nodes) -> tuple[ShortageStep, ...]:
    """Steps of all demands, in order; a firm demand has none."""
    return tuple(ShortageStep(demand.name, step.name) for demand in data.case.demands for step in demand.steps)


def shortage_kinds(data: Nodes) -> tuple[str, ...]:
    """Kind of each of the steps."""
    return tuple(step.kind for demand in data.case.demands for step in demand.steps)


def demand(node: Template, data: Nodes) -> None:
    """need and shortage in steps. See models/formulation.md#shortage. Volumes [unit of need / period]."""
    names = tuple(entry.name for entry in data.case.demands)
    datum(node, "need", names, data.need)
    steps = shortage_steps(data)
    row = {name: number for number, name in enumerate(names)}
    share = {(entry.name, step.name): step.share for entry in data.case.demands for step in entry.steps}
    most = np.array([share[step] * data.need[row[step.demand]] for step in steps]).reshape(len(steps), data.tree.nodes)
    usual = np.maximum(data.need @ data.tree.probability / data.tree.periods, 1e-9)[
        [row[step.demand] for step in steps]
    ]
    own(node, "shortage", steps, upper=most, preference=0.3 / usual.reshape(-1, 1), stage=Stage.LATE)
    datum(node, "shortage_cost", steps, data.shortage_cost)
    kind = dict(zip(steps, shortage_kinds(data), strict=True))
    made_do = [step for step in steps if kind[step] == SUBSTITUTE]
    charge(node, "making do", "shortage_cost", "shortage", keys=made_do)
    lost = [step for step in steps if kind[step] != SUBSTITUTE]
    charge(node, "shortage", "shortage_cost", "shortage", keys=lost, cash="")
