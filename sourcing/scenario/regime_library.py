"""The library of regimes: data/regimes.yaml, each entry a named set of restrictions with its dates and source."""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from sourcing import files, library
from sourcing.errors import Problem, ScenarioError
from sourcing.files import Document
from sourcing.scenario.language.base import Date, Names, ScenarioPart
from sourcing.selection import near


class ScheduledSwitch(ScenarioPart):
    """A scheduled date whose outcome the data do not know, and the question it leaves open."""

    date: Date
    question: str
    materials: Names
    targets: Names | None = None
    row: str

    def concerns(self, countries: Collection[str]) -> bool:
        """Whether it can reach sites in these countries."""
        return self.targets is None or not set(countries).isdisjoint(self.targets)


class LibraryRegime(ScenarioPart):
    """A named set of restrictions with its source; official text and observed practice are two regimes."""

    title: str
    official: bool
    from_: Date
    until: Date | None = None
    announced: Date | None = None
    source: str
    row: str
    as_of: Date
    confidence: Literal["read", "recalled", "estimate"]
    restrictions: dict[str, dict[str, Any]] = {}
    switch: ScheduledSwitch | None = None
    note: str = ""

    @property
    def basis(self) -> str:
        """Official text or observed practice."""
        return "official" if self.official else "observed"

    @property
    def dates(self) -> str:
        """When it holds, in words."""
        return f"{self.from_.text} to {self.until.text}" if self.until else f"from {self.from_.text}"


def regimes() -> Mapping[str, LibraryRegime]:
    """Every regime by name, in order of the file. Raises ScenarioError when the file cannot be read."""
    return _regimes(library.data())


def written() -> Document:
    """The file of regimes as it is written, with the place of each key."""
    return _written(library.data())


def regime(name: str) -> LibraryRegime:
    """The regime of a name. Raises ScenarioError with near names when there is none."""
    if name not in regimes():
        raise ScenarioError((Problem(None, "regime", *unknown(name)),))
    return regimes()[name]


@cache
def _written(folder: Path) -> Document:
    return files.read(folder / "regimes.yaml")


@cache
def _regimes(folder: Path) -> Mapping[str, LibraryRegime]:
    known_regimes = {}
    for name, entry in _written(folder).value.items():
        known_regimes[name] = LibraryRegime.model_validate(
            {("from_" if key == "from" else key): part for key, part in entry.items()}
        )
    return MappingProxyType(known_regimes)


def unknown(name: object) -> tuple[str, str]:
    """Cause and cure where a name is that of no regime."""
    shown = str(name) if len(str(name)) <= 60 else f"{str(name)[:57]}..."
    return f"there is no regime '{shown}'", near(shown, regimes())
