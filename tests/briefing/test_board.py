"""What a board reads: decisions with the cost of waiting, what stops first, days, cash, odds, tree and restrictions.

One source in China, need 10 t a month for 3 months, stock for half a month. A ban (1 in 4) lets nothing out from March
on. A ton costs 0.1 MUSD, a ton short 0.5. Bought a month ahead, March's 10 t save 10 x 0.5 x 1/4 = 1.25 MUSD in the ban
and are used in the calm as well: the plan orders 5 t for January, 20 t in February, nothing in March.
"""

from typing import Any

import numpy as np
import pytest

from sourcing.analyses import outlook, plan_context
from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.sensitivity import scaled_probabilities
from sourcing.analyses.tradeoffs import delayed_decisions
from sourcing.files import amend
from sourcing.outcome.outcome import Outcome
from sourcing.outcome.rules.ladder import todays_rule
from sourcing.outcome.rules.order_up_to import live
from sourcing.pipeline.plan_scenario import answer
from sourcing.pipeline.source import document, prepare
from sourcing.solver.highs import Options
from tests.building import small
from tests.checkout import EXAMPLES

BAN: dict[str, Any] = small(
    3,
    title="a ban",
    discount="0 %/year",
    site="plant",
    suppliers={"a": {"country": "China", "title": "Southern"}},
    offers={"from a": {"supplier": "a", "price": "100 USD/kg", "deposit": "30 %"}},
    demand={"motors": {"need": "10 t/month", "shortage": {"line down": {"share": 1, "cost": "500 USD/kg"}}}},
    stock={"dy": {"end": {"value": "0 USD/kg"}}},
    opening_stock={"dy": {"quantity": "5 t"}},
    baseline={"days": "5 days"},
    futures={
        "calm": {"probability": 0.75, "author": "the desk"},
        "ban": {
            "probability": 0.25,
            "restrictions": {"stop": {"where": {"origin": "China"}, "from": "2027-03", "approval": 0}},
        },
    },
)


def solved(change: dict[str, Any] | None = None) -> SolvedCase:
    return CaseSolver().at(prepare(amend(document(BAN), change or {})))


@pytest.fixture(scope="module")
def ban() -> SolvedCase:
    return solved()


def habit(of: SolvedCase) -> Outcome:
    data = of.stated.data
    return Outcome(data, of.stated.formulation.node.charges, live(of.stated.formulation, data, todays_rule(data)))


def test_an_order_that_waits_costs_the_shortage_of_its_month(ban: SolvedCase) -> None:
    """Without January's order the 5 t of stock serve half of January: 5 t short, 0.5 - 0.1 MUSD each."""
    (row,) = delayed_decisions.decide(ban, CaseSolver()).to_dict("records")
    assert (row["decision"], row["what"], row["amount"]) == ("order", "dy", pytest.approx(5))
    assert row["price"] == pytest.approx(100_000)
    assert row["last_date"] == "2027-01-31"
    assert row["cost_of_waiting"] == pytest.approx(5 * 0.4e6, rel=1e-3)


def test_an_order_that_may_wait_has_no_last_date() -> None:
    """With 15 t of stock January's order is for nothing before February: a board need not see it."""
    frame = delayed_decisions.decide(solved({"opening_stock": {"dy": {"quantity": "15 t"}}}), CaseSolver())
    assert (frame["last_date"] == "").all()


def test_contracts_come_first_and_wait_without_their_first_month() -> None:
    """Signed for 10 t a month at 60 USD/kg instead of 100: each month later costs 10 x 0.04 MUSD."""
    contract = {"offer": "from a", "volume": "10 t/month", "price": "60 USD/kg", "take_or_pay": "100 %"}
    of = solved({"contracts": {"ours": contract}, "opening_stock": None, "futures": None})
    frame = delayed_decisions.decide(of, CaseSolver())
    assert frame["decision"].tolist() == ["sign", "order"]
    assert frame["cost_of_waiting"][0] == pytest.approx(0.4e6, rel=1e-3)
    undone = delayed_decisions.undo(of, frame)
    assert undone["loss"].isna().all()  # take-or-pay: nothing can be cancelled


def test_orders_can_be_undone_for_their_deposit_until_they_pass_the_border(ban: SolvedCase) -> None:
    (row,) = delayed_decisions.undo(ban, delayed_decisions.decide(ban, CaseSolver())).to_dict("records")
    assert row["last_date"] == "2027-01-31"  # nothing to make: at the border in the month of ordering
    assert row["loss"] == pytest.approx(0.3 * 5 * 0.1e6, rel=1e-3)


def test_what_stops_first_and_how_likely(ban: SolvedCase) -> None:
    (plan,) = outlook.shortages(ban.outcome).to_dict("records")
    assert (plan["first_short"], plan["probability"], plan["worst_unmet"]) == ("", 0.0, 0.0)
    # Today: up to a mean month of 30 days and 5 more, at February's rate 10 / 28 x 35 = 12.5 t: 2.5 t are left.
    (today,) = outlook.shortages(habit(ban)).to_dict("records")
    assert (today["first_short"], today["probability"]) == ("2027-03", 0.25)
    assert today["worst_unmet"] == pytest.approx(7.5 / 30)


def test_days_that_can_still_be_delivered(ban: SolvedCase) -> None:
    frame = outlook.deliverable(ban.outcome, habit(ban))
    days = frame.set_index(["course", "future", "period"])["days"]
    assert days["plan", "", "2027-02"] == pytest.approx(31, abs=0.1)  # March is in stock
    assert days["future", "ban", "2027-03"] == pytest.approx(0, abs=0.1)
    assert days["today", "", "2027-02"] == pytest.approx(2.5 / (10 / 31))


def test_cash_and_what_the_stock_loses_when_prices_halve(ban: SolvedCase) -> None:
    (row,) = outlook.cash(ban.outcome).to_dict("records")
    assert (row["peak_period"], row["peak_cash"]) == ("2027-02", pytest.approx(2e6))
    assert row["yearly_cost"] == pytest.approx(2.5e6 / (90 / 365.25))
    assert row["loss_at_half_price"] == pytest.approx(0.5 * 10 * 0.1e6)


def test_odds_at_half_and_double() -> None:
    """What is bought ahead is used in the calm too and costs nothing more: the plan is the same at any odds."""
    base = document(BAN)
    walk = CaseSolver()
    frame = scaled_probabilities.odds(walk.at(prepare(base)), walk).set_index("future")
    assert frame["author"].to_dict() == {"calm": "the desk", "ban": ""}
    assert frame.loc["ban", ["cost_at_half", "cost_at_double"]].tolist() == pytest.approx([2.5e6, 2.5e6])
    assert frame.loc["ban", "decisions_at_double"] == ""
    assert frame.loc["calm", "cost_at_half"] == pytest.approx(2.5e6)


def test_the_tree_and_the_restrictions(ban: SolvedCase) -> None:
    tree = plan_context.nodes(ban.case, ban.stated.data.tree)
    assert tree["parent"].tolist() == [-1, 0, 1, 1]
    assert tree["signals"].tolist() == ["", "", "", "stop in force"]
    assert tree["probability"].tolist() == [1, 1, 0.75, 0.25]
    (row,) = plan_context.restrictions(ban.case).to_dict("records")
    assert (row["restriction"], row["what"], row["from"], row["until"]) == ("stop", "dy", "2027-03", "2027-03")
    assert row["confidence"] == "assumption"
    assert not np.isnan(tree["probability"]).any()


def test_what_is_not_proven_is_no_decision_of_the_board() -> None:
    """Offers that the flagship qualifies now within its gap stand in no list of decisions."""
    made = answer(EXAMPLES / "japan_heavy_rare_earths.yaml", Options())
    plan, solved = made.plan, SolvedCase(made.stated, made.solution)
    assert plan.unproven
    decisions = delayed_decisions.decide(solved, CaseSolver(Options()), unproven=plan.unproven)
    assert plan.unproven.isdisjoint(decisions["what"])
    assert any("Either choice will do" in line for line in plan.advice)
