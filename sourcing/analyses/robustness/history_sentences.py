"""Months and sentences of history: what was in force, what it was taken for, what it came to."""

from collections.abc import Iterator

import pandas as pd

from sourcing.analyses.answer import rows_by
from sourcing.analyses.robustness.beliefs import Belief
from sourcing.analyses.robustness.rolling_planner import FORESIGHT, LIVED, LivedFuture
from sourcing.case import Case
from sourcing.case.records import Future, Restriction
from sourcing.figures import show
from sourcing.outcome.metrics import unmet_share
from sourcing.scenario.regime_library import regimes

ANY = "any of the futures"


def months(case: Case, future: Future, lived: LivedFuture) -> pd.DataFrame:
    """Month by month: what was in force, what it was taken for, what was ordered and held, and the share missed."""
    outcome, taken = lived.outcome, dict(_taken_for(case, lived))
    values, data = outcome.values, outcome.data
    rows = []
    for time, label in enumerate(case.calendar.labels):
        force = dict.fromkeys(_short(measure) for measure in future.restrictions if measure.cover[time] > 0)
        rows.append(
            {
                "period": label,
                "regimes": ", ".join(force),
                "taken_for": taken.get(time, ""),
                "spend": float(outcome.paid[:, time].sum()),
                **{
                    f"unmet: {demand.name}": float(unmet_share(outcome.unmet[row, time], data.need[row, time]))
                    for row, demand in enumerate(case.demands)
                },
                **{
                    f"stock: {position.name} [{case.unit[position.material]}]": _stock(values["stock"][row, time])
                    for row, position in enumerate(case.positions)
                },
            }
        )
    return pd.DataFrame(rows)


def _stock(days: float) -> float:
    """What is held, to a thousandth of its unit: what is less is a solver's."""
    return round(float(days), 3) + 0.0


def _taken_for(case: Case, lived: LivedFuture) -> Iterator[tuple[int, str]]:
    """Periods in which no future is what had been seen, and what it was taken for."""
    every = Belief(case.futures, False).name
    yield from ((time, ANY if taken == every else taken) for time, taken in lived.unseen)


def _short(measure: Restriction) -> str:
    """Its name; of all that a regime pulled in under its own name, the name of the regime."""
    return measure.regime if measure.regime and measure.name.startswith(measure.regime) else measure.name


def _called(measure: Restriction) -> str:
    """Its name; of what a regime pulled in under its own name, the title of the regime."""
    return regimes()[measure.regime].title if _short(measure) == measure.regime else measure.name


def _unforeseen_measures(case: Case, future: Future) -> Iterator[str]:
    """The measures that came and that no future had foreseen by name, a sentence for each month."""
    foreseen = {measure.name for one in case.futures for measure in one.restrictions}
    new = [measure for measure in future.restrictions if measure.name not in foreseen]
    for begins in sorted({measure.begins for measure in new}):
        names = dict.fromkeys(_called(measure) for measure in new if measure.begins == begins)
        yield f"In {case.calendar.labels[begins]} came: {'; '.join(names)}."
    if not new:
        yield "No new measure came within the plan."


def sentences(case: Case, until: str, courses: pd.DataFrame, lived: LivedFuture, future: Future) -> Iterator[str]:
    """What an executive reads first. until: the month after which nothing is on record."""
    currency, by = case.scenario.currency, rows_by(courses, "course")
    lived_row = by[LIVED]
    as_of = case.scenario.as_of.text if case.scenario.as_of else ""
    lost = show(lived_row["margin_lost"], currency)
    cost = show(lived_row["expected_cost"], currency)
    yield f"Decided with what was known in {as_of} and planned anew every month, the plan comes to {cost}."
    yield f"Of that {lost} is margin lost to shortage."
    for name, row in by.items():
        if name not in (LIVED, FORESIGHT):
            difference, missed = row["extra_cost"], show(row["margin_lost"], currency)
            word = "more" if difference >= 0 else "less"
            yield f"{name}: {show(abs(difference), currency)} {word} than the plan; margin lost {missed}."
    yield f"Who had known what came would have paid {show(max(-by[FORESIGHT]['extra_cost'], 0.0), currency)} less."
    yield from _unforeseen_measures(case, future)
    if lived.unseen:
        names = ", then ".join(dict.fromkeys(taken for _, taken in _taken_for(case, lived)))
        yield f"No future of the file is what came; month by month it was taken for {names}."
    last = case.calendar.labels[-1]
    if last > until:
        yield f"The record ends in {until}; from then to {last} what held is taken to go on."
