"""What analyses make of regret: the best of each future follows the numbers that are varied; what cannot be said is
refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sourcing
from sourcing import files
from sourcing.analyses.comparison.compare import compare
from sourcing.analyses.comparison.replan import replan
from sourcing.analyses.quote import quote
from sourcing.analyses.robustness.rolling_planner import RollingPlanner, ready
from sourcing.analyses.robustness.stress import stress
from sourcing.analyses.robustness.survival import survival
from sourcing.analyses.sensitivity.breakeven import breakeven
from sourcing.analyses.sensitivity.sweep import sweep
from sourcing.analyses.sensitivity.tornado import tornado
from sourcing.analyses.tradeoffs.alternatives import alternatives
from sourcing.analyses.tradeoffs.frontier import PLAN, frontier
from sourcing.analyses.tradeoffs.value import value
from sourcing.cli import main
from sourcing.errors import ScenarioError
from sourcing.pipeline.source import document, prepare
from sourcing.solver.highs import Options
from tests.model.test_regret import REGRET, K, asked

PRICE = "contracts.frame.price"
CALM = asked(REGRET)


# B's contract at p instead of 100: calm 400 + (p - 40) x, shock 1400 - (140 - p) x, at best 400 and 10 p. Regret
# (p - 40) x and (140 - p) (10 - x): alike at x = (140 - p) / 10, (p - 40) (140 - p) / 10; from 140 on none is signed.
def test_a_sweep_counts_from_the_best_at_each_point() -> None:
    found = sweep(CALM, [f"{PRICE}=60:160:6 USD/kg"], gap=1e-9)
    prices = np.array([60.0, 80, 100, 120, 140, 160])
    regret = np.maximum((prices - 40) * (140 - prices) / 10, 0)
    best = (400 + np.minimum(10 * prices, 1400)) / 2
    assert found.points["worst_regret"].tolist() == pytest.approx((regret * K).tolist(), abs=1)
    assert found.points["cost"].tolist() == pytest.approx(((best + regret) * K).tolist())
    (changed,) = (row for row in found.changes.to_dict("records") if row["decision"] == "contract")
    assert (changed["from"], changed["until"]) == (120, 140)


def test_each_point_is_a_solve_of_its_own() -> None:
    found = sweep(CALM, ["futures.shock.probability=0.1:0.9:3"], gap=1e-9)
    alone = [sourcing.solve(CALM, gap=1e-9, overrides=(f"futures.shock.probability={at}",)) for at in (0.1, 0.5, 0.9)]
    assert found.points["cost"].tolist() == pytest.approx([plan.cost for plan in alone])
    # The largest regret asks for no probability.
    assert found.points["worst_regret"].tolist() == pytest.approx([240 * K] * 3)


def test_the_contract_breaks_even_by_regret() -> None:
    # It is for 1 t at least, which is regretted by p - 40 if calm; none at all by 10 (140 - p) after a shock: alike at
    # 130.9. By expected cost it is the mean price of A, 90.
    found = breakeven(CALM, "contracts.frame", by=["price"])
    (turn,) = found.flips.dropna(subset=["flips_at"]).to_dict("records")
    assert turn["flips_at"] == pytest.approx(1440 / 11, abs=0.3)
    assert np.isnan(turn["ranging_low"])  # the best of a future moves with the price as well
    assert "no amount changes" not in " ".join(found.sentences)


def test_a_lot_is_not_quoted_by_regret() -> None:
    offer = "supplier: trader, material: dy, volume: 500 kg, price: 60 USD/kg, arrives: 2027-05"
    with pytest.raises(ScenarioError, match=r"risk.of: regret: what a lot is worth .*; ask with --set risk.of=cost"):
        quote(CALM, offer)
    assert quote(CALM, offer, overrides=("risk.of=cost",)).title.startswith("Take it")


def test_the_front_of_expected_cost_and_largest_regret() -> None:
    # Expected 900 + 10 x, regret 400 - 40 x up to x = 4: a line between its two ends.
    found = frontier(CALM, points=3, gap=1e-9).risk
    points = found[found["point"] != PLAN]
    assert points["expected_cost"].tolist() == pytest.approx([900 * K, 940 * K], rel=1e-4)
    assert points["worst_regret"].tolist() == pytest.approx([400 * K, 240 * K], rel=1e-3)
    assert points["less_worst"].iloc[0] == pytest.approx(160 * K, rel=1e-3)
    assert "worst_cost" not in found
    assert "less regret in the worst case" in " ".join(frontier(CALM, points=3).sentences)


def test_alternatives_tell_the_regret_of_each_plan() -> None:
    found = alternatives(CALM, within="5 %")
    assert found.plans["worst_regret"].iloc[0] == pytest.approx(240 * K, rel=1e-3)
    assert (found.plans["worst_regret"] <= (240 + 0.05 * 940) * K * (1 + 1e-6)).all()


def test_compare_and_value_count_from_the_same_best() -> None:
    plan = sourcing.solve(CALM, gap=1e-9)
    mine = compare([CALM]).regret
    mine = mine[mine["course"] == "this plan"]
    assert mine["best_cost"].tolist() == pytest.approx(plan.futures["best_cost"].tolist())
    assert (mine["lived_cost"] - mine["best_cost"]).tolist() == pytest.approx(plan.futures["regret"].tolist())
    worth = value(CALM)  # by expected cost whatever the attitude: 900 - 700
    assert worth.futures["cost_known"].tolist() == pytest.approx(plan.futures["best_cost"].tolist())
    assert worth.courses["extra_cost"].tolist()[0] == pytest.approx(-200 * K)


def test_a_tornado_moves_the_best_along() -> None:
    ranged = {"value": "100 USD/kg", "low": 80, "high": 120}
    ranged = files.amend(document(CALM), {"contracts": {"frame": {"price": ranged}}})
    (bar,) = (row for row in tornado(ranged).bars.to_dict("records") if row["input"] == PRICE)
    assert bar["cost_at_low"] == pytest.approx(((400 + 800) / 2 + 240) * K, rel=1e-4)  # 40 x 60 / 10
    assert bar["cost_at_high"] == pytest.approx(((400 + 1200) / 2 + 160) * K, rel=1e-4)  # 80 x 20 / 10


# Lived and lost -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1])
def test_what_is_lived_is_what_was_planned(number: int) -> None:
    importer = RollingPlanner(ready(prepare(CALM)), Options(1e-9))
    found = importer.live(importer.case.futures[number])
    assert found.cost == pytest.approx([640 * K, 1240 * K][number], rel=1e-5)


def test_fresh_futures_are_lived() -> None:
    found = stress(CALM, futures=4, live=2, seed=1).futures
    assert found["made_from"].tolist()[:2] == ["calm", "shock"]
    assert found["lived_cost"].tolist()[:2] == pytest.approx([640 * K, 1240 * K], rel=1e-5)
    assert found["best_cost"].tolist()[:2] == pytest.approx([400 * K, 1000 * K])


def test_losses_are_outlived_as_ever() -> None:
    by_regret, by_cost = (survival({**CALM, "risk": risk}, stock="today").survival for risk in (REGRET, {}))
    pd.testing.assert_frame_equal(by_regret, by_cost)


def test_a_month_later_the_plan_is_held_and_the_contract_stands() -> None:
    plan = sourcing.solve(CALM, gap=1e-9)
    later = {**CALM, "horizon": {"start": "2027-05", "periods": 1}}
    found = replan(later, CALM, plan, gap=1e-9)
    assert found.plan.contracts["volume"].sum() == pytest.approx(4)


def test_the_command_line_says_what_is_minimised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "calm.yaml"
    file.write_text(json.dumps(CALM), encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(["solve", str(file)])
    assert stop.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "expected cost of the best with foresight + largest regret: 940 thousand USD" in said
    assert "At worst the plan turns out 240 thousand USD dearer" in said
