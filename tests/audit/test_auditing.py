"""Plans check themselves: every plan adds up, and one that was tampered with is told by the check that finds it."""

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sourcing.audit import AuditedCommitments, audit
from sourcing.case import Case
from sourcing.errors import SolveError
from sourcing.futures import effects as futures
from sourcing.futures.tree import Tree
from sourcing.model.node_data import assembly
from sourcing.outcome import Plan, load_plan
from sourcing.pipeline import plan_scenario, source
from sourcing.pipeline.source import load
from sourcing.scenario import Scenario
from tests.checkout import EVERYTHING, EXAMPLES

solve = partial(plan_scenario.solve, quick=True)  # the audit is of the plan, not of other cases

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


@pytest.mark.parametrize("overrides", VARIANTS, ids=lambda overrides: "; ".join(overrides)[:40] or "as written")
def test_everything_adds_up(overrides: tuple[str, ...]) -> None:
    found = solve(EVERYTHING, overrides=overrides).manifest.audit
    assert found.checked > 300
    assert found.worst <= 1e-6


IN_OTHER_WORDS = [
    ("horizon={start: 2027-01-13, periods: 20, period: week}", "rules=null"),
    ("horizon={start: 2027-02-15, periods: 4, period: quarter}", "rules=null"),
    ("horizon={start: 2027-05, periods: 3, period: year}", "rules=null"),
    ("horizon.start=2028-02",),
    ("size=0.3", "rules=null", "demand.motors.own=false", "opening_stock.dy.own=false"),
    ("as_of=2027-02", "futures.ban.restrictions.ban.announced=2027-03"),
    ("restrictions.slow=null", "futures.ban.signals=null", "futures.ban.restrictions.ban.announced=null",
     "futures.ban.restrictions.later={where: {origin: China}, approval: 0, announced: 2027-02, from: 2039}"),
    ("scope={material: dysprosium-oxide}", "rules=null", "risk.service=null"),
    ("offers.'south dy'.tax=included 13 %", "offers.'lynas dy'.basis=metal"),
    ("materials.dysprosium-oxide.unit=kg", "materials.ndpr-oxide.unit=t"),
    ("offers.'south dy'.nameplate=120 t/quarter", "offers.'south dy'.licensable=1 t/day"),
    ("changes.start={where: {offer: mine dy}, field: available, to: 5 t/month, from: 2027-05-10}",),
    ("changes.dear={where: {stage: separated}, field: price, plus: 30 USD/kg, from: 2027-03-15, until: 2027-05-10}",
     "changes.lost={where: {demand: magnets}, field: shortage_cost, to: 40000 JPY/kg, from: 2027-02}"),
]  # fmt: skip


@pytest.mark.parametrize("overrides", IN_OTHER_WORDS, ids=lambda overrides: "; ".join(overrides)[:50])
def test_it_reads_what_may_be_written(overrides: tuple[str, ...]) -> None:
    """Other periods, units, currencies, dates and sizes, read twice."""
    assert solve(EVERYTHING, overrides=overrides).manifest.audit.worst <= 1e-6


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
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


# A program that is wrong ---------------------------------------------------------------------------------------------


def each(part: str, of: Callable[[Any], dict[str, Any]]) -> Callable[[Case], Case]:
    """A case in which every offer, lane, position ... differs."""
    return lambda case: replace(case, **{part: tuple(replace(entry, **of(entry)) for entry in getattr(case, part))})


def times(field: str, factor: float) -> Callable[[Any], dict[str, Any]]:
    return lambda entry: {field: getattr(entry, field) * factor}


def measures(**change: Any) -> Callable[[Case], Case]:
    """A case in which the measures of all futures differ where they state a number."""

    def changed(measure: Any) -> Any:
        stated = {key: value for key, value in change.items() if getattr(measure, key) == getattr(measure, key)}
        return replace(measure, **stated)

    return each("futures", lambda future: {"restrictions": tuple(map(changed, future.restrictions))})


def steps(demand: Any) -> dict[str, Any]:
    return {"steps": tuple(replace(step, cost=step.cost * 1.01) for step in demand.steps)}


def outlays(contract: Any) -> dict[str, Any]:
    return {"signing": replace(contract.signing, amount=contract.signing.amount * 1.01)}


def lives(offer: Any) -> dict[str, Any]:
    part = offer.qualification
    return {} if part is None else {"qualification": replace(part, outlay=replace(part.outlay, life=9.0))}


def covers(position: Any) -> dict[str, Any]:
    part = position.cover
    return {} if part is None else {"cover": replace(part, days=part.days * 0.9)}


def a_month_earlier(future: Any) -> dict[str, Any]:
    shifted = (replace(part, cover=np.append(part.cover[1:], part.cover[-1])) for part in future.restrictions)
    return {"restrictions": tuple(shifted)}


WRONG_CASE: dict[str, Callable[[Case], Case]] = {
    "a price off by 1 %": each("offers", times("price", 1.01)),
    "a price break off by 1 %": each(
        "offers", lambda offer: {"tiers": offer.tiers and replace(offer.tiers, price=offer.tiers.price * 0.99)}
    ),
    "a need off by 1 %": each("demands", times("need", 1.01)),
    "a need in two units": each(
        "demands", lambda one: {"proportions": tuple((name, ratio * 1.01) for name, ratio in one.proportions)}
    ),
    "a shortage off by 1 %": each("demands", steps),
    "more is sold": each("offers", times("spot_share", 1.2)),
    "more is there": lambda case: replace(
        each("offers", lambda offer: {**times("available", 2)(offer), **times("spot", 2)(offer)})(case), rules={}
    ),
    "a larger furnace": lambda case: replace(case, shared={name: path * 2 for name, path in case.shared.items()}),
    "a larger normal take": each("offers", times("licensable", 2)),
    "approval doubled": measures(approval=1.0),
    "a delay of one period less": measures(delay=0),
    "a ban a month early": each("futures", a_month_earlier),
    "nothing is seized": measures(seizes=False),
    "nothing through links": measures(links=False),
    "no targets": measures(targets=None),
    "nothing happens elsewhere": measures(price_elsewhere=1.0),
    "no shortage of free goods elsewhere": measures(capacity_elsewhere=1.0),
    "no changes": each("futures", lambda future: {"changes": ()}),
    "equal odds": each("futures", lambda future: {"probability": 1 / 6}),
    "faster making": each("offers", lambda offer: {"to_border": 0}),
    "faster ships": each("lanes", lambda lane: {"transit": 0}),
    "nothing is lost": each("offers", lambda offer: {"yield_": 1.0}),
    "freight off by 1 %": each("lanes", lambda one: times("freight", 1.01)(one) | times("freight_share", 1.01)(one)),
    "duty off by 1 %": each("lanes", times("duty", 1.01)),
    "an order cost off by 1 %": each("offers", times("order_cost", 1.01)),
    "a contract's price off by 1 %": each(
        "contracts", lambda one: {"fixed": None if one.fixed is None else one.fixed * 1.01, "times": one.times * 1.01}
    ),
    "a contract's volume": each("contracts", lambda one: times("at_least", 1.01)(one) | times("at_most", 1.01)(one)),
    "a contract's term": each("contracts", lambda one: {"scale": one.scale[0] * np.ones(7), "year": one.year * 0}),
    "a softer floor": each("contracts", times("take_or_pay", 0.9)),
    "a signing off by 1 %": each("contracts", outlays),
    "a qualification over nine years": each("offers", lives),
    "more at the start": each("positions", times("opening", 1.01)),
    "more on its way": each("open_orders", times("quantity", 1.01)),
    "storage off by 1 %": each("positions", times("holding", 1.01)),
    "fewer days of cover": each("positions", covers),
    "another end value": each("positions", lambda one: {"end_value": 101.0}),
    "fewer days at the end": each("positions", times("end_days", 0.9)),
    "a discount off by 1 %": lambda case: replace(case, discount=case.discount**1.01),
    "another rate of interest": lambda case: replace(case, annual_rate=case.annual_rate * 1.1),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG_CASE.values(), ids=WRONG_CASE)
def test_a_wrong_case_is_refused(wrong: Callable[[Case], Case], monkeypatch: pytest.MonkeyPatch) -> None:
    real = source.resolve
    monkeypatch.setattr(source, "resolve", lambda scenario: wrong(real(scenario)))
    with pytest.raises(SolveError, match="the plan does not add up"):
        solve(EVERYTHING)


def wrong_effect(field: str, change: Callable[[Any], Any]) -> Callable[[pytest.MonkeyPatch], None]:
    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        def effects(case: Case, future: Any) -> Any:
            found = futures.effects(case, future)
            return replace(found, **{field: change(getattr(found, field))})

        monkeypatch.setattr("sourcing.model.node_data.assembly.effects", effects)

    return patch


def the_first_of_each_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mean that is none."""

    def mean(tree: Tree, values: Any) -> Any:
        out = np.zeros((values.shape[1], tree.nodes))
        for future in reversed(range(values.shape[0])):
            out[:, tree.node_of[future]] = values[future]
        return out

    monkeypatch.setattr(Tree, "mean", mean)


def foresight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every future is known by its name from the second period on."""
    real = futures.signals
    monkeypatch.setattr(
        "sourcing.futures.effects.signals",
        lambda case, future: [(future.name, seen) for seen in real(case, future)],
    )


def ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """The days of cover are counted from the beginning of a period."""
    real = assembly.need_ahead
    monkeypatch.setattr(assembly, "need_ahead", lambda case, need, days: real(case, np.roll(need, 1, axis=1), days))


def years(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account of a contract is never closed."""
    real = assembly.contract_years

    def changed(*given: Any) -> Any:
        review, carry, floor = real(*given)
        return review, carry, floor * 0.9

    monkeypatch.setattr(assembly, "contract_years", changed)


def annuities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outlays are charged in full."""
    for module in ("contracts", "qualification"):
        full = sys.modules[f"sourcing.model.{module}"]
        monkeypatch.setattr(full, "charged_share", lambda case, outlay, period: 1.0)


WRONG_NUMBERS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "prices": wrong_effect("price", lambda values: values * 1.01),
    "freight": wrong_effect("freight", lambda values: values * 1.01),
    "approval": wrong_effect("approval", lambda values: np.minimum(2 * values, 1)),
    "delay": wrong_effect("delay", lambda values: np.maximum(values - 1, 0)),
    "seizure": wrong_effect("seized", lambda values: values * 0.5),
    "need": wrong_effect("need", lambda values: values * 0.99),
    "shortage": wrong_effect("shortage", lambda values: values * 1.01),
    "release": wrong_effect("released", lambda values: values * 0),
    "mean": the_first_of_each_node,
    "foresight": foresight,
    "cover": ahead,
    "contract years": years,
    "annuities": annuities,
}


def sudden() -> tuple[str, ...]:
    """Nothing is seen of the ban before it begins, and the first need of one future is larger than that of others."""
    more = "{where: {end_use: automotive}, field: need, times: 1.3, until: 2027-01}"
    unseen = ("restrictions.slow=null", "futures.ban.signals=null", "futures.ban.restrictions.ban.announced=null")
    return (*unseen, f"futures.ban.changes={{more: {more}}}")


def test_without_any_of_this_it_adds_up() -> None:
    assert solve(EVERYTHING, overrides=sudden()).manifest.audit.worst <= 1e-6


@pytest.mark.parametrize("patch", WRONG_NUMBERS.values(), ids=WRONG_NUMBERS)
def test_wrong_numbers_of_nodes_are_refused(
    patch: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    patch(monkeypatch)
    with pytest.raises(SolveError, match="the plan does not add up"):
        solve(EVERYTHING, overrides=sudden())


DRAWN = {
    "horizon": {"start": "2027-01", "periods": 5},
    "materials": {"dy": {"unit": "t"}},
    "sites": {"plant": {"country": "Japan"}},
    "suppliers": {"south": {"country": "China"}, "reef": {"country": "Australia"}},
    "offers": {
        "south": {"supplier": "south", "material": "dy", "price": "100 USD/t", "licensable": "12 t/month"},
        "reef": {"supplier": "reef", "material": "dy", "price": "300 USD/t", "nameplate": "4 t/month"},
    },
    "lanes": {"sea": {"where": {"material": "dy"}, "site": "plant"}},
    "demand": {"motors": {"material": "dy", "site": "plant", "need": "10 t/month",
                          "shortage": {"lost": {"cost": "2000 USD/t"}}}},
    "regimes": {
        "states": {"calm": {}, "halt": {"restrictions": {"halt": {"where": {"origin": "China"}, "approval": "20 %",
                                                                  "price_elsewhere": 1.5}}}},
        "initial": "calm",
        "transitions": {"calm": {"halt": "30 %/month"}, "halt": {"calm": "20 %/month"}},
    },
    "sample": {"count": 64, "seed": 1, "keep": 6},
}  # fmt: skip


@pytest.mark.parametrize("wrong", [wrong_effect("price", lambda values: values * 1.01),
                                   wrong_effect("approval", lambda values: np.minimum(2 * values, 1))])  # fmt: skip
def test_what_drawn_futures_do_is_worked_out_again(
    wrong: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their measures are taken as drawn; what these make of the numbers is not."""
    assert solve(DRAWN).manifest.audit.worst <= 1e-6
    wrong(monkeypatch)
    with pytest.raises(SolveError, match="the plan does not add up"):
        solve(DRAWN)


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
    real = plan_scenario.metrics.futures
    monkeypatch.setattr(plan_scenario.metrics, "futures", lambda outcome: real(outcome).assign(cost=1.0))
    with pytest.raises(SolveError, match="cost of a future"):
        solve(EVERYTHING)


def test_the_manifest_keeps_the_audit(solved: Solved, tmp_path: Path) -> None:
    again = load_plan(solved.plan.save(tmp_path / "plan"))
    assert again.manifest.audit == solved.plan.manifest.audit
    assert again.manifest.audit.checked > 5000
