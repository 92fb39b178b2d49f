"""stamp and expand are the same program, entry by entry, on trees that go through every part of the formulation."""

from pathlib import Path

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from sourcing import files
from sourcing.case import resolve
from sourcing.futures.effects import tree_of
from sourcing.model import formulate
from sourcing.model.node_data import nodes
from sourcing.model.templates import Formulation
from sourcing.outcome.hindsight import foreseen
from sourcing.scenario import validate
from sourcing.solver.expand import expand
from sourcing.solver.stamp import Program, stamp

TOLERANCE = 1e-12
EVERYTHING = Path(__file__).parent / "everything.yaml"


def formulation(*overrides: str) -> Formulation:
    document = files.load(EVERYTHING)
    for assignment in overrides:
        document = files.override(document, assignment)
    case = resolve(validate(document))
    return formulate(foreseen(nodes(case, tree_of(case))))


def stamped(program: Program) -> tuple[dict, dict, dict]:
    """Entries by (row, column); columns: lower, upper, cost, integer; rows: lower, upper; named as in expand."""
    columns = {i: f"{name}@{n}[{k}]" for name, b in program.columns.items() for (k, n), i in np.ndenumerate(b.ids)}
    rows = {i: f"{name}@{n}[{k}]" for name, b in program.rows.items() for (k, n), i in np.ndenumerate(b.ids)}
    coo = program.matrix.tocoo()
    entries = {(rows[r], columns[c]): v for r, c, v in zip(*coo.coords, coo.data, strict=True)}
    p = program
    cols = {
        columns[i]: (p.column_lower[i], p.column_upper[i], p.cost[i], bool(p.integer[i])) for i in range(len(p.cost))
    }
    return entries, cols, {rows[i]: (p.row_lower[i], p.row_upper[i]) for i in range(len(p.row_lower))}


def expanded(model: pyo.ConcreteModel) -> tuple[dict, dict, dict]:
    def called(entry) -> str:
        block = entry.parent_block()
        node = 0 if block.local_name == "now" else block.index()
        return f"{entry.parent_component().local_name}@{node}[{entry.index()}]"

    form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=pyo.minimize)
    cols = [called(column) for column in form.columns]
    rows = [called(row.constraint) for row in form.rows]
    coo, cost = form.A.tocoo(), form.c.toarray().ravel()
    entries = {(rows[r], cols[c]): v for r, c, v in zip(coo.row, coo.col, coo.data, strict=True) if v != 0}
    bound = lambda value, other: other if value is None else value  # noqa: E731
    found = {
        name: (bound(column.lb, -np.inf), bound(column.ub, np.inf), cost[i], column.is_integer())
        for i, (name, column) in enumerate(zip(cols, form.columns, strict=True))
    }
    sides = {
        rows[i]: (-np.inf if row.bound_type > 0 else rhs, np.inf if row.bound_type < 0 else rhs)
        for i, (row, rhs) in enumerate(zip(form.rows, form.rhs, strict=True))
    }
    return entries, found, sides


VARIANTS = [
    (),
    ("risk.weight=0",),
    ("risk={tail: 0.2, weight: 1, worst: true}",),
    ("risk={of: regret, tail: 0.3, weight: 0.6}",),
    ("horizon.periods=1",),
    ("horizon.periods=13", "offers.'lots dy'.tier_kind=incremental"),
    ("stock.dy.cover.firm=true", "demand.motors.firm=true", "demand.motors.shortage=null"),
]


@pytest.mark.parametrize("overrides", VARIANTS, ids=lambda overrides: "; ".join(overrides)[:40] or "as written")
def test_stamp_equals_expand(overrides: tuple[str, ...]) -> None:
    stated = formulation(*overrides)
    program = stamp(stated)
    for fast, slow in zip(stamped(program), expanded(expand(stated)), strict=True):
        # Columns that appear in no row and at no cost are not in Pyomo's standard form; they are free of meaning.
        unused = set(fast) - set(slow)
        assert not set(slow) - set(fast)
        if unused:
            used = {column for _, column in stamped(program)[0]}
            assert not unused & used
            assert all(isinstance(name, str) and fast[name][2] == 0 for name in unused)
        for name in slow:
            assert fast[name] == pytest.approx(slow[name], rel=TOLERANCE, abs=TOLERANCE), name


def test_everything_goes_through_every_part() -> None:
    """The scenario that proves the equality has an entry in every component, so that no part is proved by absence."""
    parts = formulation()
    empty = [name for part in (parts.now, parts.node) for name, column in part.columns.items() if not column.at.any()]
    assert empty == ["firm_cover"][:0]
    assert sorted(name for name, row in parts.node.rows.items() if not row.at.any()) == ["firm_cover"]
