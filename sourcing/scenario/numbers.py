"""Every number that a scenario states, with its path; numbers that nobody can mean."""

from collections.abc import Iterator

from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.paths import Path, stated
from sourcing.units import QuantityKind, days

LARGEST = 1e15  # kg, money, factors: more than the world has
LONGEST = 36525.0  # days, a hundred years


def numbers(scenario: Scenario) -> Iterator[tuple[Path, Quantity | float]]:
    """Quantities and plain numbers in the order of the schema, with the path of each in the file."""
    for path, value in stated(scenario):
        if isinstance(value, Quantity | int | float) and not isinstance(value, bool):
            yield path, value


def quantities(scenario: Scenario) -> Iterator[tuple[Path, Quantity]]:
    """Quantities alone: the numbers that may carry a unit, a range and a source."""
    return ((path, number) for path, number in numbers(scenario) if isinstance(number, Quantity))


def magnitudes(scenario: Scenario) -> Iterator[tuple[Path, str, str]]:
    """Path, cause and cure of numbers that cannot be meant, and of those that must not be 0."""
    for path, number in numbers(scenario):
        quantity = number if isinstance(number, Quantity) else None
        measures = (
            [measure for measure in (quantity.measure, quantity.low, quantity.high) if measure] if quantity else []
        )
        sizes = [measure.number for measure in measures] if isinstance(number, Quantity) else [number]
        if any(abs(size) > LARGEST for size in sizes):
            yield path, "the number is larger than anything there is", "check its digits and its unit"
        elif any(measure.kind is QuantityKind.DURATION and days(measure) > LONGEST for measure in measures):
            yield path, "the time is longer than a hundred years", "check its unit"
        elif path[-1] == "life" and 0 in sizes:
            yield path, "an outlay cannot be charged over no time", "leave it out to charge it at once"
        elif path[0] == "rates" and 0 in sizes:
            yield path, "a currency is not worth nothing", f"write what one {path[-1]} is worth in {scenario.currency}"
