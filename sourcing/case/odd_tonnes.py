"""Amounts of millions of tonnes and prices of nothing a tonne: most often the metric ton of an invoice, MT, as Mt."""

from collections.abc import Iterator

from sourcing.case.currency_rates import ROUGHLY
from sourcing.files import dotted
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.numbers import quantities
from sourcing.scenario.paths import Path
from sourcing.units import QuantityKind

MEGATONNE = 1e9  # kg; of no critical material does an importer handle as much at a time
LEAST = 1e-3  # USD/kg: no offer is below a dollar a tonne
SHOWN = 3  # places that are named


def odd_tonnes(scenario: Scenario) -> Iterator[str]:
    """One sentence for all amounts and one for all prices that stand for a million tonnes where one may be meant."""
    stated = list(quantities(scenario))
    amounts = [path for path, number in stated if _is_huge(number)]
    prices = [path for path, number in stated if path[0] == "offers" and path[2] == "price" and _is_nothing(number)]
    if amounts:
        yield f"{_places(amounts)}: a million tonnes or more; where metric tons are meant, write t (Mt is a million t)"
    if prices:
        yield f"{_places(prices)}: less than 1 USD/t; where it is per metric ton, write /t (Mt is a million t)"


def _is_huge(number: Quantity) -> bool:
    mass = number.measure.kind in (QuantityKind.MASS, QuantityKind.MASS_RATE)
    return mass and number.measure.number / (number.scale or 1.0) >= MEGATONNE


def _is_nothing(number: Quantity) -> bool:
    price = number.measure
    return price.kind is QuantityKind.PRICE and 0 < price.number * ROUGHLY[price.currency or "USD"] < LEAST


def _places(paths: list[Path]) -> str:
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return ", ".join(dotted(path) for path in paths[:SHOWN]) + more
