"""Courses: drawn futures with what they were drawn as, so that one can be lived up to a period and go on as another."""

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
        one = np.ones(len(self.drawn.time.calendar))
        parts = [entry.part for entry in self.drawn.measures.restrictions]
        held = tuple(
            replace(part, cover=one, begins=0, approval=0.0 if part.licences else part.approval) for part in parts
        )
        return Future("everything", 1.0, held, (), ())

    def only(self, rows: Ints) -> "DrawnCourses":
        """Some of the courses; their probabilities are as shares of all of them."""
        share = self.probability[rows]
        shown, names = tuple(self.shown[row] for row in rows), tuple(self.names[row] for row in rows)
        return replace(self, drawn=self.drawn.only(rows), shown=shown, names=names, probability=share / share.sum())

    def after(self, lived: "DrawnCourses", time: int) -> "DrawnCourses":
        """These courses, had the single course `lived` come before: up to a period all is as it was, and then goes on.

        A regime lived that a course is not in holds until that one next changes. Prices and needs go on from where they
        were with the shocks of the course; what they were above or below it fades as their fluctuation says. A course
        is still seen as it was, so that these part from one another as they did.
        """
        states = self._states(lived, time)
        later = self.drawn.time.period > time
        licensed = {
            name: np.where(later, self._licensed(lived, name, states, time), lived.drawn.licensed[name])
            for name in self.drawn.licensed
        }
        factors = self._factors(lived, time)
        return replace(self, drawn=replace(self.drawn, states=states, licensed=licensed, factors=factors))

    def _states(self, lived: "DrawnCourses", time: int) -> Ints:
        own, before, last = self.drawn.states, lived.drawn.states[0], self.drawn.time.last[time]
        elsewhere = (own[:, [last]] != before[last]) & ~self._moved(last)
        steps = np.arange(own.shape[1])
        return np.where(steps <= last, before, np.where(elsewhere, before[last], own))

    def _moved(self, last: int) -> Mask:
        """Whether each course has changed its regime since a step, shape (samples, steps)."""
        own = self.drawn.states
        moved = np.zeros(own.shape, bool)
        moved[:, last + 1 :] = np.logical_or.accumulate(own[:, last + 1 :] != own[:, [last]], axis=1)
        return moved

    def _licensed(self, lived: "DrawnCourses", queue: str, states: Ints, time: int) -> Array:
        """What is licensed later: as in the course; as it was last where the course needs no licence."""
        wanting = needed(self.drawn.measures, queue, states) & ~self.drawn.needed(queue)
        return np.where(wanting, lived.drawn.licensed[queue][0, self.drawn.time.last[time]], self.drawn.licensed[queue])

    def _factors(self, lived: "DrawnCourses", time: int) -> Array:
        own, before = self.drawn.factors, lived.drawn.factors
        years = years_of(self.drawn.time)
        fade = np.array(
            [[one.fluctuation.kept(max(year - years[time], 0.0)) for year in years] for one in self.drawn.movements]
        ).reshape(own.shape[1:])
        onward = own * (before[:, :, [time]] / own[:, :, [time]]) ** fade
        return np.where(np.arange(len(years)) <= time, before, onward)

    def _future(self, row: int) -> Future:
        few, shown = self.drawn, self.shown[row]
        licensed = {queue: held[row] for queue, held in few.licensed.items()}
        restrictions, changes = along(few.time, few.measures, few.states[row], licensed)
        moves = tuple(one.change(few.factors[row, number]) for number, one in enumerate(few.movements))
        states = tuple(few.names[state] for state in few.states[row, few.time.last])
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
