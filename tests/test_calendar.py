"""Periods: their days and names, and how dates fall into them."""

import datetime as dt

import numpy as np
import pytest

from sourcing.calendar import calendar

MONTHS = calendar(dt.date(2027, 1, 1), 4, "month")


@pytest.mark.parametrize(
    ("start", "period", "labels", "days"),
    [
        (dt.date(2028, 1, 1), "month", ("2028-01", "2028-02", "2028-03"), [31, 29, 31]),
        (dt.date(2027, 12, 1), "month", ("2027-12", "2028-01", "2028-02"), [31, 31, 29]),
        (dt.date(2027, 4, 1), "quarter", ("2027-Q2", "2027-Q3", "2027-Q4"), [91, 92, 92]),
        (dt.date(2027, 1, 1), "year", ("2027", "2028", "2029"), [365, 366, 365]),
        (dt.date(2027, 2, 25), "week", ("2027-02-25", "2027-03-04", "2027-03-11"), [7, 7, 7]),
    ],
)
def test_names_and_days(start: dt.date, period: str, labels: tuple[str, ...], days: list[int]) -> None:
    found = calendar(start, 3, period)
    assert found.labels == labels
    assert list(found.days) == days
    assert len(found) == 3


@pytest.mark.parametrize(
    ("period", "first"), [("month", (2027, 5, 1)), ("quarter", (2027, 4, 1)), ("year", (2027, 1, 1))]
)
def test_a_plan_begins_with_the_whole_period_that_holds_its_start(period: str, first: tuple[int, int, int]) -> None:
    assert calendar(dt.date(2027, 5, 20), 2, period).edges[0] == dt.date(*first)


@pytest.mark.parametrize(
    ("first", "last", "cover"),
    [
        (None, None, [1, 1, 1, 1]),
        (dt.date(2027, 2, 15), dt.date(2027, 3, 31), [0, 14 / 28, 1, 0]),  # both ends count
        (dt.date(2027, 2, 28), dt.date(2027, 2, 28), [0, 1 / 28, 0, 0]),
        (None, dt.date(2027, 1, 10), [10 / 31, 0, 0, 0]),
        (dt.date(2027, 4, 30), None, [0, 0, 0, 1 / 30]),
        (dt.date(2020, 1, 1), dt.date(2026, 12, 31), [0, 0, 0, 0]),
        (dt.date(2027, 5, 1), None, [0, 0, 0, 0]),
    ],
)
def test_cover_is_the_share_of_the_days(first: dt.date | None, last: dt.date | None, cover: list[float]) -> None:
    assert MONTHS.cover(first, last) == pytest.approx(cover)


def test_cover_of_parts_sums_to_the_whole() -> None:
    """A year cut on any day: what lies before and from that day on covers every period once."""
    year = calendar(dt.date(2027, 1, 1), 12, "month")
    for number in range(1, 365, 17):
        day = dt.date(2027, 1, 1) + dt.timedelta(days=number)
        parts = year.cover(None, day - dt.timedelta(days=1)) + year.cover(day, None)
        assert np.allclose(parts, 1, atol=1e-12)


@pytest.mark.parametrize(
    ("day", "index"),
    [
        ((2026, 12, 31), -1),
        ((2027, 1, 1), 0),
        ((2027, 1, 31), 0),
        ((2027, 2, 1), 1),
        ((2027, 4, 30), 3),
        ((2027, 5, 1), 4),
    ],
)
def test_the_period_of_a_day(day: tuple[int, int, int], index: int) -> None:
    """-1 before the plan, the number of periods after it."""
    assert MONTHS.index(dt.date(*day)) == index
