"""Bounds that were worked out for the solver: where the best plan reaches one, it is solved again with looser ones.

The statement links amounts to a yes or no by the largest amount that any use can ask for. That is no limit of the
world: a plan that reaches it says that the bound was wrong, and is not believed. See
models/formulation.md#derived-bounds.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from sourcing.errors import SolveError
from sourcing.formulation.roles import Formulation
from sourcing.periods import Array
from sourcing.program.highs import Status
from sourcing.program.stamp import Program
from sourcing.program.values import Solution
from sourcing.tree import Ints

FACTOR = 10.0  # by which bounds are loosened each time
REPEATS = 6  # beyond a million times all uses, cost falls without end
REACHED = 1e-6  # of a bound, relative: so near it is reached

Solve = Callable[[Formulation, Program], Solution]


@dataclass(frozen=True)
class Derived:
    """Rows of a program that rest on derived bounds. rows: ids by component."""

    rows: dict[str, Ints]

    @property
    def ids(self) -> Ints:
        """All of the rows."""
        return np.concatenate([np.zeros(0, np.int64), *self.rows.values()])

    def reached(self, program: Program, solution: Solution) -> tuple[str, ...]:
        """Components some row of which is at its bound while its yes-or-no lets something through."""
        values = _columns(program, solution)
        whole = np.where(program.integer, np.round(values), 0.0)
        amount = np.asarray(program.matrix @ np.where(program.integer, 0.0, values))
        bound = program.row_upper - np.asarray(program.matrix @ whole)
        tight = (bound > 0) & (amount >= bound * (1 - REACHED))
        return tuple(name for name, ids in self.rows.items() if tight[ids].any())

    def loosened(self, program: Program, factor: float) -> Program:
        """The program with its derived bounds so many times as large."""
        here = np.zeros(len(program.row_upper), bool)
        here[self.ids] = True
        column = np.repeat(np.arange(len(program.cost)), np.diff(program.matrix.indptr))
        link = here[program.matrix.indices] & program.integer[column]
        data = np.where(link, factor * program.matrix.data, program.matrix.data)
        matrix = sparse.csc_array((data, program.matrix.indices, program.matrix.indptr), shape=program.matrix.shape)
        upper = np.where(here, factor * program.row_upper, program.row_upper)
        return replace(program, matrix=matrix, row_upper=upper)


def derived(formulation: Formulation, program: Program) -> Derived:
    """What of a program rests on derived bounds."""
    found = {}
    for part in (formulation.now, formulation.node):
        for name, row in part.rows.items():
            ids = program.rows[name].ids if name in program.rows else np.zeros(row.at.shape, np.int64) - 1
            kept = ids[row.derived & (ids >= 0)]
            if len(kept):
                found[name] = kept
    return Derived(found)


def beyond_derived(solve: Solve, formulation: Formulation, program: Program) -> Solution:
    """The solution of a program whose derived bounds cut nothing off; `loosened` says how often it was solved again.

    Raises SolveError where cost falls without end as they grow.
    """
    bounds = derived(formulation, program)
    solution, seconds, factor, names = solve(formulation, program), 0.0, 1.0, tuple[str, ...]()
    if not bounds.rows:
        return solution
    if solution.status is Status.INFEASIBLE:
        names, factor = tuple(bounds.rows), FACTOR**3
        again = solve(formulation, bounds.loosened(program, factor))
        if again.status is Status.INFEASIBLE:
            return replace(solution, seconds=solution.seconds + again.seconds)
        solution, seconds = again, solution.seconds
    while solution.status in (Status.OPTIMAL, Status.FEASIBLE):
        loose = bounds.loosened(program, factor)
        reached = bounds.reached(loose, solution)
        if not reached:
            break
        if solution.status is Status.FEASIBLE:
            unproven = f"; it reaches derived bounds of {', '.join(reached)}, so that its bound is not proven"
            return replace(solution, reason=solution.reason + unproven, seconds=seconds + solution.seconds)
        names, factor = reached, factor * FACTOR
        if factor > FACTOR**REPEATS:
            raise SolveError(
                f"cost falls without end as orders grow ({', '.join(reached)}): some price or value is wrong"
            )
        seconds += solution.seconds
        solution = solve(formulation, bounds.loosened(program, factor))
    note = f"solved again with derived bounds of {', '.join(names)} {factor:g} times as large" if factor > 1 else ""
    return replace(solution, seconds=seconds + solution.seconds, loosened=note)


def _columns(program: Program, solution: Solution) -> Array:
    """Values of the program's columns. What is decided before the tree has one value in every node."""
    out = np.zeros(len(program.cost))
    for name, block in program.columns.items():
        here = block.ids >= 0
        out[block.ids[here]] = solution.values[name][:, : here.shape[1]][here]
    return out
