"""Rules that together allow no purchase of what is needed: found before anything is solved, and named.

Shares know no amounts, so that buying nothing keeps them all: `at_least` above `at_most` on the same share is no
contradiction, and its plan is an empty one. See models/formulation.md#rules-that-forbid-buying.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import sparse

from sourcing.calendar import Array
from sourcing.errors import SolveError
from sourcing.figures import stated_percent
from sourcing.model.node_data import Nodes, open_sources
from sourcing.model.rules import RuleLimit, limits_of
from sourcing.model.supplier_counts import CountGroup, groups_of
from sourcing.scenario.language.rule_specs import EachSpec, Rule
from sourcing.solver.highs import Options, hand_over, run
from sourcing.solver.stamp import Program

SHARES = ("arrivals", "spend")
ALL = 1000.0  # what all purchases together are at most, in no unit
SMALLEST = 1e-6 * ALL  # of all purchases: a material that can have no more of them can have nothing


def check_rules(data: Nodes) -> None:
    """Raise SolveError naming the rules that leave nothing to be bought of what is needed."""
    rules = tuple(data.case.rules)
    if not any(rule.share or (rule.count and rule.count.at_least) for rule in data.case.rules.values()):
        return
    lanes = _open(data)
    allowing = _Allowing.under(data, lanes, rules)
    for row in _wanted(data):
        if any(_feeds(data, lane, row) for lane in lanes) and not allowing.some(row):
            guilty = _least(data, lanes, row, rules)
            if any(data.case.rules[name].share or data.case.rules[name].count for name in guilty):
                raise forbidding(data, row, guilty)


def _wanted(data: Nodes) -> list[int]:
    """Positions that need more than they have and what is on its way to them."""
    case, wanted = data.case, []
    for row, position in enumerate(case.positions):
        coming = sum(
            order.quantity
            for order in case.open_orders
            if (case.offer[order.offer].material, order.site) == (position.material, position.site)
        )
        if data.most_drawn(row) > position.opening + coming:
            wanted.append(row)
    return wanted


def _least(data: Nodes, lanes: tuple[str, ...], row: int, rules: tuple[str, ...]) -> tuple[str, ...]:
    """The fewest of the rules that together still allow nothing: each is left out if it is not needed for that."""
    for name in rules:
        fewer = tuple(other for other in rules if other != name)
        if not _Allowing.under(data, lanes, fewer).some(row):
            rules = fewer
    return rules


def forbidding(data: Nodes, row: int, guilty: tuple[str, ...]) -> SolveError:
    """What is to be said of rules that allow no purchase of a position."""
    names = [f"rules.{name}{_limits(data.case.rules[name])}" for name in guilty]
    position = data.case.positions[row]
    who = f"{', '.join(names[:-1])} and {names[-1]} together allow" if len(names) > 1 else f"{names[0]} allows"
    return SolveError(
        f"no plan: {who} no purchase of {position.material} at {position.site}, which is needed: whatever is bought "
        f"breaks {'one of them' if len(names) > 1 else 'it'}; loosen or remove {'one' if len(names) > 1 else 'it'}"
    )


def _limits(rule: Rule) -> str:
    """What a rule on a share asks, in brackets."""
    part = rule.share
    if part is None:
        return ""
    bounds = [
        f"{word} {stated_percent(limit.measure.number)}"
        for word, limit in (("at least", part.at_least), ("at most", part.at_most))
        if limit is not None
    ]
    who = f"each {part.of.each}" if isinstance(part.of, EachSpec) else str(part.of)
    return f" ({who}: {' and '.join(bounds)})"


class _RuleRow(NamedTuple):
    """A row of rules: weights of lanes, weights of yes-or-no choices, upper limit."""

    lanes: tuple[tuple[str, float], ...]
    choices: tuple[tuple[int, float], ...]
    most: float


@dataclass(frozen=True)
class _Purchases:
    """What rules ask of the purchases of some lanes, in no unit; no rows, no rules. choices: yes or no, of rules."""

    lanes: tuple[str, ...]
    rows: tuple["_RuleRow", ...]
    choices: int

    @property
    def is_free(self) -> bool:
        """Whether no rule states anything about these purchases."""
        return not self.rows

    def largest(self, gain: Array) -> float:
        """The largest part, of `ALL`, that the lanes with a gain of 1 can have. gain: shape (lanes,)."""
        return _largest(self.lanes, self.rows, self.choices, tuple(gain.tolist()))


@dataclass(frozen=True)
class _Allowing:
    """Some of the rules, stated over the open lanes: by amount, and by money over the lanes that cost anything."""

    data: Nodes
    lanes: tuple[str, ...]
    arrivals: _Purchases
    spend: _Purchases

    @classmethod
    def under(cls, data: Nodes, lanes: tuple[str, ...], rules: tuple[str, ...]) -> "_Allowing":
        """The purchases that the named rules alone allow."""
        case = replace(data.case, rules={name: data.case.rules[name] for name in rules})
        under = replace(data, case=case)
        limits, groups = tuple(limits_of(under)), groups_of(under)
        priced = tuple(lane for lane in lanes if _priced(data, lane))
        arrivals, spend = SHARES
        return cls(
            data, lanes, _stated(under, lanes, limits, groups, arrivals), _stated(under, priced, limits, groups, spend)
        )

    def some(self, row: int) -> bool:
        """Whether any of a position can be bought, by amount and by money. What costs nothing is in no spend."""
        fed = [lane for lane in self.lanes if _feeds(self.data, lane, row)]
        free = any(lane not in self.spend.lanes for lane in fed)
        return all(
            part.is_free or part.largest(np.array([float(lane in fed) for lane in part.lanes])) > SMALLEST
            for part in ((self.arrivals,) if free else (self.arrivals, self.spend))
        )


def _feeds(data: Nodes, lane: str, row: int) -> bool:
    return data.case.stocked_at(data.case.lane[lane]) == data.case.positions[row].name


def _open(data: Nodes) -> tuple[str, ...]:
    """Lanes on which anything can be bought at any time, or is on its way."""
    case = data.case
    is_open = open_sources(case, data.sources, data.spot, data.contract_scale)
    coming = {(order.offer, order.site) for order in case.open_orders}
    open_lanes = []
    for lane in case.lanes:
        offer, row = case.offer[lane.offer], case.offer_row[lane.offer]
        tested = offer.qualification is None or bool(
            np.any(np.flatnonzero(offer.qualification.may_start) + offer.qualification.time < len(case.calendar))
        )
        sold = bool((is_open[list(data.sources_of[lane.name])].any(axis=0) & (data.available[row] > 0)).any())
        if (sold and tested) or (lane.offer, lane.site) in coming:
            open_lanes.append(lane.name)
    return tuple(open_lanes)


def _priced(data: Nodes, lane: str) -> bool:
    return bool((data.source_price[list(data.sources_of[lane])] > 0).any())


def _stated(
    data: Nodes, lanes: tuple[str, ...], limits: tuple[RuleLimit, ...], groups: Mapping[str, CountGroup], basis: str
) -> _Purchases:
    """What rules say of shares. Amounts and bills say something only where they allow nothing at all."""
    rows: list[tuple[Mapping[str, float], Mapping[int, float], float]] = []
    for limit in limits:
        if limit.within and limit.basis == basis:
            for bound, sign in ((limit.at_most, 1.0), (limit.at_least, -1.0)):
                if bound is not None:
                    whole = {lane: -sign * float(bound[0]) for lane in limit.within}
                    rows.append(({lane: whole[lane] + sign * (lane in limit.of) for lane in whole}, {}, 0.0))
        elif not limit.within and limit.at_most is not None and not limit.at_most.any():
            paid = limit.basis == "arrivals" or basis == "spend"
            rows.append((dict.fromkeys(limit.of if paid else (), 1.0), {}, 0.0))
    choices = 0
    for group in groups.values() if basis == "arrivals" else ():
        if group.part.at_least is not None and group.part.each_at_least is not None:
            share, first = group.part.each_at_least.measure.number, choices
            for supplier in group.suppliers:
                mine = group.lanes_of(supplier, data.case)
                weight = {lane: share - float(lane in mine) for lane in group.lanes}
                rows.append((weight, {choices: ALL}, ALL))
                choices += 1
            rows.append(({}, dict.fromkeys(range(first, choices), -1.0), -float(group.part.at_least)))
    kept = (_RuleRow(tuple(weights.items()), tuple(chosen.items()), most) for weights, chosen, most in rows)
    return _Purchases(lanes, tuple(kept), choices)


@lru_cache(maxsize=256)
def _largest(lanes: tuple[str, ...], rows: tuple[_RuleRow, ...], choices: int, gain: tuple[float, ...]) -> float:
    """The largest part of `ALL` that lanes with a gain can have; cases that differ in costs alone ask the same."""
    program = replace(_program(lanes, rows, choices), cost=-np.array([*gain, *[0.0] * choices]))
    solved = run(hand_over(program, Options(0.0)), bool(choices), None)
    return -solved.objective if np.isfinite(solved.objective) else 0.0


def _program(lanes: tuple[str, ...], rows: Sequence[_RuleRow], choices: int) -> Program:
    """Rows, and all purchases together, as a program without a purpose."""
    count, place = len(lanes), {lane: number for number, lane in enumerate(lanes)}
    entries = [(len(rows), column, 1.0) for column in range(count)]
    for number, (weights, chosen, _) in enumerate(rows):
        entries += [(number, place[lane], weight) for lane, weight in weights if weight and lane in place]
        entries += [(number, count + choice, weight) for choice, weight in chosen if weight]
    columns = count + choices
    table = np.array(entries, dtype=float).reshape(-1, 3)
    upper = np.array([*(most for *_, most in rows), ALL])
    return Program(
        matrix=sparse.csc_array(
            (table[:, 2], (table[:, 0].astype(int), table[:, 1].astype(int))), shape=(len(upper), columns)
        ),
        row_lower=np.full(len(upper), -np.inf),
        row_upper=upper,
        column_lower=np.zeros(columns),
        column_upper=np.append(np.full(count, ALL), np.ones(choices)),
        cost=np.zeros(columns),
        offset=0.0,
        integer=np.arange(columns) >= count,
        columns={},
        rows={},
    )
