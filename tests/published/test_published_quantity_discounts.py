"""Incremental price breaks: FICO Xpress example pricebrinc."""

import pytest

from .build import CLEAR, instance, solve


def test_published_incremental_price_breaks():
    found = instance("quantity_discounts", "fico_pricebrinc")
    (supplier,) = found["data"]["suppliers"]
    (_, list_price), *breaks = supplier["tiers"]
    plan = solve(
        1,
        materials={"goods": {}},
        sites={"plant": {"country": "United States"}},
        suppliers={"maker": {"country": "United States"}},
        offers={
            "goods": {
                "supplier": "maker",
                "material": "goods",
                "price": f"{list_price} USD/t",
                "nameplate": f"{supplier['max']} t/month",
                "tier_kind": supplier["kind"],
                "tiers": {
                    f"from {above}": {"above": f"{above} t", "price": f"{price} USD/t"} for above, price in breaks
                },
            }
        },
        lanes={"road": {"where": {"supplier": "maker"}, "site": "plant"}},
        stock={"goods": {"material": "goods", "site": "plant", **CLEAR}},
        demand={
            "plant": {
                "site": "plant",
                "material": "goods",
                "need": f"{found['data']['need']} t/month",
                "firm": True,
            }
        },
    )
    # 50 x 0.8 + 70 x 0.5 + 30 x 0.3 = 40 + 35 + 9 = 84
    assert plan.cost == pytest.approx(found["published"], abs=found["tolerance"])
