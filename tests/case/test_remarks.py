"""Inputs that are read as they are meant, or with a remark: late dates, starts within a period, rates, tons, grams."""

from typing import Any

import pytest

import sourcing
from sourcing import ScenarioError
from sourcing.pipeline.source import prepare
from sourcing.units import QuantityKind, UnitError, parse
from tests.building import small


def importer(**parts: Any) -> dict[str, Any]:
    """Ten tonnes a month from two sellers, a month and two away; 12 t in stock; a ban from March that may come."""
    ban = {"export ban": {"where": {"origin": "China"}, "from": "2027-03", "approval": 0}}
    whole = small(
        6,
        discount="6 %/year",
        site="nagoya",
        suppliers={"lynas": "Malaysia", "south": "China"},
        offers={
            "lynas dy": offer("lynas", "520 USD/kg", nameplate="8 t/month", to_border="1 month"),
            "south dy": offer("south", "310 USD/kg", nameplate="20 t/month"),
        },
        lanes={"by sea": {"where": {"material": "dy"}, "site": "nagoya", "freight": "1 %", "transit": "1 month"}},
        stock={"dy": {"holding": "15 USD/kg/year"}},
        opening_stock={"dy": {"quantity": "12 t"}},
        demand={"magnets": need("10 t/month")},
        futures={"as now": {"probability": 0.8}, "ban": {"probability": 0.2, "restrictions": ban}},
    )
    return whole | parts


def offer(supplier: str, price: Any, **parts: Any) -> dict[str, Any]:
    return {"supplier": supplier, "material": "dy", "price": price, **parts}


def need(amount: Any) -> dict[str, Any]:
    return {"material": "dy", "site": "nagoya", "need": amount, "shortage": {"lost": {"cost": "2000 USD/kg"}}}


def notes(word: str, **parts: Any) -> list[str]:
    return [text for text in prepare(importer(**parts)).notices if text.startswith(word)]


# Dates


def test_a_need_that_begins_after_the_plan_is_told() -> None:
    (said,) = notes("need:", demand={"magnets": need({"2027-03": "10 t/month"})})
    assert said == "need: nothing is needed before its first date: magnets (2027-03); the plan begins on 2027-01-01"


@pytest.mark.parametrize("first", ["2027-01", "2026-06", "2027"])
def test_a_need_that_begins_with_the_plan_is_not(first: str) -> None:
    assert notes("need:", demand={"magnets": need({first: "10 t/month", "2027-05": "5 t/month"})}) == []


def test_a_need_that_states_nothing_at_first_is_not() -> None:
    assert notes("need:", demand={"magnets": need({"2027-02": "0 t/month", "2027-03": "10 t/month"})}) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("expected", "9 t/month", "nothing runs before its first date"),
        ("committed", "9 t/month", "nothing is sold to others before its first date"),
        ("price", "300 USD/kg", "the first holds before its date too"),
    ],
)
def test_offers_that_begin_late_are_told(field: str, value: str, said: str) -> None:
    late = {"price": "300 USD/kg", "nameplate": "20 t/month", field: {"2027-04": value}}
    offers = {**importer()["offers"], "late": offer("lynas", **late)}
    (found,) = notes(f"{field}:", offers=offers)
    assert found == f"{field}: {said}: late (2027-04); the plan begins on 2027-01-01"


@pytest.mark.parametrize(("start", "period"), [("2027-04", "year"), ("2027-02", "quarter"), ("2027-01-15", "month")])
def test_a_start_within_a_period_is_told(start: str, period: str) -> None:
    (found,) = notes("horizon:", horizon={"start": start, "periods": 3, "period": period})
    assert found.startswith(
        f"horizon: {start} lies within a {period}, and periods are whole: the plan begins on 2027-01-01; "
        "write start: 2027-01, or period: "
    )


@pytest.mark.parametrize("horizon", [{"start": "2027", "period": "year"}, {"start": "2027-01-15", "period": "week"}])
def test_a_start_of_a_period_is_not(horizon: dict[str, Any]) -> None:
    assert notes("horizon:", horizon={"periods": 3, **horizon}) == []


# Rates


def test_a_rate_that_stands_upside_down_is_told() -> None:
    (said,) = notes("rates:", rates={"JPY": 150})
    assert said == (
        "rates: one JPY is worth 150 USD as stated, far from any rate known (about 0.0075): "
        "perhaps 1/150 = 0.006667 is meant"
    )


def test_rates_in_another_currency_are_told_likewise() -> None:
    """150 yen a dollar is right where rates are stated in yen, and 0.0067 is not."""
    assert notes("rates:", rates={"USD": 150, "CNY": 21}, rates_in="JPY") == []
    (said,) = notes("rates:", rates={"USD": 1 / 150}, rates_in="JPY")
    assert "perhaps 1/0.00666667 = 150 is meant" in said


def test_a_rate_with_a_digit_too_many_is_told() -> None:
    (said,) = notes("rates:", rates={"EUR": 11.6})
    assert said.endswith("(about 1.15): check it")
    assert notes("rates:", rates={"EUR": 1.4, "JPY": 0.0128}) == []


# The habit of today


@pytest.mark.parametrize(("date", "as_if_none"), [("2027-07", True), ("2031-01", True), ("2027-02", False)])
def test_orders_that_come_too_late_keep_nobody_from_ordering(date: str, as_if_none: bool) -> None:
    """30 t that arrive after the plan change nothing of what is done today; 30 t in February do."""
    alone = sourcing.solve(importer()).baseline
    order = {"p": {"offer": "south dy", "site": "nagoya", "quantity": "30 t", "state": "transit", "date": date}}
    today = sourcing.solve(importer(open_orders=order)).baseline
    same = today.loc[0, "baseline"] == pytest.approx(alone.loc[0, "baseline"], rel=1e-9)
    assert (today.loc[0, "measure"], same) == ("expected", as_if_none)


def test_an_order_beyond_the_lead_time_is_waited_for_only_when_it_is_near() -> None:
    """Due in the last month, it leaves the shares unmet of the months before as they are without it."""
    order = {"p": {"offer": "south dy", "site": "nagoya", "quantity": "30 t", "state": "transit", "date": "2027-06"}}
    calm = {"as now": {"probability": 1}}
    unmet = [
        plan.baseline.set_index(["subject", "measure"])["baseline"]["magnets", "worst period, share unmet"]
        for plan in (sourcing.solve(importer(futures=calm)), sourcing.solve(importer(futures=calm, open_orders=order)))
    ]
    assert unmet[1] <= unmet[0] + 1e-9


# Grams and nothing


def test_a_need_of_grams_is_counted_in_kilograms() -> None:
    """As with `unit: kg`: 1 g a month for four months at 0.31 and 0.52 USD/g, and a shortage of two at 2 USD/g."""
    plan = sourcing.solve(importer(demand={"magnets": need("1 g/month")}, opening_stock={}))
    kilograms = importer(demand={"magnets": need("1 g/month")}, opening_stock={}, materials={"dy": {"unit": "kg"}})
    assert plan.cost == pytest.approx(sourcing.solve(kilograms).cost, rel=1e-6)
    assert plan.cost == pytest.approx(3.57, abs=0.01)
    assert any("at most 1 g are needed in a period: counted in kg" in text for text in plan.unkept)


def test_a_need_of_less_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"demand.magnets.need: at most 0.000001 kg are needed in a month"):
        sourcing.solve(importer(demand={"magnets": need("1 mg/month")}))


def test_a_small_need_beside_a_large_one_stays_in_tonnes() -> None:
    demand = {"magnets": need("10 t/month"), "laboratory": need("1 g/month")}
    assert prepare(importer(demand=demand)).unit["dy"] == "t"
    alone = sourcing.solve(importer()).cost
    assert sourcing.solve(importer(demand=demand)).cost == pytest.approx(alone, rel=1e-5)


def test_that_nothing_is_needed_is_said() -> None:
    plan = sourcing.solve(importer(demand={"magnets": need("0 t/month")}))
    assert "Dy: nothing is needed of it; the 12 t in stock stay unused." in plan.advice
    assert not any("inf" in text for text in plan.advice)
    assert any("demand magnets: nothing is needed in any period" in text for text in plan.unkept)


def test_a_need_that_ends_leaves_no_days_without_end() -> None:
    ends = need({"2027-01": "10 t/month", "2027-03": "0 t/month"})
    stock = {"dy": {"material": "dy", "site": "nagoya", "quantity": "50 t"}}
    plan = sourcing.solve(importer(demand={"magnets": ends}, opening_stock=stock))
    assert not any("inf" in text or "nan" in text for text in plan.advice)


# Words


@pytest.mark.parametrize(
    "text", ["12 MT", "12 mt", "12 MTS", "12 Mts", "12 M/T", "12 metric tons", "12 TONNES", "12 トン"]
)
def test_the_metric_ton_of_invoices_is_t(text: str) -> None:
    with pytest.raises(UnitError) as error:
        parse(text, QuantityKind.MASS)
    assert error.value.cure == "MT on invoices is the metric ton: write t"


def test_prices_and_rates_of_the_metric_ton() -> None:
    for text, kind in (
        ("310000 USD/MT", QuantityKind.PRICE),
        ("3 USD/M/T", QuantityKind.PRICE),
        ("3 MT/month", QuantityKind.MASS_RATE),
    ):
        with pytest.raises(UnitError, match="metric ton: write t"):
            parse(text, kind)
    with pytest.raises(UnitError, match=r"a short ton is 0.90718474 t"):
        parse("12 tons", QuantityKind.MASS)
    assert parse("12 Mt", QuantityKind.MASS).number == pytest.approx(12e9)


@pytest.mark.parametrize("target", ["JAPAN", "japan", " Japan", "日本"])
def test_a_target_written_otherwise_is_refused(target: str) -> None:
    ban = {"ban": {"where": {"origin": "China"}, "targets": [target], "approval": 0}}
    with pytest.raises(ScenarioError) as error:
        prepare(importer(restrictions=ban))
    assert str(error.value).startswith("scenario: restrictions.ban.targets: ")
    assert str(error.value).endswith("; write Japan")


def test_targets_of_other_countries_are_fine() -> None:
    ban = {"ban": {"where": {"origin": "China"}, "targets": ["South Korea", "Japan"], "approval": 0}}
    assert prepare(importer(restrictions=ban)).futures[0].restrictions


def test_a_country_written_in_two_ways_is_refused() -> None:
    suppliers = {"lynas": {"country": "china"}, "south": {"country": "China"}, "north": {"country": "China"}}
    with pytest.raises(ScenarioError, match=r"suppliers.lynas.country: 'china' is written 'China' elsewhere"):
        prepare(importer(suppliers=suppliers))
