"""sobol: how much of the spread of cost and shortage each thing that is varied explains."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd
from SALib.analyze.sobol import analyze
from SALib.sample.sobol import sample

from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.case_records import CaseRecords, Record
from sourcing.analyses.registry import analysis
from sourcing.analyses.sensitivity.sweep import at_points
from sourcing.analyses.sensitivity.varied_ranges import MOST_POINTS, VariedRange, ranges
from sourcing.calendar import Array
from sourcing.errors import Problem, ScenarioError
from sourcing.figures import percent
from sourcing.pipeline.source import Source, document, prepare

OF = ("cost", "worst_cost", "margin_lost")
COLUMNS = ["of", "varied", "first_order", "first_order_error", "total_order", "total_order_error"]
SPREAD = 1e-9  # of the mean: what moves less does not move


@dataclass(frozen=True, eq=False, repr=False)
class Indices(Answer):
    """Sobol indices: of what, by what is varied. first_order: share of its variance that goes when this one is known;
    total_order: share that stays when all others are known; error: half of the interval of 95 %.

    points: the plans solved, with what was varied."""

    indices: pd.DataFrame
    points: pd.DataFrame


@analysis()
def indices(
    source: Source,
    vary: Sequence[str],
    *,
    samples: int = 64,
    seed: int = 1,
    out: str | Path | None = None,
    **options: Unpack[AnalysisKeywords],
) -> Indices:
    """Sobol indices of cost and shortage in what is varied, each evenly between its ends and apart from the others.

    samples: base samples, a power of two; samples x (ranges + 2) plans are solved. vary and the rest as of `sweep`.
    Sobol (2001); Saltelli et al. (2010), by SALib. Raises ScenarioError, also where a point has no plan.
    """
    asked = AnalysisOptions(**options)
    varied, base = ranges(vary), document(source, asked.overrides)
    if samples < 2 or samples & (samples - 1) or samples * (len(varied) + 2) > MOST_POINTS:
        power = 1 << max(samples - 1, 1).bit_length()
        raise _wrong("--samples", f"{samples} is no power of two, or too many", f"ask for {min(power, 4096)}")
    if any(one.low == one.high for one in varied):
        raise _wrong("--vary", "a range of one value explains nothing", "write LOW:HIGH")
    problem = {
        "num_vars": len(varied),
        "names": [one.path for one in varied],
        "bounds": [[one.low, one.high] for one in varied],
    }
    drawn = [tuple(map(float, row)) for row in sample(problem, samples, calc_second_order=False, seed=seed)]
    path = sorted(set(drawn))
    solved = at_points(base, varied, path, out, asked)
    by = dict(zip(path, solved.records, strict=True))
    records = [by[point] for point in drawn]
    _all_have_plans(varied, drawn, records)
    rows = [row for output in OF for row in _rows(output, problem, varied, records, seed)]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    scenario = prepare(base).scenario
    return Indices(
        title=f"{scenario.title}: what explains the spread",
        currency=scenario.currency,
        sentences=(*solved.remarks(), *_sentences(frame, records)),
        indices=frame,
        points=pd.DataFrame([_point(varied, point, by[point]) for point in path]),
    )


def _all_have_plans(
    varied: Sequence[VariedRange], points: Sequence[tuple[float, ...]], records: Sequence[CaseRecords]
) -> None:
    """Raise ScenarioError where one has none: shares of a variance need every point."""
    none = [point for point, record in zip(points, records, strict=True) if "cost" not in record.totals]
    if none:
        at = ", ".join(one.assignment(value) for one, value in zip(varied, none[0], strict=True))
        cure = "narrow the ranges until every point has a plan, or sweep without --indices to see where"
        raise _wrong("--vary", f"{len(none)} of {len(points)} points have no plan, the first at {at}", cure)


def _rows(
    of: str, problem: dict[str, object], varied: Sequence[VariedRange], records: Sequence[CaseRecords], seed: int
) -> Iterator[tuple[object, ...]]:
    """Indices of one measure; none where it does not move."""
    values: Array = np.array([record.totals[of] for record in records], float)
    if np.ptp(values) <= SPREAD * max(float(np.abs(values).mean()), 1.0):
        return
    if len(varied) == 1:
        yield of, varied[0].path, 1.0, 0.0, 1.0, 0.0  # nothing else can explain any of it
        return
    result = analyze(problem, values, calc_second_order=False, seed=seed)
    for number, one in enumerate(varied):
        yield (of, one.path, *(float(result[name][number]) for name in ("S1", "S1_conf", "ST", "ST_conf")))


def _point(varied: Sequence[VariedRange], point: tuple[float, ...], record: CaseRecords) -> Record:
    return {one.path: value for one, value in zip(varied, point, strict=True)} | record.totals


def _sentences(frame: pd.DataFrame, records: Sequence[CaseRecords]) -> Iterator[str]:
    shares = {
        "cost": "the cost",
        "worst_cost": "the cost of the worst outcomes",
        "margin_lost": "the margin lost to shortage",
    }
    for output in OF:
        rows = frame[frame["of"] == output].sort_values("first_order", ascending=False, kind="stable")
        if rows.empty:
            yield f"Nothing that is varied moves {shares[output]}."
            continue
        explained = rows["first_order"].clip(0, 1)
        parts = ", ".join(f"{name} {percent(share)}" for name, share in zip(rows["varied"], explained, strict=True))
        yield f"Of the spread of {shares[output]} each explains by itself: {parts}."
        together = 1 - float(rows["first_order"].clip(lower=0).sum())
        error = float(np.hypot.reduce(rows["first_order_error"]))
        if together > max(0.05, error):
            yield f"About {percent(together)} of the spread of {shares[output]} comes from several moving together."
    yield f"{len(records)} plans; each range is taken evenly between its ends, apart from the others."


def _wrong(place: str, cause: str, cure: str) -> ScenarioError:
    return ScenarioError((Problem(None, place, cause, cure),))
