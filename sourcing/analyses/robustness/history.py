"""history: a decision of the past lived through what came, month by month, with what was known in each."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np
import pandas as pd

from sourcing import files
from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.case_records import Record, course_totals
from sourcing.analyses.progress import StepCounter
from sourcing.analyses.registry import analysis
from sourcing.analyses.robustness.history_sentences import months, sentences
from sourcing.analyses.robustness.out_of_sample import LEVEL
from sourcing.analyses.robustness.rolling_planner import FORESIGHT, LIVED, RollingPlanner, alone, loosened, ready
from sourcing.calendar import Array
from sourcing.case import Case
from sourcing.case.records import Change, Future
from sourcing.errors import Problem, ScenarioError
from sourcing.facts import datasets
from sourcing.files import Document
from sourcing.outcome.outcome import Outcome
from sourcing.outcome.rules.ladder import followed
from sourcing.pipeline.source import Source, document, prepare
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.regime_library import regimes

RECORDED = "as recorded"
NEVER = 1e-9  # probability of the recorded future in the file that it is read with


@dataclass(frozen=True)
class RecordedEvents:
    """Events that are on record: the regimes that came, the month after which nothing is known."""

    title: str
    regimes: tuple[str, ...]
    until: str


_HEAVY = ("cn-2025-04-heavy-licensing", "cn-2025-04-heavy-practice", "cn-2025-04-heavy-slow-flow")
_JAPAN = ("cn-2026-01-announcement-1-japan", "cn-2026-01-japan-practice", "cn-2026-02-entity-lists")
HISTORIES: Mapping[str, RecordedEvents] = {
    "cn-jp-2010": RecordedEvents("the halt for Japan of 2010", ("cn-2010-quota", "cn-2010-embargo-japan"), "2011-09"),
    "ga-ge-2023": RecordedEvents(
        "gallium and germanium under licence, 2023",
        (
            "cn-2023-gallium-germanium-licensing",
            "cn-2023-gallium-germanium-practice",
            "cn-2023-gallium-germanium-slow-flow",
            "cn-2024-us-ban",
        ),
        "2024-12",
    ),
    "ree-2025": RecordedEvents("heavy rare earths under licence, 2025", (*_HEAVY, *_JAPAN), "2026-11"),
    "jp-2026": RecordedEvents("the halt for Japan of 2026", _JAPAN, "2026-11"),
}


@dataclass(frozen=True, eq=False, repr=False)
class History(Answer):
    """What came of a decision. courses: cost and shortage of the plan lived, of habits and of perfect foresight;
    months: what was in force, what the rest was taken to be, what was ordered, held and missed."""

    courses: pd.DataFrame
    months: pd.DataFrame


@analysis(gap=1e-3)
def history(
    source: Source,
    name: str,
    **options: Unpack[AnalysisKeywords],
) -> History:
    """Live a scenario through recorded events: what it fears is its own, what comes is on record.

    The scenario must have an `as_of`. Measures of its importer model and of the history (data/regimes.yaml) come when
    they came; prices move along their series in data/prices.csv month by month, and with them the charge on stock that
    is missing at the end; after the record ends what held goes on. Every month is planned anew with what was known
    then, see analyses/living.py. Raises ScenarioError when the input cannot be used, SolveError without a plan.
    """
    asked = AnalysisOptions(**options)
    base = document(source, asked.overrides)
    chapter = _chapter(name)
    plain = prepare(base)
    future = recorded(base, plain, chapter)
    case = ready(plain, [future])
    steps = StepCounter(asked.progress, len(case.calendar))
    lived = RollingPlanner(case, asked.solver, unproven=asked.unproven).live(future, steps)
    chain = alone(loosened(case), future)
    courses: dict[str, Outcome] = {LIVED: lived.outcome, **followed(chain.formulation, chain.data)}
    courses[FORESIGHT] = asked.case_solver().of(chain).outcome
    frame = pd.DataFrame([{"course": course, **_course_totals(outcome)} for course, outcome in courses.items()])
    frame.insert(2, "extra_cost", frame["expected_cost"] - frame["expected_cost"][0])
    return History(
        title=f"{case.scenario.title}: lived through {chapter.title}",
        currency=case.scenario.currency,
        sentences=tuple(sentences(case, chapter.until, frame, lived, future)),
        courses=frame,
        months=months(case, future, lived),
    )


def _chapter(name: str) -> RecordedEvents:
    if name not in HISTORIES:
        cause, cure = f"there is no history '{name}'", f"name one of {', '.join(HISTORIES)}"
        raise ScenarioError((Problem(None, "--history", cause, cure),))
    return HISTORIES[name]


def _course_totals(outcome: Outcome) -> Record:
    return {key: value for key, value in course_totals(outcome).items() if key != "worst_cost"}


# What came ------------------------------------------------------------------------------------------------------------


def recorded(base: Document, case: Case, chapter: RecordedEvents) -> Future:
    """The future that came, in the words of a case: the measures as dated, prices along their series."""
    scenario = case.scenario
    if scenario.as_of is None or not scenario.futures:
        cure = "say as_of: the month of the decision, and futures: what was feared then"
        raise ScenarioError((Problem(None, "as_of", "a decision of the past needs its date and its futures", cure),))
    known = {"as_of": chapter.until, "futures": {RECORDED: {"probability": NEVER}}}
    later = files.amend(base, known)
    there = {restriction.regime for restriction in prepare(later).scenario.restrictions.values()}
    missing = [name for name in chapter.regimes if name not in there and _concerns(name, scenario.materials)]
    if missing:
        listed = base.value.get("regimes") or []
        later = files.amend(later, {"regimes": [*(listed if isinstance(listed, list) else [listed]), *missing]})
    recorded_future = next(future for future in prepare(later).futures if future.name == RECORDED)
    offers = set(case.offer)
    measures = (
        replace(restriction, offers=tuple(one for one in restriction.offers if one in offers))
        for restriction in recorded_future.restrictions
    )
    reaching = tuple(measure for measure in measures if measure.offers)
    return replace(
        recorded_future,
        probability=1.0,
        restrictions=reaching,
        changes=(*recorded_future.changes, *_prices(case, chapter)),
    )


def _concerns(name: str, materials: Mapping[str, object]) -> bool:
    parts = regimes()[name].restrictions.values()
    named = [part["where"].get("material", []) for part in parts]
    listed = {one for entry in named for one in (entry if isinstance(entry, list) else [entry])}
    return bool(listed & set(materials))


def _prices(case: Case, chapter: RecordedEvents) -> Iterator[Change]:
    """Prices that moved since the decision: a factor for each run of periods."""
    months = [min(edge.isoformat()[:7], chapter.until) for edge in case.calendar.edges[:-1]]
    for offer in case.offers:
        steps = case.scenario.offers[offer.name].price.steps
        if len(steps) == 1 and (steps[0][1].row or "").startswith("prices/"):
            factors = np.array([_moved(case, steps[0][1], month) for month in months])
            yield from _runs(offer.name, factors)


def _moved(case: Case, price: Quantity, month: str) -> float:
    """Price of a month over the one known at the decision; 1 while its series says nothing later."""
    row, as_of = price.row or "", case.scenario.as_of
    before, now = datasets.last_known(row, as_of.text if as_of else month), datasets.price_in(row, month)
    if before is None or now is None or now["currency"] != before["currency"] or now["date"] <= before["date"]:
        return 1.0
    return float(now["price"] / before["price"]) if before["price"] > 0 else 1.0


def _runs(offer: str, factors: Array) -> Iterator[Change]:
    edges = [0, *(np.flatnonzero(np.diff(factors)) + 1), len(factors)]
    for first, last in itertools.pairwise(edges):
        if factors[first] != 1.0:
            cover = np.zeros(len(factors))
            cover[first:last] = 1.0
            name = f"{LEVEL} {offer} {first}"
            yield Change(name, "price", (offer,), "times", float(factors[first]), {}, cover, int(first))
