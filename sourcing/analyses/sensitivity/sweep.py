"""sweep: the plan at many points of what is varied, and where it changes."""

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from sourcing.analyses.answer import Answer
from sourcing.analyses.case_records import CaseRecords, Record, read
from sourcing.analyses.case_solver import CaseSolver
from sourcing.analyses.choices import Choice, differences
from sourcing.analyses.progress import Progress
from sourcing.analyses.sensitivity.checkpoints import Checkpoints, Point
from sourcing.analyses.sensitivity.varied_ranges import VariedRange, grid, ranges, samples
from sourcing.analyses.worker_processes import WorkerLostError, streamed
from sourcing.errors import SolveError
from sourcing.files import Document
from sourcing.pipeline.source import Source, document, prepare
from sourcing.solver.highs import Options


@dataclass(frozen=True, eq=False, repr=False)
class Sweep(Answer):
    """The plan at each point. points: one row each, with what was varied, cost and risk; decisions, mix, stock: rows of
    each point, which is named by its number; changes: between which neighbours a decision changes, and how."""

    points: pd.DataFrame
    changes: pd.DataFrame
    decisions: pd.DataFrame
    mix: pd.DataFrame
    stock: pd.DataFrame


def sweep(
    source: Source,
    vary: Sequence[str],
    *,
    overrides: tuple[str, ...] = (),
    count: int | None = None,
    seed: int = 1,
    workers: int = 1,
    out: str | Path | None = None,
    gap: float = 1e-4,
    progress: Progress | None = None,
) -> Sweep:
    """The plan at each point of a grid, or at `count` samples of the ranges.

    vary: "futures.'full ban'.probability=0:0.6:25" (low, high, number of points, unit behind) or values with commas
    between; several make a grid. When one probability is varied the others scale in proportion. workers: processes,
    each of which takes a part of the path. out: a folder that keeps each finished point, so that a sweep
    that was stopped goes on where it ended.

    A point without a plan has status `no plan`. Raises ScenarioError when the input cannot be used, SolveError when a
    worker process is killed; points that were finished are kept then.
    """
    varied, base = ranges(vary), document(source, overrides)
    points = samples(varied, count, seed) if count else grid(varied)
    found = at_points(base, varied, points, workers=workers, out=out, gap=gap, progress=progress)
    answer = _answer(base, varied, points, found.readings)
    return replace(answer, sentences=(*found.remarks(), *answer.sentences))


@dataclass(frozen=True)
class SweepRecords:
    """What is read off some points, in their order, and how many were kept in files that could not be used."""

    readings: list[CaseRecords]
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
    *,
    workers: int = 1,
    out: str | Path | None = None,
    gap: float = 1e-4,
    progress: Progress | None = None,
) -> SweepRecords:
    """What is read off the plan at each of some points, in their order; arguments as of `sweep`."""
    _check(base, varied, points)
    kept = Checkpoints.at(out, base, varied, gap)
    return _readings(base, varied, points, kept, workers, Options(gap), progress or _silent)


def _check(base: Document, varied: Sequence[VariedRange], points: Sequence[Point]) -> None:
    """Raise ScenarioError where a corner cannot be used, before hours are spent on the rest."""
    for point in dict.fromkeys((points[0], points[-1])):
        prepare(_changed(base, varied, point))


def _changed(base: Document, varied: Sequence[VariedRange], point: Point) -> Document:
    return document(base, tuple(one.assignment(value) for one, value in zip(varied, point, strict=True)))


def _silent(done: int, whole: int) -> None:
    """No-op progress callback."""


# Points along a path --------------------------------------------------------------------------------------------------


def _readings(
    base: Document,
    varied: Sequence[VariedRange],
    points: Sequence[Point],
    kept: Checkpoints,
    workers: int,
    options: Options,
    progress: Progress,
) -> SweepRecords:
    """What is read off each point, in their order."""
    found = {point: reading for point in points if (reading := kept.read(point)) is not None}
    missing = [point for point in points if point not in found]
    again = sum(kept.has(point) for point in missing)
    walk = functools.partial(_walk, base, varied, options, kept)
    try:
        for point, reading in _along(walk, missing, workers):
            found[point] = reading
            progress(len(found), len(points))
    except WorkerLostError as error:
        raise SolveError(_broken_off(points, kept)) from error
    return SweepRecords([found[point] for point in points], again)


def _broken_off(points: Sequence[Point], kept: Checkpoints) -> str:
    """What to say where a worker is lost: what was finished is on disk."""
    done = sum(kept.read(point) is not None for point in points)
    left = "nothing is kept without --out"
    if kept.folder is not None:
        left = f"{done} of {len(points)} points are kept in {kept.folder}, and the same command goes on from there"
    return f"a worker process was ended from outside, killed or for want of memory; {left}"


def _along(
    walk: Callable[[Sequence[Point]], Iterator[tuple[Point, CaseRecords]]], points: Sequence[Point], workers: int
) -> Iterator[tuple[Point, CaseRecords]]:
    """Points as they are done: in this process, or parts of the path in processes of their own."""
    if workers <= 1 or len(points) < 2:
        yield from walk(points)
        return
    size = -(-len(points) // workers)
    yield from streamed(walk, [points[first : first + size] for first in range(0, len(points), size)])


def _walk(
    base: Document, varied: Sequence[VariedRange], options: Options, kept: Checkpoints, points: Sequence[Point]
) -> Iterator[tuple[Point, CaseRecords]]:
    """Solve one point after the other, and keep it where it is solved, before anything else is done; where there is no
    plan the reading says so."""
    walk = CaseSolver(options)
    for point in points:
        try:
            reading = read(walk.at(prepare(_changed(base, varied, point))))
        except SolveError as error:
            reading = CaseRecords({"status": "no plan", "reason": str(error)}, (), (), ())
        kept.write(point, reading)
        yield point, reading


# The answer -----------------------------------------------------------------------------------------------------------


def _answer(
    base: Document, varied: Sequence[VariedRange], points: Sequence[Point], readings: Sequence[CaseRecords]
) -> Sweep:
    order = sorted(range(len(points)), key=lambda number: points[number])
    ranked = [(points[number], readings[number]) for number in order]
    totals = pd.DataFrame([_row(varied, point, reading) for point, reading in ranked])
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


def _row(varied: Sequence[VariedRange], point: Point, reading: CaseRecords) -> Record:
    return {one.path: value for one, value in zip(varied, point, strict=True)} | reading.totals


def _stacked(ranked: Sequence[tuple[Point, CaseRecords]], table: str) -> pd.DataFrame:
    rows = [
        {"point": number, **record}
        for number, (_, reading) in enumerate(ranked, 1)
        for record in getattr(reading, table)
    ]
    return pd.DataFrame(rows)


def _changes(
    varied: Sequence[VariedRange], ranked: Sequence[tuple[Point, CaseRecords]]
) -> Iterator[tuple[object, ...]]:
    """Decisions that differ between neighbours: points that differ in one thing that is varied, by one step."""
    for axis, one in enumerate(varied):
        lines: dict[Point, list[tuple[Point, CaseRecords]]] = {}
        for point, reading in ranked:
            lines.setdefault((*point[:axis], *point[axis + 1 :]), []).append((point, reading))
        for line in lines.values():
            for (start, before), (end, after) in itertools.pairwise(line):
                chosen = [tuple(Choice(**record) for record in reading.decisions) for reading in (before, after)]
                for found in differences(*chosen):
                    yield one.path, start[axis], end[axis], *found


def _sentences(varied: Sequence[VariedRange], totals: pd.DataFrame, changes: pd.DataFrame) -> Iterator[str]:
    solved = totals[totals["status"] != "no plan"]
    if len(solved) < len(totals):
        yield f"{len(totals) - len(solved)} of {len(totals)} points have no plan."
    for one in varied:
        mine = changes[changes["varied"] == one.path]
        if mine.empty:
            yield f"No contract and no qualification changes between {_span(one)} of {one.path}."
        for (start, end), rows in mine.groupby(["from", "until"], sort=True):
            told = "; ".join(f"{row['subject']}: {row['before']} -> {row['after']}" for row in rows.to_dict("records"))
            yield f"Between {start:.4g} and {end:.4g} {one.unit}".rstrip() + f" of {one.path} the plan changes: {told}."


def _span(one: VariedRange) -> str:
    return f"{one.low:.4g} and {one.high:.4g} {one.unit}".rstrip()
