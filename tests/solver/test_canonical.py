"""One plan of several alike: the same on every machine, in every order of rows and columns, in every unit."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import sourcing
from sourcing.calendar import Array
from sourcing.model.templates import Formulation
from sourcing.pipeline.formulated import Formulated, state
from sourcing.pipeline.source import prepare
from sourcing.solver.canonical import canonical, canonical_prices, without_noise
from sourcing.solver.highs import Options, hand_over, run
from sourcing.solver.layout import Block
from sourcing.solver.solution import Solution
from sourcing.solver.solver import Solver, solve
from sourcing.solver.stamp import Program
from sourcing.solver.warm_program import WarmProgram
from tests.building import small
from tests.checkout import EVERYTHING, EXAMPLES
from tests.independent.generator import scenario

NAMES = ("japan_heavy_rare_earths", "magnet_maker", "bayan_obo")
EXACT = Options(gap=1e-7)


def example(name: str) -> Formulated:
    return state(prepare(EXAMPLES / f"{name}.yaml"))


def lp(
    cost: list[float], rows: list[list[float]], least: list[float], upper: list[float], preference: list[float]
) -> Program:
    """min cost x subject to rows x >= least, 0 <= x <= upper."""
    count = len(cost)
    return Program(
        matrix=sparse.csc_array(np.array(rows)),
        row_lower=np.array(least),
        row_upper=np.full(len(least), np.inf),
        column_lower=np.zeros(count),
        column_upper=np.array(upper),
        cost=np.array(cost),
        offset=0.0,
        integer=np.zeros(count, bool),
        columns={},
        rows={},
        preference=np.array(preference),
        easing=np.array([1.0, 1.1, 1.2])[: len(least)],
    )


def optimum(program: Program) -> tuple[WarmProgram, Any]:
    warm = WarmProgram.of(program, Options())
    return warm, warm.run(program, None)


def test_of_two_sellers_at_one_price_the_preferred_one_delivers() -> None:
    """10 are needed, each seller has 8 at 5: 8 of the one with the smaller weight and 2 of the other, for 50."""
    for weights, expected in (([1.0, 1.3], [8.0, 2.0]), ([1.3, 1.0], [2.0, 8.0])):
        program = lp([5, 5], [[1, 1]], [10], [8, 8], weights)
        warm, best = optimum(program)
        found = canonical(warm, best, [program.preference])
        assert found.values.tolist() == pytest.approx(expected)
        assert found.objective == pytest.approx(50)


def test_a_further_objective_is_never_bought_with_the_first() -> None:
    """The seller who is preferred by far costs a thousandth more, and is not called."""
    program = lp([5, 5.005], [[1, 1]], [10], [20, 20], [1000.0, 1.0])
    warm, best = optimum(program)
    assert canonical(warm, best, [program.preference]).values.tolist() == pytest.approx([10, 0])


def test_objectives_are_met_one_after_the_other() -> None:
    """Of three alike the second objective rules one out, the third chooses among the other two."""
    program = lp([5, 5, 5], [[1, 1, 1]], [10], [20, 20, 20], [3.0, 2.0, 1.0])
    warm, best = optimum(program)
    found = canonical(warm, best, [np.array([0.0, 0.0, 1.0]), program.preference])
    assert found.values.tolist() == pytest.approx([0, 10, 0])


def test_of_many_prices_those_are_told_at_which_all_limits_are_eased_together() -> None:
    """min 3x with x >= 4 twice over: any y1 + y2 = 3 is right. Eased by 1.0 and 1.1 both at once, x falls by 1.0, the
    smaller step, so that the whole price lies on the first row."""
    program = lp([3], [[1], [1]], [4, 4], [100], [1.0])
    warm, best = optimum(program)
    found = canonical_prices(warm, program, best)
    assert found.row_prices is not None
    assert found.row_prices.tolist() == pytest.approx([3, 0])


def test_a_price_that_is_one_stays_what_it_is() -> None:
    program = lp([3, 7], [[1, 0], [0, 1]], [4, 5], [100, 100], [1.0, 1.0])
    warm, best = optimum(program)
    assert canonical_prices(warm, program, best).row_prices.tolist() == pytest.approx([3, 7])  # type: ignore[union-attr]


def test_noise_of_the_solver_does_not_decide_how_a_half_is_rounded() -> None:
    found = without_noise(np.array([5.774999999999999, 5.775000000001, -2e-10, 1234567.8912345678, -0.125]))
    assert found.tolist() == [5.775, 5.775, 0.0, 1234567.891, -0.125]


# The same in every order, with every seed


def shuffled(program: Program, seed: int) -> Program:
    """The program with rows and columns in another order."""
    chance = np.random.default_rng(seed)
    rows, columns = (chance.permutation(size) for size in program.matrix.shape)
    new_row, new_column = np.argsort(rows), np.argsort(columns)

    def moved(blocks: dict[str, Block], place: Array) -> dict[str, Block]:
        last = np.append(place, -1)
        return {name: Block(block.keys, last[block.ids]) for name, block in blocks.items()}

    return replace(
        program,
        matrix=sparse.csc_array(program.matrix[:, columns][rows]),
        row_lower=program.row_lower[rows],
        row_upper=program.row_upper[rows],
        column_lower=program.column_lower[columns],
        column_upper=program.column_upper[columns],
        cost=program.cost[columns],
        integer=program.integer[columns],
        columns=moved(program.columns, new_column),
        rows=moved(program.rows, new_row),
        preference=program.preference[columns],
        easing=program.easing[rows],
    )


def differences(one: Solution, other: Solution, formulation: Formulation) -> list[str]:
    """Decisions and prices that are not equal within a millionth.

    Which of three suppliers that are used count as the two that a rule wants, which price break is open for an order of
    nothing, and whether a need that is served counts as failed, is in no table and costs nothing.
    """
    own = [name for part in (formulation.now, formulation.node) for name, c in part.columns.items() if c.terms is None]
    shown = [name for name in own if name not in ("supplier_counted", "tier_chosen", "need_failed")]
    found = [name for name in shown if not np.allclose(one.values[name], other.values[name], rtol=1e-6, atol=1e-6)]
    assert one.row_prices is not None
    assert other.row_prices is not None
    for name, price in one.row_prices.items():
        if not np.allclose(price, other.row_prices[name], rtol=1e-6, atol=1e-8, equal_nan=True):
            found.append(f"price of {name}")
    return found


@pytest.mark.parametrize(("name", "seed"), [("everything", 1), ("everything", 2), *((name, 1) for name in NAMES)])
def test_rows_and_columns_in_another_order_give_the_same_plan(name: str, seed: int) -> None:
    one = state(prepare(EVERYTHING)) if name == "everything" else example(name)
    straight = solve(one.formulation, one.program, EXACT)
    mixed = solve(one.formulation, shuffled(one.program, seed), EXACT)
    assert differences(straight, mixed, one.formulation) == []


@pytest.mark.parametrize("name", NAMES[:2])
@pytest.mark.parametrize("options", [Options(seed=7), Options(threads=2)])
def test_another_seed_and_two_threads_give_the_same_plan(name: str, options: Options) -> None:
    one = example(name)
    straight = solve(one.formulation, one.program, replace(options, seed=0, threads=1))
    assert differences(straight, solve(one.formulation, one.program, options), one.formulation) == []


def test_what_was_solved_before_leaves_no_trace() -> None:
    """A solver that comes from another price finds the plan and the prices of a new one."""
    kept, path = Solver(EXACT), [EVERYTHING, EVERYTHING]
    other = state(prepare(path[0], ("offers.'south dy'.price=400 USD/kg",)))
    kept.solve(other.formulation, other.program)
    one = state(prepare(path[1]))
    found = kept.solve(one.formulation, one.program)
    assert differences(solve(one.formulation, one.program, EXACT), found, one.formulation) == []


# Units ---------------------------------------------------------------------------------------------------------------


def alike(unit: str, currency: str) -> dict[str, Any]:
    """Two sellers alike and a dear one, a ban in one future; amounts stated in t and kg, prices in USD."""
    return small(
        6,
        title="alike",
        currency=currency,
        rates={"JPY": 0.0066} if currency == "USD" else {"USD": 1 / 0.0066},
        materials={"oxide": {"unit": unit}},
        site="works",
        suppliers={"one": "China", "two": "China", "far": "Chile"},
        offers={
            "a": {"supplier": "one", "price": "300 USD/kg", "nameplate": "7 t/month", "licensable": "6 t/month"},
            "b": {"supplier": "two", "price": "300 USD/kg", "nameplate": "7 t/month", "licensable": "6 t/month"},
            "c": {"supplier": "far", "price": "500 USD/kg", "nameplate": "3 t/month", "to_border": "1 month"},
        },
        lanes={"sea": {"where": {"material": "oxide"}, "site": "works"}},
        stock={"oxide": {"holding": "12 USD/kg/year"}},
        opening_stock={"oxide": {"quantity": "3 t"}},
        demand={"magnets": {"need": "9 t/month", "shortage": {"lost": {"cost": "2000 USD/kg"}}}},
        futures={
            "calm": {"probability": 0.7},
            "ban": {
                "probability": 0.3,
                "restrictions": {"ban": {"where": {"origin": "China"}, "from": "2027-04", "approval": 0.2}},
            },
        },
        risk={"tail": 0.2, "weight": 0.3},
    )


def amounts(plan: sourcing.Plan, unit: str) -> pd.DataFrame:
    orders = plan.orders[["offer", "future", "period", "quantity"]].copy()
    orders["quantity"] *= 1.0 if unit == "t" else 1e-3
    return orders.reset_index(drop=True)


@pytest.mark.parametrize(("unit", "currency"), [("kg", "USD"), ("t", "JPY"), ("kg", "JPY")])
def test_kilograms_and_yen_change_no_order(unit: str, currency: str) -> None:
    one, other = sourcing.solve(alike("t", "USD"), gap=1e-7), sourcing.solve(alike(unit, currency), gap=1e-7)
    pd.testing.assert_frame_equal(amounts(one, "t"), amounts(other, unit), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("seed", range(9000, 9012))
def test_random_scenarios_in_another_order_give_the_same_plan(seed: int) -> None:
    one = state(prepare(scenario(seed)))
    straight, mixed = (solve(one.formulation, program, EXACT) for program in (one.program, shuffled(one.program, seed)))
    assert differences(straight, mixed, one.formulation) == []


def test_the_plan_costs_what_the_first_optimum_costs() -> None:
    one = example("magnet_maker")
    found = solve(one.formulation, one.program, EXACT)
    whole = run(hand_over(one.program, Options(gap=1e-9)), True)
    assert found.objective == pytest.approx(whole.objective, rel=2e-7)
