"""One subtree in an instance of HiGHS that is kept: only the values of its links change, and the basis stays warm."""

import time
from dataclasses import dataclass
from typing import NamedTuple

import highspy
import numpy as np

from sourcing.calendar import Array
from sourcing.errors import SolveError
from sourcing.futures.tree import Ints
from sourcing.solver.decomposition.cut import Subtree
from sourcing.solver.halt import SHORTEST, TIME_LIMIT, StoppedError
from sourcing.solver.highs import Options, allow, hand_over, run
from sourcing.solver.stamp import Program

CLEAR = 1e-6  # as near to yes or no as this is one of them
LOOSE = 1e-3  # relative gap of a search where nothing near the relaxation is possible
NOISE = 1e-11  # slopes below this are zeros of the solver

_MODEL = highspy.HighsModelStatus


class SubtreeAnswer(NamedTuple):
    """What a subtree costs where its links stand, per unit of its probability, and the slope over the links.

    possible: whether there is any plan; if not, value + slope (links - where they stood) <= 0 holds for all links
    that leave one.
    """

    possible: bool
    value: float
    slope: Array


class SimplexBasis(NamedTuple):
    """Status of each column and row, as HiGHS numbers them: where the next run starts."""

    column: Ints
    row: Ints


class DecidedSubtree(NamedTuple):
    """A subtree with whole numbers: its value, None when there is no plan; values of its columns, prices of its rows.

    All per unit of its probability. relaxed: its value without whole numbers.
    """

    value: float | None
    values: Array
    prices: Array
    relaxed: float


@dataclass(frozen=True)
class SearchEffort:
    """How hard to look for whole numbers: the relative gap of a search, None for rounding alone."""

    gap: float | None


class Recourse:
    """A subtree held by HiGHS."""

    def __init__(self, subtree: Subtree, basis: highspy.HighsBasis | None = None) -> None:
        self.subtree = subtree
        self.links = np.arange(len(subtree.links), dtype=np.int32)
        self.until: float | None = None  # when a run is broken off, by time.monotonic
        self.solved_at: Array | None = None  # where the links stand, while nothing but them is held
        self.highs = hand_over(self._program(), Options())
        self.highs.setOptionValue("presolve", "off")  # keeps the basis and gives rays
        self.highs.setOptionValue("solver", "simplex")
        if basis is not None:
            self.highs.setBasis(basis)

    def _program(self) -> Program:
        subtree = self.subtree
        is_integer = np.zeros(len(subtree.lower), bool)
        cost = np.concatenate([np.zeros(len(subtree.links)), subtree.cost])
        bounds = subtree.row_lower, subtree.row_upper, subtree.lower, subtree.upper
        return Program(subtree.matrix, *bounds, cost, 0.0, is_integer, {}, {})

    def basis(self) -> highspy.HighsBasis:
        """Basis at which the last run ended."""
        basis: highspy.HighsBasis = self.highs.getBasis()
        return basis

    def ask(self, at: Array, seconds: float | None = None) -> SubtreeAnswer:
        """The value where the links stand, and its slope. at: shape (links,). seconds: as many as it may take.

        Raises StoppedError when they are over, SolveError where HiGHS fails.
        """
        self._begin(seconds)
        self._stand(at)
        status = self._run()
        if status == _MODEL.kOptimal:
            self.solved_at = at
            slope = np.array(self.highs.getSolution().col_dual)[: len(self.links)]
            return SubtreeAnswer(True, self.highs.getObjectiveValue(), np.where(np.abs(slope) > NOISE, slope, 0.0))
        if status == _MODEL.kInfeasible:
            return self._impossible(at)
        raise SolveError(f"a subtree cannot be solved: {self.highs.modelStatusToString(status).lower()}")

    def _begin(self, seconds: float | None) -> None:
        self.until = None if seconds is None else time.monotonic() + seconds

    def _left(self) -> float | None:
        return None if self.until is None else max(self.until - time.monotonic(), SHORTEST)

    def _stand(self, at: Array) -> None:
        self.solved_at = None
        self.highs.changeColsBounds(len(self.links), self.links, at, at)

    def _run(self) -> highspy.HighsModelStatus:
        """Solve from the last basis, from none where that fails."""
        status = self._run_once()
        if status not in (_MODEL.kOptimal, _MODEL.kInfeasible):
            self.highs.clearSolver()
            status = self._run_once()
        return status

    def _run_once(self) -> highspy.HighsModelStatus:
        allow(self.highs, self._left())
        self.highs.run()
        status: highspy.HighsModelStatus = self.highs.getModelStatus()
        if status == _MODEL.kTimeLimit:
            raise StoppedError(TIME_LIMIT)
        return status

    def _impossible(self, at: Array) -> SubtreeAnswer:
        """A feasibility cut from a ray of the dual: of the sum of rows that no columns can meet, what the links do."""
        subtree = self.subtree
        _, has, ray = self.highs.getDualRay()
        if not has:
            self.highs.clearSolver()
            self._run_once()
            _, has, ray = self.highs.getDualRay()
        for weights in (np.array(ray), -np.array(ray)) if has else ():
            weights = np.where(np.abs(weights) > NOISE * np.abs(weights).max(), weights, 0.0)
            summed = np.asarray(subtree.matrix.T @ weights)
            own = summed[len(self.links) :]
            ends = np.where(own > 0, subtree.upper[len(self.links) :], subtree.lower[len(self.links) :])
            bounds = np.where(weights > 0, subtree.row_lower, subtree.row_upper)
            used, needed = np.abs(own) > 1e-9, weights != 0
            if not (np.isfinite(ends[used]).all() and np.isfinite(bounds[needed]).all()):
                continue
            slope = -summed[: len(self.links)]
            missing = float(weights[needed] @ bounds[needed] - own[used] @ ends[used] + slope @ at)
            if missing > 0:
                size = max(float(np.abs(slope).max(initial=0.0)), 1e-9)
                return SubtreeAnswer(False, missing / size, slope / size)
        raise SolveError("a subtree has no plan and gives no reason")

    # Whole numbers ----------------------------------------------------------------------------------------------------

    def decide(self, at: Array, effort: SearchEffort, seconds: float | None = None) -> DecidedSubtree:
        """The best found with whole numbers where the links stand. seconds: as many as it may take.

        Raises StoppedError when they are over, for another call to begin anew.
        """
        self._begin(seconds)
        integer_columns = np.flatnonzero(self.subtree.integer)
        if self.solved_at is None or not np.array_equal(self.solved_at, at):
            self._stand(at)
            if self._run() != _MODEL.kOptimal:
                return DecidedSubtree(None, np.zeros(0), np.zeros(0), np.inf)
        relaxed = self.highs.getObjectiveValue()
        if not len(integer_columns):
            return self._found(relaxed)
        self.solved_at, wanted = None, self._values()[integer_columns]
        try:
            return self._decided(at, effort, integer_columns, wanted, relaxed)
        finally:
            self._free(integer_columns)

    def _decided(self, at: Array, effort: SearchEffort, whole: Ints, wanted: Array, relaxed: float) -> DecidedSubtree:
        best = self._nearby(whole, wanted)
        doubtful = bool(((wanted > CLEAR) & (wanted < 1 - CLEAR)).any())
        if doubtful and (effort.gap is not None or best is None):
            searched = self._search(at, effort)
            value = None if searched is None else self._fix(whole, searched)
            if searched is not None and value is not None and (best is None or value < best[0]):
                best = value, searched
        decided = DecidedSubtree(None, np.zeros(0), np.zeros(0), relaxed)
        if best is not None and self._fix(whole, best[1]) is not None:
            decided = self._found(relaxed)
        return decided

    def _nearby(self, whole: Ints, wanted: Array) -> tuple[float, Array] | None:
        """The best near a relaxation: rounded, then each doubtful one the other way."""
        best: tuple[float, Array] | None = None
        for decided in roundings(wanted):
            best = self._better(best, whole, decided)
        doubtful = np.flatnonzero((wanted > CLEAR) & (wanted < 1 - CLEAR))
        for column in doubtful if best is not None else ():
            other = best[1].copy()  # type: ignore[index]
            other[column] = 1.0 - other[column]
            best = self._better(best, whole, other)
        return best

    def _better(self, best: tuple[float, Array] | None, whole: Ints, decided: Array) -> tuple[float, Array] | None:
        value = self._fix(whole, decided)
        if value is None or (best is not None and value >= best[0]):
            return best
        return value, decided

    def _values(self) -> Array:
        return np.array(self.highs.getSolution().col_value)[len(self.links) :]

    def _found(self, relaxed: float) -> DecidedSubtree:
        solution = self.highs.getSolution()
        values = np.array(solution.col_value)[len(self.links) :]
        return DecidedSubtree(self.highs.getObjectiveValue(), values, np.array(solution.row_dual), relaxed)

    def _fix(self, whole: Ints, decided: Array) -> float | None:
        columns = (whole + len(self.links)).astype(np.int32)
        self.highs.changeColsBounds(len(columns), columns, decided, decided)
        return self.highs.getObjectiveValue() if self._run() == _MODEL.kOptimal else None

    def _free(self, whole: Ints) -> None:
        columns = (whole + len(self.links)).astype(np.int32)
        self.highs.changeColsBounds(len(columns), columns, self.subtree.lower[columns], self.subtree.upper[columns])

    def _search(self, at: Array, effort: SearchEffort) -> Array | None:
        """Let HiGHS search; None when it finds nothing."""
        subtree = self.subtree
        program = self._program()
        lower, upper = program.column_lower.copy(), program.column_upper.copy()
        lower[self.links] = upper[self.links] = at
        integer = np.concatenate([np.zeros(len(subtree.links), bool), subtree.integer])
        stated = Program(
            subtree.matrix, subtree.row_lower, subtree.row_upper, lower, upper, program.cost, 0.0, integer, {}, {}
        )
        gap = LOOSE if effort.gap is None else effort.gap
        searched = run(hand_over(stated, Options(gap=gap, time_limit=self._left())), True)
        return np.round(searched.values[len(subtree.links) :][subtree.integer]) if len(searched.values) else None


def roundings(wanted: Array) -> list[Array]:
    """Ways to round, each once: a flow needs its opening, and a tenth of one is often a trickle."""
    candidates: list[Array] = []
    for least in (CLEAR, 0.1, 0.5):
        rounded = np.where(wanted > least, 1.0, 0.0)
        if not any(np.array_equal(rounded, other) for other in candidates):
            candidates.append(rounded)
    return candidates


def packed(basis: highspy.HighsBasis) -> SimplexBasis:
    """The basis as arrays of statuses, which can be sent to another process."""
    return SimplexBasis(
        np.array([int(status) for status in basis.col_status]), np.array([int(status) for status in basis.row_status])
    )


def unpacked(basis: SimplexBasis) -> highspy.HighsBasis:
    """The basis of HiGHS for arrays of statuses, see `packed`."""
    made = highspy.HighsBasis()
    made.col_status = [highspy.HighsBasisStatus(status) for status in basis.column.tolist()]
    made.row_status = [highspy.HighsBasisStatus(status) for status in basis.row.tolist()]
    made.valid = True
    return made
