"""sweep: every point is the plan that a solve of its own gives; where the plan changes is where two solves differ."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sourcing
from sourcing.analyses.ranges import grid, ranges, samples
from sourcing.analyses.sweep import Sweep, sweep
from sourcing.errors import ScenarioError

# Two sources of one material, need 10 t a month for 2 months. A costs 100 USD/kg, B 60 USD/kg and a qualification of
# 0.5 MUSD before the tree. B saves 40 USD/kg x 10 t x 1 month (it is usable from the second month) = 0.4 MUSD; at a
# price of 50 or less it saves 0.5 or more: between them the plan changes.
TWO = {
    "title": "two sources",
    "horizon": {"start": "2027-01", "periods": 2},
    "materials": {"dy": {"unit": "t"}},
    "sites": {"plant": {"country": "Japan"}},
    "suppliers": {"a": {"country": "Malaysia"}, "b": {"country": "Australia"}},
    "offers": {
        "from a": {"supplier": "a", "material": "dy", "price": "100 USD/kg"},
        "from b": {
            "supplier": "b",
            "material": "dy",
            "price": "60 USD/kg",
            "qualification": {"cost": "0.5 MUSD", "time": "1 month", "decide": "now"},
        },
    },
    "lanes": {"all": {"where": {"material": "dy"}, "site": "plant"}},
    "demand": {"motors": {"site": "plant", "material": "dy", "need": "10 t/month", "firm": True}},
}
PRICE = "offers.'from b'.price"


@pytest.fixture(scope="module")
def found() -> Sweep:
    return sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"])


def test_every_point_is_a_plan_of_its_own(found: Sweep) -> None:
    alone = [sourcing.solve(TWO, overrides=(f"{PRICE}={price} USD/kg",)).cost for price in (40, 50, 60, 70)]
    assert found.points["cost"].tolist() == pytest.approx(alone, rel=1e-6)
    assert found.points[PRICE].tolist() == [40, 50, 60, 70]


def test_it_says_where_the_plan_changes(found: Sweep) -> None:
    (change,) = found.changes.to_dict("records")
    assert (change["subject"], change["before"], change["after"]) == ("from b", "now", "no")
    assert change["from"] in (40, 50)  # at 50 both come to the same
    assert any("from b: now -> no" in line for line in found.sentences)


def test_mix_stock_and_decisions_are_those_of_the_points(found: Sweep) -> None:
    first = found.mix[found.mix["point"] == 1].set_index("supplier")["share"]
    assert first["b"] == pytest.approx(0.5)  # all of the second month
    assert set(found.decisions["point"]) == {1, 2, 3, 4}
    assert set(found.stock["material"]) == {"dy"}


def test_a_point_without_a_plan_is_a_row_and_not_the_end() -> None:
    found = sweep(TWO, ["offers.'from a'.nameplate=0, 5, 20 t/month"], overrides=(f"{PRICE}=60 USD/kg",))
    assert found.points["status"].tolist() == ["no plan", "no plan", "optimal"]
    assert found.sentences[0] == "2 of 3 points have no plan."


def test_a_sweep_that_was_stopped_goes_on(tmp_path: Path) -> None:
    first = sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"], out=tmp_path)
    (folder,) = (tmp_path / "points").iterdir()
    files = sorted(folder.glob("*.json"))
    assert len(files) == 4
    changed = json.loads(files[0].read_text("utf-8"))
    changed["totals"]["cost"] = 1.0
    files[0].write_text(json.dumps(changed), encoding="utf-8")
    files[1].unlink()
    again = sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"], out=tmp_path)
    assert again.points["cost"].tolist() == pytest.approx([1.0, *first.points["cost"].tolist()[1:]])
    other = sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"], overrides=("size=0.5",), out=tmp_path)  # another question
    assert other.points["cost"][0] != 1.0


def test_workers_find_the_same(found: Sweep) -> None:
    shared = sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"], workers=2)
    pd.testing.assert_frame_equal(shared.points, found.points, rtol=1e-6)


def test_a_grid_goes_to_and_fro_and_is_told_in_order() -> None:
    varied = ranges(["size=1, 2", "discount=0:4:3 %/year"])
    assert grid(varied) == [(1, 0), (1, 2), (1, 4), (2, 4), (2, 2), (2, 0)]
    found = sweep(TWO, ["size=1, 2", "discount=0:4:3 %/year"])
    assert found.points[["size", "discount"]].to_numpy().tolist() == [[1, 0], [1, 2], [1, 4], [2, 0], [2, 2], [2, 4]]


def test_samples_are_even_and_the_same_for_a_seed() -> None:
    varied = ranges(["size=1:3", "discount=0:4 %/year"])
    one, two = samples(varied, 64, seed=7), samples(varied, 64, seed=7)
    assert one == two
    assert one != samples(varied, 64, seed=8)
    counts, _, _ = np.histogram2d(*np.array(one).T, bins=4, range=[[1, 3], [0, 4]])
    assert counts.min() == counts.max() == 4  # a (0, 2) sequence in base 2: every quarter by quarter has its share


@pytest.mark.parametrize(
    ("vary", "cause"),
    [
        ([], "nothing is varied"),
        (["size=one:two"], "is no range of numbers"),
        (["size=1:2:1"], "1 points"),
        (["size=1:2", "size=3:4"], "is varied twice"),
        (["offers.'from c'.price=1:2 USD/kg"], "'supplier' is missing"),
    ],
)
def test_what_cannot_be_varied(vary: list[str], cause: str) -> None:
    with pytest.raises(ScenarioError, match=cause):
        sweep(TWO, vary)
