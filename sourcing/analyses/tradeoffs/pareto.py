"""Of two things that are both better when smaller: what is worth a look, and where more of one buys little."""

from collections.abc import Sequence

import numpy as np

from sourcing.calendar import Array

STRAIGHT = 0.01  # of the unit square: a front that bends less than this has no knee


def efficient(first_values: Sequence[float], other_values: Sequence[float], tolerance: float = 0.0) -> list[int]:
    """Places of the points that no other point beats in one thing without losing in the other, by the first thing.

    tolerance: by how much a point must be better in the other thing than the one before it.

    >>> efficient([3.0, 1.0, 2.0, 2.5], [1.0, 5.0, 2.0, 4.0])
    [1, 2, 0]
    """
    first, second = np.asarray(first_values), np.asarray(other_values)
    undominated: list[int] = []
    for place in np.lexsort((second, first)):
        if not undominated or second[place] < second[undominated[-1]] - tolerance:
            undominated.append(int(place))
    return undominated


def knee(one: Sequence[float], other: Sequence[float]) -> int | None:
    """The point of a front farthest below the line between its ends, both things scaled to their range.

    None where fewer than three points are left or the front is straight. Das (1999), On characterizing the "knee" of
    the Pareto curve based on normal-boundary intersection, Structural Optimization 18.

    >>> knee([0.0, 1.0, 10.0], [10.0, 2.0, 0.0])
    1
    """
    if len(one) < 3:
        return None
    below = 1.0 - _scaled(np.asarray(one)) - _scaled(np.asarray(other))
    best = int(np.argmax(below))
    return best if below[best] / np.sqrt(2.0) > STRAIGHT else None


def _scaled(values: Array) -> Array:
    span = float(np.ptp(values))
    return np.asarray((values - values.min()) / span) if span > 0 else np.zeros(len(values))
