"""Reduction and parts: same optimum, same values, prices that prove it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

import sourcing
from sourcing.calendar import Array
from sourcing.case import resolve
from sourcing.pipeline.formulated import state
from sourcing.solver.components import parts
from sourcing.solver.highs import HighsRun, Options, Status, hand_over, run
from sourcing.solver.presolve import picked, reduced, restored, restored_prices
from sourcing.solver.stamp import Program
from sourcing.solver.tail_threshold import exact_threshold
from tests.checkout import EVERYTHING

FREE = np.inf


def relaxed(*overrides: str) -> Program:
    program = state(resolve(sourcing.load(EVERYTHING, overrides))).program
    return replace(program, integer=np.zeros_like(program.integer))


def solved(program: Program) -> HighsRun:
    return run(hand_over(program, Options()), False)


def dual_value(program: Program, prices: Array) -> float:
    """What prices prove as a lower bound: b y, and each reduced cost at the bound that it pushes to."""
    reduced_cost = program.cost - program.matrix.T @ prices
    total = program.offset
    for worth, low, high in (
        (prices, program.row_lower, program.row_upper),
        (reduced_cost, program.column_lower, program.column_upper),
    ):
        pushed = np.where(worth > 0, low, high)
        felt = np.abs(worth) > 1e-9
        total += float(worth[felt] @ pushed[felt])
    return total


@pytest.mark.parametrize("changed", [(), ("risk={tail: 0.2, weight: 0}",), ("demand.motors.need=450 t/year",)], ids=str)
def test_what_is_left_has_the_optimum_values_and_prices_of_the_whole(changed: tuple[str, ...]) -> None:
    whole = relaxed(*changed)
    reduction = reduced(whole)
    assert reduction.program.matrix.nnz < whole.matrix.nnz
    found = solved(reduction.program)
    values = restored(reduction, found.values)
    assert found.row_prices is not None
    assert whole.cost @ values + whole.offset == pytest.approx(solved(whole).objective, rel=1e-9)
    sums = whole.matrix @ values
    assert (sums >= whole.row_lower - 1e-6).all()
    assert (sums <= whole.row_upper + 1e-6).all()
    prices = restored_prices(reduction, values, found.row_prices)
    assert dual_value(whole, prices) == pytest.approx(solved(whole).objective, rel=1e-8)


def test_rows_on_one_column_become_bounds_with_their_price() -> None:
    # minimise 2 x + y, x >= 3 by one row and >= 2 by another, x + y >= 5, y <= 1 by a row: x = 4, y = 1.
    matrix = sparse.csc_array(np.array([[1.0, 0], [2, 0], [1, 1], [0, 1]]))
    whole = Program(
        matrix,
        np.array([3.0, 4, 5, -FREE]),
        np.array([FREE, FREE, FREE, 1]),
        np.zeros(2),
        np.full(2, FREE),
        np.array([2.0, 1]),
        0.0,
        np.zeros(2, bool),
        {},
        {},
    )
    reduction = reduced(whole)
    assert reduction.rows.tolist() == [2]
    assert reduction.program.column_lower.tolist() == [3, 0]
    found = solved(reduction.program)
    values = restored(reduction, found.values)
    assert values == pytest.approx([4, 1])
    assert found.row_prices is not None
    # One more of the sum costs 2; one more of y saves 2 - 1.
    assert restored_prices(reduction, values, found.row_prices) == pytest.approx([0, 0, 2, -1])


def test_what_contradicts_itself_is_left_to_the_solver() -> None:
    matrix = sparse.csc_array(np.array([[1.0], [1.0]]))
    whole = Program(
        matrix,
        np.array([3.0, -FREE]),
        np.array([FREE, 2.0]),
        np.zeros(1),
        np.full(1, FREE),
        np.ones(1),
        0.0,
        np.zeros(1, bool),
        {},
        {},
    )
    assert solved(reduced(whole).program).status is Status.INFEASIBLE


def test_parts_together_are_the_whole() -> None:
    """Two materials that share only the cost of the node fall apart."""
    stated = {
        "horizon": {"start": "2027-01", "periods": 3},
        "materials": {"a": {}, "b": {}},
        "sites": {"plant": {"country": "Japan"}},
        "suppliers": {"maker": {"country": "Malaysia"}},
        "offers": {name: {"supplier": "maker", "material": name, "price": "5 USD/t"} for name in "ab"},
        "lanes": {"sea": {"where": {"supplier": "maker"}, "site": "plant"}},
        "demand": {
            name: {"site": "plant", "material": name, "need": need, "firm": True}
            for name, need in (("a", "10 t/month"), ("b", "3 t/month"))
        },
    }
    program = reduced(state(resolve(sourcing.load(stated))).program).program
    found = [part for part in parts(program) if len(part.rows)]
    assert len(found) == 2
    costs = [solved(picked(program, part.columns, part.rows)).objective for part in found]
    assert sorted(costs) == pytest.approx(sorted([5 * 10 * 3 / 1, 5 * 3 * 3]), rel=1e-9)
    assert sum(costs) + program.offset == pytest.approx(solved(program).objective, rel=1e-9)


@pytest.mark.parametrize("of", ["cost", "regret"])
def test_the_threshold_is_the_best_for_its_path_costs(of: str) -> None:
    stated = state(resolve(sourcing.load(EVERYTHING, (f"risk={{of: {of}, tail: 0.3, weight: 0.6}}",))))
    program = replace(stated.program, integer=np.zeros_like(stated.program.integer))
    best = solved(program)
    spoiled = best.values.copy()
    spoiled[program.columns["threshold"].ids] -= 100.0
    excess = program.columns["excess"].ids[0]
    spoiled[excess[excess >= 0]] += 100.0
    mended = exact_threshold(program, spoiled)
    assert program.cost @ spoiled > program.cost @ best.values
    assert program.cost @ mended == pytest.approx(program.cost @ best.values, rel=1e-9)
