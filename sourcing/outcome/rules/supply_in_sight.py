"""What a buyer without foresight counts on: which offers can deliver now, and what will arrive in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sourcing.calendar import Array
from sourcing.case.records import Lane, OpenOrder
from sourcing.futures.tree import Ints
from sourcing.model.node_data import LicensedGroup, Nodes

NONE = 1e-9  # a share of an order that arrives, below which none of it does


@dataclass(frozen=True)
class SupplyInSight:
    """What can be seen in the nodes of one period.

    own: values of the columns so far. now: the nodes of the period; time: its number; before: their parents.
    """

    data: Nodes
    own: Mapping[str, Array]
    now: Ints
    before: Ints
    time: int

    def can_send(self, lane: Lane) -> Array:
        """The most that an order of a period may count on, shape (nodes of the period,): what licences let through now
        beyond what waits for them, nothing of what would be seized, without limit where nothing stands in the way."""
        row = self.data.case.lane_row[lane.name]
        sent = np.where(self.data.arriving[row, self.now] > NONE, np.inf, 0.0)
        return np.asarray(np.minimum(sent, np.maximum(self._let_through(lane) - self._waiting(lane), 0.0)))

    def arrives_within(self, lane: Lane, periods: int, ordered: bool = False) -> Array:
        """What arrives on a lane from now to so many periods later, of what was ordered before, shape (nodes of the
        period,). What waits at the border or has yet to reach it counts as far as licences let it through now.

        ordered: orders were placed and the border was crossed in this period; that counts too.
        """
        case, row = self.data.case, self.data.case.lane_row[lane.name]
        offer, last = case.offer[lane.offer], self.time + periods
        known, first = (self.time, self.time + 1) if ordered else (self.time - 1, self.time)
        orders = self.data.sources_of[lane.name]
        if lane.name in self.data.controlled:
            periods_needed = offer.to_border + int(self.data.delay[row, self.now].max(initial=0.0))
            left = last - lane.transit  # the last period in which something may leave and come in time
            queue = (self.data.controlled.index(lane.name),)
            passed = self._decided("exported", queue, first - lane.transit, min(left, known))
            made = self._decided("order", orders, known - periods_needed + 1, min(left - periods_needed, known))
            made = made + self._waiting(lane, ordered) + self._opening(lane, "making", known + 1, left)
            runs = max(left - known, 0)
            leaves = np.minimum(made, self._let_through(lane) * runs) if runs else np.zeros(len(self.now))
            comes = passed + self._opening(lane, "transit", first, last) + leaves
        else:
            lag = offer.to_border + lane.transit
            comes = self._decided("order", orders, first - lag, min(last - lag, known))
            comes = comes + self._opening(lane, "transit", first, last)
            comes = comes + self._opening(lane, "making", first - lane.transit, last - lane.transit)
        return np.asarray(offer.yield_ * self.data.arriving[row, self.now] * comes)

    def _decided(self, column: str, rows: Sequence[int], first: int, last: int) -> Array:
        """What was decided in some periods, the last included, on the way to each node."""
        total, values = np.zeros(len(self.now)), self.own[column]
        for time in range(max(first, 0), last + 1):
            total += sum(values[row, self._ancestors[time]] for row in rows)
        return total

    def _opening(self, lane: Lane, state: str, first: int, last: int) -> float:
        """Open orders of a lane that are due in some periods, the last included."""
        due, end = self._open_orders.get((lane.offer, lane.site, state), ()), min(last, self.data.tree.periods - 1)
        return sum(order.quantity for order in due if first <= order.period <= end)

    @cached_property
    def _ancestors(self) -> Ints:
        """The node of each period on the way to each node of this one, shape (periods, nodes of the period)."""
        return np.ascontiguousarray(self.data.tree.path[self.now].T)

    @cached_property
    def _open_orders(self) -> Mapping[tuple[str, str, str], Sequence[OpenOrder]]:
        """Open orders by offer, site and state."""
        orders: dict[tuple[str, str, str], list[OpenOrder]] = {}
        for order in self.data.case.open_orders:
            orders.setdefault((order.offer, order.site, order.state), []).append(order)
        return orders

    @cached_property
    def _groups(self) -> Mapping[LicensedGroup, int]:
        """Row of each group of lanes that share licences."""
        return {group: row for row, group in enumerate(self.data.groups)}

    def _group(self, lane: Lane) -> int | None:
        return self._groups.get(LicensedGroup(lane.offer, self.data.case.country[lane.site]))

    def _let_through(self, lane: Lane) -> Array:
        """What licences let through in a period, as it is now; infinite where none are needed."""
        if lane.name not in self.data.controlled:
            return np.full(len(self.now), np.inf)
        row = self.data.case.lane_row[lane.name]
        closed = np.where(self.data.approval[row, self.now] > NONE, np.inf, 0.0)
        group = self._group(lane)
        if group is None:
            return closed
        limited = self.data.limited[group, self.now]
        return np.where(limited, self.data.licence_limit[group, self.now], closed)

    def _waiting(self, lane: Lane, crossed: bool = False) -> Array:
        """What waits at the border as the period begins; crossed: as it ends."""
        if lane.name not in self.data.controlled:
            return np.zeros(len(self.now))
        row = self.data.controlled.index(lane.name)
        if crossed:
            return np.asarray(self.own["waiting"][row, self.now])
        if self.time:
            return np.asarray(self.own["waiting"][row, self.before])
        return np.full(len(self.now), self._opening(lane, "waiting", 0, self.data.tree.periods))
