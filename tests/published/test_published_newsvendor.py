"""Order before the need is known: Snyder & Shen, Fundamentals of Supply Chain Theory, examples 4.7 and 9.3."""

import pytest

from .build import CLEAR, FREE, instance, month, solve


@pytest.mark.parametrize("name", ["snyder_ex_4_7_poisson6", "snyder_ex_9_3_disruptions"])
def test_published_newsvendor(name):
    found = instance("newsvendor_stockpyl", name)
    data = found["data"]
    plan = solve(
        2,  # what is ordered in the first month arrives in the second, when the need is seen
        materials={"oxide": {}},
        sites={"plant": {"country": "Japan"}},
        suppliers={"maker": {"country": "Malaysia"}},
        offers={"oxide": {"supplier": "maker", "material": "oxide", "price": FREE}},
        lanes={"sea": {"where": {"offer": "oxide"}, "site": "plant", "transit": "1 month"}},
        stock={"oxide": {"material": "oxide", "site": "plant", "holding": f"{data['h']} USD/t/month", **CLEAR}},
        demand={
            "plant": {
                "site": "plant",
                "material": "oxide",
                "need": {month(2): "1 t/month"},
                "shortage": {"lost": {"cost": f"{data['p']} USD/t"}},
            }
        },
        futures={
            f"need {need}": {
                "probability": probability,
                "changes": {
                    "need": {"where": {"demand": "plant"}, "field": "need", "to": f"{need} t/month", "from": month(2)}
                },
            }
            for need, probability in data["demand"]
        },
    )
    assert plan.cost == pytest.approx(found["published"], abs=found["tolerance"])
    first = plan.orders[plan.orders["period"] == month(1)]
    assert first["quantity"].to_numpy() == pytest.approx(found["order"])  # in every future the same
