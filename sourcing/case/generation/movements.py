"""Processes of a scenario in numbers: factors on prices and needs of each sample."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.case.frame import YEAR, Frame
from sourcing.case.generation.regime_stays import Timeline
from sourcing.case.records import Change, Demand, Offer
from sourcing.sampling.mean_reversion import MeanReversion, factors
from sourcing.sampling.quasi_random import Ints
from sourcing.scenario import attributes
from sourcing.scenario.language.fluctuations import PriceGroupSpec, ProgrammeSpec
from sourcing.selection import pick

FIELDS = {"prices": "price", "demand": "need"}


@dataclass(frozen=True)
class Movement:
    """Numbers that move together. what: price or need; names: of offers or demands; weight: their share of all;
    band: factor by which they must differ to be told apart; jumps: logarithm by state, shape (states,)."""

    name: str
    what: str
    names: tuple[str, ...]
    weight: float
    band: float
    correlation: float
    fluctuation: MeanReversion
    jumps: Array

    def change(self, path: Array) -> Change:
        """The change that factors, shape (periods,), make of a case."""
        amount = dict.fromkeys(self.names, path)
        return Change(self.name, self.what, self.names, "path", math.nan, amount, np.ones(len(path)), 0)

    def level(self, path: Array, years: Array) -> Ints:
        """Band in which factors lie, seen against the growth expected; 0 is as expected."""
        deviation = np.log(path) - years * math.log(self.fluctuation.growth)
        return np.asarray(np.rint(deviation / math.log(self.band)).astype(np.int64))


def movements(
    frame: Frame, states: tuple[str, ...], offers: Mapping[str, Offer], demands: tuple[Demand, ...]
) -> tuple[Movement, ...]:
    """Every group of prices and every programme of needs."""
    stated = frame.scenario.fluctuations
    moving = []
    if stated.prices:
        offer_attributes, jointly = attributes.of_offers(frame.scenario), stated.prices
        for name, group in jointly.groups.items():
            names = tuple(thing for thing in pick(group.where, offer_attributes) if thing in offers)
            jumps = np.array([_log(group, state) for state in states])
            together = (jointly.band, jointly.correlation.measure.number)
            moving.append(
                Movement(name, "price", names, len(names) / len(offers), *together, _prices(frame, group), jumps)
            )
    if stated.demand:
        needs, wanted = attributes.of_demands(frame.scenario), stated.demand
        for name, programme in wanted.programmes.items():
            names = pick(programme.where, needs)
            together = (wanted.band, wanted.correlation.measure.number)
            none = np.zeros(len(states))
            moving.append(Movement(name, "need", names, len(names) / len(demands), *together, _needs(programme), none))
    return tuple(moving)


def _log(group: PriceGroupSpec, state: str) -> float:
    return math.log(group.jumps[state].measure.number) if state in group.jumps else 0.0


def _prices(frame: Frame, group: PriceGroupSpec) -> MeanReversion:
    half_life = frame.years(group.half_life)
    spread = group.jump_spread.measure.number
    return MeanReversion(group.volatility.measure.number, math.inf if half_life is None else half_life, 1.0, spread)


def _needs(programme: ProgrammeSpec) -> MeanReversion:
    return MeanReversion(programme.volatility.measure.number, growth=programme.growth.measure.number)


def years_of(time: Timeline) -> Array:
    """Years from the first period to each, shape (periods,)."""
    edges = time.calendar.edges
    return np.array([(edge - edges[0]).days / YEAR for edge in edges[:-1]])


def moved(time: Timeline, moving: tuple[Movement, ...], states: Ints, uniforms: Array) -> Array:
    """Factors of each sample, shape (samples, movements, periods); uniforms (samples, movements x periods).

    Prices and needs are correlated among themselves, not with each other. A price jumps in the period in which a regime
    begins; the one in force when the plan begins is in the prices already.
    """
    years, by_field, used = years_of(time), [], 0
    for what in FIELDS.values():
        group = tuple(one for one in moving if one.what == what)
        if group:
            width = len(group) * len(years)
            jumps = np.stack([_jumps(time, one, states) for one in group], axis=1)
            fluctuations = tuple(one.fluctuation for one in group)
            by_field.append(factors(fluctuations, group[0].correlation, years, jumps, uniforms[:, used : used + width]))
            used += width
    return np.concatenate(by_field, axis=1) if by_field else np.ones((len(states), 0, len(years)))


def _jumps(time: Timeline, movement: Movement, states: Ints) -> Array:
    """Logarithm by which a price jumps in each period, shape (samples, periods)."""
    logarithms = np.zeros((len(states), len(time.calendar)))
    for step in range(1, states.shape[1]):
        entered = states[:, step] != states[:, step - 1]
        logarithms[:, time.period[step]] += np.where(entered, movement.jumps[states[:, step]], 0.0)
    return logarithms
