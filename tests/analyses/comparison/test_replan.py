"""replan: what is charged, held and attributed, each worked by hand; the example of the monthly script."""

import copy
import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sourcing
from sourcing.analyses.comparison.input_steps import input_steps
from sourcing.analyses.comparison.last_plan import committed, planned
from sourcing.cli import main
from sourcing.errors import ScenarioError, SolveError
from sourcing.pipeline.source import document, prepare
from tests.building import small
from tests.checkout import EXAMPLES

# One material, 10 t a month, two sellers; A at 100 USD/kg, B at 110. Stock may be held, but money costs 1 % a month, so
# each month orders what it needs: last month's plan is 10 t from A for this month.
LAST: dict[str, Any] = small(
    3,
    title="January",
    discount="12 %/year",
    site="plant",
    suppliers={"a": "Malaysia", "b": "Australia"},
    offers={"from a": {"supplier": "a", "price": "100 USD/kg"}, "from b": {"supplier": "b", "price": "110 USD/kg"}},
    demand={"motors": {"need": "10 t/month", "firm": True}},
)


def month(**parts: Any) -> dict[str, Any]:
    """This month's scenario: a month later, with other parts."""
    return copy.deepcopy(LAST) | {"title": "February", "horizon": {"start": "2027-02", "periods": 3}} | parts


def offers(**others: Any) -> dict[str, Any]:
    """The offers, with other values of A's."""
    found = copy.deepcopy(LAST["offers"])
    found["from a"] |= others
    return {"offers": found}


@pytest.fixture(scope="module")
def last() -> sourcing.Plan:
    return sourcing.solve(LAST)


def ordered(found: Any) -> dict[str, float]:
    return dict(zip(found.purchases["supplier"], found.purchases["quantity"].round(6), strict=True))


# Charge ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("charge", "orders", "charged"),
    [
        # A asks 113 now: buying of B instead saves 3 USD/kg and has (113 + 110) x charge counted against it.
        (0.0, {"b": 10.0}, 0.0),
        (0.013, {"b": 10.0}, 0.013 * (113 + 110) * 10_000),  # 2.90 is less than 3: all of it
        (0.014, {"a": 10.0}, 0.0),  # 3.12 is more: nothing
    ],
)
def test_a_change_is_made_where_it_saves_more_than_its_charge(
    last: sourcing.Plan, charge: float, orders: dict[str, float], charged: float
) -> None:
    dearer = month(**offers(price="113 USD/kg"))
    found = sourcing.replan(dearer, LAST, last, charge=charge)
    assert ordered(found) == orders
    assert found.charged == pytest.approx(charged)
    assert found.changes["charged"].sum() == pytest.approx(charged)
    # The charge is no cost of the plan: 10 t now of whom it says, then of B, at 1 % a month.
    each = 1.13e6 if "a" in orders else 1.1e6
    later = sum(1.1e6 * float(factor) for factor in prepare(dearer).discount[1:])
    assert found.plan.cost == pytest.approx(each + later, rel=1e-9)
    assert found.plan.bound <= found.plan.cost * (1 + 1e-9)


def test_without_any_change_nothing_changes(last: sourcing.Plan) -> None:
    found = sourcing.replan(LAST, LAST, last)
    assert found.changes.empty
    assert found.inputs.empty
    assert found.plan.cost == pytest.approx(last.cost, rel=1e-9)
    assert "Nothing changes" in found.sentences[1]


# Frozen ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frozen", [("from a",), ("from a", "from b"), {"origin": "Malaysia"}])
def test_what_is_frozen_is_ordered_as_planned_whatever_it_costs(last: sourcing.Plan, frozen: Any) -> None:
    found = sourcing.replan(month(**offers(price="500 USD/kg")), LAST, last, frozen=frozen, charge=0)
    assert ordered(found) == {"a": 10.0}
    assert found.purchases["frozen"].tolist() == [True]
    assert found.changes.empty
    assert any(line.startswith("Held as last month's plan has it") for line in found.plan.assumptions)


def test_a_seller_whose_nothing_is_frozen_sells_nothing(last: sourcing.Plan) -> None:
    found = sourcing.replan(month(**offers(price="500 USD/kg")), LAST, last, frozen=["from b"], charge=0)
    assert ordered(found) == {"a": 10.0}


def test_what_is_frozen_and_cannot_be_is_named(last: sourcing.Plan) -> None:
    small = month(**offers(nameplate="4 t/month"))
    with pytest.raises(SolveError, match="the orders now of 'from a', held as last planned, stand in the way"):
        sourcing.replan(small, LAST, last, frozen=["from a"])
    assert ordered(sourcing.replan(small, LAST, last)) == {"a": 4.0, "b": 6.0}


def test_what_was_planned_is_expected_over_the_futures() -> None:
    """B costs 80 in February in one future of four: 0.25 x 10 t are expected of it, 0.75 x 10 t of A."""
    change = {"cheap": {"where": {"offer": "from b"}, "field": "price", "to": "80 USD/kg", "from": "2027-02"}}
    futures = {
        "as now": {"probability": 0.75},
        "b is cheap": {"probability": 0.25, "changes": change, "signals": {"2027-02": "b is cheap"}},
    }
    before = copy.deepcopy(LAST) | {"futures": futures}
    plan = sourcing.solve(before)
    found = planned(plan, prepare(month()))
    assert {source.lane: amount for source, amount in found.orders.items()} == pytest.approx(
        {"from a > plant": 7.5, "from b > plant": 2.5}
    )
    held = sourcing.replan(month(), before, plan, frozen=["from a", "from b"])
    assert ordered(held) == pytest.approx({"a": 7.5, "b": 2.5})


# Commitments ----------------------------------------------------------------------------------------------------------

CONTRACT = {
    "with b": {
        "offer": "from b",
        "volume": {"at_least": "2 t/month", "at_most": "6 t/month"},
        "price": "90 USD/kg",
        "take_or_pay": "100 %",
        "signing_cost": "1000 USD",
    }
}


def test_a_contract_that_was_signed_stays_signed_at_its_volume_and_its_outlay_is_spent() -> None:
    before = copy.deepcopy(LAST) | {"contracts": CONTRACT}
    plan = sourcing.solve(before)
    assert plan.contracts["decision"].tolist() == ["sign"]  # 6 t a month, 10 USD/kg below A
    cheap = month(contracts=CONTRACT, **offers(price="50 USD/kg"))
    assert sourcing.solve(cheap).contracts["decision"].tolist() == ["do not sign"]
    found = sourcing.replan(cheap, before, plan, charge=0)
    row = found.plan.contracts.iloc[0]
    assert (row["decision"], row["volume"], row["outlay"]) == ("signed", pytest.approx(6), 0)
    assert any("Say `signed: true`" in line for line in found.sentences)
    assert "contract" not in set(found.changes["decision"])


def test_a_qualification_that_was_started_goes_on_and_needs_what_is_left_of_its_time() -> None:
    wanted = {"cost": "0.1 MUSD", "time": "2 months", "decide": "now"}
    before = copy.deepcopy(LAST) | {"horizon": {"start": "2027-01", "periods": 6}}
    before["offers"]["from b"] |= {"price": "60 USD/kg", "qualification": wanted}
    plan = sourcing.solve(before)
    assert plan.qualifications["usable_from"].tolist() == ["2027-03"]
    now = copy.deepcopy(before) | {"horizon": {"start": "2027-02", "periods": 6}}
    found = sourcing.replan(now, before, plan)
    row = found.plan.qualifications.iloc[0]
    assert (row["start"], row["usable_from"], row["outlay"]) == ("2027-02", "2027-03", 0)
    assert found.changes.empty
    # 10 t at 100 USD/kg in February, then at 60: what was spent in January is spent.
    factors = prepare(now).discount
    assert found.plan.cost == pytest.approx(1e6 + 6e5 * float(factors[1:].sum()), rel=1e-9)
    # The month after, from the plan of February: it is usable at once, though the file still says two months.
    march = copy.deepcopy(before) | {"horizon": {"start": "2027-03", "periods": 6}}
    case = prepare(march)
    left = committed(case, planned(found.plan, case)).offer["from b"].qualification
    assert left is not None
    assert left.time == 0
    assert ordered(sourcing.replan(march, now, found.plan)) == {"b": 10.0}


def test_a_contract_stays_signed_from_plan_to_plan() -> None:
    before = copy.deepcopy(LAST) | {"contracts": CONTRACT}
    february, march = month(contracts=CONTRACT), month(contracts=CONTRACT, horizon={"start": "2027-03", "periods": 3})
    first = sourcing.replan(february, before, sourcing.solve(before)).plan
    second = sourcing.replan(march, february, first)
    assert second.plan.contracts[["decision", "volume"]].to_numpy().tolist() == [["signed", pytest.approx(6)]]
    assert second.plan.cost == pytest.approx((0.54e6 + 0.4e6) * float(prepare(march).discount.sum()), rel=1e-9)


def test_an_order_that_was_planned_of_a_seller_who_is_gone_is_told(last: sourcing.Plan) -> None:
    left = month()
    del left["offers"]["from a"], left["suppliers"]["a"]
    found = sourcing.replan(left, LAST, last)
    assert ordered(found) == {"b": 10.0}
    gone = found.changes.set_index("subject").loc["from a"]
    assert (gone["supplier"], gone["planned"], gone["now"], gone["unit"], gone["charged"]) == ("a", 10, 0, "t", 0)
    assert "Planned for now, and no longer to be had: from a to plant." in found.sentences


def test_a_plan_in_kilograms_is_kept_to_in_tonnes(last: sourcing.Plan) -> None:
    kilograms = copy.deepcopy(LAST) | {"materials": {"dy": {"unit": "kg"}}}
    plan = sourcing.solve(kilograms)
    assert plan.orders["quantity"].max() == pytest.approx(10_000)
    assert sourcing.replan(month(), kilograms, plan).changes.empty


# Causes ---------------------------------------------------------------------------------------------------------------


def test_each_change_has_its_cause_and_the_parts_add_up(last: sourcing.Plan) -> None:
    """4 t are in stock, the need is 12 t, A asks 113: A -4 +2 -8, B +8."""
    stock = {"store": {"material": "dy", "site": "plant", "quantity": "4 t"}}
    need = {"demand": {"motors": LAST["demand"]["motors"] | {"need": "12 t/month"}}}
    found = sourcing.replan(month(opening_stock=stock, **need, **offers(price="113 USD/kg")), LAST, last, charge=0)
    parts = {(row["cause"], row["subject"]): row["difference"] for row in found.moves.to_dict("records")}
    assert parts == pytest.approx(
        {
            ("stock on hand", "from a"): -4,
            ("prices", "from a"): -6,
            ("prices", "from b"): 6,
            ("needs", "from b"): 2,
        }
    )
    changes = found.changes.set_index("subject")
    assert changes["difference"].to_dict() == pytest.approx({"from a": -10, "from b": 8})
    assert changes["cause"].to_dict() == {"from a": "prices; stock on hand", "from b": "prices; needs"}
    assert found.causes["cause"].tolist() == ["the calendar", "stock on hand", "prices", "needs"]
    # Costs are a chain from last month's plan to this month's, each the cost of a solve of its own.
    assert found.causes["cost_before"].tolist()[1:] == found.causes["cost"].tolist()[:-1]
    assert found.causes["cost_before"].iloc[0] == last.cost
    stocked = sourcing.solve(month(opening_stock=stock))
    assert found.causes["cost"].iloc[1] == pytest.approx(stocked.cost, rel=1e-9)
    assert found.causes["cost"].iloc[-1] == found.plan.cost


def test_the_steps_end_at_this_months_file_and_take_over_one_group_each() -> None:
    dearer = month(**offers(price="113 USD/kg", nameplate="50 t/month"), rules={})
    steps = list(input_steps(document(LAST), document(dearer)))
    assert [step.name for step in steps] == ["the calendar", "prices", "everything else"]
    assert [step.paths for step in steps[:2]] == [("horizon.start",), ("offers.'from a'.price",)]
    assert steps[-1].document.value == document(dearer).value
    middle = steps[1].document.value["offers"]["from a"]
    assert (middle["price"], "nameplate" in middle) == ("113 USD/kg", False)


def test_a_step_that_is_no_scenario_is_taken_with_the_next(last: sourcing.Plan) -> None:
    """An open order of a seller who joins this month means nothing before he is there."""
    joined = month()
    joined["suppliers"]["c"] = {"country": "France"}
    joined["offers"]["from c"] = {"supplier": "c", "material": "dy", "price": "90 USD/kg"}
    joined["open_orders"] = {"po": {"offer": "from c", "site": "plant", "quantity": "1 t", "state": "transit"}}
    found = sourcing.replan(joined, LAST, last, charge=0)
    assert found.causes["cause"].tolist() == ["the calendar", "open orders and everything else"]
    assert ordered(found) == {"c": 9.0}


# What cannot be -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "options", "cause"),
    [
        ({"horizon": {"start": "2027-06", "periods": 3}}, {}, "says nothing of 2027-06: it covers 2027-01 to 2027-03"),
        ({"currency": "EUR", "rates": {"USD": 0.9}}, {}, "counts in USD, the scenario in EUR"),
        ({}, {"frozen": ["from c"]}, "there is no offer 'from c'"),
        ({}, {"frozen": {"origin": "China"}}, "no origin is 'China'"),
        ({}, {"charge": -1}, "-1 is out of range"),
    ],
)
def test_what_cannot_be_asked(last: sourcing.Plan, parts: dict[str, Any], options: Any, cause: str) -> None:
    with pytest.raises(ScenarioError, match=cause):
        sourcing.replan(month(**parts), LAST, last, **options)


# The script and the command -------------------------------------------------------------------------------------------

FILES = EXAMPLES / "monthly_replan"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the script writes, run once."""
    made: Path = tmp_path_factory.mktemp("plans")
    spec = importlib.util.spec_from_file_location("monthly_replan", EXAMPLES / "monthly_replan.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.run(made)
    return made


def test_the_script_writes_plans_purchases_and_changes(folder: Path) -> None:
    bought = pd.read_csv(folder / "2027-02 purchases.csv", encoding="utf-8-sig")
    plan = sourcing.load_plan(folder / "2027-02")
    now = plan.orders[(plan.orders["period"] == "2027-02") & (plan.orders["future"] == "as now")]
    assert bought.set_index("offer")["quantity"].to_dict() == pytest.approx(
        now.set_index("offer")["quantity"].to_dict()
    )
    assert np.allclose(bought["spend"], bought["quantity"] * bought["price"])
    before = sourcing.load_plan(folder / "2027-01").orders
    agreed = before[(before["offer"] == "lynas dy") & (before["period"] == "2027-02")]["quantity"]
    held = bought[bought["frozen"]]
    assert held["supplier"].tolist() == ["Lynas"]
    assert held["quantity"].tolist() == pytest.approx([agreed.mean()])  # the same in both futures


def test_the_script_says_that_the_nearer_ban_qualifies_carester_and_buys_ahead(folder: Path) -> None:
    changes = pd.read_csv(folder / "2027-02 changes" / "changes.csv").set_index("subject")
    assert "measures and futures" in changes.loc["northern ndpr", "cause"]
    assert changes.loc["northern ndpr", "difference"] > 5
    assert changes.loc["carester dy", "cause"] == "measures and futures"


def test_the_command(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    this, last_month = str(FILES / "this_month.yaml"), str(FILES / "last_month.yaml")
    arguments = ["replan", this, "--last", last_month, "--plan", str(folder / "2027-01"), "--quiet"]
    with pytest.raises(SystemExit) as stop:
        main(
            [*arguments, "--freeze", "lynas dy", "--charge", "0.02", "--save", str(tmp_path / "p"), "--format", "json"]
        )
    assert stop.value.code == 0
    told = json.loads(capsys.readouterr().out)
    wanted = pd.read_csv(folder / "2027-02 changes" / "changes.csv")
    assert [row["subject"] for row in told["changes"]] == wanted["subject"].tolist()
    assert sourcing.load_plan(tmp_path / "p").cost == pytest.approx(sourcing.load_plan(folder / "2027-02").cost)
    with pytest.raises(SystemExit) as stop:
        main([*arguments, "--freeze", "nobody"])
    assert stop.value.code == 2
    assert "there is no offer 'nobody'" in capsys.readouterr().err
