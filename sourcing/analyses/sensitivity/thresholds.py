"""Where a choice turns: the nearest value of a lever at which the best plan chooses otherwise, both sides solved."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.choices import choices
from sourcing.analyses.sensitivity.levers import Lever
from sourcing.errors import ScenarioError, SolveError
from sourcing.outcome.outcome import NOTHING
from sourcing.solver.solver import TIE

Decision = tuple[str, str]
"""contract, qualify or buy; and of what: the name of a contract or of an offer."""

States = Mapping[Decision, str]
BOUGHT, NOT_BOUGHT = "yes", "no"


@dataclass(frozen=True)
class Threshold:
    """A choice and a lever that was turned.

    value: where it turns; NaN, and no `other`, where no turn was found up to `outer`. inner: the last value found with
    the choice of now. outer: the first found with `other`. same_cost: the value at which the plans of both cost the
    same, which then is where it turns; NaN where their costs do not say, and `value` is halfway between both.
    """

    decision: Decision
    choice: str
    lever: Lever
    value: float
    inner: float
    outer: float
    other: str
    same_cost: float = math.nan

    @property
    def limit(self) -> float:
        """From which value on the other choice is best, as far as that is known."""
        return self.outer if math.isnan(self.same_cost) else self.same_cost

    @property
    def found(self) -> bool:
        """Whether a value was found at which the choice turns."""
        return not math.isnan(self.value)


def states(solved: SolvedCase) -> dict[Decision, str]:
    """Every choice of a plan: contracts, qualifications, and whether anything is bought of the other offers."""
    chosen = {(choice.decision, choice.subject): choice.choice for choice in choices(solved.outcome)}
    case, data = solved.case, solved.outcome.data
    ordered = solved.outcome.expected(solved.outcome.values["order"])
    for offer in case.offers:
        if not offer.qualification:
            rows = [number for number, source in enumerate(data.sources) if case.lane[source.lane].offer == offer.name]
            chosen["buy", offer.name] = BOUGHT if ordered[rows].sum() > NOTHING else NOT_BOUGHT
    return chosen


class Ends(NamedTuple):
    """What the plans of two values cost at both. apart: the plan of one cannot be followed at the other, as where a
    future has no probability left. even: they cost the same, as far as it is proven. same_cost: the value between at
    which they do; NaN where their costs do not say."""

    unlike: bool
    even: bool
    same_cost: float


@dataclass
class LeverSearch:
    """One lever, and the best plan at each value of it that was tried; None where there is none."""

    lever: Lever
    solver: CaseSolver
    tried: dict[float, SolvedCase | None] = field(default_factory=dict)
    _states: dict[float, States | None] = field(default_factory=dict)

    def at(self, value: float) -> States | None:
        """The choices at a value; None where there is no plan."""
        if value not in self._states:
            plan = self._plan(value)
            self._states[value] = None if plan is None else states(plan)
        return self._states[value]

    def _plan(self, value: float) -> SolvedCase | None:
        if value not in self.tried:
            try:
                self.tried[value] = self.solver.at(self.lever.at(value))
            except (SolveError, ScenarioError):
                self.tried[value] = None
        return self.tried[value]

    def flips(self, decision: Decision, sides: tuple[bool, bool] = (True, True)) -> Iterator[Threshold]:
        """The nearest turn of a choice below and above the value of now, as far as these sides are wanted."""
        for end, wanted in zip((self.lever.least, self.lever.most), sides, strict=True):
            if wanted and abs(end - self.lever.now) >= self.lever.step:
                yield self.toward(end, decision)

    def confirmed(self, threshold: Threshold) -> Threshold:
        """A turn that was found by looser plans, to a step, if these say the same on both sides; else searched anew."""
        decision, lever = threshold.decision, self.lever
        before, after = self.at(threshold.inner) or {}, self.at(threshold.outer) or {}
        other = after.get(decision, threshold.choice)
        if threshold.found and before.get(decision) == threshold.choice != other:
            return self._between(decision, threshold.choice, threshold.inner, threshold.outer)
        if not threshold.found and other == threshold.choice:
            return threshold
        return self.toward(lever.least if threshold.outer < lever.now else lever.most, decision)

    def toward(self, end: float, decision: Decision) -> Threshold:
        """The nearest turn of a choice between now and an end of what is searched."""
        lever, present = self.lever, self.at(self.lever.now)
        assert present is not None
        choice, inner = present[decision], lever.now
        for number in range(1, lever.grid + 1):
            outer = lever.now + (end - lever.now) * number / lever.grid
            outer = float(round(outer)) if lever.whole else outer
            reached = self.at(outer)
            if reached is None:
                break
            if reached.get(decision, choice) != choice:
                return self._between(decision, choice, inner, outer)
            inner = outer
        return Threshold(decision, choice, lever, math.nan, lever.now, inner, "")

    def _between(self, decision: Decision, choice: str, inner: float, outer: float) -> Threshold:
        """Where a choice turns between two values with different choices: to a step, or to where the plans of both
        sides cost the same as far as it is proven.

        Costs of a plan are a straight line in a price or a probability, so that the next value to try is the one at
        which the plans of both ends cost the same; where that does not halve what is left in two trials, its middle.
        """
        inner, outer = self._narrowed(decision, choice, inner, outer)
        widths, ends = [math.inf, math.inf], self._ends(inner, outer)
        while abs(outer - inner) > self.lever.step * (1 + 1e-9) and not ends.even:
            width, value = abs(outer - inner), ends.same_cost
            if math.isnan(value) or width > widths[-2] / 2:
                value = outer if ends.unlike and len(widths) == 2 else (inner + outer) / 2
            middle = self._step_inside(inner, outer, value)
            widths.append(width)
            inner, outer = (middle, outer) if self._keeps(decision, choice, middle) else (inner, middle)
            ends = self._ends(inner, outer)
        other = (self.at(outer) or {})[decision]
        value = (inner + outer) / 2 if math.isnan(ends.same_cost) else ends.same_cost
        return Threshold(decision, choice, self.lever, value, inner, outer, other, ends.same_cost)

    def _keeps(self, decision: Decision, choice: str, value: float) -> bool:
        """Whether a choice is the one of now at a value, or nothing says otherwise."""
        reached = self.at(value)
        return reached is None or reached.get(decision, choice) == choice

    def _narrowed(self, decision: Decision, choice: str, inner: float, outer: float) -> tuple[float, float]:
        """The ends of an interval in which a choice turns, as near as values that were tried already have it."""
        for value in sorted(self.tried, key=lambda tried: abs(tried - inner)):
            if min(inner, outer) < value < max(inner, outer):
                if not self._keeps(decision, choice, value):
                    return inner, value
                inner = value
        return inner, outer

    def _ends(self, inner: float, outer: float) -> Ends:
        """What the plans of two values cost at both, where costs are straight lines between them."""
        one, other = self._plan(inner), self._plan(outer)
        if not self.lever.straight or one is None or other is None:
            return Ends(False, False, math.nan)
        more = one.cost_of(other) - one.cost, other.cost_of(one) - other.cost
        same = max(TIE, self.solver.options.gap) * max(abs(one.cost), abs(other.cost))
        all_values, even = sum(more), max(map(abs, more)) <= same
        crossing = inner + (outer - inner) * more[0] / all_values if min(more) >= 0 and all_values > 0 else math.nan
        return Ends(math.isnan(all_values), even, crossing)

    def _step_inside(self, inner: float, outer: float, value: float) -> float:
        """The last whole step from now that does not reach a value, between the ends of an interval."""
        lever, sign = self.lever, math.copysign(1.0, outer - inner)
        first, last, wanted = (sign * (end - lever.now) / lever.step for end in (inner, outer, value))
        number = min(max(math.floor(wanted), math.floor(first + 1e-6) + 1), math.ceil(last - 1e-6) - 1)
        return float(lever.now + sign * number * lever.step)
