"""Minimax regret: by hand where it differs from both other attitudes, by enumeration, and its limiting cases."""

import itertools
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sourcing
from sourcing.analyses.case_solver import CaseSolver
from sourcing.audit import audit
from sourcing.figures import show
from sourcing.files import amend
from sourcing.outcome import Plan, load_plan
from sourcing.pipeline.formulated import state
from sourcing.pipeline.source import load, prepare
from sourcing.solver.highs import Options
from tests.building import small
from tests.checkout import EVERYTHING

K = 1e3  # USD/kg are kUSD/t

# 10 t in the second month. B, in Australia, signs now for x t at 100 USD/kg, none or 1 to 10, to be paid for whatever
# comes; the rest comes from A, in China, whose price is seen first: 40 if calm, 140 after a shock, each as likely.
# In kUSD:
#   calm: 400 + 60 x, at best 400;  shock: 1400 - 40 x, at best 1000.
# Expected 900 + 10 x: sign nothing. At worst 1400 - 40 x: sign for all. Regret 60 x, 400 - 40 x: alike at x = 4, 240.
ATTITUDES: dict[str, Any] = small(
    2,
    start="2027-04",
    title="calm or shock",
    discount="0 %/year",
    site="plant",
    suppliers={"a": "China", "b": "Australia"},
    offers={
        "from a": {"supplier": "a", "price": "90 USD/kg"},
        "from b": {"supplier": "b", "price": "100 USD/kg", "spot_share": 0},
    },
    contracts={
        "frame": {
            "offer": "from b",
            "volume": {"at_least": "1 t/month", "at_most": "10 t/month"},
            "from": "2027-05",
            "price": "100 USD/kg",
            "take_or_pay": "100 %",
        }
    },
    stock={"dy": {"storage": "0 t", "end": {"value": "0 USD/kg"}}},
    demand={"motors": {"need": {"2027-05": "10 t/month"}, "firm": True}},
    baseline={"days": "0 days"},
)
EXPECTED: dict[str, Any] = {}
WORST = {"worst": True, "weight": 1}
REGRET = {"of": "regret", "worst": True, "weight": 1}


def price(amount: float, offer: str = "from a") -> dict[str, Any]:
    return {"where": {"offer": offer}, "field": "price", "to": f"{amount} USD/kg", "from": "2027-05"}


def futures(**prices: float) -> dict[str, Any]:
    """Futures, each as likely, by the price of A then."""
    return {name: {"probability": 1 / len(prices), "changes": {"a": price(a)}} for name, a in prices.items()}


def asked(risk: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {**ATTITUDES, "futures": futures(calm=40, shock=140), "risk": risk, **parts}


def solve(risk: dict[str, Any], **parts: Any) -> Plan:
    return sourcing.solve(asked(risk, **parts), gap=1e-9)


def signed(plan: Plan) -> float:
    return float(plan.contracts["volume"].sum())


def told(plan: Plan, column: str) -> list[float]:
    return [float(value) for value in plan.futures[column]]


# By hand --------------------------------------------------------------------------------------------------------------


def test_the_three_attitudes_differ() -> None:
    assert [round(signed(solve(risk)), 6) for risk in (EXPECTED, WORST, REGRET)] == [0, 10, 4]
    found = solve(REGRET)
    assert told(found, "cost") == pytest.approx([640 * K, 1240 * K])
    assert told(found, "best_cost") == pytest.approx([400 * K, 1000 * K])
    assert told(found, "regret") == pytest.approx([240 * K, 240 * K])
    assert found.cost == pytest.approx((400 + 1000) / 2 * K + 240 * K)  # what the best costs on average, and the regret
    assert found.minimised == "expected cost of the best with foresight + largest regret:"
    risk = found.risk.set_index(["subject", "measure"])["value"]
    assert risk["regret", "worst"] == risk["regret", "expected"] == pytest.approx(240 * K)


def test_the_advice_says_it_beside_what_is_done_today() -> None:
    # Today next to all is bought of A when it is needed: some 400 kUSD too dear after a shock.
    found = solve(REGRET)
    today = found.baseline.set_index(["subject", "measure"])["baseline"]["regret", "worst"]
    assert 370 * K < today < 400 * K
    (said,) = (line for line in found.advice if line.startswith("At worst"))
    assert said == (
        "At worst the plan turns out 240 thousand USD dearer than the best that could have been done had the future "
        f"been known (in 'calm'); 'as today' {show(today, 'USD')} (in 'shock')."
    )


def test_where_cost_counts_nothing_is_said_of_regret() -> None:
    found = solve(WORST)
    assert not {"best_cost", "regret"} & set(found.futures.columns)
    assert "regret" not in set(found.risk["subject"])
    assert not [line for line in found.advice if line.startswith("At worst")]


def test_the_weight_mixes_it_with_expected_cost() -> None:
    # (1 - w) (900 + 10 x) + w (700 + max(60 x, 400 - 40 x)): up to 4 the slope is 10 (1 - w) - 40 w, below 0 from 0.2.
    assert signed(solve(REGRET | {"weight": 0.19})) == pytest.approx(0, abs=1e-6)
    found = solve(REGRET | {"weight": 0.21})
    assert signed(found) == pytest.approx(4)
    assert found.cost == pytest.approx(0.79 * 940 * K + 0.21 * 940 * K)


def test_the_mean_of_the_worst_tail_of_regrets() -> None:
    # Of three futures, each as likely, the worst half is the worst one and half of the next: 2/3 and 1/3. The third,
    # with A at 95, is regretted least, by 5 x. Beyond x = 4: 2/3 (60 x) + 1/3 (400 - 40 x), rising; before it
    # 2/3 (400 - 40 x) + 1/3 (60 x), falling. So x = 4, with 240 in both.
    found = solve({"of": "regret", "tail": 0.5, "weight": 1}, futures=futures(calm=40, even=95, shock=140))
    assert signed(found) == pytest.approx(4)
    assert told(found, "regret") == pytest.approx([240 * K, 20 * K, 240 * K])
    assert found.cost == pytest.approx((400 + 950 + 1000) / 3 * K + 240 * K)


# Limiting cases -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("risk", [REGRET, REGRET | {"weight": 0.5}, {"of": "regret", "tail": 0.3, "weight": 1}])
def test_one_future_has_no_regret(risk: dict[str, Any]) -> None:
    found = solve(risk, futures=futures(shock=140))
    assert signed(found) == pytest.approx(10)
    assert found.cost == pytest.approx(1000 * K)
    assert told(found, "regret") == pytest.approx([0], abs=1)


def test_a_tail_of_all_is_the_expected_cost() -> None:
    found = solve({"of": "regret", "tail": 1, "weight": 1})
    assert found.cost == pytest.approx(solve(EXPECTED).cost)
    assert signed(found) == pytest.approx(0, abs=1e-6)


def spent(name: str, amount: float) -> dict[str, Any]:
    """10 t of another material, which everybody buys whatever comes, at a price that one future raises; in kUSD."""
    return {
        "materials": {"dy": {"unit": "t"}, "tb": {"unit": "t"}},
        "offers": {"tb": {"supplier": "a", "material": "tb", "price": "0 USD/kg"}},
        "stock": {"tb": {"material": "tb", "site": "plant", "storage": "0 t"}},
        "lanes": {"tb": {"where": {"material": "tb"}, "site": "plant"}},
        "demand": {"lamps": {"site": "plant", "material": "tb", "need": {"2027-05": "10 t/month"}, "firm": True}},
        "futures": {name: {"changes": {"tb": price(amount / 10, "tb")}}},
    }


def with_spent(risk: dict[str, Any], name: str, amount: float) -> Plan:
    return sourcing.solve(amend(sourcing.pipeline.source.document(asked(risk)), spent(name, amount)), gap=1e-9)


@pytest.mark.parametrize("name", ["calm", "shock"])
def test_what_a_future_costs_anyway_changes_no_regret(name: str) -> None:
    found = with_spent(REGRET, name, 500)
    assert signed(found) == pytest.approx(4)
    assert told(found, "regret") == pytest.approx([240 * K, 240 * K])


def test_but_it_changes_what_is_done_against_the_worst_cost() -> None:
    # 500 more if calm: 900 + 60 x against 1400 - 40 x, alike at 5.
    assert signed(with_spent(WORST, "calm", 500)) == pytest.approx(5)


def test_where_the_best_of_all_futures_costs_the_same_regret_is_cost() -> None:
    # 600 more if calm: at best 1000 in both.
    costs, regrets = with_spent(WORST, "calm", 600), with_spent(REGRET, "calm", 600)
    assert regrets.cost == pytest.approx(costs.cost)
    assert told(regrets, "cost") == pytest.approx(told(costs, "cost"))
    assert told(regrets, "best_cost") == pytest.approx([1000 * K] * 2)


def test_beside_the_largest_regret_nothing_is_left_to_chance() -> None:
    # A third future, A at 99: 10 t would cost 990 at best; of 4 t the regret is 4, and of buying anything dearer than
    # that up to 240 would not show. Expected cost settles it.
    found = solve(REGRET, futures=futures(calm=40, even=99, shock=140))
    assert told(found, "regret") == pytest.approx([240 * K, 4 * K, 240 * K])


# Futures that hardly or never come ------------------------------------------------------------------------------------


def unlikely(probability: float) -> dict[str, Any]:
    """A shock twice as dear, beside the two others."""
    found = futures(calm=40, shock=140)
    found["crash"] = {"probability": probability, "changes": {"a": price(290)}}
    found["calm"]["probability"] -= probability
    return found


def test_a_future_without_probability_is_not_regretted() -> None:
    found = solve(REGRET, futures=unlikely(0.0))
    assert signed(found) == pytest.approx(4)
    assert len(found.futures) == 2


def test_however_unlikely_a_future_that_may_come_counts() -> None:
    # Crash: 2900 - 190 x, at best 1000: regret 1900 - 190 x, as 60 x at x = 7.6.
    found = solve(REGRET, futures=unlikely(1e-6))
    assert signed(found) == pytest.approx(7.6)
    assert told(found, "regret") == pytest.approx([456 * K, 96 * K, 456 * K])


def test_in_a_tail_it_counts_by_its_probability() -> None:
    found = solve({"of": "regret", "tail": 0.5, "weight": 1}, futures=unlikely(1e-6))
    assert found.cost == pytest.approx(solve({"of": "regret", "tail": 0.5, "weight": 1}).cost, rel=1e-4)


# What must be kept in each future -------------------------------------------------------------------------------------

MISSED = {"motors": {**ATTITUDES["demand"]["motors"], "firm": False, "shortage": {"lost": {"cost": "30 USD/kg"}}}}


def served(**limits: str) -> Plan:
    """A need that it is cheaper to miss, at 30 USD/kg, than to serve; contract as before."""
    return solve(REGRET | {"service": {"motors": limits}}, demand=MISSED)


def test_a_limit_in_any_future_holds_where_it_is_known() -> None:
    # 8 t must be served: 8 x 40 or 8 x 100 at best, and 2 x 30 for what is missed.
    found = served(at_worst="20 %")
    assert told(found, "best_cost") == pytest.approx([380 * K, 860 * K])
    # x <= 8: 60 x against 320 - 40 x, alike at 3.2.
    assert signed(found) == pytest.approx(3.2)
    assert told(found, "regret") == pytest.approx([192 * K, 192 * K])


@pytest.mark.parametrize("limits", [{"on_average": "20 %"}, {"served": "80 %", "probability": "100 %"}])
def test_a_limit_over_all_futures_says_nothing_of_one(limits: dict[str, str]) -> None:
    found = served(**limits)
    assert told(found, "best_cost") == pytest.approx([300 * K, 300 * K])  # all is missed
    assert min(told(found, "regret")) >= 0


def test_no_plan_is_told_as_ever() -> None:
    need = {"motors": {**ATTITUDES["demand"]["motors"], "need": {"2027-05": "10 t/month"}}}
    offers = amend(sourcing.pipeline.source.document(asked(REGRET)), {"offers": {"from a": {"expected": "0 t/month"}}})
    stricter = amend(offers, {"contracts": {"frame": {"volume": {"at_most": "6 t/month"}}}, "demand": need})
    with pytest.raises(sourcing.SolveError, match="the firm demand 'motors' cannot be met in future 'calm': 4 t"):
        sourcing.solve(stricter)


def test_regret_without_weight_is_told_and_noted() -> None:
    found = solve({"of": "regret"})
    assert signed(found) == pytest.approx(0, abs=1e-6)
    assert told(found, "regret") == pytest.approx([0, 400 * K])
    assert [note for note in found.unkept if "risk.of: regret" in note]


# By enumeration -------------------------------------------------------------------------------------------------------


def drawn(seed: int) -> tuple[dict[str, Any], list[tuple[int, int]], list[int]]:
    """Three contracts of B, all or nothing, as (tonnes, price), and four prices of A."""
    rng = random.Random(seed)
    terms = [(rng.randint(1, 3), rng.randint(60, 160)) for _ in range(3)]
    prices = rng.sample(range(30, 260), 4)
    contracts = {
        f"lot {number}": {**ATTITUDES["contracts"]["frame"], "volume": f"{tonnes} t/month", "price": f"{at} USD/kg"}
        for number, (tonnes, at) in enumerate(terms)
    }
    made = asked(REGRET, contracts=contracts, futures=futures(**{f"a at {one}": one for one in prices}))
    return made, terms, prices


@pytest.mark.parametrize("seed", range(8))
def test_of_all_decisions_the_plan_is_the_least_regretted(seed: int) -> None:
    made, terms, prices = drawn(seed)

    def costs(chosen: tuple[bool, ...]) -> np.ndarray:
        taken = [term for term, yes in zip(terms, chosen, strict=True) if yes]
        rest = 10 - sum(tonnes for tonnes, _ in taken)
        return np.array([sum(tonnes * at for tonnes, at in taken) + one * rest for one in prices], float)

    table = {chosen: costs(chosen) for chosen in itertools.product((False, True), repeat=3)}
    best = np.min(list(table.values()), axis=0)
    least = min((cost - best).max() for cost in table.values())
    found = sourcing.solve(made, gap=1e-9)
    yes = tuple(found.contracts.set_index("contract")["decision"] == "sign")
    assert told(found, "best_cost") == pytest.approx((best * K).tolist())
    assert max(told(found, "regret")) == pytest.approx(least * K, abs=1)
    assert told(found, "cost") == pytest.approx((table[yes] * K).tolist())


# Everything at once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("risk", ["tail: 0.3, weight: 0.6", "worst: true, weight: 0.9"])
def test_by_subtrees_it_is_the_same(risk: str) -> None:
    stated = state(prepare(EVERYTHING, (f"risk={{of: regret, {risk}}}",)))
    assert np.ptp(stated.data.allowance[stated.data.tree.leaf]) > 1
    whole, cut = (CaseSolver(Options(1e-6, strategy=way)).of(stated) for way in ("extensive", "lshaped"))
    assert whole.solution.strategy == "extensive"
    assert cut.cost == pytest.approx(whole.cost, rel=3e-6)
    assert cut.outcome.regret is not None
    assert cut.outcome.regret.min() >= -1e-6 * cut.cost


@pytest.mark.parametrize(
    ("column", "future", "more", "check"),
    [
        ("regret", 0, 1.0, "regret: calm"),
        ("best_cost", 0, 300.0, "best cost: calm"),  # 700 at best, where the plan costs 640
        ("best_cost", 1, 1.0, "objective"),
    ],
)
def test_what_was_tampered_with_is_told(column: str, future: int, more: float, check: str) -> None:
    found = solve(REGRET)
    frame = found.futures.copy()
    frame.loc[future, column] += more * K
    scenario = load(asked(REGRET))
    assert audit(found, scenario).worst <= 1e-9
    with pytest.raises(sourcing.SolveError, match=rf"{check}"):
        audit(replace(found, futures=frame), scenario)


def test_a_plan_is_kept_with_its_regrets(tmp_path: Path) -> None:
    found = solve(REGRET)
    assert list(found.futures.columns) == ["future", "probability", "cost", "best_cost", "regret", "unmet: motors"]
    pd.testing.assert_frame_equal(load_plan(found.save(tmp_path / "plan")).futures, found.futures)


def test_it_adds_up_and_nothing_is_regretted_below_nothing() -> None:
    found = sourcing.solve(EVERYTHING, overrides=("risk={of: regret, worst: true, weight: 1}",))
    assert found.manifest.audit.worst <= 1e-6
    assert found.futures["regret"].min() >= -1e-6 * found.cost
    dear = sourcing.solve(EVERYTHING, overrides=("risk={of: regret, worst: true, weight: 0}",))
    assert found.futures["regret"].max() < dear.futures["regret"].max()
