"""Checks of what numbers quote: rows of data/, and the currencies that have a rate."""

from collections.abc import Iterator

from sourcing.facts import datasets
from sourcing.scenario.checks.lookups import Finding
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.paths import Path, stated
from sourcing.selection import near
from sourcing.units import CURRENCIES


def rows(scenario: Scenario) -> Iterator[Finding]:
    """Findings on every quoted row of `data/` that does not exist."""
    for path, reference in _quoted(scenario):
        if fault := datasets.fault(reference):
            yield (*path, "row"), *fault


def _quoted(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    """Paths of what quotes a row, with the row."""
    for path, value in stated(scenario):
        if isinstance(value, Quantity) and value.row:
            yield path, value.row
        elif path[-1] == "row" and isinstance(value, str) and value:
            yield path[:-1], value


def rates(scenario: Scenario) -> Iterator[Finding]:
    """Rates are of currencies, and of others than the one that they are stated in."""
    stated_in = scenario.rates_in or scenario.currency
    for name, rate in scenario.rates.items():
        if name not in CURRENCIES:
            yield ("rates", name), f"'{name}' is not a currency known", near(name, CURRENCIES)
        elif name == stated_in and rate.measure.number != 1:
            cause = f"one {name} is {rate.measure.number:g} {name}, in which rates are stated"
            yield ("rates", name), cause, "leave it out, or say rates_in: <the currency of the rates>"
