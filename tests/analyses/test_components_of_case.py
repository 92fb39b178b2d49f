"""A case in parts that share nothing: the parts give what the whole gives, and what one plant makes stays together."""

from typing import Any

import pytest

from sourcing.analyses.components_of_case import components
from sourcing.pipeline.source import prepare
from tests.building import small

SHORT = {"lost": {"cost": "1000 USD/t"}}


def metals(**plant: str) -> dict[str, Any]:
    """Two metals, each with a need of its own, from two suppliers of which the first makes both."""
    return small(
        2,
        title="two metals",
        materials={"gallium": {"unit": "t"}, "germanium": {"unit": "t"}},
        site="works",
        suppliers={"both": {"country": "China", **plant}, "other": "Canada"},
        offers={
            "gallium": {"supplier": "both", "material": "gallium", "price": "100 USD/t", "uses": "1 /t"},
            "germanium": {"supplier": "both", "material": "germanium", "price": "100 USD/t", "uses": "1 /t"},
            "elsewhere": {"supplier": "other", "material": "germanium", "price": "300 USD/t"},
        },
        lanes={"sea": {"where": {"material": ["gallium", "germanium"]}, "site": "works"}},
        demand={
            name: {"site": "works", "material": name, "need": "10 t/month", "shortage": SHORT}
            for name in ("gallium", "germanium")
        },
    )


def test_what_one_plant_makes_within_its_capacity_stays_together() -> None:
    """Nothing ties the metals but the plant: with a capacity for both, more of one is less of the other."""
    assert [len(part.demands) for part in components(prepare(metals()))] == [1, 1]
    (whole,) = components(prepare(metals(capacity="15 /month")))
    assert [demand.name for demand in whole.demands] == ["gallium", "germanium"]
    assert list(whole.shared) == ["both"]


@pytest.mark.parametrize("plant", [{}, {"capacity": "15 /month"}])
def test_every_offer_and_lane_is_in_one_part(plant: dict[str, str]) -> None:
    case = prepare(metals(**plant))
    parts = components(case)
    assert sorted(offer.name for part in parts for offer in part.offers) == sorted(offer.name for offer in case.offers)
    assert sum(len(part.lanes) for part in parts) == len(case.lanes)
