"""`where`: the one way to pick offers, lanes, demands and restrictions by what they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sourcing.spelling import alike

KEYS = ("origin", "material", "supplier", "offer", "stage", "tag", "site", "demand", "end_use", "restriction", "basis")

Attributes = Mapping[str, tuple[str, ...]]
"""What one thing is: values by key of `where`, for example `{"origin": ("China",), "tag": ("allied", "new")}`."""


@dataclass(frozen=True)
class Where:
    """A selection: every key must hold; a key holds when one of its names does."""

    keys: tuple[tuple[str, tuple[str, ...]], ...]

    def __str__(self) -> str:
        return ", ".join(f"{key}: {' or '.join(names)}" for key, names in self.keys)


class SelectionError(ValueError):
    """A selection that picks nothing; says which key emptied it and which names exist."""

    def __init__(self, key: str, cause: str, cure: str):
        self.key, self.cause, self.cure = key, cause, cure
        super().__init__(f"{cause}; {cure}")


class Selectables(dict[str, Attributes]):
    """What may be picked, by name; not changed once it is made, so that an index of it holds."""

    @cached_property
    def index(self) -> dict[str, dict[str, list[str]]]:
        """Names by key of `where` and value, in their order."""
        names: dict[str, dict[str, list[str]]] = {}
        for name, attributes in self.items():
            for key, values in attributes.items():
                for value in dict.fromkeys(values):
                    names.setdefault(key, {}).setdefault(value, []).append(name)
        return names

    @cached_property
    def order(self) -> dict[str, int]:
        """Place of each thing among all."""
        return {name: number for number, name in enumerate(self)}

    def having(self, key: str, values: Iterable[str]) -> list[str]:
        """Names of the things with one of the values of a key, in their order."""
        lists = self._lists(key, values)
        if len(lists) == 1:
            return lists[0]
        return sorted({name for names in lists for name in names}, key=self.order.__getitem__)

    def picked(self, where: Where) -> tuple[str, ...]:
        """Names of the things picked, in their order."""
        if where not in self._known:
            self._known[where] = self._found(where)
        return self._known[where]

    @cached_property
    def _known(self) -> dict[Where, tuple[str, ...]]:
        """What was picked before."""
        return {}

    def _found(self, where: Where) -> tuple[str, ...]:
        """Of the things with the rarest key, those that have the others too."""
        if not where.keys:
            return tuple(self)
        key, names = min(where.keys, key=lambda part: sum(map(len, self._lists(*part))))
        return tuple(name for name in self.having(key, names) if matches(where, self[name]))

    def _lists(self, key: str, values: Iterable[str]) -> list[list[str]]:
        """Names of the things with each of the values of a key."""
        by_value = self.index.get(key, {})
        return [by_value.get(value, []) for value in dict.fromkeys(values)]


def matches(where: Where, attributes: Attributes) -> bool:
    """Whether one thing is picked.

    >>> matches(Where((("origin", ("China",)),)), {"origin": ("China",), "material": ("antimony",)})
    True
    """
    return all(set(names) & set(attributes.get(key, ())) for key, names in where.keys)


def pick(where: Where, things: Mapping[str, Attributes]) -> tuple[str, ...]:
    """Names of the things picked, in their order. Raises SelectionError when nothing is."""
    if isinstance(things, Selectables) and (indexed := things.picked(where)):
        return indexed
    left = things
    for key, names in where.keys:
        among = things.having(key, names) if left is things and isinstance(things, Selectables) else left
        picked = {name: left[name] for name in among if not set(names).isdisjoint(left[name].get(key, ()))}
        if not picked:
            raise SelectionError(key, *_emptied(key, names, things, left))
        left = picked
    return tuple(left)


def grouped(names: tuple[str, ...], key: str, things: Mapping[str, Attributes]) -> dict[str, tuple[str, ...]]:
    """Names by the values of a key, in order of the values.

    >>> grouped(("a", "b"), "origin", {"a": {"origin": ("China",)}, "b": {"origin": ("Chile",)}})
    {'Chile': ('b',), 'China': ('a',)}
    """
    values = sorted({value for name in names for value in things[name][key]})
    return {value: tuple(name for name in names if value in things[name][key]) for value in values}


def _emptied(
    key: str, names: tuple[str, ...], things: Mapping[str, Attributes], left: Mapping[str, Attributes]
) -> tuple[str, str]:
    exist = things.index.get(key, {}) if isinstance(things, Selectables) else _values(key, things)
    wanted = " or ".join(f"'{name}'" for name in names)
    if not exist:
        usable = sorted({name for values_by_key in things.values() for name, values in values_by_key.items() if values})
        return f"{key} cannot be used here", f"pick by one of {', '.join(usable)}"
    if set(names) & set(exist):
        among = ", ".join(sorted(_values(key, left)))
        return f"nothing left has {key} {wanted}", f"of what the other keys pick, {key} is one of {among}"
    return f"no {key} is {wanted}", near(names[0], exist)


def _values(key: str, things: Mapping[str, Attributes]) -> set[str]:
    """Values that things have of a key."""
    return {value for values_by_key in things.values() for value in values_by_key.get(key, ())}


@lru_cache(maxsize=64)
def _sorted(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(names))


@lru_cache(maxsize=64)
def _listed(names: tuple[str, ...]) -> str:
    """What names there are; of many thousand unknown ones each is told the same."""
    listed = _sorted(names)
    return f"there are: {', '.join(listed[:30])}{', ...' if len(listed) > 30 else ''}" if listed else "there are none"


def near(name: str, names: Iterable[str], guess: bool = True) -> str:
    """A cure for an unknown name: the near ones, where a `guess` is wanted, and all when they are few.

    >>> near("lynass", ["lynas", "iluka"])
    'did you mean lynas? there are: iluka, lynas'
    """
    listed = tuple(names)
    close = alike(name, _sorted(listed)) if guess else []
    return f"did you mean {' or '.join(close)}? {_listed(listed)}" if close else _listed(listed)
