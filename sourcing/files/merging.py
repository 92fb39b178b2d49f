"""One document over another: mappings merge by name, null removes, all else is replaced whole."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from sourcing.errors import Problem, ScenarioError
from sourcing.files.data_tables import with_tables
from sourcing.files.document import Document, Keys, dotted
from sourcing.files.problem_collector import near
from sourcing.files.python_mappings import from_python

Entry = TypeVar("Entry")

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


def is_value(key: str | int, mapping: Mapping[str, Any]) -> bool:
    """Whether a mapping at `key` is one value, replaced whole: a selection, tiers, a quantity, values by date."""
    dated = bool(mapping) and all(_DATE.fullmatch(name) for name in mapping)
    return key in ("where", "scope", "tiers", "release") or "value" in mapping or dated


def _lifts(path: Keys) -> bool:
    """Whether null is a word of its own: in a future or a regime it lifts what holds elsewhere."""
    return len(path) >= 4 and path[0] in ("futures", "risks", "regimes") and path[-2] in ("restrictions", "changes")


def amend(document: Document, change: Document | Mapping[str, Any], into: Keys = ()) -> Document:
    """The document with a change: mappings merge by name, null removes, all else is replaced whole.

    into: path of a value of which the change names one part, a date or a key of a selection: the others are left.

    Places follow: of a mapping from Python only where it changes something. A null in the `restrictions` or
    `changes` of a future or a regime stays, for it lifts what holds everywhere else.
    Raises ScenarioError where null removes what is not there, and where the change says `extends`.
    """
    new = change if isinstance(change, Document) else with_tables(from_python(change), Path())
    if "extends" in new.value:
        cause, cure = f"extends: {new.value['extends']} comes too late for a change", "write it in the file"
        raise ScenarioError((Problem(new.place(("extends",)), "extends", cause, cure),))
    replaced: set[Keys] = set()
    stated: set[Keys] = set()
    idle: dict[Keys, str] = {}
    value = _merge(document.value, new.value, (), replaced, stated, idle, into)
    if idle:
        cause = "null removes nothing, there is no such name"
        raise ScenarioError(tuple(Problem(new.place(path), dotted(path), cause, cure) for path, cure in idle.items()))
    kept = _outside(document.places, replaced)
    moved = {path: place for path, place in new.places.items() if path}
    places = kept | moved if isinstance(change, Document) else moved | kept
    return Document(value, places, document.files + new.files, _ranks(document, new, stated), document.sized)


def _ranks(document: Document, new: Document, stated: set[Keys]) -> dict[Keys, int]:
    """Ranks of all keys, where the change states some: what it says again in the same words is stated by it too."""
    return _outside(document.ranks, stated) | dict(new.ranks)


def _outside(entries: Mapping[Keys, Entry], roots: set[Keys]) -> dict[Keys, Entry]:
    """Entries whose path neither is nor lies below one of some others.

    Most documents are large and most changes small: what begins with another name is passed over at once.
    """
    first, lengths = {path[0] for path in roots}, {len(path) for path in roots}
    below = [
        path for path in entries if path and path[0] in first and any(path[:length] in roots for length in lengths)
    ]
    left = dict(entries)
    for path in below:
        del left[path]
    return left


def _merge(
    old: dict[str, Any],
    new: dict[str, Any],
    path: Keys,
    replaced: set[Keys],
    stated: set[Keys],
    idle: dict[Keys, str],
    into: Keys,
) -> dict[str, Any]:
    """Merge `new` over `old`; notes what is stated, what of it replaces or removes something else, and the nulls that
    remove nothing with their cure."""
    merged = dict(old)
    for key, value in new.items():
        here, before = (*path, key), merged.get(key)
        if (
            isinstance(value, dict)
            and isinstance(before, dict)
            and (here == into[: len(here)] or not (is_value(key, value) or is_value(key, before)))
        ):
            merged[key] = _merge(before, value, here, replaced, stated, idle, into)
            continue
        stated.add(here)
        if value is None or type(value) is not type(before) or value != before:
            replaced.add(here)
        if value is not None or _lifts(here):
            merged[key] = value
        elif merged.pop(key, idle) is idle:
            idle[here] = f"leave it out; {near(key, old)}"
    return merged
