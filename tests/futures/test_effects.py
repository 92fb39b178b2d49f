"""Futures: which there are, what each does to the numbers, and from when on they can be told apart."""

import pytest

import sourcing
from sourcing.case import resolve
from sourcing.case.case import Case
from sourcing.futures.effects import differ_at_once, effects, tree_of
from sourcing.pipeline.formulated import state
from tests.building import small

LOST = {"lost": {"cost": "1000 USD/t"}}
BAN = {"where": {"origin": "China"}, "from": "2027-04", "until": "2027-05", "approval": 0}


def case(**parts: object) -> Case:
    """Six months; China at 100 USD/t, Australia at 150 with 8 t a month, half of it without contract."""
    whole = small(
        6,
        suppliers={"south": "China", "reef": "Australia"},
        offers={
            "south": {"price": "100 USD/t", "nameplate": "20 t/month"},
            "reef": {"price": "150 USD/t", "nameplate": "8 t/month", "spot_share": 0.5},
        },
        lane={"freight": "10 USD/t"},
        demand={"motors": {"need": "10 t/month", "shortage": LOST}},
    )
    return resolve(sourcing.load(whole | parts))


def two(**ban: object) -> dict:
    """A calm future and one with a ban."""
    return {"calm": {"probability": 0.6}, "ban": {"probability": 0.4, "restrictions": {"ban": {**BAN, **ban}}}}


def part_in(found: Case) -> list[int]:
    """Month in which each future is first apart from the first one; 0 for never."""
    node_of = tree_of(found).node_of
    return [int((row != node_of[0]).argmax()) + 1 if (row != node_of[0]).any() else 0 for row in node_of]


@pytest.mark.parametrize(
    ("announced", "month"), [({}, 4), ({"announced": "2027-02"}, 2), ({"announced": "2026-10"}, 2)]
)
def test_a_measure_is_seen_from_its_announcement_or_its_first_day(announced: dict, month: int) -> None:
    """Announced before the plan begins it is known in month 1, which is one root all the same: apart from month 2."""
    assert part_in(case(futures=two(**announced))) == [0, month]


@pytest.mark.parametrize(
    ("announced", "begins", "month"),
    [("2027-03", "2027-07", 3), ("2027-03-20", "2030", 3), (None, "2027-07", 0), ("2027-08", "2028", 0)],
)
def test_a_measure_that_begins_after_the_plan_is_seen_from_its_announcement(
    announced: str | None, begins: str, month: int
) -> None:
    """It changes no number of the plan; a future in which it also raises freight in June is told apart by it."""
    when = {"announced": announced, "from": begins, "until": None}
    futures = two(**when)
    rise = {"where": {"material": "dy"}, "field": "freight", "times": 3, "from": "2027-06"}
    futures["ban"]["changes"] = {"rise": rise}
    found = case(futures=futures)
    assert part_in(found) == [0, month or 6]
    assert (effects(found, found.futures[1]).approval == 1).all()
    told = [notice for notice in found.notices if notice.startswith("future ban: ban ")]
    seen = "future ban: ban is announced in"
    assert len(told) == 1
    assert told[0].startswith(seen if month else "future ban: ban lies outside the plan")


@pytest.mark.parametrize(
    ("known", "month"),
    [({}, 6), ({"until_known": True}, 4), ({"until_known": True, "announced": "2027-03"}, 3)],
)
def test_the_end_of_a_measure_is_seen_when_it_comes_unless_it_is_known(known: dict, month: int) -> None:
    """Two bans from April, one until May, one to the end."""
    long = {**BAN, **known, "until": "2027-12"}
    futures = {
        "short": {"probability": 0.5, "restrictions": {"ban": {**BAN, **known}}},
        "long": {"probability": 0.5, "restrictions": {"ban": long}},
    }
    assert part_in(case(futures=futures)) == [0, month]


def test_free_signals_tell_futures_apart_from_their_date() -> None:
    futures = {"calm": {"probability": 0.6}, "ban": {**two()["ban"], "signals": {"2027-03-20": "envoys recalled"}}}
    assert part_in(case(futures=futures)) == [0, 3]


def test_the_same_free_signal_tells_nothing() -> None:
    signals = {"2027-02": "permits seem slow"}
    futures = {name: {**future, "signals": signals} for name, future in two().items()}
    assert part_in(case(futures=futures)) == [0, 4]


def test_a_change_is_seen_like_a_measure() -> None:
    growth = {"where": {"demand": "motors"}, "field": "need", "times": 2, "from": "2027-05"}
    for announced, month in (({}, 5), ({"announced": "2027-03"}, 3)):
        futures = {
            "calm": {"probability": 0.5},
            "boom": {"probability": 0.5, "changes": {"growth": growth | announced}},
        }
        assert part_in(case(futures=futures)) == [0, month]


def test_futures_that_differ_in_the_first_month_have_one_root_with_their_mean() -> None:
    """Price 100 or 200 from January on, 0.6 to 0.4: the first order sees 140, and neither future."""
    futures = two(**{"from": "2027-01", "until": None, "price": 2})
    found = case(futures=futures)
    assert differ_at_once(found)
    assert part_in(found) == [0, 2]
    data = state(found).data
    assert data.price[0, :3] * data.money == pytest.approx([140, 100, 200])
    assert not differ_at_once(case(futures=two()))


def test_a_futures_restrictions_merge_over_those_of_the_file_and_null_lifts_one() -> None:
    """Halted throughout; relief ends it in March, so June sees approval 1; freed never had it."""
    halt = {"halt": {"where": {"origin": "China"}, "approval": 0.5}}
    futures = {
        "as now": {"probability": 0.5},
        "relief": {"probability": 0.3, "restrictions": {"halt": {"until": "2027-03"}}},
        "freed": {"probability": 0.2, "restrictions": {"halt": None}},
    }
    found = case(restrictions=halt, futures=futures)
    approval = [effects(found, future).approval[0].tolist() for future in found.futures]
    assert approval == [[0.5] * 6, [0.5] * 3 + [1] * 3, [1] * 6]


def test_risks_are_independent() -> None:
    """Ban (0.4) and dear freight (0.25): four futures, 0.6 x 0.75, 0.6 x 0.25, 0.4 x 0.75, 0.4 x 0.25."""
    fuel = {"where": {"material": "dy"}, "field": "freight", "times": 3, "from": "2027-02"}
    freight = {"calm": {"probability": 0.75}, "dear": {"probability": 0.25, "changes": {"fuel": fuel}}}
    found = case(risks={"ban": two(), "freight": freight})
    assert [future.name for future in found.futures] == ["calm + calm", "calm + dear", "ban + calm", "ban + dear"]
    assert [future.probability for future in found.futures] == pytest.approx([0.45, 0.15, 0.3, 0.1])
    assert effects(found, found.futures[3]).freight[0].tolist() == [1, 3, 3, 3, 3, 3]
    assert effects(found, found.futures[3]).approval[0].tolist() == [1, 1, 1, 0, 0, 1]


def test_a_future_of_probability_0_is_dropped_and_named() -> None:
    found = case(futures={**two(), "war": {"probability": 0}})
    assert [future.name for future in found.futures] == ["calm", "ban"]
    assert "future war has probability 0: left out" in found.notices


@pytest.mark.parametrize(("as_of", "known"), [("2026-05", 0), ("2026-06", 1), (None, 1)])
def test_as_of_hides_what_was_announced_later(as_of: str | None, known: int) -> None:
    """Announced on 15 June 2026, in force from January: in May nobody knows; by the end of June everybody does."""
    halt = {"halt": {"where": {"origin": "China"}, "announced": "2026-06-15", "from": "2027-01", "approval": 0.5}}
    found = case(restrictions=halt, **({"as_of": as_of} if as_of else {}))
    assert len(found.futures[0].restrictions) == known
    assert any("halt was announced after" in notice for notice in found.notices) == (not known)


def test_as_of_hides_changes_announced_later() -> None:
    growth = {"where": {"demand": "motors"}, "field": "need", "times": 2, "announced": "2026-06-15"}
    for as_of, need in (("2026-06", 20), ("2026-05", 10)):
        found = case(changes={"growth": growth}, as_of=as_of)
        assert effects(found, found.futures[0]).need[0].tolist() == [need] * 6


@pytest.mark.parametrize(
    ("how", "value", "after"), [("times", 2, 200), ("plus", "31 USD/t", 131), ("to", "40 USD/t", 40)]
)
def test_changes_multiply_add_and_replace_by_the_day(how: str, value: object, after: float) -> None:
    """In force from 17 March: 15 of its 31 days."""
    change = {"where": {"offer": "south"}, "field": "price", how: value, "from": "2027-03-17"}
    found = case(changes={"one": change})
    expected = [100, 100, 100 + (after - 100) * 15 / 31, after, after, after]
    assert effects(found, found.futures[0]).price[0] == pytest.approx(expected)


def test_capacity_factors_here_and_elsewhere() -> None:
    """South at 90 % of 20 t; elsewhere reef sells half of what it sold without contract (4 t), and has all it had."""
    squeeze = {"where": {"origin": "China"}, "capacity": 0.9, "capacity_elsewhere": 0.5, "price_elsewhere": 2}
    found = case(restrictions={"squeeze": squeeze})
    now = effects(found, found.futures[0])
    assert now.available[:, 0] == pytest.approx([18, 8])
    assert now.spot[:, 0] == pytest.approx([18, 2])
    assert now.price[:, 0] == pytest.approx([100, 300])


def test_the_order_in_which_a_file_states_things_is_not_seen() -> None:
    """Two futures with the same measures and changes, written the other way round, until one has a third in June."""
    slow, dear = {**BAN, "approval": 0.5}, {**BAN, "approval": None, "price": 2}
    more = {"where": {"end_use": "cars"}, "field": "need", "times": 2, "from": "2027-03"}
    less = {**more, "times": 0.7}
    third = {**BAN, "from": "2027-06", "until": "2027-06"}
    demand = {"motors": {"material": "dy", "site": "japan", "end_use": "cars", "need": "10 t/month", "shortage": LOST}}
    found = case(
        demand=demand,
        futures={
            "one": {"probability": 0.5, "restrictions": {"slow": slow, "dear": dear},
                    "changes": {"more": more, "less": less}},
            "other": {"probability": 0.5, "restrictions": {"dear": dear, "third": third, "slow": slow},
                      "changes": {"less": less, "more": more}},
        },
    )  # fmt: skip
    assert part_in(found) == [0, 6]


@pytest.mark.parametrize(
    ("now", "spot"),
    [({"nameplate": "8 t/month"}, 1.2), ({"nameplate": "0 t/month"}, 1.2), ({"nameplate": None}, 1.2)],
    ids=["from 8 t", "from nothing", "from no limit"],
)
def test_a_change_of_what_is_available_moves_what_is_free_in_proportion(now: dict, spot: float) -> None:
    """Half is sold without contract, a ban elsewhere leaves 60 % of that: of 4 t from May on 4 x 0.5 x 0.6 = 1.2."""
    south = {"supplier": "south", "material": "dy", "price": "100 USD/t", "nameplate": "20 t/month"}
    reef = {"supplier": "reef", "material": "dy", "price": "150 USD/t", "spot_share": 0.5, **now}
    change = {"where": {"origin": "Australia"}, "field": "available", "to": "4 t/month", "from": "2027-05"}
    ban = {**BAN, "until": None, "capacity_elsewhere": 0.6}
    found = case(offers={"south": south, "reef": reef}, restrictions={"ban": ban}, changes={"start": change})
    effect = effects(found, found.futures[0])
    assert effect.available[1, 4] == pytest.approx(4)
    assert effect.spot[1, 4:] == pytest.approx([spot, spot])
