"""What is written in a scenario, as numbers: in its currency, in the units of its materials, by period."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sourcing.audit.plan_days import LONG, YEAR, Array, PlanDays
from sourcing.facts import datasets
from sourcing.scenario.language.base import Dated, Quantity, When
from sourcing.scenario.language.scenario import Scenario
from sourcing.units import QuantityKind

KILOGRAMS = {"kg": 1.0, "t": 1000.0}
MASS = {
    QuantityKind.MASS: 1,
    QuantityKind.MASS_RATE: 1,
    QuantityKind.PRICE: -1,
    QuantityKind.CARRYING: -1,
    QuantityKind.PER_MASS: -1,
}
"""Power of mass in a kind of quantity; 0 for others."""
A_YEAR = {"day": YEAR, "week": YEAR / 7, "month": 12.0, "quarter": 4.0, "year": 1.0}
"""How often a unit of time comes in a year."""


@dataclass(frozen=True)
class WrittenNumbers:
    """Reads quantities of a scenario over the days of a plan."""

    scenario: Scenario
    days: PlanDays

    def _worth(self, currency: str) -> float:
        """Worth of a unit of a currency in that in which rates are stated."""
        base = self.scenario.rates_in or self.scenario.currency
        return 1.0 if currency == base else self.scenario.rates[currency].measure.number

    def _money(self, currency: str) -> float:
        return self._worth(currency) / self._worth(self.scenario.currency)

    def _since(self, quantity: Quantity) -> float:
        """Factor on a price: what its series stood at when it was known last, as a share of the row quoted."""
        as_of = self.scenario.as_of
        if as_of is None or not (quantity.row or "").startswith("prices/"):
            return 1.0
        assert quantity.row is not None
        quoted, last = datasets.row(quantity.row), datasets.last_known(quantity.row, as_of.text)
        if last is None:
            return math.nan
        then = float(last["price"]) * self._money(last["currency"])
        return then / (float(quoted["price"]) * self._money(quoted["currency"]))

    def number(self, quantity: Quantity, unit: str = "kg") -> float:
        """A quantity in money of the scenario and units of a material; a rate as per its own time."""
        measure = quantity.measure
        money = self._money(measure.currency) if measure.currency else 1.0
        return measure.number * money * KILOGRAMS[unit] ** -MASS.get(measure.kind, 0) * self._since(quantity)

    def by_period(self, quantity: Quantity, unit: str = "kg") -> Array:
        """A rate as what it comes to in each period, shape (periods,)."""
        return self.number(quantity, unit) * self.time(quantity)

    def time(self, quantity: Quantity) -> Array:
        """Length of each period in the time that a rate is per, shape (periods,)."""
        return self.days.length_in(quantity.measure.time or "day")

    def flow(self, dated: Dated, unit: str = "kg") -> Array:
        """A dated rate as what it comes to in each period; nothing before its first date, shape (periods,)."""
        out = np.zeros(self.days.periods)
        for first, last, quantity in _steps(dated):
            out += self.days.share(first, last) * self.by_period(quantity, unit)
        return out

    def level(self, dated: Dated, unit: str = "kg") -> Array:
        """A dated value, weighted by days; the first holds before its date, shape (periods,)."""
        out, begins = np.zeros(self.days.periods), None
        for _, last, quantity in _steps(dated):
            out += self.days.share(begins, last) * self.number(quantity, unit)
            begins = None if last is None else last + dt.timedelta(days=1)
        return out

    def span(self, first: When | None, last: When | None) -> Array:
        """Share of each period from a date to another, both included, shape (periods,)."""
        return self.days.share(first.first if first else None, last.last if last else None)

    def periods(self, quantity: Quantity) -> int:
        """A duration in whole periods, rounded up."""
        exact = self.in_days(quantity) / LONG[self.days.period]
        rounded = round(exact)
        return rounded if abs(exact - rounded) <= 1e-9 * max(1.0, exact) else math.ceil(exact)

    def in_days(self, quantity: Quantity) -> float:
        """A duration in days of the calendar."""
        return quantity.measure.number * LONG[quantity.measure.time or "day"]

    def in_years(self, quantity: Quantity | None) -> float | None:
        """A written duration in years [years]."""
        return None if quantity is None else self.in_days(quantity) / YEAR


def _steps(dated: Dated) -> Iterator[tuple[dt.date, dt.date | None, Quantity]]:
    """First and last day of each step of a dated value; None: for ever."""
    ends = [when.first - dt.timedelta(days=1) for when, _ in dated.steps[1:]]
    for (when, quantity), last in zip(dated.steps, [*ends, None], strict=True):
        yield when.first, last, quantity
