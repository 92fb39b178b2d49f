"""Numbers read as they are written in each language, everywhere."""

import pytest

from sourcing.figures import ENGLISH as EN
from sourcing.figures import JAPANESE as JA
from sourcing.figures import UNBROKEN_ENGLISH, show, stated_percent, written
from sourcing.units import QuantityKind, parse


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (1234567.0, "USD", "1.23 million USD"),
        (999_999.9, "USD", "1 million USD"),
        (-2.5e9, "USD", "-2.5 billion USD"),
        (345_678.4, "USD", "346 thousand USD"),
        (450.0, "t", "450 t"),
        (0.00512, "/t", "0.00512 /t"),
        (12.3456, "", "12.3"),
        (-0.0, "t", "0 t"),
    ],
)
def test_numbers_to_read(number: float, unit: str, text: str) -> None:
    assert show(number, unit) == text


@pytest.mark.parametrize("money", [0.05, 12.3, 4567.0, 1e6, 123_456_789.0, 5e11])
def test_what_is_shown_can_be_read_again(money: float) -> None:
    assert parse(written(money, "USD"), QuantityKind.MONEY).number == pytest.approx(money, rel=0.005)


@pytest.mark.parametrize(
    ("amount", "currency", "english", "japanese"),
    [
        (2_866_870_000, "USD", "2.87 billion USD", "28.7億米ドル"),
        (12_400_000, "USD", "12.4 million USD", "1,240万米ドル"),
        (500_000, "USD", "500 thousand USD", "50万米ドル"),
        (4_300, "USD", "4,300 USD", "4,300米ドル"),
        (-291_000_000, "USD", "-291 million USD", "-2.91億米ドル"),
        (0, "USD", "0 USD", "0米ドル"),
        (3_200_000_000_000, "JPY", "3,200 billion JPY", "3.2兆円"),
        (999_600_000, "JPY", "1 billion JPY", "10億円"),
        (float("nan"), "USD", "-", "-"),
    ],
)
def test_money(amount: float, currency: str, english: str, japanese: str) -> None:
    assert EN.amount(amount, currency) == english
    assert JA.amount(amount, currency) == japanese


@pytest.mark.parametrize(
    ("label", "english", "japanese"),
    [
        ("2027-01", "Jan 2027", "2027年1月"),
        ("2027-Q2", "Q2 2027", "2027年第2四半期"),
        ("2027", "2027", "2027年"),
        ("2027-12-05", "5 Dec 2027", "2027年12月5日"),
        ("", "-", "-"),
        ("soon", "soon", "soon"),
    ],
)
def test_dates(label: str, english: str, japanese: str) -> None:
    assert EN.period(label) == english
    assert JA.period(label) == japanese


@pytest.mark.parametrize(
    ("value", "english", "japanese"),
    [(0.353, "35 %", "35%"), (0.0851, "8.5 %", "8.5%"), (0.0, "0 %", "0%"), (1.0, "100 %", "100%"),
     (0.02, "2 %", "2%"), (0.0001, "below 0.1 %", "0.1%未満"), (0.998, "99.8 %", "99.8%"), (0.99999, "100 %", "100%")],
)  # fmt: skip
def test_shares(value: float, english: str, japanese: str) -> None:
    assert EN.share(value) == english
    assert JA.share(value) == japanese


def test_masses_prices_and_days() -> None:
    assert EN.mass(42.966, "t", "year") == "43 t a year"
    assert JA.mass(42.966, "t", "year") == "年間43トン"
    assert EN.mass(0.49, "t") == "490 kg"
    assert JA.mass(1839.2, "t") == "1,839トン"
    assert EN.masses([0.855, 0.0], ["t", "t"]) == ["855 kg", "0 kg"]  # none comes to a tonne
    assert EN.masses([0.855, 2.0], ["t", "t"]) == ["0.855 t", "2 t"]
    assert EN.price(450_000, "USD/t") == "450 USD/kg"
    assert JA.price(2_000_000, "USD/t") == "2,000米ドル/kg"
    assert EN.number(0.00025) == "0.00025"
    assert EN.number(2.5, "factor") == "2.5"
    assert (EN.number(0.25, "1"), EN.number(0.25, "share"), JA.number(18, "t/month")) == (
        "0.25",
        "25 %",
        "18トン/月",
    )
    assert EN.price(0.0, "USD/t") == EN.price(-0.0, "USD/t") == "0 USD/kg"
    assert (EN.price(10.0, "USD/kg"), EN.price(4.567, "USD/kg")) == ("10 USD/kg", "4.57 USD/kg")
    assert (EN.days(44.6), JA.days(float("inf"))) == ("45 days", "999日超")
    assert (EN.days(1.2), EN.days(0.3), JA.days(1)) == ("1 day", "0 days", "1日")


def test_what_was_stated_keeps_its_digits_and_a_gap_has_two() -> None:
    assert (stated_percent(0.125), stated_percent(0.1), stated_percent(1 - 0.7)) == ("12.5 %", "10 %", "30 %")
    assert [EN.gap(gap) for gap in (0.0, 6.1e-5, 0.0042, 0.02)] == ["0 %", "0.0061 %", "0.42 %", "2 %"]


def test_the_money_of_a_column_has_one_size() -> None:
    """1290 and 62.3 million: at most five digits before the point, so that one digit after it is enough."""
    column = EN.column([1_290_000_000.0, 62_300_000.0, float("nan")], "USD")
    assert (column.name, column(1_290_000_000.0), column(62_300_000.0)) == ("million USD", "1,290.0", "62.3")
    assert (column(4_000.0), column(-0.0)) == ("0.004", "0.0")  # what is something is not written as nothing
    assert EN.column([], "USD").name == "USD"
    assert JA.column([2.5e10], "USD").name == "億米ドル"


def test_on_a_page_a_number_and_its_unit_stay_together() -> None:
    assert UNBROKEN_ENGLISH.amount(2_866_870_000, "USD") == "2.87\u00a0billion\u00a0USD"
    assert UNBROKEN_ENGLISH.share(0.0001) == "below\u00a00.1\u00a0%"
    assert UNBROKEN_ENGLISH.period("2027-12-05") == "5\u00a0Dec\u00a02027"
