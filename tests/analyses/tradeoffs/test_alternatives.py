"""alternatives: what is forced and free where it can be worked out by hand, and holds for the plans found elsewhere."""

import copy
import json
from pathlib import Path

import pytest

import sourcing
from sourcing.analyses.tradeoffs.alternatives import Alternatives, alternatives
from sourcing.cli import main
from sourcing.errors import ScenarioError
from tests.building import small
from tests.checkout import EXAMPLES

# 20 t are needed over 2 months; a sells at 100 USD/kg, b at a price of the test: 2.0 MUSD from a alone.
TWO = small(
    2,
    title="two sources",
    materials={"dy": {"unit": "t", "title": "dysprosium"}},
    site="plant",
    suppliers={"a": "Malaysia", "b": "Australia"},
    offers={"from a": {"supplier": "a", "price": "100 USD/kg"}, "from b": {"supplier": "b", "price": "100 USD/kg"}},
    demand={"motors": {"need": "10 t/month", "firm": True}},
)
M = 1e6


def ranges(price: float, **asked: str) -> dict[str, tuple[float, float, str]]:
    found = alternatives(TWO, overrides=(f"offers.'from b'.price={price} USD/kg",), **asked)
    rows = found.suppliers.to_dict("records")
    return {row["supplier"]: (row["least_share"], row["largest_share"], row["forced"]) for row in rows}


def test_of_two_equal_sources_each_may_have_all_or_nothing() -> None:
    assert ranges(100) == {
        "a": (pytest.approx(0, abs=1e-6), pytest.approx(1), "free"),
        "b": (pytest.approx(0, abs=1e-6), pytest.approx(1), "free"),
    }


def test_a_dearer_source_may_have_what_the_cost_allows() -> None:
    """4 % dearer: half of the need for 2 % of the cost, a quarter for 1 %; of a the rest is in every plan."""
    for within, most in (("2 %", 0.5), ("1 %", 0.25)):
        assert ranges(104, within=within) == {
            "a": (pytest.approx(1 - most), pytest.approx(1), "always"),
            "b": (pytest.approx(0, abs=1e-6), pytest.approx(most), "free"),
        }


def test_a_source_that_is_far_too_dear_is_in_no_plan() -> None:
    assert ranges(900)["b"] == (0, pytest.approx(0.02 / 8), "in none found")  # 8 x 2 MUSD for all of it


def test_a_whole_plan_from_the_other_source() -> None:
    """Half a percent dearer: 10 thousand USD more."""
    found = alternatives(TWO, overrides=("offers.'from b'.price=100.5 USD/kg",))
    assert found.plans["plan"].tolist() == ["this plan", "more dysprosium from b, less from a"]
    assert found.plans["expected_difference"].tolist() == pytest.approx([0, 0.01 * M], abs=1)
    shares = {(row["plan"], row["supplier"]): row["share"] for row in found.mixes.to_dict("records")}
    assert shares["this plan", "a"] == pytest.approx(1)
    assert shares["more dysprosium from b, less from a", "b"] == pytest.approx(1)
    assert found.sentences[0] == "Within 2 % of the least cost no supplier is in every plan."


@pytest.mark.parametrize(
    ("price", "within", "choice", "forced", "best", "otherwise"),
    [
        (40, "2 %", "now", "always", 1.9, 2.0),  # 1.0 + 0.4 + 0.5 with it, 2.0 without: 5 % more
        (40, "10 %", "now", "free", 1.9, 2.0),
        (60, "2 %", "not now", "never", 2.0, 2.1),
        (60, "6 %", "not now", "free", 2.0, 2.1),
    ],
)
def test_a_qualification_by_hand(
    price: float, within: str, choice: str, forced: str, best: float, otherwise: float
) -> None:
    """Of 0.5 MUSD, usable from the second month on."""
    whole = copy.deepcopy(TWO)
    whole["offers"]["from b"] |= {
        "price": f"{price} USD/kg",
        "qualification": {"cost": "0.5 MUSD", "time": "1 month", "decide": "now"},
    }
    (row,) = alternatives(whole, within=within).decisions.to_dict("records")
    assert (row["subject"], row["choice"], row["forced"]) == ("from b", choice, forced)
    assert row["cost_otherwise"] == pytest.approx(otherwise * M)
    assert row["more_otherwise"] == pytest.approx((otherwise - best) * M)


@pytest.fixture(scope="module")
def magnets() -> Alternatives:
    return alternatives(EXAMPLES / "magnet_maker.yaml", within=0.02)


def test_every_plan_found_is_within_the_cap_and_the_ranges(magnets: Alternatives) -> None:
    """The example weighs expected cost and the worst by its own weight."""
    risk = sourcing.load(EXAMPLES / "magnet_maker.yaml").risk
    cost = (1 - risk.weight) * magnets.plans["expected_cost"] + risk.weight * magnets.plans["worst_cost"]
    assert len(cost) > 1
    assert (cost <= cost.iloc[0] * (1.02 + 1e-6)).all()
    assert (cost.iloc[1:] >= cost.iloc[0] * (1 - 2e-3)).all()  # the best is within its gap
    spans = magnets.suppliers.set_index(["material", "supplier"])
    assert (spans["least_share"] <= spans["share"]).all()
    assert (spans["share"] <= spans["largest_share"]).all()
    for row in magnets.mixes.to_dict("records"):
        span = spans.loc[(row["material"], row["supplier"])]
        # A range holds what was found for it: 2 points of room, as no gap is proven.
        assert span["least_share"] - 0.02 <= row["share"] <= span["largest_share"] + 0.02
    always = spans[spans["forced"] == "always"]
    mixes = magnets.mixes.set_index(["material", "supplier", "plan"])["share"]
    assert all((*key, plan) in mixes.index for key in always.index for plan in magnets.plans["plan"])


def test_from_the_command_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(json.dumps(TWO), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["alternatives", "a.yaml", "--within", "2%", "--format", "json", "--quiet"])
    assert stopped.value.code == 0
    assert len(json.loads(capsys.readouterr().out)["suppliers"]) == 2
    for within, said in (("2 t", "within"), ("0", "within: 0 is out of range; give a share, as 2 %")):
        with pytest.raises(SystemExit) as stopped:
            main(["alternatives", "a.yaml", "--within", within])
        assert (stopped.value.code, said in capsys.readouterr().err) == (2, True)
    with pytest.raises(ScenarioError, match="within"):
        alternatives(TWO, within=2.0)
