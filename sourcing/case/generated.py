"""Futures that are drawn and not typed: samples of the chain of regimes, reduced to few."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sourcing.case.frame import YEAR, Frame
from sourcing.case.happenings import futures, notices_of
from sourcing.case.stays import Measures, Timeline, along, measures, timeline
from sourcing.case.values import Change, Demand, Future, Offer, Restriction, Sampling
from sourcing.periods import Array
from sourcing.sampling import chain as chains
from sourcing.sampling.points import Ints, points
from sourcing.sampling.reduction import nodes_of, ranked, weights
from sourcing.scenario.base import Quantity
from sourcing.scenario.checks_generation import generates
from sourcing.scenario.generation import Chain, Sample
from sourcing.scenario.known import as_known
from sourcing.units import per_month

MONTHS = 12.0
LEAST = 0.05  # factors below count as this, lest a stop count without end


@dataclass(frozen=True)
class Drawn:
    """Samples of what may happen. names: of the states; states: in each step, shape (samples, steps)."""

    time: Timeline
    names: tuple[str, ...]
    states: Ints

    def shown(self, row: int) -> tuple[str, ...]:
        """What an importer can see of a sample in each period: the regimes in force in it, in their order."""
        found: list[list[str]] = [[] for _ in self.time.calendar.labels]
        for period, state in zip(self.time.period, self.states[row], strict=True):
            if self.names[state] not in found[period][-1:]:
                found[period].append(self.names[state])
        return tuple(" then ".join(names) for names in found)


def happenings_of(
    frame: Frame, offers: Mapping[str, Offer], demands: tuple[Demand, ...]
) -> tuple[tuple[Future, ...], list[str], Sampling | None]:
    """The futures of a case, typed or drawn, notices of what was left out, and how they were drawn."""
    if not generates(frame.scenario):
        return *futures(frame, offers, demands), None
    known = replace(frame, scenario=as_known(frame.scenario))
    found, sampling = generated(known, offers, demands)
    return found, notices_of(frame.scenario), sampling


def generated(
    frame: Frame, offers: Mapping[str, Offer], demands: tuple[Demand, ...]
) -> tuple[tuple[Future, ...], Sampling]:
    """The futures kept of those drawn, and how that went. See models/formulation.md#generated-futures."""
    scenario = frame.scenario
    assert isinstance(scenario.regimes, Chain)
    assert scenario.sample is not None
    chain, sample = scenario.regimes, scenario.sample
    time = timeline(frame.calendar, [decision.date.last.toordinal() + 1 for decision in chain.decisions.values()])
    holdings = measures(frame, time, tuple(chain.states.values()), offers, demands)
    drawn = Drawn(time, tuple(chain.states), _paths(frame, time, chain, sample))
    different, counts = np.unique(drawn.states, axis=0, return_counts=True)
    drawn = Drawn(time, drawn.names, different)
    probability = counts / counts.sum()
    features = _features(time, holdings, drawn, tuple(offers))
    shown = [drawn.shown(row) for row in range(len(different))]
    ranking = ranked(features, probability, lambda order, left: _enough(sample, shown, order, left))
    rows, odds = weights(ranking, probability)
    found = tuple(
        _future(drawn, holdings, row, float(share), shown[row]) for row, share in zip(rows, odds, strict=True)
    )
    single, left = float(ranking.left[0]), float(ranking.left[-1])
    sampling = Sampling(sample.count, len(different), len(rows), left, left / single if single > 0 else 0.0, ())
    return found, sampling


def _paths(frame: Frame, time: Timeline, chain: Chain, sample: Sample) -> Ints:
    """States of each sample in each step."""
    found = _chain(frame, time, chain)
    return chains.sample(found, points(sample.count, found.dimensions, sample.seed))


def _chain(frame: Frame, time: Timeline, chain: Chain) -> chains.Chain:
    """The chain in numbers."""
    names = tuple(chain.states)
    monthly = np.array([_row(names, chain.transitions.get(name, {}), monthly=True) for name in names])
    return chains.Chain(
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


def _since(frame: Frame, chain: Chain) -> int:
    """Periods that the first state has lasted when the plan begins, to the nearest."""
    if chain.since is None:
        return 0
    elapsed = (frame.calendar.edges[0] - chain.since.first).days
    return round(max(elapsed, 0) / YEAR * frame.calendar.per_year)


def _decisions(time: Timeline, chain: Chain, names: tuple[str, ...]) -> list[chains.Decision]:
    """Decisions by the step that begins on the day after their date; those outside the plan change nothing."""
    starts = [edge.toordinal() for edge in time.steps.edges[:-1]]
    found = []
    for decision in chain.decisions.values():
        day = decision.date.last.toordinal() + 1
        if day not in starts[1:]:
            continue
        outcomes = np.array([_row(names, decision.outcomes.get(name, {})) for name in names])
        found.append(chains.Decision(starts.index(day), outcomes.sum(axis=1) > 0, outcomes))
    return found


def _enough(sample: Sample, shown: list[tuple[str, ...]], order: list[int], left: list[float]) -> bool:
    """Whether as many are kept as said, as come near enough, or as the tree may have nodes if one more comes."""
    if sample.keep is not None:
        return len(order) >= sample.keep
    if sample.tolerance is not None:
        return left[-1] <= sample.tolerance * left[0]
    assert sample.nodes is not None
    periods = len(shown[0])
    return nodes_of([shown[row] for row in order]) + periods - 1 > sample.nodes


def _features(time: Timeline, holdings: Measures, drawn: Drawn, offers: tuple[str, ...]) -> Array:
    """What tells futures apart in their consequences, shape (samples, numbers): by period and offer that any measure
    reaches directly, the share let through, the logarithms of price and volume, and the delay in years, each divided by
    the number of such offers; and by period and change of a state how far it moves its numbers."""
    touched = sorted({name for entry in holdings.restrictions for name in entry.part.offers}, key=offers.index)
    values = np.zeros((len(drawn.names), len(time.period), 4, len(touched)))
    values[:, :, 0] = 1.0
    for entry in holdings.restrictions:
        reached = np.array([name in entry.part.offers for name in touched])
        strength = entry.states[:, None, None] * entry.within[:, None] * reached
        _affect(values, entry.part, strength, time.calendar.per_year)
    moved = np.array([_moved(entry.part) * entry.states[:, None] * entry.within for entry in holdings.changes])
    whole = [values.reshape(*values.shape[:2], -1) / max(len(touched), 1)]
    whole += [moved.transpose(1, 2, 0)] if holdings.changes else []
    by_step = np.concatenate(whole, axis=2)[drawn.states, np.arange(len(time.period))]
    return np.asarray(time.by_period(np.moveaxis(by_step, 1, -1)).reshape(len(drawn.states), -1))


def _moved(part: Change) -> float:
    """How far a change moves its numbers: the logarithm of its factor; another amount counts as a factor of e."""
    return float(np.log(max(part.factor, LEAST))) if part.how == "times" else 1.0


def _affect(values: Array, part: Restriction, strength: Array, per_year: float) -> None:
    """One measure on share let through, logarithms of price and volume, delay; strength (states, steps, offers)."""
    if part.approval == part.approval:
        values[:, :, 0] = np.minimum(values[:, :, 0], 1 - strength * (1 - part.approval))
    if part.price == part.price:
        values[:, :, 1] = np.maximum(values[:, :, 1], strength * np.log(max(part.price, LEAST)))
    if part.capacity == part.capacity:
        values[:, :, 2] = np.minimum(values[:, :, 2], strength * np.log(max(part.capacity, LEAST)))
    values[:, :, 3] = np.maximum(values[:, :, 3], strength * part.delay / per_year)


def _future(drawn: Drawn, holdings: Measures, row: int, share: float, shown: tuple[str, ...]) -> Future:
    """One sample as a future, named by the regimes that it goes through."""
    restrictions, changes = along(drawn.time, holdings, drawn.states[row])
    return Future(_name(drawn, row), share, restrictions, changes, (), shown)


def _name(drawn: Drawn, row: int) -> str:
    """The regimes of a sample with the day from which each holds."""
    states, steps = drawn.states[row], drawn.time.steps
    words = [drawn.names[states[0]]]
    for step in np.flatnonzero(np.diff(states)) + 1:
        edge, period = steps.edges[step], drawn.time.calendar.labels[drawn.time.period[step]]
        day = period if edge in drawn.time.calendar.edges else edge.isoformat()
        words.append(f"{drawn.names[states[step]]} {day}")
    return " then ".join(words)
