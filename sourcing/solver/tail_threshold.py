"""The threshold of the worst outcomes, exactly, for decisions that are only within the gap of the best."""

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Mask
from sourcing.solver.stamp import Program


def exact_threshold(program: Program, values: Array) -> Array:
    """Values with the best threshold for their path costs, and the excess over it; as they are without a tail.

    The best is a quantile: Rockafellar & Uryasev (2000), Theorem 1. Its weights are read off the objective.
    """
    if "threshold" not in program.columns:
        return values
    threshold = program.columns["threshold"].ids.ravel()
    ids = program.columns["excess"].ids[0]
    leaves = ids >= 0
    excess, cost = ids[leaves], values[program.columns["path_cost"].ids[0, leaves]] - _allowance(program, leaves)
    order = np.argsort(-cost, kind="stable")
    # Raising the threshold costs its weight, and saves those of the outcomes above it.
    above = np.cumsum(program.cost[excess][order])
    place = int(np.searchsorted(above, float(program.cost[threshold].sum()) * (1 + 1e-12), side="right"))
    never = bool((program.column_upper[excess] == 0).any())  # the worst outcome alone: nothing may exceed it
    best = cost[order][0 if never else min(place, len(order) - 1)]
    exact = values.copy()
    exact[threshold] = best
    exact[excess] = np.maximum(cost - best, 0.0)
    return exact


def _allowance(program: Program, leaves: Mask) -> Array:
    """What each path may cost more before it counts as bad, read off its row: excess - cost + threshold >= -allowance,
    or the same from above."""
    rows = program.rows["excess_over_threshold"].ids[0, leaves]
    lower, upper = program.row_lower[rows], program.row_upper[rows]
    return np.asarray(np.where(np.isfinite(lower), -lower, upper))
