"""Generated futures: what is drawn, what of it is kept, and what the tree makes of it."""

import numpy as np
import pytest

import sourcing
from sourcing.case import resolve
from sourcing.case.values import Case
from sourcing.errors import ScenarioError
from sourcing.futures import effects, tree_of

CALM = {"restrictions": {"halt": None}}
TWO = {
    "states": {"halt": {}, "calm": CALM},
    "initial": "halt",
    "transitions": {"halt": {"calm": "10 %/month"}},
}


def model(**parts: object) -> dict:
    """Six months; China at 100 USD/t, half of it let through while the halt of the file lasts; Australia at 150."""
    return {
        "horizon": {"start": "2027-01", "periods": 6},
        "materials": {"dy": {}},
        "sites": {"japan": {"country": "Japan"}},
        "suppliers": {"south": {"country": "China"}, "reef": {"country": "Australia"}},
        "offers": {
            "south": {"supplier": "south", "material": "dy", "price": "100 USD/t", "nameplate": "20 t/month"},
            "reef": {"supplier": "reef", "material": "dy", "price": "150 USD/t", "nameplate": "8 t/month"},
        },
        "lanes": {"all": {"where": {"material": "dy"}, "site": "japan"}},
        "demand": {
            "motors": {
                "material": "dy",
                "site": "japan",
                "need": "10 t/month",
                "shortage": {"lost": {"cost": "1000 USD/t"}},
            }
        },
        "restrictions": {"halt": {"where": {"origin": "China"}, "approval": 0.5}},
        "regimes": TWO,
        "sample": {"count": 512, "seed": 1, "keep": 100},
        **parts,
    }


def case(**parts: object) -> Case:
    return resolve(sourcing.load(model(**parts)))


def approvals(found: Case) -> dict[str, list[float]]:
    """Share let through by south in each month, by future."""
    return {future.name: effects(found, future).approval[0].round(9).tolist() for future in found.futures}


def problems(**parts: object) -> str:
    with pytest.raises(ScenarioError) as caught:
        case(**parts)
    return str(caught.value)


# The chain ------------------------------------------------------------------------------------------------------------


def test_a_chain_of_two_states_gives_a_future_for_each_month_in_which_it_may_move() -> None:
    """The halt ends in February to June or not at all: 0.1, 0.9 x 0.1, ..., 0.9^5; 512 points of Sobol miss by 1 %."""
    found = case()
    odds = {future.name: future.probability for future in found.futures}
    assert odds["halt"] == pytest.approx(0.9**5, abs=0.01)
    for month in range(2, 7):
        assert odds[f"halt then calm 2027-0{month}"] == pytest.approx(0.1 * 0.9 ** (month - 2), abs=0.01)
    assert len(odds) == 6
    assert sum(odds.values()) == pytest.approx(1)
    assert approvals(found)["halt then calm 2027-04"] == [0.5] * 3 + [1.0] * 3


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    def odds(seed: int) -> list[float]:
        return [future.probability for future in case(sample={"count": 50, "seed": seed, "keep": 10}).futures]

    assert odds(1) == odds(1)
    assert odds(1) != odds(2)


@pytest.mark.parametrize(("stay", "first"), [("1 month", 2), ("3 months", 4), ("4 months", 5)])
def test_nobody_leaves_before_the_shortest_stay(stay: str, first: int) -> None:
    """In the halt since January; after three months it may end in April."""
    chain = {**TWO, "states": {"halt": {"stay": stay}, "calm": CALM}}
    names = [future.name for future in case(regimes=chain).futures]
    assert sorted(names)[:2] == ["halt", f"halt then calm 2027-0{first}"]


def test_a_stay_counts_from_when_it_began() -> None:
    """Two of three months are over when the plan begins."""
    chain = {**TWO, "states": {"halt": {"stay": "3 months"}, "calm": CALM}, "since": "2026-11-01"}
    assert "halt then calm 2027-02" in [future.name for future in case(regimes=chain).futures]


def test_a_decision_comes_on_its_day_and_the_chain_does_not_move_otherwise() -> None:
    """The halt ends after 15 February with 0.3: February has 15 of 28 days of it, so 0.5 + 0.5 x 13 / 28 is let out."""
    outcomes = {"halt": {"calm": 0.3, "halt": 0.7}}
    chain = {**TWO, "transitions": {}, "decisions": {"suspension ends": {"date": "2027-02-15", "outcomes": outcomes}}}
    found = case(regimes=chain)
    odds = {future.name: future.probability for future in found.futures}
    assert odds == pytest.approx({"halt": 0.7, "halt then calm 2027-02-16": 0.3}, abs=0.01)
    let_out = approvals(found)["halt then calm 2027-02-16"]
    assert let_out == pytest.approx([0.5, 0.5 + 0.5 * 13 / 28, 1, 1, 1, 1])
    assert [future.shown[1] for future in found.futures] == ["halt", "halt then calm"]


def test_a_decision_outside_the_plan_changes_nothing() -> None:
    outcomes = {"halt": {"calm": 1}}
    for date in ("2026-11-27", "2027-06-30", "2031-01"):
        decided = {**TWO, "transitions": {}, "decisions": {"one": {"date": date, "outcomes": outcomes}}}
        assert [future.name for future in case(regimes=decided).futures] == ["halt"]


def test_in_quarters_a_regime_is_left_with_what_three_months_leave() -> None:
    """1 - 0.9^3 = 0.271 by the second quarter."""
    found = case(regimes=TWO, horizon={"start": "2027-01", "periods": 2, "period": "quarter"})
    odds = {future.name: future.probability for future in found.futures}
    assert odds == pytest.approx({"halt": 0.729, "halt then calm 2027-Q2": 0.271}, abs=0.01)


def test_a_measure_that_two_states_share_runs_on() -> None:
    """The halt of the file holds in both; what the second adds begins with it, and is not known before."""
    dear = {"dear": {"where": {"origin": "China"}, "price": 2}}
    chain = {**TWO, "states": {"halt": {}, "calm": {"restrictions": dear}}}
    future = {future.name: future for future in case(regimes=chain).futures}["halt then calm 2027-04"]
    halt, added = future.restrictions
    assert (halt.begins, halt.cover.tolist()) == (0, [1.0] * 6)
    assert (added.begins, added.known_from, added.cover.tolist()) == (3, 3, [0, 0, 0, 1, 1, 1])


def test_a_state_pulls_regimes_in_without_their_dates() -> None:
    """The embargo of 2010 ended on 2010-11-24; here it lasts as long as the state does."""
    offers = {
        "south": {"supplier": "south", "material": "dysprosium-oxide", "price": "100 USD/t", "nameplate": "20 t/month"}
    }
    need = {"material": "dysprosium-oxide", "site": "japan", "need": "10 t/month"}
    found = case(
        materials={"dysprosium-oxide": {}},
        offers=offers,
        lanes={"all": {"where": {"material": "dysprosium-oxide"}, "site": "japan"}},
        demand={"motors": {**need, "shortage": {"lost": {"cost": "1000 USD/t"}}}},
        restrictions={},
        regimes={**TWO, "states": {"calm": {}, "halt": {"regimes": ["cn-2010-embargo-japan"]}}},
    )
    assert approvals(found)["halt"] == [0.28] * 6
    assert approvals(found)["halt then calm 2027-03"] == [0.28] * 2 + [1.0] * 4


def test_changes_of_a_state_last_as_long_as_it_does() -> None:
    growth = {"growth": {"where": {"demand": "motors"}, "field": "need", "times": 2}}
    found = case(regimes={**TWO, "states": {"halt": {}, "calm": {"changes": growth}}})
    future = {future.name: future for future in found.futures}["halt then calm 2027-05"]
    assert effects(found, future).need[0].tolist() == [10, 10, 10, 10, 20, 20]


# The tree -------------------------------------------------------------------------------------------------------------


def test_the_tree_opens_where_the_regime_does() -> None:
    """Six futures that part one after the other: the root, then 2, 3, 4, 5, 6 nodes."""
    tree = tree_of(case())
    assert np.bincount(tree.period).tolist() == [1, 2, 3, 4, 5, 6]


def test_few_are_kept_with_what_is_nearest_to_them_and_the_distance_is_told() -> None:
    """Keep 2 of 6: they take over the others' probability; more futures leave less."""
    left = []
    for keep in (1, 2, 3, 6):
        found = case(sample={"count": 512, "seed": 1, "keep": keep})
        assert found.sampling is not None
        assert (found.sampling.drawn, found.sampling.different, found.sampling.kept) == (512, 6, keep)
        assert sum(future.probability for future in found.futures) == pytest.approx(1)
        left.append(found.sampling.distance)
    assert left == sorted(left, reverse=True)
    assert left[-1] == pytest.approx(0)


def test_the_distance_is_what_hand_arithmetic_makes_it() -> None:
    """One future kept: the halt, likeliest by far. Moved to June 1 month of half, to May 2: sum p_k x k x 0.5 / 1."""
    found = case(sample={"count": 512, "seed": 1, "keep": 6})
    months = {f"halt then calm 2027-0{month}": 7 - month for month in range(2, 7)}
    expected = sum(future.probability * months.get(future.name, 0) * 0.5 for future in found.futures)
    alone = case(sample={"count": 512, "seed": 1, "keep": 1})
    assert [future.name for future in alone.futures] == ["halt"]
    assert alone.sampling is not None
    assert alone.sampling.distance == pytest.approx(expected)


@pytest.mark.parametrize("most", [6, 11, 20, 21])
def test_a_limit_on_nodes_is_kept(most: int) -> None:
    """Whole tree: 21 nodes; a path alone: 6."""
    found = case(sample={"count": 512, "seed": 1, "nodes": most})
    assert tree_of(found).nodes <= most
    assert len(found.futures) == 6 or tree_of(found).nodes > most - 6


def test_a_tolerance_is_kept_with_as_few_as_can_be() -> None:
    found = case(sample={"count": 512, "seed": 1, "tolerance": 0.3})
    assert found.sampling is not None
    assert found.sampling.share <= 0.3
    fewer = case(sample={"count": 512, "seed": 1, "keep": found.sampling.kept - 1}).sampling
    assert fewer is not None
    assert fewer.share > 0.3


def test_generated_futures_solve_like_typed_ones() -> None:
    """Two equal futures, one drawn by a decision of 0.5, one typed: the same cost."""
    outcomes = {"halt": {"calm": 0.5, "halt": 0.5}}
    chain = {**TWO, "transitions": {}, "decisions": {"ends": {"date": "2027-03-31", "outcomes": outcomes}}}
    drawn = sourcing.solve(model(regimes=chain, sample={"count": 2, "seed": 3, "keep": 2}))
    typed = model(
        futures={"a": {"probability": 0.5}, "b": {"probability": 0.5, "restrictions": {"halt": {"until": "2027-03"}}}}
    )
    del typed["regimes"], typed["sample"]
    assert drawn.futures["probability"].tolist() == [0.5, 0.5]
    assert drawn.cost == pytest.approx(sourcing.solve(typed).cost)


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "cause"),
    [
        ({"regimes": {**TWO, "initial": "hlat"}}, "regimes.initial.hlat: there is no state 'hlat'; did you mean halt"),
        ({"regimes": {**TWO, "transitions": {"halt": {"clam": "1 %/month"}}}}, "there is no state 'clam'"),
        ({"regimes": {**TWO, "transitions": {"halt": {"calm": "0.1"}}}}, "has no unit"),
        ({"regimes": {**TWO, "transitions": {"halt": {"calm": "130 %/month"}}}}, "come to 1.3 a month, more than 1"),
        ({"regimes": {**TWO, "transitions": {"halt": {"halt": "1 %/month"}}}}, "left for itself"),
        ({"regimes": {**TWO, "initial": {"halt": 0.5, "calm": 0.4}}}, "sum to 0.9, must be 1"),
        (
            {"regimes": {**TWO, "decisions": {"d": {"date": "2027-02", "outcomes": {"halt": {"calm": 0.5}}}}}},
            "regimes.decisions.d.outcomes.halt sum to 0.5",
        ),
        ({"sample": {"count": 10}}, "nothing says how many futures are kept"),
        ({"sample": {"keep": 3, "nodes": 4}}, "keep and nodes says how many"),
        ({"sample": {"count": 3, "keep": 4}}, "4 of 3 cannot be kept"),
        ({"futures": {"a": {"probability": 1}}}, "futures are typed, and others are generated"),
        ({"regimes": []}, "nothing generates futures"),
        ({"regimes": {"states": {"halt": {"restrictions": {"x": {"where": {"origin": "Chian"}, "price": 2}}}},
                      "initial": "halt"}}, "regimes.states.halt.restrictions.x.where.origin"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(parts: dict, cause: str) -> None:
    assert cause in problems(**parts)


def test_a_chain_without_a_sample_asks_for_one() -> None:
    whole = model()
    del whole["sample"]
    with pytest.raises(ScenarioError, match="how many futures are drawn is not said"):
        sourcing.load(whole)
