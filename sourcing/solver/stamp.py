"""stamp: templates x tree -> the whole program as sparse arrays, without a model of it ever being built.

Each template is compiled once; every coefficient is evaluated for all nodes at once; the block-diagonal matrix B of the
templates times the selection S of their columns is the program: A = B S, row bounds moved by B s0.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from sourcing.calendar import Array
from sourcing.errors import SolveError
from sourcing.futures.tree import Mask
from sourcing.model.templates import Formulation
from sourcing.solver.compile import compile_template
from sourcing.solver.layout import Block, number_columns, number_rows, own_columns
from sourcing.solver.place import PlacedRows, objective_of, place
from sourcing.solver.preference import easings, preferences

EMPTY_ROW_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Program:
    """minimise cost x + offset subject to row_lower <= A x <= row_upper, column_lower <= x <= column_upper.

    matrix: CSC, shape (rows, columns). columns, rows: where each component stands, by its name. preference: weight of
    each column where cost does not tell, shape (columns,); easing: by how much each row is eased where several prices
    are right, shape (rows,). Both see `preference.py`; empty where nobody asks.
    """

    matrix: sparse.csc_array
    row_lower: Array
    row_upper: Array
    column_lower: Array
    column_upper: Array
    cost: Array
    offset: float
    integer: Mask
    columns: dict[str, Block]
    rows: dict[str, Block]
    preference: Array = field(default_factory=lambda: np.zeros(0))
    easing: Array = field(default_factory=lambda: np.zeros(0))


def stamp(formulation: Formulation) -> Program:
    """The program of a formulation. Raises SolveError naming a row that can never hold."""
    columns, count = number_columns(formulation)
    pieces, rows, base = [], dict[str, Block](), 0
    cost, offset = np.zeros(count), 0.0
    for template in (formulation.now, formulation.node):
        compiled, first = compile_template(template), base
        blocks, row_ids, base = number_rows(template, compiled.said, base)
        rows |= blocks
        pieces.append(place(template, compiled, columns, row_ids, first, count))
        if template is formulation.now:
            cost, offset = objective_of(template, compiled, columns, count)
    del compiled  # as large as the program itself
    return _assemble(pieces, rows, base, columns, count, cost, offset, formulation)


def _assemble(
    pieces: list[PlacedRows],
    rows: dict[str, Block],
    row_count: int,
    columns: dict[str, Block],
    count: int,
    cost: Array,
    offset: float,
    formulation: Formulation,
) -> Program:
    lower, upper = _row_bounds(pieces, row_count)
    matrix = _by_column(pieces)
    column_lower, column_upper, integer = _bounds(formulation, columns, count)
    empty = np.bincount(matrix.indices, minlength=row_count) == 0
    _check_empty(rows, empty, lower, upper)
    if empty.any():
        filled = np.flatnonzero(~empty)
        renumber = np.full(row_count + 1, -1, np.int32)
        renumber[filled] = np.arange(len(filled))
        rows = {name: Block(block.keys, renumber[block.ids].astype(np.int64)) for name, block in rows.items()}
        shape = (len(filled), count)
        matrix = sparse.csc_array((matrix.data, renumber[matrix.indices], matrix.indptr), shape=shape)
        lower, upper = lower[filled], upper[filled]
    return Program(
        matrix=matrix,
        row_lower=lower,
        row_upper=upper,
        column_lower=column_lower,
        column_upper=column_upper,
        cost=cost,
        offset=offset,
        integer=integer,
        columns=columns,
        rows=rows,
        preference=preferences(formulation, columns, count),
        easing=easings(formulation, rows, len(lower)),
    )


def _row_bounds(pieces: list[PlacedRows], count: int) -> tuple[Array, Array]:
    lower, upper = np.full(count, -np.inf), np.full(count, np.inf)
    for piece in pieces:
        lower[piece.row[piece.kind <= 0]] = piece.rhs[piece.kind <= 0]
        upper[piece.row[piece.kind >= 0]] = piece.rhs[piece.kind >= 0]
    return lower, upper


def _by_column(pieces: list[PlacedRows]) -> sparse.csc_array:
    """The matrix of all rows. Empties the pieces, so that there are never more than two copies."""
    stacked = sparse.vstack([piece.matrix for piece in pieces], format="csr")
    pieces.clear()
    matrix = sparse.csc_array(stacked)
    matrix.eliminate_zeros()
    return matrix


def _bounds(formulation: Formulation, columns: dict[str, Block], count: int) -> tuple[Array, Array, Mask]:
    lower, upper, integer = np.zeros(count), np.zeros(count), np.zeros(count, bool)
    for template in (formulation.now, formulation.node):
        for name, column in own_columns(template).items():
            ids = columns[name].ids
            present = ids >= 0
            lower[ids[present]] = column.lower[present]
            upper[ids[present]] = column.upper[present]
            integer[ids[present]] = column.integer
    return lower, upper, integer


def _check_empty(rows: dict[str, Block], empty: Mask, lower: Array, upper: Array) -> None:
    broken = empty & ((lower > EMPTY_ROW_TOLERANCE) | (upper < -EMPTY_ROW_TOLERANCE))
    if not broken.any():
        return
    for name, block in rows.items():
        key, node = np.nonzero((block.ids >= 0) & broken[block.ids])
        if len(key):
            what = "" if block.keys is None else f" {block.keys[key[0]]}"
            raise SolveError(f"{name}{what} cannot hold in node {node[0]}: nothing can change it")
