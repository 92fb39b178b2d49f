"""A compiled template placed in the program: B S, with row bounds moved by B s0."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from sourcing.calendar import Array
from sourcing.futures.tree import Ints, Mask
from sourcing.model.templates import Template
from sourcing.solver.compile import CompiledTemplate
from sourcing.solver.layout import Block


@dataclass(frozen=True)
class PlacedRows:
    """Rows of a template in the program, and their bounds (ids, kinds, right-hand sides)."""

    matrix: sparse.csr_array
    row: Ints
    kind: Ints
    rhs: Array


def place(
    part: Template, compiled: CompiledTemplate, columns: dict[str, Block], row_ids: Ints, first: int, count: int
) -> PlacedRows:
    """The rows of a template; their ids begin at `first`."""
    rows = int(np.count_nonzero(row_ids >= 0))
    ids, own = _direct_ids(part, columns)
    mine = own[compiled.column]
    chosen, shift = _chosen(part, compiled, columns, row_ids, (first, rows, count))
    matrix = _in_order(compiled, np.flatnonzero(mine), row_ids, ids, (first, rows, count))
    at = row_ids[compiled.kind[:, 0]]
    present = at >= 0
    kinds = np.broadcast_to(compiled.kind[:, 1][:, None], at.shape)[present]
    return PlacedRows(
        matrix if chosen is None else matrix + chosen,
        at[present],
        kinds,
        compiled.rhs[present] - shift[at[present] - first],
    )


def _chosen(
    part: Template, compiled: CompiledTemplate, columns: dict[str, Block], row_ids: Ints, shape: tuple[int, int, int]
) -> tuple[sparse.csr_array | None, Array]:
    """B S and B s0 of the selected columns. shape: first row, rows, columns."""
    first, rows, count = shape
    slots = _slots(part)
    if not slots:
        return None, np.zeros(rows)
    stands = np.full((sum(column.size for column in part.columns.values()), part.nodes), -1)
    stands[list(slots)] = np.arange(len(slots))[:, None] + len(slots) * np.arange(part.nodes)
    entries = np.flatnonzero(np.isin(compiled.column, list(slots)))
    block = _in_order(compiled, entries, row_ids, stands, (first, rows, len(slots) * part.nodes))
    selection, offset = _selection(part, columns, slots, count)
    chosen = sparse.csr_array(block @ selection)
    chosen.sort_indices()
    return chosen, np.asarray(block @ offset)


def _in_order(
    compiled: CompiledTemplate, entries: Ints, row_ids: Ints, column_ids: Ints, shape: tuple[int, int, int]
) -> sparse.csr_array:
    """Entries of a template in all nodes. Rows are numbered node by node, so that entries taken node by node and row by
    row need no sorting. shape: first row, rows, columns."""
    first, rows, count = shape
    entries = entries[np.lexsort((compiled.column[entries], compiled.row[entries]))]
    row = _by_node(row_ids)[:, compiled.row[entries]]
    column = _by_node(column_ids)[:, compiled.column[entries]]
    present = (row >= 0) & (column >= 0)
    pointers = np.zeros(rows + 1, np.int32)
    np.cumsum(np.bincount(row[present] - first, minlength=rows), out=pointers[1:])
    return sparse.csr_array((compiled.value[entries].T[present], column[present], pointers), shape=(rows, count))


def _by_node(ids: Ints) -> Any:
    """Ids with nodes first, as narrow as the solver takes them."""
    return np.ascontiguousarray(ids.T, np.int32)


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


def _slots(part: Template) -> dict[int, int]:
    """Slot of each selected template column."""
    slots, start = dict[int, int](), 0
    for column in part.columns.values():
        if column.terms is not None:
            slots |= {start + key: len(slots) + key for key in range(column.size)}
        start += column.size
    return slots


def _selection(
    part: Template, columns: dict[str, Block], slots: dict[int, int], count: int
) -> tuple[sparse.csr_array, Array]:
    """S and s0 of the selected columns: row `node x slots + slot`."""
    nodes = part.nodes
    row, column, value = [], [], []
    offset = np.zeros((nodes, len(slots)))
    slot = 0
    for entry in part.columns.values():
        if entry.terms is None:
            continue
        offset[:, slot : slot + entry.size] = np.where(entry.at, entry.offset, 0.0).T
        for term in entry.terms:
            ids = columns[term.variable].ids[term.source, term.ancestor]
            present = (ids >= 0) & entry.at[term.index, term.node]
            row.append((term.node * len(slots) + slot + term.index)[present].astype(np.int32))
            column.append(ids[present].astype(np.int32))
            value.append(term.weight[present])
        slot += entry.size
    shape = (len(slots) * nodes, count)
    if not row:
        return sparse.csr_array(shape), offset.ravel()
    return _csr(np.concatenate(value), np.concatenate(row), np.concatenate(column), shape), offset.ravel()


def objective_of(
    part: Template, compiled: CompiledTemplate, columns: dict[str, Block], count: int
) -> tuple[Array, float]:
    cost, offset = np.zeros(count), compiled.offset
    ids, mine = _direct_ids(part, columns)
    slots = _slots(part)
    selection, shift = _selection(part, columns, slots, count)
    for number, value in enumerate(compiled.cost[:, 0]):
        if value == 0:
            continue
        if mine[number]:
            cost[ids[number, 0]] += value
        else:
            chosen = slice(*selection.indptr[slots[number] : slots[number] + 2])
            np.add.at(cost, selection.indices[chosen], value * selection.data[chosen])
            offset += value * shift[slots[number]]
    return cost, offset
