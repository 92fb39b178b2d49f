"""A plan that was tampered with, or is held against another scenario, is told by the check that finds it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sourcing.audit import AuditedCommitments, audit
from sourcing.errors import SolveError
from sourcing.outcome import Plan, load_plan
from sourcing.pipeline import plan_scenario
from sourcing.pipeline.source import load
from sourcing.scenario import Scenario
from tests.checkout import EVERYTHING

solve = partial(plan_scenario.solve, quick=True)  # the audit is of the plan, not of other cases


@dataclass(frozen=True)
class Solved:
    """A plan with the scenario that it is checked against."""

    plan: Plan
    scenario: Scenario

    def change(self, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Plan:
        frame = change(getattr(self.plan, table).copy())
        return replace(self.plan, **{table: frame})


@pytest.fixture(scope="module")
def solved() -> Solved:
    return Solved(solve(EVERYTHING), load(EVERYTHING))


def everywhere(column: str, by: float, **where: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Add to a column in every future, in the first period that has such a line for all of them."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        rows = np.logical_and.reduce([frame[key] == value for key, value in where.items()])
        assert rows.any()
        frame.loc[rows, column] += by
        return frame

    return change


def one_line(column: str, by: float, at: int = 0) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame.index[at], column] += by
        return frame

    return change


def later(frame: pd.DataFrame) -> pd.DataFrame:
    """The orders of the first period are placed a month later."""
    first = (frame["period"] == "2027-01") & (frame["offer"] == "south dy")
    assert first.any()
    frame.loc[first, "period"] = "2027-02"
    return frame


def served(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[1:]


JAPAN = {"site": "japan", "period": "2027-02", "offer": "south dy"}
LYNAS = {**JAPAN, "offer": "lots dy"}
STOCK = {"material": "dysprosium-oxide", "site": "japan", "period": "2027-01"}
CALLS = {"how": "south old", "period": "2027-01"}
SHORT = {"demand": "magnets", "period": "2027-01"}

TAMPERED: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "one more tonne in stock": ("stockpile", everywhere("stock", 1.0, **STOCK), "stock_balance: dysprosium-oxide"),
    "an order a month later": ("orders", later, "border_queue: south dy > japan in 2027-0"),
    "a shortage removed": ("shortage", everywhere("quantity", -20000.0, **SHORT), "stock_balance: ndpr-oxide @ korea"),
    "a shortage of one future removed": (
        "shortage",
        served,
        "non_anticipativity of shortage: magnets, lost in 2027-01",
    ),
    "a cost changed": ("costs", everywhere("charge", -1e5, kind="freight"), "charge of freight: as now"),
    "a cost of one future": ("costs", one_line("cash", 1e4, 1), "cash of purchases: as now"),
    "a future made cheaper": ("futures", one_line("cost", -1e6), "cost of a future: as now"),
    "a contract called beyond": (
        "orders",
        everywhere("quantity", 3.0, **CALLS),
        "contract_ceiling: south old in 2027-01",
    ),
    "an anticipative order": ("orders", one_line("quantity", 1.0), "non_anticipativity of orders: south dy, japan"),
    "more let through": ("border", everywhere("exported", 40.0, **LYNAS), "border_queue: lots dy > japan in 2027-02"),
    "arrived from nowhere": ("arrivals", everywhere("quantity", 1.0, **JAPAN), "arrivals: south dy > japan in 2027-02"),
    "a larger contract": ("contracts", one_line("volume", 9.0, 1), "contract_at_most: south old"),
    "another price": ("orders", everywhere("price", 1.0, offer="south dy"), "price of orders"),
    "never qualified": ("qualifications", lambda frame: frame.iloc[:0], "qualified_first: mine ndpr in 2027-03"),
    "a better worst case": ("risk", one_line("value", -1e6, 2), "risk of cost: worst"),
    "less than nothing": ("stockpile", everywhere("stock", -1e3, **STOCK), "amounts of stockpile: dysprosium-oxide"),
    "an unknown site": ("arrivals", lambda frame: frame.assign(site="moon"), "arrivals: nobody knows south dy, moon"),
    "a kind of cost left out": ("costs", lambda frame: frame[frame["kind"] != "duty"], "kinds of costs"),
}


@pytest.mark.parametrize(("table", "change", "check"), TAMPERED.values(), ids=TAMPERED)
def test_what_was_tampered_with_is_named(
    table: str, change: Callable[[pd.DataFrame], pd.DataFrame], check: str, solved: Solved
) -> None:
    with pytest.raises(SolveError, match=rf"the plan does not add up: .*{check}.*please report"):
        audit(solved.change(table, change), solved.scenario)


# Another scenario than the one the plan was made for --------------------------------------------------------------

OFFERS = ("south dy", "lynas dy", "mine dy", "mine ndpr", "lots dy")
DEARER = {"south dy": 319, "lynas dy": 660, "mine dy": 770, "mine ndpr": 99, "lots dy": 990}

OTHERWISE: dict[str, tuple[tuple[str, ...], str]] = {
    "less is sold": (("offers.'south dy'.nameplate=5 t/month", "offers.'south dy'.spot_share=10 %"), "spot_limit"),
    "less is there": (("offers.'south dy'.nameplate=1 t/month",), "capacity: south dy"),
    "a smaller furnace": (("suppliers.mine.capacity=1 /month",), "shared_capacity: mine"),
    "fewer licences": (("offers.'south dy'.licensable=15 t/month",), "licence_limit: south dy into"),
    "larger lots": (tuple(f"offers.'{name}'.minimum_order=60 t" for name in OFFERS), "order_minimum"),
    "slower testing": (("offers.'mine ndpr'.qualification.time=6 months",), "qualified_first"),
    "no testing": (("offers.'mine ndpr'.qualification.decide=[2027-07]",), "qualification_started"),
    "slower ships": (("lanes.'to japan'.transit=2 months",), "arrivals"),
    "less arrives": (tuple(f"offers.'{name}'.yield=50 %" for name in OFFERS), "arrivals"),
    "slower making": (("offers.'south dy'.to_border=2 months",), "border_queue: south dy"),
    "less at the start": (("opening_stock.dy.quantity=22 days",), "stock_balance"),
    "a smaller store": (("stock.dy.storage=5 t",), "storage: dysprosium-oxide @ japan"),
    "more need": (("demand.motors.need=400 t/year",), "stock_balance"),
    "a later start": (("horizon.start=2027-02",), "nobody knows|add up"),
    "smaller contracts": (("contracts.'lynas long'.volume.at_most=2 t/month", "contracts.'south old'.volume=1 t/month"),
                          "contract_at_most"),
    "larger contracts": (("contracts.'south old'.volume=9 t/month",), "contract_at_least"),
    "dearer offers": (tuple(f"offers.'{name}'.price={price} USD/kg" for name, price in DEARER.items()),
                      "price of orders"),
    "tax in the price": (tuple(f"offers.'{name}'.tax=included 10 %" for name in OFFERS), "price of orders"),
    "dearer yen": (("rates.JPY=0.007",), "charge of freight"),
    "dearer storage": (("stock.dy.holding=10 USD/kg/year",), "charge of storage"),
    "dearer duty": (("lanes.'to japan'.duty=20 %",), "charge of duty"),
    "dearer freight": (("lanes.'to japan'.freight=4 %",), "charge of freight"),
    "dearer lots": (("offers.'mine dy'.order_cost=40000 USD",), "charge of order costs"),
    "dearer signing": (("contracts.'lynas long'.life=null",), "charge of signing"),
    "a harder floor": (("contracts.'lynas long'.take_or_pay=100 %", "contracts.'south old'.take_or_pay=100 %"),
                       "charge of take-or-pay"),
    "dearer shortage": (("demand.magnets.shortage.lost.cost=500 USD/kg",), "charge of shortage"),
    "a dearer cover": (("stock.dy.cover.shortfall_cost=300 USD/kg/year",), "charge of cover missing"),
    "a longer cover": (("stock.dy.cover.days=80 days",), "charge of cover missing"),
    "a higher end value": (("stock.dy.end.value=10000 USD/kg",), "charge of value left at the end"),
    "a longer end": (("stock.dy.end.days=300 days",), "charge of end target missing"),
    "no discount": (("discount=0 %/year",), "charge of purchases"),
    "a likelier ban": (("futures.ban.probability=0.4",), "probability: ban"),
    "a ban a month later": (("futures.ban.restrictions.ban.from=2027-05",), "price of orders"),
    "a stronger link": (("offers.'lots dy'.china_link.value=100 %",), "licence_limit: lots dy"),
    "a harbour closed": (("rules.harbour.volume.at_most=9 t",), "rule_at_most: harbour"),
    "a smaller budget": (("rules.money.budget.at_most=9 MUSD",), "rule_at_most: money"),
    "a smaller share": (("rules.'no single country'.share.at_most=9 %",), "rule_at_most: no single country: China"),
    "a larger share": (("rules.allies.share.at_least=90 %",), "rule_at_least: allies"),
    "more suppliers": (
        ("rules.'two suppliers'.count.at_least=3", "rules.'two suppliers'.count.each_at_least=30 %"),
        "rule_count_at_least: two suppliers",
    ),
    "fewer suppliers": (("rules.'few suppliers'.count.at_most=1",), "rule_count_at_most: few suppliers"),
}  # fmt: skip


@pytest.mark.parametrize(("overrides", "check"), OTHERWISE.values(), ids=OTHERWISE)
def test_a_plan_for_another_scenario_is_none(
    overrides: tuple[str, ...], check: str, solved: Solved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every limit and price is read: where the scenario is another, the check of it fails."""
    monkeypatch.setattr("sourcing.audit.auditing.SHOWN", 99)
    with pytest.raises(SolveError, match=rf"the plan does not add up: .*({check})"):
        audit(solved.plan, load(EVERYTHING, overrides))


# What is charged, committed and kept ---------------------------------------------------------------------------------


def test_what_an_earlier_plan_committed_is_told(solved: Solved) -> None:
    """A volume that was signed is no longer chosen, and what it cost is spent."""
    said = solved.plan.contracts.set_index("contract").loc["lynas long"]
    assert said["decision"] == "sign"
    with pytest.raises(SolveError, match="charge of signing"):
        audit(solved.plan, solved.scenario, committed=AuditedCommitments(signed={"lynas long": float(said["volume"])}))
    with pytest.raises(SolveError, match="contract_at_"):
        audit(solved.plan, solved.scenario, committed=AuditedCommitments(signed={"lynas long": 0.5}))


def test_another_objective_is_an_error(solved: Solved) -> None:
    """Two millionths off is too much; a tenth of a millionth is the noise of the solver."""
    plan = solved.plan
    with pytest.raises(SolveError, match="objective: cost of the plan is off by"):
        audit(replace(plan, cost=plan.cost * (1 + 2e-6)), solved.scenario)
    assert audit(replace(plan, cost=plan.cost * (1 + 1e-7)), solved.scenario).worst == pytest.approx(1e-7, rel=0.2)


def test_a_feasible_plan_may_state_its_cost_too_high_never_too_low(solved: Solved) -> None:
    plan = replace(solved.plan, status="feasible", bound=0.0)
    audit(replace(plan, cost=plan.cost * 1.001), solved.scenario)
    with pytest.raises(SolveError, match="objective: cost of the plan is off by"):
        audit(replace(plan, cost=plan.cost * 0.999), solved.scenario)


def test_a_plan_that_does_not_add_up_is_never_given(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    real = plan_scenario.risk_tables.futures
    monkeypatch.setattr(plan_scenario.risk_tables, "futures", lambda outcome: real(outcome).assign(cost=1.0))
    with pytest.raises(SolveError, match="cost of a future"):
        solve(EVERYTHING)


def test_the_manifest_keeps_the_audit(solved: Solved, tmp_path: Path) -> None:
    again = load_plan(solved.plan.save(tmp_path / "plan"))
    assert again.manifest.audit == solved.plan.manifest.audit
    assert again.manifest.audit.checked > 5000
