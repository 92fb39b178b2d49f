"""How much any use of a unit can ask for: what links of yes or no to amounts rest on.

Every bound is what can be had, or what all uses together can ask for: need, cover, the end target, take-or-pay, least
volumes, the smallest order and price breaks. Where what is left at the end is worth more than it costs, or a rule makes
one lane pull another, there is no end to the use, and what can be had is the bound.
See models/formulation.md#largest_order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sourcing.calendar import Array
from sourcing.case.frame import KILOGRAMS
from sourcing.case.records import Lane
from sourcing.futures.tree import Ints
from sourcing.model.node_data.assembly import Nodes
from sourcing.model.node_data.node_prices import lowest_so_far, price_paid
from sourcing.model.node_data.purchase_ways import SPOT, open_sources
from sourcing.model.node_data.rule_demands import least_volumes, pulled

MARGIN = 1 + 1e-4  # above what all uses ask for, so that an order for all of them does not reach the bound
GUESSED = 2
LOOSE = 10.0  # times all needs, where neither uses nor supply end: then the bound is a guess, which the solve checks


@dataclass(frozen=True)
class LargestAmount:
    """most: the largest order or arrival [unit, or t]; derived: what that rests on, 0 what can be had, 1 all uses, 2
    nothing, for it is a guess."""

    most: Array
    derived: Ints


@dataclass(frozen=True)
class LargestAmounts:
    """The largest amounts that a plan can have use for."""

    data: Nodes

    def order(self, lane: Lane) -> LargestAmount:
        """The largest order of a lane over all its channels, shape (nodes,) [unit / period]."""
        sold, uses = self.sold(lane), self.uses(lane)
        guess = LOOSE * max(self._everything(lane), 1.0)
        most = np.minimum(sold, uses)
        derived = np.where(np.isfinite(most), uses < sold, GUESSED)
        return LargestAmount(np.where(np.isfinite(most), most, guess), derived.astype(np.int64))

    def arriving(self, lanes: tuple[str, ...]) -> tuple[float, int]:
        """What several lanes can bring in all periods together [t], and what that rests on, see `LargestAmount`."""
        had = sum(self._tonnes(lane) * self._supplied(self.data.case.lane[lane]) for lane in lanes)
        used = 2 * MARGIN * self._used(lanes)
        if not np.isfinite(used) and not np.isfinite(had):
            guess = LOOSE * max(sum(self._everything(self.data.case.lane[lane]) for lane in lanes), 1.0)
            return float(guess), GUESSED
        return float(min(had, used)), int(used < had)

    # What can be had ---------------------------------------------------------------------------------------------

    def sold(self, lane: Lane) -> Array:
        """What a lane can sell in each node: without contract, and under its contracts at their largest."""
        data, case = self.data, self.data.case
        offer, row = case.offer[lane.offer], case.offer_row[lane.offer]
        channels = {data.sources[number].channel for number in data.sources_of[lane.name]}
        sold = data.spot[row] if SPOT in channels else np.zeros(data.tree.nodes)
        for number, contract in enumerate(case.contracts):
            if contract.name in channels:
                sold = np.asarray(sold + contract.at_most * data.contract_scale[number])
        if channels - {SPOT}:
            sold = np.minimum(sold, data.available[row])
        if offer.supplier in case.shared and offer.uses > 0:
            sold = np.minimum(sold, data.by_period(case.shared[offer.supplier]) / offer.uses)
        return sold

    def _supplied(self, lane: Lane) -> float:
        """What a lane can bring in all periods, with what is on its way when the plan begins."""
        case, tree = self.data.case, self.data.tree
        sold = self.sold(lane)
        total = sum(float(sold[tree.period == time].max()) for time in range(tree.periods))
        return (total + self._under_way(lane)) * case.offer[lane.offer].yield_

    def _under_way(self, lane: Lane) -> float:
        orders = self.data.case.open_orders
        return sum(order.quantity for order in orders if (order.offer, order.site) == (lane.offer, lane.site))

    # What uses ask for -------------------------------------------------------------------------------------------

    def uses(self, lane: Lane) -> Array:
        """What all uses of what a lane brings can ask for from a node on, shape (nodes,); infinite without end."""
        position = self.data.case.position_row[self.data.case.stocked_at(lane)]
        arriving_share = self._arriving_share(lane)
        left = self._need_left[position][self.data.tree.period]
        wanted = left + self._targets(position) + self._kept_at_end(lane)
        return np.asarray(
            MARGIN
            * (wanted / arriving_share + self._lots(lane) + self._owed(lane) + self._asked(lane) / arriving_share)
        )

    def _arriving_share(self, lane: Lane) -> float:
        """The least share of an order that arrives, where any of it does."""
        arrives = self.data.arriving[self.data.case.lane_row[lane.name]]
        return max(self.data.case.offer[lane.offer].yield_ * float(arrives[arrives > 0].min(initial=1.0)), 1e-9)

    @cached_property
    def _need_left(self) -> Array:
        """Need of each position from a period to the end, in each period the largest of any node. Shape (positions,
        periods)."""
        return np.cumsum(self.data.most_needed[:, ::-1], axis=1)[:, ::-1]

    def _targets(self, position: int) -> float:
        return float(self.data.cover_target[position].max() + self.data.end_target[position].max())

    def _lots(self, lane: Lane) -> float:
        """What a smallest order or the last price break may ask for beyond every other use."""
        offer = self.data.case.offer[lane.offer]
        return offer.minimum_order + (float(offer.tiers.above[-1]) if offer.tiers else 0.0)

    def _owed(self, lane: Lane) -> Array:
        """What contracts with take-or-pay may make the buyer call in a node."""
        data, owed = self.data, np.zeros(self.data.tree.nodes)
        for number, contract in enumerate(data.case.contracts):
            if contract.offer == lane.offer and contract.take_or_pay > 0:
                owed = owed + contract.at_most * data.contract_scale[number]
        return owed

    def _asked(self, lane: Lane) -> float:
        """What rules ask of a lane at least, in all their windows [unit]; infinite where another lane pulls it."""
        if lane.name in self._pulled:
            return np.inf
        return self._least.get(lane.name, 0.0) / self._tonnes(lane.name)

    def _kept_at_end(self, lane: Lane) -> float:
        """What may be bought to be left at the end: without end where it is worth more than it costs, up to the
        storage where nothing can be on its way."""
        if lane.name not in self._hoarded:
            return 0.0
        case = self.data.case
        at_once = case.offer[lane.offer].to_border + lane.transit == 0 and lane.name not in self.data.controlled
        return case.position[case.stocked_at(lane)].storage if at_once else np.inf

    @cached_property
    def _hoarded(self) -> frozenset[str]:
        """Lanes on which a unit may cost less, on some path, than what is left of it is worth at the end."""
        data, case, tree = self.data, self.data.case, self.data.tree
        is_open = open_sources(case, data.sources, data.spot, data.contract_scale)
        paid = price_paid(case, tree, data.sources, data.source_price, is_open) * data.discount
        lanes = [lane for lane in case.lanes if data.sources_of[lane.name]]
        cheapest = [paid[list(data.sources_of[lane.name])].min(axis=0) for lane in lanes]
        cost = lowest_so_far(tree, np.array(cheapest).reshape(len(lanes), tree.nodes))
        yields = np.array([case.offer[lane.offer].yield_ for lane in lanes]).reshape(-1, 1)
        rows = [case.position_row[case.stocked_at(lane)] for lane in lanes]
        dear = data.end_value[rows] * data.discount * yields > cost * (1 + 1e-9)
        hoarded = [lane.name for lane, some in zip(lanes, dear[:, tree.leaf].any(axis=1), strict=True) if some]
        return frozenset(hoarded)

    @cached_property
    def _pulled(self) -> frozenset[str]:
        return pulled(self.data.case)

    @cached_property
    def _least(self) -> Mapping[str, float]:
        return least_volumes(self.data.case)

    def _tonnes(self, lane: str) -> float:
        """Tonnes in a unit of what a lane brings."""
        case = self.data.case
        return KILOGRAMS[case.unit[case.offer[case.lane[lane].offer].material]] / KILOGRAMS["t"]

    def _everything(self, lane: Lane) -> float:
        """All needs and targets of all positions in units of what a lane brings, as it must be ordered."""
        case = self.data.case
        tonnes = sum(
            KILOGRAMS[case.unit[position.material]]
            / KILOGRAMS["t"]
            * (
                self._need_left[row, 0]
                + self._targets(row)
                + (position.storage if np.isfinite(position.storage) else 0)
            )
            for row, position in enumerate(case.positions)
        )
        return float(tonnes / self._tonnes(lane.name) / self._arriving_share(lane) + self._lots(lane))

    def _used(self, lanes: tuple[str, ...]) -> float:
        """What all uses of what lanes bring come to in all periods [t]."""
        case, total = self.data.case, 0.0
        for row in {case.position_row[case.stocked_at(case.lane[lane])] for lane in lanes}:
            weight = KILOGRAMS[case.unit[case.positions[row].material]] / KILOGRAMS["t"]
            total += weight * (self._need_left[row, 0] + self._targets(row))
        for name in lanes:
            lane = case.lane[name]
            if name in self._hoarded or name in self._pulled:
                total += self._tonnes(name) * self._supplied(lane)
            owed = sum(
                float(self._owed(lane)[self.data.tree.period == time].max()) for time in range(self.data.tree.periods)
            )
            total += self._tonnes(name) * (self._lots(lane) + owed + self._under_way(lane)) + self._least.get(name, 0.0)
        return total
