"""Node data: every number that the formulation reads, one value per node of the tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sourcing.case.values import Case, Contract, Lane, Outlay, Position
from sourcing.futures import Effects, effects
from sourcing.periods import Array
from sourcing.tree import Mask, Tree

SPOT = "spot"


class Source(NamedTuple):
    """A lane and how it is bought: without contract (`spot`) or under a contract."""

    lane: str
    channel: str


class Group(NamedTuple):
    """Lanes of one offer into one country, which share what is licensable."""

    offer: str
    country: str


@dataclass(frozen=True)
class Nodes:
    """Data of the nodes. Money in `money` units of the currency (a power of ten that keeps numbers moderate),
    volumes in the material's unit per period; every array has shape (things, nodes) in the order of its names."""

    case: Case
    tree: Tree
    money: float
    sources: tuple[Source, ...]
    controlled: tuple[str, ...]
    groups: tuple[Group, ...]
    price: Array
    available: Array
    spot: Array
    approval: Array
    delay: Array
    arriving: Array
    licence_limit: Array
    limited: Mask
    source_price: Array
    border_cost: Array
    refund: Array
    need: Array
    shortage_cost: Array
    cover_target: Array
    cover_cost: Array
    released: Mask
    holding: Array
    end_value: Array
    end_target: Array
    contract_scale: Array
    contract_carry: Array
    contract_floor: Array
    contract_review: Mask
    spread: Array

    @cached_property
    def discount(self) -> Array:
        """Discount factor of each node, shape (nodes,)."""
        return np.asarray(self.case.discount[self.tree.period])

    def by_period(self, values: Array) -> Array:
        """Values (..., periods) as values (..., nodes)."""
        return np.asarray(values[..., self.tree.period])


def nodes(case: Case, tree: Tree) -> Nodes:
    """Everything the formulation reads. See models/formulation.md."""
    per_future = [effects(case, future) for future in case.futures]
    mean = _Mean(tree, per_future)
    money = _money(case)
    price = mean("price") / money
    sources = _sources(case)
    controlled = _controlled(case, per_future)
    approval, delay = mean("approval"), np.ceil(mean("delay") - 1e-9)
    groups, limit, limited = _licences(case, tree, controlled, approval, mean("reached") > 0)
    source_price = _source_prices(case, tree, per_future, sources) / money
    row = {offer.name: number for number, offer in enumerate(case.offers)}
    lane_price = price[[row[lane.offer] for lane in case.lanes]]
    released = mean("released") >= 1 - 1e-9
    review, carry, floor = _contract_years(case, tree, approval)
    ahead = [np.array([_ahead(case, effect.need, days) for effect in per_future]) for days in _cover_days(case)]
    return Nodes(
        case=case,
        tree=tree,
        money=money,
        sources=sources,
        controlled=controlled,
        groups=groups,
        price=price,
        available=mean("available"),
        spot=mean("spot"),
        approval=approval,
        delay=delay,
        arriving=1 - mean("seized"),
        licence_limit=limit,
        limited=limited,
        source_price=source_price,
        border_cost=_border_cost(case, tree, lane_price, mean("freight"), money),
        refund=_refund(case, tree, sources, source_price),
        need=mean("need"),
        shortage_cost=mean("shortage") / money,
        cover_target=_targets(case, tree, ahead[0]),
        cover_cost=_stack([_cover_cost(position, case) for position in case.positions], tree) / money,
        released=released,
        holding=_stack([position.holding for position in case.positions], tree) / money,
        end_value=_end_value(case, tree, source_price, sources, money),
        end_target=_targets(case, tree, ahead[1]),
        contract_scale=_stack([contract.scale for contract in case.contracts], tree),
        contract_carry=carry,
        contract_floor=floor,
        contract_review=review,
        spread=_spread(tree, per_future),
    )


@dataclass(frozen=True)
class _Mean:
    """Probability-weighted mean over the futures of each node, of a field of the effects."""

    tree: Tree
    per_future: Sequence[Effects]

    def __call__(self, field: str) -> Array:
        return self.tree.mean(np.array([getattr(effect, field) for effect in self.per_future], dtype=float))


def _stack(rows: Sequence[Array], tree: Tree) -> Array:
    return np.array(rows).reshape(len(rows), tree.periods)[:, tree.period]


def _money(case: Case) -> float:
    """A power of ten that brings the bill of the whole need to about ten thousand."""
    prices: dict[str, list[float]] = {}
    for offer in case.offers:
        prices.setdefault(offer.material, []).append(float(offer.price[0]))
    bill = sum(
        float(demand.need.sum()) * ratio * float(np.median(prices[material]))
        for demand in case.demands
        for material, ratio in demand.proportions
        if material in prices
    )
    return float(10.0 ** max(round(np.log10(bill)) - 4, 0)) if bill > 0 else 1.0


def _sources(case: Case) -> tuple[Source, ...]:
    spot = {offer.name for offer in case.offers if offer.spot.any()}
    found = []
    for lane in case.lanes:
        if lane.offer in spot:
            found.append(Source(lane.name, SPOT))
        found += [Source(lane.name, contract.name) for contract in case.contracts if contract.offer == lane.offer]
    return tuple(found)


def _controlled(case: Case, per_future: Sequence[Effects]) -> tuple[str, ...]:
    """Lanes that any restriction ever reaches, or where something waits already: they have a queue at the border."""
    reached = np.any([effect.reached | (effect.delay > 0) for effect in per_future], axis=(0, 2))
    waits = {(order.offer, order.site) for order in case.open_orders if order.state == "waiting"}
    return tuple(
        lane.name for lane, ever in zip(case.lanes, reached, strict=True) if ever or (lane.offer, lane.site) in waits
    )


def _licences(
    case: Case, tree: Tree, controlled: tuple[str, ...], approval: Array, reached: Mask
) -> tuple[tuple[Group, ...], Array, Mask]:
    """What may cross the border per offer and country: approval x what is normally taken; where it is limited."""
    found: dict[Group, int] = {}
    for number, lane in enumerate(case.lanes):
        if lane.name in controlled and reached[number].any():
            found.setdefault(Group(lane.offer, case.country[lane.site]), number)
    limit = np.zeros((len(found), tree.nodes))
    limited = np.zeros((len(found), tree.nodes), bool)
    for number, (group, lane_number) in enumerate(found.items()):
        normal = case.offer[group.offer].licensable[tree.period]
        with np.errstate(invalid="ignore"):
            allowed = np.where(approval[lane_number] == 0, 0.0, approval[lane_number] * normal)
        limited[number] = reached[lane_number] & np.isfinite(allowed)
        limit[number] = np.where(limited[number], allowed, 0.0)
    return tuple(found), limit, limited


def _source_prices(
    case: Case, tree: Tree, per_future: Sequence[Effects], sources: tuple[Source, ...]
) -> Array:
    row = {offer.name: number for number, offer in enumerate(case.offers)}
    contract = {entry.name: entry for entry in case.contracts}
    offer_of = [row[case.lane[source.lane].offer] for source in sources]
    values = np.zeros((len(per_future), len(sources), tree.periods))
    for future, effect in enumerate(per_future):
        for number, source in enumerate(sources):
            price = effect.price[offer_of[number]]
            values[future, number] = price if source.channel == SPOT else contract[source.channel].price(price)
    return tree.mean(values)


def _border_cost(case: Case, tree: Tree, lane_price: Array, freight_factor: Array, money: float) -> Array:
    """Freight and duty per unit shipped: on the offer's price of the period of shipping."""
    row = {offer.name: number for number, offer in enumerate(case.offers)}
    factor = freight_factor[[row[lane.offer] for lane in case.lanes]]
    freight = _stack([lane.freight for lane in case.lanes], tree) / money
    share = _stack([lane.freight_share for lane in case.lanes], tree)
    duty = np.array([lane.duty for lane in case.lanes]).reshape(-1, 1)
    return np.asarray(factor * (freight + share * lane_price) + duty * lane_price)


def _lowest_so_far(tree: Tree, values: Array) -> Array:
    """Lowest value on the path from the root, shape as given (things, nodes)."""
    lowest = values.copy()
    for time in range(1, tree.periods):
        now = np.flatnonzero(tree.period == time)
        lowest[:, now] = np.minimum(lowest[:, now], lowest[:, tree.parent[now]])
    return lowest


def _refund(case: Case, tree: Tree, sources: tuple[Source, ...], source_price: Array) -> Array:
    """Paid back per unit cancelled: the lowest price paid so far on the path, less the deposit. Shape (lanes, nodes)."""
    lowest = _lowest_so_far(tree, source_price)
    out = np.zeros((len(case.lanes), tree.nodes))
    for number, lane in enumerate(case.lanes):
        rows = [row for row, source in enumerate(sources) if source.lane == lane.name]
        if rows:
            out[number] = (1 - case.offer[lane.offer].deposit) * lowest[rows].min(axis=0)
    return out


def _cover_days(case: Case) -> tuple[list[float], list[float]]:
    return (
        [position.cover.days if position.cover else 0.0 for position in case.positions],
        [position.end_days for position in case.positions],
    )


def _ahead(case: Case, need: Array, days: Sequence[float]) -> Array:
    """Need of the next days, per position, seen from the end of each period; the last need repeats.

    need: shape (demands, periods). Returns shape (positions, periods).
    """
    count, length = len(case.calendar), case.calendar.days
    out = np.zeros((len(case.positions), count))
    for row, (position, span) in enumerate(zip(case.positions, days, strict=True)):
        if not span:
            continue
        daily = np.zeros(count)
        for number, demand in enumerate(case.demands):
            ratio = dict(demand.proportions).get(position.material, 0.0)
            daily += ratio * need[number] / length if demand.site == position.site else 0.0
        cumulated = np.concatenate([[0.0], np.cumsum(daily * length)])
        edges = np.concatenate([[0.0], np.cumsum(length)])
        horizon = edges[1:] + span
        beyond = np.maximum(horizon - edges[-1], 0.0) * daily[-1]
        out[row] = np.interp(np.minimum(horizon, edges[-1]), edges, cumulated) + beyond - cumulated[1:]
    return out


def _targets(case: Case, tree: Tree, ahead: Array) -> Array:
    return tree.mean(ahead.reshape(len(case.futures), len(case.positions), tree.periods))


def _cover_cost(position: Position, case: Case) -> Array:
    return position.cover.cost if position.cover else np.zeros(len(case.calendar))


def _end_value(case: Case, tree: Tree, source_price: Array, sources: tuple[Source, ...], money: float) -> Array:
    """Value of a unit left at the end: stated, or the lowest price on the path less one period's holding."""
    lowest = _lowest_so_far(tree, source_price)
    out = np.zeros((len(case.positions), tree.nodes))
    for row, position in enumerate(case.positions):
        feeding = [
            number
            for number, source in enumerate(sources)
            if case.stocked_at(case.lane[source.lane]) == position.name
        ]
        if position.end_value is not None:
            out[row] = position.end_value / money
        elif feeding:
            out[row] = np.maximum(lowest[feeding].min(axis=0) - position.holding[-1] / money, 0.0)
    return out


def _contract_years(case: Case, tree: Tree, approval: Array) -> tuple[Mask, Array, Array]:
    """Review nodes (ends of contract years and of the plan), whether the account carries over, and the floor:
    take-or-pay share x volume due since the year began x mean approval, per unit of contract volume."""
    shape = (len(case.contracts), tree.nodes)
    review, carry, floor = np.zeros(shape, bool), np.zeros(shape), np.zeros(shape)
    lane_row = {lane.name: number for number, lane in enumerate(case.lanes)}
    for row, contract in enumerate(case.contracts):
        rows = [lane_row[lane.name] for lane in case.lanes if lane.offer == contract.offer]
        passed = approval[rows].mean(axis=0)
        year = np.append(contract.year, -1)
        for node in range(tree.nodes):
            time, before = tree.period[node], tree.parent[node]
            inside = year[time] >= 0
            carry[row, node] = float(inside and time > 0 and year[time] == year[time - 1])
            due = contract.scale[time] * passed[node] if inside else 0.0
            floor[row, node] = due + (floor[row, before] if carry[row, node] else 0.0)
            review[row, node] = inside and year[time + 1] != year[time]
        floor[row] *= contract.take_or_pay
    return review & (floor > 0), carry, floor


def _spread(tree: Tree, per_future: Sequence[Effects]) -> Array:
    """Relative difference of prices, volumes and needs between futures that share a node, shape (nodes,)."""
    worst = np.zeros(tree.nodes)
    for field in ("price", "available", "spot", "approval", "need", "shortage"):
        values = np.array([getattr(effect, field) for effect in per_future], dtype=float)
        if values.shape[1]:
            values = np.where(np.isfinite(values), values, 0.0)
            size = np.abs(tree.mean(values)) + 1e-12
            worst = np.maximum(worst, (tree.spread(values) / size).max(axis=0))
    return worst


def charged_share(case: Case, outlay: Outlay, period: int) -> float:
    """Share of a lasting outlay charged within the horizon when paid in `period`: its annuity until the end.

    The annuity factor of Birge & Louveaux style finite-horizon plans; 1 when it has no life.
    """
    if outlay.life is None:
        return 1.0
    left = (case.calendar.edges[-1] - case.calendar.edges[period]).days / 365.25
    rate, within = case.annual_rate, min(left, outlay.life)
    if rate == 0:
        return within / outlay.life
    return float((1 - (1 + rate) ** -within) / (1 - (1 + rate) ** -outlay.life))


__all__ = ["Contract", "Group", "Lane", "Nodes", "SPOT", "Source", "charged_share", "nodes"]
