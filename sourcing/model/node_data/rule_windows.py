"""Windows of rules: where each ends, and where an account goes on."""

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Mask
from sourcing.model.node_data.assembly import Nodes


def windows(data: Nodes, over: str, share: bool = True) -> tuple[Mask, Array]:
    """Nodes where a window ends, and whether the account carries over from the node before, shape (nodes,).

    Windows end with the plan; beyond it years are counted anew. share: whether it is a share that is limited, or an
    amount: an amount over the horizon is one of the plan alone, and no window ends beyond it.
    """
    tree, calendar = data.tree, data.case.calendar
    edges = calendar.edges
    months = np.array([(edge.year - edges[0].year) * 12 + edge.month - edges[0].month for edge in edges[:-1]])
    window = {"period": np.arange(tree.periods), "year": months // 12}.get(over, np.zeros(tree.periods))
    planned = np.arange(tree.periods) < calendar.planned
    if not planned.all():
        after = (months - months[calendar.planned]) // 12 if over == "year" else window
        window = np.where(planned, window, window.max() + 1 + after)
    following = np.append(window[1:], -1)
    previous = np.insert(window[:-1], 0, -1)
    ends = (following != window) & (planned | share | (over != "horizon"))
    return np.asarray(ends[tree.period]), (previous == window)[tree.period].astype(float)
