"""Prices by node: of sources, at the border, back on cancelling, of what is left."""

from collections.abc import Sequence

import numpy as np

from sourcing.case.values import Case
from sourcing.futures import Effects
from sourcing.nodes.sources import SPOT, Source, rows_by_lane, stack
from sourcing.periods import Array
from sourcing.tree import Mask, Tree


def money_unit(case: Case) -> float:
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


def source_prices(case: Case, tree: Tree, per_future: Sequence[Effects], sources: tuple[Source, ...]) -> Array:
    row = {offer.name: number for number, offer in enumerate(case.offers)}
    contract = {entry.name: entry for entry in case.contracts}
    offer_of = [row[case.lane[source.lane].offer] for source in sources]
    values = np.zeros((len(per_future), len(sources), tree.periods))
    for future, effect in enumerate(per_future):
        for number, source in enumerate(sources):
            price = effect.price[offer_of[number]]
            values[future, number] = price if source.channel == SPOT else contract[source.channel].price(price)
    return tree.mean(values)


def border_cost(case: Case, tree: Tree, lane_price: Array, freight_factor: Array, money: float) -> Array:
    """Freight and duty per unit shipped: on the offer's price of the period of shipping."""
    row = {offer.name: number for number, offer in enumerate(case.offers)}
    factor = freight_factor[[row[lane.offer] for lane in case.lanes]]
    freight = stack([lane.freight for lane in case.lanes], tree) / money
    share = stack([lane.freight_share for lane in case.lanes], tree)
    duty = np.array([lane.duty for lane in case.lanes]).reshape(-1, 1)
    return np.asarray(factor * (freight + share * lane_price) + duty * lane_price)


def _lowest_so_far(tree: Tree, values: Array) -> Array:
    """Lowest value on the path from the root, shape as given (things, nodes)."""
    lowest = values.copy()
    for time in range(1, tree.periods):
        now = np.flatnonzero(tree.period == time)
        lowest[:, now] = np.minimum(lowest[:, now], lowest[:, tree.parent[now]])
    return lowest


def lowest_paid(case: Case, tree: Tree, sources: tuple[Source, ...], source_price: Array, is_open: Mask) -> Array:
    """Lowest price that may have been paid so far on the path, price breaks included. Shape (sources, nodes)."""
    price = source_price.copy()
    for row, source in enumerate(sources):
        offer = case.offer[case.lane[source.lane].offer]
        if source.channel == SPOT and offer.tiers:
            with np.errstate(divide="ignore", invalid="ignore"):
                deepest = np.nan_to_num((offer.tiers.price / offer.price).min(axis=0), nan=1.0)
            price[row] *= deepest[tree.period]
    lowest = _lowest_so_far(tree, np.where(is_open, price, np.inf))
    return np.where(np.isfinite(lowest), lowest, price)


def refund(case: Case, tree: Tree, sources: tuple[Source, ...], lowest: Array) -> Array:
    """Paid back per unit cancelled: the lowest price paid so far, less the deposit. Shape (lanes, nodes)."""
    out = np.zeros((len(case.lanes), tree.nodes))
    of_lane = rows_by_lane(case, sources)
    for number, lane in enumerate(case.lanes):
        rows = list(of_lane[lane.name])
        if rows:
            out[number] = (1 - case.offer[lane.offer].deposit) * lowest[rows].min(axis=0)
    return out


def end_value(case: Case, tree: Tree, lowest: Array, sources: tuple[Source, ...], money: float) -> Array:
    """Value of a unit left at the end: stated, or the lowest price on the path less one period's holding."""
    out = np.zeros((len(case.positions), tree.nodes))
    for row, position in enumerate(case.positions):
        feeding = [
            number for number, source in enumerate(sources) if case.stocked_at(case.lane[source.lane]) == position.name
        ]
        if position.end_value is not None:
            out[row] = position.end_value / money
        elif feeding:
            out[row] = np.maximum(lowest[feeding].min(axis=0) - position.holding[-1] / money, 0.0)
    return out
