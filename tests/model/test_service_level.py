"""Limits on what may be missed: by hand, and their limiting cases."""

from typing import Any

import pytest

import sourcing
from sourcing.errors import ScenarioError, SolveError
from tests.building import small

# 10 t needed in each of two months after the first. In the ban, one chance in four, only B sells: 10 t a month at 300
# USD/kg; missing costs 200, so that all 20 t are missed there. Else A sells at 100 and nothing is missed.
BAN: dict[str, Any] = small(
    3,
    site="plant",
    suppliers={"a": "China", "b": "Malaysia"},
    offers={
        "from a": {"supplier": "a", "price": "100 USD/kg"},
        "from b": {"supplier": "b", "price": "300 USD/kg", "expected": "10 t/month"},
    },
    stock={"dy": {"storage": "0 t", "end": {"value": "0 USD/kg"}}},
    demand={"motors": {"need": {"2027-02": "10 t/month"}, "shortage": {"lost": {"cost": "200 USD/kg"}}}},
    futures={
        "calm": {"probability": 0.75},
        "ban": {
            "probability": 0.25,
            "restrictions": {"ban": {"where": {"supplier": "a"}, "from": "2027-02", "approval": 0}},
        },
    },
)
FREE = 0.75 * 20 * 100e3 + 0.25 * 20 * 200e3  # nothing asked


def cost(**service: str) -> float:
    asked = {"service": {"motors": service}} if service else {}
    return sourcing.solve({**BAN, "risk": asked}, gap=1e-9).cost


def test_nothing_asked_misses_all_in_the_ban() -> None:
    assert cost() == pytest.approx(FREE)
    assert cost(on_average="25 %") == cost(at_worst="100 %") == pytest.approx(FREE)  # as it is anyway
    assert cost(served="1 %", probability="75 %") == pytest.approx(FREE)


def test_at_worst() -> None:
    # 60 % may be missed: 8 t are bought at 300 instead of missed at 200, in one future of four.
    assert cost(at_worst="60 %") == pytest.approx(FREE + 0.25 * 8 * 100e3)


def test_on_average() -> None:
    # 10 % of 20 t on average: 8 t of the ban; 12 t are bought there.
    assert cost(on_average="10 %") == pytest.approx(FREE + 0.25 * 12 * 100e3)


def test_a_share_served_with_a_probability() -> None:
    assert cost(served="90 %", probability="75 %") == pytest.approx(FREE)  # the ban may fail
    assert cost(served="90 %", probability="76 %") == pytest.approx(FREE + 0.25 * 18 * 100e3)  # it may not


def test_certainty_is_the_worst_case() -> None:
    assert cost(served="70 %") == pytest.approx(cost(at_worst="30 %"))


def test_with_one_future_the_average_is_the_worst() -> None:
    one = {**BAN, "futures": {"ban": {**BAN["futures"]["ban"], "probability": 1}}}
    found = [
        sourcing.solve({**one, "risk": {"service": {"motors": {key: "35 %"}}}}, gap=1e-9).cost
        for key in ("on_average", "at_worst")
    ]
    assert found[0] == pytest.approx(found[1]) == pytest.approx(20 * 200e3 + 13 * 100e3)


def test_what_cannot_be_served_has_no_plan_and_says_why() -> None:
    scarce = {**BAN, "offers": {**BAN["offers"], "from b": {**BAN["offers"]["from b"], "expected": "4 t/month"}}}
    with pytest.raises(SolveError, match=r"risk\.service"):
        sourcing.solve({**scarce, "risk": {"service": {"motors": {"at_worst": "30 %"}}}})


@pytest.mark.parametrize(
    ("service", "cause"),
    [
        ({"motor": {"at_worst": "5 %"}}, "there is no demand 'motor'"),
        ({"motors": {}}, "it limits nothing"),
        ({"motors": {"at_worst": "5 %", "probability": "90 %"}}, "what must be served is not said"),
        ({"motors": {"at_worst": "500 %"}}, "above 1"),
    ],
)
def test_what_means_nothing_is_told(service: dict[str, Any], cause: str) -> None:
    with pytest.raises(ScenarioError, match=cause):
        sourcing.load({**BAN, "risk": {"service": service}})
