"""Orders, border, arrivals and stock: what comes of what, and within which limits."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sourcing.audit.audited_numbers import AuditedNumbers
from sourcing.audit.check import HIDDEN, AuditCheck, at_most, equal, none
from sourcing.audit.plan_days import Array, Ints
from sourcing.audit.price_checks import AuditedPrices
from sourcing.audit.reported_amounts import ReportedAmounts


@dataclass(frozen=True)
class AuditedFlows:
    """What follows from the amounts of the tables, shape (things, nodes)."""

    numbers: AuditedNumbers
    amounts: ReportedAmounts
    prices: AuditedPrices

    @cached_property
    def released(self) -> Ints:
        """Latest period whose orders have been released to the border's queue, by lane."""
        numbers, tree = self.numbers, self.numbers.tree
        delay = np.ceil(numbers.mean("delay") - 1e-9).astype(np.int64)
        making = np.array([[numbers.importer.offer[lane.offer].to_border] for lane in numbers.importer.lanes]).reshape(
            -1, 1
        )
        out = np.asarray(tree.period - making - delay)
        for time in range(1, tree.periods):
            nodes = np.flatnonzero(tree.period == time)
            out[:, nodes] = np.maximum(out[:, nodes], out[:, tree.parent[nodes]])
        return out

    @cached_property
    def ordered_so_far(self) -> Array:
        """Orders of each lane along the path."""
        return self.numbers.along(self.amounts.orders)

    @cached_property
    def ready(self) -> Array:
        """What joins the queue of each lane: orders released in the period, and open orders by the same rule."""
        numbers, released = self.numbers, self.released
        earlier = numbers.before(released.astype(float), -1e6).astype(np.int64)
        out = np.zeros(self.amounts.waiting.shape)
        for row, lane in enumerate(numbers.importer.lanes):
            total = self.ordered_so_far[row]
            out[row] = numbers.until(total, released[row]) - numbers.until(total, earlier[row])
            for period in np.flatnonzero(due := numbers.opening(lane, "making")):
                placed = period - numbers.importer.offer[lane.offer].to_border
                out[row] += due[period] * ((earlier[row] < placed) & (placed <= released[row]))
        return out * numbers.queue[:, None]

    @cached_property
    def crossing(self) -> Array:
        """What passes the border: exported, or without a queue what was ordered so long ago."""
        numbers = self.numbers
        out = self.amounts.exported.copy()
        for row in np.flatnonzero(~numbers.queue):
            lane = numbers.importer.lanes[row]
            out[row] = numbers.ago(self.amounts.orders[row], numbers.importer.offer[lane.offer].to_border)
            out[row] += numbers.by_node(numbers.opening(lane, "making"))
        return out

    @cached_property
    def arrived(self) -> Array:
        """What reaches each site, by lane."""
        numbers = self.numbers
        out = np.zeros(self.crossing.shape)
        for row, lane in enumerate(numbers.importer.lanes):
            shipped = numbers.ago(self.crossing[row], lane.transit) + numbers.by_node(numbers.opening(lane, "transit"))
            out[row] = shipped * numbers.importer.offer[lane.offer].yield_ * numbers.let_in[row]
        return out

    @cached_property
    def not_released(self) -> Array:
        """In the queue, or ordered and not yet released to it; on a lane without one ordered and not yet at the border,
        by lane; of use at the leaves."""
        numbers = self.numbers
        out = np.zeros(self.crossing.shape)
        for row, lane in enumerate(numbers.importer.lanes):
            total, queue = self.ordered_so_far[row], numbers.queue[row]
            there = self.released[row] if queue else numbers.tree.period - numbers.importer.offer[lane.offer].to_border
            out[row] = total - numbers.until(total, there) + (self.amounts.waiting[row] if queue else 0.0)
        return out

    @cached_property
    def past_border(self) -> Array:
        """On its way by lane as it would arrive, past the border."""
        numbers, tree = self.numbers, self.numbers.tree
        exported = numbers.along(self.amounts.exported)
        out = np.zeros(self.crossing.shape)
        for row, lane in enumerate(numbers.importer.lanes):
            offer = numbers.importer.offer[lane.offer]
            queue = numbers.queue[row]
            total, at_border = (exported[row], 0) if queue else (self.ordered_so_far[row], offer.to_border)
            crossed = numbers.until(total, tree.period - at_border)
            out[row] = (crossed - numbers.until(total, tree.period - at_border - lane.transit)) * offer.yield_
        return out

    def by_position(self, values: Array) -> Array:
        """Values of lanes summed by the position they feed."""
        out = np.zeros((len(self.numbers.importer.positions), self.numbers.tree.nodes))
        np.add.at(out, self.numbers.position_of, values)
        return out

    @cached_property
    def pipeline(self) -> Array:
        """All that is on its way at the end of a period, as it would arrive, by position."""
        yields = np.array([[self.numbers.importer.offer[lane.offer].yield_] for lane in self.numbers.importer.lanes])
        return self.by_position(self.past_border + self.not_released * yields.reshape(-1, 1))

    @cached_property
    def unmet(self) -> Array:
        """Need not served, by demand."""
        demands = self.numbers.importer.demands
        ends = np.cumsum([0, *(len(demand.steps) for demand in demands)])
        return np.array([self.amounts.short[low:high].sum(axis=0) for low, high in itertools.pairwise(ends)]).reshape(
            len(demands), self.numbers.tree.nodes
        )

    @cached_property
    def released_cover(self) -> Array:
        """Where a reserve may be used: in force for the whole period in all futures of the node."""
        return np.asarray(self.numbers.mean("released") >= 1 - 1e-9)

    @cached_property
    def cover_target(self) -> Array:
        """Need of the days that stock should last."""
        return self.numbers.need_ahead(
            [entry.cover.days if entry.cover else 0.0 for entry in self.numbers.importer.positions]
        )

    @cached_property
    def end_target(self) -> Array:
        """Need of the days that stock and pipeline should last at the end."""
        return self.numbers.need_ahead([entry.end_days for entry in self.numbers.importer.positions])


def border_checks(flows: AuditedFlows) -> Iterator[AuditCheck]:
    """Queue, licences, arrivals. Room: what tables hide of each entry that is summed."""
    numbers, amounts = flows.numbers, flows.amounts
    importer, lanes, queue = numbers.importer, numbers.lanes, numbers.queue[:, None]
    waits = np.array([numbers.opening(lane, "waiting").sum() for lane in importer.lanes])
    channels = 2 + len(importer.contracts)
    left = numbers.before(amounts.waiting, waits) + flows.ready - amounts.exported - amounts.cancelled
    room = HIDDEN * channels * numbers.tree.periods
    yield equal("border_queue", lanes, amounts.waiting * queue, left * queue, room)
    seized = (numbers.let_in < 1).any(axis=1, keepdims=True)
    held = (numbers.limited | seized) & queue
    yield none("border_queue where nothing holds it", lanes, amounts.waiting * ~held * queue)
    unlimited = (amounts.waiting + amounts.exported + amounts.cancelled) * ~queue
    yield none("border_queue of lanes without one", lanes, unlimited)
    groups = list(dict.fromkeys((lane.offer, lane.country) for lane in importer.lanes))
    inside = np.array([[float((lane.offer, lane.country) == group) for lane in importer.lanes] for group in groups])
    one = [int(np.argmax(row)) for row in inside]
    together = inside @ (amounts.exported * queue)
    names = [f"{offer} into {country}" for offer, country in groups]
    yield at_most("licence_limit", names, together, flows.prices.licence[one], HIDDEN * channels)
    may = (numbers.approval < 1) & ~numbers.bound[:, None]
    yield none("cancelled", lanes, amounts.cancelled * ~may)
    yield equal("arrivals", lanes, amounts.arrived, flows.arrived, HIDDEN * channels)


def stock_checks(flows: AuditedFlows) -> Iterator[AuditCheck]:
    """Balance, storage, shortage, firm cover. Where storage is limited, what is too much may be thrown away."""
    numbers, amounts, importer = flows.numbers, flows.amounts, flows.numbers.importer
    names = [position.name for position in importer.positions]
    uses = np.array([numbers.uses(position) for position in importer.positions])
    opening = np.array([position.opening for position in importer.positions])
    served = uses @ (numbers.need - flows.unmet)
    there = numbers.before(amounts.stock, opening) + flows.by_position(amounts.arrived) - served
    storage = np.array([[position.storage] for position in importer.positions])
    free = np.isinf(storage)
    room = HIDDEN * (4 + len(importer.lanes))
    size = np.abs(served) + np.abs(amounts.stock)
    gone = there - amounts.stock
    yield AuditCheck("stock_balance", names, np.where(free, np.abs(gone), -gone), size, np.full(size.shape, room))
    yield at_most("storage", names, amounts.stock, np.broadcast_to(storage, amounts.stock.shape))
    rows = [number for number, demand in enumerate(importer.demands) for _ in demand.steps]
    share = np.array([[step.share] for demand in importer.demands for step in demand.steps]).reshape(-1, 1)
    steps = [f"{demand.name}, {step.name}" for demand in importer.demands for step in demand.steps]
    yield at_most("shortage", steps, amounts.short, share * numbers.need[rows])
    hard = [number for number, entry in enumerate(importer.positions) if entry.cover and entry.cover.firm]
    target = np.where(flows.released_cover, 0.0, flows.cover_target)[hard]
    yield at_most("firm_cover", [names[number] for number in hard], target, amounts.stock[hard])
