"""What a course of action is judged by: each number is worked out here and nowhere else."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints
from sourcing.scenario.language.horizon_and_risk import RiskSpec

NO_NEED = 1e-12  # a need [unit] below this is none, and no share of it is unmet
FOREVER = 36500  # days of cover beyond which nothing is needed any more

# Costs, and regrets likewise -----------------------------------------------------------------------------------------


def expected_cost(cost: Array, probability: Array) -> float:
    """Mean of the costs of the futures [money]. Shape (futures,) each.

    >>> expected_cost(np.array([1.0, 9.0]), np.array([0.75, 0.25]))
    3.0
    """
    return float(cost @ probability)


def max_cost(cost: Array) -> float:
    """Cost of the dearest future, however likely [money]. Shape (futures,).

    >>> max_cost(np.array([1.0, 9.0]))
    9.0
    """
    return float(cost.max())


def cvar_cost(cost: Array, probability: Array, tail: float) -> float:
    """Mean of the worst `tail` of a discrete distribution (CVaR), the atom at the quantile split [money].

    cost, probability: shape (futures,); tail in (0, 1]. Rockafellar & Uryasev (2002), Proposition 8.

    >>> cvar_cost(np.array([1.0, 2.0, 9.0]), np.array([0.5, 0.3, 0.2]), 0.4)
    5.5
    """
    order, share = tail_shares(cost, probability, tail)
    return float(cost[order] @ share / share.sum())


def worst_cost(cost: Array, probability: Array, risk: RiskSpec) -> float:
    """Cost of the worst outcomes as a scenario counts them [money]: the largest where only the worst counts, else the
    mean of the worst `tail`. Shape (futures,) each.

    >>> cost, even = np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.25)
    >>> worst_cost(cost, even, RiskSpec(tail=0.5)), worst_cost(cost, even, RiskSpec(tail=0.5, worst=True))
    (3.5, 4.0)
    """
    return max_cost(cost) if risk.worst else cvar_cost(cost, probability, risk.tail)


def tail_shares(cost: Array, probability: Array, tail: float) -> tuple[Ints, Array]:
    """The futures by falling cost, and how much of the probability of each is in the worst `tail`, in that order."""
    order = np.argsort(-cost, kind="stable")
    cumulative = np.concatenate([[0.0], np.cumsum(probability[order])[:-1]])
    return order, np.clip(tail - cumulative, 0.0, probability[order])


class TailFuture(NamedTuple):
    """A future of the worst outcomes, and its probability."""

    name: str
    probability: float


def tail_futures(names: Sequence[str], probability: Array, cost: Array, tail: float) -> tuple[TailFuture, ...]:
    """The futures that the worst `tail` of the outcomes consists of, the dearest first. Shape (futures,) each."""
    order, share = tail_shares(cost, probability, tail)
    return tuple(
        TailFuture(str(names[row]), float(probability[row]))
        for row, inside in zip(order, share, strict=True)
        if inside > 1e-9
    )


# Needs and stocks ----------------------------------------------------------------------------------------------------


def unmet_share(unmet: Array, need: Array) -> Array:
    """Share of a need that is not met, of any shape: of a period, of a future, of all needs by some weights. 0 where
    there is no need.

    >>> unmet_share(np.array([1.0, 0.0]), np.array([4.0, 0.0])).tolist()
    [0.25, 0.0]
    """
    return np.asarray(unmet / np.maximum(need, NO_NEED))


def days_of_cover(stock: Array, need: Array, days: Array) -> Array:
    """Days of the coming need that a stock lasts; after the plan the need of its last period goes on, inf where there
    is none.

    stock: at the end of each period [unit], need: in each period [unit], shape (positions, futures, periods) each;
    days: of each period, shape (periods,).

    >>> days_of_cover(np.array([[[15.0, 10.0]]]), np.array([[[10.0, 20.0]]]), np.array([30.0, 30.0])).tolist()
    [[[22.5, 15.0]]]
    """
    edges = np.concatenate([[0.0], np.cumsum(days)])
    out = np.zeros(stock.shape)
    for row in range(stock.shape[0]):
        daily = need[row] / days
        for future in range(stock.shape[1]):
            used = np.concatenate([[0.0], np.cumsum(daily[future] * days)])
            left = used[1:] + stock[row, future]
            inside = np.interp(left, used, edges) - edges[1:]
            last = max(float(daily[future, -1]), NO_NEED)
            beyond = np.maximum(left - used[-1], 0.0) / last
            out[row, future] = np.where(left > used[-1], edges[-1] - edges[1:] + beyond, inside)
    return np.where(out > FOREVER, np.inf, out)
