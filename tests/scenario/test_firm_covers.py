"""Firm cover is firm, whatever release it inherits; stock below its cover is counted, released or not."""

from pathlib import Path

import pytest

import sourcing
from sourcing import ScenarioError
from sourcing.pipeline.source import prepare

NATION = """\
horizon: {start: 2027-01, periods: 4}
materials: {dy: {unit: t}}
sites: {nagoya: {country: Japan}}
suppliers: {south: {country: China}}
offers: {south dy: {supplier: south, material: dy, price: 100 USD/t, nameplate: 30 t/month}}
lanes: {by sea: {where: {material: dy}, site: nagoya}}
stock:
  dy:
    material: dy
    site: nagoya
    cover: {days: 30 days, shortfall_cost: 0 USD/t/year, release: {restriction: halt}}
demand: {motors: {material: dy, site: nagoya, need: 10 t/month, shortage: {lost: {cost: 1000 USD/t}}}}
restrictions: {halt: {where: {origin: China}, from: 2027-03, approval: 0}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nation.yaml").write_text(NATION, encoding="utf-8")


def mine(cover: str, above: str = "nation", name: str = "mine") -> str:
    Path(f"{name}.yaml").write_text(f"extends: ./{above}.yaml\nstock: {{dy: {{cover: {cover}}}}}\n", encoding="utf-8")
    return f"{name}.yaml"


def is_released(path: str, *overrides: str) -> bool:
    cover = prepare(path, overrides).position["dy @ nagoya"].cover
    assert cover
    assert cover.firm
    return cover.release is not None


def test_an_inherited_release_does_not_free_a_firm_cover() -> None:
    """Nothing leaves China from March on: 30 days are held all the same, as where there is no release."""
    path = mine("{firm: true}")
    assert not is_released(path)
    said = prepare(path).scenario.caveats["cover of stock dy"]
    assert said.about == ("dy",)
    assert "mine.yaml:2" in said.text
    assert "{restriction: halt} that is inherited from nation.yaml:11" in said.text
    assert "state release beside firm" in said.text
    Path("bare.yaml").write_text(NATION.replace(", release: {restriction: halt}}", ", firm: true}"))
    for source in (path, "bare.yaml"):
        assert sourcing.solve(source).stockpile["days_of_cover"].min() >= 30 - 1e-6
    assert sourcing.solve("nation.yaml").stockpile["days_of_cover"].min() == pytest.approx(0)


def test_it_is_refused_before_the_solve_where_stock_cannot_be_there() -> None:
    with pytest.raises(ScenarioError, match="firm cover of 90 days is"):
        prepare(mine("{firm: true, days: 90 days}"))


@pytest.mark.parametrize("overrides", [(), ("stock.dy.cover.firm=true",)])
def test_a_release_stated_in_the_same_place_is_obeyed(overrides: tuple[str, ...]) -> None:
    if overrides:
        assert not is_released("nation.yaml", *overrides)
        assert is_released("nation.yaml", *overrides, "stock.dy.cover.release={restriction: halt}")
    else:
        assert is_released(mine("{firm: true, release: {restriction: halt}}"))


def test_a_release_stated_below_firm_is_obeyed() -> None:
    mine("{firm: true}", name="policy")
    assert is_released(mine("{release: {restriction: halt}}", above="policy"))
    assert not is_released(mine("{days: 20 days}", above="policy"))


def test_a_model_that_states_both_is_obeyed_below() -> None:
    Path("nation.yaml").write_text(NATION.replace("release:", "firm: true, release:"))
    assert is_released(mine("{days: 20 days}"))
    assert not is_released(mine("{firm: true}"))


def test_periods_below_cover_are_counted_released_or_not() -> None:
    """Nothing is charged for cover, and holding costs: no stock is kept. Of four periods two are in the halt."""
    (said,) = [text for text in plan_of("halt: {}").unkept if "below its 30 days" in text]
    assert said == (
        "dy: stock is below its 30 days in 100 % of the periods: in 50 % while its release holds (restriction: halt), "
        "in 50 % although none does."
    )


def test_periods_that_are_all_released_are_said_to_be() -> None:
    (said,) = [text for text in plan_of("halt: {from: null}").unkept if "below its 30 days" in text]
    assert (
        said
        == "dy: stock is below its 30 days in 100 % of the periods, always while its release holds (restriction: halt)."
    )


def test_periods_without_a_release_are_told_alone() -> None:
    (said,) = [text for text in plan_of("halt: {}", "stock.dy.cover.release=null").unkept if "below its 30" in text]
    assert said == "dy: stock is below its 30 days in 100 % of the periods."


def plan_of(restriction: str, *overrides: str) -> sourcing.Plan:
    """The plan with no reason to hold anything: need is short in the halt at no cost, stock costs."""
    text = f"extends: ./nation.yaml\nrestrictions: {{{restriction}}}\nstock: {{dy: {{holding: 9 USD/t/month}}}}\n"
    Path("free.yaml").write_text(text + "demand: {motors: {shortage: {lost: {cost: 1 USD/t}}}}\n", encoding="utf-8")
    return sourcing.solve("free.yaml", overrides=overrides)
