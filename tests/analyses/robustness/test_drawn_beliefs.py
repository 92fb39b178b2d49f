"""Stress of scenarios that generate their futures: what is drawn afresh, for which branch of the tree it is taken, and
what that comes to."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from sourcing.analyses.case_solver import CaseSolver
from sourcing.analyses.robustness.drawn_beliefs import DrawnBeliefs
from sourcing.analyses.robustness.out_of_sample import named, redrawn
from sourcing.analyses.robustness.rolling_planner import RollingPlanner, alone, loosened, ready
from sourcing.analyses.robustness.stress import stress
from sourcing.analyses.robustness.stress_sentences import BEST, FORESIGHT, LIVED, THE_SAME
from sourcing.analyses.tradeoffs.value import KNOWN, value
from sourcing.case import Case
from sourcing.case.generation.drawn_courses import DrawnCourses
from sourcing.case.generation.generated import afresh, firsts, kept_of
from sourcing.cli.stress_command import command
from sourcing.futures.effects import effects
from sourcing.pipeline.source import prepare
from tests.analyses.robustness.test_rolling_planner import BAN, EXACT, SCENARIO

# A ban begins with 20 % a month and ends with 10 %; or it is certain in April and holds.
CHAIN = {
    "states": {"calm": {}, "ban": {"restrictions": {"ban": BAN}}},
    "initial": "calm",
    "transitions": {"calm": {"ban": "20 %/month"}, "ban": {"calm": "10 %/month"}},
}
CERTAIN = {
    "states": CHAIN["states"],
    "initial": "calm",
    "decisions": {"april": {"date": "2027-03-31", "outcomes": {"calm": {"ban": 1}}}},
}
PRICES = {
    "prices": {
        "groups": {"China": {"where": {"origin": "China"}, "volatility": 0.4, "half_life": "6 months"}},
        "band": 2,
    }
}


def scenario(**parts: Any) -> dict[str, Any]:
    rest = {key: part for key, part in SCENARIO.items() if key != "futures"}
    return {**rest, "regimes": CHAIN, "sample": {"count": 512, "seed": 1, "keep": 512}, **parts}


def few(**parts: Any) -> dict[str, Any]:
    return scenario(sample={"count": 512, "seed": 1, "keep": 6}, **parts)


def drawn(case: Case, count: int, seed: int) -> DrawnCourses:
    found = redrawn(case, count, seed)
    assert found is not None
    return found


# What is drawn --------------------------------------------------------------------------------------------------------


def test_regimes_come_as_often_as_powers_of_the_matrix_say() -> None:
    matrix, count = np.array([[0.8, 0.2], [0.1, 0.9]]), 1000
    states = drawn(prepare(few()), count, seed=3).drawn.states
    for month in range(states.shape[1]):
        odds = np.linalg.matrix_power(matrix, month)[0, 1]
        assert abs((states[:, month] == 1).mean() - odds) <= 3 * np.sqrt(odds * (1 - odds) / count) + 1e-12


def test_a_seed_draws_the_same_and_never_the_sample_of_the_file() -> None:
    """The file's seed is 1. Its points and those of --seed 1 are two scramblings, as independent as any two."""
    case = prepare(few(fluctuations=PRICES))
    own = kept_of(case)
    assert own.names == tuple(future.name for future in case.futures)
    again, same, other = (drawn(case, 64, seed).drawn.factors[:, 0] for seed in (1, 1, 2))
    assert (again == same).all()
    assert not np.isin(np.round(again[:, 1:], 9), np.round(other[:, 1:], 9)).any()
    assert not np.isin(np.round(again[:, 1:], 9), np.round(own.drawn.factors[:, 0, 1:], 9)).any()
    assert not np.isin(np.round(again[:, 1:], 9), np.round(afresh(case, 64, 1, 1).drawn.factors[:, 0, 1:], 9)).any()


def test_equal_futures_are_known_as_such() -> None:
    found = drawn(prepare(few()), 200, seed=1)
    first = firsts(found)
    assert (first <= np.arange(200)).all()
    assert (found.drawn.states[first] == found.drawn.states).all()
    assert len(set(first)) == len({tuple(row) for row in found.drawn.states.tolist()})


def test_typed_futures_are_not_redrawn() -> None:
    assert redrawn(prepare(SCENARIO), 8, 1) is None


# What is believed -----------------------------------------------------------------------------------------------------


def lived_on(case: Case, count: int = 64) -> tuple[DrawnBeliefs, DrawnCourses]:
    found = drawn(case, count, seed=1)
    return DrawnBeliefs(kept_of(case), found), found


def test_what_the_tree_shows_is_believed_with_its_odds() -> None:
    """After two calm months all futures that were calm so far may come, in proportion."""
    case = prepare(scenario())
    believe, found = lived_on(case)
    calm = next(future for future in found.futures if future.shown[:3] == ("calm",) * 3)
    belief = believe(case, calm, 2)
    like = [future for future in case.futures if future.shown[:3] == ("calm",) * 3]
    total = sum(future.probability for future in like)
    assert belief.foreseen
    assert [one.name for one in belief.futures] == [one.name for one in like]
    assert [one.probability for one in belief.futures] == pytest.approx([one.probability / total for one in like])


def test_a_ban_that_no_future_has_then_goes_on_until_the_nearest_next_changes() -> None:
    """One future is kept; where it is calm when a ban has come, the ban holds until that one moves, or to the end."""
    case = prepare(scenario(sample={"count": 512, "seed": 1, "keep": 1}))
    believe, found = lived_on(case)
    kept = kept_of(case).drawn.states[0]
    future, course = next(
        (future, row)
        for future, row in zip(found.futures, found.drawn.states, strict=True)
        if row[1] == 1 and kept[1] == 0
    )
    belief = believe(case, future, 1)
    (only,) = belief.futures
    moves = next((step for step in range(2, 8) if kept[step] != kept[1]), 8)
    expected = [course[0], course[1], *[1] * (moves - 2), *kept[moves:]]
    assert not belief.foreseen
    assert (effects(case, only).approval[0] == 1 - np.array(expected)).all()


def test_prices_go_on_from_where_they_are_seen_and_come_back_as_the_process_says() -> None:
    """Half of the distance to the course of the future believed is gone after six months, in logarithms."""
    calm = {"states": {"calm": {}}, "initial": "calm"}
    case = prepare(scenario(regimes=calm, fluctuations=PRICES, sample={"count": 64, "seed": 1, "keep": 4}))
    believe, found = lived_on(case)
    kept = kept_of(case)
    future = found.futures[5]
    lived = future.changes[0].amount["from a"]
    belief = believe(case, future, 1)
    for one in belief.futures:
        own = kept.drawn.factors[kept.names.index(one.name), 0]
        path = one.changes[0].amount["from a"]
        assert path[:2].tolist() == lived[:2].tolist()
        apart = np.log(path / own)
        years = np.array([0, 28, 59, 89, 120, 150]) / 365.25  # from 1 February to the first of each month until July
        assert apart[1] == pytest.approx(np.log(lived[1] / own[1]))
        assert apart[1:7] == pytest.approx(apart[1] * 0.5 ** (years / 0.5), rel=1e-6)


# What it comes to -----------------------------------------------------------------------------------------------------


def test_one_certain_course_costs_what_the_plan_costs() -> None:
    found = stress(scenario(regimes=CERTAIN), futures=16, live=4, replications=2, gap=1e-9)
    assert found.futures["lived_cost"].notna().sum() == 4
    cost = found.courses.set_index("course")["expected_cost"]
    plan = RollingPlanner(ready(prepare(scenario(regimes=CERTAIN))), EXACT).plan.cost
    assert found.futures["made_from"].unique().tolist() == ["calm then ban 2027-04"]
    assert found.futures["months_unseen"].dropna().eq(0).all()
    assert cost[[FORESIGHT, LIVED, THE_SAME]].tolist() == pytest.approx([plan] * 3, rel=1e-6)
    assert found.replications[["expected_cost", "cost_known"]].to_numpy() == pytest.approx(plan, rel=1e-6)
    assert found.gaps.set_index("course").loc[BEST, ["extra_cost", "cost_low"]].tolist() == pytest.approx(
        [0, 0], abs=plan * 1e-6
    )


def test_the_futures_kept_lived_come_to_the_expected_cost_of_the_plan() -> None:
    """Bellman's principle, as for typed futures: what was seen is a node of the tree in every month."""
    case = prepare(few())
    kept = kept_of(case)
    importer = RollingPlanner(ready(case), EXACT, DrawnBeliefs(kept, kept))
    found = [importer.live(future) for future in kept.futures]
    assert kept.probability @ [one.cost for one in found] == pytest.approx(importer.plan.cost, rel=1e-6)
    assert {one.unseen for one in found} == {()}


def test_foresight_in_fresh_futures_comes_to_wait_and_see() -> None:
    """Every path that was drawn is kept, so that what the file knows of each future is nearly all there is to know."""
    whole = {**scenario(), "horizon": {"start": "2027-01", "periods": 5}}
    wait = float(value(whole).courses.set_index("course").loc[KNOWN, "expected_cost"])
    found = {count: stress(whole, futures=count, live=2, replications=0, gap=1e-6) for count in (32, 512)}
    rows = {count: one.courses.set_index("course").loc[FORESIGHT] for count, one in found.items()}
    half = {count: row["cost_high"] - row["expected_cost"] for count, row in rows.items()}
    assert half[32] / half[512] == pytest.approx(4, rel=0.3)  # the root of 16
    for count, row in rows.items():
        assert abs(row["expected_cost"] - wait) <= half[count] * 3 / 2


def test_nobody_beats_foresight_when_prices_and_needs_move() -> None:
    needs = {"programmes": {"all": {"where": {"demand": "motors"}, "volatility": 0.2}}}
    case = prepare(few(fluctuations={**PRICES, "demand": needs}))
    believe, found = lived_on(case, 8)
    made = ready(case, [found.everything])
    importer = RollingPlanner(made, EXACT, believe)
    for one in named(found)[:3]:
        known = CaseSolver(EXACT).of(alone(loosened(made), one.future)).cost
        assert importer.live(one.future).cost >= known * (1 - 1e-7)


def test_licences_that_come_within_the_first_month_are_lived() -> None:
    """Lots licensed at the end of the first month are seen; how long each was is not, and may hold back the plan."""
    halted = {"halt": {"where": {"supplier": "a"}, "licences": "queue"}}
    queue = {"counts": {"granted": 40, "refused": 5, "pending": 20, "from": "2026-01-01", "until": "2026-06-30"},
             "lots": 2, "held": 0.5, "valid": "3 months", "renewed": "30 days"}  # fmt: skip
    parts = scenario(
        regimes={}, restrictions=halted, licences={"queue": queue}, sample={"count": 64, "seed": 1, "keep": 8}
    )
    found = stress(
        {key: part for key, part in parts.items() if part != {}}, futures=6, live=4, replications=0, gap=1e-6
    )
    lived = found.futures.dropna()
    assert len(lived) == 4
    assert (lived["lived_cost"] >= lived["best_cost"] * (1 - 1e-6)).all()


# How it is asked ------------------------------------------------------------------------------------------------------


def test_fluctuations_change_nothing() -> None:
    short = {**few(fluctuations=PRICES), "horizon": {"start": "2027-01", "periods": 3}}
    one, two = (stress(short, futures=24, live=2, replications=2, workers=workers) for workers in (1, 2))
    assert one.sentences == two.sentences
    for (name, frame), (_, other) in zip(one.tables(), two.tables(), strict=True):
        assert frame.equals(other), name


@pytest.mark.parametrize(("asked", "cause"), [({"replications": 1}, "replications"), ({"seed": -1}, "below 0")])
def test_what_cannot_be_asked_is_named(asked: dict[str, int], cause: str) -> None:
    with pytest.raises(Exception, match=cause):
        stress(few(), futures=4, live=2, **asked)


def test_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(json.dumps(few()), encoding="utf-8")  # JSON is YAML
    arguments = [str(file), "--futures", "8", "--live", "2", "--replications", "2", "--quiet", "--format", "json"]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.output)
    assert len(answer["replications"]) == 2
    assert any("a better plan could save" in line for line in answer["sentences"])
