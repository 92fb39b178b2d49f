"""How far samples are apart in their consequences, in numbers whose absolute differences are added."""

from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.case.generation.drawing import DrawnSamples
from sourcing.case.records import Change, Restriction
from sourcing.sampling.quasi_random import Mask

LEAST = 0.05  # factors below count as this, lest a stop count without end


@dataclass(frozen=True)
class FutureFeatures:
    """What tells samples apart. numbers: shape (samples, numbers, periods); visited: regimes gone through by the end of
    each period, shape (samples, states, periods)."""

    numbers: Array
    visited: Mask

    @property
    def whole(self) -> Array:
        """All that tells samples apart, shape (samples, numbers): absolute differences are added."""
        return self.until(self.numbers.shape[2] - 1)

    def until(self, time: int) -> Array:
        """What tells samples apart up to and including a period, as if they ended there."""
        numbers = self.numbers[:, :, : time + 1].reshape(len(self.numbers), -1)
        return np.concatenate([numbers, (time + 1) * self.visited[:, :, time].astype(float)], axis=1)


def features(drawn: DrawnSamples, offers: tuple[str, ...]) -> FutureFeatures:
    """What tells samples apart, by period. See models/formulation.md#distance-of-futures.

    Of the offers that any measure reaches directly the share let through, the logarithms of the factors on price and
    volume, and the delay in years, as a mean over those offers; the logarithms of the factors of fluctuations, as a
    mean over all offers and over all demands; of changes in a state how far they move their numbers; and for each
    regime that only one of two goes through as many as there are periods, lest the rare ones be lost.
    """
    time = drawn.time
    touched = sorted({name for entry in drawn.measures.restrictions for name in entry.part.offers}, key=offers.index)
    values = np.zeros((len(drawn.names), len(time.period), 4, len(touched)))
    values[:, :, 0] = 1.0
    for entry in drawn.measures.restrictions:
        reached = np.array([name in entry.part.offers for name in touched])
        strength = entry.states[:, None, None] * entry.within[:, None] * reached
        _affect(values, entry.part, strength, time.calendar.per_year)
    moved = [_moved(entry.part) * entry.states[:, None] * entry.within for entry in drawn.measures.changes]
    by_state = [values.reshape(*values.shape[:2], -1) / max(len(touched), 1), *(one[:, :, None] for one in moved)]
    by_step = np.concatenate(by_state, axis=2)[drawn.states, np.arange(len(time.period))]
    blocks = [time.by_period(np.moveaxis(by_step, 1, -1))]
    blocks += [time.by_period(_withheld(drawn, name, len(touched)))[:, None] for name in drawn.licensed]
    blocks += [one.weight * np.log(drawn.factors[:, [number]]) for number, one in enumerate(drawn.movements)]
    return FutureFeatures(np.concatenate(blocks, axis=1), _visited(drawn))


def _visited(drawn: DrawnSamples) -> Mask:
    """Regimes that each sample has gone through by the end of each period, shape (samples, states, periods)."""
    entered = drawn.states[:, None, :] == np.arange(len(drawn.names))[:, None]
    return np.asarray(np.logical_or.accumulate(entered, axis=2)[:, :, drawn.time.last])


def _withheld(drawn: DrawnSamples, queue: str, touched: int) -> Array:
    """What is not licensed, times the share of the offers that it concerns, shape (samples, steps)."""
    concerned = {
        name for entry in drawn.measures.restrictions if entry.part.licences == queue for name in entry.part.offers
    }
    return (1 - drawn.licensed[queue]) * drawn.needed(queue) * len(concerned) / max(touched, 1)


def _moved(change: Change) -> float:
    """How far a change moves its numbers: the logarithm of its factor; another amount counts as a factor of e."""
    return float(np.log(max(change.factor, LEAST))) if change.how == "times" else 1.0


def _affect(values: Array, restriction: Restriction, strength: Array, per_year: float) -> None:
    """One measure on share let through, logarithms of price and volume, delay; strength (states, steps, offers)."""
    if restriction.approval == restriction.approval:
        values[:, :, 0] = np.minimum(values[:, :, 0], 1 - strength * (1 - restriction.approval))
    if restriction.price == restriction.price:
        values[:, :, 1] = np.maximum(values[:, :, 1], strength * np.log(max(restriction.price, LEAST)))
    if restriction.capacity == restriction.capacity:
        values[:, :, 2] = np.minimum(values[:, :, 2], strength * np.log(max(restriction.capacity, LEAST)))
    values[:, :, 3] = np.maximum(values[:, :, 3], strength * restriction.delay / per_year)
