"""What a report is handed of what may come: the rows that bite, hidden ones first; mistakes before a long solve."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import sourcing
from sourcing.briefing import brief
from sourcing.briefing.uncertainty_findings import outages
from sourcing.cli.report_command import command
from sourcing.errors import ScenarioError
from sourcing.pipeline.source import document
from sourcing.reports.findings import COLUMNS
from tests.building import small

# 1 t a day of each of two materials, 45 t of each in stock; dy costs 100 USD/kg, tb 1: 1 % of what is spent, and no
# less needed. Goods arrive in the month of the order.
TWO = small(
    4,
    title="a dear material and a cheap one",
    materials={"dy": {"unit": "t"}, "tb": {"unit": "t"}},
    site="plant",
    suppliers={"big": {"country": "Malaysia", "title": "Big"}, "small": {"country": "Malaysia", "title": "Small"}},
    offers={
        "dy": {"supplier": "big", "material": "dy", "price": "100 USD/kg"},
        "tb": {"supplier": "small", "material": "tb", "price": "1 USD/kg"},
    },
    lanes={"sea": {"where": {"material": ["dy", "tb"]}, "site": "plant"}},
    opening_stock={
        "pile of dy": {"material": "dy", "quantity": "45 t"},
        "pile of tb": {"material": "tb", "quantity": "60 t"},
    },
    demand={
        name: {
            "site": "plant",
            "material": material,
            "need": "365 t/year",
            "shortage": {"lost": {"cost": "1000 USD/kg"}},
        }
        for name, material in (("motors", "dy"), ("lamps", "tb"))
    },
)


def test_the_hidden_point_of_failure_stands_before_what_stops_sooner() -> None:
    frame = outages(document(TWO, ()), "today")
    assert list(frame.columns) == COLUMNS["survival"].split()
    first, second = frame.to_dict("records")[:2]
    assert (first["lost"], first["hidden"], first["days_met"]) == ("Small", True, pytest.approx(60))
    assert (second["hidden"], second["days_met"]) == (False, pytest.approx(45))
    assert first["share_of_spend"] < 0.05
    assert set(frame["stock"]) == {"today"}
    assert set(frame["demand"]) == {""}


def test_a_file_that_has_no_history_is_told_before_anything_is_solved() -> None:
    steps: list[str] = []
    with pytest.raises(ScenarioError, match="a decision of the past needs its date"):
        brief(TWO, history="jp-2026", step=steps.append)
    assert steps == ["history"]
    with pytest.raises(ScenarioError, match="there is no history 'jp-2062'"):
        brief(TWO, history="jp-2062")


def test_a_saved_plan_is_asked_what_its_file_is_asked(tmp_path: Path) -> None:
    """--deep and --history ask the scenario that the plan keeps; both are refused of it for the reasons of its file."""
    folder = sourcing.solve(TWO).save(tmp_path / "plan")
    result = CliRunner().invoke(command, [str(folder), "--out", str(tmp_path / "r.md"), "--history", "jp-2026"])
    assert isinstance(result.exception, ScenarioError)
    assert "a decision of the past needs its date" in str(result.exception)
    plan_too = brief(folder, deep=True).survival
    assert set(plan_too["stock"]) == {"today", "plan"}
