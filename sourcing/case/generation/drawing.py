"""Samples of what may happen: regimes, licences, prices and needs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sourcing.calendar import Array
from sourcing.case.frame import YEAR, Frame
from sourcing.case.generation.licence_queues import FittedQueue, queues_of, shares
from sourcing.case.generation.movements import Movement, moved, movements, years_of
from sourcing.case.generation.regime_stays import StateEvents, Timeline, measures, timeline
from sourcing.case.records import Demand, Offer
from sourcing.sampling import regime_chain as chains
from sourcing.sampling.quasi_random import Ints, Mask, points
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.generation import ChainSpec, SampleSpec
from sourcing.units import per_month

MONTHS = 12.0  # of a year
AS_NOW = ChainSpec.model_validate({"states": {"as now": {}}, "initial": "as now"})
"""What stands where no chain of regimes is stated."""


@dataclass(frozen=True)
class DrawnSamples:
    """Samples. names: of the states; states: in each step, shape (samples, steps); licensed: share by queue, shape
    (samples, steps), 1 where none is needed; factors: on prices and needs, shape (samples, movements, periods)."""

    time: Timeline
    names: tuple[str, ...]
    measures: StateEvents
    queues: Mapping[str, FittedQueue]
    movements: tuple[Movement, ...]
    states: Ints
    licensed: Mapping[str, Array]
    factors: Array

    def only(self, rows: Ints) -> "DrawnSamples":
        """The samples of the given rows."""
        licensed = {name: share[rows] for name, share in self.licensed.items()}
        return replace(self, states=self.states[rows], licensed=licensed, factors=self.factors[rows])

    def shown(self) -> list[tuple[str, ...]]:
        """What an importer can see of each sample in each period: the regimes in force in it, in their order; how many
        of its lots are licensed at the end of it; the bands of prices and needs."""
        lots = {name: self.queues[name].queue.lots for name in self.licensed}
        last = self.time.last
        granted = {name: np.rint(share[:, last] * lots[name]).astype(int) for name, share in self.licensed.items()}
        needed = {name: self.needed(name)[:, last] for name in self.licensed}
        years = years_of(self.time)
        level = [one.level(self.factors[:, number], years) for number, one in enumerate(self.movements)]
        shown = []
        for row in range(len(self.states)):
            words = self._regimes(row)
            for name, share in granted.items():
                for time in np.flatnonzero(needed[name][row]):
                    words[time] += f"; {name} {share[row, time]} of {lots[name]}"
            for one, bands in zip(self.movements, level, strict=True):
                for time in np.flatnonzero(bands[row]):
                    words[time] += f"; {one.name} {bands[row, time]:+d}"
            shown.append(tuple(words))
        return shown

    def _regimes(self, row: int) -> list[str]:
        entered: list[list[str]] = [[] for _ in self.time.calendar.labels]
        for period, state in zip(self.time.period, self.states[row], strict=True):
            if self.names[state] not in entered[period][-1:]:
                entered[period].append(self.names[state])
        return [" then ".join(names) for names in entered]

    def needed(self, queue: str) -> Mask:
        """Steps in which licences of a queue are needed, shape (samples, steps)."""
        return needed(self.measures, queue, self.states)


def needed(holdings: StateEvents, queue: str, states: Ints) -> Mask:
    """Steps of each sample in which any restriction asks for licences of a queue."""
    used = np.zeros(states.shape, bool)
    for entry in holdings.restrictions:
        if entry.part.licences == queue:
            used |= entry.states[states] & (entry.within > 0)
    return used


def drawn(frame: Frame, offers: Mapping[str, Offer], demands: tuple[Demand, ...], sample: SampleSpec) -> DrawnSamples:
    """Draw as many samples as are asked for; equal ones are not merged."""
    stated = frame.scenario.regimes
    chain = stated if isinstance(stated, ChainSpec) else AS_NOW
    time = timeline(frame.calendar, [decision.date.last.toordinal() + 1 for decision in chain.decisions.values()])
    names = tuple(chain.states)
    holdings = measures(frame, time, tuple(chain.states.values()), offers, demands)
    chain_states, moving = _chain(frame, time, chain), movements(frame, names, offers, demands)
    uniforms = points(sample.count, chain_states.dimensions + len(moving) * len(frame.calendar), sample.seed)
    states = chains.sample(chain_states, uniforms[:, : chain_states.dimensions])
    queues = queues_of(frame)
    licensed = {
        name: shares(time, known, needed(holdings, name, states), np.random.default_rng([sample.seed, number]))
        for number, (name, known) in enumerate(queues.items())
    }
    factors = moved(time, moving, states, uniforms[:, chain_states.dimensions :])
    return DrawnSamples(time, names, holdings, queues, moving, states, licensed, factors)


def _chain(frame: Frame, time: Timeline, chain: ChainSpec) -> chains.RegimeChain:
    """Transition odds and states of a Markov chain as arrays."""
    names = tuple(chain.states)
    monthly = np.array([_row(names, chain.transitions.get(name, {}), monthly=True) for name in names])
    return chains.RegimeChain(
        period=time.period,
        initial=_row(names, chain.initial),
        leave=chains.per_period(monthly, MONTHS / frame.calendar.per_year),
        stay=np.array([frame.periods(state.stay) if state.stay else 1 for state in chain.states.values()]),
        since=_since(frame, chain),
        decisions=tuple(_decisions(time, chain, names)),
    )


def _row(names: tuple[str, ...], odds: Mapping[str, Quantity], monthly: bool = False) -> Array:
    out = np.zeros(len(names))
    for name, quantity in odds.items():
        out[names.index(name)] = per_month(quantity.measure) if monthly else quantity.measure.number
    return out


def _since(frame: Frame, chain: ChainSpec) -> int:
    """Periods that the first state has lasted when the plan begins, to the nearest."""
    if chain.since is None:
        return 0
    elapsed = (frame.calendar.edges[0] - chain.since.first).days
    return round(max(elapsed, 0) / YEAR * frame.calendar.per_year)


def _decisions(time: Timeline, chain: ChainSpec, names: tuple[str, ...]) -> list[chains.DecisionStep]:
    """Decisions by the step that begins on the day after their date; those outside the plan change nothing."""
    starts = [edge.toordinal() for edge in time.steps.edges[:-1]]
    decisions = []
    for decision in chain.decisions.values():
        day = decision.date.last.toordinal() + 1
        if day not in starts[1:]:
            continue
        outcomes = np.array([_row(names, decision.outcomes.get(name, {})) for name in names])
        decisions.append(chains.DecisionStep(starts.index(day), outcomes.sum(axis=1) > 0, outcomes))
    return decisions
