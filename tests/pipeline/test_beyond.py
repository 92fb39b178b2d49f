"""The program looks beyond the plan: what is decided now serves it, and tables tell the plan alone."""

from typing import Any

import pytest

import sourcing
from tests.building import small
from tests.pipeline.test_horizons import framed


def looking(beyond: object, **changes: object) -> dict:
    """Ten tonnes a month for three months, and so many more looked at."""
    parts: dict[str, Any] = {
        "title": "looking",
        "discount": "0 %/year",
        "suppliers": {"reef": "Australia"},
        "offers": {"reef": {"price": "100 USD/t", "nameplate": "30 t/month"}},
        "stock": {"dy": {"end": {"value": "0 USD/t"}}},
        "demand": {"motors": {"need": "10 t/month", "firm": True}},
    }
    return small(3, **parts | changes) | {"horizon": {"start": "2027-01", "periods": 3, "beyond": beyond}}


@pytest.mark.parametrize(
    "beyond", [12, "12 months", "365 days", {"value": "1 year", "assumption": "as long as a ramp"}]
)
def test_an_outlay_that_pays_beyond_the_plan_is_made(beyond: object) -> None:
    """The contract saves 100 USD a month and costs 1000: it pays in fifteen months, not in three."""
    scenario = framed(1000.0)
    scenario["horizon"]["beyond"] = beyond
    plan = sourcing.solve(scenario)
    assert list(plan.contracts["decision"]) == ["sign"]
    assert plan.cost == pytest.approx(15 * 900 + 1000)
    assert plan.minimised == "expected cost over 15 months (12 of them beyond the plan)"


def test_tables_tell_the_plan_alone() -> None:
    plan, longer = sourcing.solve(looking(4)), sourcing.solve(looking(0), overrides=("horizon.periods=7",))
    assert plan.cost == pytest.approx(longer.cost)
    assert list(plan.stockpile["period"]) == ["2027-01", "2027-02", "2027-03"]
    assert max(plan.orders["period"]) == max(plan.arrivals["period"]) == "2027-03"
    assert plan.supplier_mix["volume"].sum() == pytest.approx(30)
    assert plan.comparisons.set_index("rule").loc["plan", "cost"] == pytest.approx(7000)


def test_a_bare_number_counts_periods_of_the_plan() -> None:
    quarters = looking(2)
    quarters["horizon"]["period"] = "quarter"
    assert sourcing.solve(quarters).cost == pytest.approx(5 * 3 * 1000)


def test_a_plan_without_a_look_beyond_is_as_it_was() -> None:
    plan = sourcing.solve(looking(0))
    assert plan.minimised == "expected cost"
    assert plan.cost == pytest.approx(3000)


@pytest.mark.parametrize("beyond", [-1, "minus one month", "12", True])
def test_a_look_that_is_no_duration_is_refused(beyond: object) -> None:
    with pytest.raises(sourcing.ScenarioError, match=r"horizon\.beyond"):
        sourcing.solve(looking(beyond))


# What arrives after the plan ----------------------------------------------------------------------------------------

FAR = {
    "suppliers": {"reef": "Australia", "mine": "Brazil"},
    "offers": {
        "reef": {"price": "100 USD/t", "nameplate": "10 t/month"},
        "mine": {
            "price": "40 USD/t",
            "nameplate": "30 t/month",
            "to_border": "1 month",
            "qualification": {"time": "2 months", "cost": "50 USD"},
        },
    },
}


def test_what_arrives_after_the_plan_is_prepared_with_the_reason() -> None:
    """Qualified in two months, made in one: the first tonne arrives in the fourth month, and saves 60 USD a tonne."""
    plan = sourcing.solve(looking(6, **FAR))
    (row,) = plan.qualifications.to_dict("records")
    assert (row["offer"], row["start"], row["arrives_after_plan"]) == ("mine", "2027-01", 1.0)
    (told,) = (line for line in plan.advice if line.startswith("Prepare to qualify for "))
    assert told.endswith("; what it sends arrives after 2027-03, for the needs of the 6 months beyond the plan.")


def test_what_arrives_within_the_plan_is_not_prepared() -> None:
    plan = sourcing.solve(looking(0, **FAR), overrides=("horizon.periods=9",))
    assert "arrives_after_plan" not in plan.qualifications
    assert any(line.startswith("Qualify for ") for line in plan.advice)


def test_a_contract_is_prepared_likewise() -> None:
    far = {
        "suppliers": {"reef": "Australia"},
        "offers": {"reef": {"price": "100 USD/t", "nameplate": "30 t/month", "to_border": "2 months"}},
        "opening_stock": {"dy": {"quantity": "50 t"}},
        "contracts": {
            "frame": {"offer": "reef", "volume": "10 t/month", "price": "60 USD/t", "from": "2027-03"},
        },
    }
    plan = sourcing.solve(looking(6, **far))
    (row,) = plan.contracts.to_dict("records")
    assert (row["decision"], row["arrives_after_plan"], row["from"]) == ("sign", 1.0, "2027-03")
    assert any(line.startswith("Prepare frame: ") and "arrives after 2027-03" in line for line in plan.advice)


# What is limited, and wanted at the end, is so within the plan -------------------------------------------------------


def test_a_target_at_the_end_is_kept_where_the_plan_ends() -> None:
    """A month of need is wanted after March; by June it is used up."""
    end = {"dy": {"end": {"value": "0 USD/t", "days": "30 days", "shortfall_cost": "1000 USD/t"}}}
    plan = sourcing.solve(looking(3, stock=end))
    assert plan.stockpile["stock"].iloc[-1] == pytest.approx(10)
    assert plan.cost == pytest.approx(6000)


def test_what_may_be_missed_is_missed_within_the_plan() -> None:
    """Five tonnes a month are to be had for ten; a fifth of the need may be missed at worst, and more is beyond."""
    scarce = {
        "offers": {"reef": {"price": "100 USD/t", "nameplate": "5 t/month"}},
        "opening_stock": {"dy": {"quantity": "9 t"}},
        "demand": {"motors": {"need": "10 t/month", "shortage": {"lost": {"cost": "10 USD/t"}}}},
    }
    scenario = looking(3, **scarce) | {"risk": {"service": {"motors": {"at_worst": "20 %"}}}}
    plan = sourcing.solve(scenario)
    assert plan.futures["unmet: motors"].iloc[0] == pytest.approx(0.2)


def test_an_amount_over_the_horizon_is_one_of_the_plan_and_a_share_holds_beyond_it_too() -> None:
    two = {
        "suppliers": {"reef": "Australia", "mine": "Brazil"},
        "offers": {"reef": {"price": "100 USD/t"}, "mine": {"price": "40 USD/t"}},
    }
    cheap = {"of": {"supplier": "mine"}, "over": "horizon"}
    volume = sourcing.solve(looking(2, **two) | {"rules": {"few": {"volume": cheap | {"at_most": "6 t"}}}})
    assert volume.cost == pytest.approx(6 * 40 + 24 * 100 + 20 * 40)
    share = sourcing.solve(looking(2, **two) | {"rules": {"few": {"share": cheap | {"at_most": "20 %"}}}})
    assert share.cost == pytest.approx(0.2 * 50 * 40 + 0.8 * 50 * 100)
    assert share.supplier_mix.set_index("supplier").loc["mine", "share"] == pytest.approx(0.2)


def test_years_are_counted_anew_beyond_the_plan() -> None:
    """Fourteen months of the plan are two years of it, twelve beyond one more: 6 t of the cheap in each."""
    two = {
        "suppliers": {"reef": "Australia", "mine": "Brazil"},
        "offers": {"reef": {"price": "100 USD/t"}, "mine": {"price": "40 USD/t"}},
    }
    rule = {"few": {"volume": {"of": {"supplier": "mine"}, "over": "year", "at_most": "6 t"}}}
    plan = sourcing.solve(looking(12, **two) | {"rules": rule}, overrides=("horizon.periods=14",))
    assert plan.cost == pytest.approx(260 * 100 - 3 * 6 * 60)
