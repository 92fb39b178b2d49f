"""What the importer will not accept: each rule binds by its own arithmetic, and says so when it cannot be kept."""

import pytest

import sourcing
from sourcing.errors import SolveError
from sourcing.plan import Plan

LOST = {"lost": {"cost": "1000 USD/t"}}
OFFERS = {
    "south": {"supplier": "south", "material": "dy", "price": "100 USD/t"},
    "reef": {"supplier": "reef", "material": "dy", "price": "150 USD/t"},
}


def scenario(rule: dict, **parts: object) -> dict:
    """Ten tonnes a month for four months: China at 100 USD/t, Australia (allied) at 150. Shortage 1000 USD/t."""
    return {
        "horizon": {"start": "2027-01", "periods": 4},
        "materials": {"dy": {}},
        "sites": {"japan": {"country": "Japan"}},
        "suppliers": {"south": {"country": "China"}, "reef": {"country": "Australia", "tags": "allied"}},
        "offers": OFFERS,
        "lanes": {"all": {"where": {"material": "dy"}, "site": "japan"}},
        "stock": {"dy": {"material": "dy", "site": "japan", "holding": "1 USD/t/month"}},
        "demand": {"motors": {"material": "dy", "site": "japan", "need": "10 t/month", "shortage": LOST}},
        "rules": {"the rule": rule} if rule else {},
        **parts,
    }  # fmt: skip


def solve(rule: dict, **parts: object) -> Plan:
    return sourcing.solve(scenario(rule, **parts), gap=1e-9)


@pytest.mark.parametrize("over", ["period", "horizon", "year"])
@pytest.mark.parametrize(
    "share",
    [
        {"of": {"each": "origin"}, "at_most": "60 %"},
        {"of": {"origin": "China"}, "within": {"material": "dy"}, "at_most": 0.6},
        {"of": {"tag": "allied"}, "each": "material", "at_least": 0.4},
    ],
    ids=["each origin", "one origin", "at least"],
)
def test_a_share_of_arrivals(share: dict, over: str) -> None:
    """Six tenths from China: 6 x 100 + 4 x 150 = 1200 USD a month."""
    plan = solve({"share": {**share, "over": over}})
    assert plan.cost == pytest.approx(4 * 1200)
    assert dict(plan.supplier_mix.set_index("offer")["share"].round(9)) == {"south": 0.6, "reef": 0.4}


def test_a_share_of_spend() -> None:
    """Half of the money: 100 x = 150 (10 - x), x = 6 t from China, 600 USD to each."""
    plan = solve({"share": {"of": {"origin": "China"}, "basis": "spend", "at_most": "50 %", "over": "period"}})
    assert plan.cost == pytest.approx(4 * 1200)


def test_a_share_holds_on_every_path() -> None:
    """60 % over the horizon in each of two futures that part in March: so 60 % of what each one takes."""
    halves = {"calm": {"probability": 0.5}, "dear": {"probability": 0.5, "signals": {"2027-03": "talks fail"}}}
    plan = solve({"share": {"of": {"each": "origin"}, "at_most": 0.6}}, futures=halves)
    taken = plan.arrivals.groupby(["future", "offer"])["quantity"].sum()
    assert taken["calm", "south"] == pytest.approx(24)
    assert taken["dear", "south"] == pytest.approx(24)


TESTS = {"cost": "700 USD", "time": "1 month"}
TO_TEST = {**OFFERS, "reef": {**OFFERS["reef"], "qualification": TESTS}}


@pytest.mark.parametrize(("at_least", "extra"), [(1, 0), (2, 700)])
def test_a_count_makes_a_second_supplier_be_qualified(at_least: int, extra: float) -> None:
    """South needs no test and counts as it is; a second one costs its tests, 700 USD, though nothing is bought."""
    plan = solve({"count": {"of": {"material": "dy"}, "at_least": at_least}}, offers=TO_TEST)
    assert plan.cost == pytest.approx(4000 + extra)


def test_a_count_at_most_leaves_the_others_out() -> None:
    """South closed; reef must be tested first, but no more than one supplier is wanted, and south counts."""
    ban = {"ban": {"where": {"origin": "China"}, "approval": 0}}
    free, one = (
        solve(rule, offers=TO_TEST, restrictions=ban)
        for rule in ({}, {"count": {"of": {"material": "dy"}, "at_most": 1}})
    )
    assert free.cost == pytest.approx(10_000 + 700 + 30 * 150)  # short in January, tested meanwhile
    assert one.cost == pytest.approx(40_000)


@pytest.mark.parametrize(("over", "most"), [("horizon", "3600 USD"), ("year", "3600 USD"), ("period", "900 USD")])
def test_a_budget_counts_price_freight_and_duty(over: str, most: str) -> None:
    """A tonne from China is 100 + 10 freight + 10 duty = 120 USD: the money is enough for 30 of the 40 t."""
    lanes = {"all": {"where": {"material": "dy"}, "site": "japan", "freight": "10 USD/t", "duty": "10 %"}}
    plan = solve({"budget": {"over": over, "at_most": most}}, lanes=lanes)
    assert plan.cost == pytest.approx(30 * 120 + 10 * 1000)


@pytest.mark.parametrize("limit", [{"at_most": "6 t/month"}, {"at_most": "24 t", "over": "horizon"}])
def test_a_volume_at_most(limit: dict) -> None:
    """6 t a month, or 24 t in four months, from China: the other 16 t cost 150."""
    assert solve({"volume": {"of": {"origin": "China"}, **limit}}).cost == pytest.approx(24 * 100 + 16 * 150)


def test_a_volume_at_least() -> None:
    """3 t a month from allies, though they are dearer."""
    plan = solve({"volume": {"of": {"tag": "allied"}, "at_least": "3 t/month"}})
    assert plan.cost == pytest.approx(4 * (7 * 100 + 3 * 150))


@pytest.mark.parametrize(
    "rule",
    [
        {"volume": {"of": {"tag": "allied"}, "at_least": "3 t/month"}},
        {"count": {"of": {"material": "dy"}, "at_least": 3}},
        {"count": {"of": {"material": "dy"}, "at_most": 1}},
    ],
    ids=["volume", "count at least", "count at most"],
)
def test_a_rule_that_cannot_be_kept_is_named(rule: dict) -> None:
    """Allies have 2 t a month; the 10 t a month are firm; there are two suppliers, and both always count."""
    offers = {**OFFERS, "reef": {**OFFERS["reef"], "nameplate": "2 t/month"}}
    demand = {"motors": {"material": "dy", "site": "japan", "need": "10 t/month", "firm": True}}
    with pytest.raises(SolveError, match="the rule"):
        solve(rule, offers=offers, demand=demand)


def test_a_share_that_starves_a_firm_demand_is_named() -> None:
    """Allies have 2 t a month, three tenths of 6.67 t; the 10 t are firm. Without the share they would all come."""
    offers = {**OFFERS, "reef": {**OFFERS["reef"], "nameplate": "2 t/month"}}
    demand = {"motors": {"material": "dy", "site": "japan", "need": "10 t/month", "firm": True}}
    rule = {"share": {"of": {"tag": "allied"}, "at_least": 0.3, "over": "period"}}
    with pytest.raises(SolveError, match="the rule"):
        solve(rule, offers=offers, demand=demand)


def test_of_two_rules_the_one_that_cannot_be_kept_is_named() -> None:
    offers = {**OFFERS, "reef": {**OFFERS["reef"], "nameplate": "2 t/month"}}
    rules = {
        "fine": {"share": {"of": {"origin": "China"}, "at_most": 0.9}},
        "too much": {"volume": {"of": {"tag": "allied"}, "at_least": "3 t/month"}},
    }
    with pytest.raises(SolveError, match=r"rules\.too much") as caught:
        solve({}, rules=rules, offers=offers)
    assert "fine" not in str(caught.value)
