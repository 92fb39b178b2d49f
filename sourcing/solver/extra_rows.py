"""A program with one more row, or another objective: what analyses ask beyond the formulation."""

from dataclasses import replace

import numpy as np
from scipy import sparse

from sourcing.calendar import Array
from sourcing.futures.tree import Tree
from sourcing.solver.layout import Block
from sourcing.solver.stamp import Program


def expected_cost(program: Program, tree: Tree) -> Array:
    """Expected cost as a row over the columns of a program, in its unit of money. Shape (columns,)."""
    weight = np.zeros_like(program.cost)
    weight[program.columns["cost"].ids[0]] = tree.probability
    return weight


def with_row(program: Program, name: str, weight: Array, lower: float = -np.inf, upper: float = np.inf) -> Program:
    """The program with lower <= weight x <= upper as its last row. weight: shape (columns,)."""
    row = sparse.csr_array(weight.reshape(1, -1))
    number = program.matrix.shape[0]
    return replace(
        program,
        matrix=sparse.csc_array(sparse.vstack([program.matrix, row], format="csc")),
        row_lower=np.append(program.row_lower, lower),
        row_upper=np.append(program.row_upper, upper),
        rows=program.rows | {name: Block(None, np.array([[number]], np.int64))},
        easing=np.append(program.easing, 1.0) if len(program.easing) else program.easing,
    )


def with_objective(program: Program, cost: Array, offset: float = 0.0) -> Program:
    """The program that minimises cost x + offset instead. cost: shape (columns,)."""
    return replace(program, cost=cost, offset=offset)
