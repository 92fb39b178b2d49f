"""The numbers of every node, worked out from the scenario."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sourcing.audit.audited_futures import courses
from sourcing.audit.audited_records import AuditedCommitments, AuditedImporter, AuditedLane, AuditedPosition
from sourcing.audit.audited_tree import AuditedTree, paths
from sourcing.audit.importer import importer
from sourcing.audit.plan_days import Array, Ints, Mask, PlanDays
from sourcing.audit.possible_events import AuditedFuture
from sourcing.audit.restriction_effects import AuditedEffects, effects, things
from sourcing.scenario.language.scenario import Scenario


@dataclass(frozen=True)
class AuditedNumbers:
    """An importer, the tree of its futures, and what each does. Everything derived has shape (things, nodes), money in
    the currency of the scenario."""

    importer: AuditedImporter
    tree: AuditedTree
    effects: tuple[AuditedEffects, ...]

    @property
    def scenario(self) -> Scenario:
        """The scenario that the plan answers."""
        return self.importer.scenario

    @property
    def days(self) -> PlanDays:
        """The periods of the plan, with their days."""
        return self.importer.days

    def mean(self, field: str) -> Array:
        """Mean over the futures of each node. See models/formulation.md#time-and-information."""
        return self.tree.mean(self.each(field))

    def each(self, field: str) -> Array:
        """Values of a field in each future, shape (futures, things, periods)."""
        return np.array([getattr(effect, field) for effect in self.effects], dtype=float)

    def by_node(self, values: Array) -> Array:
        """Values (..., periods) as (..., nodes)."""
        return np.asarray(values)[..., self.tree.period]

    @cached_property
    def lanes(self) -> tuple[str, ...]:
        """Names of the lanes, in the order of every array by lane."""
        return tuple(lane.name for lane in self.importer.lanes)

    @cached_property
    def offer_of(self) -> Ints:
        """Place of the offer of each lane."""
        place = {offer.name: row for row, offer in enumerate(self.importer.offers)}
        return np.array([place[lane.offer] for lane in self.importer.lanes], dtype=np.int64)

    @cached_property
    def position_of(self) -> Ints:
        """Place of the position that each lane feeds."""
        place = {(position.material, position.site): row for row, position in enumerate(self.importer.positions)}
        material = [offer.material for offer in self.importer.offers]
        lane_offers = zip(self.offer_of, self.importer.lanes, strict=True)
        return np.array([place[material[row], lane.site] for row, lane in lane_offers], dtype=np.int64)

    @cached_property
    def price(self) -> Array:
        """Price of each offer [money / unit], mean over the futures of each node, shape (offers, nodes)."""
        return self.mean("price")

    @cached_property
    def available(self) -> Array:
        """What offers have to sell, mean over the futures of each node, shape (offers, nodes)."""
        return self.mean("available")

    @cached_property
    def spot(self) -> Array:
        """What offers sell without contract."""
        return self.mean("spot")

    @cached_property
    def sells(self) -> Mask:
        """Offers that ever sell without contract, shape (offers,)."""
        return np.asarray((self.each("spot") > 0).any(axis=(0, 2)))

    @cached_property
    def approval(self) -> Array:
        """Share of what is ready that is approved on each lane, mean over the futures of each node, shape (lanes,
        nodes)."""
        return self.mean("approval")

    @cached_property
    def limited(self) -> Mask:
        """Lanes on which approval is limited."""
        return np.asarray(self.mean("limited") > 0)

    @cached_property
    def let_in(self) -> Array:
        """Share of arrivals that is not seized, by lane."""
        return 1 - self.mean("seized")

    @cached_property
    def need(self) -> Array:
        """Need of each demand, mean over the futures of each node, shape (demands, nodes)."""
        return self.mean("need")

    @cached_property
    def queue(self) -> Mask:
        """Lanes where goods queue at the border: limited or delayed in any future, or something waits already."""
        ever = np.array([[lane.name in self._waits] for lane in self.importer.lanes])[:, 0]
        for effect in self.effects:
            ever |= effect.limited.any(axis=1) | (effect.delay > 0).any(axis=1)
        return ever

    @cached_property
    def _waits(self) -> set[str]:
        return {f"{order.offer} > {order.site}" for order in self.importer.open_orders if order.state == "waiting"}

    @cached_property
    def bound(self) -> Mask:
        """Lanes whose offer has a contract with take-or-pay: nothing on them can be cancelled."""
        offers = {contract.offer for contract in self.importer.contracts if contract.take_or_pay > 0}
        return np.array([lane.offer in offers for lane in self.importer.lanes], bool)

    @cached_property
    def qualify(self) -> tuple[int, ...]:
        """Places of the offers that need a qualification."""
        return tuple(row for row, offer in enumerate(self.importer.offers) if offer.qualification)

    @cached_property
    def term(self) -> Array:
        """Length of the part of each period inside a contract's term, in its own time."""
        return self.stack([contract.term for contract in self.importer.contracts])

    def stack(self, rows: Sequence[Array]) -> Array:
        """Rows by period as one array by node, also where there are none."""
        return self.by_node(np.array(rows, dtype=float).reshape(len(rows), self.tree.periods))

    def opening(self, lane: AuditedLane, state: str) -> Array:
        """Open orders of a lane in a state, by the period they are due, shape (periods,); later ones left out."""
        out = np.zeros(self.tree.periods)
        for order in self.importer.open_orders:
            wanted = (order.offer, order.site, order.state) == (lane.offer, lane.site, state)
            if wanted and order.period < self.tree.periods:
                out[order.period] += order.quantity
        return out

    def uses(self, position: AuditedPosition) -> Array:
        """Units of a position's material per unit of each demand, shape (demands,)."""
        demands = self.importer.demands
        rates = [demand.uses.get(position.material, 0.0) * (demand.site == position.site) for demand in demands]
        return np.array(rates, dtype=float)

    def need_ahead(self, spans: list[float]) -> Array:
        """Mean need of the days after each period by position; past the end at the rate of the last period."""
        length, need = self.days.length, self.each("need")
        out = np.zeros((len(self.effects), len(spans), self.tree.periods))
        for row, (position, span) in enumerate(zip(self.importer.positions, spans, strict=True)):
            if span <= 0:
                continue
            rate = np.einsum("d,fdt->ft", self.uses(position), need) / length
            for time in range(self.tree.periods):
                left = span
                for later in range(time + 1, self.tree.periods):
                    if left <= 0:
                        break
                    out[:, row, time] += rate[:, later] * min(left, length[later])
                    left = max(left - length[later], 0.0)
                out[:, row, time] += rate[:, -1] * left
        return self.tree.mean(out)

    def ago(self, values: Array, lag: int) -> Array:
        """Values (..., nodes) of so many periods ago on the path, 0 before the root."""
        tree = self.tree
        then = tree.path[np.arange(tree.nodes), np.maximum(tree.period - lag, 0)]
        return np.where(tree.period >= lag, values[..., then], 0.0)

    def before(self, values: Array, opening: Array | float = 0.0) -> Array:
        """Values of the node before; at the root what there was, shape (...)."""
        out = np.asarray(values[..., np.maximum(self.tree.parent, 0)]).copy()
        out[..., 0] = opening
        return out

    def along(self, values: Array) -> Array:
        """Sum along the path from the root, the node included."""
        out = np.array(values, dtype=float)
        for time in range(1, self.tree.periods):
            nodes = np.flatnonzero(self.tree.period == time)
            out[..., nodes] += out[..., self.tree.parent[nodes]]
        return out

    def lowest(self, values: Array) -> Array:
        """Lowest value on the path from the root, the node included."""
        out = np.array(values, dtype=float)
        for time in range(1, self.tree.periods):
            nodes = np.flatnonzero(self.tree.period == time)
            out[..., nodes] = np.minimum(out[..., nodes], out[..., self.tree.parent[nodes]])
        return out

    def until(self, total: Array, time: Ints) -> Array:
        """Sums along the path (..., nodes) as of a period of each node, 0 before the root. time: shape (nodes,)."""
        then = self.tree.path[np.arange(self.tree.nodes), np.clip(time, 0, self.tree.period)]
        return np.where(time >= 0, total[..., then], 0.0)


def numbers(scenario: Scenario, drawn: tuple[AuditedFuture, ...], committed: AuditedCommitments) -> AuditedNumbers:
    """What the audit reads. drawn: futures that were drawn; then the tree rests on what those show."""
    known = importer(scenario, committed)
    events = drawn or courses(known)
    tree = paths(*zip(*((one.shown, one.probability, one.name) for one in events), strict=True))
    rows = things(known)
    return AuditedNumbers(known, tree, tuple(effects(known, one, rows) for one in events))
