"""What the reading of one source gathers on its way: places, and everything to mend."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NoReturn

from sourcing.errors import Place, Problem, ScenarioError
from sourcing.files.document import Keys, dotted
from sourcing.spelling import alike

_MOST = 100_000  # problems in one error
_LISTED = 30  # known names in a cure


@dataclass(frozen=True)
class ProblemCollector:
    """What the reading of one source gathers: the place of each key, and everything to mend."""

    file: str
    numbered: bool = True
    places: dict[Keys, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def copy(self) -> "ProblemCollector":
        """An independent copy, for a reading that may come to nothing."""
        return replace(self, places=dict(self.places), problems=list(self.problems))

    def become(self, other: "ProblemCollector") -> None:
        """Take over what a copy has gathered."""
        self.places.update(other.places)
        self.problems[:] = other.problems

    def at(self, line: int | None) -> Place:
        return Place(self.file, line if self.numbered else None)

    def refuse(self, path: Keys, line: int | None, cause: str, cure: str) -> None:
        """Note a problem and read on; raises ScenarioError when there are too many to read."""
        self.problems.append(Problem(self.at(line), dotted(path), cause, cure))
        if len(self.problems) >= _MOST:
            self.check()

    def stop(self, path: Keys, line: int | None, cause: str, cure: str) -> NoReturn:
        """Raise ScenarioError: with this problem the rest cannot be read."""
        self.problems.append(Problem(self.at(line), dotted(path), cause, cure))
        raise ScenarioError(tuple(self.problems))

    def check(self) -> None:
        """Raise ScenarioError if anything is to be mended."""
        if self.problems:
            raise ScenarioError(tuple(self.problems))


def near(name: str, names: Iterable[str]) -> str:
    """Say which names exist, the near ones first."""
    known = list(names)
    close = alike(name, known)
    listed = ", ".join(known[:_LISTED]) + (", ..." if len(known) > _LISTED else "")
    return f"near: {', '.join(close)}; known: {listed}" if close else f"known: {listed or 'none'}"


def short(value: object) -> str:
    """A value in quotes, not longer than a line."""
    shown = str(value).strip()
    return f"'{shown}'" if len(shown) <= 60 else f"'{shown[:57]}...'"
