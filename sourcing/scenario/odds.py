"""When one probability is changed, the others of its group scale in proportion."""

from typing import Any

from sourcing import documents
from sourcing.documents import Document


def scaled_probabilities(before: Document, after: Document) -> Document:
    """When one probability of a group of futures was changed, the others scale in proportion."""
    for path in _groups(after):
        old, new = _probabilities(before, path), _probabilities(after, path)
        changed = [name for name in new if old.get(name) != new[name]]
        rest = sum(new[name] for name in new if name not in changed)
        if old.keys() == new.keys() and len(changed) == 1 and rest > 0 and 0 <= new[changed[0]] <= 1:
            factor = (1 - new[changed[0]]) / rest
            patch: dict[str, Any] = {
                name: {"probability": factor * value} for name, value in new.items() if name != changed[0]
            }
            for key in reversed(path):
                patch = {key: patch}
            after = documents.amend(after, patch)
    return after


def _groups(found: Document) -> list[tuple[str, ...]]:
    """Paths of the groups of futures."""
    risks = found.value.get("risks")
    return [("futures",), *(("risks", name) for name in (risks if isinstance(risks, dict) else {}))]


def _probabilities(found: Document, path: tuple[str, ...]) -> dict[str, float]:
    """Probabilities of a group that are plain numbers, by future."""
    group: Any = found.value
    for key in path:
        group = group.get(key) if isinstance(group, dict) else None
    futures = group.items() if isinstance(group, dict) else ()
    stated = {name: part.get("probability") for name, part in futures if isinstance(part, dict)}
    plain = {name: value for name, value in stated.items() if isinstance(value, int | float)}
    return {name: float(value) for name, value in plain.items()} if len(plain) == len(stated) else {}
