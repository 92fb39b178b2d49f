"""The same relaxed program by mpi-sppy's L-shaped method: `python tests/benchmarks/sppy.py KIND FUTURES`.

Scenarios are the subtrees of the same cut; the master's columns are first-stage. Needs the extra `distributed`.
"""

import json
import sys
import time
from typing import Any

import numpy as np
import pyomo.environ as pyo
from mpisppy.opt.lshaped import LShapedMethod
from mpisppy.utils.sputils import attach_root_node
from pyomo.core.expr import LinearExpression
from task import _stated

from sourcing.program.decomposition.cut import cut, cut_period, nodes_of_columns
from sourcing.program.stamp import Program

FLOOR = -1e6  # below what any subtree can cost, in the program's unit of money


def scenario(program: Program, columns: Any, rows: Any, first: int, weight: float) -> pyo.ConcreteModel:
    """The program over some columns and rows, the first of them first-stage."""
    model, matrix = pyo.ConcreteModel(), program.matrix.tocsr()[rows][:, columns].tocsr()
    ends = [
        (None if np.isinf(low) else float(low), None if np.isinf(high) else float(high))
        for low, high in zip(program.column_lower[columns], program.column_upper[columns], strict=True)
    ]
    model.x = pyo.Var(range(len(columns)), bounds=lambda _, at: ends[at])
    x = list(model.x.values())

    def row(_: Any, at: int) -> Any:
        here = slice(matrix.indptr[at], matrix.indptr[at + 1])
        terms = [x[column] for column in matrix.indices[here]]
        body = LinearExpression(linear_coefs=matrix.data[here].tolist(), linear_vars=terms)
        low, high = float(program.row_lower[rows[at]]), float(program.row_upper[rows[at]])
        if low == high:
            return body == low
        return body >= low if np.isfinite(low) else body <= high

    model.row = pyo.Constraint(range(len(rows)), rule=row)
    cost = program.cost[columns].copy()
    cost[first:] /= weight
    model.now = pyo.Expression(expr=sum(float(cost[at]) * x[at] for at in range(first)))
    model.cost = pyo.Objective(expr=model.now + sum(float(cost[at]) * x[at] for at in range(first, len(x)) if cost[at]))
    attach_root_node(model, model.now, [model.x[at] for at in range(first)])
    model._mpisppy_probability = weight
    return model


def main(kind: str, futures: str) -> None:
    """Print seconds, cost and gap as JSON."""
    stated = _stated(kind, futures)
    program, tree = stated.program, stated.data.tree
    period = cut_period(tree)
    made = cut(program, nodes_of_columns(stated.formulation, program), tree, period or 1)
    assert made is not None
    parts = {f"s{number}": part for number, part in enumerate(made.subtrees)}

    def creator(name: str, **_: Any) -> pyo.ConcreteModel:
        part = parts[name]
        columns, rows = np.concatenate([made.columns, part.columns]), np.concatenate([made.rows, part.rows])
        return scenario(program, columns, rows, len(made.columns), part.weight)

    options = {
        "root_solver": "highs",
        "sp_solver": "highs",
        "tol": 1e-4,
        "max_iter": 100,
        "valid_eta_lb": dict.fromkeys(parts, FLOOR),
        "verbose": False,
    }
    before = time.process_time()
    method = LShapedMethod(options, list(parts), creator)
    method.lshaped_algorithm()
    bound = pyo.value(method.root.obj) if hasattr(method, "root") else None
    print("\n" + json.dumps({"seconds": time.process_time() - before, "bound": bound, "nonzeros": program.matrix.nnz}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
