"""sweep: the plan at many points of what is varied, and where it changes."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Unpack

import pandas as pd

from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.case_records import CaseRecords, Record, read
from sourcing.analyses.case_solver import CaseSolver, UnprovenPlans
from sourcing.analyses.choices import Choice, differences
from sourcing.analyses.progress import StepCounter
from sourcing.analyses.registry import analysis
from sourcing.analyses.sensitivity.checkpoints import Checkpoints, Point
from sourcing.analyses.sensitivity.varied_ranges import VariedRange, grid, ranges, spread
from sourcing.errors import SolveError
from sourcing.figures import ENGLISH
from sourcing.files import Document
from sourcing.pipeline.source import Source, document, prepare
from sourcing.solver.highs import Options
from sourcing.worker_processes import WorkerLostError, portions

TOGETHER = 5  # points of the path that one worker solves, each from where the last one ended


@dataclass(frozen=True, eq=False, repr=False)
class Sweep(Answer):
    """The plan at each point. points: one row each, with what was varied, cost and risk; decisions, mix, stock: rows of
    each point, which is named by its number; changes: between which neighbours a decision changes, and how."""

    points: pd.DataFrame
    changes: pd.DataFrame
    decisions: pd.DataFrame
    mix: pd.DataFrame
    stock: pd.DataFrame


@analysis()
def sweep(
    source: Source,
    vary: Sequence[str],
    *,
    samples: int | None = None,
    seed: int = 1,
    out: str | Path | None = None,
    **options: Unpack[AnalysisKeywords],
) -> Sweep:
    """The plan at each point of a grid, or at `samples` of the ranges.

    vary: "futures.'full ban'.probability=0:0.6:25" (low, high, number of points, unit behind) or values with commas
    between; several make a grid. When one probability is varied the others scale in proportion. out: a folder that
    keeps each finished point, so that a sweep that was stopped goes on where it ended.

    A point without a plan has status `no plan`. Raises ScenarioError when the input cannot be used, SolveError when a
    worker process is killed; points that were finished are kept then.
    """
    asked = AnalysisOptions(**options)
    varied, base = ranges(vary), document(source, asked.overrides)
    points = spread(varied, samples, seed) if samples else grid(varied)
    solved = at_points(base, varied, points, out, asked)
    answer = _answer(base, varied, points, solved.records)
    return replace(answer, sentences=(*solved.remarks(), *answer.sentences))


@dataclass(frozen=True)
class SweepRecords:
    """What is read off some points, in their order, and how many were kept in files that could not be used."""

    records: list[CaseRecords]
    again: int

    def remarks(self) -> Iterator[str]:
        """Sentences on kept points that could not be used."""
        if self.again:
            said = "1 kept point was" if self.again == 1 else f"{self.again} kept points were"
            yield f"{said} empty, damaged or edited, and solved again."


def at_points(
    base: Document,
    varied: Sequence[VariedRange],
    points: Sequence[Point],
    out: str | Path | None,
    asked: AnalysisOptions,
) -> SweepRecords:
    """What is read off the plan at each of some points, in their order. out: as of `sweep`; raises as it does."""
    _check(base, varied, points)
    checkpoints = Checkpoints.at(out, base, varied, asked.solver)
    records = {point: record for point in points if (record := checkpoints.read(point)) is not None}
    missing = [point for point in points if point not in records]
    again = sum(checkpoints.has(point) for point in missing)
    steps = StepCounter(asked.progress, len(points), len(records))
    try:
        for point, record in _solved(base, varied, missing, checkpoints, asked):
            records[point] = record
            asked.unproven.note(record.totals["status"], record.totals.get("gap", math.inf))
            steps()
    except WorkerLostError as error:
        raise SolveError(_broken_off(points, checkpoints)) from error
    return SweepRecords([records[point] for point in points], again)


def _check(base: Document, varied: Sequence[VariedRange], points: Sequence[Point]) -> None:
    """Raise ScenarioError where a corner cannot be used, before hours are spent on the rest."""
    for point in dict.fromkeys((points[0], points[-1])):
        prepare(_changed(base, varied, point))


def _changed(base: Document, varied: Sequence[VariedRange], point: Point) -> Document:
    return document(base, tuple(one.assignment(value) for one, value in zip(varied, point, strict=True)))


def _broken_off(points: Sequence[Point], checkpoints: Checkpoints) -> str:
    """What to say where a worker is lost: what was finished is on disk."""
    done = sum(checkpoints.read(point) is not None for point in points)
    left = "nothing is kept without --out"
    if checkpoints.folder is not None:
        left = (
            f"{done} of {len(points)} points are kept in {checkpoints.folder}, and the same command goes on from there"
        )
    return f"a worker process was ended from outside, killed or for want of memory; {left}"


# Points along a path --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PointsTask:
    """Points to be solved one after the other, each from where the last one ended."""

    base: Document
    varied: tuple[VariedRange, ...]
    points: tuple[Point, ...]
    checkpoints: Checkpoints
    options: Options

    def solve(self, solver: CaseSolver) -> Iterator[tuple[Point, CaseRecords]]:
        """Each point as it is solved, and kept before anything else is done; where there is no plan it says so."""
        for point in self.points:
            try:
                record = read(solver.at(prepare(_changed(self.base, self.varied, point))))
            except SolveError as error:
                record = CaseRecords({"status": "no plan", "reason": str(error)}, (), (), ())
            self.checkpoints.write(point, record)
            yield point, record


def _solved(
    base: Document,
    varied: Sequence[VariedRange],
    points: Sequence[Point],
    checkpoints: Checkpoints,
    asked: AnalysisOptions,
) -> Iterator[tuple[Point, CaseRecords]]:
    """Points as they are solved: in this process, or parts of the path by the executor."""
    path = PointsTask(base, tuple(varied), tuple(points), checkpoints, asked.solver)
    if asked.executor is None:
        yield from path.solve(CaseSolver(path.options))
        return
    for _, solved in asked.results(along, [replace(path, points=part) for part in portions(points, TOGETHER)]):
        for point, record in solved:
            if not checkpoints.has(point):
                checkpoints.write(point, record)
            yield point, record


def along(task: PointsTask, unproven: UnprovenPlans) -> list[tuple[Point, CaseRecords]]:
    """Every point of a task. Plans that time cut short are known by their status."""
    return list(replace(task, checkpoints=task.checkpoints.in_sight()).solve(CaseSolver(task.options)))


# The answer -----------------------------------------------------------------------------------------------------------


def _answer(
    base: Document, varied: Sequence[VariedRange], points: Sequence[Point], records: Sequence[CaseRecords]
) -> Sweep:
    order = sorted(range(len(points)), key=lambda number: points[number])
    ranked = [(points[number], records[number]) for number in order]
    totals = pd.DataFrame([_row(varied, point, record) for point, record in ranked])
    totals.insert(0, "point", range(1, len(totals) + 1))
    changes = pd.DataFrame(_changes(varied, ranked), columns=CHANGES)
    scenario = prepare(_changed(base, varied, points[0])).scenario
    return Sweep(
        title=f"{scenario.title}: {', '.join(one.path for one in varied)}",
        currency=scenario.currency,
        sentences=tuple(_sentences(varied, totals, changes)),
        points=totals,
        changes=changes,
        decisions=_stacked(ranked, "decisions"),
        mix=_stacked(ranked, "mix"),
        stock=_stacked(ranked, "stock"),
    )


CHANGES = ["varied", "from", "until", "decision", "subject", "before", "after"]


def _row(varied: Sequence[VariedRange], point: Point, records: CaseRecords) -> Record:
    return {one.path: value for one, value in zip(varied, point, strict=True)} | records.totals


def _stacked(ranked: Sequence[tuple[Point, CaseRecords]], table: str) -> pd.DataFrame:
    rows = [
        {"point": number, **record}
        for number, (_, records) in enumerate(ranked, 1)
        for record in getattr(records, table)
    ]
    return pd.DataFrame(rows)


def _changes(
    varied: Sequence[VariedRange], ranked: Sequence[tuple[Point, CaseRecords]]
) -> Iterator[tuple[object, ...]]:
    """Decisions that differ between neighbours: points that differ in one thing that is varied, by one step."""
    for axis, one in enumerate(varied):
        lines: dict[Point, list[tuple[Point, CaseRecords]]] = {}
        for point, records in ranked:
            lines.setdefault((*point[:axis], *point[axis + 1 :]), []).append((point, records))
        for line in lines.values():
            for (start, before), (end, after) in itertools.pairwise(line):
                chosen = [tuple(Choice(**record) for record in records.decisions) for records in (before, after)]
                for difference in differences(*chosen):
                    yield one.path, start[axis], end[axis], *difference


def _sentences(varied: Sequence[VariedRange], totals: pd.DataFrame, changes: pd.DataFrame) -> Iterator[str]:
    solved = totals[totals["status"] != "no plan"]
    if len(solved) < len(totals):
        yield f"{len(totals) - len(solved)} of {len(totals)} points have no plan."
    for range_varied in varied:
        mine = changes[changes["varied"] == range_varied.path]
        if mine.empty:
            yield f"No contract and no qualification changes between {_span(range_varied)} of {range_varied.path}."
        for _, rows in mine.groupby(["from", "until"], sort=True):
            start, end = rows["from"].iloc[0], rows["until"].iloc[0]
            listed = "; ".join(
                f"{row['subject']}: {row['before']} -> {row['after']}" for row in rows.to_dict("records")
            )
            yield (
                f"Between {_between(start, end, range_varied.unit)}"
                + f" of {range_varied.path} the plan changes: {listed}."
            )


def _span(one: VariedRange) -> str:
    return _between(one.low, one.high, one.unit)


def _between(low: float, high: float, unit: str) -> str:
    return ENGLISH.joined(f"{ENGLISH.plain(low)} and {ENGLISH.plain(high)}", unit)
