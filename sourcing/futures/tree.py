"""The scenario tree: derived from what can be seen of each future, never typed."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sourcing.figures import percent

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

MOST_NAMES = 8  # of futures in a node; more are counted


@dataclass(frozen=True)
class Tree:
    """Nodes in order of period, parents first; node 0 is the root.

    parent: node before, -1 at the root, shape (nodes,). period, probability: shape (nodes,).
    node_of: node that a future is in, shape (futures, periods). path: ancestor of a node in each period, itself in
    its own, -1 later, shape (nodes, periods).
    """

    parent: Ints
    period: Ints
    probability: Array
    node_of: Ints
    path: Ints
    futures: tuple[str, ...]
    future_probability: Array

    @property
    def nodes(self) -> int:
        """Number of nodes of the tree."""
        return len(self.parent)

    @property
    def periods(self) -> int:
        """Number of periods of the tree."""
        return int(self.node_of.shape[1])

    @cached_property
    def leaf(self) -> Mask:
        """Nodes of the last period, shape (nodes,)."""
        return np.asarray(self.period == self.periods - 1)

    def futures_of(self, node: int) -> tuple[str, ...]:
        """Names of the futures that pass through a node."""
        inside = self.node_of[:, self.period[node]] == node
        return tuple(name for name, inside_node in zip(self.futures, inside, strict=True) if inside_node)

    def mean(self, values: Array) -> Array:
        """Probability-weighted mean over the futures of each node.

        values: shape (futures, things, periods). Returns shape (things, nodes).
        """
        flat = np.moveaxis(values, 1, 0).reshape(values.shape[1], self.node_of.size)
        weight = np.broadcast_to(self.future_probability[:, None], self.node_of.shape).ravel()
        node = self.node_of.ravel()
        share = weight / self.probability[node]
        one = np.zeros(self.nodes, np.int64)
        one[node] = np.arange(len(node))
        # From one future of the node on, so that the mean of equal numbers is that number to the last digit.
        out = flat[:, one]
        for thing in range(values.shape[1]):
            differs = flat[thing] != out[thing, node]
            if differs.any():
                finite = np.isfinite(flat[thing]) & np.isfinite(out[thing, node])
                off = np.where(finite & differs, flat[thing], 0.0) - np.where(finite & differs, out[thing, node], 0.0)
                out[thing] += np.bincount(node, off * share, self.nodes)
                out[thing, node[differs & ~finite]] = np.inf
        return np.asarray(out)

    def spread(self, values: Array) -> Array:
        """Largest difference between the futures of each node; shapes as in `mean`."""
        low, high = np.full((2, values.shape[1], self.nodes), np.inf)
        high = -high
        for future in range(values.shape[0]):
            node = self.node_of[future]
            low[:, node] = np.minimum(low[:, node], values[future])
            high[:, node] = np.maximum(high[:, node], values[future])
        return np.where(low == high, 0.0, high - low)

    def __str__(self) -> str:
        return "\n".join(draw(self))


def grow(signals: Sequence[Sequence[Hashable]], probability: Sequence[float], futures: Sequence[str]) -> Tree:
    """The tree in which futures share a node while all they have shown is equal.

    signals: what each future shows in each period, shape (futures, periods). The first period is one root, whatever
    it shows: its orders cannot depend on what is seen in it; what it showed counts from the second period on.

    >>> print(grow([["a", "a"], ["a", "b"]], [0.7, 0.3], ["calm", "ban"]))
    2 futures, 3 nodes
    period 1: calm, ban
    period 2: calm (70 %) | ban (30 %)
    """
    weights = np.asarray(probability, float)
    periods = len(signals[0])
    node_of = np.zeros((len(signals), periods), np.int64)
    parent, period = [-1], [0]
    seen: list[tuple[Hashable, ...]] = [(shown[0],) for shown in signals]
    for time in range(1, periods):
        known: dict[tuple[Hashable, ...], int] = {}
        for future, shown in enumerate(signals):
            key = (int(node_of[future, time - 1]), *seen[future], shown[time])
            if key not in known:
                known[key] = len(parent)
                parent.append(int(node_of[future, time - 1]))
                period.append(time)
            node_of[future, time] = known[key]
            seen[future] = ()
    mass = np.zeros(len(parent))
    np.add.at(mass, node_of.ravel(), np.repeat(weights, periods))
    return Tree(
        np.array(parent),
        np.array(period),
        mass,
        node_of,
        _paths(parent, period, periods),
        tuple(futures),
        weights,
    )


def _paths(parent: list[int], period: list[int], periods: int) -> Ints:
    path = np.full((len(parent), periods), -1, np.int64)
    for node, before in enumerate(parent):
        if before >= 0:
            path[node] = path[before]
        path[node, period[node]] = node
    return path


def draw(tree: Tree, labels: Sequence[str] | None = None) -> list[str]:
    """The tree in words: a line for each period in which futures part."""
    names = labels or [f"period {time + 1}" for time in range(tree.periods)]
    lines = [f"{len(tree.futures)} future{'s' * (len(tree.futures) != 1)}, {tree.nodes} nodes"]
    before = 0
    for time in range(tree.periods):
        nodes = np.flatnonzero(tree.period == time)
        if len(nodes) == before:
            continue
        before = len(nodes)
        parts = (_named(tree.futures_of(node)) + _odds(tree, node) for node in nodes[:20])
        lines.append(f"{names[time]}: " + " | ".join(parts) + (" | ..." if len(nodes) > 20 else ""))
    return lines


def _named(futures: tuple[str, ...]) -> str:
    return ", ".join(futures) if len(futures) <= MOST_NAMES else f"{len(futures)} futures"


def _odds(tree: Tree, node: int) -> str:
    return "" if tree.parent[node] < 0 else f" ({percent(tree.probability[node])})"


def outline(tree: Tree, labels: Sequence[str], shown: Sequence[Sequence[str]] = ()) -> list[str]:
    """The tree branch by branch: a line where one begins, with its probability and how far it goes unparted.

    shown: what each future shows in each period, as words; without it a branch is named by its futures.

    >>> signals = [["a", "a", "a"], ["a", "b", "b"], ["a", "b", "c"]]
    >>> two = grow(signals, [0.7, 0.2, 0.1], ["calm", "ban", "war"])
    >>> print(*outline(two, ["January", "February", "March"], signals), sep="\\n")
    January 100 %: a
    ├─ February to March 70 %: a
    └─ February 30 %: b
       ├─ March 20 %: b
       └─ March 10 %: c
    """
    children: dict[int, list[int]] = {}
    for node in range(1, tree.nodes):
        children.setdefault(int(tree.parent[node]), []).append(node)
    lines: list[str] = []
    left = [(0, "", "")]
    while left:
        node, before, corner = left.pop()
        last = node
        while len(children.get(last, ())) == 1:
            last = children[last][0]
        words = _words(tree, node, last, shown)
        span = labels[tree.period[node]] + (f" to {labels[tree.period[last]]}" if last != node else "")
        lines.append(f"{before}{corner}{span} {percent(tree.probability[node])}: {words}")
        inside = before + {"├─ ": "│  ", "└─ ": "   ", "": ""}[corner]
        below = children.get(last, [])
        left += [(child, inside, "└─ " if child == below[-1] else "├─ ") for child in reversed(below)]
    return lines


def _words(tree: Tree, node: int, last: int, shown: Sequence[Sequence[str]]) -> str:
    """What is seen from a node to the last before the next parting, each thing once; or the futures inside."""
    if not shown:
        return _named(tree.futures_of(node))
    future = int(np.flatnonzero(tree.node_of[:, tree.period[last]] == last)[0])
    return ", then ".join(dict.fromkeys(shown[future][tree.period[node] : tree.period[last] + 1]))


def alone_from(tree: Tree) -> int:
    """First period in which more than half of the odds lie in nodes of a single future; periods if there is none.

    >>> alone_from(grow([["a", "a", "a"], ["a", "b", "b"], ["a", "b", "c"]], [0.4, 0.4, 0.2], ["x", "y", "z"]))
    2
    """
    for time in range(tree.periods):
        single = np.bincount(tree.node_of[:, time], minlength=tree.nodes) == 1
        if tree.probability[single].sum() > 0.5 + 1e-9:
            return time
    return tree.periods
