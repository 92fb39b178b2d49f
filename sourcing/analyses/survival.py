"""survival: how long every need is met when something is lost, and how fast it must come back."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from sourcing.advise import Source, prepare
from sourcing.analyses.answer import Answer
from sourcing.analyses.losses import Loss, losses
from sourcing.analyses.outage import Before, Outage, before, forbids, in_outage
from sourcing.analyses.progress import Progress
from sourcing.analyses.solving import Solved, Walk
from sourcing.case import Case
from sourcing.errors import Problem, ScenarioError
from sourcing.periods import Array
from sourcing.plan.words import quiet_future
from sourcing.program.highs import Options
from sourcing.scenario.base import when
from sourcing.units import show

Measures = Literal["today", "none"]
Stocks = Literal["today", "plan", "both"]
EVERY = "every need"
MONTH = 365.25 / 12  # days
SLIGHT = 0.5  # days: a smaller difference is none
SMALL = 0.05  # share of spend below which nobody looks for a single point of failure

COLUMNS = [
    *("kind", "lost", "stock", "demand", "days_met", "otherwise", "recovery_needed", "cost_per_month"),
    *("materials", "share_of_spend"),
]


@dataclass(frozen=True, eq=False, repr=False)
class Survival(Answer):
    """How long needs are met when something is lost: by what is lost, with today's stock and with the plan's, and need.

    days_met: days from the loss; blank: to the end of the plan. otherwise: the same if nothing is lost, blank likewise.
    recovery_needed: the longest outage, in whole periods, through which every need is met; it counts lead times after
    it. cost_per_month: what the outage adds, all losses of margin included, per month that needs are not met; of a
    single demand its margin lost. share_of_spend: of what is bought when nothing is lost.
    """

    survival: pd.DataFrame


def survival(
    source: Source,
    *,
    overrides: tuple[str, ...] = (),
    lost: str | None = None,
    measures: Measures = "today",
    stock: Stocks = "both",
    gap: float = 1e-3,
    progress: Progress | None = None,
) -> Survival:
    """Each supplier, country, route, site and shared feed lost in turn, and how long every need is met.

    Without probabilities: on the course on which nothing beyond today's measures happens, all else is rearranged.
    With today's stock the loss begins with the plan; with the plan's stock in `lost`, a date, by default after a
    third of the plan, when it has been followed until then. measures: "none" lifts those in force. stock: which of the
    two the losses meet; "today" is the faster, for it needs no plan.

    Simchi-Levi et al. (2014, 2015). Raises ScenarioError when the input cannot be used, SolveError without a plan.
    """
    case = prepare(source, overrides)
    begins = _begins(case, lost)
    quiet = quiet_future(case)
    future = case.futures[quiet]
    if measures == "none":
        future = replace(future, restrictions=())
    normal = in_outage(case, future)
    stocks = [] if stock == "plan" else [_Stock("today", 0, None, normal, gap)]
    if stock != "today":
        past = before(Walk(Options(gap)).at(case), quiet, begins)
        stocks.append(_Stock("plan", begins, past, normal, gap))
    everything = losses(normal)
    rows, done = list[dict[str, object]](), 0
    for one in stocks:
        rows += one.without_loss()
        for loss in everything:
            rows += one.with_loss(loss)
            done += 1
            if progress:
                progress(done, len(stocks) * len(everything))
    frame = _ranked(pd.DataFrame(rows, columns=COLUMNS))
    sentences = tuple(_sentences(case, frame, stocks, future.name, measures))
    return Survival(f"{case.scenario.title}: time to survive", case.scenario.currency, sentences, survival=frame)


def _begins(case: Case, lost: str | None) -> int:
    """The period in which the plan's stock is put to the test."""
    count = len(case.calendar)
    if lost is None:
        return max(count // 3, 1) if count > 1 else 0
    try:
        index = case.calendar.index(when(lost).first)
    except ValueError:
        index = -1
    if not 0 <= index < count:
        cure = f"write a month from {case.calendar.labels[0]} to {case.calendar.labels[-1]}"
        raise ScenarioError((Problem(None, "--lost", f"'{lost}' is no date within the plan", cure),))
    return index


@dataclass(frozen=True)
class _Stock:
    """The stock that a loss meets: its name, the period of the loss, what was decided by then."""

    name: str
    begins: int
    past: Before | None
    case: Case
    gap: float

    def outage(self, loss: Loss | None, lasts: int | None = None) -> Outage:
        """A loss that lasts some periods, or to the end."""
        left = len(self.case.calendar) - self.begins
        return Outage(self.case, loss, self.begins, left if lasts is None else lasts, self.past)

    @property
    def whole(self) -> float:
        """Days from the loss to the end of the plan."""
        return float(self.case.calendar.days[self.begins :].sum())

    @cached_property
    def otherwise(self) -> dict[str, float]:
        """Days that each need is met when nothing is lost."""
        calm = self.outage(None)
        return {demand.name: calm.days_met((demand.name,)) for demand in self.case.demands}

    @cached_property
    def met(self) -> tuple[str, ...]:
        """Needs that are met to the end when nothing is lost, one and all."""
        alone = tuple(name for name, length in self.otherwise.items() if length >= self.whole - SLIGHT)
        return alone if len(alone) < 2 or self.outage(None).met_throughout(alone) else ()

    @cached_property
    def calm(self) -> Solved:
        """The response of least cost when nothing is lost."""
        return self.outage(None).cheapest(self.gap)

    def without_loss(self) -> Iterator[dict[str, object]]:
        """Needs that are missed though nothing is lost."""
        for name, length in self.otherwise.items():
            if length < self.whole - SLIGHT:
                yield self._row("none", "nothing", name, length, length, math.nan, math.nan, self._materials(name), 0.0)

    def with_loss(self, loss: Loss) -> Iterator[dict[str, object]]:
        """One row for all needs together, and one for each that is met for less long."""
        outage = self.outage(loss)
        throughout = bool(self.met) and outage.met_throughout(self.met)
        together = self.whole if throughout else outage.days_met(self.met) if self.met else math.nan
        response = outage.cheapest(self.gap)
        months = (self.whole if throughout or together != together else max(self.whole - together, 1.0)) / MONTH
        hit = loss.lanes(self.case)
        recovery = math.nan if throughout or not self.met else self._recovery(loss)
        cost = math.nan if self._firm_short(response) else (response.cost - self.calm.cost) / months
        materials = ", ".join(dict.fromkeys(self._of(lane) for lane in hit))
        share = self._share(loss)
        yield self._row(loss.kind, loss.name, EVERY, together, self.whole, recovery, cost, materials, share)
        missed = _margin(response) - _margin(self.calm)
        for row, demand in enumerate(self.case.demands):
            if not {self._of(lane) for lane in hit} & {material for material, _ in demand.proportions}:
                continue
            if throughout and demand.name in self.met:
                continue
            length, normal = outage.days_met((demand.name,)), self.otherwise[demand.name]
            if length < normal - SLIGHT:
                lost = math.nan if demand.name in self._firm else float(missed[row]) / months
                found = self._materials(demand.name)
                yield self._row(loss.kind, loss.name, demand.name, length, normal, math.nan, lost, found, share)

    def _recovery(self, loss: Loss) -> float:
        """Days of the longest loss, in whole periods, through and after which the needs are met."""
        days = self.case.calendar.days[self.begins :]
        good, bad = 0, len(days)
        while bad - good > 1:
            middle = (good + bad) // 2
            met = self.outage(loss, middle).met_throughout(self.met)
            good, bad = (middle, bad) if met else (good, middle)
        return float(days[:good].sum())

    def _row(self, *values: object) -> dict[str, object]:
        kind, lost, demand, length, normal, *rest = values
        met = [math.nan if number >= self.whole - SLIGHT else number for number in (length, normal)]  # type: ignore[operator]
        return dict(zip(COLUMNS, (kind, lost, self.name, demand, *met, *rest), strict=True))

    @cached_property
    def _firm(self) -> set[str]:
        return {name for name, part in self.case.scenario.demand.items() if part.firm}

    def _firm_short(self, response: Solved) -> bool:
        """Whether a need is missed for which no margin is stated."""
        short = response.outcome.unmet.sum(axis=1) > 1e-6
        return any(demand.name in self._firm and short[row] for row, demand in enumerate(self.case.demands))

    def _of(self, lane: str) -> str:
        """Material of a lane."""
        return self.case.offer[self.case.lane[lane].offer].material

    def _materials(self, demand: str) -> str:
        found = next(entry for entry in self.case.demands if entry.name == demand)
        return ", ".join(material for material, _ in found.proportions)

    def _share(self, loss: Loss) -> float:
        """Share of what is gone in what is paid for orders when nothing is lost."""
        paid, gone = self.calm.outcome.paid.sum(axis=1), dict(loss.offers)
        lanes = (source.lane for source in self.calm.stated.data.sources)
        lost = [1.0 if lane in loss.closed else gone.get(self.case.lane[lane].offer, 0.0) for lane in lanes]
        return float(paid @ np.array(lost) / paid.sum()) if paid.sum() > 0 else 0.0


def _margin(solved: Solved) -> Array:
    """Margin lost by demand over the plan [currency], shape (demands,)."""
    data = solved.stated.data
    lost = (data.shortage_cost * solved.outcome.values["shortage"]).sum(axis=1) * data.money
    steps = [number for number, demand in enumerate(data.case.demands) for _ in demand.steps]
    return np.asarray(np.bincount(steps, lost, len(data.case.demands)))


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """What is missed first stands first, each loss with its needs under it."""
    whole = frame[frame["demand"] == EVERY].set_index(["stock", "kind", "lost"])
    keys = list(zip(frame["stock"], frame["kind"], frame["lost"], strict=True))
    length = [whole["days_met"].get(key, -1.0) for key in keys]
    cost = [whole["cost_per_month"].get(key, math.inf) for key in keys]
    by = frame.assign(
        _stock=frame["stock"].map({"today": 0, "plan": 1}),
        _length=[math.inf if number != number else number for number in length],
        _cost=[-math.inf if number != number else -number for number in cost],
        _need=(frame["demand"] != EVERY).astype(int),
    )
    by = by.sort_values(["_stock", "_length", "_cost", "kind", "lost", "_need", "days_met"], kind="stable")
    return by[COLUMNS].reset_index(drop=True)


def _sentences(
    case: Case, frame: pd.DataFrame, stocks: Sequence[_Stock], future: str, measures: Measures
) -> Iterator[str]:
    currency = case.scenario.currency
    for stock in stocks:
        said = {"today": "With today's stock", "plan": f"With the plan's stock in {case.calendar.labels[stock.begins]}"}
        mine = frame[(frame["stock"] == stock.name) & (frame["demand"] == EVERY)]
        if not stock.met:
            yield f"{said[stock.name]} no need is met to the end of the plan even if nothing is lost."
            continue
        short = mine[mine["days_met"].notna()]
        if short.empty:
            yield f"{said[stock.name]} no single loss stops a need within the plan."
        needs = "every need is" if len(stock.met) == len(case.demands) else "the needs that can be met are"
        yield from (_sentence(said[stock.name], needs, row, currency) for row in _first(short))
        unseen = short[hidden(short)]
        if len(unseen):
            names = ", ".join(f"{row['lost']} ({row['days_met']:.0f} days)" for row in unseen.to_dict("records"))
            yield f"{said[stock.name]} hidden single points of failure, each below 5 % of spend: {names}."
    yield from _notes(case, stocks, future, measures)


def hidden(frame: pd.DataFrame) -> pd.Series:
    """Which rows are hidden single points of failure: a supplier or feed of little spend that stops every need."""
    stops = (frame["demand"] == EVERY) & frame["days_met"].notna()
    return stops & (frame["share_of_spend"] < SMALL) & frame["kind"].isin(("supplier", "feed"))


def _first(short: pd.DataFrame) -> list[dict[str, object]]:
    """The three that bite first, each effect once."""
    once = short.drop_duplicates(["days_met", "cost_per_month", "materials"])
    return list(once.head(3).to_dict("records"))  # type: ignore[arg-type]


def _sentence(said: str, needs: str, row: dict[str, object], currency: str) -> str:
    cost = row["cost_per_month"]
    dear = "" if cost != cost else f"; then it costs {show(float(cost), currency)} a month"  # type: ignore[arg-type]
    needed = float(row["recovery_needed"])  # type: ignore[arg-type]
    back = f"an outage of {needed:.0f} days can be bridged" if needed > 0 else "no outage of a period can be bridged"
    what = {"country": "country", "supplier": "supplier", "lane": "route", "site": "way into the site"}.get(
        str(row["kind"]), str(row["kind"])
    )
    return f"{said}, without the {what} {row['lost']} {needs} met for {row['days_met']:.0f} days; {back}{dear}."


def _notes(case: Case, stocks: Sequence[_Stock], future: str, measures: Measures) -> Iterator[str]:
    course = "with the measures in force lifted" if measures == "none" else f"on the course '{future}'"
    yield f"The time is counted {course}; everything else is rearranged, reserves are used, contracts may be signed."
    missed = {name: length for name, length in stocks[0].otherwise.items() if name not in stocks[0].met}
    if missed:
        names = ", ".join(f"{name} ({length:.0f} days)" for name, length in missed.items())
        yield f"Missed even if nothing is lost, and so not counted among every need: {names}."
    aside = [name for name, rule in case.rules.items() if not forbids(rule)]
    if aside:
        yield f"Set aside in an outage: the rules {', '.join(aside)}; what a rule forbids altogether stays forbidden."
