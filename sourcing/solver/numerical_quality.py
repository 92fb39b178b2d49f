"""How a program stands numerically: the range of its coefficients, and by how much a solution misses its rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.solver.stamp import Program

Span = tuple[float, float]
"""Smallest and largest absolute value of some numbers, without zeros and infinities; zeros where there are none."""


@dataclass(frozen=True)
class Coefficients:
    """Ranges of the numbers of a program, in its own units."""

    matrix: Span
    cost: Span
    bounds: Span
    row_bounds: Span


@dataclass(frozen=True)
class Residuals:
    """By how much a solution misses at most: rows, bounds of columns, and whole numbers, in units of the program."""

    rows: float
    bounds: float
    integrality: float


def coefficients(program: Program) -> Coefficients:
    """Ranges of the numbers of a program."""
    return Coefficients(
        matrix=_span(program.matrix.data),
        cost=_span(program.cost),
        bounds=_span(program.column_lower, program.column_upper),
        row_bounds=_span(program.row_lower, program.row_upper),
    )


def _span(*numbers: Array) -> Span:
    size = np.abs(np.concatenate([np.ravel(each) for each in numbers]))
    size = size[np.isfinite(size) & (size > 0)]
    return (float(size.min()), float(size.max())) if len(size) else (0.0, 0.0)


def residuals(program: Program, values: Mapping[str, Array]) -> Residuals:
    """By how much a solution misses at most. values: as of a Solution, by name, shape (keys, nodes)."""
    at = np.zeros(len(program.cost))
    for name, block in program.columns.items():
        there = block.ids >= 0
        at[block.ids[there]] = values[name][:, : block.ids.shape[1]][there]  # what is decided now is the same in all
    sums, integer_values = program.matrix @ at, at[program.integer]
    return Residuals(
        rows=_largest(program.row_lower - sums, sums - program.row_upper),
        bounds=_largest(program.column_lower - at, at - program.column_upper),
        integrality=_largest(np.abs(integer_values - np.round(integer_values))),
    )


def _largest(*missed: Array) -> float:
    return max((float(each.max(initial=0.0)) for each in missed), default=0.0)
