"""What the importer will not accept: shares, budgets, volumes, counts of suppliers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.frame import KILOGRAMS, Frame
from sourcing.futures.tree import Mask
from sourcing.model.node_data import SPOT, Nodes, windows
from sourcing.model.templates import Template, before, datum, own, rule
from sourcing.scenario import attributes
from sourcing.scenario.language.rules import BudgetRule, EachSpec, ShareRule, VolumeRule
from sourcing.selection import Attributes, grouped, matches
from sourcing.units import QuantityKind


@dataclass(frozen=True)
class RuleLimit:
    """One limit that a rule states: lanes counted, and what bounds them: a share of `within` lanes, or an amount."""

    name: str
    of: tuple[str, ...]
    within: tuple[str, ...]
    basis: str
    over: str
    at_most: Array | None
    at_least: Array | None


def rules(node: Template, data: Nodes) -> None:
    """limited_amount, whole_amount, and `rule_at_most`, `rule_at_least`.

    See models/formulation.md#rule_at_most. Accounts run over the period, the year or the horizon.
    """
    limits = tuple(limits_of(data))
    names = tuple(limit.name for limit in limits)
    ends, carry = zip(*(windows(data, limit.over) for limit in limits), strict=True) if limits else ((), ())
    review = np.array(ends, bool).reshape(len(limits), data.tree.nodes)
    carried = np.array(carry, float).reshape(len(limits), data.tree.nodes)
    own(node, "limited_amount", names, lower=-np.inf, preference=0.0)
    before(node, "limited_amount_before", "limited_amount", data.tree)
    datum(node, "rule_carry", names, carried)
    by_name = {limit.name: limit for limit in limits}
    _account(node, data, "limited_amount", names, by_name, lambda limit: limit.of)
    shares = tuple(limit.name for limit in limits if limit.within)
    own(node, "whole_amount", shares, lower=-np.inf, preference=0.0)
    before(node, "whole_amount_before", "whole_amount", data.tree)
    _account(node, data, "whole_amount", shares, by_name, lambda limit: limit.within)
    _bounds(node, data, limits, review)


def _account(
    node: Template,
    data: Nodes,
    column: str,
    names: tuple[str, ...],
    limits: dict[str, RuleLimit],
    lanes: Callable[[RuleLimit], tuple[str, ...]],
) -> None:
    model = node.model
    rule(
        node,
        f"{column}_account",
        names,
        lambda name: (
            getattr(model, column)[name]
            == model.rule_carry[name] * getattr(model, f"{column}_before")[name]
            + _flow(node, data, limits[name].basis, lanes(limits[name]))
        ),
    )


def _flow(node: Template, data: Nodes, basis: str, lanes: tuple[str, ...]) -> object:
    """What lanes bring in a node: arrivals in tonnes, or money paid: for orders less what is refunded (spend), for all
    that has to do with the lanes (bill), for storage too (cash)."""
    model, case = node.model, data.case
    if basis == "arrivals":
        return sum(_tonnes(case, lane) * model.arriving[lane] for lane in lanes)
    tiers = [key for key in node.columns["tier_order"].keys or () if key.lane in lanes]  # type: ignore[attr-defined]
    tiered = {key.lane for key in tiers}  # type: ignore[attr-defined]
    sources = [source for source in data.sources if source.lane in lanes]
    listed = [source for source in sources if source.channel != SPOT or source.lane not in tiered]
    spent = sum(model.source_price[source] * model.order[source] for source in listed)
    spent = spent + sum(model.tier_price[key] * model.tier_order[key] for key in tiers)
    spent = spent - sum(model.refund[lane] * model.cancelled[lane] for lane in lanes if lane in data.controlled)
    if basis == "spend":
        return spent
    crossing = [(lane, model.exported if lane in data.controlled else model.departing) for lane in lanes]
    bill = spent + sum(model.border_cost[lane] * amount[lane] for lane, amount in crossing)
    bill = bill + _outlays(node, data, lanes)
    return bill + _storage(node, data) if basis == "cash" else bill


def _outlays(node: Template, data: Nodes, lanes: tuple[str, ...]) -> object:
    """What is paid besides goods and their way: for placing orders, testing, signing, and volumes not taken."""
    model, case = node.model, data.case
    offers = {case.lane[lane].offer for lane in lanes}
    contracts = {contract.name for contract in case.contracts if contract.offer in offers}
    return (
        sum(model.order_cost[lane] * model.ordered[lane] for lane in model.ordered if lane in lanes)
        + sum(
            model.qualification_outlay[offer] * model.qualification_started[offer]
            for offer in model.qualification_started
            if offer in offers
        )
        + sum(model.signing_outlay[name] * model.contract_signed[name] for name in contracts)
        + sum(
            model.shortfall_price[name] * model.contract_shortfall[name]
            for name in model.contract_shortfall
            if name in contracts
        )
    )


def _storage(node: Template, data: Nodes) -> object:
    """What storing costs, at the sites and at the border."""
    model, case = node.model, data.case
    return sum(model.holding[name] * model.stock[name] for name in model.stock) + sum(
        model.holding[case.stocked_at(case.lane[lane])] * model.waiting[lane] for lane in data.controlled
    )


def _tonnes(case: Case, lane: str) -> float:
    """Tonnes in a unit of what a lane brings, so that materials in kg and t add up."""
    return KILOGRAMS[case.unit[case.offer[case.lane[lane].offer].material]] / KILOGRAMS["t"]


def _bounds(node: Template, data: Nodes, limits: tuple[RuleLimit, ...], review: Mask) -> None:
    model = node.model
    for side in ("at_most", "at_least"):
        rows = [row for row, limit in enumerate(limits) if getattr(limit, side) is not None]
        names = tuple(limits[row].name for row in rows)
        within = {limits[row].name: bool(limits[row].within) for row in rows}
        datum(node, f"rule_{side}_bound", names, np.array([getattr(limits[row], side) for row in rows]))
        sign = 1 if side == "at_most" else -1
        rule(
            node,
            f"rule_{side}",
            names,
            lambda name, side=side, sign=sign, within=within: (
                sign
                * (
                    model.limited_amount[name]
                    - getattr(model, f"rule_{side}_bound")[name] * (model.whole_amount[name] if within[name] else 1.0)
                )
                <= 0
            ),
            at=review[rows],
        )


def limits_of(data: Nodes) -> Iterator[RuleLimit]:
    """The limits that the rules of the case come to."""
    scenario = data.case.scenario
    lanes = attributes.of_lanes(scenario, {lane.name: (lane.offer, lane.site) for lane in data.case.lanes})
    for name, entry in data.case.rules.items():
        if entry.share:
            yield from _shares(name, entry.share, lanes, data)
        if entry.budget:
            yield _budget(name, entry.budget, lanes, data)
        if entry.volume:
            yield _volume(name, entry.volume, lanes, data)


def _constant(value: float, data: Nodes) -> Array:
    return np.full(data.tree.nodes, value)


def _shares(name: str, part: ShareRule, lanes: dict[str, Attributes], data: Nodes) -> Iterator[RuleLimit]:
    within = tuple(lane for lane in lanes if part.within is None or matches(part.within, lanes[lane]))
    groups = {"": within}
    if part.each:
        groups = grouped(within, part.each, lanes)
    for label, whole in groups.items():
        if isinstance(part.of, EachSpec):
            members = grouped(whole, part.of.each, lanes)
        else:
            members = {"": tuple(lane for lane in whole if matches(part.of, lanes[lane]))}
        for member, of in members.items():
            title = ": ".join(piece for piece in (name, label, member) if piece)
            most, least = (
                None if limit is None else _constant(limit.measure.number, data)
                for limit in (part.at_most, part.at_least)
            )
            yield RuleLimit(title, of, whole, part.basis, part.over, most, least)


def _budget(name: str, part: BudgetRule, lanes: dict[str, Attributes], data: Nodes) -> RuleLimit:
    of = tuple(lane for lane in lanes if part.of is None or matches(part.of, lanes[lane]))
    frame = Frame(data.case.scenario, data.case.calendar)
    basis = "cash" if part.of is None else "bill"
    return RuleLimit(name, of, (), basis, part.over, _constant(frame.number(part.at_most) / data.money, data), None)


def _volume(name: str, part: VolumeRule, lanes: dict[str, Attributes], data: Nodes) -> RuleLimit:
    of = tuple(lane for lane in lanes if matches(part.of, lanes[lane]))
    frame = Frame(data.case.scenario, data.case.calendar)
    most, least = (
        None
        if limit is None
        else data.by_period(frame.per_period(limit, "t"))
        if limit.measure.kind is QuantityKind.MASS_RATE
        else _constant(frame.number(limit, "t"), data)
        for limit in (part.at_most, part.at_least)
    )
    return RuleLimit(name, of, (), "arrivals", part.over, most, least)
