"""Stock: for use when it is for use, charged for what it costs, worth nothing more at the end."""

import pytest

import sourcing
from sourcing.errors import SolveError
from sourcing.outcome import Plan
from tests.building import small

LOST = {"lost": {"cost": "1000 USD/t"}}


def scenario(periods: int = 4, stock: dict | None = None, price: object = "100 USD/t", **parts: object) -> dict:
    """Ten tonnes a month from one Chinese offer at 100 USD/t; storage 2 USD/t/month, shortage 1000 USD/t."""
    whole = small(
        periods,
        suppliers={"south": "China"},
        offers={"south": {"price": price, "nameplate": "30 t/month"}},
        stock={"dy": {"holding": "2 USD/t/month", **(stock or {})}},
        demand={"motors": {"need": "10 t/month", "shortage": LOST}},
    )
    return whole | parts


def solve(*args: object, **parts: object) -> Plan:
    return sourcing.solve(scenario(*args, **parts), gap=1e-9)


def held(quantity: str, status: str = "usable") -> dict:
    return {"first": {"material": "dy", "site": "japan", "quantity": quantity, "status": status}}


def stock(plan: Plan, future: str = "as now") -> list[float]:
    frame = plan.stockpile
    return list(frame[frame["future"] == future]["stock"].round(6))


BAN = {"ban": {"where": {"origin": "China"}, "from": "2027-03", "approval": 0}}
HALVES = {"calm": {"probability": 0.5}, "ban": {"probability": 0.5, "restrictions": BAN}}


def test_a_reserve_is_drawn_down_in_the_ban_and_not_before() -> None:
    """20 t are 59 days of need at the end of January (28 + 31 days); 59 days seen from the end of March are all of
    April and 29 days at its rate: 10 + 29/30 x 10 = 19.667 t. While the ban holds the reserve serves the need."""
    cover = {"days": "59 days", "shortfall_cost": "50 USD/t/month", "release": {"restriction": "ban"}}
    plan = solve(stock={"cover": cover}, opening_stock=held("20 t"), futures=HALVES)
    assert stock(plan, "ban") == [20, 20, 10, 0]
    assert stock(plan, "calm") == pytest.approx([20, 20, 10 + 290 / 30, 10 + 290 / 30], abs=1e-5)
    assert plan.shortage.empty
    frame = plan.costs.set_index(["kind", "future"])["charge"]
    assert frame["cover missing", "ban"] == frame["cover missing", "calm"] == 0


@pytest.mark.parametrize(("basis", "missing"), [("official", 0), ("observed", 280 / 31)])
def test_only_the_restrictions_named_release(basis: str, missing: float) -> None:
    """No more than the need can be bought; the 10 t held are 28 days of February and are used up in March's ban.
    28 days at March's rate are 280/31 t, charged 50 USD/t unless the ban is official."""
    cover = {"days": "28 days", "shortfall_cost": "50 USD/t/month", "release": {"basis": "official"}}
    paper = {"where": {"origin": "China"}, "from": "2028-01", "price": 2, "basis": "official"}
    bans = {"ban": {**BAN["ban"], "basis": basis}, "paper": paper}
    whole = scenario(3, {"cover": cover}, opening_stock=held("10 t"), restrictions=bans)
    whole["offers"]["south"]["nameplate"] = "10 t/month"
    plan = sourcing.solve(whole, gap=1e-9)
    assert stock(plan) == [10, 10, 0]
    charge = plan.costs.set_index(["kind", "future"])["charge"]["cover missing", "as now"]
    assert charge == pytest.approx(50 * missing, abs=1e-6)


def test_storage_is_charged_on_what_is_left_of_each_period_and_opening_stock_is_free() -> None:
    """40 t for three months: 30, 20, 10 are left, 60 t-months x 2 USD; the last ten are worth 50 each, as stated."""
    plan = solve(3, {"end": {"value": "50 USD/t"}}, opening_stock=held("40 t"))
    assert stock(plan) == [30, 20, 10]
    assert plan.cost == pytest.approx(2 * 60 - 10 * 50)


def test_what_is_left_is_worth_the_price_less_a_quarters_storage() -> None:
    """The same 40 t; the ten left are worth 100 - 3 x 2 each: 120 - 10 x 94."""
    assert solve(3, opening_stock=held("40 t")).cost == pytest.approx(120 - 940)


@pytest.mark.parametrize("status", ["pledged", "quality hold", "national"])
def test_only_usable_stock_counts(status: str) -> None:
    """20 t that may not be used: 40 t are bought, nothing is held, and a cover of ten days is missing all the same."""
    cover = {"days": "10 days", "shortfall_cost": "1 USD/t/month"}
    plan = solve(stock={"cover": cover}, opening_stock=held("20 t", status))
    assert stock(plan) == [0, 0, 0, 0]
    assert plan.orders["quantity"].sum() == pytest.approx(40)
    assert plan.costs.set_index(["kind", "future"])["charge"]["cover missing", "as now"] > 0


@pytest.mark.parametrize(
    "price",
    ["100 USD/t", {"2027-01": "100 USD/t", "2027-04": "200 USD/t"}, {"2027-01": "200 USD/t", "2027-04": "100 USD/t"}],
    ids=["steady", "rising", "falling"],
)
@pytest.mark.parametrize("lead", ["0 days", "2 months"])
def test_nothing_is_hoarded_for_the_end(price: object, lead: str) -> None:
    """Without cover all that is ordered is used: 60 t in six months, or 40 t where the first two can get none."""
    whole = scenario(6, price=price)
    whole["offers"]["south"]["to_border"] = lead
    plan = sourcing.solve(whole, gap=1e-9)
    assert plan.orders["quantity"].sum() == pytest.approx(60 if lead == "0 days" else 40, abs=1e-6)
    assert stock(plan)[-1] == 0


def test_a_stated_end_value_is_taken_as_it_is() -> None:
    """Worth 150 at the end, 100 now, 2 a month to keep: with 15 t a month to be had, the 5 t beyond the need are
    bought in both months. 30 x 100 + 5 x 2 + 10 x 2 - 10 x 150."""
    whole = scenario(2, {"end": {"value": "150 USD/t"}})
    whole["offers"]["south"]["nameplate"] = "15 t/month"
    plan = sourcing.solve(whole, gap=1e-9)
    assert stock(plan) == [5, 10]
    assert plan.cost == pytest.approx(3000 + 10 + 20 - 1500)


def test_an_end_target_counts_stock_and_pipeline() -> None:
    """Wanted: 61 days of April's need at its rate, 61/30 x 10 = 20.333 t, missing 500 USD/t. Made in two months, so
    that the 20.333 t are ordered in March and April and never stored. They cost 100 and are worth 100 - 6; 20 t are
    bought for March and April, ten of the opening stock are stored through January."""
    whole = scenario(4, {"end": {"days": "61 days", "shortfall_cost": "500 USD/t"}}, opening_stock=held("20 t"))
    whole["offers"]["south"]["to_border"] = "2 months"
    plan = sourcing.solve(whole, gap=1e-9)
    wanted = 610 / 30
    assert stock(plan)[-1] == 0
    assert plan.orders["quantity"].sum() == pytest.approx(20 + wanted, rel=1e-6)
    assert plan.cost == pytest.approx(20 * 100 + 10 * 2 + wanted * 6, rel=1e-9)


def test_what_the_store_cannot_hold_is_lost() -> None:
    """30 t arrive, 10 are used, 12 fit, 8 are thrown away; February uses 10 of the 12, March buys 8 at 100.
    Storage: 12 x 2 + 2 x 2."""
    orders = {"one": {"offer": "south", "site": "japan", "quantity": "30 t", "state": "transit"}}
    plan = solve(3, {"storage": "12 t"}, open_orders=orders)
    assert stock(plan) == [12, 2, 0]
    assert plan.cost == pytest.approx(800 + 24 + 4)


def test_firm_cover_that_cannot_be_held_is_named() -> None:
    """The border is closed and nothing in stock: 30 days of need cannot be there in January."""
    closed = {"ban": {"where": {"origin": "China"}, "approval": 0}}
    cover = {"days": "30 days", "shortfall_cost": "1 USD/t/year", "firm": True}
    whole = scenario(4, {"cover": cover}, restrictions=closed)
    with pytest.raises(SolveError, match="firm cover of dy @ japan"):
        sourcing.solve(whole)


def test_a_firm_demand_unmet_is_told_with_demand_period_future_and_amount() -> None:
    """10 t a month and no more can be had; the ban cuts them off in March and April, and in no other future."""
    whole = scenario(4, futures=HALVES)
    whole["offers"]["south"]["nameplate"] = "10 t/month"
    whole["demand"]["motors"] = {"material": "dy", "site": "japan", "need": "10 t/month", "firm": True}
    with pytest.raises(SolveError) as caught:
        sourcing.solve(whole)
    message = str(caught.value)
    assert "firm demand 'motors' cannot be met in future 'ban'" in message
    assert "10 t are missing in 2027-03, 20 t in all" in message
    assert "'calm'" not in message
