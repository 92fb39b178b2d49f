"""Stock for an uncertain season: Birge & Louveaux, Introduction to Stochastic Programming, p. 237, as in SDDP.jl."""

import pytest

from .build import CLEAR, instance, month, solve


def test_published_air_conditioning():
    found = instance("multistage_sddp", "air_conditioning")
    data = found["data"]
    ((_, need),) = data["demand"][0]

    def weather(number: int) -> dict:
        """Need of a later month: each outcome is seen when the month comes."""
        return {
            f"{amount}": {
                "probability": probability,
                "changes": {
                    f"need of {month(number)}": {
                        "where": {"demand": "homes"},
                        "field": "need",
                        "to": f"{amount} t/month",
                        "from": month(number),
                        "until": month(number),
                    }
                },
            }
            for probability, amount in data["demand"][number - 1]
        }

    plan = solve(
        3,
        materials={"unit": {}},
        sites={"shop": {"country": "United States"}},
        suppliers={"factory": {"country": "United States"}},
        offers={
            "regular": {
                "supplier": "factory",
                "material": "unit",
                "price": f"{data['price']} USD/t",
                "nameplate": f"{data['cap']} t/month",
            },
            "overtime": {"supplier": "factory", "material": "unit", "price": f"{data['overtime']} USD/t"},
        },
        lanes={"gate": {"where": {"supplier": "factory"}, "site": "shop"}},
        stock={
            "unit": {
                "material": "unit",
                "site": "shop",
                "storage": f"{data['stock_cap']} t",
                "holding": f"{data['holding']} USD/t/month",
                **CLEAR,
            }
        },
        demand={"homes": {"site": "shop", "material": "unit", "need": f"{need} t/month", "firm": True}},
        risks={"second month": weather(2), "third month": weather(3)},
    )
    assert plan.manifest.nodes == 1 + 2 + 4
    assert plan.cost == pytest.approx(found["published"], abs=found["tolerance"])
    # The book's first decision: make 200 for a need of 100, and carry 100.
    first = plan.orders[plan.orders["period"] == month(1)]
    assert set(first["offer"]) == {"regular"}
    assert first["quantity"].to_numpy() == pytest.approx(200)
    stock = plan.stockpile[plan.stockpile["period"] == month(1)]
    assert stock["stock"].to_numpy() == pytest.approx(100)
