"""HiGHS: stopped early it keeps what it has; a changed program needs no new start."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

import sourcing
from sourcing.case import resolve
from sourcing.errors import SolveError
from sourcing.pipeline.formulated import state
from sourcing.solver.highs import Options, Progress, Status, hand_over, run
from sourcing.solver.program_update import update
from sourcing.solver.stamp import Program
from tests.checkout import EVERYTHING


def program(*overrides: str) -> Program:
    return state(resolve(sourcing.load(EVERYTHING, overrides))).program


def knapsack(columns: int = 120, rows: int = 20) -> Program:
    """Many alike choices: a plan is found at once, proving the best takes far longer than any test."""
    rng = np.random.default_rng(1)
    matrix = rng.integers(5, 100, (rows, columns)).astype(float)
    return Program(
        matrix=sparse.csc_array(matrix),
        row_lower=np.full(rows, -np.inf),
        row_upper=matrix.sum(axis=1) / 2,
        column_lower=np.zeros(columns),
        column_upper=np.ones(columns),
        cost=-(matrix.mean(axis=0) + rng.integers(0, 10, columns)),
        offset=0.0,
        integer=np.ones(columns, bool),
        columns={},
        rows={},
    )


def test_a_time_limit_keeps_the_best_found_with_its_bound() -> None:
    hard = knapsack()
    found = run(hand_over(hard, Options(gap=0.0, time_limit=1.0)), True)
    assert (found.status, found.reason) == (Status.FEASIBLE, "time limit")
    assert (hard.matrix @ found.values <= hard.row_upper + 1e-6).all()
    assert hard.cost @ found.values == pytest.approx(found.objective)
    assert found.bound < found.objective
    assert found.gap == pytest.approx((found.objective - found.bound) / abs(found.objective))


def test_a_watch_sees_progress_and_stops_the_run() -> None:
    seen: list[Progress] = []

    def enough(progress: Progress) -> bool:
        seen.append(progress)
        return bool(np.isfinite(progress.incumbent))

    found = run(hand_over(knapsack(), Options(gap=0.0, time_limit=20)), True, enough)
    assert (found.status, found.reason) == (Status.FEASIBLE, "interrupted")
    assert found.bound < found.objective <= seen[-1].incumbent + 1e-6
    assert found.seconds < 10


def test_an_interrupted_plan_is_marked_feasible_with_its_bound() -> None:
    best = sourcing.solve(EVERYTHING, gap=1e-9)
    plan = sourcing.solve(EVERYTHING, gap=1e-9, watch=lambda progress: bool(np.isfinite(progress.incumbent)))
    assert (plan.status, plan.reason) == ("feasible", "interrupted")
    assert plan.bound <= best.cost * (1 + 1e-9) <= plan.cost * (1 + 2e-9)
    assert plan.gap == pytest.approx((plan.cost - plan.bound) / plan.cost)
    assert any("not proven best" in sentence for sentence in plan.unkept)


@pytest.mark.parametrize("how", [{"time_limit": 1e-6}, {"watch": lambda progress: True}], ids=["no time", "stopped"])
@pytest.mark.parametrize("integers", [(), ("offers.'lots dy'=null",)], ids=["as written", "fewer integers"])
def test_no_plan_at_all_is_an_error_that_says_why(how: dict, integers: tuple[str, ...]) -> None:
    with pytest.raises(SolveError, match="no plan was found before the end"):
        sourcing.solve(EVERYTHING, overrides=integers, **how)


SAME_SHAPE = {
    "costs": ("offers.'mine dy'.price=650 USD/kg", "demand.motors.shortage.stop.cost=9000 USD/kg"),
    "right-hand sides": ("demand.motors.need=450 t/year", "offers.'south dy'.licensable=20 t/month"),
    "bounds": ("stock.dy.storage=46 t",),
    "coefficients": (
        "offers.'lynas dy'.yield=90 %",
        "contracts.'lynas long'.volume={at_least: 3 t/month, at_most: 7 t/month}",
    ),
    "risk": ("risk={tail: 0.2, weight: 0.7}",),
    "probabilities": ("futures.ban.probability=0.4", "futures.'as now'.probability=0.4"),
    "everything": (
        "discount=8 %/year",
        "offers.'mine dy'.minimum_order=3 t",
        "stock.dy.storage=60 t",
        "demand.motors.need=450 t/year",
    ),
}


def relaxed(whole: Program) -> Program:
    return replace(whole, integer=np.zeros_like(whole.integer))


@pytest.mark.parametrize("changed", SAME_SHAPE.values(), ids=SAME_SHAPE.keys())
def test_update_pushes_what_changed_and_finds_the_optimum_of_a_cold_start(changed: tuple[str, ...]) -> None:
    """As many columns, rows and entries: in place, from the basis there is. The relaxation, there and back again."""
    first, second = relaxed(program()), relaxed(program(*changed))
    highs = hand_over(first, Options())
    before = run(highs, False).objective
    assert update(highs, first, second)
    cold = run(hand_over(second, Options()), False).objective
    assert run(highs, False).objective == pytest.approx(cold, rel=1e-9)
    assert cold != pytest.approx(before, rel=1e-9)
    assert update(highs, second, first)
    assert run(highs, False).objective == pytest.approx(before, rel=1e-9)


def test_update_leaves_the_instance_with_exactly_the_next_program() -> None:
    first, second = program(), program(*SAME_SHAPE["everything"])
    highs = hand_over(first, Options())
    assert update(highs, first, second)
    held = highs.getLp()
    assert np.array_equal(held.col_cost_, second.cost)
    assert np.array_equal(held.col_lower_, second.column_lower)
    assert np.array_equal(held.col_upper_, second.column_upper)
    assert np.array_equal(held.row_lower_, second.row_lower)
    assert np.array_equal(held.row_upper_, second.row_upper)
    assert np.array_equal(held.a_matrix_.value_, second.matrix.data)
    assert held.offset_ == second.offset


@pytest.mark.parametrize("changed", [("horizon.periods=5",), ("futures.ban.restrictions.ban.seizes=false",)])
def test_update_passes_anew_when_the_sparsity_differs(changed: tuple[str, ...]) -> None:
    first, second = relaxed(program()), relaxed(program(*changed))
    highs = hand_over(first, Options())
    run(highs, False)
    assert not update(highs, first, second)
    cold = run(hand_over(second, Options()), False).objective
    assert run(highs, False).objective == pytest.approx(cold, rel=1e-9)
