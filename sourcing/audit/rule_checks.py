"""Rules: shares, budgets, volumes and numbers of suppliers, over their windows and on every path."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sourcing.audit.audited_numbers import AuditedNumbers
from sourcing.audit.check import HIDDEN, RELATIVE, AuditCheck, at_most
from sourcing.audit.flow_checks import AuditedFlows
from sourcing.audit.plan_days import Array, Ints
from sourcing.audit.purchase_checks import AuditedPurchases
from sourcing.audit.written_numbers import KILOGRAMS, WrittenNumbers
from sourcing.scenario import attributes
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.rule_specs import CountRule, EachSpec, Rule, ShareRule
from sourcing.selection import Attributes, Where, grouped, matches
from sourcing.units import QuantityKind

Members = tuple[str, ...]


@dataclass(frozen=True)
class RuleContext:
    """Money paid that belongs to no lane: for offers, shape (offers, nodes); storing and making do, shape (nodes,)."""

    offers: Array
    rest: Array


@dataclass(frozen=True)
class RuleFlow:
    """Per basis what lanes bring or cost in a node, shape (lanes, nodes), and what a table hides of an entry."""

    arrivals: Array
    spend: Array
    bill: Array
    besides: RuleContext
    hidden: Mapping[str, Array]


def flow_of(numbers: AuditedNumbers, flows: AuditedFlows, spend: Array, bill: Array, besides: RuleContext) -> RuleFlow:
    """spend, bill: money paid for the orders of a lane, and with freight, duty and what placing them costs."""
    importer = numbers.importer
    tonnes = np.array(
        [
            [KILOGRAMS[numbers.scenario.materials[importer.offer[lane.offer].material].unit] / 1000]
            for lane in importer.lanes
        ]
    )
    dearest = numbers.price[numbers.offer_of].max(axis=1, initial=0.0)
    hidden = {"arrivals": HIDDEN * tonnes[:, 0], "spend": HIDDEN * dearest, "bill": 2 * HIDDEN * dearest}
    return RuleFlow(flows.amounts.arrived * tonnes.reshape(-1, 1), spend, bill, besides, hidden)


def rule_checks(numbers: AuditedNumbers, buying: AuditedPurchases, flow: RuleFlow) -> Iterator[AuditCheck]:
    """Every rule of the scenario."""
    importer = numbers.importer
    named = {lane.name: (lane.offer, lane.site) for lane in importer.lanes}
    lanes = attributes.of_lanes(numbers.scenario, named)
    for name, rule in numbers.scenario.rules.items():
        if rule.share:
            yield from _share(name, rule.share, lanes, numbers, flow)
        if rule.count:
            yield from _count(name, rule.count, numbers, buying, flow)
        yield from _amount(name, rule, lanes, numbers, flow)


def _picked(where: Where | None, lanes: Mapping[str, Attributes]) -> Members:
    return tuple(lane for lane, lane_spec in lanes.items() if where is None or matches(where, lane_spec))


def _total(members: Members, over: str, values: Array, numbers: AuditedNumbers) -> Array:
    """Sum over lanes and the window that ends in each node; 0 in nodes within a window. Shape (1, nodes)."""
    rows = [numbers.lanes.index(lane) for lane in members]
    return _in_windows(values[rows].sum(axis=0), over, numbers)


def _in_windows(values: Array, over: str, numbers: AuditedNumbers) -> Array:
    """Sum of values (nodes,) over the window that ends in each node; 0 in nodes within a window. Shape (1, nodes)."""
    first, ends = _windows(numbers, over)
    total = numbers.along(values)
    inside = total - numbers.until(total, first[numbers.tree.period] - 1)
    return np.where(ends[numbers.tree.period], inside, 0.0).reshape(1, -1)


def _windows(numbers: AuditedNumbers, over: str) -> tuple[Ints, Array]:
    """First period of the window of each period, and whether the window ends in it. A plan year is twelve months,
    counted anew where the plan ends, as every window."""
    count, months = numbers.tree.periods, numbers.days.months
    number = {"period": np.arange(count), "year": (months - months[0]) // 12}.get(over, np.zeros(count, np.int64))
    planned = numbers.days.planned
    if not planned.all():
        anew = (months - months[planned.sum()]) // 12 if over == "year" else number
        number = np.where(planned, number, number.max() + 1 + anew)
    first = np.searchsorted(number, number, side="left")
    return first, np.append(number[1:] != number[:-1], True)


def _hidden(members: Members, basis: str, numbers: AuditedNumbers, flow: RuleFlow) -> float:
    rows = [numbers.lanes.index(lane) for lane in members]
    return float(flow.hidden[basis][rows].sum()) * numbers.tree.periods * (1 + len(numbers.importer.contracts)) + 1e-12


def _share(
    name: str, rule: ShareRule, lanes: Mapping[str, Attributes], numbers: AuditedNumbers, flow: RuleFlow
) -> Iterator[AuditCheck]:
    values = flow.arrivals if rule.basis == "arrivals" else flow.spend
    within = _picked(rule.within, lanes)
    for label, whole in (grouped(within, rule.each, lanes) if rule.each else {"": within}).items():
        some = {key: lane for key, lane in lanes.items() if key in whole}
        parts = grouped(whole, rule.of.each, lanes) if isinstance(rule.of, EachSpec) else {"": _picked(rule.of, some)}
        every = _total(whole, rule.over, values, numbers)
        hidden = _hidden(whole, rule.basis, numbers, flow)
        for member, of in parts.items():
            title = [": ".join(piece for piece in (name, label, member) if piece)]
            part = _total(of, rule.over, values, numbers)
            if rule.at_most is not None:
                yield at_most("rule_at_most", title, part, rule.at_most.measure.number * every, hidden)
            if rule.at_least is not None:
                yield at_most("rule_at_least", title, rule.at_least.measure.number * every, part, hidden)


def _amount(
    name: str, rule: Rule, lanes: Mapping[str, Attributes], numbers: AuditedNumbers, flow: RuleFlow
) -> Iterator[AuditCheck]:
    """Budgets and volumes."""
    written = WrittenNumbers(numbers.scenario, numbers.days)
    if rule.budget:
        of = _picked(rule.budget.of, lanes)
        paid = _in_windows(_paid(of, rule.budget.of is None, numbers, flow), rule.budget.over, numbers)
        paid = paid * _limited(numbers, rule.budget.over)
        most = np.full(paid.shape, written.number(rule.budget.at_most))
        yield at_most("rule_at_most", [name], paid, np.maximum(most, 0.0), _hidden(of, "bill", numbers, flow))
    if rule.volume:
        of = _picked(rule.volume.of, lanes)
        limited = _limited(numbers, rule.volume.over)
        arrived = _total(of, rule.volume.over, flow.arrivals, numbers) * limited
        hidden = _hidden(of, "arrivals", numbers, flow)
        ends = _windows(numbers, rule.volume.over)[1][numbers.tree.period]
        if rule.volume.at_most is not None:
            yield at_most("rule_at_most", [name], arrived, _bound(written, rule.volume.at_most, numbers), hidden)
        if rule.volume.at_least is not None:
            least = _bound(written, rule.volume.at_least, numbers) * ends * limited
            yield at_most("rule_at_least", [name], least, arrived, hidden)


def _limited(numbers: AuditedNumbers, over: str) -> Array:
    """In which nodes an amount is limited: one over the horizon is one of the plan alone, shape (nodes,)."""
    return (numbers.days.planned | (over != "horizon")).astype(float)[numbers.tree.period]


def _paid(of: Members, everything: bool, numbers: AuditedNumbers, flow: RuleFlow) -> Array:
    """Money paid for lanes and their offers, of everything with storing and making do, shape (nodes,)."""
    rows = [numbers.lanes.index(lane) for lane in of]
    offers = np.unique(numbers.offer_of[rows])
    paid = flow.bill[rows].sum(axis=0) + flow.besides.offers[offers].sum(axis=0)
    return np.asarray(paid + flow.besides.rest if everything else paid)


def _bound(written: WrittenNumbers, limit: Quantity, numbers: AuditedNumbers) -> Array:
    """An amount in tonnes, or a rate as that of each period, shape (1, nodes)."""
    if limit.measure.kind is QuantityKind.MASS_RATE:
        return numbers.by_node(written.by_period(limit, "t")).reshape(1, -1)
    return np.full((1, numbers.tree.nodes), written.number(limit, "t"))


def _count(
    name: str, rule: CountRule, numbers: AuditedNumbers, buying: AuditedPurchases, flow: RuleFlow
) -> Iterator[AuditCheck]:
    """Suppliers in use within the plan: with their share of what arrives in a window, or ordered from in it."""
    importer, planned = numbers.importer, numbers.days.planned[numbers.tree.period].astype(float)
    things = attributes.of_offers(numbers.scenario)
    picked = tuple(offer.name for offer in importer.offers if matches(rule.of, things[offer.name]))
    ends = (_windows(numbers, rule.over)[1][numbers.tree.period] * planned).reshape(1, -1)
    for label, group in (grouped(picked, "material", things) if rule.each else {"": picked}).items():
        title = [": ".join(piece for piece in (name, label) if piece)]
        lanes = [lane for lane in importer.lanes if lane.offer in group]
        of = {
            supplier: tuple(lane.name for lane in lanes if importer.offer[lane.offer].supplier == supplier)
            for supplier in dict.fromkeys(importer.offer[lane.offer].supplier for lane in lanes)
        }
        if rule.at_least is not None and rule.each_at_least is not None:
            total = _total(tuple(lane.name for lane in lanes), rule.over, flow.arrivals, numbers)
            enough = rule.each_at_least.measure.number * total * (1 - RELATIVE) - HIDDEN
            brought = [_total(some, rule.over, flow.arrivals, numbers) >= enough for some in of.values()]
            number = np.sum(brought, axis=0, dtype=float).reshape(1, -1)
            yield at_most("rule_count_at_least", title, rule.at_least * ends, number)
        if rule.at_most is not None:
            placed = buying.amounts.orders
            used = [_total(some, rule.over, placed, numbers) > HIDDEN * len(some) for some in of.values()]
            number = np.sum(used, axis=0, dtype=float).reshape(1, -1) * planned
            yield at_most("rule_count_at_most", title, number, np.full(number.shape, float(rule.at_most)))
