"""Living: with one future it is the plan; over the futures of a file it comes to the plan's expected cost; what was
seen is taken for the nearest future; nobody beats foresight."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sourcing.analyses.case_solver import CaseSolver
from sourcing.analyses.robustness.beliefs import believed, distance
from sourcing.analyses.robustness.out_of_sample import LEVEL, fresh
from sourcing.analyses.robustness.rolling_planner import RollingPlanner, alone, loosened, ready, repriced
from sourcing.case import Case
from sourcing.case.records import Change, Future
from sourcing.pipeline.source import prepare
from sourcing.solver.highs import Options
from tests.building import small

EXACT = Options(1e-9)

# China at 50 USD/kg and a month of making, B at 150 and no lead time, limited to 6 t a month; need 10 t a month, missed
# at 1000 USD/kg; cost of holding 1 USD/kg a month. A ban comes in April in one future, in June in another.
BAN = {"where": {"supplier": "a"}, "approval": 0, "price_elsewhere": 2}
SCENARIO: dict[str, Any] = small(
    8,
    title="a ban or none",
    site="plant",
    suppliers={"a": "China", "b": "Malaysia"},
    offers={
        "from a": {
            "supplier": "a",
            "price": {"value": "50 USD/kg", "low": 40, "high": 80},
            "expected": "30 t/month",
            "to_border": "1 month",
        },
        "from b": {"supplier": "b", "price": "150 USD/kg", "expected": "6 t/month"},
    },
    opening_stock={"pile": {"quantity": "25 t"}},
    stock={"dy": {"holding": "12 USD/kg/year", "end": {"value": "40 USD/kg"}}},
    demand={"motors": {"need": "10 t/month", "shortage": {"lost": {"cost": "1000 USD/kg"}}}},
    contracts={
        "offtake": {"offer": "from b", "volume": "2 t/month", "price": "160 USD/kg", "take_or_pay": "80 %"},
    },
    futures={
        "calm": {"probability": 0.5},
        "early": {"probability": 0.3, "restrictions": {"ban": {**BAN, "from": "2027-04"}}},
        "late": {"probability": 0.2, "restrictions": {"ban": {**BAN, "from": "2027-06", "until": "2027-07"}}},
    },
)


def case(**changes: Any) -> Case:
    return ready(prepare({**SCENARIO, **changes}))


@pytest.fixture(scope="module")
def importer() -> RollingPlanner:
    return RollingPlanner(case(), EXACT)


def test_a_single_future_lived_is_its_plan() -> None:
    only = case(futures={"early": {**SCENARIO["futures"]["early"], "probability": 1}})
    one = RollingPlanner(only, EXACT)
    found = one.live(only.futures[0])
    assert found.cost == pytest.approx(one.plan.cost, rel=1e-6)
    assert found.unseen == ()


def test_the_futures_of_the_file_lived_come_to_the_expected_cost(importer: RollingPlanner) -> None:
    """Bellman's principle: a plan made anew every month is the old one while what comes was foreseen."""
    found = [importer.live(future) for future in importer.case.futures]
    mean = sum(future.probability * one.cost for future, one in zip(importer.case.futures, found, strict=True))
    assert mean == pytest.approx(importer.plan.cost, rel=1e-6)
    assert [one.unseen for one in found] == [(), (), ()]


def test_nobody_beats_foresight(importer: RollingPlanner) -> None:
    for one in fresh(importer.case, 4, seed=3):
        known = CaseSolver(EXACT).of(alone(loosened(importer.case), one.future)).outcome.future_cost[0]
        assert importer.live(one.future).cost >= known * (1 - 1e-7)


def test_what_is_lived_adds_up_month_by_month(importer: RollingPlanner) -> None:
    """Stock is what was there, and came, less what was used: nothing is bought or missed in hindsight."""
    values = importer.live(fresh(importer.case, 2, seed=5)[1].future).outcome.values
    used = 10 - values["shortage"].sum(axis=0)
    assert np.allclose(values["stock"][0], 25 + np.cumsum(values["arriving"].sum(axis=0) - used), atol=1e-4)


def test_a_rule_that_cannot_be_kept_gives_way() -> None:
    # At most 60 % from B over the plan: kept with A, but not once A is banned for ever, which nobody foresaw.
    rules = {"cap": {"share": {"of": {"supplier": "b"}, "at_most": "60 %"}}}
    ban = case(futures={"ban": {"probability": 1, "restrictions": {"ban": {**BAN, "from": "2027-02"}}}}).futures[0]
    calm = ready(prepare({**SCENARIO, "futures": {"calm": {"probability": 1}}, "rules": rules}), [ban])
    found = RollingPlanner(calm, EXACT).live(ban)
    assert found.unseen[0] == (1, "calm")
    assert set(found.loose) <= set(range(1, 8))
    assert np.isfinite(found.cost)


def test_a_firm_need_is_met_where_it_can_be_and_told_where_not() -> None:
    need = {"motors": {"site": "plant", "material": "dy", "need": "10 t/month", "firm": True}}
    ban = case(futures={"ban": {"probability": 1, "restrictions": {"ban": {**BAN, "from": "2027-02"}}}}).futures[0]
    calm = ready(prepare({**SCENARIO, "futures": {"calm": {"probability": 1}}, "demand": need}), [ban])
    one = RollingPlanner(calm, EXACT)
    assert one.live(calm.futures[0]).failed == ()
    assert one.live(ban).failed == ("motors",)  # 25 t in stock and 6 t a month from B: 73 t at most of 80


# Beliefs ------------------------------------------------------------------------------------------------------------


def named(found: Case, name: str) -> Future:
    return next(future for future in found.futures if future.name == name)


def shifted(future: Future, by: int) -> Future:
    (ban,) = future.restrictions
    cover = np.roll(ban.cover, by)
    cover[:by] = 0.0
    moved = replace(ban, cover=cover, begins=ban.begins + by, known_from=ban.known_from + by)
    return replace(future, name="moved", restrictions=(moved,))


def test_before_anything_is_seen_every_future_is_possible() -> None:
    found = case()
    belief = believed(found, named(found, "late"), 2)
    assert [(one.name, one.probability) for one in belief.futures] == [("calm", 0.5), ("early", 0.3), ("late", 0.2)]
    assert [one.name for one in believed(found, named(found, "late"), 3).futures] == ["calm", "late"]  # no ban in April
    assert [one.probability for one in believed(found, named(found, "late"), 3).futures] == pytest.approx(
        [5 / 7, 2 / 7]
    )
    assert [one.name for one in believed(found, named(found, "late"), 5).futures] == ["late"]


def test_a_ban_a_month_late_is_taken_for_the_nearest_and_goes_on_as_that_says() -> None:
    found = case()
    moved = shifted(named(found, "early"), 1)  # from May, when one was feared for April or June
    belief = believed(found, moved, 4)
    assert ([one.name for one in belief.futures], belief.foreseen) == (["early"], False)
    assert belief.futures[0].restrictions[0].cover.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    later = shifted(named(found, "late"), 1)  # July and August instead of June and July
    (guess,) = believed(found, later, 6).futures
    assert guess.name in ("early", "late")
    assert guess.restrictions[0].cover.tolist()[:7] == [0, 0, 0, 0, 0, 0, 1]


def test_numbers_tell_apart_what_names_do_not() -> None:
    twice = {
        name: {"probability": 0.5, "restrictions": {"ban": {**BAN, "approval": approval, "from": "2027-04"}}}
        for name, approval in (("hard", 0), ("soft", 0.6))
    }
    found = case(futures=twice)
    (soft,) = named(found, "soft").restrictions
    seen = replace(named(found, "soft"), restrictions=(replace(soft, approval=0.5),))
    assert distance(seen, named(found, "hard"), 3) > distance(seen, named(found, "soft"), 3) > 0
    (guess,) = believed(found, seen, 3).futures
    assert (guess.name, guess.restrictions[0].approval) == ("soft", 0.5)  # it goes on with the numbers that were seen


# Fresh futures ------------------------------------------------------------------------------------------------------


def test_fresh_futures_are_those_of_the_file_on_average() -> None:
    found = fresh(case(), 256, seed=1)
    assert [one.future for one in found[:5]] != [one.future for one in fresh(case(), 5, seed=2)]
    share = {name: sum(one.of == name for one in found) / 256 for name in ("calm", "early", "late")}
    assert share == pytest.approx({"calm": 0.5, "early": 0.3, "late": 0.2}, abs=0.01)
    begins = {one.future.restrictions[0].begins for one in found if one.of == "early"}
    assert begins == {1, 2, 3, 4, 5, 6}
    levels = [change.factor for one in found for change in one.future.changes if change.name.startswith(LEVEL)]
    assert 0.8 < min(levels) < 0.85
    assert 1.5 < max(levels) < 1.6
    assert np.mean(levels) == pytest.approx((0.8 + 1 + 1.6) / 3, rel=0.01)  # triangular


def test_fresh_futures_are_the_same_for_a_seed() -> None:
    one, two = fresh(case(), 3, seed=9), fresh(case(), 6, seed=9)
    for first, second in zip(one, two, strict=False):
        assert first.of == second.of
        assert [part.begins for part in first.future.restrictions] == [
            part.begins for part in second.future.restrictions
        ]


def test_stock_missing_at_the_end_is_charged_at_the_prices_of_then() -> None:
    """40 USD/kg as of the decision; prices of China and of B at three and two times that in the last month."""
    stock = {"dy": {**SCENARIO["stock"]["dy"], "end": {"days": "30 days", "shortfall_cost": "40 USD/kg"}}}
    here = case(stock=stock)

    def charge(**levels: tuple[float, int]) -> float:
        """Levels by offer: factor, and the first period in which it holds to the end, or -1 for all but the last."""
        changes = tuple(
            Change(f"{LEVEL} {name}", "price", (f"from {name}",), "times", factor, {}, np.arange(8) >= first, 0)
            if first >= 0
            else Change(f"{LEVEL} {name}", "price", (f"from {name}",), "times", factor, {}, np.arange(8) < 7, 0)
            for name, (factor, first) in levels.items()
        )
        (position,) = repriced(here, replace(here.futures[0], changes=changes)).positions
        return position.end_shortfall_cost

    (stated,) = here.positions
    assert charge() == stated.end_shortfall_cost == pytest.approx(40_000)  # USD/t
    assert charge(a=(3, 2), b=(2, 5)) == pytest.approx(80_000)  # the cheaper rise of the two
    assert charge(a=(3, 2)) == pytest.approx(40_000)  # B has not moved
    assert charge(a=(3, -1), b=(2, -1)) == pytest.approx(40_000)  # over before the end
