"""The one walk over what a scenario states: each value with its path in the file."""

from collections.abc import Iterator, Mapping

from sourcing.scenario.language.base import Dated, Quantity, ScenarioPart
from sourcing.scenario.language.scenario import Scenario

Path = tuple[str | int, ...]

_last: list[tuple[Scenario, tuple[tuple[Path, object], ...]]] = []


def stated(scenario: Scenario) -> tuple[tuple[Path, object], ...]:
    """Values that are stated, in the order of the schema, with the path of each in the file.

    Quantities and plain values; of a value by date the quantity of each date, of a list the list. Scenarios do not
    change, so that what was found for the last one serves all who ask.
    """
    if not _last or _last[0][0] is not scenario:
        _last[:] = [(scenario, tuple(_walk((), scenario)))]
    return _last[0][1]


def _walk(path: Path, value: object) -> Iterator[tuple[Path, object]]:
    if isinstance(value, ScenarioPart):
        said = value.model_fields_set
        for name, field in type(value).model_fields.items():
            if name in said:
                yield from _walk((*path, field.alias or name), getattr(value, name))
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _walk((*path, name), entry)
    elif isinstance(value, Dated):
        for when, quantity in value.steps:
            yield (path if value.steady else (*path, when.text)), quantity
    elif isinstance(value, Quantity) or not isinstance(value, Mapping):
        yield path, value
    else:
        for name, entry in value.items():
            yield from _walk((*path, name), entry)
