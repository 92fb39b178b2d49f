"""Qualification of a supplier for a material: paid once, usable after its time."""

from typing import Any

import numpy as np

from sourcing.model.node_data import Nodes, charged_share
from sourcing.model.statements import charge, datum, own, rule, selected, since
from sourcing.model.templates import Stage, Template


def qualification(node: Template, data: Nodes) -> None:
    """qualification_started, qualified, and `qualification_once`, `qualified_first`.

    See models/formulation.md#qualification_once. Yes or no, shape (offers to qualify, nodes).
    """
    tree, case = data.tree, data.case
    wanted = [offer for offer in case.offers if offer.qualification]
    names = tuple(offer.name for offer in wanted)
    parts = [offer.qualification for offer in wanted if offer.qualification]
    may = np.array([data.by_period(part.may_start) > 0 for part in parts], bool).reshape(len(names), tree.nodes)
    usable = np.array([tree.period + part.time < tree.periods for part in parts], bool).reshape(may.shape)
    own(node, "qualification_started", names, integer=True, at=may & usable, preference=0.5, stage=Stage.EARLY)
    everywhere = np.arange(tree.nodes)
    first = np.zeros(tree.nodes, np.int64)
    terms = [
        since("qualification_started", row, row, tree, first, tree.period - part.time, 1.0, everywhere)
        for row, part in enumerate(parts)
    ]
    selected(node, "qualified", names, terms)
    leaves = np.flatnonzero(tree.leaf)
    ever = [
        since("qualification_started", row, row, tree, first[leaves], tree.period[leaves], 1.0, leaves)
        for row in range(len(names))
    ]
    selected(node, "qualified_ever", names, ever, at=tree.leaf)
    rule(node, "qualification_once", names, _once, at=tree.leaf)
    charged = [
        [part.outlay.amount * charged_share(case, part.outlay, time) / data.money for time in range(tree.periods)]
        for part in parts
    ]
    datum(node, "qualification_charge", names, data.by_period(np.array(charged).reshape(len(names), tree.periods)))
    paid = np.array([[part.outlay.amount / data.money] * tree.nodes for part in parts])
    datum(node, "qualification_outlay", names, paid.reshape(len(names), tree.nodes))
    charge(
        node,
        "qualification",
        "qualification_charge",
        "qualification_started",
        cash="qualification_outlay",
        lanes={name: case.lanes_of.get(name, ()) for name in names},
    )


def _once(model: Any, of: Any, name: str) -> Any:
    return model.qualified_ever[name] <= 1
