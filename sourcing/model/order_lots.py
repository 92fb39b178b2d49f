"""Orders that open with a yes or no: smallest orders, a cost per order, price breaks, first use of a supplier."""

from typing import Any, NamedTuple

import numpy as np

from sourcing.calendar import Array
from sourcing.case.records import Lane, Tiers
from sourcing.futures.tree import Ints
from sourcing.model.node_data import SPOT, LargestAmounts, Nodes, Purchase
from sourcing.model.statements import charge, datum, own, rule
from sourcing.model.templates import Template


class TierOrder(NamedTuple):
    """A price break of a lane."""

    lane: str
    tier: str


def lots(node: Template, data: Nodes) -> None:
    """ordered, tier_order, tier_chosen, and the links between yes or no and amounts.

    See models/formulation.md#order_link. Shape (lanes or price breaks, nodes).
    """
    case = data.case
    names = tuple(
        lane.name
        for lane in case.lanes
        if case.offer[lane.offer].minimum_order > 0 or case.offer[lane.offer].order_cost.any()
    )
    lanes = [case.lane[name] for name in names]
    own(node, "ordered", names, integer=True)
    sizes = LargestAmounts(data)
    most, derived = _largest(sizes, lanes)
    cost = [data.by_period(case.offer[lane.offer].order_cost) / data.money for lane in lanes]
    datum(node, "largest_order", names, most)
    datum(node, "order_cost", names, _stack(cost, data))
    charge(node, "order costs", "order_cost", "ordered", lanes={name: (name,) for name in names})
    least = {lane.name: case.offer[lane.offer].minimum_order for lane in lanes}
    placed = {name: _sources(data, name) for name in names}
    rule(node, "order_link", names, _order_at_most, of=placed, derived=derived)
    some = tuple(name for name in names if least[name] > 0)
    smallest = {name: _Least(placed[name], least[name]) for name in some}
    rule(node, "order_minimum", some, _order_at_least, of=smallest)
    _first_use(node, sizes)
    _tiers(node, data)


def _stack(rows: list[Array], data: Nodes) -> Array:
    return np.array(rows).reshape(len(rows), data.tree.nodes)


def _largest(sizes: LargestAmounts, lanes: list[Lane]) -> tuple[Array, Ints]:
    """The largest order of each lane, and what that rests on, see `Largest`. Shape (lanes, nodes)."""
    data, largest = sizes.data, [sizes.order(lane) for lane in lanes]
    most, derived = [entry.most for entry in largest], [entry.derived for entry in largest]
    return _stack(most, data), np.array(derived, np.int64).reshape(len(lanes), data.tree.nodes)


def _sources(data: Nodes, lane: str) -> tuple[Purchase, ...]:
    return tuple(data.sources[row] for row in data.sources_of[lane])


class _Least(NamedTuple):
    """Ways of buying on a lane, and its smallest order [unit]."""

    sources: tuple[Purchase, ...]
    least: float


def _order_at_most(model: Any, of: dict[str, tuple[Purchase, ...]], lane: str) -> Any:
    return sum(model.order[source] for source in of[lane]) <= model.largest_order[lane] * model.ordered[lane]


def _order_at_least(model: Any, of: dict[str, _Least], lane: str) -> Any:
    return sum(model.order[source] for source in of[lane].sources) >= of[lane].least * model.ordered[lane]


def _first_use(node: Template, sizes: LargestAmounts) -> None:
    """A supplier to be qualified delivers nothing before: lane by lane where that is tighter than its capacity."""
    data, case, rows = sizes.data, sizes.data.case, sizes.data.case.offer_row
    lanes = [lane for lane in case.lanes if case.offer[lane.offer].qualification]
    most, derived = _largest(sizes, lanes)
    under_contract = {contract.offer for contract in case.contracts}
    sold = [(data.available if lane.offer in under_contract else data.spot)[rows[lane.offer]] for lane in lanes]
    tight = [most[number] < sold[number] for number in range(len(lanes))]
    names = tuple(lane.name for lane in lanes)
    datum(node, "largest_first_order", names, most)
    tested = {lane.name: (_sources(data, lane.name), lane.offer) for lane in lanes}
    rule(
        node,
        "qualified_first",
        names,
        _qualified_first,
        of=tested,
        at=np.array(tight, bool).reshape(most.shape),
        derived=derived,
    )


def _qualified_first(model: Any, of: dict[str, tuple[tuple[Purchase, ...], str]], lane: str) -> Any:
    sources, offer = of[lane]
    return sum(model.order[source] for source in sources) <= model.largest_first_order[lane] * model.qualified[offer]


def _tiers(node: Template, data: Nodes) -> None:
    """Price breaks on what is bought without contract: `tier_sum`, `tier_least`, `tier_most`, `tier_one`."""
    case = data.case
    sources = [
        source for source in data.sources if source.channel == SPOT and case.offer[case.lane[source.lane].offer].tiers
    ]
    breaks: dict[TierOrder, tuple[Purchase, Tiers, int]] = {}
    for source in sources:
        tiers = case.offer[case.lane[source.lane].offer].tiers
        assert tiers is not None
        breaks |= {TierOrder(source.lane, name): (source, tiers, k) for k, name in enumerate(tiers.names)}
    keys = tuple(breaks)
    own(node, "tier_order", keys)
    own(node, "tier_chosen", keys, integer=True)
    datum(node, "tier_price", keys, _stack([_tier_price(data, *breaks[key]) for key in keys], data))
    charge(node, "purchases", "tier_price", "tier_order", lanes={key: (key.lane,) for key in keys}, goods=True)
    low, high, derived = _widths(data, breaks)
    datum(node, "tier_low", keys, low)
    datum(node, "tier_high", keys, high)
    of = {source.lane: tuple(key for key in keys if key.lane == source.lane) for source in sources}
    lanes = tuple(of)
    rule(node, "tier_sum", lanes, _tier_sum, of=of)
    rule(node, "tier_most", keys, _tier_at_most, derived=derived)
    filled = tuple(key for key in keys if not breaks[key][1].incremental or breaks[key][2] + 1 < len(of[key.lane]))
    rule(node, "tier_least", filled, _tier_at_least, of={key: _opens(key, breaks, of) for key in filled})
    single = tuple(lane for lane in lanes if not breaks[of[lane][0]][1].incremental)
    rule(node, "tier_one", single, _one_tier, of={lane: of[lane] for lane in single})


def _tier_sum(model: Any, of: dict[str, tuple[TierOrder, ...]], lane: str) -> Any:
    return model.order[Purchase(lane, SPOT)] == sum(model.tier_order[key] for key in of[lane])


def _tier_at_most(model: Any, of: Any, key: TierOrder) -> Any:
    return model.tier_order[key] <= model.tier_high[key] * model.tier_chosen[key]


def _tier_at_least(model: Any, of: dict[TierOrder, TierOrder], key: TierOrder) -> Any:
    return model.tier_order[key] >= model.tier_low[key] * model.tier_chosen[of[key]]


def _one_tier(model: Any, of: dict[str, tuple[TierOrder, ...]], lane: str) -> Any:
    return sum(model.tier_chosen[key] for key in of[lane]) <= 1


def _opens(
    key: TierOrder, breaks: dict[TierOrder, tuple[Purchase, Tiers, int]], of: dict[str, tuple[TierOrder, ...]]
) -> TierOrder:
    """Incremental: a break is filled before the next one opens; all units: a break chosen has its least quantity."""
    _, tiers, number = breaks[key]
    return of[key.lane][number + 1] if tiers.incremental else key


def _widths(data: Nodes, breaks: dict[TierOrder, tuple[Purchase, Tiers, int]]) -> tuple[Array, Array, Ints]:
    """Least and largest quantity of each price break, and what the largest rests on, see `Largest`."""
    sizes, low, high, derived = LargestAmounts(data), [], [], []
    for source, tiers, number in breaks.values():
        largest = sizes.order(data.case.lane[source.lane])
        above = float(tiers.above[number])
        end = float(tiers.above[number + 1]) if number + 1 < len(tiers.above) else np.inf
        most = np.minimum(end, np.maximum(largest.most, above))
        derived.append(np.where(most < end, largest.derived, 0))
        if tiers.incremental:
            high.append(most - above)
            low.append(np.full(data.tree.nodes, end - above if np.isfinite(end) else 0.0))
        else:
            high.append(np.minimum(end, largest.most))
            low.append(np.full(data.tree.nodes, above))
    return _stack(low, data), _stack(high, data), np.array(derived, np.int64).reshape(len(breaks), data.tree.nodes)


def _tier_price(data: Nodes, source: Purchase, tiers: Tiers, number: int) -> Array:
    """Price of a break, moved by what moves the offer's price."""
    case = data.case
    offer = case.offer[case.lane[source.lane].offer]
    row = case.offer_row[offer.name]
    stated = data.by_period(offer.price)
    moved = np.divide(data.price[row] * data.money, stated, out=np.ones(stated.shape), where=stated != 0)
    return np.asarray(data.by_period(tiers.price[number]) * moved / data.money)
