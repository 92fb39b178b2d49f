"""Amounts that are small in their unit add up all the same, and a remark names the better unit."""

import pytest

import sourcing
from sourcing.plan import Plan

# A millionth of a tonne a month for three months, a gram: half of it from the south at 290 USD/kg, half at 600.
# 3 months x (0.5 g x 0.29 + 0.5 g x 0.6) = 1.335 USD; nothing is worth anything at the end where storage is 0.
MORE = {
    "plain": {},
    "cover": {"cover": {"days": "40 days", "shortfall_cost": "0.001 USD/kg/year"}},
    "rule": {"rule": {"share": {"of": {"origin": "China"}, "within": {"material": "oxide"}, "at_most": 0.5}}},
}


def scenario(unit: str, need: str, **more: object) -> dict[str, object]:
    stock = {"material": "oxide", "site": "japan", "storage": f"0 {unit}", "holding": "5 USD/kg/year"}
    stock |= {"cover": more["cover"]} if "cover" in more else {}
    return {
        "title": "tiny",
        "horizon": {"start": "2027-01", "periods": 3},
        "materials": {"oxide": {"unit": unit}},
        "sites": {"japan": {"country": "Japan"}},
        "suppliers": {"south": {"country": "China"}, "lynas": {"country": "Malaysia"}},
        "offers": {
            "south": {
                "supplier": "south",
                "material": "oxide",
                "price": "290 USD/kg",
                "nameplate": "0.0000005 t/month",
            },
            "lynas": {"supplier": "lynas", "material": "oxide", "price": "600 USD/kg", "nameplate": "250 t/year"},
        },
        "lanes": {"sea": {"where": {"material": "oxide"}, "site": "japan"}},
        "stock": {"oxide": stock},
        "rules": {"half": more["rule"]} if "rule" in more else {},
        "demand": {
            "motors": {
                "material": "oxide",
                "site": "japan",
                "need": need,
                "shortage": {"lost": {"cost": "2000 USD/kg"}},
            }
        },
    }


def notes(plan: Plan) -> list[str]:
    return [line for line in plan.unkept if line.startswith("materials.oxide: at most")]


@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("unit", ["t", "kg"])
def test_a_gram_a_month_costs_the_same_in_both_units(unit: str, more: str) -> None:
    plan = sourcing.solve(scenario(unit, "0.000001 t/month", **MORE[more]))
    assert plan.cost == pytest.approx(1.335, rel=1e-3)
    assert plan.orders["quantity"].sum() * (1000 if unit == "t" else 1) == pytest.approx(0.003, rel=1e-3)
    assert len(plan.orders) == 6
    assert plan.supplier_mix["share"].tolist() == pytest.approx([0.5, 0.5], rel=1e-3)


def test_the_remark_names_the_better_unit_and_only_where_there_is_one() -> None:
    (said,) = notes(sourcing.solve(scenario("t", "0.000001 t/month")))
    assert said == (
        "materials.oxide: at most 1e-06 t are needed in a period, of which what the solver takes for nothing, 1e-07 t, "
        "is 10 %; write unit: kg"
    )
    (said,) = notes(sourcing.solve(scenario("t", "0.0000001 t/month")))
    assert said.endswith("is 1e+02 %")
    assert notes(sourcing.solve(scenario("kg", "0.000001 t/month"))) == []
    assert notes(sourcing.solve(scenario("t", "1 t/month"))) == []
