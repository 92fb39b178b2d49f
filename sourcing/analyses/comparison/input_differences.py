"""What differs between two scenario files: values by their path."""

from collections.abc import Iterator
from typing import Any

from sourcing.files import Document, dotted

ABSENT = "not there"


def values(document: Document) -> dict[str, str]:
    """Every value of a document by its path, as text; a value that is a list is one value."""
    return dict(_leaves(document.value, ()))


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    else:
        yield dotted(path), str(value)


def input_differences(before: Document, after: Document) -> list[tuple[str, str, str]]:
    """Path, value before and after of what differs, in the order of the first file, then of the second."""
    old, new = values(before), values(after)
    return [
        (path, old.get(path, ABSENT), new.get(path, ABSENT))
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    ]
