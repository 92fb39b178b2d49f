"""What is left at the end: never worth more than what a unit saves its best user, unless the scenario says so."""

import pytest

import sourcing
from sourcing.pipeline.formulated import state
from sourcing.pipeline.source import prepare
from tests.building import small

LOST = {"lost": {"cost": "1000 USD/t"}}
TWO = {"cheap": "100 USD/t", "dear": "5000 USD/t"}


def scenario(prices: dict[str, str] | None = None, materials: tuple[str, ...] = ("dy",), **parts: object) -> dict:
    """Ten tonnes a month for three months, 1000 USD lost for each that is missing. Of every material there is one offer
    for each price: cheap of 6 t a month, dear of 20. Storing costs nothing, nor does capital."""
    listed = prices or TWO
    whole = small(
        3,
        materials={name: {} for name in materials},
        suppliers=dict.fromkeys(listed, "Chile"),
        offers={
            f"{name} {material}": {
                "supplier": name,
                "material": material,
                "price": price,
                "nameplate": "6 t/month" if name == "cheap" else "20 t/month",
            }
            for material in materials
            for name, price in listed.items()
        },
        demand={"motors": {"material": "dy", "need": "10 t/month", "shortage": LOST}},
    )
    return whole | parts


def value(whole: dict, material: str = "dy") -> float:
    """Default value of a unit at the end [USD / t]."""
    data = state(prepare(whole)).data
    return float(data.end_value[data.case.position_row[f"{material} @ japan"], -1] * data.money)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"discount": "6 %/year"},
        {"stock": {"dy": {"material": "dy", "site": "japan", "holding": "1 USD/t/month"}}},
        {"opening_stock": {"tank": {"material": "dy", "site": "japan", "quantity": "12 t"}}},
        {"lanes": {"all": {"where": {"material": "dy"}, "site": "japan", "transit": "1 month"}}},
    ],
    ids=["plain", "discount", "storage", "opening stock", "on the way"],
)
def test_what_is_cheap_is_used_and_not_left_for_what_replaces_it(parts: dict) -> None:
    """A unit is replaced for 5000 USD and saves 1000: all of the 6 t a month that arrive are used, and nothing of the
    dear offer is bought. Valued at 5000, all of it would be left and the need unserved."""
    plan = sourcing.solve(scenario(**parts), gap=1e-9)
    arrives = 12.0 if "lanes" in parts else 18.0
    there = 12.0 if "opening_stock" in parts else 0.0
    assert plan.shortage["quantity"].sum() == pytest.approx(30 - arrives - there)
    assert set(plan.orders["offer"]) == {"cheap dy"}
    assert plan.stockpile["stock"].iloc[-1] == pytest.approx(0.0)


def test_of_several_users_the_best_one_counts() -> None:
    """Motors save 1000 USD/t, magnets 3000: worth 2970 at the end."""
    magnets = {"material": "dy", "site": "japan", "need": "1 t/month", "shortage": {"lost": {"cost": "3000 USD/t"}}}
    whole = scenario()
    whole["demand"]["magnets"] = magnets
    assert value(scenario()) == pytest.approx(990)
    assert value(whole) == pytest.approx(2970)


def test_the_dearest_step_of_shortage_counts() -> None:
    steps = {"recoverable": {"share": 0.5, "cost": "200 USD/t"}, "line down": {"cost": "4000 USD/t"}}
    whole = scenario()
    whole["demand"]["motors"]["shortage"] = steps
    assert value(whole) == pytest.approx(0.99 * 4000)


def test_a_firm_need_saves_without_limit() -> None:
    """What replaces a unit counts, as it would without any limit."""
    whole = scenario()
    whole["demand"]["motors"] = {"material": "dy", "site": "japan", "need": "10 t/month", "firm": True}
    assert value(whole) == pytest.approx(5000)


def test_a_stated_value_is_obeyed() -> None:
    assert value(scenario(stock={"dy": {"material": "dy", "site": "japan", "end": {"value": "4000 USD/t"}}})) == 4000


@pytest.mark.parametrize(("unit", "per"), [("t", 1.0), ("kg", 1000.0)])
def test_of_a_material_of_which_a_unit_takes_two(unit: str, per: float) -> None:
    """A tonne of magnets takes two of dysprosium: each saves 500 USD."""
    line = {"materials": {"dy": 2}, "unit": "t", "site": "japan", "need": "5 t/month", "shortage": LOST}
    whole = scenario(demand={"line": line}, materials={"dy": {"unit": unit}})
    assert value({**scenario(), **whole, "materials": {"dy": {"unit": unit}}}) * per == pytest.approx(0.99 * 500)


def test_materials_taken_together_are_worth_no_more_than_the_shortage_they_avert() -> None:
    """Four of nd and one of dy avert 1000 USD of shortage. Each can be replaced for less than that, 200 and 700 USD/t,
    all five only for 1500: worth 0.99 x 1000 x 200 / 1500 and 0.99 x 1000 x 700 / 1500. What is there is used up."""
    line = {"materials": {"nd": 4, "dy": 1}, "unit": "t", "site": "japan", "need": "10 t/month", "shortage": LOST}
    stock = {
        "nd": {"material": "nd", "site": "japan", "quantity": "120 t"},
        "dy": {"material": "dy", "site": "japan", "quantity": "30 t"},
    }
    whole = scenario({"any": "200 USD/t"}, ("nd", "dy"), demand={"line": line}, opening_stock=stock)
    whole["offers"]["any nd"]["nameplate"] = "100 t/month"
    whole["offers"]["any dy"]["price"] = "700 USD/t"
    assert value(whole, "nd") == pytest.approx(0.99 * 1000 * 200 / 1500)
    assert value(whole) == pytest.approx(0.99 * 1000 * 700 / 1500)
    plan = sourcing.solve(whole, gap=1e-9)
    assert plan.shortage["quantity"].sum() == pytest.approx(0.0)
    assert plan.cost == pytest.approx(0.0)
