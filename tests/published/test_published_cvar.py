"""CVaR of a discrete cost: AORDA PSG help, "calculation_of_cvar_component"; SDDP.jl, test/plugins/risk_measures.jl."""

import pytest

from .build import instance, month, solve


@pytest.mark.parametrize("name", ["psg_pcvar_085", "sddp_avar02_of_gain"])
def test_published_cvar(name):
    found = instance("cvar_semantics", name)
    data = found["data"]
    shift = -min(value for value, _ in data["values"])  # a price is never negative: CVaR(X + shift) = CVaR(X) + shift
    plan = solve(
        2,  # one tonne, needed and sold in the second month, when its price is known
        risk={"tail": 1 - data["alpha"], "weight": data["weight"]},
        materials={"oxide": {}},
        sites={"plant": {"country": "Japan"}},
        suppliers={"maker": {"country": "Malaysia"}},
        offers={
            "oxide": {
                "supplier": "maker",
                "material": "oxide",
                "price": "1 USD/t",
                "expected": {month(2): "1 t/month"},
            }
        },
        lanes={"sea": {"where": {"offer": "oxide"}, "site": "plant"}},
        demand={"plant": {"site": "plant", "material": "oxide", "need": {month(2): "1 t/month"}, "firm": True}},
        futures={
            f"cost {value}": {
                "probability": probability,
                "changes": {
                    "price": {
                        "where": {"offer": "oxide"},
                        "field": "price",
                        "to": f"{value + shift} USD/t",
                        "from": month(2),
                    }
                },
            }
            for value, probability in data["values"]
        },
    )
    assert plan.cost - shift == pytest.approx(found["published"], abs=found["tolerance"])
    cost = plan.risk[plan.risk["subject"] == "cost"].set_index("measure")["value"]
    mean = sum(value * probability for value, probability in data["values"])
    assert cost["expected"] - shift == pytest.approx(mean)
    assert cost[f"mean of the worst {100 * (1 - data['alpha']):g} %"] - shift == pytest.approx(found["published"])
