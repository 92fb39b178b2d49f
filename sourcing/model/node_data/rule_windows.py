"""Windows of rules: where each ends, and where an account goes on."""

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Mask
from sourcing.model.node_data.assembly import Nodes


def windows(data: Nodes, over: str) -> tuple[Mask, Array]:
    """Nodes where a window ends, and whether the account carries over from the node before."""
    tree = data.tree
    edges = data.case.calendar.edges
    months = np.array([(edge.year - edges[0].year) * 12 + edge.month - edges[0].month for edge in edges[:-1]])
    window = {"period": np.arange(tree.periods), "year": months // 12}.get(over, np.zeros(tree.periods))
    following = np.append(window[1:], -1)
    previous = np.insert(window[:-1], 0, -1)
    return np.asarray((following != window)[tree.period]), (previous == window)[tree.period].astype(float)
