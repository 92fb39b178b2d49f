"""Fresh futures from a seed: by the scenario's own generator, or around those typed: other dates, numbers, prices."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy

from sourcing.calendar import Array
from sourcing.case import Case
from sourcing.case.generation.drawn_courses import DrawnCourses, paths
from sourcing.case.generation.generated import afresh, firsts
from sourcing.case.records import Change, Future, Restriction
from sourcing.scenario import attributes
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.restrictions import RestrictionSpec as RestrictionPart

LEVEL = "price level of"
EARLIER, LATER = 2, 3  # periods by which a measure may begin or end before or after what its future says
FACTOR = 0.25  # share by which a factor without a range of its own may lie lower or higher, counted from 1


@dataclass(frozen=True)
class OutOfSample:
    """A fresh future and the one of the scenario that it was made from; of a drawn one the regimes it goes through.

    first: number of the first of them that is equal to it, from 0; its own where none is.
    """

    future: Future
    of: str
    first: int


def redrawn(case: Case, count: int, seed: int) -> DrawnCourses | None:
    """Futures by the generator of a case, equally likely and independent of those its tree was made from.

    None where the futures of the case were typed. What is typed beside a chain (measures and changes of every state,
    ranges of numbers) holds in them as the generator has it; nothing else is moved.
    """
    return afresh(case, count, seed, 0) if case.sampling else None


def named(drawn: DrawnCourses) -> tuple[OutOfSample, ...]:
    """Drawn futures, each with the regimes it goes through."""
    each = zip(drawn.futures, paths(drawn.drawn), firsts(drawn), strict=True)
    return tuple(OutOfSample(future, path, int(first)) for future, path, first in each)


def fresh(case: Case, count: int, seed: int) -> tuple[OutOfSample, ...]:
    """Futures sampled around those that were typed in a case, equally likely.

    One of its futures is drawn by its probability. Each of its measures begins and ends up to two periods sooner or
    three later, none begins in the first period; its numbers lie between `low` and `high` where the file says
    them, factors without a range within a quarter of what they add. The price of each material is multiplied from
    the second period on by a factor between the low and the high of its offers (triangular, most often 1).
    Points are scrambled Sobol ones of the seed (Owen 1998), so that few of them are spread evenly.
    """
    names = sorted({measure.name for future in case.futures for measure in future.restrictions})
    materials = sorted({offer.material for offer in case.offers})
    width = 1 + 4 * len(names) + len(materials)
    points = scipy.stats.qmc.Sobol(width, seed=seed).random_base2(max(math.ceil(math.log2(max(count, 2))), 1))[:count]
    edges = np.cumsum([future.probability for future in case.futures])
    futures = []
    for number, point in enumerate(points):
        chosen = case.futures[min(int(np.searchsorted(edges, point[0] * edges[-1], side="right")), len(edges) - 1)]
        draws = {name: point[1 + 4 * row : 5 + 4 * row] for row, name in enumerate(names)}
        levels = dict(zip(materials, point[1 + 4 * len(names) :], strict=True))
        future = _future(case, chosen, f"fresh {number + 1}", 1 / count, draws, levels)
        futures.append(OutOfSample(future, chosen.name, number))
    return tuple(futures)


def _future(
    case: Case,
    future: Future,
    name: str,
    probability: float,
    draws: Mapping[str, Array],
    levels: Mapping[str, float],
) -> Future:
    parts = _parts(case, future.name)
    moved = (_measure(case, measure, parts.get(measure.name), draws[measure.name]) for measure in future.restrictions)
    prices = [change for material, draw in levels.items() if (change := _level(case, material, draw))]
    return Future(
        name=name,
        probability=probability,
        restrictions=tuple(measure for measure in moved if measure.cover.any()),
        changes=(*future.changes, *prices),
        signals=future.signals,
        announced=future.announced,
    )


def _parts(case: Case, future: str) -> Mapping[str, RestrictionPart]:
    """What the file says of the measures of a future; of a product of risks, of all its futures."""
    restrictions = dict(case.scenario.restrictions)
    for name, future_spec in attributes.every_future(case.scenario).items():
        if name == future or name.rpartition(": ")[2] in future.split(" + "):
            restrictions |= {key: entry for key, entry in future_spec.restrictions.items() if entry is not None}
    return restrictions


# A measure ------------------------------------------------------------------------------------------------------------


def _measure(case: Case, measure: Restriction, restriction: RestrictionPart | None, draw: Array) -> Restriction:
    """A measure with other dates and numbers. draw: of beginning, end, approval and factors, in [0, 1)."""
    count = len(case.calendar)
    begins = measure.begins if measure.cover[0] > 0 else max(measure.begins + _shift(draw[0]), 1)
    last = int(np.flatnonzero(measure.cover)[-1])
    ends = last if last == count - 1 else max(last + _shift(draw[1]), begins)
    cover = measure.cover
    if (begins, ends) != (measure.begins, last):
        cover = np.zeros(count)
        cover[begins : ends + 1] = 1.0
    return replace(
        measure,
        cover=cover,
        begins=begins,
        known_from=min(max(measure.known_from + begins - measure.begins, 0), count),
        ends=measure.ends if last == count - 1 else ends,
        approval=_between(measure.approval, restriction.approval if restriction else None, draw[2], _stays),
        price=_between(measure.price, restriction.price if restriction else None, draw[3], _quarter_around),
        capacity=_between(measure.capacity, restriction.capacity if restriction else None, draw[3], _quarter_around),
        price_elsewhere=_between(
            measure.price_elsewhere, restriction.price_elsewhere if restriction else None, draw[3], _quarter_around
        ),
        capacity_elsewhere=_between(
            measure.capacity_elsewhere,
            restriction.capacity_elsewhere if restriction else None,
            draw[3],
            _quarter_around,
        ),
    )


def _shift(draw: float) -> int:
    """Whole periods between the earliest and the latest, each as likely."""
    return int(np.floor(draw * (EARLIER + LATER + 1))) - EARLIER


def _between(
    value: float, stated: Quantity | None, draw: float, otherwise: Callable[[float], tuple[float, float]]
) -> float:
    """A number between its low and high, most often itself; what is not stated stays so."""
    if math.isnan(value):
        return value
    low, high = otherwise(value)
    if stated is not None and (stated.low or stated.high):
        low = stated.low.number if stated.low else value
        high = stated.high.number if stated.high else value
    return triangular(draw, low, value, high)


def _stays(value: float) -> tuple[float, float]:
    return value, value


def _quarter_around(value: float) -> tuple[float, float]:
    """A factor: what it adds to or takes from 1, a quarter less or more."""
    ends = sorted((1 + (value - 1) * (1 - FACTOR), 1 + (value - 1) * (1 + FACTOR)))
    return max(ends[0], 0.0), ends[1]


def triangular(draw: float, low: float, mode: float, high: float) -> float:
    """The quantile of a triangular distribution at `draw` in [0, 1].

    >>> triangular(0.5, 0.0, 1.0, 2.0)
    1.0
    """
    if high <= low:
        return mode
    split = (mode - low) / (high - low)
    if draw < split:
        return low + math.sqrt(draw * (high - low) * (mode - low))
    return high - math.sqrt((1 - draw) * (high - low) * (high - mode))


# Prices ---------------------------------------------------------------------------------------------------------------


def _level(case: Case, material: str, draw: float) -> Change | None:
    """Every price of a material times one factor; None where no price has a range, or nothing comes after today."""
    names = tuple(offer.name for offer in case.offers if offer.material == material)
    low, high = _span([step[1] for name in names for step in case.scenario.offers[name].price.steps])
    count = len(case.calendar)
    if high <= low or count < 2:
        return None
    cover = np.ones(count)
    cover[0] = 0.0
    factor = triangular(draw, low, 1.0, high)
    return Change(f"{LEVEL} {material}", "price", names, "times", factor, {}, cover, 1)


def _span(prices: Sequence[Quantity]) -> tuple[float, float]:
    """Mean of low over value and of high over value of prices that have a range."""
    ranged = [price for price in prices if (price.low or price.high) and price.measure.number > 0]
    if not ranged:
        return 1.0, 1.0
    lows = [(price.low or price.measure).number / price.measure.number for price in ranged]
    highs = [(price.high or price.measure).number / price.measure.number for price in ranged]
    return float(np.mean(lows)), float(np.mean(highs))
