"""The master: what is decided before the cut, and for each subtree a cost that its cuts hold up."""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from sourcing.calendar import Array
from sourcing.errors import SolveError
from sourcing.solver.decomposition.cut import Cut
from sourcing.solver.decomposition.recourse import SubtreeAnswer
from sourcing.solver.decomposition.state import Clock
from sourcing.solver.halt import TIME_LIMIT, StoppedError
from sourcing.solver.highs import HighsRun, Options, Watch, allow, hand_over, run
from sourcing.solver.stamp import Program

FAR = 1e3  # times what is usual: as far as the first steps may go before the cuts hold them
IDLE = 8  # runs after which a cut that nothing rests on is dropped
VIOLATED = 1e-9  # relative: a cut that is kept anyway says nothing new

_MODEL = highspy.HighsModelStatus


@dataclass(frozen=True)
class MasterPoint:
    """Where the master stands: values of its columns, costs of the subtrees, its optimum, and whether that bounds the
    whole (no artificial limit is felt)."""

    values: Array
    costs: Array
    objective: float
    bounds: bool


class Master:
    """The master held by HiGHS: columns of the program before the cut, then one cost per subtree.

    Birge & Louveaux (1988), A multicut algorithm for two-stage stochastic linear programs, EJOR 34.
    """

    def __init__(self, program: Program, cut: Cut, start: Array, costs: Array) -> None:
        """start: values of the master's columns; costs: of the subtrees there, by which the first steps are limited."""
        self.cut, self.start = cut, start
        columns, count = cut.columns, len(cut.subtrees)
        self.size = len(columns)
        self.place = np.full(len(program.cost), -1)
        self.place[columns] = np.arange(self.size)
        self.links = [self.place[subtree.links].astype(np.int32) for subtree in cut.subtrees]
        self.weight = np.array([subtree.weight for subtree in cut.subtrees])
        inner = sparse.csr_array(program.matrix[:, columns])[cut.rows]
        self.whole = program.integer[columns]
        self.lower, self.upper = program.column_lower[columns], program.column_upper[columns]
        self.cost = program.cost[columns]
        reach = FAR * (1.0 + np.abs(start).max(initial=0.0))
        self.far_low = np.where(np.isneginf(self.lower), start - reach, self.lower)
        self.far_high = np.where(np.isposinf(self.upper) & np.isneginf(self.lower), start + reach, self.upper)
        floor = costs - FAR * (1.0 + np.abs(costs).max(initial=0.0))
        self.program = Program(
            matrix=sparse.csc_array(sparse.hstack([inner, sparse.csr_array((len(cut.rows), count))], format="csc")),
            row_lower=program.row_lower[cut.rows],
            row_upper=program.row_upper[cut.rows],
            column_lower=np.concatenate([self.far_low, floor]),
            column_upper=np.concatenate([self.far_high, np.full(count, np.inf)]),
            cost=np.concatenate([self.cost, self.weight]),
            offset=program.offset,
            integer=np.zeros(self.size + count, bool),
            columns={},
            rows={},
        )
        self.limit_low = np.concatenate([np.isneginf(self.lower), np.ones(count, bool)])
        self.limit_high = np.concatenate([self.far_high < self.upper, np.zeros(count, bool)])
        self.highs = hand_over(self.program, Options())
        self.highs.setOptionValue("presolve", "off")
        self.highs.setOptionValue("solver", "simplex")
        self.idle = np.zeros(0, np.int64)

    def value(self, values: Array, answers: Sequence[SubtreeAnswer]) -> float:
        """Cost of the whole where the links stand; inf where a subtree has no plan."""
        if not all(answer.possible for answer in answers):
            return np.inf
        known = float(self.weight @ np.array([answer.value for answer in answers]))
        return float(self.cost @ values) + known + self.program.offset

    def solve(self, clock: Clock) -> MasterPoint | None:
        """The optimum over the cuts so far; None when nothing keeps them all. Raises StoppedError when time is over."""
        status = self._run(clock)
        if status not in (_MODEL.kOptimal, _MODEL.kInfeasible):
            self.highs.clearSolver()
            status = self._run(clock)
        if status == _MODEL.kInfeasible:
            return None
        if status != _MODEL.kOptimal:
            raise SolveError(f"the master cannot be solved: {self.highs.modelStatusToString(status).lower()}")
        solution = self.highs.getSolution()
        values, duals = np.array(solution.col_value), np.array(solution.col_dual)
        scale = 1e-9 * (1.0 + np.abs(self.program.cost))
        felt = (self.limit_low & (duals > scale)) | (self.limit_high & (duals < -scale))
        self._forget(np.array(solution.row_dual)[len(self.cut.rows) :])
        objective = self.highs.getObjectiveValue()
        return MasterPoint(self._within(values[: self.size]), values[self.size :], objective, not felt.any())

    def _run(self, clock: Clock) -> highspy.HighsModelStatus:
        allow(self.highs, clock.left)
        self.highs.run()
        status: highspy.HighsModelStatus = self.highs.getModelStatus()
        if status == _MODEL.kTimeLimit:
            raise StoppedError(TIME_LIMIT)
        return status

    def _within(self, values: Array) -> Array:
        return np.clip(values, self.lower, self.upper)

    def row_prices(self) -> Array:
        """Prices of the master's own rows after the last run, shape (rows,)."""
        return np.array(self.highs.getSolution().row_dual)[: len(self.cut.rows)]

    def _forget(self, duals: Array) -> None:
        """Drop cuts on which nothing has rested for a while, once they are many."""
        self.idle = np.where(np.abs(duals) > 1e-12, 0, self.idle + 1)
        old = np.flatnonzero(self.idle > IDLE)
        if len(old) > len(self.cut.subtrees):
            rows = (old + len(self.cut.rows)).astype(np.int32)
            self.highs.deleteRows(len(rows), rows)
            self.idle = np.delete(self.idle, old)

    def add(self, at: Array, answers: Sequence[SubtreeAnswer], point: MasterPoint | None = None) -> int:
        """Cuts from what the subtrees answered where the master's columns stood; how many are new to a point."""
        starts, columns, values, least = [0], [], [], []
        for number, answer in enumerate(answers):
            links = self.links[number]
            slope, used = answer.slope, answer.slope != 0
            right = answer.value - float(slope @ at[links])
            if point is not None and not self._cuts_off(number, answer, right, point):
                continue
            # cost of the subtree - slope x >= right; where there is no plan: -slope x >= right
            columns.append(links[used])
            values.append(-slope[used])
            if answer.possible:
                columns.append(np.array([self.size + number], np.int32))
                values.append(np.ones(1))
            starts.append(starts[-1] + int(used.sum()) + int(answer.possible))
            least.append(right)
        if not least:
            return 0
        index, entries = np.concatenate(columns).astype(np.int32), np.concatenate(values)
        lower, upper = np.array(least), np.full(len(least), np.inf)
        begin = np.array(starts[:-1], np.int32)
        self.highs.addRows(len(least), lower, upper, len(entries), begin, index, entries)
        self.idle = np.concatenate([self.idle, np.zeros(len(least), np.int64)])
        return len(least)

    def _cuts_off(self, number: int, answer: SubtreeAnswer, right: float, point: MasterPoint) -> bool:
        """Whether a cut is violated where the master stands."""
        there = right + float(answer.slope @ point.values[self.links[number]])
        return there > (point.costs[number] + VIOLATED * (1 + abs(there)) if answer.possible else 1e-9)

    def settled(self, values: Array, clock: Clock) -> Array:
        """The cheapest with the links where they stand, so that nothing is missing or paid that need not be: a point
        between two is cheaper than both, but not always as cheap as it may be. Free columns that rows give, which are
        costs, move. Where time is over they stay.
        """
        linked = np.zeros(self.size, bool)
        for links in self.links:
            linked[links] = True
        stated = np.diff(self.program.matrix.indptr)[: self.size] > 0
        held_columns = np.flatnonzero((linked & (np.isfinite(self.lower) | ~stated)) | self.whole).astype(np.int32)
        self.highs.changeColsBounds(len(held_columns), held_columns, values[held_columns], values[held_columns])
        allow(self.highs, clock.left)
        self.highs.run()
        solution = np.array(self.highs.getSolution().col_value)[: self.size]
        best = self._within(solution) if self.highs.getModelStatus() == _MODEL.kOptimal else values
        self.highs.changeColsBounds(
            len(held_columns), held_columns, self.far_low[held_columns], self.far_high[held_columns]
        )
        return best

    # Whole numbers ----------------------------------------------------------------------------------------------------

    def fix(self, decided: Array | None) -> None:
        """Hold the integer columns at values; None: within their bounds again. decided: shape (integers,)."""
        columns = np.flatnonzero(self.whole).astype(np.int32)
        lower = self.lower[columns] if decided is None else decided
        upper = self.upper[columns] if decided is None else decided
        self.highs.changeColsBounds(len(columns), columns, lower, upper)

    def search(self, options: Options, watch: Watch | None) -> HighsRun:
        """The best whole numbers over the cuts so far."""
        lp = self.highs.getLp()
        matrix = lp.a_matrix_
        shape = (lp.num_row_, lp.num_col_)
        arrays = (np.array(matrix.value_), np.array(matrix.index_), np.array(matrix.start_))
        columnwise = matrix.format_ == highspy.MatrixFormat.kColwise
        rows_held = sparse.csc_array(arrays, shape=shape) if columnwise else sparse.csr_array(arrays, shape=shape)
        stated = Program(
            sparse.csc_array(rows_held),
            np.array(lp.row_lower_),
            np.array(lp.row_upper_),
            np.array(lp.col_lower_),
            np.array(lp.col_upper_),
            self.program.cost,
            self.program.offset,
            np.concatenate([self.whole, np.zeros(len(self.cut.subtrees), bool)]),
            {},
            {},
        )
        return run(hand_over(stated, options), True, watch)
