"""What a file says, and where it says it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sourcing.errors import Place

Keys = tuple[str | int, ...]
"""The way to a value: names of mappings and numbers of list items, ("futures", "full ban", "probability")."""

_QUOTABLE = re.compile("[\\s.='\"]")

DEEPEST = 40  # nested mappings and lists

CHANGED = 1_000_000
"""Rank of what was changed after the files were read, by `--set`, `--vary` or from Python: below every file."""


@dataclass(frozen=True)
class Document:
    """What a file says: plain dict, list, str, int, float, bool, None (not to be changed), and where it says it.

    ranks: how far below the first file of its chain of `extends` each key was stated, 0 in that file; what is changed
    after the files were read has none. sized: rank of the file that states `size`; None where no file does.
    """

    value: dict[str, Any]
    places: Mapping[Keys, Place]
    files: tuple[Path, ...]
    ranks: Mapping[Keys, int] = field(default_factory=dict)
    sized: int | None = None

    def place(self, path: Iterable[str | int]) -> Place | None:
        """Place of a value, or of the nearest that holds it."""
        keys = tuple(path)
        if place := self.places.get(keys):
            return place
        known = (self.places.get(keys[:length]) for length in range(len(keys) - 1, -1, -1))
        return next((place for place in known if place), None)

    def rank(self, path: Iterable[str | int]) -> int:
        """How far below the first file of the chain a value was stated; `CHANGED` where that was after the reading."""
        return self.ranks.get(tuple(path), CHANGED)

    def inherited(self, path: Iterable[str | int]) -> bool:
        """Whether a value was stated above what states `size`: in a file that the one with `size` extends."""
        return self.rank(path) < (CHANGED if self.sized is None else self.sized)


def dotted(path: Iterable[str | int]) -> str:
    r"""A path as `override` reads it.

    >>> dotted(("futures", "full ban", "probability"))
    "futures.'full ban'.probability"
    >>> dotted(("suppliers", "Smith's"))
    'suppliers."Smith\'s"'
    """
    return ".".join(_quoted(str(part)) for part in path)


def _quoted(name: str) -> str:
    """A name with quotes where it needs them; with both kinds in it, each single one is written twice."""
    if name and not _QUOTABLE.search(name):
        return name
    if "'" in name and '"' not in name:
        return f'"{name}"'
    return "'" + name.replace("'", "''") + "'"
