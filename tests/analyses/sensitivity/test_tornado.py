"""tornado: each end is a plan of its own; what changes the decision is told from what changes the bill."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sourcing
from sourcing.analyses.sensitivity.tornado import Tornado, tornado
from sourcing.analyses.sensitivity.uncertain_numbers import uncertain
from sourcing.case import resolve
from sourcing.cli import main
from sourcing.errors import ScenarioError
from sourcing.pipeline.source import document, prepare
from sourcing.scenario.numbers import quantities
from sourcing.scenario.regime_expansion import pull_in
from sourcing.scenario.replaced_numbers import with_numbers
from tests.building import small

# Need 10 t a month for two months, nothing can be stored. A costs 100 USD/kg. B costs 60 (45 to 80), after a test of
# 0.5 MUSD, and serves the second month: it saves (100 - price) x 10 t, 0.4 MUSD now, and pays for its test below 50.
TWO: dict[str, Any] = small(
    2,
    title="two sources",
    materials={"dy": {"unit": "t"}, "nd": {"unit": "t"}},
    site="plant",
    suppliers={"a": "Malaysia", "b": "Australia"},
    offers={
        "from a": {"supplier": "a", "material": "dy", "price": {"value": "100 USD/kg", "high": 130, "assumption": "a"}},
        "from b": {
            "supplier": "b",
            "material": "dy",
            "price": {"value": "60 USD/kg", "low": 45, "high": 80, "assumption": "b"},
            "qualification": {"cost": {"value": "0.5 MUSD", "low": "0.45 MUSD"}, "time": "1 month", "decide": "now"},
        },
        "idle": {"supplier": "a", "material": "nd", "price": {"value": "9 USD/kg", "low": 1, "high": 20}},
    },
    lanes={"all": {"where": {"material": "dy"}, "site": "plant"}},
    stock={"dy": {"material": "dy", "storage": "0 t"}},
    demand={"motors": {"material": "dy", "need": "10 t/month", "firm": True}},
)


@pytest.fixture(scope="module")
def found() -> Tornado:
    return tornado(TWO)


def bar(found: Tornado, name: str) -> dict[str, Any]:
    (row,) = found.bars[found.bars["input"] == name].to_dict("records")
    return row  # type: ignore[no-any-return]


def test_ends_by_hand(found: Tornado) -> None:
    """Now 2 MUSD. A at 130: 2.6 without B, or 1.3 + 0.5 + 0.6 = 2.4 with it. B at 45: 1 + 0.5 + 0.45 = 1.95; at 80 as
    now. A test for 0.45 MUSD saves 0.4 and costs more."""
    assert found.bars["input"].tolist() == [
        "offers.'from a'.price",
        "offers.'from b'.price",
        "offers.'from b'.qualification.cost",
    ]
    dear = bar(found, "offers.'from a'.price")
    assert (dear["cost_at_low"], dear["cost_at_high"]) == (pytest.approx(2e6), pytest.approx(2.4e6))
    assert (dear["value"], dear["high"], dear["unit"]) == (100, 130, "USD/kg")
    assert dear["effect_on_cost"] == pytest.approx(0.4e6)
    assert dear["source"] == "assumption: a"
    cheap = bar(found, "offers.'from b'.price")
    assert (cheap["cost_at_low"], cheap["cost_at_high"]) == (pytest.approx(1.95e6), pytest.approx(2e6))
    test = bar(found, "offers.'from b'.qualification.cost")
    assert (test["effect_on_cost"], test["changes_decision"], test["unit"]) == (pytest.approx(0), False, "USD")


def test_workers_find_the_same_bars(found: Tornado) -> None:
    pd.testing.assert_frame_equal(tornado(TWO, workers=2).bars, found.bars, rtol=1e-6)


def test_what_changes_the_decision_is_told_from_what_changes_the_bill(found: Tornado) -> None:
    assert found.bars["changes_decision"].tolist() == [True, True, False]
    cheap = bar(found, "offers.'from b'.price")
    assert cheap["decision_at_low"] == "b for dy: qualify now instead of do not qualify"
    assert cheap["decision_at_high"] == "as now"
    assert "2 of 3 change a contract or a qualification, the others only the bill." in found.sentences


def test_ends_are_the_plans_that_a_solve_gives(found: Tornado) -> None:
    for row in found.bars.to_dict("records"):
        for side in ("low", "high"):
            alone = sourcing.solve(TWO, overrides=(f"{row['input']}={row[side]!r} {row['unit']}",))
            assert row[f"cost_at_{side}"] == pytest.approx(alone.cost, rel=1e-6)


def test_probabilities_at_half_and_double_and_what_futures_take_over() -> None:
    """A's price doubles in February with probability 0.2, for which B saves 1.4 MUSD, else 0.4: 0.6 is worth the test.
    At half 0.5 is saved, just as much as the test costs."""
    dear = {"where": {"supplier": "a"}, "from": "2027-02", "price": {"value": 2, "low": 1.2, "high": 3}}
    futures = {
        "calm": {"probability": 0.4, "restrictions": {"dear": None}},
        "quiet": {"probability": 0.4, "restrictions": {"dear": None}},
        "shock": {"probability": 0.2, "restrictions": {"dear": {"until": "2027-02"}}},
    }
    found = tornado(TWO | {"restrictions": {"dear": dear}, "futures": futures})
    shock = bar(found, "futures.shock.probability")
    assert (shock["low"], shock["value"], shock["high"]) == (0.1, 0.2, 0.4)
    # With B: 1 MUSD in January, the test, 0.6 MUSD in February, whatever happens; without: 2 MUSD and 1 in a shock.
    assert (shock["cost_at_low"], shock["cost_at_high"]) == (pytest.approx(2.1e6), pytest.approx(2.1e6))
    factor = bar(found, "restrictions.dear.price")  # written once, in force in the future that takes it over
    assert (factor["low"], factor["high"]) == (1.2, 3)
    assert factor["cost_at_low"] == pytest.approx(2e6 + 0.2 * 0.2e6)
    assert factor["decision_at_low"] == "b for dy: do not qualify instead of qualify now"
    assert not found.bars["input"].str.contains("shock.restrictions").any()


def test_a_default_range_where_none_is_stated() -> None:
    found = tornado(TWO, default=0.2)
    need = bar(found, "demand.motors.need")
    assert (need["low"], need["high"], need["unit"]) == (8, 12, "t/month")
    assert (need["cost_at_low"], need["cost_at_high"]) == (pytest.approx(1.6e6), pytest.approx(2.4e6))
    stated = bar(found, "offers.'from b'.price")
    assert (stated["low"], stated["high"]) == (45, 80)
    with pytest.raises(ScenarioError, match="--default: 20 is no range"):
        tornado(TWO, default=20)


def test_ends_are_shown_in_the_unit_of_the_value() -> None:
    need = {"value": "10 t/month", "low": "9 t/month", "high": "132 t/year"}
    wait = {"value": "1 month", "high": "45 days"}
    price = {"value": "100 USD/kg", "high": "12000 JPY/kg"}
    offers = TWO["offers"] | {"from a": {"supplier": "a", "material": "dy", "price": price, "to_border": wait}}
    changed = TWO | {"offers": offers, "demand": {"motors": TWO["demand"]["motors"] | {"need": need}}}
    case = prepare(changed | {"rates": {"JPY": 0.01}})
    found = {number.name: number for number in uncertain(document(changed), case, None)}
    assert found["demand.motors.need"].ends == pytest.approx((9, 11))
    assert found["offers.'from a'.to_border"].ends == pytest.approx((1, 45 / 30.4375))
    assert found["offers.'from a'.price"].ends == pytest.approx((100, 120))


def test_an_end_without_a_plan_is_the_longest_bar() -> None:
    offer = TWO["offers"]["from a"] | {"nameplate": {"value": "50 t/month", "low": "8 t/month"}}
    found = tornado(TWO | {"offers": TWO["offers"] | {"from a": offer}})
    assert found.bars["input"][0] == "offers.'from a'.nameplate"
    assert found.bars["decision_at_low"][0].startswith("no plan")
    assert not any("inf" in line for line in found.sentences)


def test_without_ranges_it_says_so() -> None:
    plain = {"from a": {"supplier": "a", "material": "dy", "price": "100 USD/kg"}}
    found = tornado(TWO | {"offers": plain, "suppliers": {"a": {"country": "Malaysia"}}})
    assert found.bars.empty
    assert found.sentences[0].startswith("No number states a low or a high")


def test_every_number_can_be_put_back() -> None:
    """Every number of a model replaced by itself is the same case; paths lead where they say."""
    merged = pull_in(document("examples/japan_heavy_rare_earths.yaml"))
    case = prepare(merged)
    numbers = dict(quantities(case.scenario))
    assert with_numbers(case.scenario, numbers) == case.scenario
    assert repr(resolve(with_numbers(case.scenario, numbers)).offers) == repr(case.offers)
    names = [number.name for number in uncertain(merged, case, None)]
    assert len(names) == len(set(names)) > 150
    with pytest.raises(KeyError):
        with_numbers(case.scenario, {("offers", "lynas dy", "note"): next(iter(numbers.values()))})


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text(json.dumps(TWO), encoding="utf-8")
    with pytest.raises(SystemExit) as done:
        main(["tornado", str(file), "--quiet", "--format", "json", "--out", str(tmp_path / "out")])
    assert done.value.code == 0
    assert json.loads(capsys.readouterr().out)["bars"][1]["cost_at_low"] == pytest.approx(1.95e6)
    assert (tmp_path / "out" / "bars.csv").exists()
    with pytest.raises(SystemExit) as done:
        main(["tornado", str(file), "--quiet", "--default", "20"])
    assert done.value.code == 2
