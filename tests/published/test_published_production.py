"""Four weeks of production, stock and sales: AMPL book, chapter 4, steelT.mod, and its scripts of chapter 16."""

import pytest

from .build import CLEAR, instance, monthly, solve


@pytest.mark.parametrize("name", ["steelT", "steelT_avail3_42"])
def test_published_production(name):
    found = instance("production_inventory_ampl_steelT", name)
    data = found["data"]
    products = list(enumerate(data["prod"]))
    plan = solve(
        data["T"],  # weeks of the book are months here: every rate is per period
        materials={product: {} for product in data["prod"]},
        sites={"market": {"country": "United States"}},
        suppliers={"mill": {"country": "United States", "capacity": monthly(data["avail"], "/month")}},
        offers={
            product: {
                "supplier": "mill",
                "material": product,
                "price": f"{data['prodcost'][row]} USD/t",
                "uses": f"{1 / data['rate'][row]} /t",  # rate is t per hour
            }
            for row, product in products
        },
        lanes={"gate": {"where": {"supplier": "mill"}, "site": "market"}},
        stock={
            product: {"material": product, "site": "market", "holding": f"{data['invcost'][row]} USD/t/month", **CLEAR}
            for row, product in products
        },
        opening_stock={
            product: {"material": product, "site": "market", "quantity": f"{data['inv0'][row]} t"}
            for row, product in products
        },
        demand={
            product: {
                "site": "market",
                "material": product,
                "need": monthly(data["market"][row], "t/month"),
                "shortage": {"not sold": {"cost": monthly(data["revenue"][row], "USD/t")}},
            }
            for row, product in products
        },
    )
    # Profit = revenue of all that the market takes - revenue not earned - production - holding. The plan's cost is the
    # last three: what is not sold costs its revenue. steelT: all that the market takes is worth 1 090 300.
    possible = sum(
        price * need
        for prices, needs in zip(data["revenue"], data["market"], strict=True)
        for price, need in zip(prices, needs, strict=True)
    )
    assert possible - plan.cost == pytest.approx(found["published"], abs=found["tolerance"])
