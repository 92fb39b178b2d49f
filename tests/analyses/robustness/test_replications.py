"""Replications: what the best plan costs at least, where the true optimum is known because all futures are listed."""

import functools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sourcing.analyses.case_solver import CaseSolver, UnprovenPlans
from sourcing.analyses.robustness.replications import OptimalityGap, Replica, ReplicaResult, improvable, replicated
from sourcing.analyses.robustness.rolling_planner import alone, loosened, ready
from sourcing.case import Case
from sourcing.case.attitude import neutral
from sourcing.pipeline.source import prepare
from tests.analyses.robustness.test_rolling_planner import BAN, EXACT, SCENARIO

# A ban begins with 20 % a month and holds: in February to May with 0.2 x 0.8^k, or in none of them with 0.8^4.
MONTHS = 5
REST: dict[str, Any] = {**SCENARIO, "horizon": {"start": "2027-01", "periods": MONTHS}}
CHAIN = {
    "states": {"calm": {}, "ban": {"restrictions": {"ban": BAN}}},
    "initial": "calm",
    "transitions": {"calm": {"ban": "20 %/month"}},
}
DRAWN = {key: part for key, part in REST.items() if key != "futures"} | {
    "regimes": CHAIN,
    "sample": {"count": 64, "seed": 1, "keep": 3},
}
LISTED = REST | {
    "futures": {"calm": {"probability": 0.8 ** (MONTHS - 1)}}
    | {
        f"ban {month}": {
            "probability": 0.2 * 0.8 ** (month - 2),
            "restrictions": {"ban": {**BAN, "from": f"2027-0{month}"}},
        }
        for month in range(2, MONTHS + 1)
    }
}


def best(task: Replica) -> ReplicaResult:
    return replicated(task, UnprovenPlans())


@functools.cache
def listed() -> tuple[float, float]:
    """The true optimum, and what is paid on average when each future is known."""
    case = ready(prepare(LISTED))
    known = [future.probability * CaseSolver(EXACT).of(alone(case, future)).cost for future in case.futures]
    return CaseSolver(EXACT).at(case).cost, sum(known)


@functools.cache
def made() -> Case:
    return ready(prepare(DRAWN))


@functools.cache
def many(futures: int, count: int) -> tuple[ReplicaResult, ...]:
    return tuple(best(Replica(made(), EXACT, futures, 5, number)) for number in range(1, count + 1))


def above(found: tuple[ReplicaResult, ...]) -> tuple[float, float]:
    """Mean of the bounds above foresight in the same futures, and its standard error."""
    apart = np.array([one.bound - one.known for one in found])
    return float(apart.mean()), float(apart.std(ddof=1) / np.sqrt(len(apart)))


def test_the_mean_is_below_the_true_optimum_and_above_foresight() -> None:
    optimum, wait = listed()
    mean, error = above(many(20, 12))
    assert optimum - wait > 0.01 * wait  # else there is nothing to bound
    assert 0 < mean <= optimum - wait + 2 * error
    assert mean >= (optimum - wait) / 2  # and it bounds


def test_of_few_futures_the_best_plan_knows_too_much() -> None:
    """The bound is the lower the fewer are drawn (Mak, Morton and Wood 1999, theorem 2); of one it is foresight."""
    one, four, twenty = (above(many(futures, 12))[0] for futures in (1, 4, 20))
    assert one == pytest.approx(0, abs=listed()[1] * 1e-6)
    assert one < four < twenty


def test_foresight_in_its_futures_is_right_on_average() -> None:
    wait, known = listed()[1], np.array([one.known for one in many(20, 12)])
    assert abs(known.mean() - wait) <= 3 * known.std(ddof=1) / np.sqrt(12)


def test_each_draw_is_another_and_the_same_again() -> None:
    first = many(20, 12)
    assert len({one.known for one in first}) > 6
    assert best(Replica(made(), EXACT, 20, 5, 1)) == first[0]
    assert best(Replica(made(), EXACT, 20, 6, 1)).known != first[0].known


def test_weights_of_the_worst_and_rules_are_left_aside() -> None:
    cautious = ready(prepare({**DRAWN, "risk": {"tail": 0.1, "weight": 0.9}}))
    assert best(Replica(cautious, EXACT, 20, 5, 1)).cost == pytest.approx(many(20, 12)[0].cost, rel=1e-6)
    capped = {"cap": {"share": {"of": {"supplier": "b"}, "at_most": "20 %"}}}
    ruled = ready(prepare({**DRAWN, "rules": capped}))
    assert best(Replica(ruled, EXACT, 20, 5, 1)).cost == pytest.approx(many(20, 12)[0].cost, rel=1e-6)
    with_rules = replace(neutral(ruled), futures=made().futures)
    assert (
        CaseSolver(EXACT).at(with_rules).cost > CaseSolver(EXACT).at(loosened(with_rules)).cost * 1.001
    )  # that rule costs


def test_the_gap_of_equal_means_is_no_gap_and_its_end_is_that_of_student() -> None:
    """Deviation 1 of each, three of each, t(0.975, 2) = 4.3027: 2 x 4.3027 / sqrt(3)."""
    values = np.array([1.0, 2.0, 3.0])
    assert improvable(values, values) == OptimalityGap(0.0, pytest.approx(2 * 4.30265 / np.sqrt(3), rel=1e-5))


def test_the_interval_holds_the_true_gap_nearly_always() -> None:
    """Normal samples whose means differ by 1: in at least 95 of 100 draws the end lies above 1."""
    random = np.random.default_rng(1)
    ends = [improvable(random.normal(3, 1, 50), random.normal(2, 1, 5)).at_most for _ in range(400)]
    assert np.mean(np.array(ends) >= 1) >= 0.95
