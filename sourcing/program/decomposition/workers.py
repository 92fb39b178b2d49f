"""Where subtrees are solved: in this process, each in an instance that is kept, or on any executor of the caller's.

An executor is anything with `map(function, *iterables)`: concurrent.futures, mpi4py.futures, or a Dask client's
`get_executor()`. It is sent the data of a subtree and where it last ended, never a model.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from sourcing.periods import Array
from sourcing.program.decomposition.alike import Passed, in_order
from sourcing.program.decomposition.cut import Subtree
from sourcing.program.decomposition.recourse import Answer, Basis, Decided, Effort, Recourse, packed, unpacked
from sourcing.program.decomposition.standing import Clock

Given = TypeVar("Given")


class Executor(Protocol):
    """What a pool of workers must be able to do."""

    def map(self, function: Callable[..., Any], /, *iterables: Iterable[Any]) -> Iterator[Any]:
        """Results in the order of what is given."""


class Task(NamedTuple):
    """A subtree, where its links stand, where its last run ended, and as many seconds as it may take."""

    subtree: Subtree
    at: Array
    basis: Basis | None
    seconds: float | None


class Here:
    """Subtrees in this process. clock: raises StoppedError after any of them where it is time to end."""

    def __init__(self, subtrees: Sequence[Subtree], clock: Clock | None = None) -> None:
        self.subtrees, self.clock = subtrees, clock or Clock(None, None)
        self.held: list[Recourse] = []

    def ask(self, places: Sequence[Array]) -> list[Answer]:
        """What each subtree costs where its links stand. places: shape (links,) for each."""
        if self.held:
            return [self._checked(held.ask(at, self.clock.left)) for held, at in zip(self.held, places, strict=True)]
        made: dict[int, tuple[Recourse, Answer]] = {}
        passed = Passed()
        for number in in_order([subtree.kinds for subtree in self.subtrees]):
            subtree = self.subtrees[number]
            held = Recourse(subtree, passed.to(subtree.kinds))
            made[number] = held, self._checked(held.ask(places[number], self.clock.left))
            passed.keep(subtree.kinds, held.basis())
        self.held = [made[number][0] for number in range(len(made))]
        return [made[number][1] for number in range(len(made))]

    def decide(self, places: Sequence[Array], efforts: Sequence[Effort | None]) -> list[Decided | None]:
        """Each subtree with whole numbers, None where no effort is asked."""
        if not self.held:
            self.ask(places)
        found = zip(self.held, places, efforts, strict=True)
        return [
            None if effort is None else self._checked(held.decide(at, effort, self.clock.left))
            for held, at, effort in found
        ]

    def _checked(self, answer: Given) -> Given:
        self.clock.check()
        return answer


class Sent:
    """Subtrees on an executor. clock: as of `Here`."""

    def __init__(self, subtrees: Sequence[Subtree], executor: Executor, clock: Clock | None = None) -> None:
        self.subtrees, self.executor, self.clock = subtrees, executor, clock or Clock(None, None)
        self.bases: list[Basis | None] = [None] * len(subtrees)

    def ask(self, places: Sequence[Array]) -> list[Answer]:
        """As `Here.ask`."""
        found = list(self._checked(self.executor.map(answered, self._tasks(places))))
        self.bases = [basis for _, basis in found]
        return [answer for answer, _ in found]

    def decide(self, places: Sequence[Array], efforts: Sequence[Effort | None]) -> list[Decided | None]:
        """As `Here.decide`."""
        return list(self._checked(self.executor.map(decided, self._tasks(places), efforts)))

    def _tasks(self, places: Sequence[Array]) -> list[Task]:
        seconds = self.clock.left
        return [Task(*task, seconds) for task in zip(self.subtrees, places, self.bases, strict=True)]

    def _checked(self, answers: Iterator[Given]) -> Iterator[Given]:
        """The same answers; what was sent beyond them is called back where it is time to end."""
        for answer in answers:
            yield answer
            self.clock.check()


def answered(task: Task) -> tuple[Answer, Basis]:
    """What a worker does for `ask`."""
    held = _held(task)
    return held.ask(task.at, task.seconds), packed(held.basis())


def _held(task: Task) -> Recourse:
    return Recourse(task.subtree, None if task.basis is None else unpacked(task.basis))


def decided(task: Task, effort: Effort | None) -> Decided | None:
    """What a worker does for `decide`."""
    return None if effort is None else _held(task).decide(task.at, effort, task.seconds)


def place(subtrees: Sequence[Subtree], executor: Executor | None, clock: Clock | None = None) -> Here | Sent:
    """Where subtrees are to be solved. clock: as of `Here`."""
    return Here(subtrees, clock) if executor is None else Sent(subtrees, executor, clock)
