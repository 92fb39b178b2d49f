"""Where a choice turns: the nearest value of a lever at which the best plan chooses otherwise, both sides solved."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.choices import choices
from sourcing.analyses.sensitivity.levers import Lever
from sourcing.errors import ScenarioError, SolveError
from sourcing.outcome.outcome import NOTHING

Decision = tuple[str, str]
"""contract, qualify or buy; and of what: the name of a contract or of an offer."""

States = Mapping[Decision, str]
BOUGHT, NOT_BOUGHT = "yes", "no"


@dataclass(frozen=True)
class Threshold:
    """A choice and a lever that was turned. value: where it turns, halfway between `inner`, the last value found with
    the choice of now, and `outer`, the first found with `other`; NaN, and no `other`, where none was found up to
    `outer`."""

    decision: Decision
    choice: str
    lever: Lever
    value: float
    inner: float
    outer: float
    other: str

    @property
    def found(self) -> bool:
        """Whether the choice turns."""
        return not math.isnan(self.value)


def states(solved: SolvedCase) -> dict[Decision, str]:
    """Every choice of a plan: contracts, qualifications, and whether anything is bought of the other offers."""
    found = {(choice.decision, choice.subject): choice.choice for choice in choices(solved.outcome)}
    case, data = solved.case, solved.outcome.data
    ordered = solved.outcome.expected(solved.outcome.values["order"])
    for offer in case.offers:
        if not offer.qualification:
            rows = [number for number, source in enumerate(data.sources) if case.lane[source.lane].offer == offer.name]
            found["buy", offer.name] = BOUGHT if ordered[rows].sum() > NOTHING else NOT_BOUGHT
    return found


@dataclass
class LeverSearch:
    """One lever, and what the best plan chooses at each value of it that was tried."""

    lever: Lever
    walk: CaseSolver
    tried: dict[float, States | None] = field(default_factory=dict)

    def at(self, value: float) -> States | None:
        """The choices at a value; None where there is no plan."""
        if value not in self.tried:
            try:
                self.tried[value] = states(self.walk.at(self.lever.at(value)))
            except (SolveError, ScenarioError):
                self.tried[value] = None
        return self.tried[value]

    def flips(self, decision: Decision, sides: tuple[bool, bool] = (True, True)) -> Iterator[Threshold]:
        """The nearest turn of a choice below and above the value of now, as far as these sides are wanted."""
        for end, wanted in zip((self.lever.least, self.lever.most), sides, strict=True):
            if wanted and abs(end - self.lever.now) >= self.lever.step:
                yield self.toward(end, decision)

    def confirmed(self, flip: Threshold) -> Threshold:
        """A turn that was found by looser plans, if these say the same on both sides of it; else searched anew."""
        decision, lever = flip.decision, self.lever
        before, after = self.at(flip.inner) or {}, self.at(flip.outer) or {}
        other = after.get(decision, flip.choice)
        if flip.found and before.get(decision) == flip.choice != other:
            return replace(flip, other=other)
        if not flip.found and other == flip.choice:
            return flip
        return self.toward(lever.least if flip.outer < lever.now else lever.most, decision)

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
        """Halve until the two sides are a step apart."""
        other = (self.at(outer) or {})[decision]
        while abs(outer - inner) > self.lever.step * (1 + 1e-9):
            middle = (inner + outer) / 2
            middle = float(math.floor(middle)) if self.lever.whole else middle
            if self.lever.whole and middle in (inner, outer):
                middle = float(math.ceil((inner + outer) / 2))
            reached = self.at(middle)
            if reached is None or reached.get(decision, choice) == choice:
                inner = middle
            else:
                outer, other = middle, reached[decision]
        return Threshold(decision, choice, self.lever, (inner + outer) / 2, inner, outer, other)
