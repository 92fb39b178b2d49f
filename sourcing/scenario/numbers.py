"""Every number that a scenario states, with its path."""

from collections.abc import Iterator, Mapping

from sourcing.scenario.base import Dated, Part, Quantity
from sourcing.scenario.scenario import Scenario

Path = tuple[str | int, ...]


def numbers(scenario: Scenario) -> Iterator[tuple[Path, Quantity | float]]:
    """Quantities and plain numbers in the order of the schema, with the path of each in the file."""
    yield from _walk((), scenario)


def quantities(scenario: Scenario) -> Iterator[tuple[Path, Quantity]]:
    """Quantities alone: the numbers that may carry a unit, a range and a source."""
    return ((path, number) for path, number in numbers(scenario) if isinstance(number, Quantity))


def _walk(path: Path, value: object) -> Iterator[tuple[Path, Quantity | float]]:
    if isinstance(value, Quantity) or (isinstance(value, int | float) and not isinstance(value, bool)):
        yield path, value
    elif isinstance(value, Dated):
        for when, quantity in value.steps:
            yield (path if value.steady else (*path, when.text)), quantity
    elif isinstance(value, Part):
        stated = value.model_fields_set
        for name, field in type(value).model_fields.items():
            if name in stated:
                yield from _walk((*path, field.alias or name), getattr(value, name))
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _walk((*path, name), entry)
