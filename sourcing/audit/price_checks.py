"""Prices of the audit, from the statement: of contracts and price breaks, back on cancelling, of what is left."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sourcing.audit.audited_numbers import AuditedNumbers
from sourcing.audit.audited_records import AuditedBreaks, AuditedContract, AuditedLane, AuditedOutlay
from sourcing.audit.check import HIDDEN
from sourcing.audit.plan_days import Array

QUARTER = 0.25  # years that what is left is carried; see models/formulation.md#end_value
WORTH = 0.99  # of what a unit saves its best user, at the end


@dataclass(frozen=True)
class AuditedPrices:
    """Prices of every node [money / unit], shape (things, nodes)."""

    numbers: AuditedNumbers

    @cached_property
    def contract(self) -> Array:
        """Price of each contract: fixed, or the mean of its formula over the futures of a node."""
        numbers, importer = self.numbers, self.numbers.importer
        names = [offer.name for offer in importer.offers]
        offer = numbers.each("price")[:, [names.index(contract.offer) for contract in importer.contracts]]
        values = np.zeros(offer.shape)
        for row, contract in enumerate(importer.contracts):
            values[:, row] = _agreed(contract, offer[:, row])
        return numbers.tree.mean(values)

    @cached_property
    def moved(self) -> Array:
        """What moves the price of each offer, as a factor on it."""
        base = self.numbers.stack([offer.price for offer in self.numbers.importer.offers])
        return np.divide(self.numbers.price, base, out=np.ones(base.shape), where=base != 0)

    def spot_bill(self, row: int, lane: AuditedLane, quantity: Array, told: Array) -> Array:
        """What is paid for a quantity bought without contract, shape (nodes,). told: the price that the plan says."""
        offer = self.numbers.importer.offer[lane.offer]
        place = self.numbers.offer_of[row]
        if offer.breaks is None:
            return np.asarray(self.numbers.price[place] * quantity)
        price = self.numbers.by_node(offer.breaks.price) * self.moved[place]
        return (
            _in_steps(offer.breaks, price, quantity)
            if offer.breaks.incremental
            else _at_once(offer.breaks, price, quantity, told)
        )

    @cached_property
    def paid(self) -> tuple[Array, Array]:
        """Price at best: without contract by lane, at the deepest break; by contract. Infinite where not open."""
        numbers, importer = self.numbers, self.numbers.importer
        spot = np.full((len(importer.lanes), numbers.tree.nodes), np.inf)
        for row, lane in enumerate(importer.lanes):
            offer, place = importer.offer[lane.offer], numbers.offer_of[row]
            deepest = np.ones(numbers.tree.periods)
            if offer.breaks is not None:
                ratio = np.divide(
                    offer.breaks.price, offer.price, out=np.ones(offer.breaks.price.shape), where=offer.price != 0
                )
                deepest = ratio.min(axis=0)
            spot[row] = np.where(numbers.spot[place] > 0, numbers.price[place] * numbers.by_node(deepest), np.inf)
        return spot, np.where(numbers.term > 0, self.contract, np.inf)

    @cached_property
    def refund(self) -> Array:
        """Paid back on cancelling, by lane: the lowest price so far, less the deposit."""
        numbers, importer = self.numbers, self.numbers.importer
        spot, contract = self.paid
        least = spot.copy()
        for row, lane in enumerate(importer.lanes):
            for number, entry in enumerate(importer.contracts):
                if entry.offer == lane.offer:
                    least[row] = np.minimum(least[row], contract[number])
        least = numbers.lowest(least)
        kept = 1 - np.array([[importer.offer[lane.offer].deposit] for lane in importer.lanes]).reshape(-1, 1)
        return np.asarray(np.where(np.isfinite(least), least, 0.0) * kept)

    @cached_property
    def border(self) -> tuple[Array, Array]:
        """Freight and duty per unit shipped, by lane."""
        numbers, lanes = self.numbers, self.numbers.importer.lanes
        price = numbers.price[numbers.offer_of]
        freight = numbers.stack([lane.freight for lane in lanes])
        freight = freight + numbers.stack([lane.freight_share for lane in lanes]) * price
        duty = np.array([lane.duty for lane in lanes]).reshape(-1, 1)
        return numbers.mean("freight")[numbers.offer_of] * freight, duty * price

    @cached_property
    def licence(self) -> Array:
        """What licences let through on the lanes of an offer into a country, by lane; infinite without limit."""
        numbers, importer = self.numbers, self.numbers.importer
        normal = numbers.stack([importer.offer[lane.offer].licensable for lane in importer.lanes])
        unsaid = [[numbers.scenario.offers[lane.offer].licensable is None] for lane in importer.lanes]
        normal = np.where(unsaid, np.maximum(normal, numbers.available[numbers.offer_of]), normal)
        share = numbers.approval
        allowed = np.where(share == 0, 0.0, np.where(share > 0, share, 1.0) * normal)
        return np.where(numbers.limited, allowed, np.inf)

    @cached_property
    def left(self) -> Array:
        """Value of a unit left at the end, by position: stated, or what replaces it, or what it saves its best user
        where that is less, less a quarter of carrying it."""
        numbers, importer = self.numbers, self.numbers.importer
        value = np.minimum(self._replaced, self._saved) * (1 - QUARTER * importer.rate)
        for row, position in enumerate(importer.positions):
            value[row] -= QUARTER * numbers.days.per_year * position.holding[-1]
            if position.end_value is not None:
                value[row] = position.end_value
        return np.maximum(value, 0.0)

    @cached_property
    def _replaced(self) -> Array:
        """Lowest price so far of the last source that a period's need takes, by position; 0 where nothing is sold."""
        numbers, importer = self.numbers, self.numbers.importer
        out = np.zeros((len(importer.positions), numbers.tree.nodes))
        for row, position in enumerate(importer.positions):
            price, volume = self._feeding(row)
            if len(price):
                least = numbers.lowest(_last_needed(price, volume, numbers.uses(position) @ numbers.need))
                out[row] = np.where(np.isfinite(least), least, 0.0)
        return out

    @cached_property
    def _saved(self) -> Array:
        """What a unit saves the demand that it saves most, by position: its part of the dearest step of shortage, in
        proportion to what the materials taken together would cost."""
        numbers, importer = self.numbers, self.numbers.importer
        uses = np.array([numbers.uses(position) for position in importer.positions])
        by_step = np.array([demand.name for demand in importer.demands for _ in demand.steps])
        margin, best = numbers.mean("shortage"), np.zeros(self._replaced.shape)
        for number, demand in enumerate(importer.demands):
            bill = uses[:, number] @ self._replaced
            dearest = np.full(bill.shape, np.inf)
            if demand.steps:
                dearest = WORTH * margin[by_step == demand.name].max(axis=0)
            for row in np.flatnonzero(uses[:, number]):
                priced = self._replaced[row] > 0
                part = self._replaced[row][priced] / bill[priced]
                best[row, priced] = np.maximum(best[row, priced], dearest[priced] * part)
        return best

    def _feeding(self, position: int) -> tuple[Array, Array]:
        """Prices and volumes of the sources that feed a position, shape (sources, nodes)."""
        numbers, importer = self.numbers, self.numbers.importer
        spot, contract = self.paid
        price, volume = [], []
        for row in np.flatnonzero(numbers.position_of == position):
            lane = importer.lanes[row]
            offer = importer.offer[lane.offer]
            sold = numbers.spot[numbers.offer_of[row]]
            if sold.any():
                price.append(spot[row])
                volume.append(np.minimum(sold, self.licence[row]) * offer.yield_)
            for number, entry in enumerate(importer.contracts):
                if entry.offer == lane.offer:
                    price.append(contract[number])
                    volume.append(np.minimum(entry.at_most * numbers.term[number], self.licence[row]) * offer.yield_)
        shape = (len(price), numbers.tree.nodes)
        return np.array(price).reshape(shape), np.array(volume).reshape(shape)

    def annuity(self, outlay: AuditedOutlay) -> Array:
        """Share of an outlay that falls in the plan, by period of payment.

        See models/formulation.md#lasting-outlays.
        """
        importer = self.numbers.importer
        if outlay.life is None:
            return np.ones(self.numbers.tree.periods)
        elapsed = self.numbers.days.elapsed
        years = np.minimum((elapsed[-1] - elapsed[:-1]) / 365.25, outlay.life)
        if importer.rate == 0:
            return np.asarray(years / outlay.life)
        grown = 1 + importer.rate
        return np.asarray((1 - grown**-years) / (1 - grown**-outlay.life))


def _agreed(contract: AuditedContract, offer: Array) -> Array:
    """Price under a contract for prices of the offer."""
    if contract.fixed is not None:
        return np.broadcast_to(contract.fixed, offer.shape)
    capped = np.minimum(contract.times * offer + contract.plus, contract.cap)
    return np.asarray(np.maximum(capped, contract.floor))


def _in_steps(breaks: AuditedBreaks, price: Array, quantity: Array) -> Array:
    """Each break's price for what lies within it. price: shape (breaks, nodes)."""
    width = np.diff(np.append(breaks.above, np.inf))
    parts = np.clip(quantity - breaks.above[:, None], 0.0, width[:, None])
    return np.asarray((price * parts).sum(axis=0))


def _at_once(breaks: AuditedBreaks, price: Array, quantity: Array, told: Array) -> Array:
    """The price of the break that a quantity reaches. Where two meet, that which the plan says: a rule on what is spent
    may want the higher one, which a hair less would cost."""
    room = HIDDEN * (1 + breaks.above[:, None])
    ends = np.append(breaks.above[1:], np.inf)[:, None]
    reached = (quantity >= breaks.above[:, None] - room) & (quantity <= ends + HIDDEN * (1 + breaks.above.max()))
    nearest = np.where(reached, np.abs(price - told), np.inf).argmin(axis=0)
    return np.asarray(np.take_along_axis(price, nearest[None, :], axis=0)[0] * quantity)


def _last_needed(price: Array, volume: Array, need: Array) -> Array:
    """Price of the last of the open sources, cheapest first, that the need takes; of the dearest where all together
    do not bring it; infinite where none is open. Shape (nodes,)."""
    is_open = np.isfinite(price)
    brought = np.where(is_open, volume, 0.0)
    out = np.where(is_open, price, -np.inf).max(axis=0)
    for row in range(len(price)):
        # With everything at most as dear as this source, is the need met?
        upto = np.where(price <= price[row], brought, 0.0).sum(axis=0)
        out = np.where(is_open[row] & (upto >= need - 1e-12), np.minimum(out, price[row]), out)
    return np.where(is_open.any(axis=0), out, np.inf)
