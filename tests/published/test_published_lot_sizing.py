"""Dynamic lot sizing: Wagner & Whitin, Management Science 5(1), 1958; Snyder & Shen by way of stockpyl."""

import pytest

from .build import CLEAR, instance, monthly, solve


@pytest.mark.parametrize("name", ["ww1958_12p", "scmo_purchase_cost"])
def test_published_lot_sizing(name):
    found = instance("lot_sizing_wagner_whitin", name)
    data = found["data"]
    prices, setups = (
        value if isinstance(value, list) else [value] * len(data["demand"])  # one for all periods, or each its own
        for value in (data["unit_cost"], data["setup"])
    )
    plan = solve(
        len(data["demand"]),
        materials={"oxide": {}},
        sites={"plant": {"country": "Japan"}},
        suppliers={"maker": {"country": "Malaysia"}},
        offers={
            "oxide": {
                "supplier": "maker",
                "material": "oxide",
                "price": monthly(prices, "USD/t"),
                "order_cost": monthly(setups, "USD"),
            }
        },
        lanes={"sea": {"where": {"offer": "oxide"}, "site": "plant"}},
        stock={"oxide": {"material": "oxide", "site": "plant", "holding": f"{data['holding']} USD/t/month", **CLEAR}},
        demand={
            "plant": {"site": "plant", "material": "oxide", "need": monthly(data["demand"], "t/month"), "firm": True}
        },
    )
    assert plan.status == "optimal"
    assert plan.cost == pytest.approx(found["published"], abs=found["tolerance"])
