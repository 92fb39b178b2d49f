"""A template compiled: every coefficient evaluated for all nodes at once.

The Pyomo model of a template is made and put in standard form once for each structure; templates that differ in their
data alone, as those of a sweep or of a plan that is made anew each month, are evaluated from that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import pyomo.core as pyo
from pyomo.repn import generate_standard_repn
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


class Monomial(NamedTuple):
    """What is added to a coefficient: a factor times one or two data, by their places."""

    entry: int
    factor: float
    data: tuple[int, ...]


@dataclass(frozen=True)
class DataCoefficients:
    """Numbers, some of which depend on data. constant: shape (entries,); monomials: what data add to them; places,
    expressions: which depend on data in another way, and how."""

    constant: Array
    monomials: tuple[Monomial, ...]
    places: tuple[int, ...]
    expressions: tuple[Any, ...]

    @classmethod
    def of(cls, entries: Sequence[Any], place: Mapping[int, int]) -> "DataCoefficients":
        """The coefficients of a standard form. place: of each datum, by the id of its Pyomo variable."""
        constant, monomials, others = np.zeros(len(entries)), list[Monomial](), dict[int, Any]()
        for number, entry in enumerate(entries):
            if isinstance(entry, int | float):
                constant[number] = entry
                continue
            standard = generate_standard_repn(entry, compute_values=True, quadratic=True)
            if standard.nonlinear_expr is not None:
                others[number] = entry
                continue
            constant[number] = standard.constant
            single = zip(standard.linear_coefs, ((datum,) for datum in standard.linear_vars), strict=True)
            for factor, of in (*single, *zip(standard.quadratic_coefs, standard.quadratic_vars, strict=True)):
                monomials.append(Monomial(number, float(factor), tuple(place[id(datum)] for datum in of)))
        return cls(constant, tuple(monomials), tuple(others), tuple(others.values()))

    def values(self, data: Sequence[Array], nodes: int) -> Array:
        """Every number for all nodes. data: of shape (nodes,) each, which the Pyomo model has now where it is asked.
        Returns shape (entries, nodes)."""
        out = np.empty((len(self.constant), nodes))
        out[:] = self.constant.reshape(-1, 1)
        for entry, factor, of in self.monomials:
            product = data[of[0]] if len(of) == 1 else data[of[0]] * data[of[1]]
            out[entry] += product if factor == 1 else factor * product
        for entry, expression in zip(self.places, self.expressions, strict=True):
            out[entry] = pyo.value(expression)
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
        data = [row for values in part.data.values() for row in values]
        entries = _data_entries(self.model, part) if self._asks_model else []
        for entry, value in zip(entries, data, strict=False):
            entry.set_value(value, skip_validation=True)
        cost = np.zeros((sum(column.size for column in part.columns.values()), part.nodes))
        np.add.at(cost, self.cost_column, self.cost.values(data, part.nodes))
        template = CompiledTemplate(
            row=self.row,
            column=self.column,
            value=self.value.values(data, part.nodes),
            rhs=self.rhs.values(data, part.nodes),
            kind=self.kind,
            cost=cost,
            offset=float(np.sum(self.offset.values([row[:1] for row in data], 1))),
            said=self.said,
        )
        for entry in entries:
            entry.set_value(None, skip_validation=True)  # else a program as large as memory would stay
        return template

    @property
    def _asks_model(self) -> bool:
        """Whether any coefficient is evaluated by Pyomo."""
        return any(part.places for part in (self.value, self.rhs, self.cost, self.offset))


def _data_entries(model: pyo.ConcreteModel, part: Template) -> list[Any]:
    """The Pyomo variables that stand for data, in order."""
    return [entry for name in part.data for entry in getattr(model, name).values()]


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
    data = _data_entries(model, part)
    form = ParameterizedLinearStandardFormCompiler().write(
        model, mixed_form=True, set_sense=pyo.minimize, wrt=data or None
    )
    order = {id(entry): number for number, entry in enumerate(_template_columns(part))}
    place = {id(entry): number for number, entry in enumerate(data)}
    row_order = _template_rows(part)
    column_of = np.array([order[id(entry)] for entry in form.columns], np.int64)
    kinds = [(row_order[id(entry.constraint)], entry.bound_type) for entry in form.rows]
    entries = np.diff(form.c.indptr)
    return StandardForm(
        structure=part.structure,
        model=model,
        row=np.array([row_order[id(entry.constraint)] for entry in form.rows], np.int64)[form.A.indices],
        column=np.repeat(column_of, np.diff(form.A.indptr)),
        value=DataCoefficients.of(form.A.data, place),
        rhs=DataCoefficients.of(form.rhs, place),
        kind=np.array(kinds, np.int64).reshape(-1, 2),
        cost=DataCoefficients.of(form.c.data, place),
        cost_column=column_of[np.repeat(np.arange(len(entries)), entries)],
        offset=DataCoefficients.of(form.c_offset, place),
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
    rows, start = {}, 0
    for name, row in part.rows.items():
        component = getattr(part.model, name)
        for number, key in enumerate([None] if row.keys is None else row.keys):
            if key in component:
                rows[id(component[key])] = start + number
        start += 1 if row.keys is None else len(row.keys)
    return rows
