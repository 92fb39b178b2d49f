"""Terms over the periods on the way to a node."""

import numpy as np

from sourcing.futures.tree import grow
from sourcing.model.statements import since


def test_many_sources_at_once_are_the_same_as_one_after_the_other() -> None:
    """Two futures that part in the third period: nodes 0, 1, then 2 and 3. Source 4 in periods 0 to 1 with weight 2,
    source 5 in the period of the node alone with weight 3; a weight of 0 leaves nothing."""
    tree = grow([["a", "a", "a"], ["a", "a", "b"]], [0.5, 0.5], ["calm", "ban"])
    leaves = np.flatnonzero(tree.leaf)
    first, last = np.array([[-1, -1], [2, 2], [0, 0]]), np.array([[1, 1], [9, 9], [2, 2]])
    source, weight = np.array([[4], [5], [6]]), np.array([[2.0], [3.0], [0.0]])
    many = since("order", np.array([[0], [1], [2]]), source, tree, first, last, weight, leaves)
    entries = zip(many.index, many.node, many.source, many.ancestor, many.weight, strict=True)
    found = [tuple(map(float, entry)) for entry in entries]
    one = [(0, node, 4, ancestor, 2) for node in (2, 3) for ancestor in (0, 1)]
    assert found == [*one, (1, 2, 5, 2, 3), (1, 3, 5, 3, 3)]
    alone = since("order", 0, 4, tree, first[0], last[0], 2.0, leaves)
    assert list(zip(alone.node.tolist(), alone.ancestor.tolist(), strict=True)) == [(n, a) for _, n, _, a, _ in one]
