"""Sobol indices: of a cost that is linear in two prices they are the shares of the variance, by hand."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sourcing.analyses.sensitivity.indices import Indices, indices
from sourcing.cli.sweep_command import command
from sourcing.errors import ScenarioError
from tests.building import small

# Two materials, each from one source: cost is 100 kg x price of a + 200 kg x price of b. Of prices spread evenly over
# the same width the variances are as 1^2 to 2^2: a explains 1/5, b 4/5, and nothing comes from both together.
LINEAR = small(
    1,
    title="two prices",
    discount=0,
    materials={"a": {"unit": "kg"}, "b": {"unit": "kg"}},
    site="plant",
    suppliers={"one": "Malaysia"},
    offers={
        "a": {"supplier": "one", "material": "a", "price": "10 USD/kg"},
        "b": {"supplier": "one", "material": "b", "price": "10 USD/kg"},
    },
    demand={
        "of a": {"material": "a", "need": "100 kg/month", "firm": True},
        "of b": {"material": "b", "need": "200 kg/month", "firm": True},
    },
)
VARY = ("offers.a.price=5:15 USD/kg", "offers.b.price=5:15 USD/kg")


@pytest.fixture(scope="module")
def found() -> Indices:
    return indices(LINEAR, VARY, samples=64)


def test_of_a_linear_cost_they_are_the_shares_of_the_variance(found: Indices) -> None:
    rows = found.indices[found.indices["of"] == "cost"].set_index("varied")
    assert rows["first_order"].tolist() == pytest.approx([0.2, 0.8], abs=0.04)
    assert rows["total_order"].tolist() == pytest.approx([0.2, 0.8], abs=0.04)
    assert rows.index.tolist() == ["offers.a.price", "offers.b.price"]
    assert len(found.points) == len(found.points.drop_duplicates()) <= 64 * 4


def test_what_does_not_move_has_none_and_says_so(found: Indices) -> None:
    assert set(found.indices["of"]) == {"cost", "worst_cost"}  # needs are firm, no margin is lost
    assert "Nothing that is varied moves the margin lost to shortage." in found.sentences
    assert not any("moving together" in line for line in found.sentences)


@pytest.mark.parametrize("count", [8, 16])
def test_one_range_explains_all_of_the_spread(count: int) -> None:
    alone = indices(LINEAR, VARY[:1], samples=count)
    rows = alone.indices[alone.indices["of"] == "cost"]
    assert rows[["first_order", "total_order"]].to_numpy().tolist() == [[1.0, 1.0]]
    assert "Of the spread of the cost each explains by itself: offers.a.price 100 %." in alone.sentences
    assert not any("moving together" in line for line in alone.sentences)


def test_the_points_cost_what_hand_says(found: Indices) -> None:
    points = found.points
    by_hand = 100 * points["offers.a.price"] + 200 * points["offers.b.price"]
    assert points["cost"].tolist() == pytest.approx(by_hand.tolist(), rel=1e-6)


def test_the_same_seed_gives_the_same_and_another_another() -> None:
    one, two, three = (indices(LINEAR, VARY, samples=8, seed=seed).indices for seed in (1, 1, 2))
    assert one.equals(two)
    assert not one.equals(three)


@pytest.mark.parametrize(
    ("vary", "count", "cause"),
    [
        (VARY, 100, "100 is no power of two"),
        (("offers.a.price=5:5:2 USD/kg",), 8, "a range of one value explains nothing"),
        (("offers.a.nameplate=50:150 kg/month",), 8, "points have no plan"),
    ],
)
def test_what_cannot_be_explained(vary: tuple[str, ...], count: int, cause: str) -> None:
    with pytest.raises(ScenarioError, match=cause):
        indices(LINEAR, vary, samples=count)


def test_without_salib_the_command_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sourcing.analyses.sensitivity.indices")
    monkeypatch.setitem(sys.modules, "SALib.analyze.sobol", None)
    monkeypatch.setitem(sys.modules, "SALib", None)
    result = CliRunner().invoke(command, [str(tmp_path / "x.yaml"), "--vary", VARY[0], "--indices"])
    assert isinstance(result.exception, ScenarioError)
    assert "pip install 'sourcing[sensitivity]'" in str(result.exception)
