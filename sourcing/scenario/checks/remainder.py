"""What is left to check of a file when parts of it are wrong: no finding may rest on what was left out.

Better a finding that comes only after the first ones are mended than one that is not true.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sourcing.scenario.checks.lookups import Finding
from sourcing.scenario.language.scenario import Scenario
from sourcing.spelling import alike

Path = tuple[str | int, ...]

ATTRIBUTES = {
    "materials": ("unit", "title", "note"),
    "suppliers": ("title", "capacity", "status", "row", "note"),
    "sites": ("title",),
    "offers": ("title", "price", "tax", "nameplate", "expected", "committed", "licensable", "yield", "row", "note"),
    "demand": ("need", "unit", "shortage", "firm", "own", "note"),
}
"""Subjects that `where` picks by, with the fields that tell it nothing, so that their entries pick as before."""

DOUBTED = 1000  # unknown names that may each be a misspelt subject

SELECTIONS = ("where", "release", "of", "within")


@dataclass(frozen=True)
class _Index:
    """The paths that are out, so that each finding is judged in a moment: their beginnings; subjects of any, of whole
    entries, of what may have told a selection something, of such parts inside an entry."""

    beginnings: frozenset[Path]
    subjects: frozenset[str | int]
    whole: frozenset[str | int]
    telling: frozenset[str | int]
    inside: frozenset[str | int]


@dataclass(frozen=True)
class Remainder:
    """What is left of the value of a document, and the paths that were left out, or are known to be wrong."""

    value: Mapping[str, Any]
    out: frozenset[Path] = frozenset()

    @cached_property
    def _index(self) -> "_Index":
        telling = [path for path in self.out if _tells(path)]
        return _Index(
            beginnings=frozenset(path[:length] for path in self.out for length in range(len(path) + 1)),
            subjects=frozenset(path[0] for path in self.out if path),
            whole=frozenset(path[0] for path in self.out if path and len(path) <= len(entry(path))),
            telling=frozenset(path[0] for path in telling if path),
            inside=frozenset(path[0] for path in telling if len(path) > len(entry(path))),
        )

    def without(self, paths: Iterable[Path]) -> "Remainder":
        """Copy without the entries at `paths`."""
        gone = frozenset(paths)
        return Remainder(_without(self.value, _nested(gone)), self.out | gone)

    def doubting(self, paths: Iterable[Path]) -> "Remainder":
        """Copy in which some parts are marked as wrong; what was written under a name like a subject's may belong to
        it."""
        wrong = set(paths)
        subjects = list(Scenario.model_fields)
        tops = [str(path[0]) for path in wrong if len(path) == 1]
        near = {(name,) for top in tops[:DOUBTED] for name in alike(top, subjects)}
        return replace(self, out=self.out | wrong | near)

    def lacks(self, subject: str, name: str) -> bool:
        """Whether an entry was left out, or all of its subject: it may be there once the file is mended."""
        return bool({(subject,), (subject, name)} & self.out)

    def vouches(self, finding: Finding, entries: tuple[str, ...] = (), numbers: tuple[str, ...] = ()) -> bool:
        """Whether a finding rests on nothing that is out: nothing of its own entry, no whole entry of some subjects,
        no part of others."""
        own, out = entry(finding[0]), self._index
        return not (
            own in out.beginnings
            or any(own[:length] in self.out for length in range(len(own) + 1))
            or not out.subjects.isdisjoint(numbers)
            or not out.whole.isdisjoint(entries)
        )

    def vouches_for_pick(self, finding: Finding, subjects: tuple[str, ...], words: "Words") -> bool:
        """Whether a `where` picks nothing even so: untouched subjects, or names that the file has nowhere else."""
        if not self.vouches(finding):
            return False
        if self._index.telling.isdisjoint(subjects):
            return True
        path, cause, _ = finding
        plain = self._index.inside.isdisjoint(subjects)
        names = _at(self.value, path)
        listed = names if isinstance(names, list | tuple) else [names]
        return plain and cause.startswith(f"no {path[-1]} is ") and not words.known & {str(name) for name in listed}


def entry(path: Path) -> Path:
    """The named part that a path lies in: an offer, a future, a restriction of a future."""
    steps = {"futures": 2, "risks": 3}.get(str(path[0]), 0) if path else 0
    if steps and len(path) > steps + 1 and path[steps] in ("restrictions", "changes"):
        return path[: steps + 2]
    return path[:3] if steps == 3 or path[:2] == ("baseline", "mix") else path[:2]


@dataclass(frozen=True)
class Words:
    """The names and texts of what a file says."""

    value: object

    @cached_property
    def known(self) -> frozenset[str]:
        """Every name and text outside selections."""
        return frozenset(_words(self.value))


def _words(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield str(key)
            if key not in SELECTIONS:
                yield from _words(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _words(part)
    elif isinstance(value, str):
        yield value


def _tells(path: Path) -> bool:
    """Whether what is out may have told a selection something."""
    return len(path) < 3 or path[0] not in ATTRIBUTES or path[2] not in ATTRIBUTES[str(path[0])]


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


_Tree = dict[str | int, Any]
"""Paths as mappings in mappings; None is an end."""


def _nested(paths: Iterable[Path]) -> _Tree:
    """Paths by their beginnings; what lies inside another is left out."""
    tree: _Tree = {}
    for path in sorted(filter(None, paths), key=len):
        node: _Tree | None = tree
        for key in path[:-1]:
            node = None if node is None else node.setdefault(key, {})
        if node is not None:
            node[path[-1]] = None
    return tree


def _without(value: Any, gone: _Tree) -> Any:
    """A value less what stands at some paths; a list goes as a whole when one of its entries does."""
    if not isinstance(value, Mapping):
        return value
    left = {}
    for key, part in value.items():
        if key not in gone:
            left[key] = part
        elif gone[key] is not None and isinstance(part, Mapping):
            left[key] = _without(part, gone[key])
    return left
