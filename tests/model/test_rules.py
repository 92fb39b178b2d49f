"""What the importer will not accept: each rule binds by its own arithmetic, and says so when it cannot be kept."""

import pytest

import sourcing
from sourcing.errors import ScenarioError, SolveError
from sourcing.outcome import Plan
from tests.building import small

LOST = {"lost": {"cost": "1000 USD/t"}}
OFFERS = {
    "south": {"supplier": "south", "material": "dy", "price": "100 USD/t"},
    "reef": {"supplier": "reef", "material": "dy", "price": "150 USD/t"},
}


def scenario(rule: dict, **parts: object) -> dict:
    """Ten tonnes a month for four months: China at 100 USD/t, Australia (allied) at 150. Shortage 1000 USD/t."""
    whole = small(
        4,
        suppliers={"south": "China", "reef": {"country": "Australia", "tags": "allied"}},
        offers=OFFERS,
        stock={"dy": {"holding": "1 USD/t/month"}},
        demand={"motors": {"need": "10 t/month", "shortage": LOST}},
        rules={"the rule": rule} if rule else {},
    )
    return whole | parts


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


@pytest.mark.parametrize(
    ("at_least", "share", "extra"), [(1, "30 %", 0), (2, "25 %", 500 + 700), (2, "50 %", 1000 + 700)]
)
def test_a_count_from_below_counts_real_shares(at_least: int, share: str, extra: float) -> None:
    """South needs no test and brings all; a second supplier costs its tests, 700 USD, and 50 USD for each tonne of its
    share of 40 t, none of it in January."""
    plan = solve({"count": {"of": {"material": "dy"}, "at_least": at_least, "each_at_least": share}}, offers=TO_TEST)
    assert plan.cost == pytest.approx(4000 + extra)
    assert (plan.supplier_mix["share"] > 0).sum() == at_least


def test_a_count_holds_in_every_window() -> None:
    """Two tenths from the second one every month: 4 x 2 t dearer by 50. In a year they may come at once, at no less."""
    rule = {"of": {"material": "dy"}, "at_least": 2, "each_at_least": 0.2, "over": "period"}
    plan = solve({"count": rule})
    assert plan.cost == pytest.approx(4000 + 4 * 2 * 50)
    assert plan.arrivals.groupby("period")["offer"].nunique().tolist() == [2, 2, 2, 2]


def test_a_count_by_material_in_tonnes_of_one_and_kilograms_of_the_other() -> None:
    """Of each material a fifth from the second supplier: 8 t of dy at 50 USD/t more, 8 kg of tb at 50 USD/kg more."""
    offers = {
        **OFFERS,
        "south tb": {"supplier": "south", "material": "tb", "price": "100 USD/kg"},
        "reef tb": {"supplier": "reef", "material": "tb", "price": "150 USD/kg"},
    }
    more = {"material": "tb", "site": "japan", "need": "10 kg/month", "shortage": {"lost": {"cost": "1000 USD/kg"}}}
    plan = solve(
        {"count": {"of": {"stage": "separated"}, "each": "material", "at_least": 2, "each_at_least": 0.2}},
        materials={"dy": {"stage": "separated"}, "tb": {"unit": "kg", "stage": "separated"}},
        offers=offers,
        lanes={"all": {"where": {"stage": "separated"}, "site": "japan"}},
        demand={"motors": {"material": "dy", "site": "japan", "need": "10 t/month", "shortage": LOST}, "lamps": more},
    )
    assert plan.cost == pytest.approx(8000 + 8 * 50 + 8 * 50)


def test_a_count_from_above_counts_whoever_is_ordered_from() -> None:
    """South has 6 t a month. With one supplier it is reef, for 40 x 150; with two they share: 24 x 100 + 16 x 150."""
    offers = {**OFFERS, "south": {**OFFERS["south"], "nameplate": "6 t/month"}}
    two, one = (solve({"count": {"of": {"material": "dy"}, "at_most": most}}, offers=offers) for most in (2, 1))
    assert two.cost == pytest.approx(24 * 100 + 16 * 150)
    assert one.cost == pytest.approx(40 * 150)
    assert one.orders["offer"].unique().tolist() == ["reef"]


def test_who_is_used_once_counts_to_the_end_of_the_window() -> None:
    """One supplier a month is no hindrance where south sells in two of the months only, and one in all months is: reef,
    though it is dearer in two of them."""
    sells = {"2027-01": "10 t/month", "2027-03": "0 t/month"}
    offers = {**OFFERS, "south": {**OFFERS["south"], "expected": sells}}
    rule = {"of": {"material": "dy"}, "at_most": 1}
    a_month, in_all = (solve({"count": {**rule, "over": over}}, offers=offers) for over in ("period", "horizon"))
    assert a_month.cost == pytest.approx(20 * 100 + 20 * 150)
    assert in_all.cost == pytest.approx(40 * 150)


def test_a_count_from_above_leaves_what_is_banned_for_another() -> None:
    """South is closed: it is not ordered from, and the one supplier is reef, short in January while it is tested."""
    ban = {"ban": {"where": {"origin": "China"}, "approval": 0}}
    plan = solve({"count": {"of": {"material": "dy"}, "at_most": 1}}, offers=TO_TEST, restrictions=ban)
    assert plan.cost == pytest.approx(10_000 + 700 + 30 * 150)


def test_no_supplier_at_all() -> None:
    """Nobody may be ordered from: a rule that says so is taken at its word."""
    assert solve({"count": {"of": {"material": "dy"}, "at_most": 0}}).cost == pytest.approx(40_000)


IMPOSSIBLE = {
    "no share": ({"at_least": 2}, "each_at_least: 10 %"),
    "too many": (
        {"at_least": 5, "each_at_least": 0.1},
        r"at least 5 suppliers are wanted, 2 are there \(reef, south\)",
    ),
    "more than the most": ({"at_least": 2, "at_most": 1, "each_at_least": 0.1}, "at least 2 suppliers and at most 1"),
    "more than the whole": ({"at_least": 2, "each_at_least": "60 %"}, "2 suppliers of 0.6 each make 1.2 of the whole"),
    "a share of nobody": ({"at_most": 2, "each_at_least": "60 %"}, "add at_least"),
    "a share of nothing": ({"at_least": 2, "each_at_least": "0 %"}, "nothing is no share"),
    "too many of a material": ({"at_least": 3, "each_at_least": 0.1, "each": "material"}, "2 of dy are there"),
}


@pytest.mark.parametrize(("rule", "told"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_a_count_that_cannot_be_kept_is_refused_before_the_solve(rule: dict, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        sourcing.load(scenario({"count": {"of": {"material": "dy"}, **rule}}))


@pytest.mark.parametrize(("over", "most"), [("horizon", "3600 USD"), ("year", "3600 USD"), ("period", "900 USD")])
def test_a_budget_counts_price_freight_and_duty(over: str, most: str) -> None:
    """A tonne from China is 100 + 10 freight + 10 duty = 120 USD: the money is enough for 30 of the 40 t."""
    lanes = {"all": {"where": {"material": "dy"}, "site": "japan", "freight": "10 USD/t", "duty": "10 %"}}
    plan = solve({"budget": {"over": over, "at_most": most}}, lanes=lanes)
    assert plan.cost == pytest.approx(30 * 120 + 10 * 1000)


OIL = {"material": "oil", "site": "plant"}
WAY = {"where": {"material": "oil"}, "site": "plant"}
PAID = {
    # 10 USD/t for 20 t, and 50 USD that leave money for 10 t: 10 t short.
    "order cost": ({"order_cost": "50 USD"}, {}, 150 + 10_000),
    "qualification": ({"qualification": {"cost": "50 USD", "time": "0 days", "decide": "now"}}, {}, 150 + 10_000),
    # 50 USD of cash, of which the two months of ten years are charged: 50 x 59 / 3652.5.
    "qualification with a life": (
        {"qualification": {"cost": "50 USD", "time": "0 days", "decide": "now", "life": "10 years"}},
        {},
        100 + 50 * 59 / 3652.5 + 10_000,
    ),
    "signing": (
        {"spot_share": 0},
        {"contracts": {"c": {"offer": "only", "volume": "10 t/month", "price": "10 USD/t", "signing_cost": "50 USD"}}},
        150 + 10_000,
    ),
    # 40 t are to be taken at 10, and a quarter is paid for what is not: x t cost 10 x + 2.5 (40 - x) = 150, x = 20 / 3.
    "take-or-pay": (
        {"spot_share": 0},
        {
            "contracts": {
                "c": {
                    "offer": "only",
                    "signed": True,
                    "volume": "20 t/month",
                    "price": "10 USD/t",
                    "take_or_pay": 1,
                    "shortfall_charge": 0.25,
                }
            }
        },
        150 + (20 - 20 / 3) * 1000,
    ),
    # 16 t or more at 5: 20 t for 100 USD, which the list price would not let through.
    "price break": ({"tiers": {"many": {"above": "16 t", "price": "5 USD/t"}}}, {}, 100),
    "freight": ({}, {"lanes": {"all": {**WAY, "freight": "5 USD/t"}}}, 150 + 10_000),
    "duty": ({}, {"lanes": {"all": {**WAY, "duty": "50 %"}}}, 150 + 10_000),
    # 20 t in stock, of which 10 lie to the end of January at 6 USD/t, and 90 USD are left for 9 of 10 t in February.
    "storage": (
        {},
        {
            "stock": {"oil": {**OIL, "end": {"value": "0 USD/t"}, "holding": "6 USD/t/month"}},
            "opening_stock": {"tank": {**OIL, "quantity": "20 t"}},
            "demand": {
                "d": {
                    "material": "oil",
                    "site": "plant",
                    "need": {"2027-01": "10 t/month", "2027-02": "20 t/month"},
                    "shortage": LOST,
                }
            },
        },
        150 + 1000,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("offer", "parts", "cost"), PAID.values(), ids=PAID)
def test_a_budget_counts_whatever_is_paid(offer: dict, parts: dict, cost: float) -> None:
    """150 USD for two months of 10 t at 10 USD/t; shortage 1000 USD/t."""
    whole = small(
        2,
        materials={"oil": {}},
        site="plant",
        suppliers={"only": "Chile"},
        offers={"only": {"price": "10 USD/t", **offer}},
        lanes={"all": WAY},
        stock={"oil": {**OIL, "end": {"value": "0 USD/t"}}},
        demand={"d": {"need": "10 t/month", "shortage": LOST}},
        rules={"money": {"budget": {"over": "horizon", "at_most": "150 USD"}}},
    )
    plan = sourcing.solve(whole | parts, gap=1e-9)
    assert plan.cost == pytest.approx(cost)
    paid = plan.costs[plan.costs["future"] == "expected"]["cash"].sum()
    assert paid == pytest.approx(100 if cost == 100 else 150)


def test_a_budget_of_one_supplier_leaves_the_costs_of_others_and_of_storage_alone() -> None:
    """South may cost 1000 USD, its order cost of 100 included, so 9 t; reef has an order cost too, in no budget."""
    offers = {name: {**offer, "order_cost": "100 USD"} for name, offer in OFFERS.items()}
    rule = {"budget": {"of": {"supplier": "south"}, "over": "horizon", "at_most": "1000 USD"}}
    plan = solve(rule, offers=offers, stock={"dy": {"material": "dy", "site": "japan", "holding": "100 USD/t/month"}})
    assert plan.cost == pytest.approx(9 * 100 + 100 + 31 * 150 + 4 * 100)


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
        {"count": {"of": {"material": "dy"}, "at_least": 2, "each_at_least": "30 %"}},
        {"count": {"of": {"material": "dy"}, "at_most": 1}},
    ],
    ids=["volume", "count at least", "count at most"],
)
def test_a_rule_that_cannot_be_kept_is_named(rule: dict) -> None:
    """Allies have 2 t a month, the other 9; the 10 t a month are firm."""
    offers = {
        "south": {**OFFERS["south"], "nameplate": "9 t/month"},
        "reef": {**OFFERS["reef"], "nameplate": "2 t/month"},
    }
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


# Rules that forbid buying ---------------------------------------------------------------------------------------------

FROM_CHINA, ALLIED = {"origin": "China"}, {"tag": "allied"}
NONE_LEFT = {
    "above and below": {
        "a": {"share": {"of": FROM_CHINA, "at_most": 0.2}},
        "b": {"share": {"of": FROM_CHINA, "at_least": 0.5}},
    },
    "too little together": {
        "a": {"share": {"of": FROM_CHINA, "at_most": 0.2}},
        "b": {"share": {"of": ALLIED, "at_most": 0.3}},
    },
    "too much together": {
        "a": {"share": {"of": FROM_CHINA, "at_least": 0.6}},
        "b": {"share": {"of": ALLIED, "at_least": 0.6}},
    },
    "windows": {
        "a": {"share": {"of": FROM_CHINA, "at_most": 0.2, "over": "period"}},
        "b": {"share": {"of": FROM_CHINA, "at_least": 0.5, "over": "horizon"}},
    },
    "spend": {
        "a": {"share": {"of": FROM_CHINA, "basis": "spend", "at_most": 0.2}},
        "b": {"share": {"of": {"supplier": "reef"}, "basis": "spend", "at_most": 0.7}},
    },
    "a number of suppliers": {
        "a": {"share": {"of": FROM_CHINA, "at_most": 0.2}},
        "b": {"count": {"of": {"material": "dy"}, "at_least": 2, "each_at_least": 0.3}},
    },
    "what is nothing": {
        "a": {"share": {"of": {"each": "origin"}, "at_most": 0.9}},
        "b": {"volume": {"of": ALLIED, "over": "horizon", "at_most": "0 t"}},
    },
}


@pytest.mark.parametrize("rules", NONE_LEFT.values(), ids=NONE_LEFT)
def test_rules_that_together_allow_no_purchase_are_named(rules: dict) -> None:
    """A third rule that has nothing to do with it is not named."""
    beside = {"money": {"budget": {"at_most": "1 MUSD"}}}
    with pytest.raises(
        SolveError, match=r"rules\.a .*and rules\.b.* together allow no purchase of dy at japan"
    ) as caught:
        solve({}, rules={**beside, **rules})
    assert "money" not in str(caught.value)


def test_one_rule_may_forbid_all_of_it() -> None:
    """Two origins with two fifths each leave a fifth to nobody; nor is there a second supplier that ever sells."""
    with pytest.raises(SolveError, match=r"rules\.the rule \(.*at most 40 %\) allows no purchase of dy at japan"):
        solve({"share": {"of": {"each": "origin"}, "at_most": 0.4}})
    offers = {**OFFERS, "reef": {**OFFERS["reef"], "nameplate": "0 t/month"}}
    with pytest.raises(SolveError, match=r"rules\.the rule \(.*at most 40 %\) allows no purchase of dy at japan"):
        solve({"share": {"of": FROM_CHINA, "at_most": 0.4}}, offers=offers)


def test_shares_that_leave_one_point_are_kept() -> None:
    """Exactly half from China: 20 x 100 + 20 x 150."""
    half = {"a": {"share": {"of": FROM_CHINA, "at_most": 0.5}}, "b": {"share": {"of": FROM_CHINA, "at_least": 0.5}}}
    assert solve({}, rules=half).cost == pytest.approx(5000)


def test_what_is_in_stock_need_not_be_bought() -> None:
    """With all of the need in stock the same rules forbid nothing that is needed."""
    stock = {"tank": {"material": "dy", "site": "japan", "quantity": "40 t"}}
    plan = solve({}, rules=NONE_LEFT["above and below"], opening_stock=stock, stock={})
    assert plan.shortage["quantity"].sum() == 0


def test_a_rule_that_says_nothing_may_be_bought_is_taken_at_its_word() -> None:
    plan = solve({"volume": {"of": {"material": "dy"}, "over": "horizon", "at_most": "0 t"}})
    assert plan.cost == pytest.approx(40_000)


LOTS = {name: {**offer, "order_cost": "1000 USD", "minimum_order": "5 t"} for name, offer in OFFERS.items()}
TOO_LITTLE = {
    "a budget below one order": {"a": {"budget": {"over": "horizon", "at_most": "900 USD"}}},
    "volumes below the smallest order": {"a": {"volume": {"of": {"material": "dy"}, "at_most": "4 t/month"}}},
    "a budget beside others": {
        "a": {"budget": {"over": "horizon", "at_most": "1800 USD"}},
        "b": {"count": {"of": {"material": "dy"}, "at_least": 2, "each_at_least": 0.3}},
    },
}


@pytest.mark.parametrize("rules", TOO_LITTLE.values(), ids=TOO_LITTLE)
def test_rules_that_leave_too_little_for_one_order_are_named(rules: dict) -> None:
    """An order costs 1000 USD and has 5 t at least."""
    beside = {"beside": {"share": {"of": FROM_CHINA, "at_most": 0.9}}} if len(rules) == 1 else {}
    names = " and ".join(rf"rules\.{name}" for name in rules)
    with pytest.raises(SolveError, match=rf"no plan: {names} (together )?allows? no purchase of dy at japan"):
        solve({}, rules={**rules, **beside}, offers=LOTS)


def test_nothing_is_bought_because_it_does_not_pay() -> None:
    """At 2000 USD a tonne shortage is cheaper, rules or not."""
    offers = {name: {**offer, "price": "2000 USD/t"} for name, offer in OFFERS.items()}
    plan = solve({"share": {"of": FROM_CHINA, "at_most": 0.5}}, offers=offers, stock={})
    assert plan.cost == pytest.approx(40_000)
