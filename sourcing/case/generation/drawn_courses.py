"""Drawn futures with the samples they are made of, so that one future can be followed up to a period and continue as
another from then on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sourcing.calendar import Array
from sourcing.case.future_distance import FutureFeatures, features
from sourcing.case.generation.drawing import DrawnSamples, needed
from sourcing.case.generation.movements import years_of
from sourcing.case.generation.regime_stays import along
from sourcing.case.records import Future
from sourcing.sampling.quasi_random import Ints, Mask


@dataclass(frozen=True)
class DrawnCourses:
    """Drawn futures. offers: names, in their order; shown: what an importer can see of each, by period; names: of each;
    probability: shape (samples,)."""

    drawn: DrawnSamples
    offers: tuple[str, ...]
    shown: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    probability: Array

    @cached_property
    def futures(self) -> tuple[Future, ...]:
        """The courses as futures of a case."""
        return tuple(self._future(row) for row in range(len(self.names)))

    @cached_property
    def features(self) -> FutureFeatures:
        """What tells the courses apart."""
        return features(self.drawn, self.offers)

    @property
    def everything(self) -> Future:
        """A future in which every measure that may come holds throughout: what it reaches, any of them may reach."""
        throughout = np.ones(len(self.drawn.time.calendar))
        restrictions = [entry.part for entry in self.drawn.measures.restrictions]
        in_force = tuple(
            replace(
                restriction, cover=throughout, begins=0, approval=0.0 if restriction.licences else restriction.approval
            )
            for restriction in restrictions
        )
        return Future("everything", 1.0, in_force, (), ())

    def only(self, rows: Ints) -> "DrawnCourses":
        """Some of the courses; their probabilities are as shares of all of them."""
        share = self.probability[rows]
        shown, names = tuple(self.shown[row] for row in rows), tuple(self.names[row] for row in rows)
        return replace(self, drawn=self.drawn.only(rows), shown=shown, names=names, probability=share / share.sum())

    def after(self, past: "DrawnCourses", time: int) -> "DrawnCourses":
        """These courses where the single course `past` came true up to and including period `time`.

        A regime of `past` that a course is not in holds until that course next changes its regime. Prices and needs go
        on from where they were, with the shocks of the course; how far they lay above or below the course's own fades
        as their fluctuation says. What an importer sees of each course stays the same, so that the courses can be told
        from one another as before.
        """
        states = self._states(past, time)
        later = self.drawn.time.period > time
        licensed = {
            name: np.where(later, self._licensed(past, name, states, time), past.drawn.licensed[name])
            for name in self.drawn.licensed
        }
        factors = self._factors(past, time)
        return replace(self, drawn=replace(self.drawn, states=states, licensed=licensed, factors=factors))

    def _states(self, past: "DrawnCourses", time: int) -> Ints:
        states, past_states, last = self.drawn.states, past.drawn.states[0], self.drawn.time.last[time]
        elsewhere = (states[:, [last]] != past_states[last]) & ~self._moved(last)
        steps = np.arange(states.shape[1])
        return np.where(steps <= last, past_states, np.where(elsewhere, past_states[last], states))

    def _moved(self, last: int) -> Mask:
        """Whether each course has changed its regime since a step, shape (samples, steps)."""
        own = self.drawn.states
        moved = np.zeros(own.shape, bool)
        moved[:, last + 1 :] = np.logical_or.accumulate(own[:, last + 1 :] != own[:, [last]], axis=1)
        return moved

    def _licensed(self, past: "DrawnCourses", queue: str, states: Ints, time: int) -> Array:
        """What is licensed later: as in the course; as it was last where the course needs no licence."""
        wanting = needed(self.drawn.measures, queue, states) & ~self.drawn.needed(queue)
        return np.where(wanting, past.drawn.licensed[queue][0, self.drawn.time.last[time]], self.drawn.licensed[queue])

    def _factors(self, past: "DrawnCourses", time: int) -> Array:
        factors, past_factors = self.drawn.factors, past.drawn.factors
        years = years_of(self.drawn.time)
        fade = np.array(
            [[one.fluctuation.kept(max(year - years[time], 0.0)) for year in years] for one in self.drawn.movements]
        ).reshape(factors.shape[1:])
        onward = factors * (past_factors[:, :, [time]] / factors[:, :, [time]]) ** fade
        return np.where(np.arange(len(years)) <= time, past_factors, onward)

    def _future(self, row: int) -> Future:
        samples, shown = self.drawn, self.shown[row]
        licensed = {queue: held[row] for queue, held in samples.licensed.items()}
        restrictions, changes = along(samples.time, samples.measures, samples.states[row], licensed)
        moves = tuple(one.change(samples.factors[row, number]) for number, one in enumerate(samples.movements))
        states = tuple(samples.names[state] for state in samples.states[row, samples.time.last])
        share = float(self.probability[row])
        return Future(self.names[row], share, restrictions, (*changes, *moves), (), shown, states)


def courses(drawn: DrawnSamples, offers: Sequence[str], names: Sequence[str], probability: Array) -> DrawnCourses:
    """Samples as courses, seen as they are."""
    return DrawnCourses(drawn, tuple(offers), tuple(drawn.shown()), tuple(names), probability)


def paths(drawn: DrawnSamples) -> list[str]:
    """The regimes of each sample with the day from which each holds."""
    return [_path(drawn, row) for row in range(len(drawn.states))]


def numbered(names: Sequence[str]) -> list[str]:
    """Names, several of one name numbered."""
    often, seen = Counter(names), Counter[str]()
    numbers = []
    for name in names:
        seen[name] += 1
        numbers.append(f"{name} ({seen[name]})" if often[name] > 1 else name)
    return numbers


def _path(drawn: DrawnSamples, row: int) -> str:
    states, steps, labels = drawn.states[row], drawn.time.steps, drawn.time.calendar.labels
    words = [drawn.names[states[0]]]
    for step in np.flatnonzero(np.diff(states)) + 1:
        edge = steps.edges[step]
        day = labels[drawn.time.period[step]] if edge in drawn.time.calendar.edges else edge.isoformat()
        words.append(f"{drawn.names[states[step]]} {day}")
    return " then ".join(words)
