"""Quasi-random points: they fill the cube more evenly than random ones, so that fewer samples say as much."""

import math

import numpy as np
import scipy
from numpy.typing import NDArray

from sourcing.calendar import Array

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

EDGE = 1e-12  # a point on the edge of the cube would become an infinite normal variate


def points(count: int, dimensions: int, seed: int) -> Array:
    """The first `count` points of Sobol's sequence, scrambled, in (0, 1), shape (count, dimensions).

    The same seed gives the same points. Balance is exact for powers of two; the first points of the next power of two
    are taken otherwise. Direction numbers: Joe and Kuo (2008), SIAM J. Sci. Comput. 30(5); scrambling: Matousek (1998),
    J. Complexity 14(4), as scipy.stats.qmc has them.
    """
    if dimensions == 0:
        return np.zeros((count, 0))
    engine = scipy.stats.qmc.Sobol(dimensions, scramble=True, seed=seed)
    whole = engine.random_base2(math.ceil(math.log2(max(count, 2))))
    return np.clip(whole[:count], EDGE, 1 - EDGE)
