"""frontier: its ends are the plans that count one thing alone, its points and its knee are worked out by hand."""

import copy
import itertools
import json
from pathlib import Path

import pytest

import sourcing
from sourcing.analyses.tradeoffs.frontier import Frontier, frontier
from sourcing.analyses.tradeoffs.pareto import efficient, knee
from sourcing.cli import main
from sourcing.errors import ScenarioError
from tests.building import small
from tests.checkout import EXAMPLES

# For each of two materials: need 10 t in each of 2 months. `south` sells 10 t a month at 60 USD/kg, in a ban (0.4)
# nothing in the second month; `reef` sells at 100 USD/kg after a qualification, to be started now or never.
#
#                            calm                  ban                       expected   worst
# dy, short at 200 USD/kg    1.2                   0.6 + 2.0         = 2.6   1.76       2.6     MUSD
#     qualify for 0.5        1.2 + 0.5 = 1.7       0.6 + 1.0 + 0.5   = 2.1   1.86       2.1
# tb, short at 300 USD/kg    1.2                   0.6 + 3.0         = 3.6   2.16       3.6
#     qualify for 0.9        1.2 + 0.9 = 2.1       0.6 + 1.0 + 0.9   = 2.5   2.26       2.5
#
# A: none 3.92, 6.2; B: tb alone 4.02, 5.1; C: both 4.12, 4.6. dy alone, 4.02 and 5.7, is beaten by B.
SHORT, QUALIFY = {"dy": 200, "tb": 300}, {"dy": "0.5 MUSD", "tb": "0.9 MUSD"}
BAN = {"where": {"supplier": "south"}, "from": "2027-02", "capacity": 0}
BANNED = small(
    2,
    title="banned",
    materials={name: {"unit": "t"} for name in SHORT},
    site="plant",
    suppliers={"south": "China", "reef": "Australia"},
    offers={
        f"{supplier} {name}": {"supplier": supplier, "material": name, "price": price}
        | ({"nameplate": "10 t/month"} if supplier == "south" else {})
        | ({"qualification": {"cost": QUALIFY[name], "time": "1 month", "decide": "now"}} if supplier == "reef" else {})
        for supplier, price in (("south", "60 USD/kg"), ("reef", "100 USD/kg"))
        for name in SHORT
    },
    demand={
        name: {"material": name, "need": "10 t/month", "shortage": {"lost": {"cost": f"{cost} USD/kg"}}}
        for name, cost in SHORT.items()
    },
    futures={"calm": {"probability": 0.6}, "ban": {"probability": 0.4, "restrictions": {"ban": BAN}}},
)
M = 1e6


@pytest.fixture(scope="module")
def found() -> Frontier:
    return frontier(BANNED)


def test_the_points_by_hand(found: Frontier) -> None:
    assert found.risk["point"].tolist() == ["A", "B", "C", "this plan"]
    assert found.risk["expected_cost"].tolist() == pytest.approx([3.92 * M, 4.02 * M, 4.12 * M, 3.92 * M])
    assert found.risk["worst_cost"].tolist() == pytest.approx([6.2 * M, 5.1 * M, 4.6 * M, 6.2 * M])
    # B is found with the weights for which A and C are equally good: 0.2 / (0.2 + 1.6).
    assert found.risk["risk_weight"].tolist() == pytest.approx([0, 1 / 9, 1, 0])


def test_what_the_next_million_buys(found: Frontier) -> None:
    steps = found.risk.iloc[:2]
    assert steps["more_cost"].tolist() == pytest.approx([0.1 * M, 0.1 * M])
    assert steps["less_worst"].tolist() == pytest.approx([1.1 * M, 0.5 * M])
    assert steps["less_worst_per_million"].tolist() == pytest.approx([11 * M, 5 * M])
    assert (
        "From A to B: 100 thousand USD more expected cost, 1.1 million USD less in the worst 10 % of outcomes "
        "(reef tb: no -> now)." in found.sentences
    )


def test_the_knee_is_the_point_farthest_below_the_line_between_the_ends(found: Frontier) -> None:
    """B: half of the cost buys 1.1 of 1.6."""
    assert found.risk["knee"].tolist() == [False, True, False, False]
    assert found.sentences[0].startswith(
        "Against the cost in the worst 10 % of outcomes the knee is B: up to there 100"
    )


def test_against_shortage_needs_count_by_what_losing_them_costs(found: Frontier) -> None:
    """Of 2 x 10 t each a quarter of the margin of dy, 200 of 500, and of tb, 300 of 500, is lost: 0.4 x 0.5 of each."""
    assert found.shortage["unmet"].tolist() == pytest.approx([0.2, 0.2 * 0.4, 0, 0.2])
    assert found.shortage["expected_cost"].tolist() == pytest.approx([3.92 * M, 4.02 * M, 4.12 * M, 3.92 * M])
    assert found.shortage["less_unmet_per_million"].tolist()[:2] == pytest.approx([1.2, 0.8])


@pytest.mark.parametrize(("weight", "wanted"), [(0.05, "A"), (0.1, "B"), (0.15, "B"), (0.2, "C"), (1.0, "C")])
def test_the_weight_of_a_file_chooses_the_point_that_it_should(found: Frontier, weight: float, wanted: str) -> None:
    """A and B are equally good at 0.1 / 1.2, B and C at 0.1 / 0.6."""
    plan = sourcing.solve(BANNED, overrides=(f"risk.weight={weight}",))
    point = found.risk.set_index("point").loc[wanted]
    assert plan.cost == pytest.approx((1 - weight) * point["expected_cost"] + weight * point["worst_cost"])


@pytest.fixture(scope="module")
def magnets() -> Frontier:
    return frontier(EXAMPLES / "magnet_maker.yaml", points=5)


def test_the_ends_are_the_plans_that_count_one_thing_alone(magnets: Frontier) -> None:
    file = EXAMPLES / "magnet_maker.yaml"
    ends = {weight: sourcing.solve(file, gap=1e-5, overrides=(f"risk.weight={weight}",)).cost for weight in (0, 1)}
    points = magnets.risk[magnets.risk["point"] != "this plan"]
    # An end counts the other thing as a ten thousandth, and both are within their gap.
    assert points["expected_cost"].iloc[0] == pytest.approx(ends[0], rel=2e-4)
    assert points["worst_cost"].iloc[-1] == pytest.approx(ends[1], rel=2e-4)


def test_no_point_beats_another_and_each_is_best_for_its_weight(magnets: Frontier) -> None:
    points = magnets.risk[magnets.risk["point"] != "this plan"]
    rows = list(points[["expected_cost", "worst_cost"]].itertuples(index=False))
    assert len(rows) > 1
    assert all(one[0] < other[0] and one[1] > other[1] for one, other in itertools.pairwise(rows))
    for row in points.to_dict("records"):
        scores = (1 - row["risk_weight"]) * points["expected_cost"] + row["risk_weight"] * points["worst_cost"]
        mine = (1 - row["risk_weight"]) * row["expected_cost"] + row["risk_weight"] * row["worst_cost"]
        assert mine <= scores.min() * (1 + 2e-4)


def test_where_no_need_may_go_short_there_is_nothing_to_weigh_against_it() -> None:
    """Both must be qualified then: one plan is left."""
    firm = copy.deepcopy(BANNED)
    firm["demand"] = {name: {"site": "plant", "material": name, "need": "10 t/month", "firm": True} for name in SHORT}
    found = frontier(firm)
    assert found.shortage.empty
    assert found.risk["expected_cost"].tolist() == pytest.approx([4.12 * M] * 2)
    assert found.sentences[0].startswith(
        "One plan is best for expected cost and for the cost in the worst 10 % of outcomes"
    )


def test_straight_fronts_have_no_knee() -> None:
    assert knee([0, 1, 2], [2, 1, 0]) is None
    assert knee([0, 1], [1, 0]) is None
    assert knee([0, 1, 2], [2, 0.5, 0]) == 1


def test_what_is_better_by_less_than_the_room_is_left_out() -> None:
    assert efficient([1, 2, 3], [9, 8.9, 5]) == [0, 1, 2]
    assert efficient([1, 2, 3], [9, 8.9, 5], tolerance=0.5) == [0, 2]
    assert efficient([1, 1, 2], [9, 8, 8]) == [1]


def test_from_the_command_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(json.dumps(BANNED), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["frontier", "a.yaml", "--points", "3", "--format", "json"])
    out, err = capsys.readouterr()
    assert (stopped.value.code, [row["point"] for row in json.loads(out)["risk"]]) == (0, ["A", "B", "C", "this plan"])
    assert "of 6" in err
    with pytest.raises(SystemExit) as stopped:
        main(["frontier", "b.yaml"])
    assert (stopped.value.code, "b.yaml" in capsys.readouterr().err) == (2, True)
    with pytest.raises(ScenarioError, match="2 points; ask for 3 to 26"):
        frontier(BANNED, points=2)
