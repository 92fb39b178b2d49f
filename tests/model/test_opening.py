"""What is nothing at first and opened by a change: it exists in the program wherever it is something in any future."""

import pytest

import sourcing
from sourcing.outcome import Plan
from sourcing.pipeline.source import prepare
from tests.building import small

OPENS = {"where": {"offer": "a"}, "field": "available", "to": "10 t/month", "from": "2027-02"}
NEED = {"site": "plant", "material": "oil", "firm": True}


def scenario(offer: dict | None = None, **parts: object) -> dict:
    """Ten tonnes for two months: a costs nothing and sells nothing at first, b costs 100 USD/t."""
    a = {"supplier": "maker", "material": "oil", "price": "0 USD/t", "nameplate": "0 t/month", **(offer or {})}
    whole = small(
        2,
        materials={"oil": {}},
        site="plant",
        suppliers={"maker": "Malaysia", "other": "Japan"},
        offers={"a": a, "b": {"supplier": "other", "price": "100 USD/t"}},
        lanes={"sea": {"where": {"material": "oil"}, "site": "plant"}},
        stock={"oil": {"end": {"value": "0 USD/t"}}},
        demand={"d": {**NEED, "need": "10 t/month"}},
    )
    return whole | parts


def solve(offer: dict | None = None, **parts: object) -> Plan:
    return sourcing.solve(scenario(offer, **parts), gap=1e-9)


def in_one(change: dict, **more: object) -> dict:
    """Two futures, equally likely; the change comes in one of them."""
    return {"no": {"probability": 0.5}, "opens": {"probability": 0.5, "changes": {"opens": change}, **more}}


def test_an_offer_that_opens_in_every_future() -> None:
    """January from b, February from a."""
    assert solve(changes={"opens": OPENS}).cost == pytest.approx(1000)


def test_an_offer_that_opens_in_a_regime() -> None:
    """Half of the months of February are in the regime in which a sells."""
    regimes = {
        "states": {"shut": {}, "open": {"changes": {"opens": {**OPENS, "from": "2027-01"}}}},
        "initial": "shut",
        "transitions": {"shut": {"open": "50 %/month"}},
    }
    assert solve(regimes=regimes, sample={"count": 64, "seed": 1, "keep": 2}).cost == pytest.approx(1500)


LICENCE = {"half": {"where": {"origin": "Malaysia"}, "approval": 0.5, "from": "2027-02"}}
OPENING: dict[str, tuple[dict, dict, float]] = {
    # January 1000, February 1000 with b and 0 with a.
    "to": ({}, {"futures": in_one(OPENS)}, 1500),
    "plus": (
        {},
        {"futures": in_one({"where": {"offer": "a"}, "field": "available", "plus": "10 t/month", "from": "2027-02"})},
        1500,
    ),
    # Of 120 t a year 28 days' part is for February: the rest from b.
    "per year": ({}, {"futures": in_one({**OPENS, "to": "120 t/year"})}, 1500 + 50 * (10 - 120 * 28 / 365)),
    "order cost": ({"order_cost": "8 USD"}, {"futures": in_one(OPENS)}, 1504),
    "smallest order": ({"minimum_order": "8 t"}, {"futures": in_one(OPENS)}, 1500),
    # At 1 USD/t from 8 t on.
    "price break": (
        {"price": "10 USD/t", "tiers": {"many": {"above": "8 t", "price": "1 USD/t"}}},
        {"futures": in_one(OPENS)},
        1505,
    ),
    # Tested once it is seen that it opens, in half of the cases; or before, in both.
    "tested when it opens": (
        {"qualification": {"cost": "6 USD", "time": "0 days", "decide": "any"}},
        {"futures": in_one(OPENS)},
        1503,
    ),
    "tested now": (
        {"qualification": {"cost": "6 USD", "time": "0 days", "decide": "now"}},
        {"futures": in_one(OPENS)},
        1506,
    ),
    "half of it without contract": ({"spot_share": 0.5}, {"futures": in_one(OPENS)}, 1750),
    "under contract only": (
        {"spot_share": 0},
        {"contracts": {"c": {"offer": "a", "volume": "10 t/month", "price": "0 USD/t"}}, "futures": in_one(OPENS)},
        1500,
    ),
    # What is normally taken is what is available then: half of 10 t is licensed.
    "half of it licensed": ({}, {"futures": in_one(OPENS, restrictions=LICENCE)}, 1750),
    "a shared resource": (
        {"uses": "1 /t"},
        {
            "suppliers": {"maker": {"country": "Malaysia", "capacity": "5 /month"}, "other": {"country": "Japan"}},
            "futures": in_one(OPENS),
        },
        1750,
    ),
}


@pytest.mark.parametrize(("offer", "parts", "cost"), OPENING.values(), ids=OPENING)
def test_an_offer_that_opens_in_one_future(offer: dict, parts: dict, cost: float) -> None:
    assert solve(offer, **parts).cost == pytest.approx(cost)


def test_a_need_that_begins_with_a_change() -> None:
    """Ten tonnes in February only, bought in one order."""
    begins = {"where": {"demand": "d"}, "field": "need", "to": "10 t/month", "from": "2027-02"}
    whole = scenario(demand={"d": {**NEED, "need": "0 t/month"}}, changes={"begins": begins})
    whole["offers"]["b"]["order_cost"] = "3 USD"
    assert sourcing.solve(whole, gap=1e-9).cost == pytest.approx(1003)


def test_a_price_that_is_nothing_at_first() -> None:
    """Free in January: twenty tonnes are bought then, for in February a tonne costs 30 USD."""
    opens = {"where": {"offer": "a"}, "field": "price", "to": "30 USD/t", "from": "2027-02"}
    plan = solve({"nameplate": "15 t/month"}, changes={"charged": opens})
    assert plan.cost == pytest.approx(5 * 30)


def test_times_of_nothing_stays_nothing_and_is_said() -> None:
    grows = {"where": {"offer": "a"}, "field": "available", "times": 10, "from": "2027-02"}
    whole = scenario(futures=in_one(grows))
    assert sourcing.solve(whole, gap=1e-9).cost == pytest.approx(2000)
    told = [notice for notice in prepare(whole).notices if "`times` changes nothing" in notice]
    assert told == ["opens: `times` changes nothing of available of a, which is 0 then; write the amount with `to`"]


def test_times_of_what_another_change_has_opened_is_no_nothing() -> None:
    """Opened to 5 t a month, and doubled: said of neither."""
    five = {**OPENS, "to": "5 t/month"}
    twice = {"where": {"offer": "a"}, "field": "available", "times": 2, "from": "2027-02"}
    whole = scenario(changes={"opens": five, "twice": twice})
    assert sourcing.solve(whole, gap=1e-9).cost == pytest.approx(1000)
    assert not [notice for notice in prepare(whole).notices if "`times`" in notice]


def test_a_smallest_order_may_wait_for_the_capacity_that_a_change_brings() -> None:
    """Four tonnes a month now, 20 from February on: a smallest order of 8 t is no mistake."""
    opens = {**OPENS, "to": "20 t/month"}
    plan = solve({"nameplate": "4 t/month", "minimum_order": "8 t"}, changes={"grows": opens})
    assert plan.cost == pytest.approx(1000)
