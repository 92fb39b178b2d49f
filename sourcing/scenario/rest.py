"""What is left to check of a file when parts of it are wrong: no finding may rest on what was left out.

Better a finding that comes only after the first ones are mended than one that is not true.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from sourcing.scenario.finding import Finding
from sourcing.scenario.scenario import Scenario

Path = tuple[str | int, ...]

ATTRIBUTES = {
    "materials": ("unit", "title", "note"),
    "suppliers": ("title", "capacity", "status", "row", "note"),
    "sites": ("title",),
    "offers": ("title", "price", "tax", "nameplate", "expected", "committed", "licensable", "yield", "row", "note"),
    "demand": ("need", "unit", "shortage", "firm", "own", "note"),
}
"""Subjects that `where` picks by, with the fields that tell it nothing, so that their entries pick as before."""

SELECTIONS = ("where", "release", "of", "within")


@dataclass(frozen=True)
class Rest:
    """What is left of the value of a document, and the paths that were left out, or are known to be wrong."""

    value: Mapping[str, Any]
    out: frozenset[Path] = frozenset()

    def without(self, paths: Iterable[Path]) -> "Rest":
        """Less some parts of it."""
        gone = tuple(paths)
        value: Any = self.value
        for path in sorted(gone, key=len, reverse=True):
            value = _without(value, path)
        return Rest(value, self.out | set(gone))

    def doubting(self, paths: Iterable[Path]) -> "Rest":
        """The same value, some parts of which are wrong; what was written under a name like a subject's may be its."""
        wrong = set(paths)
        subjects = list(Scenario.model_fields)
        near = {(name,) for path in wrong if len(path) == 1 for name in get_close_matches(str(path[0]), subjects, n=3)}
        return replace(self, out=self.out | wrong | near)

    def lacks(self, subject: str, name: str) -> bool:
        """Whether an entry was left out, or all of its subject: it may be there once the file is mended."""
        return bool({(subject,), (subject, name)} & self.out)

    def vouches(self, finding: Finding, entries: tuple[str, ...] = (), numbers: tuple[str, ...] = ()) -> bool:
        """Whether a finding rests on nothing that is out: nothing of its own entry, no whole entry of some subjects,
        no part of others."""
        own = entry(finding[0])
        return not any(
            path[: len(own)] == own
            or own[: len(path)] == path
            or path[0] in numbers
            or (path[0] in entries and len(path) <= len(entry(path)))
            for path in self.out
        )

    def vouches_for_pick(self, finding: Finding, subjects: tuple[str, ...], words: frozenset[str]) -> bool:
        """Whether a `where` picks nothing even so: untouched subjects, or names that the file has nowhere else."""
        if not self.vouches(finding):
            return False
        touched = [path for path in self.out if path[0] in subjects]
        if not any(_tells(path) for path in touched):
            return True
        path, cause, _ = finding
        plain = all(len(path) <= len(entry(path)) for path in touched if _tells(path))
        names = _at(self.value, path)
        listed = names if isinstance(names, list | tuple) else [names]
        return plain and cause.startswith(f"no {path[-1]} is ") and not words & {str(name) for name in listed}


def entry(path: Path) -> Path:
    """The named part that a path lies in: an offer, a future, a restriction of a future."""
    steps = {"futures": 2, "risks": 3}.get(str(path[0]), 0) if path else 0
    if steps and len(path) > steps + 1 and path[steps] in ("restrictions", "changes"):
        return path[: steps + 2]
    return path[:3] if steps == 3 or path[:2] == ("baseline", "mix") else path[:2]


def words(value: object) -> Iterator[str]:
    """Every name and text of a file outside its selections."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield str(key)
            if key not in SELECTIONS:
                yield from words(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from words(part)
    elif isinstance(value, str):
        yield value


def _tells(path: Path) -> bool:
    """Whether what is out may have told a selection something."""
    return len(path) < 3 or path[0] not in ATTRIBUTES or path[2] not in ATTRIBUTES[str(path[0])]


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _without(value: Any, path: Path) -> Any:
    """A value less what stands at a path; a list goes as a whole when one of its entries does."""
    if not isinstance(value, Mapping) or path[0] not in value:
        return value
    first, rest = path[0], path[1:]
    if not rest or not isinstance(value[first], Mapping):
        return {key: part for key, part in value.items() if key != first}
    return {**value, first: _without(value[first], rest)}
