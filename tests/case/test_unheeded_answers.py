"""An answer in words changes no number: where the futures leave open what it settles, that is said."""

from typing import Any

import pytest

from sourcing.pipeline.source import prepare

SWITCH = "cn-2025-11-us-ban-suspension"
BAN = {"where": {"origin": "China", "material": ["gallium", "germanium"]}, "from": "2027-04", "approval": 0}


def notes(answer: str = "No, it is back", switch: str = SWITCH, **parts: Any) -> list[str]:
    """What is said of the answer by a small importer of gallium in the United States; two futures differ in a ban."""
    lost = {"lost": {"cost": "9 USD/kg"}}
    scenario = {
        "horizon": {"start": "2027-01", "periods": 6},
        "materials": {"gallium": {"unit": "kg"}, "steel": {}},
        "sites": {"here": {"country": "United States"}},
        "suppliers": {"south": {"country": "China"}, "dowa": {"country": "Japan"}},
        "offers": {
            "south ga": {"supplier": "south", "material": "gallium", "price": "300 USD/kg", "nameplate": "1 t/year"},
            "dowa ga": {"supplier": "dowa", "material": "gallium", "price": "600 USD/kg"},
            "dowa steel": {"supplier": "dowa", "material": "steel", "price": "600 USD/t"},
        },
        "lanes": {"all": {"where": {"material": ["gallium", "steel"]}, "site": "here"}},
        "demand": {
            "chips": {"material": "gallium", "site": "here", "need": "90 kg/month", "shortage": lost},
            "frames": {"material": "steel", "site": "here", "need": "9 t/month", "shortage": lost},
        },
        "futures": futures(),
        "answered": {switch: answer},
        **parts,
    }  # fmt: skip
    return [text for text in prepare(scenario).notices if text.startswith("answered: ")]


def futures(odds: float = 0.4, **changed: Any) -> dict[str, Any]:
    return {
        "renewed": {"probability": 1 - odds},
        "ban returns": {"probability": odds, "restrictions": {"ban": {**BAN, **changed}}},
    }


@pytest.mark.parametrize("answer", ["No, the ban is back in force since 2026-11-27", "Yes, it was renewed"])
def test_an_answer_that_the_futures_leave_open_is_pointed_out(answer: str) -> None:
    """The answer is free text: that the futures still give both odds is wrong whichever it is."""
    (said,) = notes(answer)
    assert f"{SWITCH} ('{answer}')" in said
    assert "'ban' is in force in ban returns (40 %), not in renewed (60 %)" in said
    assert "probability 0, or state what holds under restrictions" in said


def test_futures_that_follow_the_answer_are_not_mentioned() -> None:
    assert notes(futures=futures(odds=1.0)) == []


def test_a_restriction_of_all_futures_settles_it() -> None:
    """Whether pulled in as the regime or typed; but a future that lifts it leaves it open again."""
    for back in ({"regime": "cn-2026-11-us-ban-return"}, {**BAN, "from": "2026-11-28"}):
        assert notes(restrictions={"back": back}) == []
        assert notes(restrictions={"back": back}, futures={}) == []
        lifted = {"renewed": {"probability": 0.5, "restrictions": {"back": None}}, "as now": {"probability": 0.5}}
        (said,) = notes(restrictions={"back": back}, futures=lifted)
        assert "'back' is in force in as now (50 %), not in renewed (50 %)" in said


def test_an_answer_that_nothing_states_is_said_to_change_nothing() -> None:
    after = {"from": "2027-07"}  # the day after the plan
    for nothing in ({}, futures(odds=0.0), futures(targets=["Japan"]), futures(approval=1), futures(**after)):
        (said,) = notes(futures=nothing)
        assert "no restriction and no future states it" in said
        assert "restrictions: {back: {regime: cn-2026-11-us-ban-return}}" in said


@pytest.mark.parametrize(
    "other",
    [
        {"where": {"origin": "Japan"}},
        {"where": {"material": "steel"}},
        {"targets": ["Japan"]},
        {"from": "2025-04"},  # in force before the date of the switch
        {"approval": None, "price": 2},  # holds nothing back
        {"announced": "2027-03"},  # nobody had heard of it when the switch was decided
        {"from": "2027-07"},  # after the plan
    ],
)
def test_measures_about_something_else_leave_nothing_open(other: dict[str, Any]) -> None:
    (said,) = notes(futures=futures(**other))
    assert "no restriction and no future states it" in said


def test_risks_are_groups_of_their_own() -> None:
    calm = {"calm": {"probability": 0.5}, "storm": {"probability": 0.5}}
    (said,) = notes(futures={}, risks={"gallium": futures(), "weather": calm})
    assert "'ban' is in force in ban returns (40 %), not in renewed (60 %)" in said


def test_a_chain_that_still_draws_it() -> None:
    states = {"suspended": {}, "ban": {"restrictions": {"ban": {**BAN, "from": None}}}}
    odds = {"suspended": {"suspended": 0.6, "ban": 0.4}}
    chain = {
        "states": states,
        "initial": "suspended",
        "decisions": {"switch": {"date": "2026-11-27", "outcomes": odds}},
    }
    sample = {"count": 20, "keep": 2}
    (said,) = notes(futures={}, regimes=chain, sample=sample)
    assert "the chain of regimes still draws what happens on 2026-11-27" in said
    later = {**chain, "decisions": {}, "transitions": {"suspended": {"ban": "5 %/month"}}}
    (said,) = notes(futures={}, regimes=later, sample=sample)
    assert "'ban' is in force in ban, not in suspended" in said


def test_an_answer_about_nothing_here() -> None:
    (said,) = notes(sites={"here": {"country": "Japan"}})
    assert said.endswith("for United States: nothing of it is here")


def test_what_only_the_scope_leaves_out_is_not_mentioned() -> None:
    assert notes(scope={"material": "steel"}) == []


def test_what_may_be_a_new_measure_is_not_said_to_contradict_the_answer() -> None:
    """Typed, it may be the ban of the switch or another that is feared; pulled in as the regime it is that one."""
    (said,) = notes("Yes, it was renewed", futures=futures(approval=0.7))
    assert "still leave it open" not in said
    assert said.endswith("if it is a new measure that is feared beside it, leave it as it is")
    back = {"ban returns": {"probability": 0.4, "restrictions": {"ban": {"regime": "cn-2026-11-us-ban-return"}}}}
    (said,) = notes("Yes, it was renewed", futures={"renewed": {"probability": 0.6}, **back})
    assert "the futures still leave it open: 'ban' is in force in ban returns (40 %), not in renewed (60 %)" in said
    assert "new measure" not in said
