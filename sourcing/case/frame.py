"""How written quantities become numbers: units, currency, periods, and what was known at a date."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from sourcing import units
from sourcing.calendar import Array, Calendar, calendar
from sourcing.facts import datasets
from sourcing.scenario import attributes
from sourcing.scenario.language.base import Dated, Quantity, When
from sourcing.scenario.language.horizon_and_risk import HorizonSpec
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import Attributes
from sourcing.units import ParsedQuantity

KILOGRAMS = {"kg": 1.0, "t": 1000.0}
YEAR = 365.25  # days, for durations that need a length in years
PER_YEAR = {"year": 1.0, "quarter": 4.0, "month": 12.0, "week": YEAR / 7, "day": YEAR}


def yearly(measure: ParsedQuantity) -> float:
    """A share per some time, as a share per year."""
    return measure.number * PER_YEAR[measure.time or "year"]


def calendar_of(horizon: HorizonSpec) -> Calendar:
    """The periods of a plan, and those beyond it that the program looks at."""
    return calendar(horizon.start.first, horizon.periods, horizon.period, horizon.periods_beyond)


@dataclass(frozen=True)
class Frame:
    """What turns written quantities into numbers of the case."""

    scenario: Scenario
    calendar: Calendar

    @cached_property
    def offers(self) -> Mapping[str, Attributes]:
        """What a `where` may pick offers by; every lane and measure asks."""
        return attributes.of_offers(self.scenario)

    def known(self, quantity: Quantity) -> ParsedQuantity:
        """The value as known at `as_of`: the last row of its series not later, in proportion."""
        as_of = self.scenario.as_of
        if as_of is None or quantity.row is None or not quantity.row.startswith("prices/"):
            return quantity.measure
        last, now = datasets.quoted_price(quantity.row, as_of.text), datasets.quoted_price(quantity.row)
        if last is None or now is None:
            return replace(quantity.measure, number=np.nan)
        ratio = last.amount * self.rate(last.currency) / (now.amount * self.rate(now.currency))
        return replace(quantity.measure, number=quantity.measure.number * ratio)

    def number(self, quantity: Quantity, unit: str = "kg") -> float:
        """Value in money of the scenario, units of the material (`unit` kg or t); rates stay per their own time."""
        return self._converted(self.known(quantity), unit)

    def _converted(self, measure: ParsedQuantity, unit: str) -> float:
        money = self.rate(measure.currency) if measure.currency else 1.0
        kilograms = KILOGRAMS[unit]
        by_mass = {
            units.QuantityKind.MASS: 1 / kilograms,
            units.QuantityKind.MASS_RATE: 1 / kilograms,
            units.QuantityKind.PRICE: kilograms,
            units.QuantityKind.CARRYING: kilograms,
            units.QuantityKind.PER_MASS: kilograms,
        }
        return float(measure.number * money * by_mass.get(measure.kind, 1.0))

    def rate(self, currency: str) -> float:
        """Value of one unit of a currency in the currency of the scenario."""
        return self._rate(currency) / self._rate(self.scenario.currency)

    def _rate(self, currency: str) -> float:
        stated_in = self.scenario.rates_in or self.scenario.currency
        return 1.0 if currency == stated_in else float(self.scenario.rates[currency].measure.number)

    def periods(self, quantity: Quantity) -> int:
        """A duration in whole periods, rounded up."""
        return units.periods(quantity.measure, self.calendar.period)

    def per_period(self, quantity: Quantity, unit: str = "kg") -> Array:
        """A rate as volume (or charge) of each period, shape (periods,)."""
        return self._converted(self.known(quantity), unit) * self.per_time(quantity)

    def per_time(self, quantity: Quantity) -> Array:
        """Length of each period in the quantity's own unit of time, shape (periods,)."""
        return np.array(_lengths(self.calendar, replace(quantity.measure, number=1.0)))

    def flow(self, dated: Dated, unit: str) -> Array:
        """A dated rate by period; nothing before its first date."""
        return sum(
            (weight * self.per_period(quantity, unit) for weight, quantity in self.steps(dated)),
            start=np.zeros(len(self.calendar)),
        )

    def path(self, dated: Dated, unit: str = "kg") -> Array:
        """A dated value by period, day-weighted; the first value holds before its date."""
        steps = self.steps(dated)
        earlier = 1.0 - sum((weight for weight, _ in steps), start=np.zeros(len(self.calendar)))
        values = [self.number(quantity, unit) for _, quantity in steps]
        return earlier * values[0] + sum((weight * value for (weight, _), value in zip(steps, values, strict=True)))

    def steps(self, dated: Dated) -> list[tuple[Array, Quantity]]:
        """Each step of a dated value with the share of every period that it holds in, shape (periods,)."""
        firsts = [when.first for when, _ in dated.steps] + [None]
        ends = [first - dt.timedelta(days=1) if first else None for first in firsts[1:]]
        return [
            (self.calendar.cover(when.first, end), quantity)
            for (when, quantity), end in zip(dated.steps, ends, strict=True)
        ]

    def years(self, quantity: Quantity | None) -> float | None:
        """A written duration in years [years]."""
        return None if quantity is None else units.days(quantity.measure) / YEAR

    def span(self, first: When | None, last: When | None) -> Array:
        """Share of each period between two dates, both inclusive."""
        return self.calendar.cover(first.first if first else None, last.last if last else None)


@lru_cache(maxsize=64)
def _lengths(calendar: Calendar, one: ParsedQuantity) -> tuple[float, ...]:
    """What one per some time comes to in each period."""
    edges = calendar.edges
    return tuple(units.per_period(one, edges[t], edges[t + 1]) for t in range(len(calendar)))
