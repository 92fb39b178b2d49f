"""stamp and expand are the same program, entry by entry, on trees that go through every part of the formulation."""

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from sourcing import files
from sourcing.case import resolve
from sourcing.futures.effects import tree_of
from sourcing.model import formulate
from sourcing.model.node_data import nodes
from sourcing.model.statements import own, rule, template
from sourcing.model.templates import Formulation
from sourcing.outcome.hindsight import foreseen
from sourcing.scenario import validate
from sourcing.solver.expand import expand
from sourcing.solver.stamp import Program, stamp
from tests.checkout import EVERYTHING

TOLERANCE = 1e-12


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
    same(formulation(*overrides))


def same(stated: Formulation) -> None:
    """Assert that the program is the one of the slow way."""
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


NUMBERS = [  # other numbers, other dates: other data and masks of the same rows
    ("offers.'south dy'.price=310 USD/kg", "demand.motors.need=500 t/year", "offers.'mine dy'.order_cost=1 USD"),
    ("futures.'as now'.probability=0.4", "futures.ban.probability=0.4"),
    ("futures.ban.restrictions.ban.from=2027-05", "restrictions.slow.approval=0.9"),
    ("lanes.'to japan'.freight=5 %", "lanes.'to japan'.transit=60 days", "contracts.'lynas long'.price.floor=0 USD/kg"),
    ("stock.dy.holding=50 USD/kg/year", "rules.money.budget.at_most=1 MUSD", "offers.'lynas dy'.yield=50 %"),
]


@pytest.mark.parametrize("overrides", NUMBERS, ids=lambda overrides: "; ".join(overrides)[:40])
def test_a_standard_form_serves_other_numbers(overrides: tuple[str, ...]) -> None:
    first, other = formulation(), formulation(*overrides)
    stamp(first)
    assert other.node.structure == first.node.structure
    same(other)


CONSTANTS = [  # what a row is of: the standard form is another one
    ("contracts.'lynas long'.volume.at_least=3 t/month",),
    ("risk.weight=0.5",),
    ("offers.'mine dy'.minimum_order=3 t",),
    ("demand.magnets.materials.dysprosium-oxide=0.2",),
    ("offers.'mine dy'.uses=4 /t",),
]


@pytest.mark.parametrize("overrides", CONSTANTS, ids=lambda overrides: "; ".join(overrides)[:40])
def test_a_constant_makes_another_standard_form(overrides: tuple[str, ...]) -> None:
    first, other = formulation(), formulation(*overrides)
    stamp(first)
    assert (other.now.structure, other.node.structure) != (first.now.structure, first.node.structure)
    same(other)


def test_a_row_sees_nothing_but_its_model_and_what_it_is_of() -> None:
    hidden, part = 2.0, template("node", 1)
    own(part, "x", None)
    with pytest.raises(TypeError, match="sees more than"):
        rule(part, "row", None, lambda model, of, key: model.x >= hidden)
    with pytest.raises(TypeError, match="sees more than"):
        rule(part, "row", None, lambda model, of, key, least=2.0: model.x >= least)
    rule(part, "row", None, lambda model, of, key: model.x >= of, of=hidden)
