"""Quantities: what a buyer writes is what the model counts, and what cannot be meant is refused."""

import math
import time
from datetime import date
from itertools import pairwise

import pytest

from sourcing import units
from sourcing.units import QuantityKind, UnitError, days, parse, per_period, periods


@pytest.mark.parametrize(
    ("text", "kind", "number", "currency", "unit_of_time"),
    [
        ("450 t/year", QuantityKind.MASS_RATE, 450_000, None, "year"),
        ("95 USD/kg", QuantityKind.PRICE, 95, "USD", None),
        ("95000 JPY/t", QuantityKind.PRICE, 95, "JPY", None),
        ("20 USD/kg/year", QuantityKind.CARRYING, 20, "USD", "year"),
        ("1.2 MUSD", QuantityKind.MONEY, 1.2e6, "USD", None),
        ("3 million USD", QuantityKind.MONEY, 3e6, "USD", None),
        ("2 bn JPY", QuantityKind.MONEY, 2e9, "JPY", None),
        ("30 %", QuantityKind.SHARE, 0.3, None, None),
        ("30%", QuantityKind.SHARE, 0.3, None, None),
        (0.3, QuantityKind.SHARE, 0.3, None, None),
        ("0.3", QuantityKind.SHARE, 0.3, None, None),
        ("5 %/year", QuantityKind.SHARE_RATE, 0.05, None, "year"),
        ("45 working days", QuantityKind.DURATION, 45, None, "working day"),
        ("1 working day", QuantityKind.DURATION, 1, None, "working day"),
        ("40 /month", QuantityKind.COUNT_RATE, 40, None, "month"),
        ("0.005 /t", QuantityKind.PER_MASS, 5e-6, None, None),
        ("2 lb", QuantityKind.MASS, 0.90718474, None, None),
        ("-1.5e3 kg", QuantityKind.MASS, -1500, None, None),
        (
            "４５０ ｔ／year",
            QuantityKind.MASS_RATE,
            450_000,
            None,
            "year",
        ),  # full-width, as a Japanese keyboard writes it
        ("5 t per quarter", QuantityKind.MASS_RATE, 5000, None, "quarter"),
        (0, QuantityKind.PRICE, 0, None, None),
        ("0", QuantityKind.DURATION, 0, None, None),
    ],
)
def test_a_quantity_in_kg_and_money(
    text: str | float, kind: QuantityKind, number: float, currency: str | None, unit_of_time: str | None
) -> None:
    measure = parse(text, kind)
    assert measure.number == pytest.approx(number)
    assert (measure.kind, measure.currency, measure.time) == (kind, currency, unit_of_time)


@pytest.mark.parametrize(
    ("text", "kind", "cause", "cure"),
    [
        ("95 USD", QuantityKind.PRICE, "'95 USD' is money, a price is wanted", "write it as '95 USD/kg'"),
        ("95 JPY", QuantityKind.PRICE, "'95 JPY' is money, a price is wanted", "write it as '95 JPY/kg'"),
        ("12 t/month", QuantityKind.CARRYING, "'12 t/month' is a mass per time", "'12 USD/kg/month'"),
        (450, QuantityKind.MASS_RATE, "'450' has no unit, a mass per time is wanted", "write it as '450 t/year'"),
        ("0 USD", QuantityKind.MASS, "'0 USD' is money", "'0 t'"),
        ("450 tn/year", QuantityKind.MASS_RATE, "'450 tn/year' has the unknown unit 'tn'", "near: t;"),
        ("5 KG", QuantityKind.MASS, "unknown unit 'KG'", "near: kg;"),
        ("95 USF/kg", QuantityKind.PRICE, "unknown currency 'USF'", "near: USD; known: USD, JPY"),
        ("95 RMB/kg", QuantityKind.PRICE, "unknown currency 'RMB'", "write CNY; currencies: USD, JPY"),
        ("95 dollars/kg", QuantityKind.PRICE, "unknown unit 'dollars'", "write USD;"),
        ("95 円/kg", QuantityKind.PRICE, "unknown unit '円'", "write JPY;"),
        ("1,000 t", QuantityKind.MASS, "'1,000 t' has a separator between digits", "write it as '1000 t'"),
        ("1,234,567.5 USD", QuantityKind.MONEY, "separator", "'1234567.5 USD'"),
        ("1 000 t", QuantityKind.MASS, "separator", "'1000 t'"),
        ("1,5 t", QuantityKind.MASS, "separator", "'1.5 t'"),
        ("1’234 t", QuantityKind.MASS, "separator", "'1234 t'"),
        ("1.234.567,5 t", QuantityKind.MASS, "separator", "'1234567.5 t'"),
        ("$95/kg", QuantityKind.PRICE, "'$95/kg' does not begin with a number", "'1 USD/kg'"),
        ("", QuantityKind.MASS, "'' does not begin with a number", "'1 t'"),
        (math.nan, QuantityKind.SHARE, "'nan'", "'1 %'"),
        (math.inf, QuantityKind.SHARE, "'inf'", "'1 %'"),
        ("nan t", QuantityKind.MASS, "'nan t'", "'1 t'"),
        ("1e999", QuantityKind.NUMBER, "too large", "'1'"),
        (10**400, QuantityKind.NUMBER, "too large", "'1'"),
        (True, QuantityKind.SHARE, "True is no quantity", "'1 %'"),
        ("5 kg**2", QuantityKind.MASS, "unknown unit 'kg**2'", "known: kg"),
        ("5 USD/JPY", QuantityKind.NUMBER, "unknown unit 'USD/JPY'", "USD, JPY"),
        ("5 t/year/month", QuantityKind.MASS_RATE, "unknown unit 't/year/month'", "month"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_cure(
    text: str | float, kind: QuantityKind, cause: str, cure: str
) -> None:
    with pytest.raises(UnitError) as error:
        parse(text, kind)
    assert cause in error.value.cause
    assert cure in error.value.cure
    assert str(error.value) == f"{error.value.cause}; {error.value.cure}"


@pytest.mark.parametrize("kind", list(QuantityKind))
def test_the_cure_is_itself_accepted(kind: QuantityKind) -> None:
    with pytest.raises(UnitError) as error:
        parse("", kind)
    assert parse(error.value.cure.split("'")[1], kind).kind is kind


def test_true_is_not_one_even_after_one_was_read() -> None:
    assert parse(1, QuantityKind.NUMBER).number == 1  # 1 == True would share a place in a careless cache
    with pytest.raises(UnitError):
        parse(True, QuantityKind.NUMBER)


@pytest.mark.parametrize(
    ("text", "period", "count"),
    [
        ("45 working days", "day", 63),  # 9 weeks
        ("45 working days", "month", 3),  # 63 / 30.4375 = 2.07
        ("2 months", "month", 2),
        ("6 months", "quarter", 2),
        ("12 months", "year", 1),
        ("14 days", "month", 1),
        ("14 days", "week", 2),
        ("15 days", "week", 3),
        ("0 days", "month", 0),
        ("0", "month", 0),
        ("2.0000000001 months", "month", 2),
        ("2.001 months", "month", 3),
    ],
)
def test_durations_round_up_to_periods(text: str, period: str, count: int) -> None:
    assert periods(parse(text, QuantityKind.DURATION), period) == count


def test_days_of_durations() -> None:
    assert days(parse("45 working days", QuantityKind.DURATION)) == pytest.approx(63)
    assert days(parse("2 months", QuantityKind.DURATION)) == 60.875


@pytest.mark.parametrize(
    ("text", "start", "end", "tonnes"),
    [
        ("12 t/month", date(2027, 2, 1), date(2027, 3, 1), 12),  # short months are whole months
        ("12 t/month", date(2027, 1, 1), date(2027, 4, 1), 36),
        ("12 t/month", date(2027, 1, 15), date(2027, 2, 15), 12),
        ("12 t/month", date(2027, 2, 1), date(2027, 2, 15), 6),  # 14 of 28 days
        ("36 t/quarter", date(2027, 1, 1), date(2027, 2, 1), 12),
        ("365 t/year", date(2027, 1, 1), date(2027, 2, 1), 31),
        ("366 t/year", date(2028, 2, 1), date(2028, 3, 1), 29),  # a leap year
        ("450 t/year", date(2028, 1, 1), date(2029, 1, 1), 450),
        ("450 t/year", date(2027, 4, 1), date(2028, 4, 1), 450),  # a fiscal year is a year
        ("7 t/week", date(2027, 1, 1), date(2027, 1, 11), 10),
        ("2 t/day", date(2027, 1, 1), date(2027, 1, 4), 6),
        ("7 t/working day", date(2027, 1, 4), date(2027, 1, 11), 35),  # five of seven days
        ("0", date(2027, 1, 1), date(2027, 2, 1), 0),
    ],
)
def test_rates_over_a_period(text: str, start: date, end: date, tonnes: float) -> None:
    assert per_period(parse(text, QuantityKind.MASS_RATE), start, end) == pytest.approx(1000 * tonnes, rel=1e-12)


def test_a_year_is_the_sum_of_its_months() -> None:
    edges = [date(2028, month, 1) for month in range(1, 13)] + [date(2029, 1, 1)]
    for text in ("366 t/year", "12 t/month", "9 t/quarter"):
        rate = parse(text, QuantityKind.MASS_RATE)
        parts = sum(per_period(rate, start, end) for start, end in pairwise(edges))
        assert parts == pytest.approx(per_period(rate, edges[0], edges[-1]))


def test_only_rates_have_a_value_per_period() -> None:
    with pytest.raises(UnitError, match="not a rate"):
        per_period(parse("95 USD/kg", QuantityKind.PRICE), date(2027, 1, 1), date(2027, 2, 1))


def test_a_quantity_is_parsed_once() -> None:
    parse("77 t/year", QuantityKind.MASS_RATE)
    start = time.process_time()
    for _ in range(10_000):
        parse("77 t/year", QuantityKind.MASS_RATE)
    assert time.process_time() - start < 0.1  # 10 microseconds each; pint alone takes 200
    assert parse("77 t/year", QuantityKind.MASS_RATE) is parse("77 t/year", QuantityKind.MASS_RATE)


def test_every_unit_named_in_a_message_is_known() -> None:
    for unit in units.MASS_UNITS:
        parse(f"1 {unit}", QuantityKind.MASS)
    for currency in units.CURRENCIES:
        assert parse(f"1 k{currency}", QuantityKind.MONEY).number == 1000
