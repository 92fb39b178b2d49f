"""What a file says, and where it says it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcing.errors import Place

Keys = tuple[str | int, ...]
"""The way to a value: names of mappings and numbers of list items, ("futures", "full ban", "probability")."""

DEEPEST = 40  # nested mappings and lists


@dataclass(frozen=True)
class Document:
    """What a file says: plain dict, list, str, int, float, bool, None (not to be changed), and where it says it."""

    value: dict[str, Any]
    places: Mapping[Keys, Place]
    files: tuple[Path, ...]

    def place(self, path: Iterable[str | int]) -> Place | None:
        """Place of a value, or of the nearest that holds it."""
        keys = tuple(path)
        known = (self.places.get(keys[:length]) for length in range(len(keys), -1, -1))
        return next((place for place in known if place), None)


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
    if name and not re.search("[\\s.='\"]", name):
        return name
    if "'" in name and '"' not in name:
        return f'"{name}"'
    return "'" + name.replace("'", "''") + "'"
