"""The cost by kind is the cost of the program, and the prices are what one more unit is worth."""

import pytest

import sourcing
from sourcing.outcome import Plan
from tests.building import small
from tests.checkout import EVERYTHING

RUSH = {"where": {"origin": "China"}, "from": "2027-03", "price_elsewhere": 2}
LOST = {"lost": {"cost": "1000 USD/t"}}


@pytest.mark.parametrize("also", ["discount=0 %/year", "discount=10 %/year"])
def test_costs_by_kind_sum_to_the_objective(also: str) -> None:
    """On the scenario that goes through every part, with every kind of cost in it."""
    plan = sourcing.solve(EVERYTHING, gap=1e-9, overrides=("risk.weight=0", also))
    expected = plan.costs[plan.costs["future"] == "expected"]
    assert expected["charge"].sum() == pytest.approx(plan.cost, rel=1e-9)
    assert (plan.futures["cost"] @ plan.futures["probability"]) == pytest.approx(plan.cost, rel=1e-9)


def test_the_mean_of_the_kinds_is_that_of_each_future() -> None:
    """With risk weighed: the objective mixes expected cost and the mean of the worst."""
    plan = sourcing.solve(EVERYTHING, gap=1e-9)
    by_future = plan.costs[plan.costs["future"] != "expected"].groupby("future")["charge"].sum()
    cost = plan.futures.set_index("future")
    assert by_future[cost.index].to_numpy() == pytest.approx(cost["cost"].to_numpy(), rel=1e-9)
    risk = plan.risk[plan.risk["subject"] == "cost"].set_index("measure")["value"]
    assert plan.cost == pytest.approx(0.6 * risk["expected"] + 0.4 * risk["mean of the worst 30 %"], rel=1e-6)


def scenario(
    opening: str = "1 t", licensable: str = "8 t/month", nameplate: str = "3 t/month", discount: str = "0 %/year"
) -> dict:
    """Ten tonnes a month for four months: China half approved at 100 USD/t, Australia at 150, the rest lost at 1000."""
    return small(
        4,
        discount=discount,
        suppliers={"south": "China", "reef": "Australia"},
        offers={
            "south": {"price": "100 USD/t", "licensable": licensable},
            "reef": {"price": "150 USD/t", "nameplate": nameplate},
        },
        stock={"dy": {"holding": "2 USD/t/month"}},
        opening_stock={"dy": {"quantity": opening}},
        demand={"motors": {"need": "10 t/month", "shortage": LOST}},
        restrictions={"licences": {"where": {"origin": "China"}, "approval": 0.5}},
        futures={"calm": {"probability": 0.6}, "dear": {"probability": 0.4, "restrictions": {"rush": RUSH}}},
    )


def solve(**changed: str) -> Plan:
    return sourcing.solve(scenario(**changed), gap=1e-9)


def worth(plan: Plan, kind: str, first: bool = False) -> float:
    """Sum of the prices of one kind over the periods, or that of the first."""
    rows = plan.prices[plan.prices["kind"] == kind]["price"]
    return float(rows.iloc[0] if first else rows.sum())


def test_one_more_tonne_in_stock_is_worth_the_first_price_of_the_stock_balance() -> None:
    """It saves a tonne short in January: 1000 USD."""
    plan = solve()
    assert worth(plan, "stock_balance", first=True) == pytest.approx(1000)
    assert plan.cost - solve(opening="2 t").cost == pytest.approx(1000)


def test_one_more_tonne_licensed_is_worth_its_price() -> None:
    """Two tonnes a month more of normal take, half approved: one a month crosses. Cost falls by the four prices."""
    plan = solve()
    assert plan.cost - solve(licensable="10 t/month").cost == pytest.approx(worth(plan, "licence_limit"))
    assert worth(plan, "licence_limit") > 0


def test_one_more_tonne_of_capacity_is_worth_its_price() -> None:
    """One a month more at 150 (or 300 in 4 of 10 cases from March): 850 twice, then 0.6 x 850 + 0.4 x 700 twice."""
    plan = solve()
    assert worth(plan, "spot_limit") == pytest.approx(2 * 850 + 2 * (0.6 * 850 + 0.4 * 700))
    assert plan.cost - solve(nameplate="4 t/month").cost == pytest.approx(worth(plan, "spot_limit"))


def test_prices_are_of_the_day_not_discounted() -> None:
    """At 10 % a year a tonne short costs 1000 in its month; so does the price of the stock balance say, in each."""
    plan = solve(discount="10 %/year")
    assert list(plan.prices[plan.prices["kind"] == "stock_balance"]["price"]) == pytest.approx([1000] * 4)
