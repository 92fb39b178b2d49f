"""Checks of what numbers quote: rows of data/, and the currencies that have a rate."""

from collections.abc import Iterator, Mapping

from sourcing.facts import datasets
from sourcing.scenario.checks.lookups import Finding
from sourcing.scenario.language.base import Dated, Quantity, ScenarioPart
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import near
from sourcing.units import CURRENCIES

Path = tuple[str | int, ...]


def rows(scenario: Scenario) -> Iterator[Finding]:
    """Every row quoted is there."""
    for path, reference in _quoted((), scenario):
        if found := datasets.fault(reference):
            yield (*path, "row"), *found


def _quoted(path: Path, value: object) -> Iterator[tuple[Path, str]]:
    """Paths of what quotes a row, with the row."""
    if isinstance(value, Quantity):
        yield from ((path, row) for row in [value.row] if row)
    elif isinstance(value, Dated):
        for when, quantity in value.steps:
            yield from _quoted(path if value.steady else (*path, when.text), quantity)
    elif isinstance(value, ScenarioPart):
        for name, field in type(value).model_fields.items():
            entry = getattr(value, name)
            if name == "row":
                yield from [(path, entry)] if entry else []
            elif name in value.model_fields_set:
                yield from _quoted((*path, field.alias or name), entry)
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _quoted((*path, name), entry)


def rates(scenario: Scenario) -> Iterator[Finding]:
    """Rates are of currencies, and of others than the one that they are stated in."""
    stated_in = scenario.rates_in or scenario.currency
    for name, rate in scenario.rates.items():
        if name not in CURRENCIES:
            yield ("rates", name), f"'{name}' is not a currency known", near(name, CURRENCIES)
        elif name == stated_in and rate.measure.number != 1:
            cause = f"one {name} is {rate.measure.number:g} {name}, in which rates are stated"
            yield ("rates", name), cause, "leave it out, or say rates_in: <the currency of the rates>"
