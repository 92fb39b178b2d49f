"""The tree: futures share a node while all they have shown is equal."""

import numpy as np
import pytest

from sourcing.futures.tree import Tree, draw, grow


def tree(*signals: str, probability: tuple[float, ...] | None = None) -> Tree:
    """Futures a, b, c ... from one letter of signal per period."""
    weights = probability or (1 / len(signals),) * len(signals)
    return grow([list(shown) for shown in signals], weights, [chr(97 + number) for number in range(len(signals))])


def test_futures_part_when_their_signals_do_and_never_meet_again() -> None:
    """a and b part in period 3 and show the same in period 4: what was seen is not forgotten. c parts in period 2."""
    found = tree("xxxx", "xxyx", "xzxx", probability=(0.5, 0.3, 0.2))
    assert found.node_of.tolist() == [[0, 1, 3, 6], [0, 1, 4, 7], [0, 2, 5, 8]]
    assert found.parent.tolist() == [-1, 0, 0, 1, 1, 2, 3, 4, 5]
    assert found.period.tolist() == [0, 1, 1, 2, 2, 2, 3, 3, 3]
    assert found.probability == pytest.approx([1, 0.8, 0.2, 0.5, 0.3, 0.2, 0.5, 0.3, 0.2])
    assert found.leaf.nonzero()[0].tolist() == [6, 7, 8]
    assert found.futures_of(1) == ("a", "b")


def test_one_future_is_a_line() -> None:
    found = tree("xyxy")
    assert found.parent.tolist() == [-1, 0, 1, 2]
    assert found.path.tolist() == [[0, -1, -1, -1], [0, 1, -1, -1], [0, 1, 2, -1], [0, 1, 2, 3]]


def test_there_is_one_root_and_what_it_showed_counts_from_the_second_period_on() -> None:
    """Futures that differ in period 1 alone share it, and are apart from period 2 on."""
    found = tree("xzz", "yzz")
    assert found.node_of.tolist() == [[0, 1, 3], [0, 2, 4]]


def test_futures_that_never_differ_share_every_node() -> None:
    found = tree("xyz", "xyz", probability=(0.9, 0.1))
    assert found.nodes == 3
    assert found.probability == pytest.approx([1, 1, 1])


def test_probability_flows_down_the_tree() -> None:
    """On random signals: each node has what its children have, and every path has length and order."""
    rng = np.random.default_rng(7)
    weights = rng.dirichlet(np.ones(12))
    found = grow(rng.integers(0, 2, (12, 6)).tolist(), weights, [f"f{number}" for number in range(12)])
    children = np.bincount(found.parent[1:], found.probability[1:], found.nodes)
    assert children[~found.leaf] == pytest.approx(found.probability[~found.leaf])
    assert (found.parent[1:] < np.arange(1, found.nodes)).all()
    assert (found.path[np.arange(found.nodes), found.period] == np.arange(found.nodes)).all()


def test_data_of_a_node_are_the_probability_weighted_mean_of_its_futures() -> None:
    """0.75 x 4 + 0.25 x 8 = 5 while they share a node; infinite where one is; 0 of one future counts as 0."""
    found = tree("xxy", "xxz", probability=(0.75, 0.25))
    values = np.array([[[4, 4, 4], [1, np.inf, 0]], [[8, 8, 8], [1, 2, 2]]])  # futures, things, periods
    assert found.mean(values).tolist() == [[5, 5, 4, 8], [1, np.inf, 0, 2]]
    assert found.spread(values[:, :1]).tolist() == [[4, 4, 0, 0]]


def test_the_mean_of_equal_numbers_is_that_number() -> None:
    """To the last digit: an approval of 1 in every future is no restriction, and 1 - 1e-16 would be one."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        found = grow([["x"] * 3] * 6, rng.dirichlet(np.ones(6)), list("abcdef"))
        assert found.mean(np.ones((6, 1, 3))).tolist() == [[1, 1, 1]]


def test_it_draws_itself_where_futures_part() -> None:
    found = tree("xxy", "xxz", probability=(0.7, 0.3))
    assert draw(found, ["2027-01", "2027-02", "2027-03"]) == [
        "2 futures, 4 nodes",
        "2027-01: a, b",
        "2027-03: a (70 %) | b (30 %)",
    ]
