"""Generated futures: what is drawn, what of it is kept, and what the tree makes of it."""

import time
from dataclasses import replace

import numpy as np
import pytest

import sourcing
from sourcing.analyses import plan_context
from sourcing.case import resolve
from sourcing.case.case import Case
from sourcing.errors import ScenarioError
from sourcing.futures.effects import effects, tree_of
from sourcing.pipeline.formulated import state
from sourcing.sampling.licence_rates import LicenceCounts, fitted
from tests.building import small

CALM = {"restrictions": {"halt": None}}
TWO = {
    "states": {"halt": {}, "calm": CALM},
    "initial": "halt",
    "transitions": {"halt": {"calm": "10 %/month"}},
}


def model(**parts: object) -> dict:
    """Six months; China at 100 USD/t, half of it let through while the halt of the file lasts; Australia at 150."""
    whole = small(
        6,
        suppliers={"south": "China", "reef": "Australia"},
        offers={
            "south": {"price": "100 USD/t", "nameplate": "20 t/month"},
            "reef": {"price": "150 USD/t", "nameplate": "8 t/month"},
        },
        demand={"motors": {"need": "10 t/month", "shortage": {"lost": {"cost": "1000 USD/t"}}}},
        restrictions={"halt": {"where": {"origin": "China"}, "approval": 0.5}},
        regimes=TWO,
        sample={"count": 512, "seed": 1, "keep": 100},
    )
    return whole | parts


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
    """One future kept, the halt: to one that ends in June a month of half, in May two, ...; and six for the regime."""
    found = case(sample={"count": 512, "seed": 1, "keep": 6})
    months = {f"halt then calm 2027-0{month}": 7 - month for month in range(2, 7)}
    expected = sum(
        future.probability * (months[future.name] * 0.5 + 6) for future in found.futures if future.name in months
    )
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


def test_a_rare_regime_keeps_its_odds_though_few_are_kept() -> None:
    """A war within the half year: 5 x 2 % less what overlaps; twelve of 512 price paths are kept, and its odds stay."""
    war = {"restrictions": {"war": {"where": {"origin": "China"}, "approval": 0}}}
    chain = {
        "states": {"halt": {}, "war": war},
        "initial": "halt",
        "transitions": {"halt": {"war": "2 %/month"}},
    }
    found = case(regimes=chain, fluctuations={"prices": {"groups": {"china": {"where": {"origin": "China"},
                 "volatility": 0.4}}}}, sample={"count": 512, "seed": 1, "keep": 12})  # fmt: skip
    odds = sum(future.probability for future in found.futures if "war" in future.name)
    assert odds == pytest.approx(1 - 0.98**5, abs=0.01)


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


# Licences -------------------------------------------------------------------------------------------------------------

QUEUE = {"eu": {"row": "licensing/lic-007"}}
LICENSED = {
    "restrictions": {"licensing": {"where": {"origin": "China"}, "licences": "eu"}},
    "licences": QUEUE,
    "regimes": [],
}


def test_a_queue_lets_nothing_through_until_a_licence_comes() -> None:
    """One lot: what is let through is the share of the month licensed, and nothing before the first."""
    found = case(**LICENSED, sample={"count": 256, "seed": 1, "keep": 256}, horizon={"start": "2027-01", "periods": 12})
    assert len(found.futures) > 60
    for future in found.futures:
        let_out = effects(found, future).approval[0]
        reached = effects(found, future).reached[0]
        assert reached.all()  # the normal take is the most, licensed or not
        first = np.flatnonzero(let_out > 0)
        assert not first.size or let_out[: first[0]].max(initial=0) == 0


def test_the_mean_of_what_is_licensed_is_that_of_the_rate() -> None:
    """Valid for good: licensed by day d with 1 - exp(-granted rate x d), for a refusal is filed again; mid-months."""
    queue = {"eu": {**QUEUE["eu"], "valid": "50 years"}}
    found = case(**{**LICENSED, "licences": queue}, sample={"count": 2000, "seed": 1, "keep": 1000})
    mean = sum(future.probability * effects(found, future).approval[0] for future in found.futures)
    days = np.array([15.5, 45, 74.5, 105, 135.5, 166])
    rate = fitted(LicenceCounts(granted=19, refused=1, pending=121, days=183)).rates.granted
    assert mean == pytest.approx(1 - np.exp(-rate * days), abs=0.02)


def test_what_the_data_say_is_said() -> None:
    found = case(**LICENSED)
    (note,) = [note for note in found.notices if note.startswith("licences eu")]
    assert "19 of 141 granted, 1 refused, 121 pending (licensing/lic-007)" in note
    assert "95 % are granted in the end (82 % to 99 %)" in note


def test_single_applications_and_counts_say_the_same_where_they_are_the_same() -> None:
    """Three granted after 10, 20, 40 days, one refused after 20, one pending for 30: 0.75 in the end."""
    days = (("granted", 10), ("granted", 20), ("refused", 20), ("granted", 40))
    applications = {
        f"a{row}": {"filed": "2026-11-01", "decided": f"2026-1{1 + (1 + late) // 31}-{(1 + late - 1) % 30 + 1:02d}",
                    "outcome": outcome}
        for row, (outcome, late) in enumerate(days)
    }  # fmt: skip
    applications["a9"] = {"filed": "2026-12-02", "outcome": "pending"}
    found = case(**{**LICENSED, "licences": {"eu": {"applications": applications}}})
    notes = [note for note in found.notices if note.startswith("licences eu")]
    assert "75 % are granted in the end" in notes[0]
    assert "half are decided within 21 days" in notes[0]  # ln 2 x 120 / 4
    assert "80 % are granted within 90 days" in notes[1]  # as in test_licences.py by Aalen and Johansen


def test_more_lots_let_through_parts() -> None:
    queue = {"eu": {**QUEUE["eu"], "lots": 4, "held": 1}}
    found = case(**{**LICENSED, "licences": queue}, sample={"count": 64, "seed": 1, "keep": 64})
    assert all("eu" in shown for future in found.futures for shown in future.shown)
    assert any("eu 3 of 4" in shown for future in found.futures for shown in future.shown)


# Prices and needs -----------------------------------------------------------------------------------------------------

MOVING = {
    "prices": {
        "groups": {
            "china": {"where": {"origin": "China"}, "volatility": 0.4, "half_life": "2 years", "jumps": {"calm": 0.5}},
            "elsewhere": {"where": {"origin": "Australia"}, "volatility": 0.4},
        },
        "correlation": 0.6,
    },
    "demand": {"programmes": {"cars": {"where": {"demand": "motors"}, "volatility": 0.1, "growth": 1.2}}},
}


def test_prices_and_needs_move_as_factors_and_jump_with_the_regime() -> None:
    """On the mean prices stay where they are, apart from the jump; needs grow by 20 % a year."""
    still = {**MOVING, "prices": {**MOVING["prices"], "groups": {**MOVING["prices"]["groups"]}}}
    still["prices"]["groups"]["china"] = {**MOVING["prices"]["groups"]["china"], "volatility": 0}
    found = case(fluctuations=still, sample={"count": 1000, "seed": 1, "keep": 1000})
    by_future = [(future, effects(found, future)) for future in found.futures]
    mean = sum(future.probability * now.price[1] for future, now in by_future)
    assert mean == pytest.approx([150] * 6, rel=0.01)
    need = sum(future.probability * now.need[0] for future, now in by_future)
    assert need == pytest.approx(10 * 1.2 ** (np.array([0, 31, 59, 90, 120, 151]) / 365.25), rel=0.005)
    now = next(now for future, now in by_future if future.name.startswith("halt then calm 2027-04"))
    fading = 100 * np.exp(np.log(0.5) * 0.5 ** (np.array([0, 30, 61]) / 365.25 / 2))
    assert now.price[0] == pytest.approx([100, 100, 100, *fading])


def test_prices_are_told_apart_by_their_bands() -> None:
    found = case(fluctuations=MOVING, sample={"count": 200, "seed": 1, "keep": 200})
    for future in found.futures:
        ratio = np.log(effects(found, future).price[1] / 150) / np.log(1.5)
        for words, level in zip(future.shown, ratio, strict=True):
            band = int(np.rint(level))
            assert (f"elsewhere {band:+d}" in words) == (band != 0)


# No clairvoyance ------------------------------------------------------------------------------------------------------


def test_no_decision_depends_on_what_no_signal_has_shown() -> None:
    """Two futures show the same until some month. What one of them holds from then on is changed: the tree and the
    data of all nodes before stay as they are, so that no decision there can tell them apart."""
    found = case(fluctuations=MOVING, sample={"count": 64, "seed": 1, "keep": 12})
    data = state(found).data
    tree, future = data.tree, found.futures[0]
    parted = int((tree.node_of != tree.node_of[0]).any(axis=0).argmax())
    assert parted > 0
    prices, needs = future.changes[-3], future.changes[-1]
    later = {name: np.where(np.arange(6) >= 3, 7.0, path) for name, path in prices.amount.items()}
    changed = replace(future, changes=(*future.changes[:-3], replace(prices, amount=later), future.changes[-2], needs))
    other = state(replace(found, futures=(changed, *found.futures[1:]))).data
    assert other.tree.node_of.tolist() == tree.node_of.tolist()
    before = tree.period < 3
    assert other.price[:, before].tolist() == data.price[:, before].tolist()
    assert other.need[:, before].tolist() == data.need[:, before].tolist()
    assert other.price[0, tree.node_of[0, 3]] > data.price[0, tree.node_of[0, 3]]


def test_numbers_of_a_node_are_the_weighted_mean_of_its_futures() -> None:
    found = case(fluctuations=MOVING, sample={"count": 64, "seed": 1, "keep": 12})
    data = state(found).data
    tree = data.tree
    shared = 0
    for node in range(tree.nodes):
        inside = np.flatnonzero(tree.node_of[:, tree.period[node]] == node)
        shared += len(inside) > 1
        each = np.array([effects(found, found.futures[row]).price[:, tree.period[node]] for row in inside])
        odds = np.array([found.futures[row].probability for row in inside])
        assert data.price[:, node] * data.money == pytest.approx(odds @ each / odds.sum())
        assert len({found.futures[row].shown[1 : tree.period[node] + 1] for row in inside}) == 1
    assert shared > 5


def test_loading_is_fast() -> None:
    """500 samples of eighteen months with prices, within two seconds of processor time."""
    whole = sourcing.load(model(fluctuations=MOVING, horizon={"start": "2027-01", "periods": 18},
                                sample={"count": 500, "seed": 1, "keep": 40}))  # fmt: skip
    began = time.process_time()
    resolve(whole)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("parts", "cause"),
    [
        ({**LICENSED, "licences": {}}, "there are no licences 'eu'"),
        ({**LICENSED, "licences": {"eu": {}}}, "nothing says what became of applications"),
        ({**LICENSED, "licences": {"eu": {"row": "licensing/lic-005"}}}, "take one of licensing/lic-007"),
        ({**LICENSED, "licences": {"eu": {"row": "licensing/lic-999"}}}, "no row 'lic-999'"),
        (
            {**LICENSED, "restrictions": {"l": {"where": {"origin": "China"}, "licences": "eu", "approval": 0.5}}},
            "and so does approval",
        ),
        (
            {**LICENSED, "licences": {"eu": {"counts": {"granted": 0, "from": "2025-04", "until": "2025-09"}}}},
            "none was granted",
        ),
        (
            {**LICENSED, "licences": {"eu": {"applications": {"a": {"filed": "2026-02", "outcome": "granted"}}}}},
            "what is decided has a day",
        ),
        ({**LICENSED, "licences": {"eu": {**QUEUE["eu"], "valid": "0 days"}}}, "less than a day"),
        ({**LICENSED, "licences": {"eu": {**QUEUE["eu"], "renewed": "6 months"}}}, "before it is granted"),
        (
            {"fluctuations": {"prices": {"groups": {"a": {"where": {"origin": "China"}, "volatility": 1e9}}}}},
            "wider than anything moves",
        ),
        (
            {"fluctuations": {"demand": {"programmes": {"a": {"where": {"demand": "motors"}, "volatility": 0.1,
                                                           "growth": 0}}}}},
            "beyond anything seen",
        ),
        (
            {"fluctuations": {"prices": {"groups": {"a": {"where": {"origin": "Chile"}, "volatility": 0.1}}}}},
            "no origin is 'Chile'",
        ),
        (
            {"fluctuations": {"prices": {"groups": {"a": {"where": {"material": "dy"}, "volatility": 0.1},
                                                 "b": {"where": {"origin": "China"}, "volatility": 0.1}}}}},
            "south moves with 'a' already",
        ),
        (
            {"fluctuations": {"prices": {"groups": {"a": {"where": {"origin": "China"}, "volatility": 0.1,
                                                       "jumps": {"war": 2}}}}}},
            "there is no state 'war'",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_named(parts: dict, cause: str) -> None:
    assert cause in problems(**parts)


def test_regimes_of_a_chain_have_the_odds_of_its_futures() -> None:
    """The halt is left with 10 % a month: by hand 0.9^t at the end of month t, 0.9^5 throughout."""
    frame = plan_context.regimes(case())
    halt, calm = (frame[frame["regime"] == name] for name in ("halt", "calm"))
    assert halt["probability"].tolist() == pytest.approx([0.9**month for month in range(6)], abs=0.01)
    assert (halt["probability"].to_numpy() + calm["probability"].to_numpy()).tolist() == pytest.approx([1.0] * 6)
    assert calm["odds_ever"].iloc[0] == pytest.approx(1 - 0.9**5, abs=0.01)
    assert halt["futures"].iloc[0].startswith("halt")


def test_measures_of_typed_futures_have_the_odds_in_which_they_hold() -> None:
    """The file's halt ends with February in one future of 30 %; mid-February on it is half a month."""
    typed = {
        "relief": {"probability": 0.3, "restrictions": {"halt": {"until": "2027-02-14"}}},
        "as now": {"probability": 0.7},
    }
    parts = model(futures=typed)
    frame = plan_context.regimes(
        resolve(sourcing.load({k: v for k, v in parts.items() if k not in ("regimes", "sample")}))
    )
    assert frame["regime"].unique().tolist() == ["halt"]
    assert frame["probability"].tolist() == pytest.approx([1.0, 0.7 + 0.3 * 14 / 28, *[0.7] * 4])
    assert frame["odds_ever"].tolist() == pytest.approx([1.0] * 6)
    assert frame["futures"].iloc[0] == "relief, as now"
