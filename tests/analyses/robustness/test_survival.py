"""survival: how long stock lasts by hand, what a loss takes with it, how fast it must be back."""

import copy
import math
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sourcing.analyses.components_of_case import components
from sourcing.analyses.robustness.losses import losses
from sourcing.analyses.robustness.stock_endurance import EVERY, MONTH
from sourcing.analyses.robustness.survival import Survival, survival
from sourcing.cli import command_named
from sourcing.errors import ScenarioError
from sourcing.pipeline.source import prepare
from tests.building import small

# One supplier, 365 t a year, so 1 t a day; 45 t in stock; nothing on its way; goods arrive in the month of the order.
ONE = small(
    4,
    title="one supplier",
    site="plant",
    suppliers={"a": {"country": "China", "title": "A"}},
    offers={"from a": {"supplier": "a", "price": "100 USD/kg"}},
    lanes={"sea": {"where": {"material": "dy"}, "site": "plant"}},
    opening_stock={"pile": {"quantity": "45 t"}},
    stock={"dy": {"end": {"value": "100 USD/kg"}}},
    demand={"motors": {"need": "365 t/year", "shortage": {"lost": {"cost": "1000 USD/kg"}}}},
)


def today(found: Survival, kind: str, demand: str = EVERY) -> dict[str, object]:
    frame = found.survival
    (row,) = frame[(frame["stock"] == "today") & (frame["kind"] == kind) & (frame["demand"] == demand)].to_dict(
        "records"
    )
    return row


def changed(**parts: object) -> dict[str, object]:
    return {**copy.deepcopy(ONE), **parts}


@pytest.fixture(scope="module")
def one() -> Survival:
    return survival(ONE)


def test_forty_five_days_of_stock_are_forty_five_days(one: Survival) -> None:
    found = one
    for kind in ("supplier", "country", "lane", "site"):
        row = today(found, kind)
        assert row["days_met"] == pytest.approx(45, abs=1e-6)
        assert row["recovery_needed"] == 31  # a January without supply is bridged; by the end of February it is not
        assert row["share_of_spend"] == pytest.approx(1)
    assert any("45 days" in line for line in found.sentences)


def test_the_cost_of_a_month_without(one: Survival) -> None:
    # 120 days, of which 45 are met: 75 t short at 1000 USD/kg, against 120 t bought at 100 and 45 t left worth 100.
    lost, calm = 75e6, 120e5 - 45e5
    assert today(one, "supplier")["cost_per_month"] == pytest.approx((lost - calm) / (75 / (365.25 / 12)))
    assert today(one, "supplier", "motors")["cost_per_month"] == pytest.approx(lost / (75 / (365.25 / 12)))


def test_goods_past_the_border_still_arrive_and_those_being_made_do_not() -> None:
    orders = {
        "at sea": {"offer": "from a", "site": "plant", "quantity": "20 t", "state": "transit", "date": "2027-02"},
        "being made": {"offer": "from a", "site": "plant", "quantity": "20 t", "state": "making", "date": "2027-02"},
    }
    assert today(survival(changed(open_orders=orders)), "supplier")["days_met"] == pytest.approx(65)


def test_lead_time_is_part_of_the_recovery() -> None:
    # 62 days at hand. Two months from order to arrival: supply that is back in February arrives in April (day 91).
    late = changed(
        offers={"from a": {**ONE["offers"]["from a"], "to_border": "60 days"}},  # type: ignore[index]
        opening_stock={"pile": {"material": "dy", "site": "plant", "quantity": "95 t"}},
    )
    row = today(survival(late), "supplier")
    assert row["days_met"] == pytest.approx(95)
    assert row["recovery_needed"] == 31
    assert math.isnan(today(survival(late, overrides=("opening_stock.pile.quantity=120 t",)), "supplier")["days_met"])  # type: ignore[arg-type]


def test_a_second_supplier_takes_over_as_far_as_it_can() -> None:
    # The second brings half a tonne a day: 45 t more last to the end of March, day 90; what it brings in April is half
    # of April's need, and as goods serve the period in which they arrive, 15 days of it.
    offers = {
        **ONE["offers"],  # type: ignore[dict-item]
        "from b": {"supplier": "b", "material": "dy", "price": "300 USD/kg", "expected": "182.5 t/year"},
    }
    suppliers = {**ONE["suppliers"], "b": {"country": "Australia"}}  # type: ignore[dict-item]
    found = survival(changed(offers=offers, suppliers=suppliers))
    frame = found.survival[(found.survival["stock"] == "today") & (found.survival["demand"] == EVERY)].set_index("lost")
    assert frame["days_met"]["A"] == pytest.approx(90 + 15)
    assert frame["days_met"]["sea"] == pytest.approx(45)
    assert math.isnan(frame["days_met"]["b"])  # blank: to the end of the plan
    assert frame["cost_per_month"]["b"] == pytest.approx(0, abs=1)
    assert found.survival["lost"].tolist().index("sea") < found.survival["lost"].tolist().index("A")


def test_a_country_takes_the_share_that_it_feeds_and_a_mine_what_is_tagged() -> None:
    offers = {
        "from a": {**ONE["offers"]["from a"], "expected": "182.5 t/year", "tags": ["fed by Bayan Obo"]},  # type: ignore[index]
        "from b": {
            "supplier": "b",
            "material": "dy",
            "price": "300 USD/kg",
            "expected": "365 t/year",
            "china_link": {"value": 0.4},
            "tags": ["fed by Bayan Obo, 30 %"],
        },
    }
    suppliers = {**ONE["suppliers"], "b": {"country": "Australia"}}  # type: ignore[dict-item]
    scenario = changed(offers=offers, suppliers=suppliers)
    found = {(loss.kind, loss.name): dict(loss.offers) for loss in losses(prepare(scenario))}
    assert found["country", "China"] == {"from a": 1.0, "from b": 0.4}
    assert found["feed", "Bayan Obo"] == {"from a": 1.0, "from b": 0.3}
    assert found["feed", "Chinese feed of others"] == {"from b": 0.4}
    frame = survival(scenario).survival
    rows = frame[(frame["stock"] == "today") & (frame["demand"] == EVERY)].set_index(["kind", "lost"])["days_met"]
    assert rows["country", "China"] == pytest.approx(90 + 27)  # 0.6 t a day: 9 t left and 18 t in April
    assert math.isnan(rows["feed", "Bayan Obo"])  # 0.7 t a day and 45 t: 150 days
    assert math.isnan(rows["feed", "Chinese feed of others"])


def test_the_stock_of_the_plan_is_what_it_holds_by_then() -> None:
    # A cover of 30 days, dearly missed; lost in March, when 31 t are held for it.
    stock = {
        "dy": {
            "material": "dy",
            "site": "plant",
            "end": {"value": "100 USD/kg"},
            "cover": {"days": "60 days", "shortfall_cost": "900 USD/kg/year"},
        }
    }
    found = survival(changed(stock=stock), lost="2027-03").survival
    rows = found[(found["kind"] == "supplier") & (found["demand"] == EVERY)].set_index("stock")["days_met"]
    assert rows["today"] == pytest.approx(45)
    assert rows["plan"] == pytest.approx(60)  # the plan holds 60 t at the end of February


def test_needs_that_are_missed_anyway_are_told_and_not_counted() -> None:
    ban = {"ban": {"where": {"supplier": "a"}, "approval": 0}}
    found = survival(changed(restrictions=ban))
    assert today(found, "none", "motors")["days_met"] == pytest.approx(45)
    assert any("no need is met to the end of the plan even if nothing is lost" in line for line in found.sentences)
    lifted = survival(changed(restrictions=ban), measures="none")
    assert "none" not in set(lifted.survival["kind"])


def test_firm_needs_have_no_cost_and_rules_are_set_aside_unless_they_forbid() -> None:
    demand = {"motors": {"site": "plant", "material": "dy", "need": "365 t/year", "firm": True}}
    rules = {
        "never b": {"share": {"of": {"supplier": "b"}, "at_most": "0 %"}},
        "half a": {"share": {"of": {"supplier": "a"}, "at_most": "100 %"}},
    }
    offers = {**ONE["offers"], "from b": {"supplier": "b", "material": "dy", "price": "90 USD/kg"}}  # type: ignore[dict-item]
    suppliers = {**ONE["suppliers"], "b": {"country": "Australia"}}  # type: ignore[dict-item]
    found = survival(changed(demand=demand, rules=rules, offers=offers, suppliers=suppliers, stock={}))
    frame = found.survival[(found.survival["stock"] == "today") & (found.survival["demand"] == EVERY)].set_index("lost")
    assert frame["days_met"]["A"] == pytest.approx(45)  # what the rule forbids stays forbidden
    assert math.isnan(frame["cost_per_month"]["A"])
    assert any("half a" in line and "never b" not in line for line in found.sentences)


def two(**tb: object) -> dict[str, object]:
    """Beside dysprosium terbium from the same plant, 1 t a day too, 75 t in stock."""
    return changed(
        materials={"dy": {"unit": "t"}, "tb": {"unit": "t"}},
        offers=ONE["offers"] | {"tb from a": {"supplier": "a", "material": "tb", "price": "100 USD/kg"}},  # type: ignore[operator]
        lanes={"sea": {"where": {"material": ["dy", "tb"]}, "site": "plant"}},
        opening_stock=ONE["opening_stock"]  # type: ignore[operator]
        | {"tb pile": {"material": "tb", "site": "plant", "quantity": "75 t"}},
        stock=ONE["stock"] | {"tb": {"material": "tb", "site": "plant", "end": {"value": "100 USD/kg"}}},  # type: ignore[operator]
        demand=ONE["demand"] | {"lamps": ONE["demand"]["motors"] | {"material": "tb"} | tb},  # type: ignore[index, operator]
    )


def test_parts_that_share_nothing_add_up() -> None:
    """Of the loss of both the days are the fewer, the cost what the needs of each cost, each as if it stood alone."""
    assert [[need.name for need in part.demands] for part in components(prepare(two()))] == [["motors"], ["lamps"]]
    found = survival(two())
    assert [today(found, "site", need)["days_met"] for need in (EVERY, "motors", "lamps")] == pytest.approx(
        [45, 45, 75]
    )
    # 120 days: 75 t of dy and 45 t of tb are missed at 1000 USD/kg, in the 75 days that not every need is met
    lost = [float(today(found, "site", need)["cost_per_month"]) * 75 / MONTH for need in ("motors", "lamps")]  # type: ignore[arg-type]
    assert lost == pytest.approx([75e6, 45e6])


def test_what_one_need_takes_together_is_not_taken_apart() -> None:
    tied = {"material": None, "materials": {"dy": 0.5, "tb": 0.5}}
    assert len(components(prepare(two(**tied)))) == 1


@pytest.mark.parametrize("lost", ["soon", "2028-01", "2026-12"])
def test_a_date_outside_the_plan_is_told(lost: str) -> None:
    with pytest.raises(ScenarioError, match="no date within the plan"):
        survival(ONE, lost=lost)


def test_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(
        "horizon: {start: 2027-01, periods: 4}\nmaterials: {dy: {unit: t}}\nsites: {plant: {country: Japan}}\n"
        "suppliers: {a: {country: China}}\noffers: {from a: {supplier: a, material: dy, price: 100 USD/kg}}\n"
        "lanes: {sea: {where: {material: dy}, site: plant}}\n"
        "opening_stock: {pile: {material: dy, site: plant, quantity: 45 t}}\n"
        "demand: {motors: {site: plant, material: dy, need: 365 t/year, shortage: {lost: {cost: 1000 USD/kg}}}}\n"
    )
    result = CliRunner().invoke(
        command_named("survival"), [str(file), "--quiet", "--format", "csv", "--out", str(tmp_path / "out")]
    )
    assert result.exit_code == 0, result.output
    saved = pd.read_csv(tmp_path / "out" / "survival.csv")
    assert saved["days_met"].round(6).tolist()[0] == 45
