"""What the importer will not accept: shares, budgets, volumes, counts of suppliers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.frame import KILOGRAMS, Frame
from sourcing.futures.tree import Mask
from sourcing.model.node_data import Nodes, windows
from sourcing.model.statements import before, charged, datum, own, rule
from sourcing.model.templates import Charge, Template
from sourcing.scenario import attributes
from sourcing.scenario.language.rule_specs import BudgetRule, EachSpec, ShareRule, VolumeRule
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
    spans = [windows(data, limit.over, bool(limit.within)) for limit in limits]
    ends, carry = zip(*spans, strict=True) if limits else ((), ())
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
    of = {name: summed(node.charges, data, limits[name].basis, lanes(limits[name])) for name in names}
    rule(node, f"{column}_account", names, _accounted, of=_Accounts(column, of))


class Summed(NamedTuple):
    """What an account adds up in a node: arrivals by lane with the tonnes in a unit, or charges that are paid."""

    arrivals: tuple[tuple[str, float], ...]
    paid: tuple[Charge, ...]


class _Accounts(NamedTuple):
    """A column of accounts, and what each of them adds up."""

    column: str
    of: dict[str, Summed]


def _accounted(model: Any, of: _Accounts, name: str) -> Any:
    total, before = getattr(model, of.column)[name], getattr(model, f"{of.column}_before")[name]
    arrivals, paid = of.of[name]
    return total == model.rule_carry[name] * before + (
        sum(tonnes * model.arriving[lane] for lane, tonnes in arrivals) + sum(charged(model, charge) for charge in paid)
    )


def summed(charged: Sequence[Charge], data: Nodes, basis: str, lanes: tuple[str, ...]) -> Summed:
    """What lanes bring in a node: arrivals in tonnes, or money paid: for orders less what is refunded (spend), for all
    that has to do with the lanes (bill), for everything (cash)."""
    if basis == "arrivals":
        return Summed(tuple((lane, _tonnes(data.case, lane)) for lane in lanes), ())
    charges = [charge for charge in charged if charge.cash and (charge.goods or basis != "spend")]
    return Summed((), tuple(_paid(charge, None if basis == "cash" else set(lanes)) for charge in charges))


def _paid(charge: Charge, lanes: set[str] | None) -> Charge:
    """What is paid of a charge, for some lanes alone."""
    rows = [row for row, concerned in enumerate(charge.lanes) if lanes is None or lanes.intersection(concerned)]
    pairs, places = tuple(charge.pairs[row] for row in rows), tuple(charge.places[row] for row in rows)
    return charge._replace(price=charge.cash, pairs=pairs, places=places)


def _tonnes(case: Case, lane: str) -> float:
    """Tonnes in a unit of what a lane brings, so that materials in kg and t add up."""
    return KILOGRAMS[case.unit[case.offer[case.lane[lane].offer].material]] / KILOGRAMS["t"]


def _bounds(node: Template, data: Nodes, limits: tuple[RuleLimit, ...], review: Mask) -> None:
    for side in ("at_most", "at_least"):
        rows = [row for row, limit in enumerate(limits) if getattr(limit, side) is not None]
        names = tuple(limits[row].name for row in rows)
        shares = frozenset(limits[row].name for row in rows if limits[row].within)
        datum(node, f"rule_{side}_bound", names, np.array([getattr(limits[row], side) for row in rows]))
        rule(node, f"rule_{side}", names, _within_limit, of=_Side(side, shares), at=review[rows])


class _Side(NamedTuple):
    """at_most or at_least, and which limits are shares of a whole."""

    side: str
    shares: frozenset[str]


def _within_limit(model: Any, of: _Side, name: str) -> Any:
    whole = model.whole_amount[name] if name in of.shares else 1.0
    beyond = model.limited_amount[name] - getattr(model, f"rule_{of.side}_bound")[name] * whole
    return (1 if of.side == "at_most" else -1) * beyond <= 0


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
            lanes_by_group = grouped(whole, part.of.each, lanes)
        else:
            lanes_by_group = {"": tuple(lane for lane in whole if matches(part.of, lanes[lane]))}
        for group, of in lanes_by_group.items():
            title = ": ".join(piece for piece in (name, label, group) if piece)
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
