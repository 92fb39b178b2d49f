"""Contracts: what is charged if not taken, at what price, how much, and what capacity is left for them."""

import pytest

import sourcing
from sourcing.case import resolve
from sourcing.outcome import Plan
from sourcing.pipeline.formulated import state
from tests.building import small

LOST = {"lost": {"cost": "5000 USD/t"}}


def scenario(
    contract: dict, *, periods: int = 12, need: object = "10 t/month", offer: dict | None = None, **parts: object
) -> dict:
    """One contract on reef (100 USD/t); south sells without contract, dear. Shortage 5000 USD/t; end stock worth 0."""
    whole = small(
        periods,
        suppliers={"reef": "Australia", "south": "China"},
        offers={
            "reef": {"price": "100 USD/t", "spot_share": 0, "nameplate": "20 t/month", **(offer or {})},
            "south": {"price": "400 USD/t"},
        },
        contracts={"long": {"offer": "reef", **contract}},
        stock={"dy": {"end": {"value": "0 USD/t"}}},
        demand={"motors": {"need": need, "shortage": LOST}},
    )
    return whole | parts


def solve(contract: dict, **parts: object) -> Plan:
    return sourcing.solve(scenario(contract, **parts), gap=1e-9)


def charges(plan: Plan) -> dict[str, float]:
    frame = plan.costs[plan.costs["future"] == "expected"]
    return dict(zip(frame["kind"], frame["charge"], strict=True))


def row(plan: Plan) -> dict:
    return plan.contracts.iloc[0].to_dict()


SIGNED = {"signed": True, "volume": "10 t/month", "price": "100 USD/t"}


def test_take_or_pay_is_charged_on_what_could_have_been_taken() -> None:
    """Half a year of ban: due are 80 % of 10 t in the six months without, 48 t. Needed are 12 t in the year, taken in
    the first half and stored for nothing. Half the price of the 36 t missing: 36 x 50; the 12 t cost 100 each."""
    ban = {"ban": {"where": {"origin": "Australia"}, "from": "2027-07", "approval": 0}}
    plan = solve({**SIGNED, "take_or_pay": "80 %", "shortfall_charge": "50 %"}, need="1 t/month", restrictions=ban)
    assert row(plan)["taken"] == pytest.approx(12)
    assert charges(plan)["take-or-pay"] == pytest.approx(36 * 50)
    assert plan.cost == pytest.approx(12 * 100 + 36 * 50)


def test_due_counts_the_mean_approval_of_a_half_closed_year() -> None:
    """Approval 0.5 in the second half: due 0.8 x (6 x 10 + 6 x 5) = 72 t; nothing needs to be taken but 12 t."""
    half = {"half": {"where": {"origin": "Australia"}, "from": "2027-07", "approval": 0.5}}
    plan = solve({**SIGNED, "take_or_pay": "80 %"}, need="1 t/month", restrictions=half)
    assert charges(plan)["take-or-pay"] + 100 * row(plan)["taken"] == pytest.approx(72 * 100)


INDEX = {"times": 0.9, "floor": "85 USD/t", "cap": "120 USD/t"}
PATH = {"2027-01": "80 USD/t", "2027-02": "100 USD/t", "2027-03": "150 USD/t"}


@pytest.mark.parametrize(
    ("price", "paid"),
    [
        (INDEX, (85, 90, 120)),  # max(72, 85), 90, min(135, 120)
        ({**INDEX, "floor_paid_by": "state"}, (72, 90, 120)),  # the state pays 13 of the 85
        ({**INDEX, "plus": "5 USD/t"}, (85, 95, 120)),  # max(77, 85), 95, min(140, 120)
        ("95 USD/t", (95, 95, 95)),
    ],
    ids=["floor and cap", "floor paid by the state", "plus", "fixed"],
)
def test_the_price_formula(price: object, paid: tuple[float, ...]) -> None:
    """10 t are called each month, all that the contract has and all that is needed."""
    plan = solve({**SIGNED, "price": price}, periods=3, offer={"price": PATH})
    assert plan.cost == pytest.approx(10 * sum(paid))


RANGE = {"at_least": "4 t/month", "at_most": "8 t/month"}


@pytest.mark.parametrize(
    ("need", "decision", "volume", "monthly_cost"),
    [
        ("10 t/month", "sign", 8, 8 * 90 + 2 * 100),  # all of the range, the rest without contract
        ("5 t/month", "sign", 5, 5 * 90),  # as much as is needed
        ("3.5 t/month", "do not sign", 0, 3.5 * 100),  # 4 x 90 would have to be paid
    ],
)
def test_a_volume_in_range_or_nothing_is_signed(need: str, decision: str, volume: float, monthly_cost: float) -> None:
    """All of the volume is paid for, taken or not; without contract the same offer costs 100."""
    contract = {"volume": RANGE, "price": {"times": 0.9}, "take_or_pay": "100 %"}
    plan = solve(contract, need=need, offer={"spot_share": 1})
    assert (row(plan)["decision"], row(plan)["volume"]) == (decision, pytest.approx(volume))
    assert plan.cost == pytest.approx(12 * monthly_cost)


def test_signed_contracts_are_data() -> None:
    """At 200 nobody would sign what is to be had for 100; signed, 10 t a month are paid for, in full, outlay aside."""
    dear = {**SIGNED, "price": "200 USD/t", "take_or_pay": 1, "signing_cost": "1 MUSD"}
    signed = solve(dear, offer={"spot_share": 1})
    assert (row(signed)["decision"], row(signed)["volume"]) == ("signed", 10)
    assert signed.cost == pytest.approx(12 * 10 * 200)
    offered = solve({**dear, "signed": False}, offer={"spot_share": 1})
    assert (row(offered)["decision"], row(offered)["volume"]) == ("do not sign", 0)
    assert offered.cost == pytest.approx(12 * 10 * 100)


def test_contract_years_run_from_the_first_day_of_the_term() -> None:
    """From March 2027 for good, plan until June 2028: reviews after twelve months (due 50 % of 12) and at the end of
    the plan (50 % of 4); accounts start anew in March."""
    contract = {**SIGNED, "from": "2027-03", "take_or_pay": "50 %"}
    found = state(resolve(sourcing.load(scenario(contract, periods=18)))).data
    months = found.case.calendar.labels
    assert [months[node] for node in found.contract_review[0].nonzero()[0]] == ["2028-02", "2028-06"]
    assert found.contract_floor[0][[13, 17]] == pytest.approx([6, 2])
    assert [months[n] for n in range(18) if not found.contract_carry[0][n]] == [
        "2027-01",
        "2027-02",
        "2027-03",
        "2028-03",
    ]


def test_what_is_taken_too_much_in_one_year_does_not_pay_for_the_next() -> None:
    """Year one: 120 t needed and taken, 60 t were due. Year two, six months: none needed, 30 t due at 100 USD."""
    need = {"2027-01": "10 t/month", "2028-01": "0 t/month"}
    plan = solve({**SIGNED, "take_or_pay": "50 %"}, periods=18, need=need)
    assert plan.cost == pytest.approx(120 * 100 + 30 * 100)


def test_calls_stay_within_capacity_and_what_others_take_elsewhere_leaves_contracts_alone() -> None:
    """China is closed and everybody calls reef: of its 10 t half is sold without contract, 40 % of that is left (2 t);
    5 t come under contract. In the other case reef runs at 3 t: all of it is called. 10 t are needed, for 3 months."""
    ban = {"ban": {"where": {"origin": "China"}, "approval": 0, "capacity_elsewhere": 0.4}}
    half = {"nameplate": "10 t/month", "spot_share": 0.5}
    plan = solve({**SIGNED, "volume": "5 t/month"}, periods=3, offer=half, restrictions=ban)
    assert plan.arrivals["quantity"].sum() == pytest.approx(3 * (5 + 2))
    assert row(plan)["taken"] == pytest.approx(15)
    volume = {"at_least": "3 t/month", "at_most": "5 t/month"}
    low = solve({**SIGNED, "volume": volume}, periods=3, offer={"nameplate": "3 t/month"}, restrictions=ban)
    assert row(low)["taken"] == pytest.approx(9)
    assert low.shortage["quantity"].sum() == pytest.approx(21)


@pytest.mark.parametrize(
    ("discount", "share"),
    [("0 %/year", (365 / 365.25) / 2), ("5 %/year", (1 - 1.05 ** -(365 / 365.25)) / (1 - 1.05**-2))],
)
def test_an_outlay_is_charged_with_its_annuity_share(discount: str, share: float) -> None:
    """1000 USD for two years, in a plan of one: a half, or at 5 % the annuity of one year of two. Cash is whole."""
    contract = {"volume": "10 t/month", "price": "100 USD/t", "signing_cost": "1000 USD", "life": "2 years"}
    plan = solve(contract, discount=discount)
    costs = plan.costs[(plan.costs["kind"] == "signing") & (plan.costs["future"] == "expected")].iloc[0]
    assert (costs["charge"], costs["cash"]) == (pytest.approx(1000 * share), 1000)


@pytest.mark.parametrize(("life", "decision"), [({}, "do not sign"), ({"life": "2 years"}, "sign")])
def test_an_outlay_that_lasts_beyond_the_plan_does_not_have_to_pay_within_it(life: dict, decision: str) -> None:
    """Signing saves 10 x 12 x 10 = 1200 USD in the year and costs 2000: too much at once, worth it at a half."""
    contract = {"volume": "10 t/month", "price": "90 USD/t", "signing_cost": "2000 USD", **life}
    assert row(solve(contract, offer={"spot_share": 1}))["decision"] == decision
