"""What can go wrong, said so that the reader knows what to type."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

ALONE = 3  # problems of one kind that are told one by one
PLACES = 3  # places that are named of a kind of which there are more

# What moves the cursor, hides or turns text round on a screen.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_GUESS = re.compile(r"^(?:did you mean .*?\? |near: .*?; )")
_QUOTED = re.compile("""'[^']*'|"[^"]*\"""")
_ANYWHERE = ("the name holds", "the text holds")  # causes that are one kind wherever they stand
_VARIES = re.compile(r"'[^']*'|[0-9]+")


@dataclass(frozen=True)
class Heading:
    """The heading of a column of a table: its line, counted from 1, and its text as it is written."""

    line: int
    text: str


@dataclass(frozen=True)
class Place:
    """Where something was written: a file as the user named it, and a line counted from 1 (None: no line); of a cell
    of a table the heading above it too."""

    file: str
    line: int | None = None
    heading: Heading | None = field(default=None, compare=False, repr=False)

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
        return visible(said.replace("\n", "\\n"))  # a name with a line break in it stays one line of the list


class SourcingError(Exception):
    """Anything this package raises on purpose."""


class ScenarioError(SourcingError):
    """The input cannot be used. `problems` lists everything found, in file order; the message has one line for each,
    and one for all of a kind where they are many."""

    def __init__(self, problems: tuple[Problem, ...]):
        self.problems = problems
        super().__init__("\n".join(_lines(problems)))

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Problem, ...]]]:
        """So that one raised in a worker process arrives whole."""
        return type(self), (self.problems,)


class DataError(ScenarioError):
    """A table of data cannot be used."""


class SolveError(SourcingError):
    """There is no plan; the message says why in the user's words."""


def visible(text: str) -> str:
    r"""A text whose unseen signs are written as escapes.

    >>> visible("a\rb")
    'a\\u000db'
    """
    return _UNSEEN.sub(lambda sign: f"\\u{ord(sign.group()):04x}", text)


def _lines(problems: Sequence[Problem]) -> Iterator[str]:
    """Lines of a message, in the order of the problems; all of a kind in the place of its first where they are many."""
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    alike = [kinds.setdefault(_kind(problem), []) for problem in problems]
    for problem, others in zip(problems, alike, strict=True):
        others.append(problem)
    for problem, others in zip(problems, alike, strict=True):
        if len(others) <= ALONE:
            yield str(problem)
        elif problem is others[0]:
            yield _counted(others)


def _kind(problem: Problem) -> tuple[str, ...]:
    """What problems of one kind share: all but the line, the names and the values."""
    file = problem.place.file if problem.place else ""
    first, *names = _QUOTED.sub("'", problem.path).split(".")
    last = names[-1] if len(names) > 1 and f"'{names[-1]}'" not in problem.cause else ""
    where = ("", "") if problem.cause.startswith(_ANYWHERE) else (first if names else "", last)
    return (file, *where, _VARIES.sub("'", problem.cause), _cure_of_kind(problem.cure))


@lru_cache(maxsize=1000)
def _cure_of_kind(cure: str) -> str:
    """What cures of one kind share; of very many problems most have the same."""
    return _VARIES.sub("'", _GUESS.sub("", cure))


def _counted(problems: list[Problem]) -> str:
    """One line for all problems of a kind: the first in full, and where the next ones are."""
    first, *rest = problems
    lines = dict.fromkeys(str(problem.place.line) for problem in problems if problem.place and problem.place.line)
    numbered = len(lines) == len(problems)
    places = list(lines)[1:] if numbered else [visible(problem.path) or str(problem.place) for problem in rest]
    named = ", ".join(places[:PLACES]) + (", ..." if len(rest) > PLACES else "")
    return f"{first}; and {len(rest):,} more like it: {'lines ' if numbered else ''}{named}"
