"""survival: how long needs are met when a supplier, a country, a route or a feed is lost."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Unpack, get_args

import pandas as pd

from sourcing.advice.phrases import quiet_future
from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.progress import StepCounter
from sourcing.analyses.registry import AnalysisOption, analysis
from sourcing.analyses.robustness.losses import losses
from sourcing.analyses.robustness.outage import before, forbids, in_outage
from sourcing.analyses.robustness.stock_endurance import COLUMNS, EVERY, MeetingStock
from sourcing.case import Case
from sourcing.errors import Problem, ScenarioError
from sourcing.figures import ENGLISH, show
from sourcing.pipeline.source import Source, prepare
from sourcing.scenario.language.base import when

Measures = Literal["today", "none"]
Stocks = Literal["today", "plan", "both"]
SMALL = 0.05  # share of spend below which nobody looks for a single point of failure


@dataclass(frozen=True, eq=False, repr=False)
class Survival(Answer):
    """How long needs are met when something is lost: by what is lost, with today's stock and with the plan's, and need.

    days_met: days from the loss; blank: to the end of the plan. otherwise: the same if nothing is lost, blank likewise.
    recovery_needed: the longest outage, in whole periods, through which every need is met; it counts lead times after
    it. cost_per_month: what the outage adds, all losses of margin included, per month that needs are not met; of a
    single demand its margin lost. share_of_spend: of what is bought when nothing is lost.
    """

    survival: pd.DataFrame


@analysis(
    AnalysisOption("--lost", "When the plan's stock is put to the test; default after a third.", metavar="MONTH"),
    AnalysisOption("--measures", "In force beside the loss; none lifts them.", choices=get_args(Measures)),
    AnalysisOption("--stock", "Which stock the losses meet; today is the faster.", choices=get_args(Stocks)),
    text="""How long every need is met when a supplier, a country, a route, a site or a shared feed is lost.

    Without probabilities. Offers tagged `fed by Bayan Obo` or `fed by Bayan Obo, 50 %` are lost with what feeds them.
    """,
)
def survival(
    source: Source,
    *,
    lost: str | None = None,
    measures: Measures = "today",
    stock: Stocks = "both",
    **options: Unpack[AnalysisKeywords],
) -> Survival:
    """Each supplier, country, route, site and shared feed lost in turn, and how long every need is met.

    Without probabilities: on the course on which nothing beyond today's measures happens, all else is rearranged.
    With today's stock the loss begins with the plan; with the plan's stock in `lost`, a date, by default after a
    third of the plan, when it has been followed until then. measures: "none" lifts those in force. stock: which of the
    two the losses meet; "today" is the faster, for it needs no plan.

    Simchi-Levi et al. (2014, 2015). Raises ScenarioError when the input cannot be used, SolveError without a plan.
    """
    asked = AnalysisOptions(**options)
    case = prepare(source, asked.overrides)
    begins = _begins(case, lost)
    quiet = quiet_future(case)
    future = case.futures[quiet]
    if measures == "none":
        future = replace(future, restrictions=())
    normal = in_outage(case, future)
    stocks = [] if stock == "plan" else [MeetingStock("today", 0, None, normal, asked.solver, asked.unproven)]
    if stock != "today":
        past = before(asked.case_solver().at(case), quiet, begins)
        stocks.append(MeetingStock("plan", begins, past, normal, asked.solver, asked.unproven))
    everything = losses(normal)
    rows = list[dict[str, object]]()
    steps = StepCounter(asked.progress, len(stocks) * len(everything))
    for one in stocks:
        rows += one.without_loss()
        for loss in everything:
            rows += one.with_loss(loss)
            steps()
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
    case: Case, frame: pd.DataFrame, stocks: Sequence[MeetingStock], future: str, measures: Measures
) -> Iterator[str]:
    currency = case.scenario.currency
    for stock in stocks:
        openings = {
            "today": "With today's stock",
            "plan": f"With the plan's stock in {case.calendar.labels[stock.begins]}",
        }
        rows = frame[(frame["stock"] == stock.name) & (frame["demand"] == EVERY)]
        if not stock.met:
            yield f"{openings[stock.name]} no need is met to the end of the plan even if nothing is lost."
            continue
        short = rows[rows["days_met"].notna()]
        if short.empty:
            yield f"{openings[stock.name]} no single loss stops a need within the plan."
        needs = "every need is" if len(stock.met) == len(case.demands) else "the needs that can be met are"
        yield from (_sentence(openings[stock.name], needs, row, currency) for row in _first(short))
        unseen = short[hidden(short)]
        if len(unseen):
            names = ", ".join(f"{row['lost']} ({ENGLISH.days(row['days_met'])})" for row in unseen.to_dict("records"))
            yield f"{openings[stock.name]} hidden single points of failure, each below 5 % of spend: {names}."
    yield from _notes(case, stocks, future, measures)


def hidden(frame: pd.DataFrame) -> pd.Series:
    """Which rows are hidden single points of failure: a supplier or feed of little spend that stops every need."""
    stops = (frame["demand"] == EVERY) & frame["days_met"].notna()
    return stops & (frame["share_of_spend"] < SMALL) & frame["kind"].isin(("supplier", "feed"))


def _first(short: pd.DataFrame) -> list[dict[str, object]]:
    """The three that bite first, each effect once."""
    once = short.drop_duplicates(["days_met", "cost_per_month", "materials"])
    return list(once.head(3).to_dict("records"))  # type: ignore[arg-type]


def _sentence(opening: str, needs: str, row: dict[str, object], currency: str) -> str:
    cost = row["cost_per_month"]
    dear = "" if cost != cost else f"; then it costs {show(float(cost), currency)} a month"  # type: ignore[arg-type]
    needed = float(row["recovery_needed"])  # type: ignore[arg-type]
    outage = f"an outage of {ENGLISH.days(needed)}" if needed > 0 else "no outage of a period"
    what = {"country": "country", "supplier": "supplier", "lane": "route", "site": "way into the site"}.get(
        str(row["kind"]), str(row["kind"])
    )
    met = ENGLISH.days(float(row["days_met"]))  # type: ignore[arg-type]
    return f"{opening}, without the {what} {row['lost']} {needs} met for {met}; {outage} can be bridged{dear}."


def _notes(case: Case, stocks: Sequence[MeetingStock], future: str, measures: Measures) -> Iterator[str]:
    course = "with the measures in force lifted" if measures == "none" else f"on the course '{future}'"
    yield f"The time is counted {course}; everything else is rearranged, reserves are used, contracts may be signed."
    missed = {name: length for name, length in stocks[0].otherwise.items() if name not in stocks[0].met}
    if missed:
        names = ", ".join(f"{name} ({ENGLISH.days(length)})" for name, length in missed.items())
        yield f"Missed even if nothing is lost, and so not counted among every need: {names}."
    aside = [name for name, rule in case.rules.items() if not forbids(rule)]
    if aside:
        yield f"Set aside in an outage: the rules {', '.join(aside)}; what a rule forbids altogether stays forbidden."
