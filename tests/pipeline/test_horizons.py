"""Which decisions of now are others where the plan looks one and two years further."""

import pytest

import sourcing
from tests.building import small


def framed(outlay: float, periods: int = 3) -> dict:
    """Ten tonnes a month at 100 USD, or at 90 under a contract with an outlay: it saves 100 USD a month."""
    return small(
        periods,
        title="framed",
        discount="0 %/year",
        suppliers={"reef": "Australia"},
        offers={"reef": {"price": "100 USD/t", "nameplate": "30 t/month"}},
        stock={"dy": {"end": {"value": "0 USD/t"}}},
        contracts={
            "frame": {"offer": "reef", "volume": "10 t/month", "price": "90 USD/t", "signing_cost": f"{outlay} USD"}
        },
        demand={"motors": {"need": "10 t/month", "firm": True}},
    )


@pytest.mark.parametrize(
    ("outlay", "decision", "depends"),
    [
        (200.0, "sign", 0.0),  # pays in two months
        (1000.0, "do not sign", 1.0),  # pays in ten: not in three, but in fifteen
        (2000.0, "do not sign", 1.0),  # pays in twenty: in 27 alone
        (3000.0, "do not sign", 0.0),  # pays in thirty: in none
    ],
)
def test_what_a_longer_plan_would_decide_otherwise(outlay: float, decision: str, depends: float) -> None:
    plan = sourcing.solve(framed(outlay), stable=True)
    (row,) = plan.contracts.to_dict("records")
    assert (row["decision"], row["depends_on_horizon"]) == (decision, depends)
    told = "Decided otherwise if the plan looks 12 or 24 months further: contract frame."
    same = "Everything is decided now as it would be if the plan looked 12 or 24 months further."
    assert (told if depends else same) in plan.advice


def test_nothing_is_said_where_nobody_asked() -> None:
    plan = sourcing.solve(framed(1000.0))
    assert "depends_on_horizon" not in plan.contracts
    assert not any("further" in line for line in plan.advice)
