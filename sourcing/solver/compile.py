"""A template compiled: every coefficient evaluated for all nodes at once.

The Pyomo model of a template is made and put in standard form once for each structure; templates that differ in their
data alone, as those of a sweep or of a plan that is made anew each month, are evaluated from that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pyomo.core as pyo
from pyomo.repn.plugins import standard_form as pyomo_form
from pyomo.repn.plugins.parameterized_standard_form import ParameterizedLinearStandardFormCompiler
from scipy import sparse

from sourcing.calendar import Array
from sourcing.futures.tree import Ints, Mask
from sourcing.model.templates import Template, members

MOST_FORMS = 8  # structures that are kept, the latest


@dataclass(frozen=True)
class CompiledTemplate:
    """Coefficients of a template: entries (row, column, value by node), bounds by node. said: by name of a row, for
    which of its keys it says anything, shape (keys,)."""

    row: Ints
    column: Ints
    value: Array
    rhs: Array
    kind: Ints
    cost: Array
    offset: float
    said: Mapping[str, Mask]


@dataclass(frozen=True)
class DataCoefficients:
    """Numbers, some of which depend on data. constant: shape (entries,); places, expressions: which do, and how."""

    constant: Array
    places: tuple[int, ...]
    expressions: tuple[Any, ...]

    @classmethod
    def of(cls, entries: Sequence[Any]) -> "DataCoefficients":
        """The coefficients of a standard form."""
        plain = [isinstance(entry, int | float) for entry in entries]
        constant = np.array([entry if fixed else 0.0 for entry, fixed in zip(entries, plain, strict=True)], float)
        places = tuple(number for number, fixed in enumerate(plain) if not fixed)
        return cls(constant, places, tuple(entries[place] for place in places))

    def values(self, nodes: int) -> Array:
        """Every number for all nodes, with the data that the Pyomo model has now. Shape (entries, nodes)."""
        out = np.empty((len(self.constant), nodes))
        out[:] = self.constant.reshape(-1, 1)
        for place, expression in zip(self.places, self.expressions, strict=True):
            out[place] = pyo.value(expression)
        return out


@dataclass(frozen=True)
class StandardForm:
    """The standard form of all templates of one structure; coefficients are expressions in the data of `model`."""

    structure: tuple[Any, ...]
    model: pyo.ConcreteModel
    row: Ints
    column: Ints
    value: DataCoefficients
    rhs: DataCoefficients
    kind: Ints
    cost: DataCoefficients
    cost_column: Ints
    offset: DataCoefficients
    said: Mapping[str, Mask]

    def evaluated(self, part: Template) -> CompiledTemplate:
        """The coefficients of a template of this structure."""
        for name, values in part.data.items():
            for entry, value in zip(getattr(self.model, name).values(), values, strict=True):
                entry.set_value(value, skip_validation=True)
        cost = np.zeros((sum(column.size for column in part.columns.values()), part.nodes))
        np.add.at(cost, self.cost_column, self.cost.values(part.nodes))
        found = CompiledTemplate(
            row=self.row,
            column=self.column,
            value=self.value.values(part.nodes),
            rhs=self.rhs.values(part.nodes),
            kind=self.kind,
            cost=cost,
            offset=float(np.sum(self.offset.values(1))),
            said=self.said,
        )
        for name in part.data:
            for entry in getattr(self.model, name).values():
                entry.set_value(None, skip_validation=True)  # else a program as large as memory would stay
        return found


_forms: list[StandardForm] = []
_one_at_a_time = Lock()


def compile_template(part: Template) -> CompiledTemplate:
    """Evaluate every coefficient of a template for all nodes."""
    structure = part.structure
    with _one_at_a_time:
        form = next((known for known in _forms if known.structure == structure), None)
        if form is None:
            form = standard_form_of(part)
        else:
            _forms.remove(form)
        _forms.insert(0, form)
        del _forms[MOST_FORMS:]
        return form.evaluated(part)


def standard_form_of(part: Template) -> StandardForm:
    """The standard form of a template and of all others of its structure."""
    _hand_over_sparse()
    model = part.model
    data = [entry for name in part.data for entry in getattr(model, name).values()]
    form = ParameterizedLinearStandardFormCompiler().write(
        model, mixed_form=True, set_sense=pyo.minimize, wrt=data or None
    )
    order = {id(entry): number for number, entry in enumerate(_template_columns(part))}
    row_order = _template_rows(part)
    column_of = np.array([order[id(entry)] for entry in form.columns], np.int64)
    kinds = [(row_order[id(entry.constraint)], entry.bound_type) for entry in form.rows]
    entries = np.diff(form.c.indptr)
    return StandardForm(
        structure=part.structure,
        model=model,
        row=np.array([row_order[id(entry.constraint)] for entry in form.rows], np.int64)[form.A.indices],
        column=np.repeat(column_of, np.diff(form.A.indptr)),
        value=DataCoefficients.of(form.A.data),
        rhs=DataCoefficients.of(form.rhs),
        kind=np.array(kinds, np.int64).reshape(-1, 2),
        cost=DataCoefficients.of(form.c.data),
        cost_column=column_of[np.repeat(np.arange(len(entries)), entries)],
        offset=DataCoefficients.of(form.c_offset),
        said={name: _said(part, name) for name in part.rows},
    )


def _hand_over_sparse() -> None:
    """Give Pyomo what it takes of scipy: else it loads all of it, which takes as long as all of a small plan."""
    hooks = getattr(pyomo_form, "_LinearStandardFormCompiler_impl", None)
    if hooks is not None and getattr(hooks, "_to_vector", np.fromiter) is None:
        hooks._to_vector, hooks._csc_matrix, hooks._csr_matrix = np.fromiter, sparse.csc_array, sparse.csr_array


def _said(part: Template, name: str) -> Mask:
    """For which keys a row says anything."""
    keys, component = part.rows[name].keys, getattr(part.model, name)
    return np.array([key in component for key in (keys if keys is not None else (None,))], bool)


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
