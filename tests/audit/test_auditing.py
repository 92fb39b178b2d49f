"""Plans check themselves: the plans of everything that can be said, of the examples and of random scenarios add up."""

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sourcing.pipeline import plan_scenario
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
