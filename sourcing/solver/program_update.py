"""The next program in an instance of HiGHS: only the numbers that differ are pushed, so that its basis is kept."""

from typing import Any

import highspy
import numpy as np

from sourcing.calendar import Array
from sourcing.solver.highs import pass_model
from sourcing.solver.stamp import Program


def update(highs: highspy.Highs, previous: Program, program: Program) -> bool:
    """Replace the numbers of the program that an instance holds, keeping its basis.

    True: pushed in place; False: the sparsity differs, passed anew.
    """
    shared = previous.matrix is program.matrix  # as of programs that differ in bounds and costs alone
    alike = shared or (
        previous.matrix.shape == program.matrix.shape
        and _same(previous.matrix.indptr, program.matrix.indptr)
        and _same(previous.matrix.indices, program.matrix.indices)
    )
    if not alike or not _same(previous.integer, program.integer):
        pass_model(highs, program)
        return False
    if len(changed := _changed((previous.cost, program.cost))):
        highs.changeColsCost(len(changed), changed, program.cost[changed])
    sides = (previous.column_lower, program.column_lower), (previous.column_upper, program.column_upper)
    if len(at := _changed(*sides)):
        highs.changeColsBounds(len(at), at, program.column_lower[at], program.column_upper[at])
    if len(rows := _changed((previous.row_lower, program.row_lower), (previous.row_upper, program.row_upper))):
        highs.changeRowsBounds(len(rows), rows, program.row_lower[rows], program.row_upper[rows])
    if not shared:
        _change_coefficients(highs, previous, program)
    highs.changeObjectiveOffset(program.offset)
    return True


def _same(before: Any, after: Any) -> bool:
    """Whether two arrays are equal; at once where they are one, as of programs made of each other."""
    return before is after or np.array_equal(before, after)


def _changed(*pairs: tuple[Array, Array]) -> Any:
    """Places at which any of some pairs of arrays differ, as the solver takes them."""
    differs = [before != after for before, after in pairs if before is not after]
    return np.flatnonzero(np.logical_or.reduce(differs)).astype(np.int32) if differs else np.zeros(0, np.int32)


def _change_coefficients(highs: highspy.Highs, previous: Program, program: Program) -> None:
    """Replace the entries of the matrix that differ; both matrices have the same sparsity."""
    matrix = program.matrix
    entries = np.flatnonzero(previous.matrix.data != matrix.data)
    column_of = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    for entry in entries:
        highs.changeCoeff(int(matrix.indices[entry]), int(column_of[entry]), float(matrix.data[entry]))
