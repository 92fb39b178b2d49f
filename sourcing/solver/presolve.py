"""A program without what decides itself: fixed columns, rows that only bound one column, columns that one row gives.

What is left has the same optimum. The cost of a node is such a column, so that materials which share nothing else fall
apart. Andersen & Andersen (1995), Presolving in linear programming, Math. Prog. 71.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy import sparse

from sourcing.calendar import Array
from sourcing.futures.tree import Ints, Mask
from sourcing.solver.stamp import Program

ROUNDS = 20
NEAR = 1e-7  # of a bound: a value this near is at it


class GivenColumns(NamedTuple):
    """Free columns that one equality each gives: column, row, coefficient, price of the row."""

    column: Ints
    row: Ints
    coefficient: Array
    price: Array


class BoundingRows(NamedTuple):
    """Rows that became bounds in one round: row, its column, coefficient, and whether it bounds below, above."""

    row: Ints
    column: Ints
    coefficient: Array
    low: Mask
    high: Mask


@dataclass(frozen=True)
class ReducedProgram:
    """What is left of a program: `program` over its `columns` and `rows` (ids of the whole), and how to go back."""

    whole: Program
    program: Program
    columns: Ints
    rows: Ints
    fixed_value: Array
    given: GivenColumns
    bounding: tuple[BoundingRows, ...]


@dataclass
class _Reduction:
    """The reduction on its way: what is left of columns and rows; counted: columns that `count` of a row counts."""

    matrix: sparse.csr_array
    lower: Array
    upper: Array
    column: Mask
    row: Mask
    counted: Mask
    count: Ints

    def recount(self, program: Program) -> None:
        """Count the columns that are left in each row: only those that went since the last time are looked up."""
        gone = np.flatnonzero(self.counted & ~self.column)
        self.count = self.count - np.bincount(program.matrix[:, gone].indices, minlength=len(self.count))
        self.counted = self.column.copy()

    def fixed_sum(self, rows: sparse.csr_array) -> Array:
        """What the columns taken out as fixed bring to some rows of the matrix."""
        return np.asarray(rows @ np.where(self.column, 0.0, np.where(np.isfinite(self.lower), self.lower, 0.0)))


def reduced(program: Program) -> ReducedProgram:
    """What is left of a program; the program as it is where its bounds contradict each other."""
    matrix = sparse.csr_array(program.matrix)
    given = _given(program, matrix)
    left = _Reduction(
        matrix,
        program.column_lower.copy(),
        program.column_upper.copy(),
        np.ones(len(program.cost), bool),
        np.ones(len(program.row_lower), bool),
        np.ones(len(program.cost), bool),
        np.diff(matrix.indptr),
    )
    left.column[given.column] = False
    left.row[given.row] = False
    left.lower[given.column] = 0.0
    cost = program.cost - matrix[given.row].T @ given.price
    offset = program.offset + float(given.price @ program.row_lower[given.row])
    bounding: list[BoundingRows] = []
    for _ in range(ROUNDS):
        left.column &= left.lower != left.upper
        bounds = _bounding(program, left)
        if bounds is None:
            break
        bounding.append(bounds)
        left.row[bounds.row] = False
        if (left.lower > left.upper + NEAR).any():
            return _as_it_is(program)
        left.upper = np.maximum(left.lower, left.upper)
    return _put_together(program, left, cost, offset, given, tuple(bounding))


def _as_it_is(program: Program) -> ReducedProgram:
    none, nothing = np.zeros(0, np.int64), np.zeros(0)
    every = np.arange(len(program.cost))
    rows = np.arange(len(program.row_lower))
    given = GivenColumns(none, none, nothing, nothing)
    return ReducedProgram(program, program, every, rows, np.zeros(len(program.cost)), given, ())


def _given(program: Program, matrix: sparse.csr_array) -> GivenColumns:
    """Free columns in one row each, an equality with no other such column."""
    pointers = program.matrix.indptr
    alone = (np.diff(pointers) == 1) & np.isneginf(program.column_lower) & np.isposinf(program.column_upper)
    column = np.flatnonzero(alone)
    row = program.matrix.indices[pointers[column]].astype(np.int64)
    single = np.bincount(row, minlength=matrix.shape[0])[row] == 1
    fixing = single & (program.row_lower[row] == program.row_upper[row])
    column, row = column[fixing], row[fixing]
    coefficient = program.matrix.data[pointers[column]]
    return GivenColumns(column, row, coefficient, program.cost[column] / coefficient)


def _bounding(program: Program, left: _Reduction) -> BoundingRows | None:
    """Rows with one column left: their bounds become the column's."""
    matrix = left.matrix
    left.recount(program)
    rows = np.flatnonzero(left.row & (left.count == 1))
    if not len(rows):
        return None
    picked = matrix[rows]
    remaining = left.column[picked.indices]
    column, coefficient = picked.indices[remaining].astype(np.int64), picked.data[remaining]
    shift = left.fixed_sum(picked)
    ends = np.stack([program.row_lower[rows] - shift, program.row_upper[rows] - shift]) / coefficient
    low, high = np.where(coefficient > 0, ends, ends[::-1])
    lower, upper = left.lower.copy(), left.upper.copy()
    np.maximum.at(lower, column, low)
    np.minimum.at(upper, column, high)
    tight_low, tight_high = (low == lower[column]) & (low > left.lower[column]), (high == upper[column])
    tight_high &= high < left.upper[column]
    left.lower, left.upper = lower, upper
    return BoundingRows(rows, column, coefficient, tight_low, tight_high)


def _put_together(
    program: Program,
    left: _Reduction,
    cost: Array,
    offset: float,
    given: GivenColumns,
    bounding: tuple[BoundingRows, ...],
) -> ReducedProgram:
    fixed = np.where(left.column, 0.0, left.lower)
    fixed[given.column] = 0.0
    shift = left.matrix @ fixed
    # A row with nothing left to change it stays only where it is broken, so that the solver says so.
    remaining = left.matrix[:, np.flatnonzero(left.column)]
    empty = np.diff(remaining.indptr) == 0
    holds = (program.row_lower <= shift + NEAR) & (program.row_upper >= shift - NEAR)
    rows = np.flatnonzero(left.row & ~(empty & holds))
    columns = np.flatnonzero(left.column)
    inner = Program(
        matrix=sparse.csc_array(remaining[rows]),
        row_lower=(program.row_lower - shift)[rows],
        row_upper=(program.row_upper - shift)[rows],
        column_lower=left.lower[columns],
        column_upper=left.upper[columns],
        cost=cost[columns],
        offset=offset + float(cost @ fixed),
        integer=program.integer[columns],
        columns={},
        rows={},
        preference=program.preference[columns] if len(program.preference) else program.preference,
    )
    return ReducedProgram(program, inner, columns, rows, fixed, given, bounding)


def restored(reduction: ReducedProgram, values: Array) -> Array:
    """Values of all columns of the whole program."""
    whole, given = reduction.whole, reduction.given
    values_restored = reduction.fixed_value.copy()
    values_restored[reduction.columns] = values
    values_restored[given.column] = 0.0
    rest = whole.row_lower[given.row] - (whole.matrix @ values_restored)[given.row]
    values_restored[given.column] = rest / given.coefficient
    return values_restored


def restored_prices(reduction: ReducedProgram, values: Array, prices: Array) -> Array:
    """Row prices of the whole program. values: of its columns; prices: of the rows that are left.

    What a bound is worth belongs to the row that it came from.
    """
    whole, given = reduction.whole, reduction.given
    prices_restored = np.zeros(len(whole.row_lower))
    prices_restored[reduction.rows] = prices
    prices_restored[given.row] = given.price
    for part in reversed(reduction.bounding):
        worth = (whole.cost - whole.matrix.T @ prices_restored)[part.column]
        rest = (whole.matrix @ values)[part.row]
        at_low, at_high = _at(rest, whole.row_lower[part.row]), _at(rest, whole.row_upper[part.row])
        at = np.where(part.coefficient > 0, at_low, at_high) & part.low & (worth > 0)
        at |= np.where(part.coefficient > 0, at_high, at_low) & part.high & (worth < 0)
        at &= ~whole.integer[part.column]
        chosen = np.flatnonzero(at)
        _, first = np.unique(part.column[chosen], return_index=True)  # of rows alike one has the price
        chosen = chosen[first]
        prices_restored[part.row[chosen]] = worth[chosen] / part.coefficient[chosen]
    return prices_restored


def _at(value: Array, bound: Array) -> Mask:
    finite = np.isfinite(bound)
    return finite & (np.abs(value - np.where(finite, bound, 0.0)) <= NEAR * (1 + np.abs(value)))


def picked(program: Program, columns: Ints, rows: Ints) -> Program:
    """The program over some columns and rows, whose rows touch no other column."""
    return replace(
        program,
        matrix=sparse.csc_array(sparse.csr_array(program.matrix[:, columns])[rows]),
        row_lower=program.row_lower[rows],
        row_upper=program.row_upper[rows],
        column_lower=program.column_lower[columns],
        column_upper=program.column_upper[columns],
        cost=program.cost[columns],
        offset=0.0,
        integer=program.integer[columns],
        columns={},
        rows={},
        preference=program.preference[columns] if len(program.preference) else program.preference,
        easing=program.easing[rows] if len(program.easing) else program.easing,
    )
