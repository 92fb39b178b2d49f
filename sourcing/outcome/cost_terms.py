"""What a course of action costs, by kind: from its values and the node data, for a plan and a baseline alike."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.model.node_data import SPOT, Nodes

Values = Mapping[str, Array]


@dataclass(frozen=True)
class CostTerm:
    """A kind of cost [money, undiscounted], shape (nodes,): what the plan is charged, and what is paid in cash."""

    kind: str
    charge: Array
    cash: Array


def costs(data: Nodes, values: Values) -> tuple[CostTerm, ...]:
    """Every kind of cost by node, in order of reading; `charge` sums to the objective's cost before discounting."""
    money, nodes = data.money, data.tree.nodes
    spot = np.array([source.channel == SPOT for source in data.sources], bool).reshape(-1, 1)
    bought = paid(data, values)
    purchases, contracted = (bought * spot).sum(axis=0), (bought * ~spot).sum(axis=0)
    crossing = _crossing(data, values)
    freight, duty = _freight_and_duty(data, crossing)
    none = np.zeros(nodes)
    cash = {
        "purchases": purchases,
        "contract purchases": contracted,
        "freight": freight,
        "duty": duty,
        "refunds of cancelled orders": -(data.refund[_rows(data)] * values["cancelled"]).sum(axis=0),
        "order costs": _weighted(data, values, "order_cost", "ordered"),
        "take-or-pay": _shortfall(data, values),
        "storage": (data.holding * values["stock"]).sum(axis=0) + _waiting(data, values),
    }
    charged = {
        "cover missing": _cover(data, values),
        "shortage": (data.shortage_cost * values["shortage"]).sum(axis=0) if len(values["shortage"]) else none,
        "end target missing": _end_shortfall(data, values),
        "value left at the end": -_end_value(data, values),
    }
    found = [CostTerm(kind, amount * money, amount * money) for kind, amount in cash.items()]
    found += _lasting(data, values)
    found += [CostTerm(kind, amount * money, none) for kind, amount in charged.items()]
    return tuple(found)


def paid(data: Nodes, values: Values) -> Array:
    """Paid for what is ordered from each source [data.money], price breaks included, shape (sources, nodes)."""
    found = data.source_price * values["order"]
    tiered = {lane for lane, _ in data.tier_keys}
    for row, source in enumerate(data.sources):
        if source.channel == SPOT and source.lane in tiered:
            rows = [number for number, (lane, _) in enumerate(data.tier_keys) if lane == source.lane]
            found[row] = (values["tier_price"][rows] * values["tier_order"][rows]).sum(axis=0)
    return np.asarray(found)


def _rows(data: Nodes) -> list[int]:
    return [data.case.lane_row[name] for name in data.controlled]


def _crossing(data: Nodes, values: Values) -> Array:
    """What passes the border on each lane, shape (lanes, nodes)."""
    out = np.zeros((len(data.case.lanes), data.tree.nodes))
    controlled = _rows(data)
    free = [row for row in range(len(data.case.lanes)) if row not in controlled]
    out[controlled] = values["exported"]
    out[free] = values["departing"]
    return out


def _freight_and_duty(data: Nodes, crossing: Array) -> tuple[Array, Array]:
    price = data.price[[data.case.offer_row[lane.offer] for lane in data.case.lanes]]
    duty = np.array([[lane.duty] for lane in data.case.lanes]).reshape(-1, 1) * price
    return ((data.border_cost - duty) * crossing).sum(axis=0), (duty * crossing).sum(axis=0)


def _waiting(data: Nodes, values: Values) -> Array:
    """What waits at the border is stored too."""
    rows = [data.case.position_row[data.case.stocked_at(data.case.lane[name])] for name in data.controlled]
    return np.asarray((data.holding[rows] * values["waiting"]).sum(axis=0))


def _weighted(data: Nodes, values: Values, price: str, amount: str) -> Array:
    if amount not in values or not len(values[amount]):
        return np.zeros(data.tree.nodes)
    return np.asarray((values[price] * values[amount]).sum(axis=0))


def _shortfall(data: Nodes, values: Values) -> Array:
    return _weighted(data, values, "shortfall_price", "contract_shortfall")


def _cover(data: Nodes, values: Values) -> Array:
    soft = [row for row, entry in enumerate(data.case.positions) if entry.cover and not entry.cover.firm]
    return np.asarray((data.cover_cost[soft] * values["cover_shortfall"]).sum(axis=0))


def _end_shortfall(data: Nodes, values: Values) -> Array:
    cost = [entry.end_shortfall_cost / data.money for entry in data.case.positions if entry.end_days > 0]
    return np.asarray((np.array(cost).reshape(-1, 1) * values["end_shortfall"]).sum(axis=0))


def _end_value(data: Nodes, values: Values) -> Array:
    sure = data.end_value * data.tree.leaf * (values["stock"] + values["pipeline_sure"])
    queued = data.queued_value * values["queued"]
    return np.asarray(sure.sum(axis=0) + queued.sum(axis=0))


def _lasting(data: Nodes, values: Values) -> list[CostTerm]:
    """Lasting outlays: cash when paid, charge their annuity within the horizon."""
    outlays = [entry.qualification.outlay.amount for entry in data.case.offers if entry.qualification]
    started = values["qualification_started"]
    qualification = CostTerm(
        "qualification",
        _weighted(data, values, "qualification_charge", "qualification_started") * data.money,
        np.asarray((np.array(outlays).reshape(-1, 1) * started).sum(axis=0)),
    )
    paid = np.zeros(data.tree.nodes)
    for row, contract in enumerate(data.case.contracts):
        if not contract.signed:
            paid[0] += contract.signing.amount * values["contract_signed"][row, 0]
    charge = _weighted(data, values, "signing_charge", "contract_signed") * data.money
    return [qualification, CostTerm("signing", charge, paid)]
