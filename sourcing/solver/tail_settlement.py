"""Where only the worst outcomes count, decisions outside the tail are settled by expected cost: none is arbitrary."""

from dataclasses import replace

import highspy
import numpy as np

from sourcing.calendar import Array
from sourcing.model.templates import Formulation
from sourcing.solver.extra_rows import expected_cost, with_objective, with_row
from sourcing.solver.halt import Halt
from sourcing.solver.highs import LIMIT, HighsRun, Options, Status, Watch, hand_over, run
from sourcing.solver.solution import fixed, without_integers
from sourcing.solver.stamp import Program


def settled(
    formulation: Formulation, program: Program, best: HighsRun, options: Options, watch: Watch | None
) -> tuple[Array, Array | None, float]:
    """Values, row prices and seconds of the least expected cost with `now` fixed and the objective held.

    best: the best of the program. Integers are chosen first; then all is settled anew with whole ones, so that nothing
    is ordered on a millionth of a yes. Prices are those of the objective, not of the settling.
    """
    halt, integer_columns = Halt(options.time_limit), np.flatnonzero(program.integer)
    first = least_expected_cost(formulation, program, best, options, watch)
    if not len(integer_columns) or first is best:
        return first.values, best.row_prices, first.seconds if first is not best else 0.0
    chosen = fixed(without_integers(program), integer_columns, np.round(first.values[integer_columns]))
    polished = run(hand_over(chosen, halt.within(options)), False, watch)
    if polished.status is not Status.OPTIMAL:
        return best.values, best.row_prices, first.seconds + polished.seconds
    last = least_expected_cost(formulation, chosen, polished, halt.within(options), watch)
    return last.values, polished.row_prices, first.seconds + polished.seconds + last.seconds


def least_expected_cost(
    formulation: Formulation, program: Program, best: HighsRun, options: Options, watch: Watch | None
) -> HighsRun:
    """The least expected cost with `now` fixed and the objective held; what was found when that cannot be had."""
    now = np.zeros(len(program.cost), bool)
    for name, column in formulation.now.columns.items():
        if column.terms is None and name != "threshold":
            ids = program.columns[name].ids
            now[ids[ids >= 0]] = True
    values = np.where(program.integer, np.round(best.values), best.values)
    held_program = replace(
        program,
        column_lower=np.where(now, values, program.column_lower),
        column_upper=np.where(now, values, program.column_upper),
    )
    slack = LIMIT * max(abs(best.objective), 1.0)
    held_program = with_row(held_program, "objective held", program.cost, upper=best.objective - program.offset + slack)
    held_program = with_objective(held_program, expected_cost(program, formulation.tree))
    highs = hand_over(held_program, options)
    start = highspy.HighsSolution()
    start.col_value = best.values.tolist()
    highs.setSolution(start)
    settled = run(highs, bool(program.integer.any()), watch)
    return settled if settled.status in (Status.OPTIMAL, Status.FEASIBLE) else best
