"""From order to arrival: making, waiting at the border while licences come, and transit."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints, Mask, Tree
from sourcing.model.node_data import LicensedGroup, Nodes
from sourcing.model.statements import at_lag, before, charge, datum, numbers, own, rule, selected, since
from sourcing.model.templates import Stage, Template, Terms


def border(node: Template, data: Nodes) -> None:
    """waiting, exported, cancelled, ready, departing, arriving, pipeline, queued, and `border_queue`, `licence_limit`.

    See models/formulation.md#border_queue. Volumes [unit / period], shape (lanes, nodes).
    """
    _queue(node, data)
    _licences(node, data)
    _departing(node, data)
    _arriving(node, data)
    _pipeline(node, data)
    _charges(node, data)


def _charges(node: Template, data: Nodes) -> None:
    """On crossing, and while goods wait; what cancelling brings back; what is not past the border at the end."""
    case = data.case
    lanes = {lane.name: (lane.name,) for lane in case.lanes}
    for kind in ("freight", "duty"):
        for amount in ("exported", "departing"):
            charge(node, kind, kind, amount, lanes=lanes)
    datum(node, "refund", data.controlled, data.refund[[case.lane_row[name] for name in data.controlled]])
    charge(node, "refunds of cancelled orders", "refund", "cancelled", sign=-1.0, lanes=lanes, goods=True)
    stocked = [case.stocked_at(case.lane[name]) for name in data.controlled]
    charge(node, "storage", "holding", "waiting", price_keys=stocked)
    datum(node, "queued_value", tuple(lanes), data.queued_value)
    charge(node, "value left at the end", "queued_value", "queued", sign=-1.0, cash="")


def _released_before(tree: Tree, latest: Ints) -> Ints:
    earlier = np.full(tree.nodes, -(10**6), np.int64)
    later = tree.parent >= 0
    earlier[later] = latest[tree.parent[later]]
    return earlier


def _queue(node: Template, data: Nodes) -> None:
    tree, case = data.tree, data.case
    lanes, lane_row = data.controlled, case.lane_row
    everywhere = np.arange(tree.nodes)
    asked: list[_Asked] = []
    opening = np.zeros((len(lanes), tree.nodes))
    for row, name in enumerate(lanes):
        lane = case.lane[name]
        to_border = case.offer[lane.offer].to_border
        latest = data.released_until[name]
        earlier = _released_before(tree, latest)
        asked += [(row, source, earlier + 1, latest, 1.0) for source in data.sources_of[name]]
        for order in case.open_orders:
            if (order.offer, order.site) == (lane.offer, lane.site) and order.state == "making":
                placed = order.period - to_border
                opening[row] += order.quantity * ((earlier < placed) & (placed <= latest))
    waits = [
        sum(
            order.quantity
            for order in case.open_orders
            if order.state == "waiting" and (order.offer, order.site) == (case.lane[name].offer, case.lane[name].site)
        )
        for name in lanes
    ]
    usual = data.usual_need([case.offer[case.lane[name].offer].material for name in lanes])
    own(node, "waiting", lanes, upper=np.where(data.may_wait, np.inf, 0.0), preference=0.1 / usual)
    before(node, "waiting_before", "waiting", tree, np.array(waits))
    own(node, "exported", lanes, preference=0.3 / usual, stage=Stage.LATE)
    reached = data.approval[[lane_row[name] for name in lanes]] < 1
    own(node, "cancelled", lanes, at=reached & data.can_cancel, preference=0.6 / usual, stage=Stage.LATE)
    selected(node, "ready", lanes, _orders_since(data, asked, everywhere), opening)
    rule(node, "border_queue", lanes, _left_waiting)


def _left_waiting(model: Any, of: Any, lane: str) -> Any:
    arrived_at_border = model.waiting_before[lane] + model.ready[lane]
    return model.waiting[lane] == arrived_at_border - model.exported[lane] - model.cancelled[lane]


def _licences(node: Template, data: Nodes) -> None:
    case = data.case
    group_of = {name: (case.lane[name].offer, case.country[case.lane[name].site]) for name in data.controlled}
    lanes = {group: tuple(name for name in data.controlled if group_of[name] == group) for group in data.groups}
    datum(node, "licence", data.groups, data.licence_limit)
    rule(node, "licence_limit", data.groups, _exported_at_most, of=lanes, at=data.limited)


def _exported_at_most(model: Any, of: dict[LicensedGroup, tuple[str, ...]], group: LicensedGroup) -> Any:
    return sum(model.exported[lane] for lane in of[group]) <= model.licence[group]


def _free(data: Nodes) -> list[str]:
    controlled = set(data.controlled)
    return [lane.name for lane in data.case.lanes if lane.name not in controlled]


def _opening(data: Nodes, name: str, state: str, shift: int, weight: Array) -> Array:
    """Open orders of a lane that come `shift` periods after their date, by node."""
    lane, volume = data.case.lane[name], np.zeros(data.tree.nodes)
    for order in data.case.open_orders:
        if order.state == state and (order.offer, order.site) == (lane.offer, lane.site):
            volume += order.quantity * weight * (data.tree.period == order.period + shift)
    return volume


def _departing(node: Template, data: Nodes) -> None:
    """What passes the border of lanes that nothing restricts, `to_border` after the order."""
    free, case = _free(data), data.case
    full = np.ones(data.tree.nodes)
    terms = [
        at_lag("order", row, source, data.tree, case.offer[case.lane[name].offer].to_border)
        for row, name in enumerate(free)
        for source in data.sources_of[name]
    ]
    opening = np.array([_opening(data, name, "making", 0, full) for name in free]).reshape(len(free), data.tree.nodes)
    selected(node, "departing", tuple(free), terms, opening)


def _arriving(node: Template, data: Nodes) -> None:
    """What reaches the site: `transit` after the border, less what is lost or seized."""
    case, tree, queue = data.case, data.tree, numbers(data.controlled)
    names = tuple(lane.name for lane in case.lanes)
    terms: list[Terms] = []
    opening = np.zeros((len(names), tree.nodes))
    for row, lane in enumerate(case.lanes):
        offer = case.offer[lane.offer]
        weight = offer.yield_ * data.arriving[row]
        opening[row] = _opening(data, lane.name, "transit", 0, weight)
        if lane.name in queue:
            terms.append(at_lag("exported", row, queue[lane.name], tree, lane.transit, weight))
            continue
        opening[row] += _opening(data, lane.name, "making", lane.transit, weight)
        lag = offer.to_border + lane.transit
        terms += [at_lag("order", row, source, tree, lag, weight) for source in data.sources_of[lane.name]]
    selected(node, "arriving", names, terms, opening)


def _pipeline(node: Template, data: Nodes) -> None:
    """What is on its way: in all where the plan ends, by position; where the program looks no further, past the border
    by position and not yet past it by lane."""
    names = tuple(position.name for position in data.case.positions)
    position = {lane.name: data.case.position_row[data.case.stocked_at(lane)] for lane in data.case.lanes}
    yields = {lane.name: data.case.offer[lane.offer].yield_ for lane in data.case.lanes}
    ends, leaves = data.plan_end, data.tree.leaf
    on_its_way = [*_past_border(data, position, yields, ends), *_queued(data, position, yields, ends)]
    selected(node, "pipeline", names, on_its_way, at=ends)
    selected(node, "pipeline_sure", names, _past_border(data, position, yields, leaves), at=leaves)
    lanes = tuple(yields)
    queued = _queued(data, numbers(lanes), dict.fromkeys(lanes, 1.0), leaves)
    selected(node, "queued", lanes, queued, at=leaves)


def _past_border(data: Nodes, row: Mapping[str, int], weight: Mapping[str, float], at: Mask) -> list[Terms]:
    """Exported and not yet arrived; on lanes without a queue what has been ordered so long ago. at: in which nodes."""
    case, tree, queue = data.case, data.tree, numbers(data.controlled)
    inside = np.flatnonzero(at)
    end = tree.period[inside]
    terms: list[Terms] = []
    asked: list[_Asked] = []
    for lane in case.lanes:
        name, offer = lane.name, case.offer[lane.offer]
        if name in queue:
            first = end - lane.transit + 1
            terms.append(since("exported", row[name], queue[name], tree, first, end, weight[name], inside))
        else:
            last = end - offer.to_border
            first = last - lane.transit + 1
            asked += [(row[name], source, first, last, weight[name]) for source in data.sources_of[name]]
    return [*terms, *_orders_since(data, asked, inside)]


def _queued(data: Nodes, row: Mapping[Any, int], weight: Mapping[str, float], at: Mask) -> list[Terms]:
    """Waiting at the border, or ordered and not yet released to it; without a queue ordered and not yet there. at: in
    which nodes."""
    case, tree, queue = data.case, data.tree, numbers(data.controlled)
    inside = np.flatnonzero(at)
    terms: list[Terms] = []
    asked: list[_Asked] = []
    for lane in case.lanes:
        name, to_border = lane.name, case.offer[lane.offer].to_border
        first = tree.period[inside] - to_border + 1
        if name in queue:
            first = data.released_until[name][inside] + 1
            terms.append(at_lag("waiting", row[name], queue[name], tree, 0, weight[name], inside))
        asked += [(row[name], source, first, tree.period[inside], weight[name]) for source in data.sources_of[name]]
    return [*terms, *_orders_since(data, asked, inside)]


_Asked = tuple[int, int, Ints, Ints, float]
"""Row, source, first and last period by node, and weight."""


def _orders_since(data: Nodes, asked: list[_Asked], nodes: Ints) -> list[Terms]:
    """Orders of several sources, each in its own periods."""
    if not asked:
        return []
    row, source, first, last, weight = zip(*asked, strict=True)
    columns = (np.array(of).reshape(-1, 1) for of in (row, source, weight))
    index, of, weights = columns
    return [since("order", index, of, data.tree, np.array(first), np.array(last), weights, nodes)]
