"""compare: plans, habits and regret, each number worked out by hand."""

import copy
import json
from pathlib import Path

import numpy as np
import pytest

import sourcing
from sourcing.analyses.case_solver import CaseSolver
from sourcing.analyses.comparison.compare import Comparison, compare
from sourcing.analyses.first_stage import hold, now_of, now_of_plan, strangers
from sourcing.cli import main
from sourcing.errors import ScenarioError
from sourcing.outcome.rules.ladder import HALF_OUTSIDE, MORE_STOCK, ON_THE_TABLE, TODAY, rules_of_thumb
from sourcing.pipeline.formulated import state
from sourcing.pipeline.source import prepare
from tests.building import small
from tests.checkout import EXAMPLES

# Need 10 t in each of 2 months, short at 200 USD/kg. `south` sells 10 t a month at 60 USD/kg, in a ban nothing in the
# second month. `reef` sells at 100 USD/kg a month after a qualification of 0.5 MUSD, to be started now or never.
#
#                    calm                      ban
# qualify now        1.2 + 0.5       = 1.7     0.6 + 1.0 + 0.5 = 2.1    MUSD
# do not             20 t x 60       = 1.2     0.6 + 10 t x 200 = 2.6
#
# Expected, where a ban has probability 0.6: 1.94 or 2.04; where it has 0.4: 1.86 or 1.76.
BAN = {"where": {"supplier": "south"}, "from": "2027-02", "capacity": 0}
BANNED = small(
    2,
    title="likely",
    site="plant",
    suppliers={"south": "China", "reef": "Australia"},
    offers={
        "south": {"price": "60 USD/kg", "nameplate": "10 t/month"},
        "reef": {"price": "100 USD/kg", "qualification": {"cost": "0.5 MUSD", "time": "1 month", "decide": "now"}},
    },
    demand={"motors": {"need": "10 t/month", "shortage": {"lost": {"cost": "200 USD/kg"}}}},
    futures={"calm": {"probability": 0.4}, "ban": {"probability": 0.6, "restrictions": {"ban": BAN}}},
)
UNLIKELY = copy.deepcopy(BANNED) | {
    "title": "unlikely",
    "futures": {"calm": {"probability": 0.6}, "ban": {"probability": 0.4, "restrictions": {"ban": BAN}}},
}
M = 1e6


@pytest.fixture(scope="module")
def one() -> Comparison:
    return compare([BANNED])


@pytest.fixture(scope="module")
def two() -> Comparison:
    return compare([BANNED, UNLIKELY])


def test_the_plan_beside_the_habits(one: Comparison) -> None:
    """A habit qualifies nobody, and cannot stock up on what it cannot buy."""
    rows = one.totals.set_index("course")
    assert list(rows.index) == ["this plan", TODAY, MORE_STOCK, HALF_OUTSIDE, ON_THE_TABLE]
    assert rows["expected_cost"].tolist() == pytest.approx([1.94 * M, *[2.04 * M] * 4])
    assert rows["worst_cost"].tolist() == pytest.approx([2.1 * M, *[2.6 * M] * 4])
    assert rows["expected_difference"].tolist() == pytest.approx([0, *[0.1 * M] * 4], abs=1)
    assert rows["worst_difference"].tolist() == pytest.approx([0, *[0.5 * M] * 4], abs=1)
    assert rows["margin_lost"].tolist() == pytest.approx([0, *[0.6 * 2 * M] * 4], abs=1)
    assert rows["unmet: motors"].tolist() == pytest.approx([0, *[0.6 * 0.5] * 4])


def test_regret_by_hand(one: Comparison) -> None:
    """Qualified in calm: 1.7 - 1.2; not qualified in a ban: 2.6 - 2.1; else nothing."""
    regret = one.regret.set_index(["course", "future"])
    assert regret.loc["this plan", "regret"].tolist() == pytest.approx([0.5 * M, 0], abs=1)
    assert regret.loc[TODAY, "regret"].tolist() == pytest.approx([0, 0.5 * M], abs=1)
    assert regret.loc["this plan", "best_cost"].tolist() == pytest.approx([1.2 * M, 2.1 * M])
    assert regret.loc[TODAY, "lived_cost"].tolist() == pytest.approx([1.2 * M, 2.6 * M])
    rows = one.totals.set_index("course")
    assert rows.loc[["this plan", TODAY], "expected_regret"].tolist() == pytest.approx([0.2 * M, 0.3 * M])
    assert rows.loc[["this plan", TODAY], "largest_regret"].tolist() == pytest.approx([0.5 * M, 0.5 * M])
    assert any("at most 500 thousand USD too dear (in 'calm', 42 % of its cost)" in line for line in one.sentences)


def test_the_decisions_of_one_plan_in_the_other_scenario(two: Comparison) -> None:
    rows = two.totals.set_index(["scenario", "course"])
    assert rows.loc[("unlikely", "this plan"), "cost"] == pytest.approx(1.76 * M)
    assert rows.loc[("unlikely", "plan of likely"), "cost"] == pytest.approx(1.86 * M)
    assert rows.loc[("likely", "plan of unlikely"), "cost"] == pytest.approx(2.04 * M)
    assert rows.loc[("likely", "plan of unlikely"), "largest_regret"] == pytest.approx(0.5 * M)


def test_what_differs(two: Comparison) -> None:
    assert two.inputs[["path", "before", "after"]].to_numpy().tolist() == [
        ["title", "likely", "unlikely"],
        ["futures.calm.probability", "0.4", "0.6"],
        ["futures.ban.probability", "0.6", "0.4"],
    ]
    (change,) = two.changes.to_dict("records")
    assert (change["subject"], change["before"], change["after"]) == ("reef", "now", "no")
    assert "'unlikely' decides otherwise than 'likely': reef: now -> no." in two.sentences


def test_a_saved_plan_stands_for_its_scenario(two: Comparison, tmp_path: Path) -> None:
    saved = sourcing.solve(BANNED).save(tmp_path / "plan")
    found = compare([saved, UNLIKELY])
    rows, solved = found.totals.set_index(["scenario", "course"]), two.totals.set_index(["scenario", "course"])
    cell = ("unlikely", "plan of likely")
    assert rows.loc[cell, "cost"] == pytest.approx(solved.loc[cell, "cost"])
    assert rows.loc[("likely", "as saved"), "expected_cost"] == pytest.approx(1.94 * M)
    assert found.changes.to_numpy().tolist() == two.changes.to_numpy().tolist()
    assert found.inputs.empty


def test_a_saved_plan_says_of_itself_what_its_scenario_does(tmp_path: Path) -> None:
    """Where only the worst counts, nothing but 2.6 is its cost, not the mean of the worst 80 %, 1.9; and margin that
    is lost in the second month is discounted in both."""
    stated = UNLIKELY | {"risk": {"tail": 0.8, "worst": True}, "discount": "10 %/year"}
    plan = sourcing.solve(stated)
    rows = compare([stated, plan.save(tmp_path / "plan")]).totals.set_index("course")
    columns = ["cost", "expected_cost", "worst_cost", "margin_lost", "unmet: motors"]
    own, saved = rows.loc["this plan", columns], rows.loc["as saved", columns]
    assert saved.astype(float).tolist() == pytest.approx(own.astype(float).tolist(), rel=1e-9)
    assert saved["worst_cost"] == pytest.approx(plan.futures["cost"].max())
    assert 0 < saved["margin_lost"] < 0.4 * 2 * M * 0.999


def test_saved_plans_alone_are_compared_by_what_they_say(tmp_path: Path) -> None:
    saved = [sourcing.solve(whole).save(tmp_path / whole["title"]) for whole in (BANNED, UNLIKELY)]
    found = compare(saved)
    assert found.totals["cost"].tolist() == pytest.approx([1.94 * M, 1.76 * M])
    assert found.regret.empty


def test_a_need_that_must_be_met(tmp_path: Path) -> None:
    """Without the qualification nothing is left of the second month in a ban: 10 of 20 t, with probability 0.6."""
    firm = copy.deepcopy(BANNED)
    firm["demand"]["motors"] = {"site": "plant", "material": "dy", "need": "10 t/month", "firm": True}
    found = compare([firm])
    rows = found.totals.set_index("course")
    assert rows.loc["this plan", "unmet: motors"] == 0
    assert rows.loc[TODAY, "unmet: motors"] == pytest.approx(0.3)
    assert np.isnan(found.regret.set_index(["course", "future"]).loc[(TODAY, "ban"), "regret"])
    assert np.isnan(rows.loc[TODAY, "largest_regret"])
    assert any("leaves firm needs unmet, on average 30 % of motors" in line for line in found.sentences)


def test_what_has_no_place_is_left_out_and_said() -> None:
    other = copy.deepcopy(UNLIKELY)
    other["offers"]["reef"].pop("qualification")
    other["lanes"] = {"some": {"where": {"supplier": "reef"}, "site": "plant"}}
    found = compare([BANNED, other])
    assert any(
        line
        == "Left out of the plan of 'likely' in 'unlikely': the qualification of reef, an order from south > plant."
        for line in found.sentences
    )
    # Nothing is ordered in the first month: 10 t are short, in the second reef delivers: 2.0 + 1.0.
    assert found.totals.set_index("course").loc["plan of likely", "cost"] == pytest.approx(3.0 * M)


def test_first_orders_that_cannot_stand_are_left_open() -> None:
    """Half the capacity: the 10 t of the first plan are not to be had, its qualification is."""
    less = copy.deepcopy(UNLIKELY)
    less["offers"]["south"]["nameplate"] = "5 t/month"
    found = compare([BANNED, less])
    assert any(
        "cannot stand in 'unlikely'; its contracts and qualifications alone are held" in s for s in found.sentences
    )
    # 5 t short in the first month; 5 + 5 t in the second, 10 t from reef in a ban: 0.5 + 0.3 + 1.0 + 0.3 + 0.5 or 1.0
    cost = 0.5 + 0.3 + 1.0 + 0.6 * (0.3 + 0.5) + 0.4 * 1.0
    assert found.totals.set_index("course").loc["plan of likely", "cost"] == pytest.approx(cost * M)


def test_decisions_held_in_their_own_scenario_give_the_plan_again() -> None:
    """Contracts, orders with smallest amounts and price breaks too."""
    walk = CaseSolver()
    solved = walk.at(prepare(EXAMPLES / "magnet_maker.yaml"))
    now = now_of(solved.outcome)
    assert now.contracts
    assert now.orders
    assert strangers(now, solved.stated) == ()
    assert walk.of(hold(solved.stated, now)).cost == pytest.approx(solved.cost, rel=2e-4)


def test_a_saved_plan_decides_what_the_plan_does() -> None:
    file = EXAMPLES / "magnet_maker.yaml"
    saved, solved = now_of_plan(sourcing.solve(file)), now_of(CaseSolver().at(prepare(file)).outcome)
    assert dict(saved.contracts) == pytest.approx(dict(solved.contracts))
    assert saved.qualified == solved.qualified
    assert saved.orders is not None
    assert solved.orders is not None
    assert dict(saved.orders) == pytest.approx({key: kept for key, kept in solved.orders.items() if kept > 1e-6})


# Four sellers, none to be qualified; 10 t are needed a month.
SELLERS = {"c1": ("China", 60, 4), "c2": ("China", 70, 20), "a1": ("Australia", 80, 3), "a2": ("Australia", 90, 20)}


def four(**mix: float) -> dict:
    return copy.deepcopy(BANNED) | {
        "futures": {},
        "suppliers": {name: {"country": country} for name, (country, _, _) in SELLERS.items()},
        "offers": {
            name: {"supplier": name, "material": "dy", "price": f"{price} USD/kg", "nameplate": f"{most} t/month"}
            for name, (_, price, most) in SELLERS.items()
        },
        "baseline": {"days": "10 days", "mix": {"dy": mix}},
    }


@pytest.mark.parametrize(
    ("today", "outside"),
    [
        ({"c1": 0.7, "c2": 0.3}, {"a1": 0.3, "a2": 0.2, "c1": 0.35, "c2": 0.15}),  # 5 t: 3 of a1, 2 of a2
        ({"c1": 0.8, "a1": 0.15, "a2": 0.05}, {"a1": 0.375, "a2": 0.125, "c1": 0.5}),
        ({"c1": 0.4, "a2": 0.6}, {"c1": 0.4, "a2": 0.6}),
    ],
)
def test_the_mixes_of_the_habits(today: dict[str, float], outside: dict[str, float]) -> None:
    found = rules_of_thumb(state(prepare(four(**today))).data)
    assert {name: habit.days for name, habit in found.items()} == {
        TODAY: 10,
        MORE_STOCK: 60,
        HALF_OUTSIDE: 10,
        ON_THE_TABLE: 90,
    }
    assert found[MORE_STOCK].mix["dy"] == today
    assert found[HALF_OUTSIDE].mix["dy"] == pytest.approx(outside)


def test_freight_decides_who_is_cheapest() -> None:
    """Of 5 t a1 sells 3 and a2 the rest; with 50 USD/kg more on the way of a1 all come from a2."""
    whole = four(c1=1.0)
    whole["lanes"] = {
        "dear": {"where": {"supplier": "a1"}, "site": "plant", "freight": "50 USD/kg"},
        "others": {"where": {"supplier": ["c1", "c2", "a2"]}, "site": "plant"},
    }
    assert rules_of_thumb(state(prepare(whole)).data)[HALF_OUTSIDE].mix["dy"] == pytest.approx({"a2": 0.5, "c1": 0.5})


def test_from_the_command_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(json.dumps(BANNED), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["compare", "a.yaml", "a.yaml", "--quiet", "--format", "json", "--out", "answer"])
    found = json.loads(capsys.readouterr().out)
    assert stopped.value.code == 0
    assert {row["scenario"] for row in found["totals"]} == {"a (1)", "a (2)"}
    assert found["totals"][0]["expected_cost"] == pytest.approx(1.94 * M)
    assert Path("answer/regret.csv").exists()
    for arguments, said in (
        (["compare"], "Missing argument"),
        (["compare", "b.yaml"], "b.yaml"),
        (["compare", "answer"], "answer"),
    ):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert (stopped.value.code, said in capsys.readouterr().err) == (2, True)


def test_what_cannot_be_compared() -> None:
    with pytest.raises(ScenarioError, match="nothing is compared"):
        compare([])
    with pytest.raises(ScenarioError, match="unlikely counts in JPY, likely in USD"):
        compare([BANNED, UNLIKELY | {"currency": "JPY", "rates": {"USD": 150}}])


def test_inputs_that_size_scales_are_told_at_the_scale_of_the_importer(tmp_path: Path) -> None:
    """A twentieth of 100 and of 120 t a month; a price is nobody's share."""
    for name, need, price in (("one", 100, 60), ("two", 120, 70)):
        nation = copy.deepcopy(BANNED)
        nation["offers"]["south"]["price"] = f"{price} USD/kg"
        nation["demand"] = {name: {**part, "need": f"{need} t/month"} for name, part in nation["demand"].items()}
        (tmp_path / f"nation {name}.yaml").write_text(json.dumps(nation))
        (tmp_path / f"{name}.yaml").write_text(f"extends: './nation {name}.yaml'\ntitle: {name}\nsize: 0.05\n")
    inputs = compare([tmp_path / "one.yaml", tmp_path / "two.yaml"]).inputs.set_index("path")[["before", "after"]]
    (demand,) = BANNED["demand"]
    assert list(inputs.loc[f"demand.{demand}.need"]) == [
        "5 t/month (5 % of 100 t/month)",
        "6 t/month (5 % of 120 t/month)",
    ]
    assert list(inputs.loc["offers.south.price"]) == ["60 USD/kg", "70 USD/kg"]
