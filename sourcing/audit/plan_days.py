"""The days of a plan, counted one by one: its periods, how long they are in a unit of time, what falls in them."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

YEAR = 365.25
LONG = {"day": 1.0, "working day": 7 / 5, "week": 7.0, "month": YEAR / 12, "quarter": YEAR / 4, "year": YEAR}
"""Days of a duration, where no calendar says how many."""


@dataclass(frozen=True)
class PlanDays:
    """The periods of a plan. starts: first day of each, and the day after the last one; beyond: how many of the last
    are looked at past the end of the plan."""

    period: str
    starts: tuple[dt.date, ...]
    beyond: int = 0

    @property
    def periods(self) -> int:
        """Number of periods of the plan."""
        return len(self.starts) - 1

    @property
    def planned(self) -> Mask:
        """Which periods are of the plan itself, shape (periods,)."""
        return np.arange(self.periods) < self.periods - self.beyond

    @cached_property
    def day(self) -> NDArray[np.datetime64]:
        """Every day of the plan, shape (days,)."""
        return np.arange(np.datetime64(self.starts[0]), np.datetime64(self.starts[-1]))

    @cached_property
    def length(self) -> Array:
        """Days of each period, shape (periods,)."""
        return self._sums(np.ones(len(self.day)))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Names of the periods in tables."""
        return tuple(_label(self.period, start) for start in self.starts[:-1])

    @property
    def per_year(self) -> float:
        """Number of periods in a year; of weeks, on average."""
        return 12 / {"month": 1, "quarter": 3, "year": 12}[self.period] if self.period != "week" else YEAR / 7

    def _sums(self, of_day: Array) -> Array:
        first = [(start - self.starts[0]).days for start in self.starts[:-1]]
        return np.asarray(np.add.reduceat(of_day, first))

    def length_in(self, time: str) -> Array:
        """Length of each period in a unit of time: each day is its share of its month, of a quarter of three months, or
        of its year; other units have a fixed number of days. Shape (periods,)."""
        unit = {"month": "M", "quarter": "M", "year": "Y"}.get(time)
        if unit is None:
            return self.length / LONG[time]
        inside = self.day.astype(f"M8[{unit}]")
        long = (inside + 1).astype("M8[D]") - inside.astype("M8[D]")
        return self._sums(1 / long.astype(float)) / (3 if time == "quarter" else 1)

    def share(self, first: dt.date | None, last: dt.date | None) -> Array:
        """Share of the days of each period from one day to another, both included; None: open. Shape (periods,)."""
        inside = np.ones(len(self.day), bool)
        if first is not None:
            inside &= self.day >= np.datetime64(first)
        if last is not None:
            inside &= self.day <= np.datetime64(last)
        return self._sums(inside.astype(float)) / self.length

    def place(self, day: dt.date) -> int:
        """Period that holds a day: -1 before the plan, the number of periods after it."""
        return sum(start <= day for start in self.starts) - 1

    @cached_property
    def months(self) -> Ints:
        """Month of each period's first day, counted through, shape (periods,)."""
        return np.array([12 * start.year + start.month for start in self.starts[:-1]])

    @cached_property
    def elapsed(self) -> Array:
        """Days from the first day of the plan to that of each period, and to its end, shape (periods + 1,)."""
        return np.array([float((start - self.starts[0]).days) for start in self.starts])


def days(start: dt.date, periods: int, period: str, beyond: int = 0) -> PlanDays:
    """So many periods, the first of them the one that holds `start`, and so many beyond them; a week begins with it.

    >>> days(dt.date(2028, 2, 10), 2, "month").length
    array([29., 31.])
    """
    periods += beyond
    if period == "week":
        return PlanDays(period, tuple(start + dt.timedelta(days=7 * number) for number in range(periods + 1)), beyond)
    several = {"month": 1, "quarter": 3, "year": 12}[period]
    first = start.replace(month=start.month - (start.month - 1) % several, day=1)
    starts = [first]
    while len(starts) <= periods:
        later = starts[-1].month - 1 + several
        starts.append(dt.date(starts[-1].year + later // 12, later % 12 + 1, 1))
    return PlanDays(period, tuple(starts), beyond)


def _label(period: str, start: dt.date) -> str:
    if period == "quarter":
        return f"{start.year}-Q{1 + (start.month - 1) // 3}"
    return start.isoformat()[: {"year": 4, "month": 7, "week": 10}[period]]
