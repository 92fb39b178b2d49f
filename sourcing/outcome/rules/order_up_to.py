"""What the importer does today, as a rule lived through the same futures without foresight."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints
from sourcing.model.node_data import SPOT, Nodes
from sourcing.model.templates import Formulation
from sourcing.outcome.cost_terms import Values
from sourcing.outcome.rules.rule_period import (
    arrived,
    by_period,
    cross_border,
    due,
    evaluate,
    place_orders,
    placed,
    serve,
)
from sourcing.solver.solution import selected_values
from sourcing.units import days


@dataclass(frozen=True)
class OrderUpToRule:
    """A rule of thumb: order up to `days` of need beyond the lead time, from a mix of offers by material."""

    days: float
    mix: dict[str, dict[str, float]]
    note: str


def todays_habit(data: Nodes) -> OrderUpToRule:
    """The baseline of the scenario; without a stated mix, in proportion to what is normally taken and needs no test."""
    part = data.case.scenario.baseline
    mix = {
        material: {offer: share.measure.number for offer, share in shares.items() if offer in data.case.offer}
        for material, shares in part.mix.items()
    }
    assumed = []
    for material in sorted({position.material for position in data.case.positions} - set(mix)):
        usable = [
            offer
            for offer in data.case.offers
            if offer.material == material
            and not offer.qualification
            and data.spot[data.case.offer_row[offer.name], 0] > 0
        ]
        weights = [offer.licensable[0] if np.isfinite(offer.licensable[0]) else 1.0 for offer in usable]
        total = sum(weights)
        mix[material] = {offer.name: weight / total for offer, weight in zip(usable, weights, strict=True) if total}
        assumed.append(material)
    note = f"mix of {', '.join(assumed)} assumed: in proportion to what is normally taken" if assumed else ""
    return OrderUpToRule(days(part.days.measure), mix, note)


def live(formulation: Formulation, data: Nodes, habit: OrderUpToRule) -> Values:
    """Values of every column when the habit is followed, period by period, from what has been seen alone.

    Signed contracts are called first, up to their volume. See models/formulation.md#baseline.
    """
    own = {
        name: np.zeros((column.size, part.nodes))
        for part in (formulation.now, formulation.node)
        for name, column in part.columns.items()
        if column.terms is None
    }
    for row, contract in enumerate(data.case.contracts):
        if contract.signed:
            own["contract_signed"][row] = 1.0
            own["contract_volume"][row] = contract.at_most
    target, later = _targets(data, habit), _arriving_later(data, habit)
    coming = {name: by_period(formulation.node.columns[name], data) for name in ("ready", "departing", "arriving")}
    on_way = np.zeros((len(data.case.positions), data.tree.nodes))
    for time in range(data.tree.periods):
        now = np.flatnonzero(data.tree.period == time)
        before = data.tree.parent[now]
        stock, way = _state(data, own, on_way, before, time)
        place_orders(data, habit.mix, own, np.maximum(target[:, now] - stock - (way - later[:, [time]]), 0.0), now)
        cross_border(formulation, data, own, coming, before, now, time)
        came = arrived(data, evaluate(formulation, "arriving", coming, own, now, time))
        on_way[:, now] = np.maximum(way + placed(data, own["order"][:, now]) - due(data, own, now, time), 0.0)
        serve(data, own, stock + came, now)
    _lots(formulation, data, own)
    _accounts(formulation, data, own)
    everything = own | selected_values(formulation.now, own) | selected_values(formulation.node, own)
    return everything | formulation.node.data


def _targets(data: Nodes, habit: OrderUpToRule) -> Array:
    """Need of this period, of the lead time and of the days to hold, by position and node."""
    case, length = data.case, float(data.case.calendar.days.mean())
    out = np.zeros((len(case.positions), data.tree.nodes))
    for row, daily in enumerate(data.position_need / case.calendar.days[data.tree.period]):
        out[row] = daily * (length + _lead(data, habit, row) * length + habit.days)
    return out


def _lead(data: Nodes, habit: OrderUpToRule, row: int) -> float:
    """Lead time of the mix of a position, in periods."""
    case = data.case
    shares = habit.mix.get(case.positions[row].material, {})
    return sum(shares.get(case.lanes[flow.row].offer, 0.0) * flow.lag for flow in case.inflows[row])


def _arriving_later(data: Nodes, habit: OrderUpToRule) -> Array:
    """Of the open orders what arrives after an order of the period would, or after the plan: it keeps nobody from
    ordering. Shape (positions, periods). What waits at the border may arrive at any time."""
    case = data.case
    out = np.zeros((len(case.positions), data.tree.periods))
    for order in case.open_orders:
        lane = next(lane for lane in case.lanes if (lane.offer, lane.site) == (order.offer, order.site))
        row = case.position_row[case.stocked_at(lane)]
        arrives = order.period + (lane.transit if order.state == "making" else 0)
        reached = np.arange(data.tree.periods) + np.ceil(_lead(data, habit, row) - 1e-9)
        far = ((arrives > reached) | (arrives >= data.tree.periods)) & (order.state != "waiting")
        out[row] += np.where(far, order.quantity * case.offer[order.offer].yield_, 0.0)
    return out


def _state(data: Nodes, own: dict[str, Array], on_way: Array, before: Ints, time: int) -> tuple[Array, Array]:
    """Stock and what is on its way at the start of the period, shape (positions, nodes of the period)."""
    if time:
        return own["stock"][:, before], on_way[:, before]
    case = data.case
    opening = np.array([[position.opening] for position in case.positions])
    way = np.zeros((len(case.positions), 1))
    rows = case.position_row
    for order in case.open_orders:
        lane = next(lane for lane in case.lanes if (lane.offer, lane.site) == (order.offer, order.site))
        way[rows[case.stocked_at(lane)]] += order.quantity * case.offer[order.offer].yield_
    return opening, way


def _lots(formulation: Formulation, data: Nodes, own: dict[str, Array]) -> None:
    """Which orders were placed, and at which price breaks."""
    placed = {lane.name: _sum(own["order"], data.sources_of[lane.name], data.tree.nodes) for lane in data.case.lanes}
    for row, name in enumerate(formulation.node.columns["ordered"].keys or ()):
        own["ordered"][row] = placed[str(name)] > 0
    bought = {source.lane: own["order"][row] for row, source in enumerate(data.sources) if source.channel == SPOT}
    for row, key in enumerate(formulation.node.columns["tier_order"].keys or ()):
        lane, name = map(str, key)  # type: ignore[call-overload]
        tiers = data.case.offer[data.case.lane[lane].offer].tiers
        assert tiers is not None
        number = tiers.names.index(name)
        end = tiers.above[number + 1] if number + 1 < len(tiers.above) else np.inf
        amount, above = bought[lane], tiers.above[number]
        inside = (amount >= above) & (amount < end) & (amount > 0)
        own["tier_chosen"][row] = (amount > above) if tiers.incremental else inside
        own["tier_order"][row] = (
            np.clip(amount, above, end) - above if tiers.incremental else np.where(inside, amount, 0.0)
        )


def _accounts(formulation: Formulation, data: Nodes, own: dict[str, Array]) -> None:
    """What follows from orders and stock: cover missing, contract accounts, targets at the end."""
    case, tree = data.case, data.tree
    soft = [row for row, entry in enumerate(case.positions) if entry.cover and not entry.cover.firm]
    missing = np.maximum(data.cover_target[soft] - own["stock"][soft], 0.0)
    own["cover_shortfall"] = np.where(data.released[soft], 0.0, missing)
    pipeline = selected_values(formulation.node, own)["pipeline"]
    ending = [row for row, entry in enumerate(case.positions) if entry.end_days > 0]
    short = np.maximum(data.end_target[ending] - own["stock"][ending] - pipeline[ending], 0.0)
    own["end_shortfall"] = np.where(tree.leaf, short, 0.0)
    owed = [row for row, contract in enumerate(case.contracts) if contract.take_or_pay > 0]
    taken = np.zeros((len(owed), tree.nodes))
    for place, row in enumerate(owed):
        name = case.contracts[row].name
        called = _sum(own["order"], [n for n, source in enumerate(data.sources) if source.channel == name], tree.nodes)
        for node in range(tree.nodes):
            kept = taken[place, tree.parent[node]] if data.contract_carry[row, node] else 0.0
            taken[place, node] = kept + called[node]
    own["contract_taken"] = taken
    due = data.contract_floor[owed] * own["contract_volume"][owed]
    own["contract_shortfall"] = np.where(data.contract_review[owed], np.maximum(due - taken, 0.0), 0.0)


def _sum(values: Array, rows: Sequence[int], nodes: int) -> Array:
    return np.asarray(values[list(rows)].sum(axis=0)) if rows else np.zeros(nodes)
