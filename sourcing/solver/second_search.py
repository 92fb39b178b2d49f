"""Of the whole numbers that cost the same, the preferred ones: a second search, with the objective held."""

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints
from sourcing.solver.extra_rows import with_objective, with_row
from sourcing.solver.highs import Options, Status, hand_over, run
from sourcing.solver.stamp import Program

MOST_NONZEROS = 5_000  # up to which a search takes some hundredths of a second


def preferred(program: Program, whole: Ints, allowed: float, options: Options) -> Array | None:
    """Values of the integer columns that minimise the preference of a program among plans of at most some objective.

    whole: ids of the integer columns. Returns shape (integers,); None for programs that are not small, and where the
    search does not end.
    """
    if program.matrix.nnz > MOST_NONZEROS or not len(whole):
        return None
    # The row is in the size of the objective, so that it is held as exactly as the rows of amounts.
    size = max(abs(allowed), 1.0)
    held_program = with_row(program, "objective held", program.cost / size, upper=(allowed - program.offset) / size)
    searched = run(hand_over(with_objective(held_program, program.preference), options), True)
    return np.round(searched.values[whole]) if searched.status is Status.OPTIMAL else None
