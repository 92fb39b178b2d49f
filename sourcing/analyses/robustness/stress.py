"""stress: fresh futures, lived month by month, beside perfect foresight and rules of thumb."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
import pandas as pd

from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.registry import analysis
from sourcing.analyses.robustness.beliefs import believed
from sourcing.analyses.robustness.drawn_beliefs import DrawnBeliefs
from sourcing.analyses.robustness.out_of_sample import fresh, named, redrawn
from sourcing.analyses.robustness.replications import ReplicaResult, half_width, improvable
from sourcing.analyses.robustness.rolling_planner import FORESIGHT, LIVED, ready
from sourcing.analyses.robustness.simulation import FutureCost, FutureRun, StressInputs, runs
from sourcing.analyses.robustness.stress_sentences import BEST, THE_SAME, sentences
from sourcing.calendar import Array
from sourcing.case import Case
from sourcing.case.generation.generated import kept_of
from sourcing.errors import Problem, ScenarioError
from sourcing.outcome.metrics import max_cost
from sourcing.pipeline.source import Source, prepare


@dataclass(frozen=True, eq=False, repr=False)
class Stress(Answer):
    """What fresh futures come to. courses: mean cost with its interval of 95 % of perfect foresight, of the plan lived
    month by month and of habits, and shortage; gaps: each habit and foresight beside the plan in the same futures, and
    the best plan, of which only a lower bound is known; futures: each fresh future; unseen: what was seen and not
    foreseen, and what it was taken for; replications: the best plan for other samples, its cost and proven bound, and
    what their futures come to when each is known.

    sample: number of futures, of the best plan that of replications. low, high: ends of the interval, of Student's t.
    """

    courses: pd.DataFrame
    gaps: pd.DataFrame
    futures: pd.DataFrame
    unseen: pd.DataFrame
    replications: pd.DataFrame


@analysis(gap=1e-3)
def stress(
    source: Source,
    *,
    futures: int = 1000,
    seed: int = 1,
    live: int = 50,
    replications: int = 5,
    **options: Unpack[AnalysisKeywords],
) -> Stress:
    """Live fresh futures of a scenario, without foresight: see, plan again, do one month.

    futures: how many are drawn. Where the scenario generates its futures they come from the same generator with other
    random numbers (case/generated.py), else from around those that were typed (analyses/fresh.py). All are solved with
    perfect foresight, which nobody can beat. live: how many of them are lived. What is seen is taken for a branch of
    the file's tree, the nearest where none is like it: analyses/branches.py, of typed futures analyses/beliefs.py.

    The mean difference to foresight bounds what any better policy could still gain, with its interval: the gap estimate
    of Mak, Morton and Wood (1999). replications: where futures are generated, so many problems from other samples are
    solved, whose mean is a closer bound, see analyses/replications.py: it holds for plans that decide by what the tree
    shows, rules and caution aside, as the plan lived is a re-solve every month. 0: none.

    Raises ScenarioError, and SolveError without a plan.
    """
    if wrong := tuple(_senseless(futures, seed, live, replications)):
        raise ScenarioError(wrong)
    asked = AnalysisOptions(**options)
    plain = prepare(source, asked.overrides)
    drawn = redrawn(plain, futures, seed)
    if drawn is None:
        case = ready(plain)
        inputs = StressInputs(case, asked.solver, fresh(case, futures, seed), believed, live, seed, 0, asked.unproven)
    else:
        case, branches = ready(plain, [drawn.everything]), DrawnBeliefs(kept_of(plain), drawn)
        futures_drawn = named(drawn)
        inputs = StressInputs(case, asked.solver, futures_drawn, branches, live, seed, replications, asked.unproven)
    return _answer(inputs, *runs(inputs, asked))


def _senseless(futures: int, seed: int, live: int, replications: int) -> Iterator[Problem]:
    cure = "ask for at least 2, so that a mean has an interval"
    for option, count in (("--futures", futures), ("--live", live)):
        if count < 2:
            yield Problem(None, option, f"{count} futures", cure)
    if replications == 1 or replications < 0:
        yield Problem(None, "--replications", f"{replications} of them", f"{cure}, or for 0")
    if seed < 0:
        yield Problem(None, "--seed", f"{seed} is below 0", "give a whole number from 0")


# The answer -----------------------------------------------------------------------------------------------------------


def _answer(asked: StressInputs, runs: Sequence[FutureRun], replicas: Sequence[ReplicaResult]) -> Stress:
    case = asked.case
    lived = [run for run in runs if run.lived]
    by_course = {FORESIGHT: [run.foresight for run in runs], **_courses(lived)}
    courses = pd.DataFrame([_course(name, costs) for name, costs in by_course.items()])
    gaps = _gaps(by_course, replicas)
    return Stress(
        title=f"{case.scenario.title}: {len(runs)} fresh futures (seed {asked.seed}), {len(lived)} lived",
        currency=case.scenario.currency,
        sentences=tuple(sentences(asked, courses, gaps, lived)),
        courses=courses,
        gaps=gaps,
        futures=pd.DataFrame([_future(run) for run in runs]),
        unseen=_unseen(case, lived),
        replications=_replications(replicas),
    )


def _courses(lived: Sequence[FutureRun]) -> dict[str, list[FutureCost]]:
    """What came by course of action of the futures that were lived, in the same order."""
    simulated = [run.lived for run in lived if run.lived]
    by_course = {LIVED: [one.cost_lived for one in simulated], THE_SAME: [run.foresight for run in lived]}
    return by_course | {name: [one.habits[name] for one in simulated] for name in simulated[0].habits}


def _replications(replicas: Sequence[ReplicaResult]) -> pd.DataFrame:
    rows = [(number, one.cost, one.bound, one.known) for number, one in enumerate(replicas, 1)]
    return pd.DataFrame(rows, columns=["replication", "expected_cost", "bound", "cost_known"])


def costs(in_futures: Sequence[FutureCost]) -> Array:
    """Cost of each course of one future [currency]."""
    return np.array([one.cost for one in in_futures])


def interval(values: Array) -> tuple[float, float, float]:
    """Mean, and the ends of its interval of 95 % (Student's t).

    >>> [round(end, 3) for end in interval(np.array([1.0, 2.0, 3.0]))]
    [2.0, -0.484, 4.484]
    """
    mean, half = float(values.mean()), half_width(values)
    return mean, mean - half, mean + half


def _course(name: str, in_futures: Sequence[FutureCost]) -> dict[str, object]:
    cost = costs(in_futures)
    mean, low, high = interval(cost)
    read = [one.read for one in in_futures]
    rest = [key for key in read[0] if key == "margin_lost" or key.startswith("unmet: ")]
    return {
        "course": name,
        "sample": len(in_futures),
        "expected_cost": mean,
        "cost_low": low,
        "cost_high": high,
        "max_cost": max_cost(cost),
        **{key: float(np.mean([one[key] for one in read])) for key in rest},
    }


def _gaps(courses: Mapping[str, Sequence[FutureCost]], replicas: Sequence[ReplicaResult]) -> pd.DataFrame:
    """Each course less the plan as it was lived, future by future; the best plan by its bound."""
    lived_costs, rows = costs(courses[LIVED]), []
    for name, in_futures in courses.items():
        if name in (FORESIGHT, LIVED):
            continue
        differences = costs(in_futures) - lived_costs
        rows.append((name, len(lived_costs), *interval(differences), float((differences > 0).mean())))
    if replicas:
        foresight_costs = costs(courses[THE_SAME])
        gap = improvable(lived_costs - foresight_costs, np.array([one.bound - one.known for one in replicas]))
        rows.append((BEST, len(replicas), -gap.mean, -gap.at_most, math.nan, math.nan))
    return pd.DataFrame(rows, columns=["course", "sample", "extra_cost", "cost_low", "cost_high", "share_dearer"])


def _future(run: FutureRun) -> dict[str, object]:
    lived = run.lived
    return {
        "future": run.fresh.future.name,
        "made_from": run.fresh.of,
        "best_cost": run.foresight.cost,
        "lived_cost": lived.cost_lived.cost if lived else math.nan,
        "months_unseen": len(lived.unseen) if lived else math.nan,
    }


def _unseen(case: Case, lived: Sequence[FutureRun]) -> pd.DataFrame:
    """How often something not foreseen was taken for which futures."""
    rows = [
        {"made_from": run.fresh.of, "taken_for": month.taken_for, "period": case.calendar.labels[month.period]}
        for run in lived
        if run.lived
        for month in run.lived.unseen
    ]
    frame = pd.DataFrame(rows, columns=["made_from", "taken_for", "period"])
    counts = frame.groupby(["made_from", "taken_for"], sort=True)["period"].agg(["size", "min"]).reset_index()
    return counts.rename(columns={"size": "months_unseen", "min": "first_seen"})
