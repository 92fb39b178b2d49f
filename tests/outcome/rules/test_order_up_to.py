"""What is done today, in the same futures: by its rule, within what is possible, never better than the plan."""

import numpy as np
import pytest

import sourcing
from sourcing.case import resolve
from sourcing.outcome.cost_terms import Values
from sourcing.outcome.rules.ladder import todays_rule
from sourcing.outcome.rules.order_up_to import live
from sourcing.pipeline.formulated import Formulated, state

LOST = {"lost": {"cost": "1000 USD/t"}}
ACCOUNTS = ("cost_total", "path_cost_total", "excess_over_threshold")  # what costs come to, not what can be done


def lived(whole: dict) -> tuple[Formulated, Values]:
    stated = state(resolve(sourcing.load(whole)))
    return stated, live(stated.formulation, stated.data, todays_rule(stated.data))


def broken(stated: Formulated, values: Values) -> list[str]:
    """Rows and bounds of the program that the values do not keep."""
    program = stated.program
    x = np.zeros(len(program.cost))
    for name, block in program.columns.items():
        x[block.ids[block.ids >= 0]] = values[name][:, : block.ids.shape[1]][block.ids >= 0]
    activity = program.matrix @ x
    out = (activity < program.row_lower - 1e-6) | (activity > program.row_upper + 1e-6)
    rows = [
        name for name, block in program.rows.items() if name not in ACCOUNTS and out[block.ids[block.ids >= 0]].any()
    ]
    beyond = (x < program.column_lower - 1e-6) | (x > program.column_upper + 1e-6)
    return rows + [name for name, block in program.columns.items() if beyond[block.ids[block.ids >= 0]].any()]


def never_cheaper(whole: dict) -> None:
    plan = sourcing.solve(whole, gap=1e-9)
    expected = plan.baseline[(plan.baseline["subject"] == "cost") & (plan.baseline["measure"] == "expected")].iloc[0]
    assert expected["plan"] == pytest.approx(plan.cost, rel=1e-9)
    assert expected["baseline"] >= plan.cost * (1 - 1e-9) - 1e-6


BAN = {"where": {"origin": "China"}, "from": "2027-01-18", "approval": 0}


def weekly(**parts: object) -> dict:
    """Seven tonnes a week for four weeks, from one Chinese offer, a week to the border; 14 days are held."""
    return {
        "horizon": {"start": "2027-01-04", "periods": 4, "period": "week"},
        "materials": {"dy": {}},
        "sites": {"japan": {"country": "Japan"}},
        "suppliers": {"south": {"country": "China"}},
        "offers": {"south": {"supplier": "south", "material": "dy", "price": "100 USD/t", "nameplate": "30 t/week",
                             "to_border": "7 days"}},
        "lanes": {"all": {"where": {"material": "dy"}, "site": "japan"}},
        "opening_stock": {"dy": {"material": "dy", "site": "japan", "quantity": "14 t"}},
        "demand": {"motors": {"material": "dy", "site": "japan", "need": "7 t/week", "shortage": LOST}},
        "baseline": {"days": "14 days"},
        "futures": {"calm": {"probability": 0.5}, "ban": {"probability": 0.5, "restrictions": {"ban": BAN}}},
        **parts,
    }  # fmt: skip


def test_the_rule_by_hand() -> None:
    """A tonne a day; wanted are 7 days of the week, 7 of the lead time and 14 to hold: 28 t in stock and on the way.

    week 1: stock 14, order 28 - 14 = 14, use 7, left 7, on the way 14
    week 2: 14 arrive, order 28 - 7 - 14 = 7, use 7, left 14, on the way 7
    week 3: calm: order 28 - 14 - 7 = 7, 7 arrive, left 14; ban: they wait, nothing can be sent, left 7
    week 4: calm: order 7, left 14; ban: 7 wait, nothing is ordered, and the 7 left must last for two weeks: use 3.5
    """
    stated, values = lived(weekly())
    by_future = {name: values[name][:, stated.data.tree.node_of][0].tolist() for name in ("order", "stock", "waiting")}
    assert by_future["order"] == [[14, 7, 7, 7], [14, 7, 0, 0]]
    assert by_future["stock"] == [[7, 14, 14, 14], [7, 14, 7, 3.5]]
    assert by_future["waiting"] == [[0, 0, 0, 0], [0, 0, 7, 7]]
    assert broken(stated, values) == []


def test_a_mix_is_followed_and_what_one_cannot_sell_comes_from_the_next() -> None:
    """No lead: 21 t wanted, 14 in stock, 7 to order: 60 % of south, 40 % of reef, of whose 2.8 t only 2 are to be had;
    the 0.8 t missing come from south too."""
    whole = weekly(futures={}, baseline={"days": "14 days", "mix": {"dy": {"south": 0.6, "reef": 0.4}}})
    whole["suppliers"]["reef"] = {"country": "Australia"}
    del whole["offers"]["south"]["to_border"]
    whole["offers"]["reef"] = {"supplier": "reef", "material": "dy", "price": "90 USD/t", "nameplate": "2 t/week"}
    stated, values = lived(whole)
    assert values["order"][:, :2] == pytest.approx(np.array([[5, 5], [2, 2]]))
    assert broken(stated, values) == []


def test_what_was_seized_is_no_longer_on_the_way() -> None:
    """A week on the way, and in week 2 all that arrives is seized. Wanted are 28 t in stock and on the way.

    week 1: stock 14, order 14, use 7, left 7; week 2: 14 are lost, nothing that is sent now arrives, and the 7
    left must last for two weeks: use 3.5; week 3: nothing is on the way, so 28 - 3.5 = 24.5 are ordered
    """
    seizure = {"where": {"origin": "China"}, "from": "2027-01-11", "until": "2027-01-17", "seizes": True}
    whole = weekly(futures={}, restrictions={"seizure": seizure})
    whole["lanes"]["all"]["transit"] = whole["offers"]["south"].pop("to_border")
    stated, values = lived(whole)
    assert values["order"][0, :3].tolist() == [14, 0, 24.5]
    assert broken(stated, values) == []


def test_what_the_store_cannot_hold_is_thrown_away() -> None:
    """30 t arrive in the first week, 14 + 30 - 7 = 37 would be left, 20 fit."""
    store = {"dy": {"material": "dy", "site": "japan", "storage": "20 t"}}
    orders = {"one": {"offer": "south", "site": "japan", "quantity": "30 t", "state": "transit"}}
    stated, values = lived(weekly(stock=store, open_orders=orders))
    assert values["stock"][0, 0] == 20
    assert broken(stated, values) == []


def test_a_contract_that_serves_two_sites_is_called_once() -> None:
    """5 t a week are signed; Japan and Korea want 14 t each in the first week, and nothing is sold without contract."""
    whole = weekly(contracts={"old": {"offer": "south", "signed": True, "volume": "5 t/week", "price": "90 USD/t"}})
    whole["offers"]["south"]["spot_share"] = 0
    whole["sites"]["korea"] = {"country": "South Korea"}
    whole["lanes"]["all"]["site"] = ["japan", "korea"]
    whole["demand"]["korea"] = {**whole["demand"]["motors"], "site": "korea"}
    stated, values = lived(whole)
    assert broken(stated, values) == []


def test_capacity_shared_by_two_offers_is_used_once() -> None:
    """Ten hours a week, one for a tonne of either: two materials of 7 t a week cannot both be bought."""
    whole = weekly(futures={})
    whole["suppliers"]["south"]["capacity"] = "10 /week"
    whole["materials"]["tb"] = {}
    whole["offers"]["south"]["uses"] = "1 /t"
    whole["offers"]["south tb"] = {**whole["offers"]["south"], "material": "tb"}
    whole["lanes"]["tb"] = {"where": {"material": "tb"}, "site": "japan"}
    whole["demand"]["lamps"] = {**whole["demand"]["motors"], "material": "tb"}
    stated, values = lived(whole)
    assert broken(stated, values) == []


def test_smallest_orders_are_kept() -> None:
    """At least 20 t are sold at a time; 14 are wanted."""
    whole = weekly(futures={})
    whole["offers"]["south"]["minimum_order"] = "20 t"
    stated, values = lived(whole)
    assert broken(stated, values) == []


@pytest.mark.parametrize(("kind", "at_80"), [("all units", [14, 0]), ("incremental", [4, 0])])
def test_price_breaks_are_taken_as_an_order_reaches_them(kind: str, at_80: list[float]) -> None:
    """14 t and 7 t are ordered; from 10 t on a tonne costs 80: all 14, or the 4 beyond."""
    whole = weekly(futures={})
    whole["offers"]["south"] |= {"tiers": {"ten": {"above": "10 t", "price": "80 USD/t"}}, "tier_kind": kind}
    stated, values = lived(whole)
    assert values["tier_order"][1, :2].tolist() == at_80
    assert broken(stated, values) == []


def random_case(seed: int) -> dict:
    """Two to four offers with capacities, lead times, licences, a signed contract, cover, a store and two futures."""
    rng = np.random.default_rng(seed)
    names = ["south", "reef", "silmet", "mine"][: rng.integers(2, 5)]
    offers = {
        name: {
            "supplier": name,
            "material": "dy",
            "price": f"{rng.integers(80, 200)} USD/t",
            "nameplate": f"{rng.integers(4, 15)} t/week",
            "spot_share": float(rng.choice([0.5, 1])),
            "to_border": f"{rng.integers(0, 15)} days",
            "yield": float(rng.choice([0.9, 1])),
            "deposit": float(rng.choice([0, 0.3])),
        }
        for name in names
    }
    way = {"where": {"material": "dy"}, "site": "japan", "freight": "5 USD/t", "transit": f"{rng.integers(0, 8)} days"}
    cover = {"days": "14 days", "shortfall_cost": "9 USD/t/week", "release": {"restriction": "ban"}}
    order = {"offer": "south", "site": "japan", "quantity": "7 t"}
    delay = {"delay": "7 days"} if rng.random() < 0.5 else {}
    ban = {**BAN, "approval": float(rng.choice([0, 0.5])), "price_elsewhere": 1.5, **delay}
    contract = {"offer": "reef", "signed": True, "volume": "3 t/week", "price": "95 USD/t", "take_or_pay": 0.7}
    return weekly(
        horizon={"start": "2027-01-04", "periods": 7, "period": "week"},
        suppliers={name: {"country": "China" if name == "south" else "Australia"} for name in names},
        offers=offers,
        lanes={"all": way},
        contracts={"old": contract} if rng.random() < 0.5 else {},
        stock={"dy": {"material": "dy", "site": "japan", "holding": "1 USD/t/week", "cover": cover}},
        open_orders={"one": {**order, "state": str(rng.choice(["making", "waiting", "transit"]))}},
        discount="8 %/year",
        futures={"calm": {"probability": 0.5}, "ban": {"probability": 0.5, "restrictions": {"ban": ban}}},
    )


@pytest.mark.parametrize("seed", range(12))
def test_it_does_what_is_possible_and_is_never_cheaper_than_the_plan(seed: int) -> None:
    whole = random_case(seed)
    assert broken(*lived(whole)) == []
    never_cheaper(whole)
