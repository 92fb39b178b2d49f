"""The periods of the plan: their days, and how dated values fall into them."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Calendar:
    """Consecutive periods. `edges` has one date more than there are periods: period t is [edges[t], edges[t + 1]).

    beyond: how many of the last periods lie beyond the plan. The program looks at them, so that the end of the plan is
    not the end of the world; tables do not tell what it does there.
    """

    period: str
    edges: tuple[dt.date, ...]
    beyond: int = 0

    def __len__(self) -> int:
        return len(self.edges) - 1

    @property
    def planned(self) -> int:
        """Number of periods of the plan, which tables tell; the program may look at more."""
        return len(self) - self.beyond

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the periods in tables: 2027-01, 2027-Q1, 2027, or the first day of a week."""
        return tuple(label(self.period, edge) for edge in self.edges[:-1])

    @property
    def per_year(self) -> float:
        """Periods in a year."""
        return 12 / MONTHS[self.period] if self.period in MONTHS else 365.25 / 7

    @cached_property
    def days(self) -> Array:
        """Days of each period, shape (periods,); not to be written to."""
        days = np.diff(self._ordinals).astype(float)
        days.flags.writeable = False
        return days

    @cached_property
    def _ordinals(self) -> NDArray[np.int64]:
        """The edges as day numbers, shape (periods + 1,)."""
        return np.array([edge.toordinal() for edge in self.edges], np.int64)

    def cover(self, first: dt.date | None, last: dt.date | None) -> Array:
        """Share of the days of each period in [first, last], both inclusive; None: open. Shape (periods,)."""
        low = self.edges[0].toordinal() if first is None else first.toordinal()
        high = self.edges[-1].toordinal() if last is None else last.toordinal() + 1
        overlap = np.minimum(self._ordinals[1:], high) - np.maximum(self._ordinals[:-1], low)
        return np.asarray(np.maximum(overlap, 0) / self.days)

    def index(self, day: dt.date) -> int:
        """Period that holds a day; -1 before the first period, len(self) after the last."""
        return int(np.searchsorted(self._ordinals, day.toordinal(), side="right")) - 1


def label(period: str, start: dt.date) -> str:
    """Name of the period that begins at `start`.

    >>> label("quarter", dt.date(2027, 4, 1))
    '2027-Q2'
    """
    if period == "quarter":
        return f"{start.year}-Q{(start.month + 2) // 3}"
    return {"year": f"{start:%Y}", "month": f"{start:%Y-%m}"}.get(period, f"{start:%Y-%m-%d}")


@lru_cache(maxsize=16)
def calendar(start: dt.date, count: int, period: str, beyond: int = 0) -> Calendar:
    """`count` periods of a plan from the one that holds `start`, and those beyond it that the program looks at.

    >>> calendar(dt.date(2027, 1, 1), 3, "month").labels
    ('2027-01', '2027-02', '2027-03')
    """
    count += beyond
    if period == "week":
        return Calendar(period, tuple(start + dt.timedelta(weeks=week) for week in range(count + 1)), beyond)
    step = MONTHS[period]
    first = start.year * 12 + (start.month - 1) // step * step
    months = (first + step * number for number in range(count + 1))
    return Calendar(period, tuple(dt.date(month // 12, month % 12 + 1, 1) for month in months), beyond)
