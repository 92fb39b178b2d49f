"""Prices that come back to where they were, and needs that grow with chance, as factors on what is stated."""

import math
from dataclasses import dataclass

import numpy as np
import scipy

from sourcing.calendar import Array


@dataclass(frozen=True)
class MeanReversion:
    """A number whose logarithm moves by chance. volatility: standard deviation of the logarithm over a year, were it
    not drawn back [1 / sqrt(year)]; half_life: years in which half of a deviation is gone, infinite for none; growth:
    factor in a year; spread: standard deviation of the logarithm of a jump."""

    volatility: float
    half_life: float = math.inf
    growth: float = 1.0
    spread: float = 0.0

    def kept(self, years: float) -> float:
        """Share of a deviation that is left after some years."""
        return float(0.5 ** (years / self.half_life))

    def variance(self, years: float) -> float:
        """Variance of the logarithm some years after it was certain, jumps apart."""
        if math.isinf(self.half_life):
            return self.volatility**2 * years
        pull = math.log(2) / self.half_life
        return self.volatility**2 * (1 - math.exp(-2 * pull * years)) / (2 * pull)


def factors(
    fluctuations: tuple[MeanReversion, ...], correlation: float, years: Array, jumps: Array, uniforms: Array
) -> Array:
    """Factors on the numbers stated, shape (samples, fluctuations, periods); 1 in the first period.

    A sample takes one random number per fluctuation for its jumps and one per fluctuation and later period.

    years: since the first period, shape (periods,). jumps: logarithm of the factor by which each fluctuation jumps when
    a period begins, shape (samples, fluctuations, periods). uniforms: in (0, 1), shape (samples,
    fluctuations x periods).

    The logarithm x is an Ornstein-Uhlenbeck process taken at the beginnings of periods, which is exact (Glasserman
    2004, Monte Carlo Methods in Financial Engineering, section 3.3; Schwartz 1997, J. Finance 52, model 1):
    x[t] = kept x[t-1] + sd z[t] + jump[t], where shocks z of any two fluctuations have the correlation stated. The
    factor is growth^years exp(x - variance / 2): without jumps its mean is growth^years; a jump fades like all else.
    """
    samples, count, periods = jumps.shape
    normal = scipy.special.ndtri(uniforms).reshape(samples, periods, count)
    shocks = normal[:, 1:] @ _root(count, correlation)
    spread = np.array([one.spread for one in fluctuations])
    size = np.where(jumps != 0, jumps + spread[:, None] * normal[:, 0, :, None] - (spread**2 / 2)[:, None], 0.0)
    levels = np.zeros((samples, count, periods))
    deviation = np.zeros((samples, count)) + size[:, :, 0]
    levels[:, :, 0] = deviation
    for time in range(1, periods):
        step = float(years[time] - years[time - 1])
        persistence = np.array([one.kept(step) for one in fluctuations])
        spreads = np.sqrt([one.variance(step) for one in fluctuations])
        deviation = persistence * deviation + spreads * shocks[:, time - 1] + size[:, :, time]
        drift = [one.variance(float(years[time])) / 2 - years[time] * math.log(one.growth) for one in fluctuations]
        levels[:, :, time] = deviation - np.array(drift)
    return np.asarray(np.exp(levels))


def _root(count: int, correlation: float) -> Array:
    """The symmetric root of the matrix of ones on the diagonal and the correlation elsewhere; full correlation too."""
    own, common = math.sqrt(1 - correlation), math.sqrt(1 - correlation + count * correlation)
    return np.asarray(own * np.eye(count) + (common - own) / count)
