"""From many futures to few: which to keep, what they weigh, and how far the few are from the many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from sourcing.calendar import Array
from sourcing.sampling.quasi_random import Ints

NOTHING = 1e-12  # a share of distance that is rounding


@dataclass(frozen=True)
class Ranking:
    """Futures in the order in which forward selection takes them, shape (futures,); `left[k]` is the distance that
    the first k + 1 of them leave. distances: between all, shape (futures, futures)."""

    order: Ints
    left: Array
    distances: Array


def ranked(features: Array, probability: Array, enough: Callable[[list[int], list[float]], bool]) -> Ranking:
    """Fast forward selection by Heitsch and Roemisch (2003), Comput. Optim. Appl. 24(2-3), 187-206.

    features: numbers of each future, shape (futures, numbers); two futures are as far apart as the sum of the absolute
    differences. Each step takes the future that leaves the least distance, of equals the first. The distance of a
    choice J is that of Kantorovich (Wasserstein, order 1) to the best distribution on J:
    sum over i of p_i min over j in J of |x_i - x_j|.

    enough: told the order and what each step left, whether to stop. One future is the optimum of its size; more are a
    good choice, not always the best.
    """
    distances = scipy.spatial.distance.cdist(features, features, "cityblock")
    nearest = np.full(len(distances), np.inf)
    order: list[int] = []
    left: list[float] = []
    taken = np.zeros(len(distances), bool)
    for _ in range(len(distances)):
        leaves = probability @ np.minimum(distances, nearest[:, None])
        best = int(np.argmin(np.where(taken, np.inf, leaves)))
        order.append(best)
        left.append(float(leaves[best]))
        taken[best] = True
        nearest = np.minimum(nearest, distances[:, best])
        if left[-1] <= NOTHING * left[0] or enough(order, left):
            break
    return Ranking(np.array(order), np.array(left), distances)


def all_kept(features: Array, probability: Array) -> Ranking:
    """The ranking in which nothing is left out; `left` begins with what a single future leaves."""
    single = ranked(features, probability, lambda order, left: True)
    left = np.append(single.left, 0.0) if len(features) > 1 else single.left
    return Ranking(np.arange(len(features)), left, single.distances)


def weights(ranking: Ranking, probability: Array) -> tuple[Ints, Array]:
    """The futures of a ranking and their probabilities: each takes over what is nearest to it (optimal
    redistribution: Dupacova, Groewe-Kuska and Roemisch 2003, Math. Program. 95). In the order in which they came."""
    chosen = np.sort(ranking.order)
    nearest = np.argmin(ranking.distances[:, chosen], axis=1)
    return chosen, np.bincount(nearest, probability, len(chosen)).astype(float)


def nodes_of(shown: Sequence[tuple[str, ...]]) -> int:
    """Nodes of the tree in which futures share a node while all they have shown is equal; the first period is one."""
    return 1 + len({row[:end] for row in shown for end in range(2, len(row) + 1)})
