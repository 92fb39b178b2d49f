"""Rates of currencies that nobody can have seen: most often they stand upside down."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from sourcing.scenario.language.scenario import Scenario

ROUGHLY: Mapping[str, float] = MappingProxyType(
    {"USD": 1.0, "EUR": 1.15, "GBP": 1.3, "AUD": 0.7, "CAD": 0.75, "CNY": 0.145, "MYR": 0.23, "INR": 0.013}
    | {"JPY": 0.0075, "KRW": 0.00078, "VND": 0.000041}
)
"""What one unit of each currency was worth in USD, roughly, between 2010 and 2026; the rates of the importer models lie
within a third of it. Only to tell a rate that cannot be meant: nothing is counted with it."""

FAR = 5.0  # times as much or as little as that


def odd_rates(scenario: Scenario) -> Iterator[str]:
    """One sentence for each rate that is far from what the currency was ever worth."""
    stated_in = scenario.rates_in or scenario.currency
    for name, rate in scenario.rates.items():
        usual, stated = ROUGHLY[name] / ROUGHLY[stated_in], rate.measure.number
        if usual / FAR <= stated <= usual * FAR:
            continue
        turned = 1 / stated
        cure = f"perhaps 1/{stated:g} = {turned:.4g} is meant" if usual / FAR <= turned <= usual * FAR else "check it"
        yield (
            f"rates: one {name} is worth {stated:g} {stated_in} as stated, far from any rate known "
            f"(about {usual:.3g}): {cure}"
        )
