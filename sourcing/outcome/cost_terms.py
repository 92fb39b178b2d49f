"""What a course of action costs, by kind: from its values and the node data, for a plan and a baseline alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.model.node_data import SPOT, Nodes
from sourcing.model.templates import Charge

Values = Mapping[str, Array]


@dataclass(frozen=True)
class CostTerm:
    """A kind of cost [money, undiscounted], shape (nodes,): what the plan is charged, and what is paid in cash."""

    kind: str
    charge: Array
    cash: Array


KINDS = (
    *("purchases", "contract purchases", "freight", "duty", "refunds of cancelled orders", "order costs"),
    *("take-or-pay", "storage", "qualification", "signing", "making do", "cover missing", "shortage"),
    "end target missing",
    "value left at the end",
)
"""Kinds of cost, in order of reading."""


def costs(data: Nodes, charges: Sequence[Charge], values: Values) -> tuple[CostTerm, ...]:
    """Every kind of cost by node, in order of reading; `charge` sums to the objective's cost before discounting."""
    charged = {kind: np.zeros(data.tree.nodes) for kind in KINDS}
    paid = {kind: np.zeros(data.tree.nodes) for kind in KINDS}
    for charge in charges:
        charged[charge.kind] += charged_amount(charge, charge.price, values)
        if charge.cash:
            paid[charge.kind] += charged_amount(charge, charge.cash, values)
    return tuple(CostTerm(kind, charged[kind] * data.money, paid[kind] * data.money) for kind in KINDS)


def charged_amount(charge: Charge, price: str, values: Values) -> Array:
    """What a charge comes to at a price, `charge.price` or `charge.cash` [data.money], shape (nodes,)."""
    price_rows, rows = (list(places) for places in zip(*charge.places, strict=True)) if charge.places else ([], [])
    return np.asarray(charge.sign * (values[price][price_rows] * values[charge.amount][rows]).sum(axis=0))


def paid(data: Nodes, values: Values) -> Array:
    """Paid for what is ordered from each source [data.money], price breaks included, shape (sources, nodes)."""
    outlays = data.source_price * values["order"]
    tiered = {lane for lane, _ in data.tier_keys}
    for row, source in enumerate(data.sources):
        if source.channel == SPOT and source.lane in tiered:
            rows = [number for number, (lane, _) in enumerate(data.tier_keys) if lane == source.lane]
            outlays[row] = (values["tier_price"][rows] * values["tier_order"][rows]).sum(axis=0)
    return np.asarray(outlays)
