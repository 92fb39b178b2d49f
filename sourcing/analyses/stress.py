"""stress: fresh futures, lived month by month, beside what perfect foresight and habits would have cost."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from sourcing.advise import Source, prepare
from sourcing.analyses.answer import Answer, rows_by
from sourcing.analyses.fresh import Fresh, fresh
from sourcing.analyses.habits import lived as followed
from sourcing.analyses.living import Importer, Lived, alone, loosened, ready
from sourcing.analyses.outage import UNMET
from sourcing.analyses.progress import Progress
from sourcing.analyses.readings import Record, comes_to
from sourcing.analyses.solving import Walk
from sourcing.case import Case
from sourcing.errors import Problem, ScenarioError
from sourcing.periods import Array
from sourcing.plan.outcome import Outcome
from sourcing.program.highs import Options
from sourcing.units import show

SURE = 0.95
FORESIGHT, THE_SAME, LIVED = "perfect foresight", "perfect foresight, those lived", "the plan, lived"


@dataclass(frozen=True, eq=False, repr=False)
class Stress(Answer):
    """What fresh futures come to. courses: mean cost with its interval of 95 % of perfect foresight, of the plan lived
    month by month and of habits, and shortage; gaps: each habit and foresight beside the plan in the same futures;
    futures: each fresh future; unseen: what was seen and not foreseen, and what it was taken for.

    sample: number of futures. low, high: ends of the interval, of Student's t.
    """

    courses: pd.DataFrame
    gaps: pd.DataFrame
    futures: pd.DataFrame
    unseen: pd.DataFrame


@dataclass(frozen=True)
class _Run:
    """A fresh future: what came of it by course."""

    fresh: Fresh
    foresight: Outcome
    lived: Lived | None
    habits: Mapping[str, Outcome]


def stress(
    source: Source,
    *,
    futures: int = 1000,
    seed: int = 1,
    live: int = 50,
    overrides: tuple[str, ...] = (),
    gap: float = 1e-3,
    progress: Progress | None = None,
) -> Stress:
    """Live fresh futures around those of a scenario, without foresight: see, plan again, do one month.

    futures: how many are drawn (see analyses/fresh.py); all are solved with perfect foresight, which nobody can beat.
    live: how many of them are lived. What is seen is taken for the nearest futures of the scenario, see
    analyses/beliefs.py. The mean difference to foresight bounds what any better policy could still gain, with its
    interval: the gap estimate of Mak, Morton and Wood (1999). Raises ScenarioError, and SolveError without a plan.
    """
    if futures < 2 or not live >= 2:
        cure = "ask for at least 2, so that a mean has an interval"
        raise ScenarioError((Problem(None, "--futures", f"{min(futures, live)} futures", cure),))
    case = ready(prepare(source, overrides))
    importer, options = Importer(case, Options(gap)), Options(gap)
    walk, loose = Walk(options), loosened(case)
    runs = []
    for number, one in enumerate(fresh(case, futures, seed)):
        known = walk.of(alone(loose, one.future)).outcome
        within = number < live
        habits = followed(alone(loose, one.future)) if within else {}
        runs.append(_Run(one, known, importer.live(one.future) if within else None, habits))
        if progress:
            progress(number + 1, futures)
    return _answer(case, importer, runs, seed)


# The answer -----------------------------------------------------------------------------------------------------------


def _answer(case: Case, importer: Importer, runs: Sequence[_Run], seed: int) -> Stress:
    lived = [run for run in runs if run.lived]
    whole = {FORESIGHT: [run.foresight for run in runs], **_courses(lived)}
    courses = pd.DataFrame([_course(name, outcomes) for name, outcomes in whole.items()])
    gaps = _gaps(whole)
    unseen = _unseen(case, lived)
    return Stress(
        title=f"{case.scenario.title}: {len(runs)} fresh futures (seed {seed}), {len(lived)} lived",
        currency=case.scenario.currency,
        sentences=tuple(_sentences(case, importer, courses, gaps, lived)),
        courses=courses,
        gaps=gaps,
        futures=pd.DataFrame([_future(run) for run in runs]),
        unseen=unseen,
    )


def _courses(lived: Sequence[_Run]) -> dict[str, list[Outcome]]:
    """Outcomes by course of action of the futures that were lived, in the same order."""
    found = {
        LIVED: [run.lived.outcome for run in lived if run.lived],
        THE_SAME: [run.foresight for run in lived],
    }
    return found | {name: [run.habits[name] for run in lived] for name in lived[0].habits}


def costs(outcomes: Sequence[Outcome]) -> Array:
    """Cost of each outcome of one future [currency]."""
    return np.array([float(outcome.future_cost[0]) for outcome in outcomes])


def interval(values: Array) -> tuple[float, float, float]:
    """Mean, and the ends of its interval of 95 % (Student's t).

    >>> [round(end, 3) for end in interval(np.array([1.0, 2.0, 3.0]))]
    [2.0, -0.484, 4.484]
    """
    count, mean = len(values), float(values.mean())
    half = float(stats.t.ppf((1 + SURE) / 2, count - 1) * values.std(ddof=1) / math.sqrt(count))
    return mean, mean - half, mean + half


def _course(name: str, outcomes: Sequence[Outcome]) -> dict[str, object]:
    cost = costs(outcomes)
    mean, low, high = interval(cost)
    read = [comes_to(outcome) for outcome in outcomes]
    rest = [key for key in read[0] if key == "margin_lost" or key.startswith("unmet: ")]
    return {
        "course": name,
        "sample": len(outcomes),
        "expected_cost": mean,
        "cost_low": low,
        "cost_high": high,
        "worst_cost": float(cost.max()),
        **{key: float(np.mean([one[key] for one in read])) for key in rest},
    }


def _gaps(courses: Mapping[str, Sequence[Outcome]]) -> pd.DataFrame:
    """Each course less the plan as it was lived, future by future."""
    here, rows = costs(courses[LIVED]), []
    for name, outcomes in courses.items():
        if name in (FORESIGHT, LIVED):
            continue
        apart = costs(outcomes) - here
        mean, low, high = interval(apart)
        worse = float((apart > 0).mean())
        rows.append(
            {
                "course": name,
                "sample": len(here),
                "extra_cost": mean,
                "cost_low": low,
                "cost_high": high,
                "share_dearer": worse,
            }
        )
    return pd.DataFrame(rows)


def _future(run: _Run) -> dict[str, object]:
    lived = run.lived
    return {
        "future": run.fresh.future.name,
        "made_from": run.fresh.of,
        "best_cost": float(run.foresight.future_cost[0]),
        "lived_cost": lived.cost if lived else math.nan,
        "months_unseen": len(lived.unseen) if lived else math.nan,
    }


def _unseen(case: Case, lived: Sequence[_Run]) -> pd.DataFrame:
    """How often something not foreseen was taken for which futures."""
    rows = [
        {"made_from": run.fresh.of, "taken_for": taken, "period": case.calendar.labels[time]}
        for run in lived
        if run.lived
        for time, taken in run.lived.unseen
    ]
    frame = pd.DataFrame(rows, columns=["made_from", "taken_for", "period"])
    found = frame.groupby(["made_from", "taken_for"], sort=True)["period"].agg(["size", "min"]).reset_index()
    return found.rename(columns={"size": "months_unseen", "min": "first_seen"})


def _sentences(
    case: Case, importer: Importer, courses: pd.DataFrame, gaps: pd.DataFrame, lived: Sequence[_Run]
) -> Iterator[str]:
    currency = case.scenario.currency
    by, apart = rows_by(courses, "course"), rows_by(gaps, "course")
    cost = by[LIVED]
    mean, low, high = (show(float(cost[name]), currency) for name in ("expected_cost", "cost_low", "cost_high"))
    yield f"Lived month by month the plan costs {mean} on average (95 % sure: {low} to {high})."
    yield f"By the file's own futures it is {show(importer.plan.expected_cost, currency)}."
    most, least = (show(max(-float(apart[THE_SAME][name]), 0.0), currency) for name in ("extra_cost", "cost_low"))
    yield f"Perfect foresight would save {most} a future (95 % sure: at most {least}); no better plan saves more."
    yield from (_beside(name, row, currency) for name, row in apart.items() if name != THE_SAME)
    yield from _what_went_wrong(case, lived)


def _beside(name: str, row: Record, currency: str) -> str:
    """A habit beside the plan."""
    apart, low, high = (float(row[key]) for key in ("extra_cost", "cost_low", "cost_high"))
    word = "more" if apart >= 0 else "less"
    ends = sorted((abs(low), abs(high))) if low * high > 0 else []
    sure = f"95 % sure: {show(ends[0], currency)} to {show(ends[1], currency)}" if ends else "not sure at 95 %"
    dearer = f"{row['share_dearer']:.0%}".replace("%", " %")
    return f"{name}: {show(abs(apart), currency)} {word} than the plan ({sure}); dearer in {dearer} of the futures."


def _what_went_wrong(case: Case, lived: Sequence[_Run]) -> Iterator[str]:
    months = sum(len(run.lived.unseen) for run in lived if run.lived)
    share = f"{months / (len(lived) * len(case.calendar)):.0%}".replace("%", " %")
    yield f"In {share} of the months lived what had been seen was not what any future says; the nearest was believed."
    loose = sum(bool(run.lived.loose) for run in lived if run.lived)
    if loose:
        yield f"In {loose} of {len(lived)} futures lived a rule or firm cover had to give way."
    failed = sum(bool(run.lived.failed) for run in lived if run.lived)
    if failed:
        price = f"charged {UNMET:.0f} times the dearest price"
        yield f"In {failed} of {len(lived)} futures lived a firm need was missed; what is missing is {price}."
