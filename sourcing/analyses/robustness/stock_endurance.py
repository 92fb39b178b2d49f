"""A stock that meets losses: how long each need is met, what that costs, how fast what is lost must come back."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sourcing.analyses.case_solver import SolvedCase, UnprovenPlans
from sourcing.analyses.components_of_case import components
from sourcing.analyses.robustness.losses import Loss
from sourcing.analyses.robustness.outage import Outage, PriorDecisions
from sourcing.case import Case
from sourcing.solver.highs import Options
from sourcing.solver.solver import Solver

EVERY = "every need"
MONTH = 365.25 / 12  # days
SLIGHT = 0.5  # days: a smaller difference is none

COLUMNS = [
    *("kind", "lost", "stock", "demand", "days_met", "otherwise", "recovery_needed", "cost_per_month"),
    *("materials", "share_of_spend"),
]

Told = tuple[tuple[tuple[str, float], ...], tuple[str, ...]]
"""What a loss is to a part: shares of offers that are gone, lanes that are shut."""


@dataclass(frozen=True)
class _Response:
    """The response of least cost to a loss: its cost [currency], by need the most that is missed in a period [unit] and
    the margin lost [currency], by lane what is paid for orders [currency]."""

    cost: float
    unmet: dict[str, float]
    margin: dict[str, float]
    paid: dict[str, float]

    @classmethod
    def of(cls, solved: SolvedCase) -> "_Response":
        """The response that a solved case amounts to."""
        data, outcome = solved.stated.data, solved.outcome
        needs = [demand.name for demand in solved.case.demands]
        lost = (data.shortage_cost * outcome.values["shortage"]).sum(axis=1) * data.money
        steps = [number for number, demand in enumerate(solved.case.demands) for _ in demand.steps]
        margins = np.bincount(steps, lost, len(needs)).tolist()
        paid: dict[str, float] = {}
        for source, amount in zip(data.sources, outcome.paid.sum(axis=1), strict=True):
            paid[source.lane] = paid.get(source.lane, 0.0) + float(amount)
        unmet = outcome.unmet.max(axis=1).tolist()
        return cls(solved.cost, dict(zip(needs, unmet, strict=True)), dict(zip(needs, margins, strict=True)), paid)


@dataclass
class _Part:
    """A part of the case, and what was found of each loss: losses that are the same to it are worked out once."""

    case: Case
    begins: int
    past: PriorDecisions | None
    solver: Solver
    unproven: UnprovenPlans
    _last: tuple[tuple[Told, int], Outage] | None = None
    _days: dict[tuple[Told, tuple[str, ...]], float] = field(default_factory=dict)
    _met: dict[tuple[Told, int, tuple[str, ...]], bool] = field(default_factory=dict)
    _responses: dict[Told, _Response] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the needs of this component."""
        return tuple(demand.name for demand in self.case.demands)

    def told(self, loss: Loss | None) -> Told:
        """Offers and lanes of this component that a loss hits; nothing where there is no loss."""
        if loss is None:
            return (), ()
        offers = tuple((name, share) for name, share in loss.offers if name in self.case.offer)
        return offers, tuple(name for name in loss.closed if name in self.case.lane)

    def _outage(self, hit: Told, lasts: int | None = None) -> Outage:
        left = len(self.case.calendar) - self.begins
        key = hit, left if lasts is None else lasts
        if self._last is None or self._last[0] != key:
            loss = Loss("", "", *hit) if any(hit) else None
            self._last = key, Outage(self.case, loss, self.begins, key[1], self.past)
        return self._last[1]

    def days_met(self, loss: Loss | None, demands: Sequence[str]) -> float:
        """Days from the loss on which those of some needs that are of this part are met; infinite where none is."""
        own, hit = tuple(name for name in self.names if name in demands), self.told(loss)
        if not own:
            return math.inf
        if (hit, own) not in self._days:
            self._days[hit, own] = self._outage(hit).days_met(own)
        return self._days[hit, own]

    def met_throughout(self, loss: Loss | None, demands: Sequence[str], lasts: int | None = None) -> bool:
        """Whether those of some needs that are of this part are met to the end of the plan."""
        own, hit = tuple(name for name in self.names if name in demands), self.told(loss)
        left = len(self.case.calendar) - self.begins
        key = hit, left if lasts is None else lasts, own
        if key not in self._met:
            self._met[key] = not own or self._outage(hit, lasts).met_throughout(own)
        return self._met[key]

    def cheapest(self, loss: Loss | None) -> _Response:
        """The response of least cost."""
        hit = self.told(loss)
        if hit not in self._responses:
            solved = self._outage(hit).cheapest(self.solver)
            self.unproven.note(solved.solution.status, solved.solution.gap)
            self._responses[hit] = _Response.of(solved)
        return self._responses[hit]


@dataclass(frozen=True)
class MeetingStock:
    """The stock that a loss meets: its name, the period of the loss, what was decided by then."""

    name: str
    begins: int
    past: PriorDecisions | None
    case: Case
    options: Options
    unproven: UnprovenPlans

    @cached_property
    def parts(self) -> tuple[_Part, ...]:
        """Parts that share nothing, each with its answers."""
        parts = components(self.case)
        pasts = [self.past.of_part(self.case, part) if self.past else None for part in parts]
        solvers = (Solver(self.options) for _ in parts)
        return tuple(
            _Part(part, self.begins, past, solver, self.unproven)
            for part, past, solver in zip(parts, pasts, solvers, strict=True)
        )

    def _days_met(self, loss: Loss | None, demands: Sequence[str]) -> float:
        """Days from the loss on which some needs are met together."""
        return min(self.whole, *(part.days_met(loss, demands) for part in self.parts))

    def _met_throughout(self, loss: Loss | None, demands: Sequence[str]) -> bool:
        return all(part.met_throughout(loss, demands) for part in self.parts)

    @property
    def whole(self) -> float:
        """Days from the loss to the end of the plan."""
        return float(self.case.calendar.days[self.begins :].sum())

    @cached_property
    def otherwise(self) -> dict[str, float]:
        """Days that each need is met when nothing is lost."""
        return {demand.name: self._days_met(None, (demand.name,)) for demand in self.case.demands}

    @cached_property
    def met(self) -> tuple[str, ...]:
        """Needs that are met to the end when nothing is lost, one and all."""
        alone = tuple(name for name, length in self.otherwise.items() if length >= self.whole - SLIGHT)
        return alone if len(alone) < 2 or self._met_throughout(None, alone) else ()

    @cached_property
    def calm(self) -> tuple[_Response, ...]:
        """The responses of least cost when nothing is lost, by part."""
        return tuple(part.cheapest(None) for part in self.parts)

    def without_loss(self) -> Iterator[dict[str, object]]:
        """Needs that are missed though nothing is lost."""
        for name, length in self.otherwise.items():
            if length < self.whole - SLIGHT:
                yield self._row("none", "nothing", name, length, length, math.nan, math.nan, self._materials(name), 0.0)

    def with_loss(self, loss: Loss) -> Iterator[dict[str, object]]:
        """One row for all needs together, and one for each that is met for less long."""
        throughout = bool(self.met) and self._met_throughout(loss, self.met)
        together = self.whole if throughout else self._days_met(loss, self.met) if self.met else math.nan
        responses = [part.cheapest(loss) for part in self.parts]
        months = (self.whole if throughout or together != together else max(self.whole - together, 1.0)) / MONTH
        hit = {self._of(lane): lane for lane in loss.lanes(self.case)}
        recovery = math.nan if throughout or not self.met else self._recovery(loss)
        more = sum(response.cost - calm.cost for response, calm in zip(responses, self.calm, strict=True))
        cost = math.nan if any(self._firm_short(response) for response in responses) else more / months
        materials, share = ", ".join(hit), self._share(loss)
        yield self._row(loss.kind, loss.name, EVERY, together, self.whole, recovery, cost, materials, share)
        margin, usual = ({name: one.margin[name] for one in of for name in one.margin} for of in (responses, self.calm))
        for demand in self.case.demands:
            if not hit.keys() & set(demand.materials):
                continue
            if throughout and demand.name in self.met:
                continue
            length, normal = self._days_met(loss, (demand.name,)), self.otherwise[demand.name]
            if length < normal - SLIGHT:
                missed = margin[demand.name] - usual[demand.name]
                lost = math.nan if demand.name in self._firm else missed / months
                materials_needed = self._materials(demand.name)
                yield self._row(
                    loss.kind, loss.name, demand.name, length, normal, math.nan, lost, materials_needed, share
                )

    def _recovery(self, loss: Loss) -> float:
        """Days of the longest loss, in whole periods, through and after which the needs are met."""
        days = self.case.calendar.days[self.begins :]
        good = len(days)
        for part in self.parts:
            low, high = 0, good + 1  # no longer than the parts before let it last
            while high - low > 1:
                middle = (low + high) // 2
                met = part.met_throughout(loss, self.met, middle)
                low, high = (middle, high) if met else (low, middle)
            good = low
        return float(days[:good].sum())

    def _row(self, *values: object) -> dict[str, object]:
        kind, lost, demand, length, normal, *rest = values
        met = [math.nan if number >= self.whole - SLIGHT else number for number in (length, normal)]  # type: ignore[operator]
        return dict(zip(COLUMNS, (kind, lost, self.name, demand, *met, *rest), strict=True))

    @cached_property
    def _firm(self) -> set[str]:
        return {name for name, demand in self.case.scenario.demand.items() if demand.firm}

    def _firm_short(self, response: _Response) -> bool:
        """Whether a need is missed for which no margin is stated."""
        return any(name in self._firm and short > 1e-6 for name, short in response.unmet.items())

    def _of(self, lane: str) -> str:
        """Material of a lane."""
        return self.case.offer[self.case.lane[lane].offer].material

    def _materials(self, demand: str) -> str:
        needed = next(entry for entry in self.case.demands if entry.name == demand)
        return ", ".join(needed.materials)

    def _share(self, loss: Loss) -> float:
        """Share of what is gone in what is paid for orders when nothing is lost."""
        gone, paid = dict(loss.offers), {lane: amount for calm in self.calm for lane, amount in calm.paid.items()}
        lost = sum(
            amount * (1.0 if lane in loss.closed else gone.get(self.case.lane[lane].offer, 0.0))
            for lane, amount in paid.items()
        )
        total = sum(paid.values())
        return lost / total if total > 0 else 0.0
