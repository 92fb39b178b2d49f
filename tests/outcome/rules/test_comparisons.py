"""The plan beside rules of thumb: money that adds up, and cases in which it is known what comes out."""

from copy import deepcopy

import pandas as pd
import pytest

import sourcing
from tests.building import small

CALM = small(
    6,
    title="calm",
    discount="0 %/year",
    suppliers={"south": "China", "reef": "Australia"},
    offers={"south": {"price": "100 USD/t", "nameplate": "30 t/month"}},
    opening_stock={"dy": {"quantity": "20 t"}},
    demand={"motors": {"need": "10 t/month", "shortage": {"lost": {"cost": "900 USD/t"}}}},
)


def comparisons(whole: dict) -> pd.DataFrame:
    plan = sourcing.solve(whole, gap=1e-9)
    table = plan.comparisons.set_index("rule")
    parts = table["cash"] + table["lost_margin"] + table["made_do"] - table["stock_left"]
    assert parts.tolist() == pytest.approx(table["cost"].tolist(), rel=1e-9)
    assert table["objective"].iloc[0] == pytest.approx(plan.cost, rel=1e-9)
    keeping = table[table["breaks"] == ""]
    assert (keeping["objective"] >= plan.bound - 1e-6 * abs(plan.bound)).all()
    return table


def test_with_one_supplier_and_one_future_every_rule_is_the_plan_but_for_carrying() -> None:
    """Nothing is dear to hold and what is left is worth what it cost: all pay for the need alone."""
    table = comparisons(CALM)
    assert list(table.index) == ["plan", "as today", "60 days", "half outside China", "sign what is on the table"]
    assert table["cost"].tolist() == pytest.approx([table["cost"].iloc[0]] * 5, rel=1e-9)
    assert (table["unmet_share"] == 0).all()


def test_worlds_that_are_equal_for_the_plan_are_equal_for_the_rules() -> None:
    """Nothing leaves China from March on: because licences are refused, or because nothing is sold besides."""
    stop = {"where": {"origin": "China"}, "from": "2027-03", "approval": 0}
    reef = {"supplier": "reef", "material": "dy", "price": "300 USD/t", "nameplate": "6 t/month"}
    refused = CALM | {"offers": {**CALM["offers"], "reef": reef}, "restrictions": {"stop": stop}}
    closed = refused | {"restrictions": {"stop": {**stop, "capacity": 0}}}
    one, other = comparisons(refused), comparisons(closed)
    assert one["cost"].tolist() == pytest.approx(other["cost"].tolist(), rel=0.01)
    assert one.loc["as today", "unmet_share"] > 0


def test_a_supplier_lost_never_makes_the_optimum_cheaper() -> None:
    reef = {"supplier": "reef", "material": "dy", "price": "120 USD/t", "nameplate": "30 t/month"}
    both = CALM | {"offers": {**CALM["offers"], "reef": reef}}
    assert sourcing.solve(CALM, gap=1e-9).cost >= sourcing.solve(both, gap=1e-9).cost - 1e-6


def scarce() -> dict:
    """Six tonnes a month for two lines of five: one stands at 9,000 a tonne, of the other a fifth is made do without at
    150 and the rest lost at 800."""
    whole = deepcopy(CALM)
    del whole["opening_stock"]
    whole["offers"]["south"]["nameplate"] = "6 t/month"
    whole["stock"] = {"dy": {"material": "dy", "site": "japan", "end": {"value": "0 USD/t"}}}
    need = {"site": "japan", "material": "dy", "need": "5 t/month"}
    grade = {"share": "20 %", "cost": "150 USD/t", "kind": "substitute"}
    whole["demand"] = {
        "line one": {**need, "shortage": {"stands": {"cost": "9000 USD/t", "kind": "stop"}}},
        "line two": {**need, "shortage": {"other grade": grade, "customers": {"cost": "800 USD/t", "kind": "ration"}}},
    }
    return whole


def test_making_do_is_spending_and_rationing_is_short() -> None:
    """Of 10 t a month 4 are missing: 1 t made do without at 150, 3 t rationed at 800, for six months."""
    plan, table = sourcing.solve(scarce()), comparisons(scarce())
    assert table.loc["plan", ["made_do", "lost_margin", "unmet_share"]].tolist() == pytest.approx([900, 14400, 0.3])
    assert plan.shortage.groupby("kind")["quantity"].sum().to_dict() == pytest.approx({"substitute": 6, "ration": 18})
    costs = plan.costs[plan.costs["future"] == "expected"].set_index("kind")
    assert costs.loc["making do", ["charge", "cash"]].tolist() == pytest.approx([900, 900])
    assert costs.loc["shortage", ["charge", "cash"]].tolist() == pytest.approx([14400, 0])
    assert table["lost_margin"].tolist() == pytest.approx([14400] * 5)  # a sensible buyer rations likewise


def test_rationing_is_told_as_a_decision() -> None:
    advice = sourcing.solve(scarce()).advice
    assert "Ration line two from 2027-01 to 2027-06: 60 % of its need goes unserved." in advice
    assert not any("line one" in line for line in advice if "ation" in line)


def test_rules_of_the_importers_own_and_limits_that_are_not_kept() -> None:
    """A rule of its own buys dear; those who go on as today do not keep a limit on China, and are not counted."""
    whole = deepcopy(CALM)
    whole["offers"]["reef"] = {"supplier": "reef", "material": "dy", "price": "120 USD/t", "nameplate": "30 t/month"}
    whole["baseline"] = {"mix": {"dy": {"south": 1}}}
    whole["rules_of_thumb"] = {"friends first": {"days": "45 days", "mix": {"dy": {"reef": 1}}}}
    share = {"of": {"origin": "China"}, "within": {"material": "dy"}, "at_most": "40 %", "over": "horizon"}
    whole["rules"] = {"less China": {"share": share}}
    table, plan = comparisons(whole), sourcing.solve(whole)
    assert table.loc["friends first", "breaks"] == ""
    assert table.loc["as today", "breaks"] == "less China"
    assert any("Beside the best of" in line and "'friends first'" in line for line in plan.advice)
    (left_out,) = (line for line in plan.advice if line.startswith("Not counted"))
    assert "'as today'" in left_out
    assert left_out.endswith("cheaper than the plan.")  # for China is the cheapest


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"mix": {"dy": {"nobody": 1}}}, "nobody"),
        ({"mix": {"dy": {"south": 0.5}}}, "shares sum to 0.5"),
        ({"sign": ["frame"]}, "frame"),
        ({"qualify": ["north"]}, "north"),
    ],
)
def test_a_rule_of_what_does_not_exist_is_refused(part: dict, said: str) -> None:
    with pytest.raises(sourcing.ScenarioError, match=said):
        sourcing.solve(CALM | {"rules_of_thumb": {"mine": part}})


def test_a_budget_of_everything_covers_what_making_do_costs() -> None:
    """Six tonnes at 100 and one made do without at 150 are 750 a month: with 700 a third of it must be lost instead."""
    whole = scarce() | {"rules": {"purse": {"budget": {"at_most": "700 USD", "over": "period"}}}}
    plan = sourcing.solve(whole)
    cash = plan.costs[plan.costs["future"] == "expected"].set_index("kind")["cash"]
    assert cash.sum() == pytest.approx(6 * 700)
    assert plan.shortage.groupby("kind")["quantity"].sum()["substitute"] == pytest.approx(6 * 2 / 3)
