"""What can go wrong, said so that the reader knows what to type."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where something was written: a file as the user named it, and a line counted from 1 (None: no line)."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """One thing to mend: place, path of the key, what is wrong with which value, and the cure."""

    place: Place | None
    path: str
    cause: str
    cure: str

    def __str__(self) -> str:
        where = ": ".join(part for part in (str(self.place) if self.place else "", self.path) if part)
        said = f"{where}: {self.cause}; {self.cure}" if where else f"{self.cause}; {self.cure}"
        return said.replace("\n", "\\n")  # a name with a line break in it stays one line of the list


class SourcingError(Exception):
    """Anything this package raises on purpose."""


class ScenarioError(SourcingError):
    """The input cannot be used. `problems` lists everything found, in file order."""

    def __init__(self, problems: tuple[Problem, ...]):
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Problem, ...]]]:
        """So that one raised in a worker process arrives whole."""
        return type(self), (self.problems,)


class DataError(ScenarioError):
    """A table of data cannot be used."""


class SolveError(SourcingError):
    """There is no plan; the message says why in the user's words."""
