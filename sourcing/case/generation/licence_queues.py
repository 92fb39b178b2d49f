"""Licence queues of a scenario in numbers: their rates, what is said of them, and what each sample holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.case.frame import Frame
from sourcing.case.generation.regime_stays import Timeline
from sourcing.facts import datasets
from sourcing.figures import percent
from sourcing.sampling.licence_rates import (
    FittedRates,
    LicenceCounts,
    LicenceQueue,
    aalen_johansen,
    fitted,
    licensed,
    observed,
)
from sourcing.sampling.quasi_random import Mask
from sourcing.scenario.language.base import When, when
from sourcing.scenario.language.licences import LicencesSpec
from sourcing.units import days

QUARTER = 90.0  # days within which it is said what share is granted


@dataclass(frozen=True)
class FittedQueue:
    """A queue with what it was fitted to. times, outcome: of single applications."""

    queue: LicenceQueue
    counts: LicenceCounts
    fit: FittedRates
    times: Array
    outcome: tuple[str, ...]
    source: str


def queues_of(frame: Frame) -> Mapping[str, FittedQueue]:
    """Every licence queue of a scenario, by name."""
    return {name: _known(frame, queue) for name, queue in frame.scenario.licences.items()}


def counts_of_row(reference: str, as_of: str | None = None) -> LicenceCounts:
    """Counts of a row of licensing.csv, refusals that are not told apart among the granted or pending.

    Raises ValueError where it has no counts, DataError where there is no such row or it was not known.
    """
    row = datasets.row(reference, as_of)
    granted, pending = float(row["granted"]), float(row["pending"])
    if granted != granted or pending != pending:
        raise ValueError(f"{reference} does not say how many were granted and how many are pending")
    first, _, last = str(row["period"]).partition("/")
    begin, end = when(first), when(last or first)
    refused = float(row["refused"])
    return LicenceCounts(granted, 0.0 if refused != refused else refused, pending, _between(begin, end))


def _between(first: When, last: When) -> float:
    """Days from one date to another, both inclusive."""
    return float((last.last - first.first).days + 1)


def _known(frame: Frame, part: LicencesSpec) -> FittedQueue:
    counts, times, outcome, source = _evidence(frame, part)
    fit = fitted(counts)
    held = part.held.measure.number
    queue = LicenceQueue(fit.rates, part.lots, days(part.valid.measure), days(part.renewed.measure), held)
    return FittedQueue(queue, counts, fit, times, outcome, source)


def _evidence(frame: Frame, part: LicencesSpec) -> tuple[LicenceCounts, Array, tuple[str, ...], str]:
    """Counts, single times where there are any, and where they come from."""
    none = np.zeros(0), ()
    if part.row:
        as_of = frame.scenario.as_of.text if frame.scenario.as_of else None
        return counts_of_row(part.row, as_of), *none, part.row
    if part.counts:
        stated = part.counts
        window = _between(stated.from_, stated.until)
        return LicenceCounts(stated.granted, stated.refused, stated.pending, window), *none, "counts of the scenario"
    today = frame.scenario.as_of.last if frame.scenario.as_of else frame.calendar.edges[0]
    times = np.array(
        [
            float(((one.decided.last if one.decided else today) - one.filed.first).days)
            for one in part.applications.values()
        ]
    )
    outcome = tuple(one.outcome for one in part.applications.values())
    return observed(times, outcome), times, outcome, "own applications"


def said(name: str, known: FittedQueue) -> Iterator[str]:
    """What the data say once what is pending is counted as pending."""
    counts, fit = known.counts, known.fit
    (low, high), (soon, late) = fit.granted_in_the_end, fit.half_decided
    yield (
        f"licences {name}: {counts.granted:.0f} of {counts.filed:.0f} granted, {counts.refused:.0f} refused, "
        f"{counts.pending:.0f} pending ({known.source}). With those pending counted as undecided, "
        f"{percent(fit.rates.granted_in_the_end)} are granted in the end ({percent(low)} to {percent(high)}); "
        f"half are decided within {fit.rates.half_decided():.0f} days ({soon:.0f} to {late:.0f}), "
        f"{percent(fit.rates.granted_within(QUARTER))} granted within {QUARTER:.0f}. "
        "The rates are assumed constant, the intervals are of 90 %."
    )
    if known.outcome:
        share = aalen_johansen(known.times, known.outcome, QUARTER)
        yield f"licences {name}: without that assumption {percent(share)} are granted within {QUARTER:.0f} days"


def shares(time: Timeline, known: FittedQueue, holds: Mask, random: np.random.Generator) -> Array:
    """Share of the lots licensed in each step, shape (samples, steps); holds: steps in which licences are needed.

    Whoever comes under licences files on the first day of it, each time anew.
    """
    edges = np.array([edge.toordinal() for edge in time.steps.edges], float) - time.steps.edges[0].toordinal()
    begins = holds & ~np.concatenate([np.zeros((len(holds), 1), bool), holds[:, :-1]], axis=1)
    stretch = np.cumsum(begins, axis=1) * holds
    shares_licensed = np.ones(holds.shape)
    for number in range(1, int(stretch.max(initial=0)) + 1):
        inside = stretch == number
        start = np.where(inside.any(axis=1), edges[:-1][np.argmax(inside, axis=1)], edges[-1])
        shares_licensed = np.where(inside, licensed(known.queue, start, edges, random), shares_licensed)
    return shares_licensed
