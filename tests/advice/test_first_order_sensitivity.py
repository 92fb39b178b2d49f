"""The numbers that decide: what leans on each, against hand arithmetic and against solving again."""

from typing import Any

import pytest

import sourcing
from sourcing.outcome import Plan
from tests.building import small

LOST = {"lost": {"cost": "1000 USD/t"}}


def scenario(**parts: object) -> dict[str, Any]:
    """Ten tonnes a month for six months from one Chinese offer at 100 USD/t; missing a tonne costs 1000."""
    whole = small(
        6,
        materials={"dy": {"title": "Dy"}},
        suppliers={"south": "China", "reef": "Australia"},
        offers={"south": {"price": "100 USD/t", "licensable": "10 t/month"}},
        demand={"motors": {"need": "10 t/month", "shortage": LOST}},
    )
    return whole | parts


def weights(plan: Plan) -> dict[str, float]:
    return {name: round(weight, 3) for name, weight in zip(plan.inputs["input"], plan.inputs["weight"], strict=True)}


def test_what_leans_on_each_number_of_a_scenario_worked_by_hand() -> None:
    """35 % of 10 t come each month: 21 t at 100, 39 t short at 1000. Another tonne let through saves 900.

    A tenth more: of the cost of shortage 39 x 100; of the need 6 t more short; of the price 21 x 10; of the normal take
    2.1 t more let through; of approval ten points, 6 t more let through.
    """
    plan = sourcing.solve(scenario(restrictions={"licences": {"where": {"origin": "China"}, "approval": "35 %"}}))
    assert weights(plan) == {
        "demand.motors.need": 6000.0,
        "restrictions.licences.approval": 5400.0,
        "demand.motors.shortage.lost.cost": 3900.0,
        "offers.south.licensable": 1890.0,
        "offers.south.price": 210.0,
        "baseline.days": 0.0,
    }
    assert list(plan.inputs["weight"]) == sorted(plan.inputs["weight"], reverse=True)


def test_what_leans_on_a_probability() -> None:
    """Ban from April: short 30 t at 1000 instead of buying them at 100, 27,000 more. Ten points likelier: 2,700."""
    ban = {"where": {"origin": "China"}, "from": "2027-04", "approval": 0}
    futures = {
        "open": {"probability": 0.7, "author": "purchasing"},
        "ban": {"probability": 0.3, "restrictions": {"ban": ban}},
    }
    stock = {"dy": {"material": "dy", "site": "japan", "storage": "0 t"}}
    plan = sourcing.solve(scenario(futures=futures, stock=stock))
    found = weights(plan)
    assert found["futures.ban.probability"] == pytest.approx(2700)
    assert found["futures.open.probability"] == pytest.approx(2700)  # of two, one gives way to the other
    assert (
        dict(zip(plan.inputs["input"], plan.inputs["author"], strict=True))["futures.open.probability"] == "purchasing"
    )


RICH: dict[str, Any] = scenario(
    discount="6 %/year",
    offers={
        "south": {"supplier": "south", "material": "dy", "price": "100 USD/t", "licensable": "10 t/month"},
        "reef": {
            "supplier": "reef",
            "material": "dy",
            "price": {"2027-01": "300 USD/t", "2027-04": "340 USD/t"},
            "expected": {"2027-01": "60 t/year", "2027-03": "50 t/year"},
            "committed": "1 t/month",
            "spot_share": "60 %",
        },
        "formula": {"supplier": "reef", "material": "dy", "price": "400 USD/t", "spot_share": "0 %"},
    },
    contracts={
        "fixed": {"offer": "reef", "signed": True, "volume": "1 t/month", "price": "250 USD/t"},
        "index": {
            "offer": "formula",
            "signed": True,
            "volume": "0.5 t/month",
            "price": {"times": 0.9, "plus": "5 USD/t"},
        },
    },
    stock={
        "dy": {"material": "dy", "site": "japan", "storage": "9 t", "holding": "1 USD/t/month", "end": {"value": 0}}
    },
    restrictions={"licences": {"where": {"origin": "China"}, "approval": "45 %", "until": "2027-05"}},
    futures={
        "calm": {"probability": 0.6},
        "worse": {
            "probability": 0.3,
            "restrictions": {"ban": {"where": {"origin": "China"}, "from": "2027-03", "approval": "8 %", "price": 1.3,
                                     "price_elsewhere": 1.7}},
        },
        "relief": {
            "probability": 0.1,
            "restrictions": {
                "licences": {"until": "2027-02"},
                "eased": {"where": {"origin": "China"}, "from": "2027-03", "approval": "70 %"},
            },
        },
    },
    demand={
        "motors": {
            "material": "dy",
            "site": "japan",
            "need": {"2027-01": "10 t/month", "2027-04": "11.3 t/month"},
            "shortage": {"saved": {"share": "20 %", "cost": "450 USD/t"}, "lost": {"cost": "1000 USD/t"}},
        }
    },
)  # fmt: skip
"""Nothing follows from a number elsewhere: no freight, nothing is worth anything at the end."""


def with_number(mapping: dict[str, Any], path: list[str], text: str) -> dict[str, Any]:
    """The scenario with one number written otherwise."""
    first, *rest = path
    return mapping | {first: with_number(mapping[first], rest, text) if rest else text}


def likelier(future: str, odds: float) -> dict[str, Any]:
    """The scenario with a future of other odds, the rest in proportion."""
    before = RICH["futures"][future]["probability"]
    futures = {
        name: part | {"probability": odds if name == future else part["probability"] * (1 - odds) / (1 - before)}
        for name, part in RICH["futures"].items()
    }
    return RICH | {"futures": futures}


@pytest.mark.parametrize("risk", [{"weight": 0}, {"weight": 0.4, "tail": 0.2}], ids=["expected cost", "bad outcomes"])
def test_weights_are_those_of_solving_again(risk: dict[str, float]) -> None:
    """A thousandth more of each number, solved again: a hundred times the change of cost is what a tenth weighs."""
    step, base = 1e-3, RICH | {"risk": risk}
    plan = sourcing.solve(base)
    assert len(plan.inputs) >= 18
    for row in plan.inputs.to_dict("records"):
        path, share = row["input"].split("."), row["unit"] == "share"
        if path == ["baseline", "days"]:
            continue
        more = row["value"] + step if share else row["value"] * (1 + step)
        unit = "" if row["unit"] in ("share", "factor") else f" {row['unit']}"
        other = likelier(path[1], more) if path[-1] == "probability" else with_number(base, path, f"{more!r}{unit}")
        again = sourcing.solve(other | {"risk": risk})
        assert 100 * abs(again.cost - plan.cost) == pytest.approx(row["weight"], rel=2e-3, abs=1), row["input"]
