"""Of all plans of least cost one is defined and found, and of all prices that are right one system of them.

A linear program whose optimum is not one point gives another plan on every machine. Here each further objective is
minimised over the plans that the ones before leave open, and prices are those at which all limits are eased together.
See models/formulation.md#canonical-plan.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Mask
from sourcing.solver.highs import LIMIT, HighsRun, Status
from sourcing.solver.stamp import Program
from sourcing.solver.warm_program import PRIMAL, WarmProgram

PRICED = 1e-9  # of the objective per unit: a smaller reduced cost or row price is the noise of the solver
ACTIVE = 1e-7  # relative to a bound or to the terms of a row: a value this near is at it
TINY, DIGITS = 1e-9, 10  # below which a value is none; significant digits of the others
DEFINING = 1e-3  # how far a row that defines something is eased beside one that limits: limits are to be eased first


def optimal_face(program: Program, best: HighsRun) -> Program:
    """The program over its optimal plans alone, by complementary slackness: what has a price stays at its bound.

    best: an optimum of the program with prices; which one does not matter. Dantzig (1963), Linear programming and
    extensions, section 6-4.
    """
    price, reduced = best.row_prices, best.reduced_costs
    if price is None or reduced is None:
        return program
    column_lower, column_upper = _closed(program.column_lower, program.column_upper, reduced)
    row_lower, row_upper = _closed(program.row_lower, program.row_upper, price)
    return replace(
        program, column_lower=column_lower, column_upper=column_upper, row_lower=row_lower, row_upper=row_upper
    )


def _closed(lower: Array, upper: Array, price: Array) -> tuple[Array, Array]:
    """Bounds of which the one with a price is the only value left."""
    low = (price > PRICED) & np.isfinite(lower)
    high = (price < -PRICED) & np.isfinite(upper)
    return np.where(high, upper, lower), np.where(low, lower, upper)


def canonical(warm: WarmProgram, best: HighsRun, objectives: Sequence[Array]) -> HighsRun:
    """The optimum that minimises further objectives one after the other, with the prices of the first.

    warm: holds the program that `best` is an optimum of. objectives: of shape (columns,) each. Where a further
    objective cannot be minimised, what the ones before it gave stands.
    """
    program, last, seconds = warm.program, best, best.seconds
    face = program
    for cost in objectives:
        face = replace(optimal_face(face, last), cost=cost, offset=0.0)
        step = warm.run(face, None, PRIMAL)
        seconds += step.seconds
        if step.status is not Status.OPTIMAL:
            break
        last = step
    values = without_noise(last.values)
    objective = float(program.cost @ values) + program.offset
    if objective > best.objective + LIMIT * max(abs(best.objective), 1.0):
        return replace(best, seconds=seconds)
    return replace(best, values=values, objective=min(objective, best.objective), seconds=seconds)


def without_noise(values: Array) -> Array:
    """Values to ten significant digits: the rest is the noise of the solver, and decides how a half is rounded."""
    size = np.floor(np.log10(np.maximum(np.abs(values), TINY)))
    unit = 10.0 ** (size - DIGITS + 1)
    return np.where(np.abs(values) < TINY, 0.0, np.round(values / unit) * unit)


def canonical_prices(warm: WarmProgram, program: Program, best: HighsRun) -> HighsRun:
    """The optimum with the one system of prices at which all limits are eased together.

    The rate at which the least cost falls as every active bound of a row is eased by its own step is the optimum of a
    program over directions; its row prices are optimal prices of the program, and but one system of them is. Bonnans &
    Shapiro (2000), Perturbation analysis of optimization problems, section 4.3. warm: its basis is one of the program.
    """
    eased = _directions(program, best.values)
    run = warm.run(eased, None)
    seconds = best.seconds + run.seconds
    if run.status is not Status.OPTIMAL or run.row_prices is None:
        return replace(best, seconds=seconds)
    price = np.where(np.abs(run.row_prices) > PRICED, without_noise(run.row_prices), 0.0)
    return replace(best, row_prices=price, reduced_costs=run.reduced_costs, seconds=seconds)


def _directions(program: Program, values: Array) -> Program:
    """The program over small moves away from values: what is at a bound moves off it only inwards, rows are eased."""
    amount, size = program.matrix @ values, np.abs(values)
    terms = abs(program.matrix) @ size
    step = program.easing
    same = program.row_lower == program.row_upper
    low = _at(amount, program.row_lower, terms) & ~same
    high = _at(amount, program.row_upper, terms) & ~same
    fixed = program.column_lower == program.column_upper
    inside_low = ~fixed & ~_at(values, program.column_lower, size)
    inside_high = ~fixed & ~_at(values, program.column_upper, size)
    return replace(
        program,
        offset=0.0,
        row_lower=np.where(same, DEFINING * step, np.where(low, -step, -np.inf)),
        row_upper=np.where(same, DEFINING * step, np.where(high, step, np.inf)),
        column_lower=np.where(inside_low, -np.inf, 0.0),
        column_upper=np.where(inside_high, np.inf, 0.0),
    )


def _at(value: Array, bound: Array, size: Array) -> Mask:
    """Whether values are at a bound. size: of the terms that a value is the sum of."""
    finite = np.isfinite(bound)
    finite_bound = np.where(finite, bound, 0.0)
    return np.asarray(
        finite & (np.abs(value - finite_bound) <= ACTIVE * np.maximum(np.maximum(np.abs(finite_bound), size), 1.0))
    )
