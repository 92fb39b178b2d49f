"""The same program through Pyomo, linopy and highspy, each written in the way that favours it most."""

from collections.abc import Iterator
from typing import Any

import highspy
import linopy
import numpy as np
import pyomo.environ as pyo
import xarray as xr
from pyomo.contrib.appsi.solvers.highs import Highs as AppsiHighs
from pyomo.contrib.solver.solvers.highs import Highs as PyomoHighs
from pyomo.core.expr import LinearExpression

from sourcing.solver.stamp import Program

INTERFACES = {"contrib": PyomoHighs, "appsi": AppsiHighs}


def pyomo_rows(program: Program) -> pyo.ConcreteModel:
    """One LinearExpression per row: nothing is summed up, looked up by name or simplified."""
    count, matrix = len(program.cost), program.matrix.tocsr()
    model = pyo.ConcreteModel()
    bounds = list(zip(_ends(program.column_lower), _ends(program.column_upper), strict=True))
    domains = [pyo.Binary if yes else pyo.Reals for yes in program.integer]
    model.x = pyo.Var(range(count), domain=lambda _, at: domains[at], bounds=lambda _, at: bounds[at])
    x = list(model.x.values())
    starts, columns, values = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    lower, upper = _ends(program.row_lower), _ends(program.row_upper)

    def row(_: Any, at: int) -> Any:
        here = slice(starts[at], starts[at + 1])
        body = LinearExpression(linear_coefs=values[here], linear_vars=[x[column] for column in columns[here]])
        return body == lower[at] if lower[at] == upper[at] else (lower[at], body, upper[at])

    model.row = pyo.Constraint(range(len(lower)), rule=row)
    priced = np.flatnonzero(program.cost).tolist()
    cost = LinearExpression(linear_coefs=program.cost[priced].tolist(), linear_vars=[x[at] for at in priced])
    model.objective = pyo.Objective(expr=cost + program.offset)
    return model


def _ends(bounds: Any) -> list[float | None]:
    """Bounds with None for infinity, as Pyomo likes them."""
    return [bound if finite else None for bound, finite in zip(bounds.tolist(), np.isfinite(bounds), strict=True)]


def pyomo_handed(model: pyo.ConcreteModel, interface: str) -> highspy.Highs:
    """What Pyomo's own interface gives to HiGHS."""
    solver = INTERFACES[interface]()
    solver.set_instance(model)
    return solver._solver_model


def linopy_rows(program: Program) -> linopy.Model:
    """Rows of like number of entries are one constraint: no loop over rows, few constraints, some padding."""
    model = linopy.Model()
    label = np.full(len(program.cost) + 1, -1)
    for name, here in (("real", ~program.integer), ("whole", program.integer)):
        at, lower, upper = np.flatnonzero(here), program.column_lower[here], program.column_upper[here]
        added = model.add_variables(lower, upper, coords=[at], name=name, integer=name == "whole")
        label[at] = added.labels.values
    sign = np.where(program.row_lower == program.row_upper, "=", np.where(np.isinf(program.row_lower), "<=", ">="))
    right = np.where(np.isinf(program.row_lower), program.row_upper, program.row_lower)
    for number, (rows, columns, values) in enumerate(_by_length(program)):
        found = _expression(model, label[columns], values)
        model.add_constraints(found, _along(sign[rows]), _along(right[rows]), name=f"row{number}")
    priced = np.flatnonzero(program.cost)
    model.add_objective(_expression(model, label[priced][None], program.cost[priced][None]).sum())
    return model


def _by_length(program: Program) -> Iterator[tuple[Any, Any, Any]]:
    """Rows of up to 1, 2, 4, 8 ... entries: the rows, their columns (-1: none) and values, shape (rows, entries)."""
    matrix = program.matrix.tocsr()
    lengths = np.diff(matrix.indptr)
    power = np.ceil(np.log2(lengths))
    for exponent in np.unique(power):
        rows = np.flatnonzero(power == exponent)
        entry = np.arange(lengths[rows].max())
        inside = entry < lengths[rows][:, None]
        at = np.where(inside, matrix.indptr[rows][:, None] + entry, 0)
        yield rows, np.where(inside, matrix.indices[at], -1), np.where(inside, matrix.data[at], np.nan)


def _along(values: Any) -> xr.DataArray:
    return xr.DataArray(values, dims="row")


def _expression(model: linopy.Model, labels: Any, values: Any) -> linopy.LinearExpression:
    entries = {"coeffs": (("row", "_term"), values), "vars": (("row", "_term"), labels)}
    return linopy.LinearExpression(xr.Dataset(entries), model)


def linopy_handed(model: linopy.Model) -> highspy.Highs:
    """What linopy gives to HiGHS, in memory and without names."""
    return linopy.io.to_highspy(model, set_names=False)
