"""The way from one scenario file to another, one group of inputs at a time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sourcing.files import CHANGED, Document, dotted

Path = tuple[str, ...]
Leaves = dict[Path, Any]
OTHERS = "everything else"
BY_SUBJECT = {
    "the calendar": ("horizon", "as_of"),
    "stock on hand": ("opening_stock",),
    "open orders": ("open_orders",),
    "prices": ("rates",),
    "measures and futures": (
        *("restrictions", "futures", "risks", "regimes", "licences", "fluctuations", "sample", "changes", "answered"),
    ),
    "needs": ("demand",),
    OTHERS: (),
}
"""Groups in the order in which they are taken over, with the subjects of a scenario file that are theirs."""

TOLD = ("title", "description", "importer", "left_out", "caveats")
"""Subjects that decide nothing."""

PRICES = {
    "offers": ("price", "tiers", "order_cost", "deposit"),
    "contracts": ("price", "shortfall_charge"),
    "lanes": ("freight", "duty"),
}
"""Of entries that both files have, what counts among the prices."""


@dataclass(frozen=True)
class InputStep:
    """Groups of inputs that are taken over together: their names, the file after it, and the paths that moved in it."""

    names: tuple[str, ...]
    document: Document
    paths: tuple[str, ...]

    @property
    def name(self) -> str:
        """Names of all inputs of the step, joined by `and`."""
        return " and ".join(self.names)


def input_steps(before: Document, after: Document) -> Iterator[InputStep]:
    """One step for each group in which two files differ; the last one ends at `after` itself."""
    old, new = _leaves(before), _leaves(after)
    group = _grouping(before, after)
    everything = (path for path in dict.fromkeys([*new, *old]) if path[0] not in TOLD)
    moved = [path for path in everything if old.get(path, _ABSENT) != new.get(path, _ABSENT)]
    names = [name for name in BY_SUBJECT if any(group(path) == name for path in moved)]
    for number, name in enumerate(names, 1):
        taken = frozenset(names[:number])
        whole = after if number == len(names) else _between(before, after, _mixed(old, new, group, taken), group, taken)
        yield InputStep((name,), whole, tuple(dotted(path) for path in moved if group(path) == name))


def merged(first: InputStep, second: InputStep) -> InputStep:
    """Two steps in one, where what stands between them is no scenario or has no plan."""
    return InputStep((*first.names, *second.names), second.document, (*first.paths, *second.paths))


_ABSENT = object()


def _leaves(document: Document) -> Leaves:
    """Every value by its path; a list is one value, an empty mapping too."""
    return dict(_entries(document.value, ()))


def _entries(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _entries(inner, (*path, key))
    else:
        yield path, value


def _grouping(before: Document, after: Document) -> Callable[[Path], str]:
    """The group of a path; prices of an entry that only one file has belong with the rest of that entry."""
    subjects = {subject: name for name, subjects_held in BY_SUBJECT.items() for subject in subjects_held}

    def group(path: Path) -> str:
        own = PRICES.get(path[0], ())
        if len(path) > 2 and path[2] in own and all(_has(file.value, path[:2]) for file in (before, after)):
            return "prices"
        return subjects.get(path[0], OTHERS)

    return group


def _has(value: Mapping[str, Any], path: Path) -> bool:
    value_there = value.get(path[0])
    return isinstance(value_there, dict) and path[1] in value_there


def _between(
    before: Document, after: Document, value: dict[str, Any], group: Callable[[Path], str], taken: frozenset[str]
) -> Document:
    """A file between two others: each number stays above or below the `size` of the file that it is taken from."""
    ends = [CHANGED if file.sized is None else file.sized for file in (before, after)]
    ranks = {
        path: rank + max(ends) - end
        for file, end, is_taken in ((before, ends[0], False), (after, ends[1], True))
        for path, rank in file.ranks.items()
        if (group(tuple(map(str, path))) in taken) == is_taken
    }
    return Document(value, after.places, after.files, ranks, max(ends))


def _mixed(old: Leaves, new: Leaves, group: Callable[[Path], str], taken: frozenset[str]) -> dict[str, Any]:
    """A file with the values of the new one in the groups that are taken over, in its order, else of the old one."""
    mixed: dict[str, Any] = {}
    for path in dict.fromkeys([*new, *old]):
        source = new if group(path) in taken else old
        if path in source:
            _put(mixed, path, source[path])
    return mixed


def _put(mixed: dict[str, Any], path: Path, value: Any) -> None:
    for key in path[:-1]:
        value_there = mixed.get(key)
        if not isinstance(value_there, dict):
            value_there = mixed[key] = {}
        mixed = value_there
    if not (isinstance(value, dict) and isinstance(mixed.get(path[-1]), dict)):
        mixed[path[-1]] = value
