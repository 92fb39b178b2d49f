"""A template compiled once: every coefficient evaluated for all nodes at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.parameterized_standard_form import ParameterizedLinearStandardFormCompiler

from sourcing.calendar import Array
from sourcing.futures.tree import Ints
from sourcing.model.templates import Template, members


@dataclass(frozen=True)
class CompiledTemplate:
    """Coefficients of a template: entries (row, column, value by node), bounds by node."""

    row: Ints
    column: Ints
    value: Array
    rhs: Array
    kind: Ints
    cost: Array
    offset: float


def compile_template(part: Template) -> CompiledTemplate:
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
    return CompiledTemplate(
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
