"""Orders of a period under a rule of thumb: contracts first, then the mix, then whoever else can deliver."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.records import Lane, Offer
from sourcing.futures.tree import Ints
from sourcing.model.node_data import SPOT, Nodes
from sourcing.outcome.rules.step_values import NeedPart, worth
from sourcing.outcome.rules.supply_in_sight import SupplyInSight

Mix = Mapping[str, Mapping[str, float]]
"""Share of each offer by material, in order of preference."""


@dataclass(frozen=True)
class Remaining:
    """What can still be bought in a period: without contract and at all by offer, under each contract, of each shared
    resource. Shape (things, nodes of the period); amounts are taken off as orders are placed."""

    spot: Array
    available: Array
    contract: Array
    shared: dict[str, Array]

    @classmethod
    def of(cls, data: Nodes, own: Mapping[str, Array], now: Ints, time: int) -> "Remaining":
        """Everything that a period has to sell."""
        return cls(
            spot=data.spot[:, now].copy(),
            available=data.available[:, now].copy(),
            contract=own["contract_volume"] * data.contract_scale[:, now],
            shared={name: np.full(len(now), values[time]) for name, values in data.case.shared.items()},
        )

    def most(self, case: Case, offer: Offer, contract: int | None) -> Array:
        """Most that a source can still deliver."""
        row = case.offer_row[offer.name]
        most = np.minimum(self.available[row], self.spot[row] if contract is None else self.contract[contract])
        if offer.supplier in self.shared and offer.uses > 0:
            most = np.minimum(most, self.shared[offer.supplier] / offer.uses)
        return np.asarray(np.maximum(most, 0.0))

    def take(self, case: Case, offer: Offer, contract: int | None, amount: Array) -> None:
        """Take an ordered amount off what can still be bought."""
        row = case.offer_row[offer.name]
        self.available[row] -= amount
        if contract is None:
            self.spot[row] -= amount
        else:
            self.contract[contract] -= amount
        if offer.supplier in self.shared:
            self.shared[offer.supplier] -= offer.uses * amount


@dataclass(frozen=True)
class Ordering:
    """The orders of one period. sight: what can be seen; usable: by offer whether it is qualified, shape (nodes of the
    period,); own: values of the columns, to which orders are added."""

    data: Nodes
    sight: SupplyInSight
    usable: Mapping[str, Array]
    own: dict[str, Array]
    now: Ints
    left: Remaining

    def place(self, mix: Mix, wanted: Array, parts: Sequence[NeedPart], price: Array) -> None:
        """Order what is wanted of each position [unit], shape (positions, nodes of the period).

        Signed contracts are called first; then each offer of the mix has its share, as far as it can deliver; what is
        missing then is ordered from the next that can, in the order of the mix and of what is delivered cheapest. What
        costs more than the part of the need that it would serve saves is not bought for that part. price: of each
        position, see `cheapest`.
        """
        case, data = self.data.case, self.data
        for position in range(len(case.positions)):
            lanes = [case.lanes[flow.row] for flow in case.inflows[position]]
            if not lanes:
                continue
            whole = wanted[position]
            shares = mix.get(case.positions[position].material, {})
            ranked = sorted(lanes, key=partial(self._preference, shares))
            missing = whole.copy()
            for lane in ranked:
                missing = self._buy(lane, missing, missing, called=True)
            worthwhile = _reach(data, parts, position, price, self.now)
            pays = {lane.name: whole * worthwhile(self._landed(lane)) for lane in lanes}
            asked = missing.copy()
            for of_each in (shares, None):  # first by the mix, then whoever can still deliver
                for lane in ranked:
                    wish = missing if of_each is None else of_each.get(lane.offer, 0.0) * asked
                    most = np.maximum(pays[lane.name] - (whole - missing), 0.0)
                    missing = self._buy(lane, np.minimum(np.minimum(wish, missing), most), missing)

    def _buy(self, lane: Lane, amount: Array, missing: Array, called: bool = False) -> Array:
        """Order an amount that is to arrive on a lane, and return what is missing then. called: under contracts alone,
        of which what must be taken or paid for is called in any case."""
        case, data, offer = self.data.case, self.data, self.data.case.offer[lane.offer]
        rows = [row for row in data.sources_of[lane.name] if (data.sources[row].channel != SPOT) == called]
        if not rows or not (called or (amount > 0).any()):
            return missing
        usable = self.usable.get(offer.name, np.ones(len(self.now)))
        arriving_share = max(offer.yield_, 1e-9)
        placed = [self.own["order"][row, self.now] for row in data.sources_of[lane.name]]
        before = sum(placed, start=np.zeros(len(self.now)))
        reach = np.maximum(self._can_send[lane.name] - before, 0.0)
        for row in rows:
            contract = self._contract_row.get(data.sources[row].channel)
            need = np.maximum(amount, 0.0) / arriving_share
            if contract is not None:
                bound = case.contracts[contract].take_or_pay * self.left.contract[contract]
                need = np.maximum(need, np.where(reach > 0, bound, 0.0))
            need = np.where(need > 0, np.maximum(need, offer.minimum_order - before), 0.0)
            order = np.minimum(np.minimum(need, self.left.most(case, offer, contract)), reach) * usable
            order = np.where(order + before < offer.minimum_order - 1e-9, 0.0, order)
            self.own["order"][row, self.now] += order
            self.left.take(case, offer, contract, order)
            reach, before, amount = reach - order, before + order, amount - arriving_share * order
            missing = np.maximum(missing - arriving_share * order, 0.0)
        return missing

    def _preference(self, shares: Mapping[str, float], lane: Lane) -> tuple[float, float, str]:
        return -shares.get(lane.offer, 0.0), float(self._landed(lane).mean()), lane.name

    def _landed(self, lane: Lane) -> Array:
        """What a unit that arrives costs without contract [data.money], shape (nodes of the period,)."""
        return np.asarray(self.data.landed[self.data.case.lane_row[lane.name], self.now])

    @cached_property
    def _contract_row(self) -> Mapping[str, int]:
        return {contract.name: row for row, contract in enumerate(self.data.case.contracts)}

    @cached_property
    def _can_send(self) -> Mapping[str, Array]:
        """The most that an order of the period may count on, by lane."""
        return {lane.name: self.sight.can_send(lane) for lane in self.data.case.lanes}

    def cheapest(self) -> Array:
        """The least that a unit of each position costs, of those who can deliver; 0 where nobody can."""
        case = self.data.case
        out = np.zeros((len(case.positions), len(self.now)))
        for row, flows in enumerate(case.inflows):
            cheapest = np.full(len(self.now), np.inf)
            for flow in flows:
                lane = case.lanes[flow.row]
                open_ = (self._can_send[lane.name] > 0) & (self.usable.get(lane.offer, np.ones(len(self.now))) > 0)
                cheapest = np.minimum(cheapest, np.where(open_, self._landed(lane), np.inf))
            out[row] = np.where(np.isfinite(cheapest), cheapest, 0.0)
        return out


def _reach(data: Nodes, parts: Sequence[NeedPart], position: int, price: Array, now: Ints) -> Callable[[Array], Array]:
    """For a delivered price, which share of the need of a position saves more than it costs."""
    rate = {flow.row: flow.rate for flow in data.case.outflows[position]}
    mine = [part for part in parts if part.demand in rate]
    amounts = [rate[part.demand] * part.amount for part in mine]
    values = [worth(data, part, position, price) for part in mine]
    total = np.maximum(sum(amounts, start=np.zeros(len(now))), 1e-12)

    def share(landed: Array) -> Array:
        paying = (amount * (value > landed) for amount, value in zip(amounts, values, strict=True))
        return np.asarray(sum(paying, start=np.zeros(len(now))) / total)

    return share
