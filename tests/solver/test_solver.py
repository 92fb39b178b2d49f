"""The solver: relaxation, rounding, search; and one that is kept between programs."""

import numpy as np
import pytest

import sourcing
from sourcing.case import resolve
from sourcing.pipeline.formulated import Formulated, state
from sourcing.solver.highs import HighsRun, Options, Progress, Status, hand_over, run
from sourcing.solver.rounding import Trials, best_near
from sourcing.solver.solution import fixed, without_integers
from sourcing.solver.solver import Solver, solve
from tests.checkout import EVERYTHING


def stated(*overrides: str) -> Formulated:
    return state(resolve(sourcing.load(EVERYTHING, overrides)))


def test_the_bound_and_the_plan_are_those_of_the_whole_search() -> None:
    one = stated()
    found = solve(one.formulation, one.program, Options(gap=1e-7))
    whole = run(hand_over(one.program, Options(gap=1e-9)), True)
    assert found.objective == pytest.approx(whole.objective, rel=1e-7)
    assert found.bound <= whole.objective * (1 + 1e-9)


def test_a_wide_gap_is_met_without_a_search_and_proven_by_the_relaxation() -> None:
    one = stated()
    relaxed = run(hand_over(without_integers(one.program), Options()), False)
    found = solve(one.formulation, one.program, Options(gap=1.0))
    assert found.bound == pytest.approx(relaxed.objective)
    assert relaxed.objective <= found.objective
    assert found.gap == pytest.approx((found.objective - found.bound) / found.objective)


def test_a_kept_solver_finds_what_a_new_one_finds() -> None:
    """Along a path of prices, there and back; the numbers of the matrix change with the size."""
    kept = Solver(Options(gap=1e-6))
    prices = [f"offers.'south dy'.price={price} USD/kg" for price in (290, 900, 300)]
    for change in (*prices, "size=0.5", prices[0]):
        one = stated(change)
        assert kept.solve(one.formulation, one.program).objective == pytest.approx(
            solve(one.formulation, one.program, Options(gap=1e-6)).objective, rel=2e-6
        )


def test_interrupted_before_anything_is_found_there_is_no_plan_and_after_it_the_best() -> None:
    one, seen = stated(), []

    def stop_when_there_is_a_plan(progress: Progress) -> bool:
        seen.append(progress)
        return bool(np.isfinite(progress.incumbent))

    found = solve(one.formulation, one.program, Options(gap=0.0), stop_when_there_is_a_plan)
    assert found.status in (Status.FEASIBLE, Status.OPTIMAL)
    assert found.objective >= found.bound - 1e-9 * abs(found.bound)
    assert np.isfinite(seen[-1].incumbent)


def test_roundings_and_one_neighbour_after_the_other() -> None:
    """min 3a + 2b + 2c with a + b >= 1 and a + c >= 1; the relaxation is all halves at 3.5, rounded up it costs 7.

    One after the other: without a 4, and then no further one can go.
    """
    cost = np.array([3.0, 2.0, 2.0])

    def trial(decided: np.ndarray) -> HighsRun:
        a, b, c = decided
        status = Status.OPTIMAL if a + b >= 1 and a + c >= 1 else Status.INFEASIBLE
        return HighsRun(status, "", decided, None, float(cost @ decided), 0.0, 0.0, 0.5, 10)

    trials = Trials(trial, np.arange(3), goal=0.0)
    best = best_near(np.array([0.5, 0.5, 0.5]), [], trials)
    assert best is not None
    assert best[1].objective == 4.0  # b and c; 3 (a alone) is two changes away
    assert best_near(np.array([0.5, 0.5, 0.5]), [np.array([1.0, 0.0, 0.0])], trials)[1].objective == 3.0  # type: ignore[index]
    few = Trials(trial, np.arange(3), goal=7.0, most=2)  # two roundings, and no neighbour
    assert best_near(np.array([0.5, 0.5, 0.5]), [], few)[1].objective == 7.0  # type: ignore[index]


@pytest.mark.parametrize(("goal", "cost"), [(3.0, 3.0), (2.5, 2.0)])
def test_a_yes_for_a_no_where_single_ones_are_not_good_enough(goal: float, cost: float) -> None:
    """min 2a + 3b with a + b >= 1: without a it costs 3, and b cannot go any more; a for b costs 2."""

    def trial(decided: np.ndarray) -> HighsRun:
        status = Status.OPTIMAL if decided.sum() >= 1 else Status.INFEASIBLE
        return HighsRun(status, "", decided, None, float(np.array([2.0, 3.0]) @ decided), 0.0, 0.0, 0.5, 10)

    best = best_near(np.array([0.5, 0.5]), [], Trials(trial, np.arange(2), goal=goal))
    assert best is not None
    assert best[1].objective == cost


def test_what_is_proven_to_cost_no_less_is_not_solved() -> None:
    """min 3a + 2b + 2c without rows: the reduced costs of the first tell what all others cost, of which one is best."""
    cost, solved = np.array([3.0, 2.0, 2.0]), []

    def trial(decided: np.ndarray) -> HighsRun:
        solved.append(decided.tolist())
        return HighsRun(Status.OPTIMAL, "", decided, None, float(cost @ decided), 0.0, 0.0, 0.5, 10, cost)

    known = [np.array(one, float) for one in ([0, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 0], [1, 1, 1])]
    best = best_near(np.array([0.5, 0.5, 0.5]), known, Trials(trial, np.arange(3), goal=0.0))
    assert best is not None
    assert (best[1].objective, solved) == (0.0, [[0, 1, 0], [0, 0, 0]])


def test_fixed_columns_keep_their_values() -> None:
    program = stated().program
    which = np.array([0, 3])
    held = fixed(program, which, np.array([1.0, 2.0]))
    assert held.column_lower[which].tolist() == held.column_upper[which].tolist() == [1.0, 2.0]


def test_what_is_fixed_stays_fixed_whatever_was_good_before() -> None:
    """Each yes-or-no decision of the best plan turned over, in turn, costs at least as much and is kept."""
    one, kept = stated(), Solver(Options(gap=1e-6))
    best = kept.solve(one.formulation, one.program)
    ids = one.program.columns["contract_signed"].ids[:, 0]
    for row, column in enumerate(ids):
        other = 1 - round(float(best.values["contract_signed"][row, 0]))
        if not one.program.column_lower[column] <= other <= one.program.column_upper[column]:
            continue
        turned = fixed(one.program, np.array([column]), np.array([float(other)]))
        found, alone = kept.solve(one.formulation, turned), solve(one.formulation, turned, Options(gap=1e-6))
        assert found.values["contract_signed"][row, 0] == pytest.approx(other, abs=1e-6)
        assert found.objective == pytest.approx(alone.objective, rel=2e-6)
