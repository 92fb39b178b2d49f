"""Decisions of one solve, held in another."""

import numpy as np
import pytest
from scipy import sparse

from sourcing.solver.highs import Options, Status, hand_over, run
from sourcing.solver.solution import fixed, pinned, without_integers
from sourcing.solver.stamp import Program

LIMIT = 260.27
OVER = LIMIT * (1 + 1e-9)  # 2.6e-7 beyond the limit, as an order of a plan may be; HiGHS allows 1e-7


def program() -> Program:
    """An order of at most 260.27 and a yes-or-no, at no cost; the row alone limits the order."""
    return Program(
        matrix=sparse.csc_array(np.array([[1.0, 0.0]])),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([LIMIT]),
        column_lower=np.zeros(2),
        column_upper=np.array([np.inf, 1.0]),
        cost=np.array([1.0, 1.0]),
        offset=0.0,
        integer=np.array([False, True]),
        columns={},
        rows={},
    )


BOTH = np.array([0, 1])


def test_an_order_at_its_limit_can_be_held_where_it_cannot_be_fixed() -> None:
    values, relaxed = np.array([OVER, 1.0]), without_integers(program())
    assert run(hand_over(fixed(relaxed, BOTH, values), Options()), False).status is Status.INFEASIBLE
    found = run(hand_over(pinned(relaxed, BOTH, values), Options()), False)
    assert found.status is Status.OPTIMAL
    assert found.values == pytest.approx([LIMIT, 1.0], rel=2e-7)


def test_whole_numbers_and_nothing_stay_exactly_so() -> None:
    kept = pinned(program(), BOTH, np.array([0.0, 1.0]))
    assert (kept.column_lower.tolist(), kept.column_upper.tolist()) == ([0.0, 1.0], [0.0, 1.0])


def test_an_order_beyond_its_limit_is_still_none() -> None:
    assert run(hand_over(pinned(program(), BOTH, np.array([LIMIT + 0.01, 0.0])), Options()), True).status is (
        Status.INFEASIBLE
    )
