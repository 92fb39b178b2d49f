"""Plans check themselves: every plan adds up, and one that was tampered with is told by the check that finds it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sourcing import advise
from sourcing.advise import load, solve
from sourcing.case import Case, resolve
from sourcing.errors import SolveError
from sourcing.futures import tree_of
from sourcing.plan import Plan, load_plan
from sourcing.plan.audit import audit
from sourcing.tree import Tree

ROOT = Path(__file__).parents[1]
EVERYTHING = Path(__file__).parent / "everything.yaml"
FORBIDDEN = ("sourcing.formulation", "sourcing.program", "sourcing.nodes", "sourcing.plan.costs")

# The variants of test_expand.py, where needed without what leaves them without any plan.
VARIANTS = [
    (),
    ("risk.weight=0",),
    ("risk={tail: 0.2, weight: 1, worst: true}",),
    ("risk={of: regret, tail: 0.3, weight: 0.6}",),
    ("horizon.periods=1", "rules=null"),
    ("horizon.periods=13", "offers.'lots dy'.tier_kind=incremental"),
    (
        *("stock.dy.cover.firm=true", "demand.motors.firm=true", "demand.motors.shortage=null", "rules.harbour=null"),
        "offers.'mine dy'.uses=1 /t",
    ),
]


def test_it_shares_no_code_with_what_it_checks() -> None:
    for file in (ROOT / "sourcing/plan/audit").glob("*.py"):
        assert not [name for name in FORBIDDEN if name in file.read_text(encoding="utf-8")], file.name


@pytest.mark.parametrize("overrides", VARIANTS, ids=lambda overrides: "; ".join(overrides)[:40] or "as written")
def test_everything_adds_up(overrides: tuple[str, ...]) -> None:
    found = solve(EVERYTHING, overrides=overrides).manifest.audit
    assert found.checked > 300
    assert found.worst <= 1e-6


@pytest.mark.parametrize("example", sorted(ROOT.glob("examples/*.yaml")), ids=lambda path: path.stem)
def test_every_example_adds_up(example: Path) -> None:
    found = solve(example).manifest.audit
    assert found.checked > 500
    assert found.worst <= 1e-6


# Random scenarios -----------------------------------------------------------------------------------------------------


def random_offer(rng: random.Random, origin: str) -> dict[str, Any]:
    """An offer with some of all that an offer may have."""
    price = rng.randint(200, 900)
    offer: dict[str, Any] = {"supplier": origin, "material": "dy", "price": f"{price} USD/kg"}
    some = {
        "nameplate": f"{rng.randint(5, 40)} t/month",
        "to_border": f"{rng.randint(0, 60)} days",
        "deposit": f"{rng.randint(0, 50)} %",
        "yield": f"{rng.randint(80, 100)} %",
        "minimum_order": f"{rng.randint(1, 4)} t",
        "order_cost": f"{rng.randint(1, 90)} kUSD",
        "spot_share": f"{rng.randint(20, 100)} %",
        "qualification": {
            "cost": f"{rng.randint(1, 900)} kUSD",
            "time": f"{rng.randint(0, 2)} months",
            "life": f"{rng.randint(1, 6)} years",
        },
        "tiers": {"ten": {"above": "6 t", "price": f"{price - 40} USD/kg"}},
        "tier_kind": rng.choice(["all units", "incremental"]),
    }
    offer |= {key: value for key, value in some.items() if rng.random() < 0.4}
    if origin == "china":
        offer |= {"licensable": f"{rng.randint(4, 20)} t/month"}
    if "tiers" not in offer:
        offer.pop("tier_kind", None)
    return offer


def random_contract(rng: random.Random, offer: str) -> dict[str, Any]:
    formula = {
        "times": 0.9,
        "floor": "300 USD/kg",
        "cap": "600 USD/kg",
        "floor_paid_by": rng.choice(["buyer", "state"]),
    }
    low = rng.randint(1, 3)
    return {
        "offer": offer,
        "volume": {"at_least": f"{low} t/month", "at_most": f"{low + rng.randint(0, 4)} t/month"},
        "take_or_pay": f"{rng.choice([0, 50, 90])} %",
        "shortfall_charge": f"{rng.choice([50, 100])} %",
        "price": rng.choice([formula, "420 USD/kg"]),
        "signed": rng.random() < 0.3,
        "signing_cost": "200 kUSD",
        "life": "3 years",
        "until": rng.choice(["2027-03", "2028-12"]),
    }


def random_scenario(seed: int) -> dict[str, Any]:
    """A small scenario that always has a plan: shortage is dear and not forbidden."""
    rng = random.Random(seed)
    origins = {"china": "China", "lynas": "Malaysia", "mine": "Australia"}
    offers = {f"{origin} dy": random_offer(rng, origin) for origin in origins}
    share = rng.choice([0.2, 0.5])
    ban = {
        "where": {"origin": "China"},
        "from": "2027-03-10",
        "until": rng.choice(["2027-04", "2027-05-20"]),
        "approval": rng.choice([0, 0.3]),
        "delay": rng.choice(["0 months", "1 month"]),
        "seizes": rng.random() < 0.3,
        "price_elsewhere": rng.choice([1, 1.7]),
        "capacity_elsewhere": rng.choice([1, 0.6]),
    }
    growth = {"where": {"material": "dy"}, "field": "need", "times": 1.3, "from": "2027-04"}
    stock: dict[str, Any] = {"material": "dy", "site": "plant", "holding": "9 USD/kg/year"}
    some = {
        "storage": f"{rng.randint(30, 90)} t",
        "cover": {
            "days": f"{rng.randint(5, 60)} days",
            "shortfall_cost": "200 USD/kg/year",
            "release": {"restriction": "ban"},
        },
        "end": {"days": "20 days", "shortfall_cost": "300 USD/kg"},
    }
    stock |= {key: value for key, value in some.items() if rng.random() < 0.6}
    orders = {
        state: {"offer": "china dy", "site": "plant", "quantity": f"{rng.randint(1, 9)} t", "state": state}
        | ({} if state == "waiting" else {"date": "2027-02"})
        for state in ("transit", "waiting", "making")
        if rng.random() < 0.5
    }
    return {
        "title": f"random {seed}",
        "horizon": {"start": "2027-01", "periods": rng.randint(3, 7)},
        "discount": rng.choice(["0 %/year", "7 %/year"]),
        "risk": {"tail": rng.choice([0.1, 0.4, 1]), "weight": rng.choice([0, 0.5, 1]),
                 "of": rng.choice(["cost", "regret"])},
        "materials": {"dy": {"unit": rng.choice(["kg", "t"])}},
        "sites": {"plant": {"country": "Japan"}},
        "suppliers": {name: {"country": country} for name, country in origins.items()},
        "offers": offers,
        "lanes": {"sea": {"where": {"material": "dy"}, "site": "plant", "freight": rng.choice(["3 %", "5 USD/kg"]),
                          "duty": "2 %", "transit": f"{rng.randint(0, 40)} days"}},
        "contracts": {f"long {name}": random_contract(rng, name) for name in offers if rng.random() < 0.5},
        "stock": {"dy": stock},
        "opening_stock": {"dy": {"material": "dy", "site": "plant", "quantity": f"{rng.randint(0, 25)} t"}},
        "open_orders": orders,
        "demand": {"motors": {"material": "dy", "site": "plant", "need": f"{rng.randint(5, 25)} t/month",
                              "shortage": {"lost": {"share": "30 %", "cost": "1500 USD/kg"},
                                           "stop": {"cost": "9000 USD/kg"}}}},
        "futures": {
            "as now": {"probability": 1 - share},
            "ban": {"probability": share, "restrictions": {"ban": ban}, "changes": {"growth": growth}},
        },
        "rules": {"mix": {"share": {"of": {"each": "origin"}, "basis": rng.choice(["arrivals", "spend"]),
                                    "over": rng.choice(["horizon", "year"]), "at_most": "98 %"}}}
        if rng.random() < 0.3 and not orders
        else {},
    }  # fmt: skip


@pytest.mark.parametrize("seed", [*range(30), 120, 160])
def test_random_scenarios_add_up(seed: int) -> None:
    """Seeds 120 and 160: only the worst outcomes count, and what is settled afterwards must have whole integers."""
    found = solve(random_scenario(seed)).manifest.audit
    assert found.checked > 100
    assert found.worst <= 1e-6


# What was tampered with -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Solved:
    """A plan with what it is checked against."""

    plan: Plan
    case: Case
    tree: Tree

    def change(self, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Plan:
        frame = change(getattr(self.plan, table).copy())
        return replace(self.plan, **{table: frame})


@pytest.fixture(scope="module")
def solved() -> Solved:
    case = resolve(load(EVERYTHING))
    return Solved(solve(EVERYTHING), case, tree_of(case))


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
        audit(solved.change(table, change), solved.case, solved.tree)


# Another case than the one the plan was made for ----------------------------------------------------------------------


def with_offer(name: str, **change: Any) -> Callable[[Case], Case]:
    return lambda case: replace(
        case, offers=tuple(replace(offer, **change) if offer.name == name else offer for offer in case.offers)
    )


def each(part: str, of: Callable[[Any], dict[str, Any]]) -> Callable[[Case], Case]:
    """A case in which every offer, lane, position ... differs."""
    return lambda case: replace(case, **{part: tuple(replace(entry, **of(entry)) for entry in getattr(case, part))})


def with_rule(name: str, kind: str, **limit: Any) -> Callable[[Case], Case]:
    def change(case: Case) -> Case:
        rule = case.rules[name]
        part = getattr(rule, kind).model_copy(update=limit)
        return replace(case, rules={**case.rules, name: rule.model_copy(update={kind: part})})

    return change


def less(entry: Any, field: str, factor: float) -> dict[str, Any]:
    return {field: getattr(entry, field) * factor}


def quantity_of(rule: str, kind: str, side: str, to: str) -> Any:
    scenario = load(EVERYTHING, (f"rules.{rule!r}.{kind}.{side}={to}",))
    return getattr(getattr(scenario.rules[rule], kind), side)


def qualifying(**change: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda offer: (
        {"qualification": replace(offer.qualification, **change)} if offer.qualification is not None else {}
    )


OTHERWISE: dict[str, tuple[Callable[[Case], Case], str]] = {
    "less is sold": (each("offers", lambda offer: less(offer, "spot", 0.5)), "spot_limit"),
    "less is there": (with_offer("south dy", available=np.full(7, 1.0)), "capacity: south dy"),
    "a smaller furnace": (lambda case: replace(case, shared={"mine": np.full(7, 1.0)}), "shared_capacity: mine"),
    "fewer licences": (each("offers", lambda offer: less(offer, "licensable", 0.5)), "licence_limit: south dy into"),
    "larger lots": (each("offers", lambda offer: {"minimum_order": 60.0}), "order_minimum"),
    "slower testing": (each("offers", qualifying(time=6)), "qualified_first"),
    "no testing": (each("offers", qualifying(may_start=np.zeros(7))), "qualification_started"),
    "slower ships": (each("lanes", lambda lane: {"transit": 2}), "arrivals"),
    "less arrives": (each("offers", lambda offer: {"yield_": 0.5}), "arrivals"),
    "slower making": (with_offer("south dy", to_border=2), "border_queue: south dy"),
    "less at the start": (each("positions", lambda position: less(position, "opening", 0.5)), "stock_balance"),
    "a smaller store": (each("positions", lambda position: {"storage": 5.0}), "storage: dysprosium-oxide @ japan"),
    "more need": (each("demands", lambda demand: less(demand, "need", 1.1)), "stock_balance"),
    "smaller contracts": (each("contracts", lambda contract: {"at_most": 1.0}), "contract_at_most"),
    "larger contracts": (each("contracts", lambda contract: {"at_least": 9.0}), "contract_at_least"),
    "dearer offers": (each("offers", lambda offer: less(offer, "price", 1.1)), "price of orders"),
    "dearer storage": (each("positions", lambda position: less(position, "holding", 2.0)), "charge of storage"),
    "dearer duty": (each("lanes", lambda lane: {"duty": 0.2}), "charge of duty"),
    "dearer freight": (each("lanes", lambda lane: less(lane, "freight_share", 2.0)), "charge of freight"),
    "dearer lots": (each("offers", lambda offer: less(offer, "order_cost", 2.0)), "charge of order costs"),
    "dearer signing": (
        each("contracts", lambda contract: {"signing": replace(contract.signing, life=None)}),
        "charge of signing",
    ),
    "a harder floor": (each("contracts", lambda contract: {"take_or_pay": 1.0}), "charge of take-or-pay"),
    "a higher end value": (each("positions", lambda position: {"end_value": 1e4}), "charge of value left at the end"),
    "a longer end": (each("positions", lambda position: {"end_days": 300.0}), "charge of end target missing"),
    "no discount": (lambda case: replace(case, discount=np.ones(7)), "charge of purchases"),
    "a harbour closed": (
        lambda case: with_rule("harbour", "volume", at_most=quantity_of("harbour", "volume", "at_most", "9 t"))(case),
        "rule_at_most: harbour",
    ),
    "a smaller budget": (
        lambda case: with_rule("money", "budget", at_most=quantity_of("money", "budget", "at_most", "9 MUSD"))(case),
        "rule_at_most: money",
    ),
    "a smaller share": (
        lambda case: with_rule(
            "no single country", "share", at_most=quantity_of("no single country", "share", "at_most", "9 %")
        )(case),
        "rule_at_most: no single country: China",
    ),
    "a larger share": (
        lambda case: with_rule("allies", "share", at_least=quantity_of("allies", "share", "at_least", "90 %"))(case),
        "rule_at_least: allies",
    ),
    "more suppliers": (with_rule("two suppliers", "count", at_least=9), "rule_count_at_least: two suppliers"),
    "fewer suppliers": (with_rule("few suppliers", "count", at_most=1), "rule_count_at_most: few suppliers"),
}


@pytest.mark.parametrize(("change", "check"), OTHERWISE.values(), ids=OTHERWISE)
def test_a_plan_for_another_case_is_none(
    change: Callable[[Case], Case], check: str, solved: Solved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every limit and price is read: where the case is another, the check of it fails."""
    monkeypatch.setattr("sourcing.plan.audit.auditing.SHOWN", 99)
    with pytest.raises(SolveError, match=rf"the plan does not add up: .*{check}"):
        audit(solved.plan, change(solved.case), solved.tree)


def test_another_objective_is_an_error(solved: Solved) -> None:
    """Two millionths off is too much; a tenth of a millionth is the noise of the solver."""
    plan = solved.plan
    with pytest.raises(SolveError, match="objective: cost of the plan is off by"):
        audit(replace(plan, cost=plan.cost * (1 + 2e-6)), solved.case, solved.tree)
    assert audit(replace(plan, cost=plan.cost * (1 + 1e-7)), solved.case, solved.tree).worst == pytest.approx(
        1e-7, rel=0.2
    )


def test_a_feasible_plan_may_state_its_cost_too_high_never_too_low(solved: Solved) -> None:
    plan = replace(solved.plan, status="feasible", bound=0.0)
    audit(replace(plan, cost=plan.cost * 1.001), solved.case, solved.tree)
    with pytest.raises(SolveError, match="objective: cost of the plan is off by"):
        audit(replace(plan, cost=plan.cost * 0.999), solved.case, solved.tree)


def test_a_plan_that_does_not_add_up_is_never_given(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    real = advise.measures.futures
    monkeypatch.setattr(advise.measures, "futures", lambda outcome: real(outcome).assign(cost=1.0))
    with pytest.raises(SolveError, match="cost of a future"):
        solve(EVERYTHING)


def test_the_manifest_keeps_the_audit(solved: Solved, tmp_path: Path) -> None:
    again = load_plan(solved.plan.save(tmp_path / "plan"))
    assert again.manifest.audit == solved.plan.manifest.audit
    assert again.manifest.audit.checked > 5000
