"""The tree of the audit: which futures have shown the same so far, told from what each shows."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sourcing.audit.plan_days import Array, Ints, Mask


@dataclass(frozen=True)
class AuditedTree:
    """Nodes by period. period, parent (-1 at the root): shape (nodes,); node_of: node of a future, shape (futures,
    periods); futures: their names; odds: their probabilities."""

    period: Ints
    parent: Ints
    node_of: Ints
    futures: tuple[str, ...]
    odds: Array

    @property
    def nodes(self) -> int:
        """Number of nodes of the tree."""
        return len(self.period)

    @property
    def periods(self) -> int:
        """Number of periods of the tree."""
        return int(self.node_of.shape[1])

    @cached_property
    def leaf(self) -> Mask:
        """Nodes of the last period."""
        return np.asarray(self.period == self.periods - 1)

    @cached_property
    def path(self) -> Ints:
        """Node that the path to a node passes in each period, -1 in later ones, shape (nodes, periods)."""
        out = np.full((self.nodes, self.periods), -1)
        some = np.zeros(self.nodes, np.int64)  # a future of each node
        for time in range(self.periods):
            some[self.node_of[:, time]] = np.arange(len(self.futures))
        for node, future in enumerate(some):
            out[node, : self.period[node] + 1] = self.node_of[future, : self.period[node] + 1]
        return out

    @cached_property
    def probability(self) -> Array:
        """Probability of each node: that of all futures which pass it, shape (nodes,)."""
        out = np.zeros(self.nodes)
        np.add.at(out, self.node_of, self.odds[:, None])
        return out

    def name(self, node: int) -> str:
        """A future that passes through a node."""
        return self.futures[int(np.argmax(self.node_of[:, self.period[node]] == node))]

    def mean(self, values: Array) -> Array:
        """Mean over the futures of each node, weighted by probability; infinite if infinite in one of them.

        values: shape (futures, things, periods). Returns shape (things, nodes).
        """
        flat = np.swapaxes(values, 0, 1).reshape(values.shape[1], self.node_of.size)
        order = np.argsort(self.node_of.ravel(), kind="stable")
        node, weight = self.node_of.ravel()[order], np.repeat(self.odds, self.periods)[order]
        start = np.searchsorted(node, np.arange(self.nodes))
        ordered = flat[:, order]
        one = ordered[:, start]
        with np.errstate(invalid="ignore"):
            other = ordered - one[:, node]  # so that the mean of equal numbers is that number
        other = np.where(ordered == one[:, node], 0.0, other)
        total = np.add.reduceat(other * weight, start, axis=1) / self.probability
        endless = np.logical_or.reduceat(np.isinf(ordered), start, axis=1)
        return np.where(endless, np.inf, one + np.where(endless, 0.0, total))


def paths(shown: Sequence[Sequence[Hashable]], odds: Sequence[float], futures: Sequence[str]) -> AuditedTree:
    """Futures are in one node of a period while all that they have shown up to it is equal; the first period is one.

    >>> paths([["a", "a", "a"], ["b", "a", "a"], ["a", "a", "c"]], [0.5, 0.3, 0.2], ["x", "y", "z"]).node_of
    array([[0, 1, 3],
           [0, 2, 5],
           [0, 1, 4]])
    """
    known: dict[Hashable, int] = {}
    codes = np.array([[known.setdefault(seen, len(known)) for seen in row] for row in shown])
    node_of = np.zeros(codes.shape, np.int64)
    period, parent = [0], [-1]
    for time in range(1, codes.shape[1]):
        _, first, group = np.unique(codes[:, : time + 1], axis=0, return_index=True, return_inverse=True)
        node_of[:, time] = len(period) + group.reshape(-1)
        period += [time] * len(first)
        parent += node_of[first, time - 1].tolist()
    return AuditedTree(np.array(period), np.array(parent), node_of, tuple(futures), np.array(odds, float))
