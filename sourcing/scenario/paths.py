"""The one walk over what a scenario states: each value with its path in the file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sourcing.scenario.language.base import Dated, Quantity, ScenarioPart
from sourcing.scenario.language.scenario import Scenario

Path = tuple[str | int, ...]


def stated(scenario: Scenario) -> tuple[tuple[Path, object], ...]:
    """Values that are stated, in the order of the schema, with the path of each in the file.

    Quantities and plain values; of a value by date the quantity of each date, of a list the list. Scenarios do not
    change, so that what was found for the last ones serves all who ask.
    """
    return _stated(_Itself(scenario))


@dataclass(frozen=True, eq=False)
class _Itself:
    """A part that is the same as itself alone: it does not change, and to compare all it says would take longer."""

    part: ScenarioPart

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.part is self.part

    def __hash__(self) -> int:
        return id(self.part)


@lru_cache(maxsize=4)
def _stated(itself: _Itself) -> tuple[tuple[Path, object], ...]:
    return tuple(_of_part((), itself.part))


@lru_cache(maxsize=5_000)
def _inside(itself: _Itself) -> tuple[tuple[Path, object], ...]:
    """What a part states, with the path of each in it."""
    return tuple(_of_part((), itself.part))


def _walk(path: Path, value: object) -> Iterator[tuple[Path, object]]:
    if isinstance(value, ScenarioPart):
        if len(path) == 2:  # a named entry, which many scenarios may share
            yield from (((*path, *inner), stated) for inner, stated in _inside(_Itself(value)))
        else:
            yield from _of_part(path, value)
    elif isinstance(value, Dated):
        for when, quantity in value.steps:
            yield (path if value.steady else (*path, when.text)), quantity
    elif isinstance(value, Mapping) and not isinstance(value, Quantity):
        for name, entry in value.items():
            yield from _walk((*path, name), entry)
    else:
        yield path, value


def _of_part(path: Path, part: ScenarioPart) -> Iterator[tuple[Path, object]]:
    said = part.model_fields_set
    for name, field in type(part).model_fields.items():
        if name in said:
            yield from _walk((*path, field.alias or name), getattr(part, name))
