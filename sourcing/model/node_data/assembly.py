"""Node data: every number that the formulation reads, one value per node of the tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.futures.effects import Effects, effects
from sourcing.futures.tree import Ints, Mask, Tree
from sourcing.model.node_data.commitments import contract_years, cover_cost, cover_days, need_ahead, targets
from sourcing.model.node_data.node_prices import (
    end_value,
    freight,
    highest_so_far,
    money_unit,
    price_paid,
    refund,
    source_prices,
    volumes,
)
from sourcing.model.node_data.purchase_ways import (
    SPOT,
    LicensedGroup,
    Purchase,
    controlled_lanes,
    licences,
    normal_take,
    open_sources,
    rows_by_lane,
    sources_of,
    stack,
)


@dataclass(frozen=True)
class Nodes:
    """Data of the nodes. Money in `money` units of the currency (a power of ten that keeps numbers moderate),
    volumes in the material's unit per period; every array has shape (things, nodes) in the order of its names."""

    case: Case
    tree: Tree
    money: float
    sources: tuple[Purchase, ...]
    controlled: tuple[str, ...]
    groups: tuple[LicensedGroup, ...]
    price: Array
    available: Array
    spot: Array
    approval: Array
    delay: Array
    arriving: Array
    licence_limit: Array
    limited: Mask
    source_price: Array
    freight: Array
    duty: Array
    refund: Array
    need: Array
    shortage_cost: Array
    cover_target: Array
    cover_cost: Array
    released: Mask
    holding: Array
    end_value: Array
    end_target: Array
    contract_scale: Array
    contract_carry: Array
    contract_floor: Array
    contract_review: Mask
    spread: Array
    best_cost: Array | None = None
    """Least cost of the path to each leaf, had it been known from the start, shape (nodes,), 0 elsewhere; None where
    nobody asked, see sourcing/outcome/hindsight.py."""

    @cached_property
    def sources_of(self) -> Mapping[str, tuple[int, ...]]:
        """Places of the sources of each lane."""
        return rows_by_lane(self.case, self.sources)

    @property
    def border_cost(self) -> Array:
        """Freight and duty by lane [money / unit], shape (lanes, nodes)."""
        return self.freight + self.duty

    @cached_property
    def landed(self) -> Array:
        """What a unit that arrives costs without contract, freight and duty included [money], shape (lanes, nodes)."""
        lanes, case = self.case.lanes, self.case
        price = self.price[[case.offer_row[lane.offer] for lane in lanes]]
        yields = np.array([max(case.offer[lane.offer].yield_, 1e-9) for lane in lanes]).reshape(-1, 1)
        return np.asarray((price + self.border_cost) / yields)

    @cached_property
    def plan_end(self) -> Mask:
        """Nodes of the last period of the plan: the leaves, where the program looks no further; shape (nodes,)."""
        return np.asarray(self.tree.period == self.case.calendar.planned - 1)

    @cached_property
    def position_need(self) -> Array:
        """What needs take of each stock position when they are served [unit], shape (positions, nodes)."""
        return self.case.drawn(self.need)

    @cached_property
    def most_needed(self) -> Array:
        """Need of each stock position in each period, the largest of any node [unit], shape (positions, periods)."""
        period = self.tree.period
        each = [self.position_need[:, period == time].max(axis=1) for time in range(self.tree.periods)]
        return np.stack(each, axis=1)

    def most_drawn(self, position: int) -> float:
        """Need of a stock position in all periods together, of each the largest of any node [unit]."""
        return float(self.most_needed[position].sum())

    @cached_property
    def _usual(self) -> Mapping[str, float]:
        """Mean need of each material in a period, over all sites; where nothing is needed, mean of what is on offer."""
        mass = self.tree.probability / self.tree.periods
        usual: dict[str, float] = {}
        for position, amount in zip(self.case.positions, self.position_need @ mass, strict=True):
            usual[position.material] = usual.get(position.material, 0.0) + float(amount)
        for offer, row in self.case.offer_row.items():
            material, sold = self.case.offer[offer].material, self.available[row]
            if usual.get(material, 0.0) <= 0 and np.isfinite(sold).all():
                usual[material] = float(sold @ mass)
        return usual

    def usual_need(self, materials: Sequence[str]) -> Array:
        """What is usually needed of each material in a period, above 0 [unit / period], shape (materials, 1)."""
        usual = [self._usual.get(material, 0.0) for material in materials]
        return np.array([amount if amount > 0 else 1.0 for amount in usual]).reshape(-1, 1)

    @cached_property
    def tier_keys(self) -> tuple[tuple[str, str], ...]:
        """Lane and name of each price break, in order of the columns."""
        keys: list[tuple[str, str]] = []
        for source in self.sources:
            tiers = self.case.offer[self.case.lane[source.lane].offer].tiers
            if source.channel == SPOT and tiers:
                keys += [(source.lane, name) for name in tiers.names]
        return tuple(keys)

    @cached_property
    def can_cancel(self) -> Mask:
        """Controlled lanes on which orders may be cancelled: their offer has no take-or-pay. Shape (lanes, 1)."""
        bound = {contract.offer for contract in self.case.contracts if contract.take_or_pay > 0}
        return np.array([[self.case.lane[name].offer not in bound] for name in self.controlled], bool).reshape(-1, 1)

    @cached_property
    def may_wait(self) -> Mask:
        """Where goods may be left at the border: while licences limit what leaves, and on lanes whose goods are ever
        seized. Elsewhere what is ready leaves. Shape (controlled, nodes)."""
        out = np.zeros((len(self.controlled), self.tree.nodes), bool)
        for row, name in enumerate(self.controlled):
            lane = self.case.lane[name]
            group = LicensedGroup(lane.offer, self.case.country[lane.site])
            out[row] = (self.arriving[self.case.lane_row[name]] < 1).any()
            if group in self.groups:
                out[row] |= self.limited[self.groups.index(group)]
        return out

    @cached_property
    def released_until(self) -> Mapping[str, Ints]:
        """Of each controlled lane the latest period whose orders have been released to the queue, by node, shape
        (nodes,); below 0: none placed in the plan.

        Goods reach the border `to_border` periods after the order, and the queue once they have waited the delay in
        force.
        """
        rows = [self.case.lane_row[name] for name in self.controlled]
        to_border = [self.case.offer[self.case.lane[name].offer].to_border for name in self.controlled]
        earliest = np.array(to_border).reshape(-1, 1) + self.delay[rows]
        latest = highest_so_far(self.tree, self.tree.period - earliest).astype(np.int64)
        return dict(zip(self.controlled, latest, strict=True))

    @cached_property
    def queued_value(self) -> Array:
        """Worth of what is not past the border at a leaf. Shape (lanes, nodes).

        What then arrives of it, less freight and duty, which are still to be paid; where approval is below 1 no more
        than cancelling would bring. It counts towards the end target and is not worth its price besides: else what is
        dear is ordered last for the target's sake.
        """
        lanes = self.case.lanes
        come = self.end_value[[self.case.position_row[self.case.stocked_at(lane)] for lane in lanes]]
        yields = np.array([self.case.offer[lane.offer].yield_ for lane in lanes]).reshape(-1, 1)
        brings = np.maximum(yields * come - self.border_cost, 0.0)
        back = self.refund.copy()
        back[[self.case.lane_row[name] for name in self.controlled]] *= self.can_cancel
        return np.asarray(np.where(self.approval < 1, np.minimum(back, brings), brings) * self.tree.leaf)

    @cached_property
    def allowance(self) -> Array:
        """What the path to a leaf may cost more than others before it counts as worse: by how much the best that could
        have been done on it is dearer than on average. Shape (nodes,); 0 where cost counts as it is."""
        if self.best_cost is None:
            return np.zeros(self.tree.nodes)
        mean = self.best_cost @ self.tree.probability  # 0 but at leaves
        return np.where(self.tree.leaf, self.best_cost - mean, 0.0)

    @cached_property
    def discount(self) -> Array:
        """Discount factor of each node, shape (nodes,)."""
        return np.asarray(self.case.discount[self.tree.period])

    def by_period(self, values: Array) -> Array:
        """Values (..., periods) as values (..., nodes)."""
        return np.asarray(values[..., self.tree.period])


def nodes(case: Case, tree: Tree) -> Nodes:
    """Everything the formulation reads. See models/formulation.md."""
    per_future = [effects(case, future) for future in case.futures]
    mean = _Mean(tree, per_future)
    money = money_unit(case)
    price = mean("price") / money
    sources = sources_of(case, mean("spot"))
    controlled = controlled_lanes(case, per_future)
    approval, delay = mean("approval"), np.ceil(mean("delay") - 1e-9)
    normal = normal_take(case, tree, mean("available"))
    groups, limit, limited = licences(case, normal, controlled, approval, mean("reached") > 0)
    source_price = source_prices(case, tree, per_future, sources) / money
    row = case.offer_row
    lane_price = price[[row[lane.offer] for lane in case.lanes]]
    lost = mean("shortage") / money
    released = mean("released") >= 1 - 1e-9
    review, carry, floor = contract_years(case, tree, approval, mean("available"))
    contract_scale = stack([contract.scale for contract in case.contracts], tree)
    is_open = open_sources(case, sources, mean("spot"), contract_scale)
    paid = price_paid(case, tree, sources, source_price, is_open)
    volume = volumes(case, sources, mean("spot"), contract_scale, _licensed(case, controlled, groups, limit, limited))
    ahead = [np.array([need_ahead(case, effect.need, days) for effect in per_future]) for days in cover_days(case)]
    return Nodes(
        case=case,
        tree=tree,
        money=money,
        sources=sources,
        controlled=controlled,
        groups=groups,
        price=price,
        available=mean("available"),
        spot=mean("spot"),
        approval=approval,
        delay=delay,
        arriving=1 - mean("seized"),
        licence_limit=limit,
        limited=limited,
        source_price=source_price,
        freight=freight(case, tree, lane_price, mean("freight"), money),
        duty=np.array([lane.duty for lane in case.lanes]).reshape(-1, 1) * lane_price,
        refund=refund(case, tree, sources, paid),
        need=mean("need"),
        shortage_cost=lost,
        cover_target=targets(case, tree, ahead[0]),
        cover_cost=stack([cover_cost(position, case) for position in case.positions], tree) / money,
        released=released,
        holding=stack([position.holding for position in case.positions], tree) / money,
        end_value=end_value(case, tree, sources, paid, volume, case.drawn(mean("need")), lost, money),
        end_target=targets(case, tree, ahead[1]),
        contract_scale=contract_scale,
        contract_carry=carry,
        contract_floor=floor,
        contract_review=review,
        spread=_spread(tree, per_future),
    )


@dataclass(frozen=True)
class _Mean:
    """Probability-weighted mean over the futures of each node, of a field of the effects."""

    tree: Tree
    per_future: Sequence[Effects]

    def __call__(self, field: str) -> Array:
        return self.tree.mean(np.array([getattr(effect, field) for effect in self.per_future], dtype=float))


def _licensed(
    case: Case, controlled: tuple[str, ...], groups: tuple[LicensedGroup, ...], limit: Array, limited: Mask
) -> dict[str, Array]:
    """What licences let through on each lane that has any."""
    row = {group: number for number, group in enumerate(groups)}
    licensed = {}
    for name in controlled:
        group = row.get(LicensedGroup(case.lane[name].offer, case.country[case.lane[name].site]))
        if group is not None:
            licensed[name] = np.where(limited[group], limit[group], np.inf)
    return licensed


def _spread(tree: Tree, per_future: Sequence[Effects]) -> Array:
    """Relative difference of prices, volumes and needs between futures that share a node, shape (nodes,)."""
    worst = np.zeros(tree.nodes)
    for field in ("price", "available", "spot", "approval", "need", "shortage"):
        values = np.array([getattr(effect, field) for effect in per_future], dtype=float)
        if values.shape[1]:
            values = np.where(np.isfinite(values), values, 0.0)
            size = np.abs(tree.mean(values)) + 1e-12
            worst = np.maximum(worst, (tree.spread(values) / size).max(axis=0))
    return worst
