"""A scenario with some of its numbers replaced."""

from collections.abc import Mapping
from typing import Any

from sourcing.scenario.language.base import Dated, Quantity, ScenarioPart
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.paths import Path


def with_numbers(scenario: Scenario, changed: Mapping[Path, Quantity]) -> Scenario:
    """The scenario with other quantities at the paths that `quantities` gives them.

    Checks across subjects are not made again: `resolve` refuses what makes no sense. Raises KeyError for a path at
    which there is no quantity.
    """
    for path, quantity in changed.items():
        scenario = _replaced(scenario, path, quantity)
    return scenario


def _replaced(value: Any, path: Path, quantity: Quantity) -> Any:
    if isinstance(value, Quantity) and not path:
        return quantity
    if isinstance(value, Dated):
        return _step(value, path, quantity)
    if isinstance(value, ScenarioPart) and path:
        names = {field.alias or name: name for name, field in type(value).model_fields.items()}
        name = names[str(path[0])]
        return value.model_copy(update={name: _replaced(getattr(value, name), path[1:], quantity)})
    if isinstance(value, Mapping) and path:
        return {**value, path[0]: _replaced(value[path[0]], path[1:], quantity)}
    raise KeyError(path)


def _step(dated: Dated, path: Path, quantity: Quantity) -> Dated:
    """A dated value with one of its steps replaced; the path of a steady one ends before its date."""
    dates = [when.text for when, _ in dated.steps]
    number = 0 if dated.steady and not path else dates.index(str(path[0])) if path and path[0] in dates else -1
    if number < 0:
        raise KeyError(path)
    steps = list(dated.steps)
    steps[number] = (steps[number][0], quantity)
    return Dated(tuple(steps), dated.steady)
