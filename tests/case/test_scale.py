"""Amounts that are small in their unit add up all the same."""

import pytest

import sourcing
from tests.building import small

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
    return small(
        3,
        title="tiny",
        materials={"oxide": {"unit": unit}},
        suppliers={"south": "China", "lynas": "Malaysia"},
        offers={
            "south": {"price": "290 USD/kg", "nameplate": "0.0000005 t/month"},
            "lynas": {"price": "600 USD/kg", "nameplate": "250 t/year"},
        },
        lanes={"sea": {"where": {"material": "oxide"}, "site": "japan"}},
        stock={"oxide": stock},
        rules={"half": more["rule"]} if "rule" in more else {},
        demand={"motors": {"need": need, "shortage": {"lost": {"cost": "2000 USD/kg"}}}},
    )


@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("unit", ["t", "kg"])
def test_a_gram_a_month_costs_the_same_in_both_units(unit: str, more: str) -> None:
    """Counted in kilograms whatever the file says."""
    plan = sourcing.solve(scenario(unit, "0.000001 t/month", **MORE[more]))
    assert plan.cost == pytest.approx(1.335, rel=1e-3)
    assert plan.orders["quantity"].sum() == pytest.approx(0.003, rel=1e-3)
    assert len(plan.orders) == 6
    assert plan.supplier_mix["share"].tolist() == pytest.approx([0.5, 0.5], rel=1e-3)
