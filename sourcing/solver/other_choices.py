"""What it would cost to decide otherwise: a yes or no is advice only where the other choice costs more than the gap."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints
from sourcing.solver.highs import LIMIT
from sourcing.solver.solution import Solution, fixed
from sourcing.solver.solver import Solver
from sourcing.solver.stamp import Program

MOST_NONZEROS = 1_000_000  # of all programs that are solved the other way: of a large one fewer choices are tried


@dataclass(frozen=True)
class OtherChoices:
    """What is minimised changes by so much when one thing is decided the other way, in units of the objective.

    contract: by contract, signed or not; qualification: by offer to qualify, not now where it begins now, else never.
    NaN where nothing was tried, inf where the other choice cannot be. A change is stated to the billionth of the
    objective, for that is how exactly a cost is known. within: what the gap leaves open.
    """

    contract: Array
    qualification: Array
    within: float


class _Choice(NamedTuple):
    """A decision that is turned over: component, row of it, columns, and the value that they get."""

    component: str
    row: int
    ids: Ints
    value: float


def otherwise(solver: Solver, program: Program, solution: Solution) -> OtherChoices:
    """The cost of the other choice for each contract and qualification, as far as the size of the program allows.

    solver: has solved the program; solution: what it gave.
    """
    costs = {name: np.full(len(program.columns[name].keys or ()), np.nan) for name in (CONTRACT, QUALIFICATION)}
    within, exact = solver.options.gap * abs(solution.objective), LIMIT * max(abs(solution.objective), 1.0)
    for choice in list(_choices(program, solution))[: MOST_NONZEROS // max(program.matrix.nnz, 1)]:
        values = np.full(len(choice.ids), choice.value)
        least, best = solver.bounds(fixed(program, choice.ids, values), solution.objective + within)
        change = (least if np.isinf(best) else best) - solution.objective
        costs[choice.component][choice.row] = np.round(change / exact) * exact
    return OtherChoices(costs[CONTRACT], costs[QUALIFICATION], within)


CONTRACT, QUALIFICATION = "contract_signed", "qualification_started"


def _choices(program: Program, solution: Solution) -> Iterator[_Choice]:
    """What is decided with yes first, then contracts that are not signed."""
    refused = []
    ids = program.columns[CONTRACT].ids
    for row, value in enumerate(np.round(solution.values[CONTRACT][:, 0])):
        column = ids[row, :1]
        if program.column_lower[column[0]] < program.column_upper[column[0]]:
            choice = _Choice(CONTRACT, row, column, 1.0 - value)
            if value:
                yield choice
            else:
                refused.append(choice)
    ids, started = program.columns[QUALIFICATION].ids, np.round(solution.values[QUALIFICATION])
    for row in range(len(started)):
        if started[row, 0]:
            yield _Choice(QUALIFICATION, row, ids[row, :1], 0.0)
    for row in range(len(started)):
        if started[row].any() and not started[row, 0]:
            yield _Choice(QUALIFICATION, row, ids[row][ids[row] >= 0], 0.0)
    yield from refused
