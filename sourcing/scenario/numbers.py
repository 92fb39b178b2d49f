"""Every quantity that a scenario states, with its path."""

from collections.abc import Iterator, Mapping

from sourcing.scenario.base import Dated, Part, Quantity
from sourcing.scenario.scenario import Scenario

Path = tuple[str | int, ...]


def quantities(scenario: Scenario) -> Iterator[tuple[Path, Quantity]]:
    """Quantities in the order of the schema, with the path of each in the file."""
    yield from _walk((), scenario)


def _walk(path: Path, value: object) -> Iterator[tuple[Path, Quantity]]:
    if isinstance(value, Quantity):
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
