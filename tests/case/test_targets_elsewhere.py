"""A restriction aimed at other countries is felt through the market shared with them, or it is said not to be."""

from typing import Any

import pytest

import sourcing
from sourcing.pipeline.source import prepare
from tests.building import small


def aimed(targets: list[str], **effects: Any) -> dict[str, Any]:
    """Ten tonnes a month from China, or dearer from Australia, which has ten a month for sale."""
    where = {"where": {"origin": "China"}, "targets": targets, "from": "2027-02", **effects}
    return small(
        3,
        discount="0 %/year",
        suppliers={"south": "China", "reef": "Australia"},
        offers={
            "south": {"price": "100 USD/t", "nameplate": "4 t/month", "licensable": "4 t/month"},
            "reef": {"price": "150 USD/t", "nameplate": "10 t/month"},
        },
        stock={"dy": {"storage": "0 t", "end": {"value": "0 USD/t"}}},
        demand={"motors": {"need": "10 t/month", "shortage": {"lost": {"cost": "500 USD/t"}}}},
        restrictions={"ban": where},
    )


@pytest.mark.parametrize(
    ("effects", "cost"),
    [
        (
            {"approval": 0},
            3 * (4 * 100 + 6 * 150),
        ),  # Koreans get nothing from China: that alone changes nothing in Japan
        ({"approval": 0, "price_elsewhere": 2}, 3 * 400 + 900 + 2 * 6 * 300),
        ({"approval": 0, "capacity_elsewhere": 0.5}, 3 * 400 + 900 + 2 * (5 * 150 + 500)),
    ],
)
def test_korean_buyers_are_felt_through_the_suppliers_that_they_call(effects: dict[str, Any], cost: float) -> None:
    assert sourcing.solve(aimed(["South Korea"], **effects)).cost == pytest.approx(cost)


def test_what_changes_nothing_is_said_so() -> None:
    (told,) = (one for one in prepare(aimed(["South Korea"], approval=0)).notices if "South Korea" in one)
    assert told.startswith(
        "restriction ban is aimed at South Korea, where this importer has no site: that changes nothing"
    )
    (felt,) = (one for one in prepare(aimed(["South Korea"], price_elsewhere=2)).notices if "South Korea" in one)
    assert felt.endswith("it is felt through price_elsewhere and capacity_elsewhere alone")


def test_a_country_beside_the_importers_own_needs_an_effect_on_the_market_too() -> None:
    both = ["Japan", "South Korea"]
    (told,) = (one for one in prepare(aimed(both, approval=0)).notices if "South Korea" in one)
    assert "state price_elsewhere or capacity_elsewhere" in told
    assert not [one for one in prepare(aimed(both, approval=0, capacity_elsewhere=0.7)).notices if "South Korea" in one]
