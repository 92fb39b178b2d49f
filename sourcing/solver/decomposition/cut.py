"""Where the tree is cut: the master up to a period, and a subtree for each node of that period.

What passes through the cut is read off the matrix: the master's columns that stand in a subtree's rows (stock, queues,
orders under way, contract accounts, the cost of the path).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from sourcing.calendar import Array
from sourcing.futures.tree import Ints, Mask, Tree
from sourcing.solver.decomposition.similar_subtrees import ComponentKinds, ComponentPlaces, kinds
from sourcing.solver.stamp import Program

ENOUGH = 20  # subtrees that make a cut worth its overhead


@dataclass(frozen=True)
class Subtree:
    """The program of one subtree per unit of its probability, as a function of its links.

    columns, rows: ids in the program; links: ids of the master's columns in its rows, which stand first in `matrix`
    (CSC, shape (rows, links + columns)) and in the bounds. cost: shape (columns,), divided by `weight`. kinds: of links
    and columns, and of rows.
    """

    columns: Ints
    rows: Ints
    links: Ints
    matrix: sparse.csc_array
    row_lower: Array
    row_upper: Array
    lower: Array
    upper: Array
    cost: Array
    integer: Mask
    weight: float
    kinds: ComponentKinds


@dataclass(frozen=True)
class Cut:
    """A program cut before a period: ids of the master's columns and rows, and the subtrees."""

    period: int
    columns: Ints
    rows: Ints
    subtrees: tuple[Subtree, ...]


def cut_period(tree: Tree, enough: int = ENOUGH) -> int | None:
    """The first period with enough nodes, so that the master is small; else that with the most; None: futures never
    part."""
    count = np.bincount(tree.period, minlength=tree.periods)
    period = int(np.argmax(count >= enough)) if count.max() >= enough else int(np.argmax(count))
    return period if count[period] > 1 else None


def cut(program: Program, columns: ComponentPlaces, rows: ComponentPlaces, tree: Tree, period: int) -> Cut | None:
    """The program cut before a period; None when a row couples subtrees."""
    root = np.where(columns.node >= 0, tree.path[columns.node, period], -1)
    roots = np.unique(root[root >= 0])
    of_column = np.where(root >= 0, np.searchsorted(roots, root), -1)
    of_row = _of_rows(program, of_column)
    if of_row is None:
        return None
    alike = ComponentKinds(kinds(columns, tree, period), kinds(rows, tree, period))
    return Cut(
        period,
        np.flatnonzero(of_column < 0),
        np.flatnonzero(of_row < 0),
        tuple(_subtrees(program, of_column, of_row, tree.probability[roots], alike)),
    )


def _of_rows(program: Program, of_column: Ints) -> Ints | None:
    """Subtree of each row, -1 for the master; None when a row stands in two."""
    rows = program.matrix.indices
    place = np.repeat(of_column, np.diff(program.matrix.indptr))
    last = np.full(len(program.row_lower), -1)
    np.maximum.at(last, rows, place)
    inside = place >= 0
    return None if (place[inside] != last[rows[inside]]).any() else last


def _subtrees(
    program: Program, of_column: Ints, of_row: Ints, weight: Array, alike: ComponentKinds
) -> Iterator[Subtree]:
    column_order, row_order = np.argsort(of_column, kind="stable"), np.argsort(of_row, kind="stable")
    column_from = np.searchsorted(of_column[column_order], np.arange(len(weight) + 1))
    row_from = np.searchsorted(of_row[row_order], np.arange(len(weight) + 1))
    matrix = sparse.csr_array(program.matrix)[row_order]
    linked = of_column[matrix.indices] < 0
    place = np.zeros(len(of_column), np.int32)  # of a column in the subtree at hand
    for number, share in enumerate(weight):
        columns = column_order[column_from[number] : column_from[number + 1]]
        first, last = row_from[number], row_from[number + 1]
        entries = slice(matrix.indptr[first], matrix.indptr[last])
        touched = matrix.indices[entries]
        links = np.unique(touched[linked[entries]]).astype(np.int64)
        every, rows = np.concatenate([links, columns]), row_order[first:last]
        place[every] = np.arange(len(every))
        arrays = (matrix.data[entries], place[touched], matrix.indptr[first : last + 1] - matrix.indptr[first])
        yield Subtree(
            columns=columns,
            rows=rows,
            links=links,
            matrix=sparse.csc_array(sparse.csr_array(arrays, shape=(len(rows), len(every)))),
            row_lower=program.row_lower[rows],
            row_upper=program.row_upper[rows],
            lower=program.column_lower[every],
            upper=program.column_upper[every],
            cost=program.cost[columns] / share,
            integer=program.integer[columns],
            weight=float(share),
            kinds=ComponentKinds(alike.columns[every], alike.rows[rows]),
        )
