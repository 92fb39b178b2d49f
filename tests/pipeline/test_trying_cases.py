"""What holds in every case tried is told first: probabilities and costs of a shortage at half and at double."""

import pandas as pd
import pytest

import sourcing
from tests.building import small

BAN = {"where": {"origin": "China"}, "from": "2027-02", "approval": 0}


def offered(price: str, probability: float) -> dict:
    """A contract for the whole need at a price, beside a Chinese offer at 100 USD/t that a ban may close. Without
    either a tonne that is missing costs 1,000."""
    return small(
        6,
        title="offered",
        discount="0 %/year",
        suppliers={"south": "China", "reef": "Australia"},
        offers={
            "south": {"price": "100 USD/t", "nameplate": "30 t/month"},
            "reef": {"price": "900 USD/t", "nameplate": "30 t/month", "spot_share": 0},
        },
        stock={"dy": {"storage": "1 t", "end": {"value": "0 USD/t"}}},
        contracts={"frame": {"offer": "reef", "volume": "10 t/month", "price": price, "signing_cost": "9000 USD"}},
        demand={"motors": {"need": "10 t/month", "shortage": {"lost": {"cost": "1000 USD/t"}}}},
        futures={
            "calm": {"probability": 1 - probability},
            "ban": {"probability": probability, "restrictions": {"ban": BAN}},
        },
    )


def contract(plan: sourcing.Plan) -> pd.Series:
    return plan.contracts.iloc[0]


def test_what_holds_in_every_case_is_told_first() -> None:
    """Signing costs 9,000 and saves 49 t x (1000 - 150) = 41,650 in a ban, 17,150 at half of the cost of a shortage:
    at 90 % it pays in all cases."""
    plan = sourcing.solve(offered("150 USD/t", 0.9))
    assert contract(plan)["same_in_cases"] == 1
    assert plan.advice[0] == (
        "The same in all 5 cases tried (probabilities and costs of a shortage, at half and at double): sign frame."
    )


def test_what_turns_is_told_with_how_often_it_holds() -> None:
    """At 30 % the contract is signed; at half of that, or at half of the cost of a shortage, it is not. Tried are the
    costs at half and double, the ban at 15 and 60 %, and the calm, 70 %, at 35 %: double is no probability."""
    plan = sourcing.solve(offered("150 USD/t", 0.3))
    assert contract(plan)["decision"] == "sign"
    assert contract(plan)["same_in_cases"] == pytest.approx(3 / 5)
    assert plan.advice[0] == (
        "Not the same in all 5 cases tried (probabilities and costs of a shortage, at half and at double): sign frame "
        "(in 3 of 5)."
    )


def test_quick_leaves_it_out() -> None:
    plan = sourcing.solve(offered("150 USD/t", 0.3), quick=True)
    assert contract(plan)["same_in_cases"] != contract(plan)["same_in_cases"]
    assert not any("cases tried" in line for line in plan.advice)
