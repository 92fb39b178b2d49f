"""A rule of thumb followed through the futures without foresight."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.futures.tree import Ints
from sourcing.model.node_data import SPOT, Nodes
from sourcing.model.templates import Formulation
from sourcing.outcome.cost_terms import Values
from sourcing.outcome.rules.ordering import Ordering, Remaining
from sourcing.outcome.rules.rationing import serve
from sourcing.outcome.rules.rule_period import arrived, by_period, cross_border, evaluate
from sourcing.outcome.rules.step_values import parts_of
from sourcing.outcome.rules.supply_in_sight import SupplyInSight
from sourcing.solver.solution import selected_values


@dataclass(frozen=True)
class RuleOfThumb:
    """What a buyer without foresight does: order up to `days` of need beyond the lead time, by a mix of offers.

    mix: share of each offer by material, in order of preference. signs: contracts that are signed at once at their
    largest volume, and qualifies: offers that are qualified at once, besides what is signed and qualified already.
    """

    days: float
    mix: dict[str, dict[str, float]]
    signs: tuple[str, ...] = ()
    qualifies: tuple[str, ...] = ()


def live(formulation: Formulation, data: Nodes, rule: RuleOfThumb) -> Values:
    """Values of every column when a rule is followed, period by period, from what has been seen alone.

    See models/formulation.md#baseline.
    """
    own = {
        name: np.zeros((column.size, template.nodes))
        for template in (formulation.now, formulation.node)
        for name, column in template.columns.items()
        if column.terms is None
    }
    _begin(formulation, data, own, rule)
    coming = {name: by_period(formulation.node.columns[name], data) for name in ("ready", "departing", "arriving")}
    coming["qualified"] = by_period(formulation.node.columns["qualified"], data)
    lead_times = [_lead_time(data.case, rule, row) for row in range(len(data.case.positions))]
    lead = [max(round(periods), 0) for periods in lead_times]
    target = _targets(data, rule, lead_times)
    for time in range(data.tree.periods):
        now = np.flatnonzero(data.tree.period == time)
        before = data.tree.parent[now]
        sight = SupplyInSight(data, own, now, before, time)
        tested = formulation.node.columns["qualified"].keys or ()
        qualified = evaluate(formulation, "qualified", coming, own, now, time)
        usable = {str(name): qualified[row] for row, name in enumerate(tested)}
        ordering = Ordering(data, sight, usable, own, now, Remaining.of(data, own, now, time))
        parts, price = parts_of(data, now), ordering.cheapest()
        stock = own["stock"][:, before] if time else _opening(data, now)
        coming_in = _in_sight(data, sight, lead)
        ordering.place(rule.mix, np.maximum(target[:, now] - stock - coming_in, 0.0), parts, price)
        cross_border(formulation, data, own, coming, before, now, time)
        at_hand = stock + arrived(data, evaluate(formulation, "arriving", coming, own, now, time))
        serve(data, own, at_hand, _in_sight(data, sight, lead, ordered=True), lead, parts, price, now)
    _lots(formulation, data, own)
    _accounts(formulation, data, own)
    everything = own | selected_values(formulation.now, own) | selected_values(formulation.node, own)
    return everything | formulation.node.data


def _begin(formulation: Formulation, data: Nodes, own: dict[str, Array], rule: RuleOfThumb) -> None:
    """What is signed and qualified at once."""
    for row, contract in enumerate(data.case.contracts):
        if contract.signed or contract.name in rule.signs:
            own["contract_signed"][row] = 1.0
            own["contract_volume"][row] = contract.at_most
    started = formulation.node.columns["qualification_started"]
    for row, offer in enumerate(started.keys or ()):
        if offer in rule.qualifies and started.at[row, 0]:
            own["qualification_started"][row, 0] = 1.0


def _targets(data: Nodes, rule: RuleOfThumb, lead_times: Sequence[float]) -> Array:
    """Need of this period, of the lead time and of the days to hold [unit], shape (positions, nodes).

    lead_times: of each position [periods].
    """
    length = float(data.case.calendar.days.mean())
    daily = data.position_need / data.case.calendar.days[data.tree.period]
    days = np.array([length + periods * length + rule.days for periods in lead_times]).reshape(-1, 1)
    return np.asarray(daily * days)


def _lead_time(case: Case, rule: RuleOfThumb, row: int) -> float:
    """Lead time of the mix that a rule buys for one position [periods], the mean by share of the mix."""
    shares = rule.mix.get(case.positions[row].material, {})
    return sum(shares.get(case.lanes[flow.row].offer, 0.0) * flow.lag for flow in case.inflows[row])


def _in_sight(data: Nodes, sight: SupplyInSight, lead: Sequence[int], ordered: bool = False) -> Array:
    """What will arrive of each position by the time that an order of now does, shape (positions, nodes of the period).

    ordered: with what was ordered in this period.
    """
    out = np.zeros((len(data.case.positions), len(sight.now)))
    for row, flows in enumerate(data.case.inflows):
        for flow in flows:
            out[row] += sight.arrives_within(data.case.lanes[flow.row], lead[row], ordered)
    return out


def _opening(data: Nodes, now: Ints) -> Array:
    return np.repeat(np.array([[position.opening] for position in data.case.positions]), len(now), axis=1)


def _lots(formulation: Formulation, data: Nodes, own: dict[str, Array]) -> None:
    """Which orders were placed, and at which price breaks."""
    placed = {lane.name: _sum(own["order"], data.sources_of[lane.name], data.tree.nodes) for lane in data.case.lanes}
    for row, name in enumerate(formulation.node.columns["ordered"].keys or ()):
        own["ordered"][row] = placed[str(name)] > 0
    bought = {source.lane: own["order"][row] for row, source in enumerate(data.sources) if source.channel == SPOT}
    for row, key in enumerate(formulation.node.columns["tier_order"].keys or ()):
        lane, name = map(str, key)  # type: ignore[call-overload]
        tiers = data.case.offer[data.case.lane[lane].offer].tiers
        assert tiers is not None
        number = tiers.names.index(name)
        end = tiers.above[number + 1] if number + 1 < len(tiers.above) else np.inf
        amount, above = bought[lane], tiers.above[number]
        inside = (amount >= above) & (amount < end) & (amount > 0)
        own["tier_chosen"][row] = (amount > above) if tiers.incremental else inside
        own["tier_order"][row] = (
            np.clip(amount, above, end) - above if tiers.incremental else np.where(inside, amount, 0.0)
        )


def _accounts(formulation: Formulation, data: Nodes, own: dict[str, Array]) -> None:
    """What follows from orders and stock: cover missing, contract accounts, targets at the end."""
    case, tree = data.case, data.tree
    soft = [row for row, entry in enumerate(case.positions) if entry.cover and not entry.cover.firm]
    missing = np.maximum(data.cover_target[soft] - own["stock"][soft], 0.0)
    own["cover_shortfall"] = np.where(data.released[soft], 0.0, missing)
    pipeline = selected_values(formulation.node, own)["pipeline"]
    ending = [row for row, entry in enumerate(case.positions) if entry.end_days > 0]
    short = np.maximum(data.end_target[ending] - own["stock"][ending] - pipeline[ending], 0.0)
    own["end_shortfall"] = np.where(data.plan_end, short, 0.0)
    owed = [row for row, contract in enumerate(case.contracts) if contract.take_or_pay > 0]
    taken = np.zeros((len(owed), tree.nodes))
    for place, row in enumerate(owed):
        name = case.contracts[row].name
        called = _sum(own["order"], [n for n, source in enumerate(data.sources) if source.channel == name], tree.nodes)
        for time in range(tree.periods):
            now = np.flatnonzero(tree.period == time)
            carried = np.where(data.contract_carry[row, now] != 0, taken[place, tree.parent[now]], 0.0)
            taken[place, now] = called[now] + (carried if time else 0.0)
    own["contract_taken"] = taken
    due = data.contract_floor[owed] * own["contract_volume"][owed]
    own["contract_shortfall"] = np.where(data.contract_review[owed], np.maximum(due - taken, 0.0), 0.0)


def _sum(values: Array, rows: Sequence[int], nodes: int) -> Array:
    return np.asarray(values[list(rows)].sum(axis=0)) if rows else np.zeros(nodes)
