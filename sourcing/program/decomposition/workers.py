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

Given = TypeVar("Given", Answer, Decided)


class Executor(Protocol):
    """What a pool of workers must be able to do."""

    def map(self, function: Callable[..., Any], /, *iterables: Iterable[Any]) -> Iterator[Any]:
        """Results in the order of what is given."""


class Task(NamedTuple):
    """A subtree, where its links stand, and where its last run ended."""

    subtree: Subtree
    at: Array
    basis: Basis | None


class Here:
    """Subtrees in this process. check: called after each of them, raises where it is time to end."""

    def __init__(self, subtrees: Sequence[Subtree], check: Callable[[], None] | None = None) -> None:
        self.subtrees, self.check = subtrees, check
        self.held: list[Recourse] = []

    def ask(self, places: Sequence[Array]) -> list[Answer]:
        """What each subtree costs where its links stand. places: shape (links,) for each."""
        if self.held:
            return [self._checked(held.ask(at)) for held, at in zip(self.held, places, strict=True)]
        made: dict[int, tuple[Recourse, Answer]] = {}
        passed = Passed()
        for number in in_order([subtree.kinds for subtree in self.subtrees]):
            subtree = self.subtrees[number]
            held = Recourse(subtree, passed.to(subtree.kinds))
            made[number] = held, self._checked(held.ask(places[number]))
            passed.keep(subtree.kinds, held.basis())
        self.held = [made[number][0] for number in range(len(made))]
        return [made[number][1] for number in range(len(made))]

    def decide(self, places: Sequence[Array], efforts: Sequence[Effort | None]) -> list[Decided | None]:
        """Each subtree with whole numbers, None where no effort is asked."""
        if not self.held:
            self.ask(places)
        found = zip(self.held, places, efforts, strict=True)
        return [None if effort is None else self._checked(held.decide(at, effort)) for held, at, effort in found]

    def _checked(self, answer: Given) -> Given:
        if self.check is not None:
            self.check()
        return answer


class Sent:
    """Subtrees on an executor."""

    def __init__(self, subtrees: Sequence[Subtree], executor: Executor) -> None:
        self.subtrees, self.executor = subtrees, executor
        self.bases: list[Basis | None] = [None] * len(subtrees)

    def ask(self, places: Sequence[Array]) -> list[Answer]:
        """As `Here.ask`."""
        tasks = list(map(Task, self.subtrees, places, self.bases))
        found = list(self.executor.map(answered, tasks))
        self.bases = [basis for _, basis in found]
        return [answer for answer, _ in found]

    def decide(self, places: Sequence[Array], efforts: Sequence[Effort | None]) -> list[Decided | None]:
        """As `Here.decide`."""
        tasks = list(map(Task, self.subtrees, places, self.bases))
        return list(self.executor.map(decided, tasks, efforts))


def answered(task: Task) -> tuple[Answer, Basis]:
    """What a worker does for `ask`."""
    held = _held(task)
    return held.ask(task.at), packed(held.basis())


def _held(task: Task) -> Recourse:
    return Recourse(task.subtree, None if task.basis is None else unpacked(task.basis))


def decided(task: Task, effort: Effort | None) -> Decided | None:
    """What a worker does for `decide`."""
    return None if effort is None else _held(task).decide(task.at, effort)


def place(
    subtrees: Sequence[Subtree], executor: Executor | None, check: Callable[[], None] | None = None
) -> Here | Sent:
    """Where subtrees are to be solved. check: as of `Here`."""
    return Here(subtrees, check) if executor is None else Sent(subtrees, executor)
