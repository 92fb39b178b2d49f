"""How far a price may move before a plan with its yes-or-no decisions held buys other amounts: ranging of HiGHS."""

from dataclasses import replace

import highspy
import numpy as np

from sourcing.calendar import Array
from sourcing.errors import SolveError
from sourcing.futures.tree import Mask
from sourcing.solver.highs import Options, Status, hand_over, run
from sourcing.solver.solution import Solution, fixed, without_integers
from sourcing.solver.stamp import Program


def chosen(program: Program, solution: Solution) -> Array:
    """The values of the columns of a program in a solution of it, shape (columns,)."""
    out = np.zeros(len(program.cost))
    for name, block in program.columns.items():
        there = block.ids >= 0
        # A decision before the tree is shown to every node; its column is that of the first.
        out[block.ids[there]] = solution.values[name][:, : there.shape[1]][there]
    return out


def cost_range(program: Program, solution: Solution, weight: Array) -> tuple[float, float]:
    """Between which costs of one more unit of `weight @ columns` the amounts of a solution stay best at least, its
    yes-or-no decisions held_program: low at most 0, high at least 0, infinite where nothing ends it.

    A column is added that is equal to the weighted sum and costs nothing; the range of its cost is what is asked. At
    the ends the basis changes, and with it the amounts, unless several bases stand for them. weight: shape (columns,),
    in units of the objective.
    Raises SolveError where the solver says nothing.
    """
    integer_columns = np.flatnonzero(program.integer)
    held_program = fixed(
        without_integers(program), integer_columns, np.round(chosen(program, solution)[integer_columns])
    )
    free = held_program.column_lower < held_program.column_upper
    highs = hand_over(_without(held_program, ~free), Options())
    columns, among = int(free.sum()), np.flatnonzero(weight[free])
    highs.addCol(0.0, -highspy.kHighsInf, highspy.kHighsInf, 0, np.zeros(0, np.int32), np.zeros(0))
    index = np.append(among, columns).astype(np.int32)
    highs.addRow(0.0, 0.0, len(index), index, np.append(-weight[free][among], 1.0))
    if run(highs, False).status is not Status.OPTIMAL:
        raise SolveError("the plan with its decisions held cannot be solved again; this is a defect")
    status, ranging = highs.getRanging()
    if status == highspy.HighsStatus.kError:
        raise SolveError("the solver gives no ranges")
    low, high = float(ranging.col_cost_dn.value_[columns]), float(ranging.col_cost_up.value_[columns])
    limit = highspy.kHighsInf
    return (-np.inf if low <= -limit else min(low, 0.0)), (np.inf if high >= limit else max(high, 0.0))


def _without(program: Program, gone: Mask) -> Program:
    """The program without columns that cannot move, their share of the rows moved into the bounds: ranging would let
    them enter the basis. What it says of names and blocks holds no longer."""
    at = np.where(gone, program.column_lower, 0.0)
    used, remaining = program.matrix @ at, ~gone
    return replace(
        program,
        matrix=program.matrix[:, np.flatnonzero(remaining)],
        cost=program.cost[remaining],
        offset=program.offset + float(program.cost @ at),
        column_lower=program.column_lower[remaining],
        column_upper=program.column_upper[remaining],
        integer=program.integer[remaining],
        preference=np.zeros(0),
        row_lower=program.row_lower - used,
        row_upper=program.row_upper - used,
    )
