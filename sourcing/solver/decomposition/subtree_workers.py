"""Where subtrees are solved: in this process, each in an instance that is kept, or on any executor of the caller's.

An executor is anything with `map(function, *iterables)`: concurrent.futures, mpi4py.futures, or a Dask client's
`get_executor()`. It is sent the data of a subtree and where it last ended, never a model.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from sourcing.calendar import Array
from sourcing.solver.decomposition.cut import Subtree
from sourcing.solver.decomposition.recourse import (
    DecidedSubtree,
    Recourse,
    SearchEffort,
    SimplexBasis,
    SubtreeAnswer,
    packed,
    unpacked,
)
from sourcing.solver.decomposition.similar_subtrees import PassedBasis, in_order
from sourcing.solver.decomposition.state import Clock

Given = TypeVar("Given")


class Executor(Protocol):
    """What a pool of workers must be able to do."""

    def map(self, function: Callable[..., Any], /, *iterables: Iterable[Any]) -> Iterator[Any]:
        """Results in the order of what is given."""


class SubtreeTask(NamedTuple):
    """A subtree, where its links stand, where its last run ended, and as many seconds as it may take."""

    subtree: Subtree
    at: Array
    basis: SimplexBasis | None
    seconds: float | None


class LocalSubtrees:
    """Subtrees in this process. clock: raises StoppedError after any of them where it is time to end."""

    def __init__(self, subtrees: Sequence[Subtree], clock: Clock | None = None) -> None:
        self.subtrees, self.clock = subtrees, clock or Clock(None, None)
        self.recourses: list[Recourse] = []

    def ask(self, places: Sequence[Array]) -> list[SubtreeAnswer]:
        """What each subtree costs where its links stand. places: shape (links,) for each."""
        if self.recourses:
            return [
                self._checked(recourse.ask(at, self.clock.left))
                for recourse, at in zip(self.recourses, places, strict=True)
            ]
        made: dict[int, tuple[Recourse, SubtreeAnswer]] = {}
        passed = PassedBasis()
        for number in in_order([subtree.kinds for subtree in self.subtrees]):
            subtree = self.subtrees[number]
            recourse = Recourse(subtree, passed.to(subtree.kinds))
            made[number] = recourse, self._checked(recourse.ask(places[number], self.clock.left))
            passed.keep(subtree.kinds, recourse.basis())
        self.recourses = [made[number][0] for number in range(len(made))]
        return [made[number][1] for number in range(len(made))]

    def decide(self, places: Sequence[Array], efforts: Sequence[SearchEffort | None]) -> list[DecidedSubtree | None]:
        """Each subtree with whole numbers, None where no effort is asked."""
        if not self.recourses:
            self.ask(places)
        tasks = zip(self.recourses, places, efforts, strict=True)
        return [
            None if effort is None else self._checked(recourse.decide(at, effort, self.clock.left))
            for recourse, at, effort in tasks
        ]

    def _checked(self, answer: Given) -> Given:
        self.clock.check()
        return answer


class RemoteSubtrees:
    """Subtrees on an executor. clock: as of `LocalSubtrees`."""

    def __init__(self, subtrees: Sequence[Subtree], executor: Executor, clock: Clock | None = None) -> None:
        self.subtrees, self.executor, self.clock = subtrees, executor, clock or Clock(None, None)
        self.bases: list[SimplexBasis | None] = [None] * len(subtrees)

    def ask(self, places: Sequence[Array]) -> list[SubtreeAnswer]:
        """What each subtree costs where its links stand, as `LocalSubtrees.ask` tells it."""
        answers = list(self._checked(self.executor.map(answered, self._tasks(places))))
        self.bases = [basis for _, basis in answers]
        return [answer for answer, _ in answers]

    def decide(self, places: Sequence[Array], efforts: Sequence[SearchEffort | None]) -> list[DecidedSubtree | None]:
        """Each subtree with whole numbers, as `LocalSubtrees.decide` finds it."""
        return list(self._checked(self.executor.map(decided, self._tasks(places), efforts)))

    def _tasks(self, places: Sequence[Array]) -> list[SubtreeTask]:
        seconds = self.clock.left
        return [SubtreeTask(*task, seconds) for task in zip(self.subtrees, places, self.bases, strict=True)]

    def _checked(self, answers: Iterator[Given]) -> Iterator[Given]:
        """Pass answers through; what was sent beyond them is called back where it is time to end."""
        for answer in answers:
            yield answer
            self.clock.check()


def answered(task: SubtreeTask) -> tuple[SubtreeAnswer, SimplexBasis]:
    """Task of a worker process for `ask`."""
    recourse = _recourse(task)
    return recourse.ask(task.at, task.seconds), packed(recourse.basis())


def _recourse(task: SubtreeTask) -> Recourse:
    return Recourse(task.subtree, None if task.basis is None else unpacked(task.basis))


def decided(task: SubtreeTask, effort: SearchEffort | None) -> DecidedSubtree | None:
    """Task of a worker process for `decide`."""
    return None if effort is None else _recourse(task).decide(task.at, effort, task.seconds)


def place(
    subtrees: Sequence[Subtree], executor: Executor | None, clock: Clock | None = None
) -> LocalSubtrees | RemoteSubtrees:
    """Where subtrees are to be solved. clock: as of `LocalSubtrees`."""
    return LocalSubtrees(subtrees, clock) if executor is None else RemoteSubtrees(subtrees, executor, clock)
