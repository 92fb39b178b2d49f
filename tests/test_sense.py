"""What any sensible plan obeys: more danger costs more, the cheapest comes first, scale scales, risk brackets."""

import copy
import json
from pathlib import Path

import numpy as np
import pytest

import sourcing
from sourcing.outcome import Plan
from tests.building import small

BAN = {"where": {"origin": "China"}, "from": "2027-03", "approval": 0, "links": True, "price_elsewhere": 1.5}
STEPS = {"some": {"share": 0.3, "cost": "400 USD/t"}, "stop": {"cost": "3000 USD/t"}}


def bans(probability: float) -> dict:
    return {"calm": {"probability": 1 - probability}, "ban": {"probability": probability, "restrictions": {"ban": BAN}}}


def scenario(**parts: object) -> dict:
    """Ten tonnes a month for six months: China at 100 USD/t, Australia at 150 and short, Italy to be qualified."""
    whole = small(
        6,
        suppliers={"south": "China", "reef": "Australia", "silmet": "Italy"},
        offers={
            "south": {"price": "100 USD/t", "nameplate": "14 t/month"},
            "reef": {"price": "150 USD/t", "nameplate": "4 t/month", "china_link": {"value": 0.5}},
            "silmet": {
                "price": "200 USD/t",
                "nameplate": "5 t/month",
                "qualification": {"cost": "500 USD", "time": "1 month"},
            },
        },
        lane={"freight": "10 USD/t"},
        stock={"dy": {"holding": "2 USD/t/month"}},
        opening_stock={"dy": {"quantity": "5 t"}},
        demand={"motors": {"need": "10 t/month", "shortage": STEPS}},
        futures=bans(0.3),
    )
    return whole | parts


def solve(**parts: object) -> Plan:
    return sourcing.solve(scenario(**parts), gap=1e-9)


def measure(plan: Plan, name: str) -> float:
    frame = plan.risk
    return float(frame[(frame["subject"] == "cost") & (frame["measure"] == name)]["value"].iloc[0])


def test_cost_is_non_decreasing_and_concave_in_the_probability_of_a_ban() -> None:
    """Each plan costs (1 - p) calm + p ban, a line in p that rises; the best plan is the lowest of these lines."""
    cost = np.array([solve(futures=bans(p)).cost for p in (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0)])
    assert (np.diff(cost) >= -1e-6 * cost[0]).all()
    assert (np.diff(cost, 2) <= 1e-6 * cost[0]).all()
    assert cost[-1] > 1.1 * cost[0]


def test_without_restrictions_the_cheapest_mix_is_bought() -> None:
    """Delivered: reef 110 x 1.1 duty = 121 (6 t a month), silmet 125 (3 t), south 100 + 30 freight = 130. Need 10 t:
    6 x 121 + 3 x 125 + 1 x 130 = 1231 USD a month."""
    offers = {
        "south": {"supplier": "south", "material": "dy", "price": "100 USD/t"},
        "reef": {"supplier": "reef", "material": "dy", "price": "110 USD/t", "nameplate": "6 t/month"},
        "silmet": {"supplier": "silmet", "material": "dy", "price": "125 USD/t", "nameplate": "3 t/month"},
    }
    lanes = {
        "south": {"where": {"offer": "south"}, "site": "japan", "freight": "30 USD/t"},
        "reef": {"where": {"offer": "reef"}, "site": "japan", "duty": "10 %"},
        "silmet": {"where": {"offer": "silmet"}, "site": "japan"},
    }
    plan = solve(offers=offers, lanes=lanes, futures={}, opening_stock={})
    assert plan.cost == pytest.approx(6 * 1231, rel=1e-9)
    bought = plan.arrivals.groupby("offer")["quantity"].sum()
    assert dict(bought.round(6)) == {"reef": 36, "silmet": 18, "south": 6}


@pytest.mark.parametrize("restrictions", [{}, {"ban": BAN}])
def test_one_certain_future_is_no_futures(restrictions: dict) -> None:
    alone = solve(futures={}, restrictions=restrictions)
    certain = solve(futures={"only": {"probability": 1, "restrictions": restrictions}})
    assert certain.cost == pytest.approx(alone.cost, rel=1e-9)


@pytest.mark.parametrize("signals", [{}, {"2027-04": "envoys recalled"}], ids=["same node", "apart later"])
@pytest.mark.parametrize("weight", [0, 0.5])
def test_a_future_split_in_halves_changes_nothing(signals: dict, weight: float) -> None:
    risk = {"tail": 0.2, "weight": weight}
    half = {"probability": 0.15, "restrictions": {"ban": BAN}}
    split = {"calm": {"probability": 0.7}, "one": half, "two": {**half, "signals": signals}}
    assert solve(futures=split, risk=risk).cost == pytest.approx(solve(risk=risk).cost, rel=1e-8)


@pytest.mark.parametrize("supplier", ["south", "north", "reef", "silmet"])
def test_removing_a_supplier_never_lowers_cost(supplier: str) -> None:
    """With lots, an offered contract and cover, so that every part could go wrong; end stock at a stated value."""
    whole = scenario(contracts={"long": {"offer": "reef", "volume": {"at_least": "1 t/month", "at_most": "3 t/month"},
                                         "take_or_pay": "80 %", "price": {"times": 0.9}}})  # fmt: skip
    whole["suppliers"]["north"] = {"country": "China"}
    whole["offers"]["north"] = {"supplier": "north", "material": "dy", "price": "120 USD/t", "nameplate": "3 t/month"}
    whole["offers"]["south"] |= {"order_cost": "50 USD", "minimum_order": "4 t"}
    cover = {"days": "30 days", "shortfall_cost": "20 USD/t/month", "release": {"restriction": "ban"}}
    whole["stock"]["dy"] |= {"cover": cover, "end": {"value": "90 USD/t"}}
    less = copy.deepcopy(whole)
    del less["offers"][supplier], less["suppliers"][supplier]
    if supplier == "reef":
        less["contracts"] = {}
    assert solve_(less).cost >= solve_(whole).cost - 1e-6


def test_a_trickle_of_cheap_supply_never_raises_cost() -> None:
    """As above with the default end value: 20 t held for a cover of 60 days are worth 100 USD/t as long as south alone
    sells; 0.1 t a month at 10 USD/t, which nobody has to buy, must not make them worth 10."""
    cover = {"days": "60 days", "shortfall_cost": "50 USD/t/month"}
    stock = {"dy": {"material": "dy", "site": "japan", "holding": "2 USD/t/month", "cover": cover}}
    whole = scenario(
        futures={}, stock=stock, opening_stock={"dy": {"material": "dy", "site": "japan", "quantity": "20 t"}}
    )
    more = copy.deepcopy(whole)
    more["offers"]["trickle"] = {"supplier": "south", "material": "dy", "price": "10 USD/t", "nameplate": "0.1 t/month"}
    assert solve_(more).cost <= solve_(whole).cost + 1e-6


def solve_(whole: dict) -> Plan:
    return sourcing.solve(whole, gap=1e-9)


def test_twice_the_size_costs_twice_as_much(tmp_path: Path) -> None:
    """Everything that has a volume and is inherited grows: need, capacity, licences, stock, storage, contract ranges,
    open orders."""
    whole = scenario(
        contracts={"long": {"offer": "reef", "volume": {"at_least": "1 t/month", "at_most": "2 t/month"},
                            "take_or_pay": "80 %", "price": {"times": 0.9}}},
        open_orders={"one": {"offer": "south", "site": "japan", "quantity": "3 t", "state": "transit"}},
    )  # fmt: skip
    del whole["offers"]["silmet"]["qualification"]
    whole["stock"]["dy"] |= {"storage": "9 t", "cover": {"days": "20 days", "shortfall_cost": "20 USD/t/month"}}
    (tmp_path / "whole.yaml").write_text(json.dumps(whole))
    (tmp_path / "twice.yaml").write_text("extends: ./whole.yaml\nsize: 2\n")
    twice = sourcing.solve(tmp_path / "twice.yaml", gap=1e-9)
    assert twice.cost == pytest.approx(2 * solve_(whole).cost, rel=1e-9)


THREE = {
    "calm": {"probability": 0.5},
    "squeeze": {"probability": 0.3, "restrictions": {"ban": {**BAN, "approval": 0.6}}},
    "ban": {"probability": 0.2, "restrictions": {"ban": BAN}},
}


def test_weights_bracket_the_two_measures_and_limits_meet() -> None:
    """Weight 0 has the least expected cost, weight 1 the least mean of the worst; a tail of 1 is the expectation."""
    expected, tail = (solve(futures=THREE, risk={"tail": 0.2, "weight": weight}) for weight in (0, 1))
    assert measure(expected, "expected") <= measure(tail, "expected") + 1e-6
    assert measure(tail, "mean of the worst 20 %") <= measure(expected, "mean of the worst 20 %") + 1e-6
    assert expected.cost == pytest.approx(measure(expected, "expected"), rel=1e-9)
    assert tail.cost == pytest.approx(measure(tail, "mean of the worst 20 %"), rel=1e-8)
    assert solve(futures=THREE, risk={"tail": 1, "weight": 1}).cost == pytest.approx(expected.cost, rel=1e-8)


def test_the_objective_mixes_the_two_and_worst_is_the_maximum() -> None:
    """0.6 E + 0.4 x mean of the worst 35 %: all of the worst future, and of the next what is left of 0.35."""
    plan = solve(futures=THREE, risk={"tail": 0.35, "weight": 0.4})
    cost = plan.futures.set_index("future")["cost"]
    expected = 0.5 * cost["calm"] + 0.3 * cost["squeeze"] + 0.2 * cost["ban"]
    left, worst_part = 0.35, 0.0
    for name in cost.sort_values(ascending=False).index:
        mass = min({"calm": 0.5, "squeeze": 0.3, "ban": 0.2}[name], left)
        left, worst_part = left - mass, worst_part + mass * cost[name] / 0.35
    assert plan.cost == pytest.approx(0.6 * expected + 0.4 * worst_part, rel=1e-8)
    worst = solve(futures=THREE, risk={"weight": 1, "worst": True})
    assert worst.cost == pytest.approx(worst.futures["cost"].max(), rel=1e-8)
    assert worst.cost <= plan.futures["cost"].max() + 1e-6


@pytest.mark.parametrize("order_cost", ["0 USD", "200 USD"], ids=["no integers", "with integers"])
def test_decisions_outside_the_tail_are_not_arbitrary(order_cost: str) -> None:
    """Only the ban (0.2) is in the tail of 0.2: at weight 1 the calm future counts nothing, and is still served at the
    least cost, as at a weight of 0.999, where the same is bought before the two part."""
    whole = scenario(futures=bans(0.2))
    del whole["offers"]["silmet"]
    whole["offers"]["south"]["order_cost"] = order_cost
    only, nearly = (solve_({**whole, "risk": {"tail": 0.2, "weight": weight}}) for weight in (1, 0.999))
    cost, least = (plan.futures.set_index("future")["cost"] for plan in (only, nearly))
    assert cost["ban"] == pytest.approx(least["ban"], rel=1e-6)
    assert cost["calm"] == pytest.approx(least["calm"], rel=1e-6)
