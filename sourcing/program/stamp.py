"""stamp: templates x tree -> the whole program as sparse arrays, without a model of it ever being built.

Each template is compiled once; every coefficient is evaluated for all nodes at once; the block-diagonal matrix B of the
templates times the selection S of their columns is the program: A = B S, row bounds moved by B s0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.parameterized_standard_form import ParameterizedLinearStandardFormCompiler
from scipy import sparse

from sourcing.errors import SolveError
from sourcing.formulation.roles import Column, Formulation, Keys, Template, members
from sourcing.periods import Array
from sourcing.tree import Ints, Mask

EMPTY_ROW_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Block:
    """Where a component stands in the program: ids by key and node, -1 where it does not exist."""

    keys: Keys
    ids: Ints


@dataclass(frozen=True)
class Program:
    """minimise cost x + offset subject to row_lower <= A x <= row_upper, column_lower <= x <= column_upper.

    matrix: CSC, shape (rows, columns). columns, rows: where each component stands, by its name.
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


@dataclass(frozen=True)
class _Compiled:
    """Coefficients of a template: entries (row, column, value by node), bounds by node."""

    row: Ints
    column: Ints
    value: Array
    rhs: Array
    kind: Ints
    cost: Array
    offset: float


def stamp(formulation: Formulation) -> Program:
    """The program of a formulation. Raises SolveError naming a row that can never hold."""
    columns, count = _number_columns(formulation)
    pieces, rows, base = [], dict[str, Block](), 0
    cost, offset = np.zeros(count), 0.0
    for part in (formulation.now, formulation.node):
        compiled = _compile(part)
        blocks, row_ids, base = _number_rows(part, base)
        rows |= blocks
        pieces.append(_place(part, compiled, columns, row_ids, count))
        if part is formulation.now:
            cost, offset = _objective(part, compiled, columns, count)
    return _assemble(pieces, rows, base, columns, count, cost, offset, formulation)


# Numbering ------------------------------------------------------------------------------------------------------------


def _own(part: Template) -> dict[str, Column]:
    return {name: column for name, column in part.columns.items() if column.terms is None}


def _number_columns(formulation: Formulation) -> tuple[dict[str, Block], int]:
    """Ids of the program's columns, node by node."""
    found: dict[str, Block] = {}
    base = 0
    for part in (formulation.now, formulation.node):
        mine = _own(part)
        if not mine:
            continue
        exists = np.concatenate([column.at for column in mine.values()])
        ids = _count(exists, base)
        base += int(exists.sum())
        start = 0
        for name, column in mine.items():
            found[name] = Block(column.keys, ids[start : start + column.size])
            start += column.size
    return found, base


def _count(exists: Mask, base: int) -> Ints:
    """Numbers from `base`, node-major, -1 where nothing exists."""
    flat = exists.T.ravel()
    numbers = np.cumsum(flat) - 1 + base
    return np.ascontiguousarray(np.where(flat, numbers, -1).reshape(exists.shape[::-1]).T)


def _number_rows(part: Template, base: int) -> tuple[dict[str, Block], Ints, int]:
    """Ids of the program's rows; also stacked in template order, shape (template rows, nodes)."""
    if not part.rows:
        return {}, np.zeros((0, part.nodes), np.int64), base
    exists = np.concatenate([_stated(part, name) for name in part.rows])
    ids = _count(exists, base)
    blocks, start = {}, 0
    for name, row in part.rows.items():
        size = 1 if row.keys is None else len(row.keys)
        blocks[name] = Block(row.keys, ids[start : start + size])
        start += size
    return blocks, ids, base + int(exists.sum())


def _stated(part: Template, name: str) -> Mask:
    """Where a row exists: its mask, except keys for which it says nothing."""
    row, component = part.rows[name], getattr(part.model, name)
    said = [key in component for key in row.keys] if row.keys is not None else [None in component]
    return np.asarray(row.at & np.array(said, bool).reshape(-1, 1))


# Compiling ------------------------------------------------------------------------------------------------------------


def _compile(part: Template) -> _Compiled:
    model, nodes = part.model, part.nodes
    if next(model.component_data_objects(pyo.Objective, active=True), None) is None:
        model.nothing = pyo.Objective(expr=0.0)
    data = [getattr(model, name) for name in part.data]
    wrt = [entry for component in data for entry in component.values()]
    form = ParameterizedLinearStandardFormCompiler().write(
        model, mixed_form=True, set_sense=pyo.minimize, wrt=wrt or None
    )
    for name, values in part.data.items():
        component = getattr(model, name)
        for entry, value in zip(component.values(), values, strict=True):
            entry.set_value(value, skip_validation=True)
    order = {id(entry): number for number, entry in enumerate(_template_columns(part))}
    row_order = _template_rows(part)
    pointers = form.A.indptr
    column_of = np.array([order[id(entry)] for entry in form.columns], np.int64)
    return _Compiled(
        row=np.array([row_order[id(entry.constraint)] for entry in form.rows], np.int64)[form.A.indices],
        column=np.repeat(column_of, np.diff(pointers)),
        value=_evaluate(form.A.data, nodes),
        rhs=_evaluate(form.rhs, nodes),
        kind=np.array([(row_order[id(entry.constraint)], entry.bound_type) for entry in form.rows], np.int64).reshape(
            -1, 2
        ),
        cost=_dense_cost(form, column_of, nodes),
        offset=float(np.sum(_evaluate(form.c_offset, 1))),
    )


def _template_columns(part: Template) -> list[Any]:
    return [entry for name, column in part.columns.items() for entry in members(getattr(part.model, name), column.keys)]


def _template_rows(part: Template) -> dict[int, int]:
    """Position of each constraint among the template's rows."""
    found, start = {}, 0
    for name, row in part.rows.items():
        component = getattr(part.model, name)
        for number, key in enumerate([None] if row.keys is None else row.keys):
            if key in component:
                found[id(component[key])] = start + number
        start += 1 if row.keys is None else len(row.keys)
    return found


def _evaluate(entries: Sequence[Any], nodes: int) -> Array:
    """Each entry, a number or an expression in the data, for all nodes. Shape (entries, nodes)."""
    out = np.empty((len(entries), nodes))
    for number, entry in enumerate(entries):
        out[number] = entry if isinstance(entry, int | float) else pyo.value(entry)
    return out


def _dense_cost(form: Any, column_of: Ints, nodes: int) -> Array:
    cost = form.c
    values = _evaluate(cost.data, nodes)
    out = np.zeros((int(column_of.max(initial=-1)) + 1, nodes))
    column = column_of[np.repeat(np.arange(len(cost.indptr) - 1), np.diff(cost.indptr))]
    np.add.at(out, column, values)
    return out


# Placing --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    """Entries of a template in the program, and its row bounds (ids, kinds, right-hand sides)."""

    matrix: sparse.csr_array
    row: Ints
    kind: Ints
    rhs: Array


def _place(part: Template, compiled: _Compiled, columns: dict[str, Block], row_ids: Ints, count: int) -> _Piece:
    nodes, rows = part.nodes, int(row_ids.max(initial=-1)) + 1
    direct, other = _direct_ids(part, columns), _positions(part)
    plain = direct[1][compiled.column]
    row = row_ids[compiled.row]
    column = direct[0][compiled.column]
    kept = plain[:, None] & (row >= 0) & (column >= 0)
    matrix = _csr(compiled.value[kept], row[kept], column[kept], (rows, count))
    shift = np.zeros(rows)
    if other:
        selection, offset = _selection(part, columns, other, count)
        slot = np.array([other.get(number, -1) for number in range(len(direct[1]))])
        chosen = ~plain[:, None] & (row >= 0)
        position = slot[compiled.column][:, None] * nodes + np.arange(nodes)
        block = _csr(compiled.value[chosen], row[chosen], position[chosen], (rows, len(other) * nodes))
        matrix = matrix + block @ selection
        shift = np.asarray(block @ offset)
    ids = row_ids[compiled.kind[:, 0]]
    here = ids >= 0
    kinds = np.broadcast_to(compiled.kind[:, 1][:, None], ids.shape)[here]
    return _Piece(matrix, ids[here], kinds, compiled.rhs[here] - shift[ids[here]])


def _csr(value: Array, row: Ints, column: Ints, shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.csr_array(sparse.coo_array((value, (row, column)), shape=shape))


def _direct_ids(part: Template, columns: dict[str, Block]) -> tuple[Ints, Mask]:
    """Program ids of the own columns, shape (template columns, nodes), and which template columns are own."""
    ids, mine = [], []
    for name, column in part.columns.items():
        own = column.terms is None
        ids.append(columns[name].ids if own else np.full((column.size, part.nodes), -1))
        mine.append(np.full(column.size, own))
    if not ids:
        return np.zeros((0, part.nodes), np.int64), np.zeros(0, bool)
    return np.concatenate(ids), np.concatenate(mine)


def _positions(part: Template) -> dict[int, int]:
    """Slot of each selected template column."""
    found, start = dict[int, int](), 0
    for column in part.columns.values():
        if column.terms is not None:
            found |= {start + key: len(found) + key for key in range(column.size)}
        start += column.size
    return found


def _selection(
    part: Template, columns: dict[str, Block], slots: dict[int, int], count: int
) -> tuple[sparse.csr_array, Array]:
    """S and s0 of the selected columns: row `slot x nodes + node`."""
    nodes = part.nodes
    row, column, value = [], [], []
    offset = np.zeros(len(slots) * nodes)
    slot = 0
    for entry in part.columns.values():
        if entry.terms is None:
            continue
        here = slice(slot * nodes, (slot + entry.size) * nodes)
        offset[here] = np.where(entry.at, entry.offset, 0.0).ravel()
        for term in entry.terms:
            ids = columns[term.variable].ids[term.source, term.ancestor]
            kept = (ids >= 0) & entry.at[term.index, term.node]
            row.append(((slot + term.index) * nodes + term.node)[kept])
            column.append(ids[kept])
            value.append(term.weight[kept])
        slot += entry.size
    shape = (len(slots) * nodes, count)
    if not row:
        return sparse.csr_array(shape), offset
    return _csr(np.concatenate(value), np.concatenate(row), np.concatenate(column), shape), offset


def _objective(part: Template, compiled: _Compiled, columns: dict[str, Block], count: int) -> tuple[Array, float]:
    cost, offset = np.zeros(count), compiled.offset
    ids, mine = _direct_ids(part, columns)
    slots = _positions(part)
    selection, shift = _selection(part, columns, slots, count)
    for number, value in enumerate(compiled.cost[:, 0]):
        if value == 0:
            continue
        if mine[number]:
            cost[ids[number, 0]] += value
        else:
            cost += value * selection[[slots[number]]].toarray().ravel()
            offset += value * shift[slots[number]]
    return cost, offset


def _assemble(
    pieces: list[_Piece],
    rows: dict[str, Block],
    row_count: int,
    columns: dict[str, Block],
    count: int,
    cost: Array,
    offset: float,
    formulation: Formulation,
) -> Program:
    lower, upper = np.full(row_count, -np.inf), np.full(row_count, np.inf)
    matrix = None
    for piece in pieces:
        lower[piece.row[piece.kind <= 0]] = piece.rhs[piece.kind <= 0]
        upper[piece.row[piece.kind >= 0]] = piece.rhs[piece.kind >= 0]
        block = _taller(piece.matrix, row_count)
        matrix = block if matrix is None else matrix + block
    assert matrix is not None
    matrix.eliminate_zeros()
    column_lower, column_upper, integer = _bounds(formulation, columns, count)
    empty = np.diff(matrix.indptr) == 0
    _check_empty(rows, empty, lower, upper)
    if empty.any():
        kept = np.flatnonzero(~empty)
        renumber = np.full(row_count + 1, -1)
        renumber[kept] = np.arange(len(kept))
        rows = {name: Block(block.keys, renumber[block.ids]) for name, block in rows.items()}
        matrix, lower, upper = matrix[kept], lower[kept], upper[kept]
    return Program(
        sparse.csc_array(matrix), lower, upper, column_lower, column_upper, cost, offset, integer, columns, rows
    )


def _taller(matrix: sparse.csr_array, rows: int) -> sparse.csr_array:
    """The matrix with empty rows below."""
    pointers = np.append(matrix.indptr, np.full(rows - matrix.shape[0], matrix.indptr[-1], matrix.indptr.dtype))
    return sparse.csr_array((matrix.data, matrix.indices, pointers), shape=(rows, matrix.shape[1]))


def _bounds(formulation: Formulation, columns: dict[str, Block], count: int) -> tuple[Array, Array, Mask]:
    lower, upper, integer = np.zeros(count), np.zeros(count), np.zeros(count, bool)
    for part in (formulation.now, formulation.node):
        for name, column in _own(part).items():
            ids = columns[name].ids
            here = ids >= 0
            lower[ids[here]] = column.lower[here]
            upper[ids[here]] = column.upper[here]
            integer[ids[here]] = column.integer
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
