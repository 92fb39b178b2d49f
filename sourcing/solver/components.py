"""Parts of a program that nothing couples: each can be solved alone."""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from sourcing.futures.tree import Ints
from sourcing.solver.stamp import Program

WORTH = 0.02  # of the nonzeros: what is smaller is solved with the rest, for every run has its overhead


class ProgramPart(NamedTuple):
    """Columns and rows of one part, by their ids in the program."""

    columns: Ints
    rows: Ints


def parts(program: Program) -> tuple[ProgramPart, ...]:
    """Connected components of columns and rows, the largest first; the small ones together, last."""
    rows = len(program.row_lower)
    matrix = program.matrix
    # Columns, then rows, as the nodes of a graph, in which each column leads to its rows.
    columns = matrix.shape[1]
    every = columns + rows
    pointers = np.concatenate([matrix.indptr, np.full(rows, matrix.nnz, matrix.indptr.dtype)])
    leads = sparse.csr_array((np.ones(matrix.nnz, np.int8), matrix.indices + columns, pointers), shape=(every, every))
    count, label = sparse.csgraph.connected_components(leads, directed=False)
    of_column, of_row = label[:columns], label[columns:]
    size = np.bincount(of_row, np.bincount(matrix.indices, minlength=rows), count)
    order = np.argsort(-size, kind="stable")
    large = order[size[order] > WORTH * matrix.nnz]
    place = np.full(count, len(large))
    place[large] = np.arange(len(large))
    components = (
        ProgramPart(np.flatnonzero(place[of_column] == n), np.flatnonzero(place[of_row] == n))
        for n in range(len(large) + 1)
    )
    return tuple(component for component in components if len(component.columns) or len(component.rows))
