"""Where the tree is cut: the master up to a period, and a subtree for each node of that period.

What passes through the cut is read off the matrix: the master's columns that stand in a subtree's rows (stock, queues,
orders under way, contract accounts, the cost of the path).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from sourcing.formulation.roles import Formulation
from sourcing.periods import Array
from sourcing.program.stamp import Program
from sourcing.tree import Ints, Mask, Tree

ENOUGH = 20  # subtrees that make a cut worth its overhead


@dataclass(frozen=True)
class Subtree:
    """The program of one subtree per unit of its probability, as a function of its links.

    columns, rows: ids in the program; links: ids of the master's columns in its rows, which stand first in `matrix`
    (CSC, shape (rows, links + columns)) and in the bounds. cost: shape (columns,), divided by `weight`.
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


def nodes_of_columns(formulation: Formulation, program: Program) -> Ints:
    """Node of each column of a program, -1 for what is decided before the tree."""
    found = np.full(len(program.cost), -1)
    for name in formulation.node.columns:
        if name in program.columns:
            ids = program.columns[name].ids
            _, node = np.nonzero(ids >= 0)
            found[ids[ids >= 0]] = node
    return found


def cut(program: Program, node: Ints, tree: Tree, period: int) -> Cut | None:
    """The program cut before a period; None when a row couples subtrees. node: of each column, -1 for none."""
    root = np.where(node >= 0, tree.path[node, period], -1)
    roots = np.unique(root[root >= 0])
    of_column = np.where(root >= 0, np.searchsorted(roots, root), -1)
    of_row = _of_rows(program, of_column)
    if of_row is None:
        return None
    return Cut(
        period,
        np.flatnonzero(of_column < 0),
        np.flatnonzero(of_row < 0),
        tuple(_subtrees(program, of_column, of_row, tree.probability[roots])),
    )


def _of_rows(program: Program, of_column: Ints) -> Ints | None:
    """Subtree of each row, -1 for the master; None when a row stands in two."""
    rows = program.matrix.indices
    place = np.repeat(of_column, np.diff(program.matrix.indptr))
    last = np.full(len(program.row_lower), -1)
    np.maximum.at(last, rows, place)
    inside = place >= 0
    return None if (place[inside] != last[rows[inside]]).any() else last


def _subtrees(program: Program, of_column: Ints, of_row: Ints, weight: Array) -> Iterator[Subtree]:
    column_order, row_order = np.argsort(of_column, kind="stable"), np.argsort(of_row, kind="stable")
    column_from = np.searchsorted(of_column[column_order], np.arange(len(weight) + 1))
    row_from = np.searchsorted(of_row[row_order], np.arange(len(weight) + 1))
    matrix = sparse.csr_array(program.matrix)
    for number, share in enumerate(weight):
        columns = column_order[column_from[number] : column_from[number + 1]]
        rows = row_order[row_from[number] : row_from[number + 1]]
        part = matrix[rows]
        touched = np.unique(part.indices)
        links = touched[of_column[touched] < 0].astype(np.int64)
        every = np.concatenate([links, columns])
        yield Subtree(
            columns=columns,
            rows=rows,
            links=links,
            matrix=_over(part, every),
            row_lower=program.row_lower[rows],
            row_upper=program.row_upper[rows],
            lower=program.column_lower[every],
            upper=program.column_upper[every],
            cost=program.cost[columns] / share,
            integer=program.integer[columns],
            weight=float(share),
        )


def _over(part: sparse.csr_array, columns: Ints) -> sparse.csc_array:
    """Rows over some columns, which are all that they touch; without looking at the others."""
    order = np.argsort(columns)
    place = order[np.searchsorted(columns[order], part.indices)]
    shape = (part.shape[0], len(columns))
    return sparse.csc_array(sparse.csr_array((part.data, place.astype(np.int32), part.indptr), shape=shape))
