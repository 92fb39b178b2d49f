"""Orders within what is sold, signed and qualified; contracts; price and price breaks of the table."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sourcing.audit.audited_numbers import AuditedNumbers
from sourcing.audit.check import HIDDEN, AuditCheck, at_most, equal, none
from sourcing.audit.plan_days import Array
from sourcing.audit.price_checks import AuditedPrices
from sourcing.audit.reported_amounts import FREE, ReportedAmounts, places
from sourcing.outcome.plan import Plan


@dataclass(frozen=True)
class AuditedPurchases:
    """What follows from orders, contracts and qualifications, shape (things, nodes)."""

    numbers: AuditedNumbers
    amounts: ReportedAmounts
    prices: AuditedPrices

    @cached_property
    def ever(self) -> Array:
        """Qualifications started on the path, by offer to qualify."""
        return self.numbers.along(self.amounts.started)

    @cached_property
    def qualified(self) -> Array:
        """Whether an offer may be used, by offer: always, or once its qualification is finished."""
        numbers, importer = self.numbers, self.numbers.importer
        out = np.ones((len(importer.offers), numbers.tree.nodes))
        for number, row in enumerate(numbers.qualify):
            qualification = importer.offers[row].qualification
            assert qualification is not None
            out[row] = numbers.ago(self.ever[number], qualification.time)
        return out

    @cached_property
    def called(self) -> Array:
        """What is ordered under each contract over all its lanes [unit], shape (contracts, nodes)."""
        return np.asarray(self.amounts.calls.sum(axis=1))

    @cached_property
    def shortfall(self) -> Array:
        """What is missing of a contract's floor where its year, or the plan, ends. See formulation, contract_floor."""
        numbers, importer, tree = self.numbers, self.numbers.importer, self.numbers.tree
        out, names = np.zeros(self.called.shape), [offer.name for offer in importer.offers]
        ordered = numbers.along(self.called)
        for row, contract in enumerate(importer.contracts):
            year = np.append(contract.year, -1)
            ends = (year[:-1] >= 0) & (year[1:] != year[:-1])
            first = np.array([int(np.argmax(contract.year == entry)) for entry in contract.year])
            lanes = [number for number, lane in enumerate(importer.lanes) if lane.offer == contract.offer]
            most = contract.at_most * numbers.term[row]
            share_available = np.divide(
                numbers.available[names.index(contract.offer)], most, out=np.ones(len(most)), where=most > 0
            )
            due = numbers.along(
                numbers.term[row] * numbers.approval[lanes].mean(axis=0) * np.minimum(share_available, 1.0)
            )
            start = first[tree.period] - 1
            owed = contract.take_or_pay * self.amounts.volume[row] * (due - numbers.until(due, start))
            taken = ordered[row] - numbers.until(ordered[row], start)
            out[row] = np.where(ends[tree.period], np.maximum(owed - taken, 0.0), 0.0)
        return out


def buying_checks(buying: AuditedPurchases) -> Iterator[AuditCheck]:
    """Limits of orders. Room: what the table hides of each entry that is summed."""
    numbers, amounts, importer = buying.numbers, buying.amounts, buying.numbers.importer
    names, lanes = [offer.name for offer in importer.offers], numbers.lanes
    channels = 1 + len(importer.contracts)
    shape = (len(names), numbers.tree.nodes)
    without, bought = np.zeros(shape), np.zeros(shape)
    np.add.at(without, numbers.offer_of, amounts.spot)
    np.add.at(bought, numbers.offer_of, amounts.orders)
    room = HIDDEN * channels * len({lane.site for lane in importer.lanes})
    yield at_most("spot_limit", names, without, numbers.spot, room)
    yield at_most("capacity", names, bought, numbers.available, room)
    yield none("qualified_first", names, bought * (buying.qualified < 0.5), room)
    shared = tuple(importer.shared)
    uses = np.array([[offer.uses * (offer.supplier == name) for offer in importer.offers] for name in shared])
    used = uses.reshape(len(shared), len(names)) @ bought
    limit = numbers.stack([importer.shared[name] for name in shared])
    yield at_most("shared_capacity", shared, used, limit, room * uses.sum(axis=-1).reshape(-1, 1) if shared else room)
    signed = [contract.name for contract in importer.contracts]
    other_offer = np.array(
        [[lane.offer != contract.offer for lane in importer.lanes] for contract in importer.contracts]
    )
    elsewhere = (amounts.calls * other_offer.reshape(len(signed), len(lanes), 1)).sum(axis=1)
    yield none("orders under a contract of another offer", signed, elsewhere)
    volume = numbers.term * amounts.volume[:, None]
    yield at_most("contract_ceiling", signed, buying.called, volume, HIDDEN * len(lanes))
    least = np.array([contract.at_least for contract in importer.contracts]) * amounts.signed
    most = np.array([contract.at_most for contract in importer.contracts]) * amounts.signed
    yield at_most("contract_at_least", signed, least, amounts.volume)
    yield at_most("contract_at_most", signed, amounts.volume, most)
    yield equal(
        "contract_signed",
        signed,
        np.array([max(float(c.signed), s) for c, s in zip(importer.contracts, amounts.signed, strict=True)]),
        amounts.signed,
    )
    smallest = np.array([[importer.offer[lane.offer].minimum_order] for lane in importer.lanes]).reshape(-1, 1)
    placed = amounts.orders > HIDDEN
    yield at_most("order_minimum", lanes, smallest * placed, amounts.orders)


def qualification_checks(buying: AuditedPurchases) -> Iterator[AuditCheck]:
    """Qualifications start when they may, once, and early enough to be usable."""
    numbers = buying.numbers
    offers = [numbers.importer.offers[row] for row in numbers.qualify]
    names = [offer.name for offer in offers]
    parts = [offer.qualification for offer in offers if offer.qualification]
    may = numbers.stack([part.may_start for part in parts]) > 0
    time = np.array([[part.time] for part in parts]).reshape(-1, 1)
    usable = numbers.tree.period + time < numbers.tree.periods
    yield none("qualification_started", names, buying.amounts.started * ~(may & usable))
    yield at_most("qualification_once", names, buying.ever, np.ones(buying.ever.shape))


def price_checks(buying: AuditedPurchases, plan: Plan) -> Iterator[AuditCheck]:
    """Prices that the table of orders says, line by line."""
    numbers, importer = buying.numbers, buying.numbers.importer
    frame = plan.orders
    if frame.empty:
        return
    future, time = places(frame["future"], numbers.tree.futures), places(frame["period"], numbers.days.labels)
    node = numbers.tree.node_of[future, time]
    offer = places(frame["offer"], [entry.name for entry in importer.offers])
    channel = places(frame["how"], [contract.name for contract in importer.contracts])
    listed = numbers.price[offer, node]
    agreed = buying.prices.contract[channel, node] if len(importer.contracts) else listed
    free = frame["how"].to_numpy() == FREE
    lanes = [f"{lane.offer} > {lane.site}" for lane in importer.lanes]
    lane = places(frame["offer"] + " > " + frame["site"], lanes)
    quantity = frame["quantity"].to_numpy()
    for row, entry in enumerate(importer.lanes):
        on_lane = free & (lane == row)
        if importer.offer[entry.offer].breaks is not None and on_lane.any():
            bought = np.zeros(numbers.tree.nodes)
            bought[node[on_lane]] = quantity[on_lane]
            bill = buying.prices.spot_bill(row, entry, bought, buying.amounts.spot_price[row])
            listed[on_lane] = bill[node[on_lane]] / quantity[on_lane]
    price = np.where(free, listed, agreed)
    yield equal("price of orders, line", range(1, len(frame) + 1), frame["price"].to_numpy(), price, 1e-9)
