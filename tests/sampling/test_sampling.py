"""The arithmetic of random futures, against what can be worked out another way."""

import itertools

import numpy as np
import pytest

from sourcing.sampling import regime_chain as chains
from sourcing.sampling.quasi_random import points
from sourcing.sampling.reduction import nodes_of, ranked, weights

THREE = np.array([[0.0, 0.06, 0.02], [0.02, 0.0, 0.01], [0.10, 0.05, 0.0]])


def chain(leave: np.ndarray, periods: int, **parts: object) -> chains.RegimeChain:
    states = len(leave)
    whole = {
        "period": np.arange(periods),
        "initial": np.eye(states)[0],
        "leave": leave,
        "stay": np.ones(states, int),
        "since": 0,
        "decisions": (),
        **parts,
    }
    return chains.RegimeChain(**whole)  # type: ignore[arg-type]


# Points ---------------------------------------------------------------------------------------------------------------


def test_points_fill_the_cube_evenly() -> None:
    """Of 64 points of the sequence each of 64 intervals holds one, in every dimension: a net in base 2."""
    found = points(64, 5, seed=3)
    for dimension in range(5):
        assert np.bincount((found[:, dimension] * 64).astype(int), minlength=64).tolist() == [1] * 64


def test_the_first_points_are_those_of_the_longer_sequence() -> None:
    assert points(5, 3, seed=1).tolist() == points(8, 3, seed=1)[:5].tolist()
    assert points(7, 0, seed=1).shape == (7, 0)


# The chain ------------------------------------------------------------------------------------------------------------


def test_shares_of_the_states_are_those_of_the_powers_of_the_matrix() -> None:
    """p_t = p_0 P^t; 4096 points of Sobol come within 1 %."""
    paths = chains.sample(chain(THREE, 18), points(4096, 18, seed=1))
    matrix = THREE + np.diag(1 - THREE.sum(axis=1))
    for time in range(18):
        shares = np.bincount(paths[:, time], minlength=3) / len(paths)
        assert shares == pytest.approx(np.linalg.matrix_power(matrix, time)[0], abs=0.01)


def test_stays_have_the_length_of_geometric_ones_after_the_shortest() -> None:
    """Left with 0.25 a month from the fourth on: a stay lasts 3 + 3 months more on average, 1 / 0.25 - 1 more."""
    leave = np.array([[0.0, 0.25], [0.0, 0.0]])
    paths = chains.sample(chain(leave, 80, stay=np.array([4, 1])), points(2048, 80, seed=1))
    lengths = (paths == 0).sum(axis=1)
    assert lengths.min() == 4
    assert lengths.mean() == pytest.approx(4 + 3, rel=0.01)


def test_a_decision_confirms_or_changes_and_begins_a_stay() -> None:
    """Decided in month 2 with 0.4; whoever stays cannot leave for three months more."""
    decision = chains.DecisionStep(2, np.array([True, False]), np.array([[0.6, 0.4], [0.0, 0.0]]))
    leave = np.array([[0.0, 1.0], [0.0, 0.0]])
    paths = chains.sample(chain(leave, 8, stay=np.array([3, 1]), decisions=(decision,)), points(1024, 8, seed=1))
    assert (paths[:, 2] == 1).mean() == pytest.approx(0.4, abs=0.002)
    assert {tuple(path) for path in paths.tolist()} == {(0, 0, 1, 1, 1, 1, 1, 1), (0, 0, 0, 0, 0, 1, 1, 1)}


def test_longer_periods_leave_as_often_as_the_months_in_them() -> None:
    """1 - 0.92^3 in a quarter, 6 of 8 parts to the second state."""
    quarter = chains.per_period(THREE, 3.0)[0]
    assert quarter == pytest.approx([0, (1 - 0.92**3) * 0.75, (1 - 0.92**3) * 0.25])
    assert chains.per_period(THREE, 1.0) == pytest.approx(THREE)


# Reduction ------------------------------------------------------------------------------------------------------------


def distance(features: np.ndarray, probability: np.ndarray, kept: tuple[int, ...]) -> float:
    """What a choice leaves: each future goes to the nearest one kept."""
    return sum(p * min(np.abs(x - features[j]).sum() for j in kept) for x, p in zip(features, probability, strict=True))


def keep(count: int):
    return lambda order, left: len(order) >= count


def test_one_future_is_the_median_and_is_the_best() -> None:
    """On a line 0, 1, 2, 10 with equal odds: 1 or 2 leave 11 / 4; the first of equals is taken."""
    features, probability = np.array([[0.0], [1.0], [2.0], [10.0]]), np.full(4, 0.25)
    ranking = ranked(features, probability, keep(1))
    assert ranking.order.tolist() == [1]
    assert ranking.left.tolist() == [11 / 4]


def test_what_is_left_is_the_distance_and_near_the_best_choice_there_is() -> None:
    """Ten futures, twenty times, all choices of three tried: 5 % more than the best on average, 25 % at worst."""
    ratios = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        features, probability = random.normal(size=(10, 4)), random.dirichlet(np.ones(10))
        ranking = ranked(features, probability, keep(3))
        best = min(distance(features, probability, kept) for kept in itertools.combinations(range(10), 3))
        assert ranking.left[-1] == pytest.approx(distance(features, probability, tuple(ranking.order)))
        ratios.append(ranking.left[-1] / best)
    assert min(ratios) >= 1 - 1e-12
    assert np.mean(ratios) < 1.05
    assert max(ratios) < 1.25


def test_weights_go_to_the_nearest_and_sum_to_one() -> None:
    features, probability = np.array([[0.0], [1.0], [9.0], [10.0]]), np.array([0.4, 0.3, 0.2, 0.1])
    rows, odds = weights(ranked(features, probability, keep(2)), probability)
    assert rows.tolist() == [1, 2]
    assert odds == pytest.approx([0.7, 0.3])


def test_all_kept_leave_nothing_and_equal_ones_are_enough() -> None:
    features = np.array([[0.0], [1.0], [1.0], [0.0]])
    ranking = ranked(features, np.full(4, 0.25), lambda order, left: False)
    assert sorted(ranking.order.tolist()) == [0, 1]
    assert ranking.left[-1] == 0


def test_nodes_of_a_tree_are_its_different_beginnings() -> None:
    """Root; a, b; aa, ab, ba: whatever is shown in the first period it is one node."""
    assert nodes_of([("x", "a", "a"), ("x", "a", "b"), ("y", "b", "a")]) == 1 + 3 - 1 + 3
