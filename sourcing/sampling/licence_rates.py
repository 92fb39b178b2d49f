"""How long a licence takes and whether it comes: two random quantities, from counts in which many are still pending.

An application leaves the queue granted or refused, each at a constant rate [1 / day]: two competing risks with
exponential times. One still pending when the count was taken is censored: it says that its time is longer, not that it
failed. See models/formulation.md#licence-queues.
"""

import math
from dataclasses import dataclass

import numpy as np
import scipy

from sourcing.calendar import Array

SURE = 0.9  # of intervals
QUICKEST = 1.0  # decisions a day: nothing is decided within a day on average
LONGEST = 50.0  # mean waits in a window; more than that is decided at once


@dataclass(frozen=True)
class LicenceCounts:
    """Applications filed evenly over a window [days], and what had become of them at its end."""

    granted: float
    refused: float
    pending: float
    days: float

    @property
    def decided(self) -> float:
        """Applications decided: granted or refused."""
        return self.granted + self.refused

    @property
    def filed(self) -> float:
        """Applications filed: decided or pending."""
        return self.decided + self.pending


@dataclass(frozen=True)
class LicenceRates:
    """Rates of being granted and refused [1 / day]."""

    granted: float
    refused: float

    @property
    def decided(self) -> float:
        """Total decision rate, granted plus refused [1 / day]."""
        return self.granted + self.refused

    @property
    def granted_in_the_end(self) -> float:
        """Share that is granted, however long it takes."""
        return self.granted / self.decided

    def granted_within(self, days: float) -> float:
        """Share granted within some days of filing: the cumulative incidence with refusal as competing risk."""
        return self.granted_in_the_end * (1 - math.exp(-self.decided * days))

    def half_decided(self) -> float:
        """Days after which half are decided."""
        return math.log(2) / self.decided


@dataclass(frozen=True)
class FittedRates:
    """Rates with the ends of their intervals: share granted in the end, and days until half are decided."""

    rates: LicenceRates
    granted_in_the_end: tuple[float, float]
    half_decided: tuple[float, float]


def fitted(counts: LicenceCounts) -> FittedRates:
    """Rates of greatest likelihood.

    Of applications filed evenly over a window of W days and decided at a rate h, the share decided by its end is
    1 - (1 - exp(-h W)) / (h W); h is that which makes it the share observed. The time at risk comes to decided / h, so
    that granted / (time at risk) and refused / (time at risk) are the two rates, as always with competing risks
    (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 2nd ed., chapter 8). Intervals of 90 %:
    Jeffreys, of the share granted of those decided, and of the share decided of those filed (Brown, Cai and DasGupta
    2001, Statist. Sci. 16(2)). Raises ValueError where nothing was granted or nothing was decided.
    """
    if counts.granted <= 0:
        raise ValueError("none was granted, so the data give no rate of granting")
    rate = min(_rate(counts.decided / counts.filed, counts.days), QUICKEST)
    share = counts.granted / counts.decided
    low, high = _jeffreys(counts.decided, counts.filed)
    return FittedRates(
        LicenceRates(rate * share, rate * (1 - share)),
        _jeffreys(counts.granted, counts.decided),
        (math.log(2) / _rate(high, counts.days), math.log(2) / _rate(low, counts.days)),
    )


def observed(days: Array, outcome: tuple[str, ...]) -> LicenceCounts:
    """Single applications as counts: days that each has waited so far, shape (applications,), and what became of it.

    The window is such that `fitted` finds decided / (sum of days), the exact rate of single times.
    """
    granted, refused = outcome.count("granted"), outcome.count("refused")
    counts = LicenceCounts(granted, refused, len(outcome) - granted - refused, 1.0)
    if counts.decided == 0:
        return counts
    waits = _rate(counts.decided / counts.filed, 1.0)
    return LicenceCounts(granted, refused, counts.pending, float(days.sum()) / counts.decided * waits)


def aalen_johansen(days: Array, outcome: tuple[str, ...], within: float) -> float:
    """Share granted within some days, without any assumption on rates: the estimator of Aalen and Johansen (1978),
    Scand. J. Statist. 5. Sum over the days of decision of (share undecided before) x granted then / at risk then."""
    undecided, share = 1.0, 0.0
    for day in sorted({float(day) for day in days if day <= within}):
        at_risk = int((days >= day).sum())
        then = [what for when, what in zip(days, outcome, strict=True) if when == day]
        share += undecided * then.count("granted") / at_risk
        undecided *= 1 - (then.count("granted") + then.count("refused")) / at_risk
    return share


def _rate(decided: float, window: float) -> float:
    """The rate that makes a share decided by the end of the window [1 / day]."""

    def missing(waits: float) -> float:
        return 1 + math.expm1(-waits) / waits - decided

    if missing(LONGEST) <= 0:
        return LONGEST / window
    return float(scipy.optimize.brentq(missing, 1e-9, LONGEST, xtol=1e-12)) / window


def _jeffreys(successes: float, trials: float) -> tuple[float, float]:
    around = scipy.stats.beta(successes + 0.5, trials - successes + 0.5)
    low, high = float(around.ppf((1 - SURE) / 2)), float(around.ppf((1 + SURE) / 2))
    return (0.0 if successes == 0 else low, 1.0 if successes == trials else high)


@dataclass(frozen=True)
class LicenceQueue:
    """How an importer holds licences: as many `lots` of equal size, each valid for some days and filed again `renewed`
    days before it ends; `held` is the share of lots that have one when the plan begins."""

    rates: LicenceRates
    lots: int
    valid: float
    renewed: float
    held: float


def licensed(queue: LicenceQueue, start: Array, edges: Array, random: np.random.Generator) -> Array:
    """Share of the lots that have a licence, by interval between the edges [days], shape (samples, intervals).

    start: day on which each sample files for the first time, shape (samples,); lots held begin on day 0 with what is
    left of a licence of any age. A lot refused is filed again at once; a licence granted begins when the one before it
    has ended.
    """
    samples, lots = len(start), queue.lots
    covered = np.zeros((samples, lots, len(edges) - 1))
    filed = np.repeat(start[:, None], lots, axis=1)
    ends = filed.copy()
    has = (np.arange(lots) < round(queue.held * lots)) & (filed <= 0)
    left = random.random((samples, lots)) * queue.valid
    covered += np.where(has, 1.0, 0.0)[:, :, None] * _overlap(np.zeros_like(left), left, edges)
    ends, filed = np.where(has, left, ends), np.where(has, np.maximum(left - queue.renewed, 0.0), filed)
    while (filed < edges[-1]).any():
        decided = filed + random.exponential(1 / queue.rates.decided, filed.shape)
        granted = random.random(filed.shape) < queue.rates.granted_in_the_end
        begins = np.maximum(decided, ends)
        covered += granted[:, :, None] * _overlap(begins, begins + queue.valid, edges)
        ends = np.where(granted, begins + queue.valid, ends)
        filed = np.where(granted, np.maximum(ends - queue.renewed, decided), decided)
    return np.asarray(covered.mean(axis=1) / np.diff(edges))


def _overlap(first: Array, last: Array, edges: Array) -> Array:
    """Days of each interval that lie between two days."""
    inside = np.minimum(last[..., None], edges[1:]) - np.maximum(first[..., None], edges[:-1])
    return np.asarray(np.maximum(inside, 0.0))
