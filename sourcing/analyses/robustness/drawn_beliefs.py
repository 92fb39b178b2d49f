"""What an importer who has lived some periods of a drawn future takes the rest to be: a branch of the file's tree."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sourcing.analyses.robustness.beliefs import Belief
from sourcing.case import Case
from sourcing.case.generation.drawn_courses import DrawnCourses
from sourcing.case.records import Future
from sourcing.sampling.quasi_random import Ints


@dataclass(frozen=True)
class DrawnBeliefs:
    """Beliefs about drawn futures. kept: those of the tree; lived: those that may be lived, found by name."""

    courses: DrawnCourses
    lived: DrawnCourses

    def __call__(self, case: Case, future: Future, time: int) -> Belief:
        """The branch of the tree on which a future is in a period, its numbers continued from what was seen.

        Where all that was seen (regimes, lots licensed, bands of prices and needs) is that of a node, it is the futures
        of that node with their odds. Else it is the node of the future that is nearest up to this period, by the
        distance by which futures were kept, see models/formulation.md#distance-of-futures.
        """
        place = self._here(future)
        same = _alike(self.courses, place.shown[0], time)
        foreseen = len(same) > 0
        rows = same if foreseen else _alike(self.courses, self.courses.shown[self._nearest(place, time)], time)
        return Belief(self.courses.only(rows).after(place, time).futures, foreseen)

    def about(self, future: Future) -> "DrawnBeliefs":
        """The same beliefs with one future alone as the one that is lived."""
        return replace(self, lived=self._here(future))

    def _here(self, future: Future) -> DrawnCourses:
        return self.lived.only(np.array([self.lived.names.index(future.name)]))

    def _nearest(self, lived: DrawnCourses, time: int) -> int:
        """The course of the tree nearest to one up to a period; of equals the likeliest, then the first."""
        away = np.abs(self.courses.features.until(time) - lived.features.until(time)).sum(axis=1)
        nearest = np.flatnonzero(away <= away.min() + 1e-9)
        return int(nearest[np.argmax(self.courses.probability[nearest])])


def _alike(courses: DrawnCourses, shown: Sequence[str], time: int) -> Ints:
    """Courses of which the same was seen up to and including a period."""
    seen = tuple(shown[: time + 1])
    return np.array([row for row, other in enumerate(courses.shown) if other[: time + 1] == seen], np.int64)
