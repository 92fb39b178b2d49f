"""Bounds that were worked out for the solver: where the best plan reaches one, it is solved again with looser ones.

The statement links amounts to a yes or no by the largest amount that any use can ask for. That is no limit of the
world: a plan that reaches it says that the bound was wrong, and is not believed. See
models/formulation.md#derived-bounds.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from sourcing.errors import SolveError
from sourcing.futures.tree import Ints
from sourcing.model.node_data.largest_amounts import GUESSED
from sourcing.model.templates import Formulation
from sourcing.solver.cost_ranging import chosen
from sourcing.solver.highs import Status, relative
from sourcing.solver.solution import Solution
from sourcing.solver.stamp import Program

FACTOR = 10.0  # by which bounds are loosened each time
ENDLESS = 1e3  # times all uses: whose cost still falls so far out falls without end, proven or not
FARTHER = 100.0  # by which guesses are loosened to see whether they have decided
MOST_NONZEROS = 20_000  # of a program for which that is seen to
REPEATS = 6  # beyond a million times all uses, cost falls without end
REACHED = 1e-6  # of a bound, relative: so near it is reached
NOTHING = 1e-8  # of the cost, relative: what is gained by less is nothing
HAS = (Status.OPTIMAL, Status.FEASIBLE)

Solve = Callable[[Formulation, Program], Solution]


@dataclass(frozen=True)
class DerivedRows:
    """Rows of a program that rest on derived bounds. rows: ids by component."""

    rows: dict[str, Ints]

    @property
    def ids(self) -> Ints:
        """Ids of all rows, of every component."""
        return np.concatenate([np.zeros(0, np.int64), *self.rows.values()])

    def reached(self, program: Program, solution: Solution) -> tuple[str, ...]:
        """Components some row of which is at its bound while its yes-or-no lets something through."""
        values = chosen(program, solution)
        rounded = np.where(program.integer, np.round(values), 0.0)
        amount = np.asarray(program.matrix @ np.where(program.integer, 0.0, values))
        bound = program.row_upper - np.asarray(program.matrix @ rounded)
        tight = (bound > 0) & (amount >= bound * (1 - REACHED))
        return tuple(name for name, ids in self.rows.items() if tight[ids].any())

    def loosened(self, program: Program, factor: float) -> Program:
        """The program with its derived bounds so many times as large."""
        loose = np.zeros(len(program.row_upper), bool)
        loose[self.ids] = True
        column = np.repeat(np.arange(len(program.cost)), np.diff(program.matrix.indptr))
        link = loose[program.matrix.indices] & program.integer[column]
        data = np.where(link, factor * program.matrix.data, program.matrix.data)
        matrix = sparse.csc_array((data, program.matrix.indices, program.matrix.indptr), shape=program.matrix.shape)
        upper = np.where(loose, factor * program.row_upper, program.row_upper)
        return replace(program, matrix=matrix, row_upper=upper)


def derived(formulation: Formulation, program: Program, least: int = 1) -> DerivedRows:
    """What of a program rests on derived bounds. least: GUESSED for those that are guesses alone."""
    bounds = {}
    for template in (formulation.now, formulation.node):
        for name, row in template.rows.items():
            ids = program.rows[name].ids if name in program.rows else np.zeros(row.at.shape, np.int64) - 1
            bounded = ids[(row.derived >= least) & (ids >= 0)]
            if len(bounded):
                bounds[name] = bounded
    return DerivedRows(bounds)


def beyond_derived(solve: Solve, formulation: Formulation, program: Program) -> Solution:
    """The solution of a program whose derived bounds cut nothing off; `loosened` says whether it was solved again.

    Raises SolveError where cost falls without end as they grow.
    """
    bounds = derived(formulation, program)
    first = solve(formulation, program)
    if not bounds.rows or first.status not in (*HAS, Status.INFEASIBLE):
        return first
    if first.status is Status.INFEASIBLE:
        again = solve(formulation, bounds.loosened(program, FACTOR**3))
        solved = again if again.status in (*HAS, Status.NOTHING) else first  # unproven where time ended
        return _told(solved, tuple(bounds.rows), FACTOR**3, first.seconds + again.seconds)
    best = _without_end(solve, formulation, program, bounds, first)
    guesses = derived(formulation, program, GUESSED)
    if not guesses.rows or best.status is not Status.OPTIMAL or program.matrix.nnz > MOST_NONZEROS:
        return best
    return _beyond_guesses(solve, formulation, guesses.loosened(program, FARTHER), bounds, best)


def _beyond_guesses(
    solve: Solve, formulation: Formulation, loose: Program, bounds: DerivedRows, best: Solution
) -> Solution:
    """The best solution where guesses may have decided between a yes and a no without being reached: a yes that is not
    worth it below the guess may be beyond. loose: the program with guesses as many times as large."""
    again = solve(formulation, loose)
    seconds = best.seconds + again.seconds
    if again.status not in HAS:
        return _not_looser(best, again, tuple(bounds.rows), seconds)
    if best.objective - again.objective > max(best.gap, NOTHING) * max(abs(best.objective), 1.0):
        solved = _without_end(solve, formulation, loose, bounds, again)
        note = _told(solved, tuple(bounds.rows), FARTHER, seconds).loosened
        return replace(solved, seconds=best.seconds + solved.seconds, loosened=solved.loosened or note)
    bound = min(best.bound, again.bound)
    return replace(best, bound=bound, gap=relative(best.objective, bound), seconds=seconds)


def _without_end(
    solve: Solve, formulation: Formulation, program: Program, bounds: DerivedRows, best: Solution
) -> Solution:
    """The best solution where derived bounds are loosened as long as that brings a better one."""
    seconds, factor, names = best.seconds, 1.0, tuple[str, ...]()
    while reached := bounds.reached(bounds.loosened(program, factor), best):
        if best.status is Status.FEASIBLE and factor >= ENDLESS:
            raise _endless(reached)
        if best.status is Status.FEASIBLE:
            unproven = f"; it reaches derived bounds of {', '.join(reached)}, so that its bound is not proven"
            return replace(best, reason=best.reason + unproven, seconds=seconds)
        names, factor = reached, factor * FACTOR
        again = solve(formulation, bounds.loosened(program, factor))
        seconds += again.seconds
        if again.status is Status.UNBOUNDED:
            raise _endless(reached)
        if again.status not in HAS:
            return _not_looser(best, again, reached, seconds)
        gained = best.objective - again.objective
        if gained <= max(best.gap, NOTHING) * max(abs(best.objective), 1.0):
            better = best if gained <= 0 else again
            bound = min(best.bound, again.bound)
            best = replace(better, bound=bound, gap=relative(better.objective, bound))
            break
        best = again
        if factor > FACTOR**REPEATS:
            raise _endless(reached)
    return _told(best, names, factor, seconds)


def _not_looser(best: Solution, again: Solution, names: tuple[str, ...], seconds: float) -> Solution:
    """The best plan so far, where solving again with looser bounds ended without any; what that proved is its bound."""
    bound = min(best.objective, again.bound) if math.isfinite(again.bound) else -math.inf
    gap = relative(best.objective, bound)
    stopped = again.reason or again.status.value
    reason = stopped if best.status is Status.OPTIMAL else best.reason
    note = f"it reaches derived bounds of {', '.join(names)}, and was not solved again without them"
    return replace(best, status=Status.FEASIBLE, reason=reason, bound=bound, gap=gap, seconds=seconds, loosened=note)


def _endless(reached: tuple[str, ...]) -> SolveError:
    return SolveError(f"cost falls without end as orders grow ({', '.join(reached)}): some price or value is wrong")


def _told(solution: Solution, names: tuple[str, ...], factor: float, seconds: float) -> Solution:
    """The solution with what was done, and the seconds of all runs."""
    note = f"solved again with derived bounds of {', '.join(names)} {factor:g} times as large" if names else ""
    return replace(solution, seconds=seconds, loosened=note)
