"""Loading and solving from Python: overrides, currencies, own figures from files, options."""

from pathlib import Path

import pytest

import sourcing
from sourcing import ScenarioError
from sourcing.case import resolve
from tests.checkout import EVERYTHING, EXAMPLES

EXAMPLE = EXAMPLES / "japan_heavy_rare_earths.yaml"


def test_another_currency_is_the_same_plan_in_other_money() -> None:
    """The model's rates are in USD: 0.0065 USD for a yen, so that everything costs 1 / 0.0065 times as much in yen."""
    dollars = resolve(sourcing.load(EXAMPLE)).offer["lynas dy"].price[0]
    yen = resolve(sourcing.load(EXAMPLE, ("currency=JPY",))).offer["lynas dy"].price[0]
    assert yen == pytest.approx(dollars / 0.0065, rel=1e-12)
    yuan = resolve(sourcing.load(EXAMPLE, ("currency=JPY",))).offer["bayan obo ndpr"].price[0]
    assert yuan == pytest.approx(748.7 * 0.1433 / 0.0065 * 1000, rel=1e-12)


def test_rates_of_the_currency_itself_are_refused() -> None:
    with pytest.raises(ScenarioError, match="rates_in"):
        sourcing.load(EVERYTHING, ("currency=JPY",))


def test_one_probability_changed_scales_the_others() -> None:
    """0.35 and 0.40 share what 0.4 leaves in proportion: 0.28 and 0.32."""
    futures = sourcing.load(EXAMPLE, ("futures.'full ban'.probability=0.4",)).futures
    found = {name: future.probability.measure.number for name, future in futures.items()}
    assert found == pytest.approx({"relief": 0.28, "as now": 0.32, "full ban": 0.4})


def test_a_loaded_scenario_is_overridden_as_its_file_is() -> None:
    scenario, change = sourcing.load(EVERYTHING), ("risk.weight=0",)
    assert sourcing.load(scenario) is scenario
    assert sourcing.load(scenario, change) == sourcing.load(EVERYTHING, change) != scenario


def test_own_tables_are_not_scaled(tmp_path: Path) -> None:
    """2 t in the file are 2 t at any size, and replace the fair share."""
    (tmp_path / "stock.csv").write_text("name,material,site,quantity\nmine,dysprosium-oxide,japan,2 t\n")
    (tmp_path / "mine.yaml").write_text("extends: japan\nsize: 0.02\nopening_stock: ./stock.csv\n")
    case = resolve(sourcing.load(tmp_path / "mine.yaml"))
    assert case.position["dysprosium-oxide @ japan"].opening == pytest.approx(2.0)
    assert any("own figures replace" in notice for notice in case.notices)


def test_open_orders_outside_the_plan_are_named() -> None:
    late = "open_orders.late={offer: south dy, site: japan, quantity: 500 t, state: transit, date: 2030-02}"
    early = "open_orders.early={offer: south dy, site: japan, quantity: 5 t, state: transit, date: 2024-02}"
    notices = resolve(sourcing.load(EVERYTHING, (late, early))).notices
    assert any("late" in notice and "2030-02" in notice for notice in notices)
    assert any("early" in notice and "first period" in notice for notice in notices)


@pytest.mark.parametrize(("option", "value"), [("gap", -1), ("threads", 0), ("time_limit", 0)])
def test_senseless_options_are_refused(option: str, value: float) -> None:
    with pytest.raises(ScenarioError, match=option):
        sourcing.solve(EVERYTHING, **{option: value})  # type: ignore[arg-type]


def test_spend_counts_price_breaks() -> None:
    """All that is paid for orders adds up: by supplier, by order, by kind of cost."""
    plan = sourcing.solve(EVERYTHING)
    kinds = plan.costs[plan.costs["future"] == "expected"].set_index("kind")["cash"]
    paid = kinds["purchases"] + kinds["contract purchases"]
    assert plan.supplier_mix["spend"].sum() == pytest.approx(paid, rel=1e-9)
    weights = plan.futures.set_index("future")["probability"]
    by_order = plan.orders["quantity"] * plan.orders["price"] * plan.orders["future"].map(weights)
    assert by_order.sum() == pytest.approx(paid, rel=1e-6)


def test_a_plan_says_what_it_is_in_a_line() -> None:
    assert repr(sourcing.solve(EVERYTHING)).startswith("<Plan 'everything': optimal, cost ")
