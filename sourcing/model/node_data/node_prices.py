"""Prices by node: of sources, at the border, back on cancelling, of what is left."""

from collections.abc import Sequence

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.futures.effects import Effects
from sourcing.futures.tree import Mask, Tree
from sourcing.model.node_data.purchase_ways import SPOT, Purchase, rows_by_lane, stack

CARRIED = 0.25  # years that what is left at the end is carried before it is used; see models/formulation.md#end_value
SAVED = 0.99  # of what a unit saves its best user that it can be worth at the end


def money_unit(case: Case) -> float:
    """A power of ten that brings the bill of the whole need to about ten thousand."""
    prices: dict[str, list[float]] = {}
    for offer in case.offers:
        prices.setdefault(offer.material, []).append(float(offer.price[0]))
    bill = sum(
        float(case.demands[flow.row].need.sum()) * flow.rate * float(np.median(prices[material]))
        for flows in case.inputs
        for flow in flows
        if (material := case.positions[flow.position].material) in prices
    )
    return float(10.0 ** max(round(np.log10(bill)) - 4, 0)) if bill > 0 else 1.0


def source_prices(case: Case, tree: Tree, per_future: Sequence[Effects], sources: tuple[Purchase, ...]) -> Array:
    row = case.offer_row
    contract = {entry.name: entry for entry in case.contracts}
    offer_of = [row[case.lane[source.lane].offer] for source in sources]
    values = np.zeros((len(per_future), len(sources), tree.periods))
    for future, effect in enumerate(per_future):
        for number, source in enumerate(sources):
            price = effect.price[offer_of[number]]
            values[future, number] = price if source.channel == SPOT else contract[source.channel].price(price)
    return tree.mean(values)


def freight(case: Case, tree: Tree, lane_price: Array, freight_factor: Array, money: float) -> Array:
    """Freight per unit shipped, part of which may be a share of the offer's price of the period of shipping."""
    row = case.offer_row
    factor = freight_factor[[row[lane.offer] for lane in case.lanes]]
    fixed = stack([lane.freight for lane in case.lanes], tree) / money
    share = stack([lane.freight_share for lane in case.lanes], tree)
    return np.asarray(factor * (fixed + share * lane_price))


def highest_so_far(tree: Tree, values: Array) -> Array:
    """Highest value on the path from the root, shape as given (things, nodes)."""
    return -lowest_so_far(tree, -values)


def lowest_so_far(tree: Tree, values: Array) -> Array:
    """Lowest value on the path from the root, shape as given (things, nodes)."""
    lowest = values.copy()
    for time in range(1, tree.periods):
        nodes = np.flatnonzero(tree.period == time)
        lowest[:, nodes] = np.minimum(lowest[:, nodes], lowest[:, tree.parent[nodes]])
    return lowest


def price_paid(case: Case, tree: Tree, sources: tuple[Purchase, ...], source_price: Array, is_open: Mask) -> Array:
    """Price at which a source may be bought at best: at the deepest price break, infinite where it is not open.

    Shape (sources, nodes).
    """
    price = source_price.copy()
    for row, source in enumerate(sources):
        offer = case.offer[case.lane[source.lane].offer]
        if source.channel == SPOT and offer.tiers:
            breaks = offer.tiers.price
            ratio = np.divide(breaks, offer.price, out=np.ones(breaks.shape), where=offer.price != 0)
            price[row] *= ratio.min(axis=0)[tree.period]
    return np.where(is_open, price, np.inf)


def refund(case: Case, tree: Tree, sources: tuple[Purchase, ...], paid: Array) -> Array:
    """Paid back per unit cancelled: the lowest price paid so far, less the deposit. Shape (lanes, nodes)."""
    paid_back = np.zeros((len(case.lanes), tree.nodes))
    lowest, of_lane = lowest_so_far(tree, paid), rows_by_lane(case, sources)
    for number, lane in enumerate(case.lanes):
        rows = list(of_lane[lane.name])
        if rows:
            least = lowest[rows].min(axis=0)
            paid_back[number] = (1 - case.offer[lane.offer].deposit) * np.where(np.isfinite(least), least, 0.0)
    return paid_back


def volumes(
    case: Case, sources: tuple[Purchase, ...], spot: Array, contract_scale: Array, licences: dict[str, Array]
) -> Array:
    """What each source can bring in a period, licences considered; by lane where they are limited.

    Shape (sources, nodes).
    """
    contract = {entry.name: number for number, entry in enumerate(case.contracts)}
    largest = np.zeros((len(sources), spot.shape[1]))
    for row, source in enumerate(sources):
        offer = case.offer[case.lane[source.lane].offer]
        if source.channel == SPOT:
            sold = spot[case.offer_row[offer.name]]
        else:
            number = contract[source.channel]
            sold = case.contracts[number].at_most * contract_scale[number]
        largest[row] = np.minimum(sold, licences.get(source.lane, np.inf)) * offer.yield_
    return largest


def end_value(
    case: Case,
    tree: Tree,
    sources: tuple[Purchase, ...],
    paid: Array,
    volume: Array,
    need: Array,
    lost: Array,
    money: float,
) -> Array:
    """Value of a unit left at the end: stated, or what replaces it less a quarter of carrying it.

    What replaces a unit is the dearest of the cheapest sources that together bring a period's need; the lowest such
    price on the path, so that nothing is hoarded for the end. It is never worth more than it saves its best user.
    lost: cost of shortage by step, shape (steps, nodes). Returns shape (positions, nodes).
    """
    price = np.zeros((len(case.positions), tree.nodes))
    of_lane = rows_by_lane(case, sources)
    for row, flows in enumerate(case.inflows):
        if rows := sorted(number for flow in flows for number in of_lane[flow.name]):
            replaced = _replacement(paid[rows], volume[rows], need[row]).reshape(1, -1)
            price[row] = np.nan_to_num(lowest_so_far(tree, replaced)[0], posinf=0.0)
    price = np.minimum(price, _saved(case, price, lost))
    holding = np.array([[position.holding[-1]] for position in case.positions]) * case.calendar.per_year / money
    worth = np.maximum(price * (1 - CARRIED * case.annual_rate) - CARRIED * holding, 0.0)
    for row, position in enumerate(case.positions):
        if position.end_value is not None:
            worth[row] = position.end_value / money
    return worth


def _saved(case: Case, price: Array, lost: Array) -> Array:
    """What a unit saves its best user, less a hundredth, so that what is needed now is served first; infinite for a
    firm need. Of materials that are taken together each has the part of the saving that its price is of theirs, so that
    all of them are worth no more than the shortage that they avert. Shape (positions, nodes).
    """
    saved, first = np.zeros(price.shape), 0
    for demand, flows in zip(case.demands, case.inputs, strict=True):
        steps = lost[first : first + len(demand.steps)]
        first += len(demand.steps)
        averted = np.full(price.shape[1], np.inf) if demand.firm else SAVED * steps.max(axis=0)
        together = sum((flow.rate * price[flow.position] for flow in flows), start=np.zeros(price.shape[1]))
        for row in (flow.position for flow in flows):
            ratio = np.divide(price[row], together, out=np.zeros(together.shape), where=together > 0)
            saved[row] = np.maximum(saved[row], np.where(ratio > 0, averted * np.where(ratio > 0, ratio, 1.0), 0.0))
    return saved


def _replacement(price: Array, volume: Array, need: Array) -> Array:
    """Price of the last source needed, cheapest first; of the dearest open one where all do not suffice."""
    order = np.argsort(price, axis=0, kind="stable")
    ranked = np.take_along_axis(price, order, axis=0)
    reach = np.cumsum(np.take_along_axis(np.where(np.isfinite(price), volume, 0.0), order, axis=0), axis=0)
    enough = reach >= need - 1e-12
    first = np.where(enough.any(axis=0), np.argmax(enough, axis=0), len(price) - 1)
    dearest = np.where(np.isfinite(ranked), ranked, -np.inf).max(axis=0)
    chosen = np.take_along_axis(ranked, first.reshape(1, -1), axis=0)[0]
    return np.where(np.isfinite(chosen), chosen, np.where(np.isfinite(dearest), dearest, np.inf))
