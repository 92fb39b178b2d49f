"""Orders of now behind a border that lets nothing through: what is to be expected of them, and what is lost if not."""

import pytest

import sourcing
from tests.building import small

HALT = {"where": {"origin": "China"}, "approval": 0, "basis": "observed"}


def halted(relief: float) -> dict:
    """Ten tonnes a month are needed, 1,000 USD each where they are missing; the only offer takes a month to the border,
    where nothing leaves before March, and with the probability of relief from then on. A tenth is deposit."""
    return small(
        3,
        title="halted",
        discount="0 %/year",
        suppliers={"south": "China"},
        offers={
            "south": {
                "price": "100 USD/t",
                "nameplate": "10 t/month",
                "licensable": "10 t/month",
                "to_border": "2 months",
                "deposit": "10 %",
            }
        },
        stock={"dy": {"end": {"value": "0 USD/t"}}},
        demand={"motors": {"need": "10 t/month", "shortage": {"lost": {"cost": "1000 USD/t"}}}},
        restrictions={"halt": HALT},
        futures={
            "stays": {"probability": 1 - relief},
            "relief": {"probability": relief, "restrictions": {"halt": {"until": "2027-02"}}},
        },
    )


def test_what_is_ordered_behind_a_closed_border_is_told_with_its_odds() -> None:
    """Ten tonnes are ordered for March, of which 40 % are to be expected; a tenth of 1,000 USD is lost else."""
    plan = sourcing.solve(halted(0.4), quick=True)
    (line,) = (line for line in plan.advice if line.startswith("Of the"))
    assert line == (
        "Of the 10 t of dy ordered now 10 t are under halt: expect 4 t of them, on average, past the border within "
        "the plan; if none comes, 100 USD of what is paid is lost."
    )


@pytest.mark.parametrize("relief", [0.96, 0.0001])
def test_nothing_is_said_of_what_is_sure_or_not_ordered(relief: float) -> None:
    assert not any(line.startswith("Of the") for line in sourcing.solve(halted(relief), quick=True).advice)
