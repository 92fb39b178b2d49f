"""How a program is solved: whole while it is small; else parts that nothing couples apart, each cut where that pays."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from sourcing.calendar import Array
from sourcing.errors import SolveError
from sourcing.model.templates import Formulation
from sourcing.solver.components import ProgramPart, parts
from sourcing.solver.decomposition.cut import ENOUGH, Cut, cut, cut_period
from sourcing.solver.decomposition.lshaped import Method
from sourcing.solver.decomposition.similar_subtrees import places_of_columns, places_of_rows
from sourcing.solver.decomposition.state import Clock
from sourcing.solver.decomposition.subtree_workers import Executor, place
from sourcing.solver.halt import INTERRUPTED, MOMENT, SHORTEST, TIME_LIMIT
from sourcing.solver.highs import HighsRun, Options, Progress, Status, Watch, relative
from sourcing.solver.presolve import picked, reduced, restored, restored_prices
from sourcing.solver.stamp import Program
from sourcing.solver.tail_threshold import exact_threshold

LARGE = 150_000  # nonzeros from which cutting pays, see tests/benchmarks
PART = 15_000  # the same of a part that nothing couples to the rest

HAS = (Status.OPTIMAL, Status.FEASIBLE)


class Strategy(StrEnum):
    """What may be asked for."""

    AUTO = "auto"
    EXTENSIVE = "extensive"
    LSHAPED = "lshaped"


Whole = Callable[[Program, Options, Watch | None], HighsRun]
"""Solves a program as it stands: values with whole numbers, prices of the rows for these, the proven bound."""


class ChosenStrategy(NamedTuple):
    """What was run in the end, why, in words, and what it gave; None: the extensive form is to be solved."""

    strategy: Strategy
    why: str
    run: HighsRun | None


def choose(
    formulation: Formulation,
    program: Program,
    options: Options,
    watch: Watch | None,
    whole: Whole,
    executor: Executor | None = None,
) -> ChosenStrategy:
    """Solve in parts and subtrees where that is asked for or pays. See models/formulation.md#many-futures."""
    wanted, size = Strategy(options.strategy), program.matrix.nnz
    most = int(np.bincount(formulation.tree.period).max())
    why = ""
    if wanted is Strategy.EXTENSIVE:
        why = "asked for"
    elif wanted is Strategy.AUTO and size < LARGE:
        why = "small"
    elif wanted is Strategy.AUTO and most < ENOUGH:
        why = f"no period has {ENOUGH} nodes"
    elif most < 2:
        why = "the futures never part"
    elif formulation.settle:
        why = "only the worst outcomes count, which is settled on the whole"
    if why:
        return ChosenStrategy(Strategy.EXTENSIVE, why, None)
    return ProgramParts(formulation, program, options, watch, whole, executor).solve()


@dataclass(frozen=True)
class SolvedPart:
    """A part, into how many subtrees it was cut (0: it was solved whole), and what that gave.

    Its program is not kept: of a thousand futures the parts together are as large as the whole.
    """

    part: ProgramPart
    subtrees: int
    run: HighsRun


class ProgramParts:
    """A program in parts, the smallest first, so that early on something is known of all but one."""

    def __init__(
        self,
        formulation: Formulation,
        program: Program,
        options: Options,
        watch: Watch | None,
        whole: Whole,
        executor: Executor | None,
    ) -> None:
        self.started, self.spent = time.monotonic(), time.process_time()
        self.tree, self.options, self.whole, self.executor = formulation.tree, options, whole, executor
        self.watch, self.limit = watch, options.time_limit
        self.reduction = reduced(program)
        self.columns = places_of_columns(formulation, program).of(self.reduction.columns)
        self.rows = places_of_rows(formulation, program).of(self.reduction.rows)
        self.stopped = ""
        self.notes: list[str] = []
        self.period = cut_period(self.tree)

    def solve(self) -> ChosenStrategy:
        """The whole put together from its parts."""
        solved: list[SolvedPart] = []
        everything = parts(self.reduction.program)
        for number, part in enumerate(reversed(everything)):
            spare = sum(self.options.gap * abs(each.run.objective) - _open_gap(each.run) for each in solved)
            # What the parts before left open the last one must make good; the others need not.
            spare = spare if number == len(everything) - 1 else max(spare, 0.0)
            solved_part = self._part(part, solved, spare)
            if solved_part.run.status not in HAS:
                run = replace(solved_part.run, reason=self.stopped or solved_part.run.reason)
                return ChosenStrategy(Strategy.LSHAPED, self._why(solved), run)
            solved.append(solved_part)
        solved = self._closed(solved)
        if not any(solved_part.subtrees for solved_part in solved):
            return ChosenStrategy(Strategy.EXTENSIVE, self._why(solved), self._together(solved))
        return ChosenStrategy(Strategy.LSHAPED, self._why(solved), self._together(solved))

    # One part ---------------------------------------------------------------------------------------------------------

    def _part(self, part: ProgramPart, before: list[SolvedPart], spare: float) -> SolvedPart:
        """One part by subtrees, or whole where it is small, or cannot be cut."""
        program = self._picked(part)
        made = self._cut(part, program)
        if made is None:
            return SolvedPart(part, 0, self._whole(program, before))
        clock = Clock(self._shifted(before), self._left())
        try:
            run = Method(program, made, place(made.subtrees, self.executor, clock), self.options, clock, spare).solve()
        except SolveError as error:
            self.notes.append(f"a part is solved whole: {error}")
            return SolvedPart(part, 0, self._whole(program, before))
        self._note(run)
        return SolvedPart(part, len(made.subtrees), run)

    def _picked(self, part: ProgramPart) -> Program:
        return picked(self.reduction.program, part.columns, part.rows)

    def _cut(self, part: ProgramPart, program: Program) -> Cut | None:
        """A part in subtrees; None where it is small or has no two of them."""
        columns, rows = self.columns.of(part.columns), self.rows.of(part.rows)
        asked = Strategy(self.options.strategy) is Strategy.LSHAPED
        if not (asked or program.matrix.nnz >= PART) or self.period is None or not (columns.node >= 0).any():
            return None
        made = cut(program, columns, rows, self.tree, self.period)
        if made is None:
            self.notes.append("a part has rows across subtrees and is solved whole")
            return None
        return made if len(made.subtrees) >= 2 else None

    def _whole(self, program: Program, before: list[SolvedPart]) -> HighsRun:
        """Solve a component as it stands, without decomposition."""
        run = self.whole(program, replace(self.options, time_limit=self._left()), self._shifted(before))
        self._note(run)
        return run

    def _note(self, run: HighsRun) -> None:
        """Once a part was stopped those left have as much time again: without them there is no plan."""
        if run.reason in (INTERRUPTED, TIME_LIMIT) and not self.stopped:
            self.stopped, self.limit = run.reason, 2 * self._seconds() + MOMENT

    def _seconds(self) -> float:
        return time.monotonic() - self.started

    def _left(self) -> float | None:
        return None if self.limit is None else max(self.limit - self._seconds(), SHORTEST)

    def _shifted(self, before: list[SolvedPart]) -> Watch | None:
        """The watch, told of the whole: what is known of the parts before, and this one; once stopped none is asked."""
        if self.watch is None or self.stopped:
            return None
        watch, offset = self.watch, self.reduction.program.offset
        incumbent = offset + sum(each.run.objective for each in before)
        bound = offset + sum(each.run.bound for each in before)

        def told(progress: Progress) -> bool:
            best, least = incumbent + progress.incumbent, bound + progress.bound
            return watch(Progress(self._seconds(), best, least, relative(best, least)))

        return told

    # The whole --------------------------------------------------------------------------------------------------------

    def _closed(self, solved: list[SolvedPart]) -> list[SolvedPart]:
        """Where the gap of the whole is not met, the parts that are furthest from their bound again, as they stand."""
        parts_solved = list(solved)
        while not self.stopped and not self._proven(parts_solved):
            number = max(
                range(len(parts_solved)),
                key=lambda n: _open_gap(parts_solved[n].run) if parts_solved[n].subtrees else -1.0,
            )
            if not parts_solved[number].subtrees:
                break
            others = [each for n, each in enumerate(parts_solved) if n != number]
            self.notes.append("whole numbers within subtrees leave a gap, closed on the part as it stands")
            worse = parts_solved[number]
            again = self._whole(self._picked(worse.part), others)
            run = again if again.objective <= worse.run.objective else worse.run
            bound = max(again.bound, worse.run.bound)
            run = replace(run, bound=bound, gap=relative(run.objective, bound))
            parts_solved[number] = replace(worse, subtrees=0, run=run)
        return parts_solved

    def _proven(self, solved: list[SolvedPart]) -> bool:
        objective, bound = self._ends(solved)
        return relative(objective, bound) <= self.options.gap * (1 + 1e-9)

    def _ends(self, solved: list[SolvedPart]) -> tuple[float, float]:
        offset = self.reduction.program.offset
        objective = offset + sum(each.run.objective for each in solved)
        return objective, offset + sum(each.run.bound for each in solved)

    def _together(self, solved: list[SolvedPart]) -> HighsRun:
        inner, whole = self.reduction.program, self.reduction.whole
        values, prices = np.zeros(len(inner.cost)), np.zeros(len(inner.row_lower))
        for each in solved:
            values[each.part.columns] = each.run.values
            if each.run.row_prices is not None:
                prices[each.part.rows] = each.run.row_prices
        every: Array = exact_threshold(whole, restored(self.reduction, values))
        priced = all(each.run.row_prices is not None for each in solved)
        _, bound = self._ends(solved)
        objective = float(whole.cost @ every) + whole.offset
        proven = self._proven(solved)
        return HighsRun(
            status=Status.OPTIMAL if proven else Status.FEASIBLE,
            reason="optimal" if proven else self.stopped or "gap not closed",
            values=every,
            row_prices=restored_prices(self.reduction, every, prices) if priced else None,
            objective=objective,
            bound=min(bound, objective),
            gap=relative(objective, bound),
            seconds=time.process_time() - self.spent,
        )

    def _why(self, solved: list[SolvedPart]) -> str:
        cuts = [each.subtrees for each in solved if each.subtrees]
        words = [f"{self.reduction.whole.matrix.nnz} nonzeros", f"{_count(len(solved), 'part')} that nothing couples"]
        if cuts and self.period is not None:
            words.append(f"{_count(len(cuts), 'part')} cut before period {self.period + 1} into {max(cuts)} subtrees")
        return "; ".join([*words, *dict.fromkeys(self.notes)])


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _open_gap(run: HighsRun) -> float:
    return max(run.objective - run.bound, 0.0)
