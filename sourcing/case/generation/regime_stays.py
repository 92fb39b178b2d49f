"""What holds while a chain of regimes is in each of its states, and what a path of it does to a case."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np

from sourcing.calendar import Array, Calendar
from sourcing.case.frame import Frame
from sourcing.case.records import Change, Demand, Offer, Restriction
from sourcing.case.resolved_futures import change_of, restriction_of
from sourcing.sampling.quasi_random import Ints, Mask
from sourcing.scenario.language.base import When
from sourcing.scenario.language.generation import StateSpec
from sourcing.scenario.language.restrictions import ChangeSpec as ChangePart
from sourcing.scenario.language.restrictions import RestrictionSpec as RestrictionPart

Held = TypeVar("Held", Restriction, Change)
Part = TypeVar("Part", RestrictionPart, ChangePart)


NOTHING_ELSE: Mapping[str, Any] = {
    **dict.fromkeys(("price", "capacity", "price_elsewhere", "capacity_elsewhere"), math.nan),
    "seizes": False,
}


@dataclass(frozen=True)
class Timeline:
    """Periods cut where somebody decides: `steps` are their parts. period: of each step, shape (steps,); share: of its
    period's days, shape (steps,)."""

    calendar: Calendar
    steps: Calendar
    period: Ints
    share: Array

    @property
    def last(self) -> Ints:
        """The last step of each period, shape (periods,)."""
        return np.searchsorted(self.period, np.arange(len(self.calendar)), side="right") - 1

    def by_period(self, values: Array) -> Array:
        """The day-weighted mean over the steps of each period; shape (..., steps) to (..., periods)."""
        starts = np.searchsorted(self.period, np.arange(len(self.calendar)))
        return np.asarray(np.add.reduceat(values * self.share, starts, axis=-1))


def timeline(calendar: Calendar, days: list[int]) -> Timeline:
    """The calendar with an edge before each of the days (ordinals) that lie within it."""
    edges = sorted({edge.toordinal(): edge for edge in calendar.edges}.items())
    first, last = edges[0][0], edges[-1][0]
    one = type(calendar.edges[0])
    cut = sorted({ordinal for ordinal, _ in edges} | {day for day in days if first < day < last})
    steps = Calendar(calendar.period, tuple(one.fromordinal(ordinal) for ordinal in cut))
    period = np.array([calendar.index(edge) for edge in steps.edges[:-1]])
    return Timeline(calendar, steps, period, steps.days / calendar.days[period])


@dataclass(frozen=True)
class StateEvent(Generic[Held]):
    """A measure or a change as it would hold from beginning to end; within: share of each step that its own dates
    allow, shape (steps,); states: those in which it holds, shape (states,). Parts that are equal in several states are
    one, so that they run on from one to the next."""

    part: Held
    within: Array
    states: Mask


@dataclass(frozen=True)
class StateEvents:
    """What holds in the states of a chain."""

    restrictions: tuple[StateEvent[Restriction], ...]
    changes: tuple[StateEvent[Change], ...]


def measures(
    frame: Frame,
    time: Timeline,
    states: tuple[StateSpec, ...],
    offers: Mapping[str, Offer],
    demands: tuple[Demand, ...],
) -> StateEvents:
    """What holds in each state: the file's restrictions and changes, the state's merged over them; null lifts one."""
    scenario = frame.scenario
    restrictions = [{**scenario.restrictions, **state.restrictions} for state in states]
    changes = [{**scenario.changes, **state.changes} for state in states]
    return StateEvents(
        tuple(
            StateEvent(restriction_of(frame, name, part, offers), _within(time, part.from_, part.until), mask)
            for name, part, mask in _distinct(restrictions)
        ),
        tuple(
            StateEvent(change_of(frame, name, part, offers, demands), _within(time, part.from_, part.until), mask)
            for name, part, mask in _distinct(changes)
        ),
    )


def _distinct(held: Sequence[Mapping[str, Part | None]]) -> Iterator[tuple[str, Part, Mask]]:
    """Parts by name that differ from one another, with the states in which they hold."""
    stays: list[tuple[str, Part, Mask]] = []
    for state, parts in enumerate(held):
        for name, part in parts.items():
            if part is None:
                continue
            same = next((mask for other, known, mask in stays if other == name and known == part), None)
            if same is None:
                stays.append((name, part, same := np.zeros(len(held), bool)))
            same[state] = True
    return iter(stays)


def _within(time: Timeline, first: When | None, last: When | None) -> Array:
    return time.steps.cover(first.first if first else None, last.last if last else None)


def along(
    time: Timeline, holdings: StateEvents, path: Ints, licensed: Mapping[str, Array]
) -> tuple[tuple[Restriction, ...], tuple[Change, ...]]:
    """Restrictions and changes of one path of states, shape (steps,): one for each stretch in which a part holds.

    licensed: share licensed in each step, by queue, shape (steps,). Such a restriction lets the
    normal take through, and a second one beside it holds back what is not licensed.
    """
    restrictions: list[Restriction] = []
    for entry, cover, start in _stretches(holdings.restrictions, path):
        part, share = entry.part, licensed.get(entry.part.licences)
        if share is None:
            restrictions.append(_restricted(time, part, cover, start))
            continue
        restrictions.append(_restricted(time, replace(part, approval=1.0), cover, start))
        held_back = replace(part, name=f"{part.name}: not licensed", approval=0.0, **NOTHING_ELSE)
        if (cover * (1 - share)).any():
            restrictions.append(_restricted(time, held_back, cover * (1 - share), start))
    changes = tuple(
        replace(entry.part, cover=time.by_period(cover), known_from=int(time.period[start]))
        for entry, cover, start in _stretches(holdings.changes, path)
    )
    return tuple(restrictions), changes


def _stretches(holdings: tuple[StateEvent[Held], ...], path: Ints) -> Iterator[tuple[StateEvent[Held], Array, int]]:
    """Each holding with the steps of each of its stretches, as shares of the steps, and the first of them."""
    for entry in holdings:
        shares = entry.states[path] * entry.within
        edges = np.flatnonzero(np.diff(np.concatenate([[0.0], (shares > 0).astype(float), [0.0]])))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            cover = np.zeros(len(path))
            cover[start:end] = shares[start:end]
            yield entry, cover, int(start)


def _restricted(time: Timeline, part: Restriction, cover: Array, start: int) -> Restriction:
    """A measure in one stretch. From the beginning of the plan it goes on as it was; its end is never known before."""
    begins = int(time.period[start])
    last = int(time.period[np.flatnonzero(cover)[-1]])
    return replace(
        part,
        cover=time.by_period(cover),
        begins=begins,
        known_from=min(part.known_from, begins) if start == 0 else begins,
        until_known=False,
        age=part.age if start == 0 else 0,
        ends=last,
    )
