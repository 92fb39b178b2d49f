"""A charge on leaving wanted values: |x - wanted| for some columns, added to what a program minimises."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from sourcing.calendar import Array
from sourcing.futures.tree import Ints
from sourcing.solver.layout import Block
from sourcing.solver.solution import Solution
from sourcing.solver.stamp import Program


@dataclass(frozen=True)
class DeviationPenalty:
    """Columns of a program that should stay near wanted values, and the rate charged on each unit off them.

    variable, row: component and key of each column, at the root. ids: columns; wanted: values [unit]; rate: of the
    objective per unit. All of shape (columns,).
    """

    variable: str
    row: Ints
    ids: Ints
    wanted: Array
    rate: Array

    def onto(self, program: Program) -> Program:
        """The program with x - above + below = wanted, above and below charged, as its last columns and rows.

        The new columns belong to no component of the formulation: programs are taken apart without them only, so the
        strategy must be the extensive one.
        """
        count, (rows, columns) = len(self.ids), program.matrix.shape
        selection = sparse.csr_array((np.ones(count), (np.arange(count), self.ids)), shape=(count, columns))
        one = sparse.eye_array(count, format="csr")
        none = sparse.csr_array((rows, 2 * count))
        matrix = sparse.vstack(
            [sparse.hstack([program.matrix, none]), sparse.hstack([selection, -one, one])], format="csc"
        )
        free = np.zeros(2 * count)
        return replace(
            program,
            matrix=sparse.csc_array(matrix),
            row_lower=np.append(program.row_lower, self.wanted),
            row_upper=np.append(program.row_upper, self.wanted),
            column_lower=np.append(program.column_lower, free),
            column_upper=np.append(program.column_upper, free + np.inf),
            cost=np.concatenate([program.cost, self.rate, self.rate]),
            integer=np.append(program.integer, free > 0),
            preference=np.append(program.preference, free) if len(program.preference) else program.preference,
            easing=np.append(program.easing, np.ones(count)) if len(program.easing) else program.easing,
            rows=program.rows | {"nearness": Block(None, np.arange(rows, rows + count).reshape(count, 1))},
        )

    def charged(self, solution: Solution) -> Array:
        """What is charged for each column in a solution, of the objective, shape (columns,)."""
        amounts = solution.values[self.variable][self.row, 0]
        return np.asarray(self.rate * np.abs(amounts - self.wanted))

    def off(self, solution: Solution) -> Solution:
        """The solution with the charge taken off its objective and bound: what the plan itself costs."""
        charge = float(self.charged(solution).sum())
        return replace(solution, objective=solution.objective - charge, bound=solution.bound - charge)
