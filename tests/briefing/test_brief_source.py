"""What a report of a scenario says: every part of the page is there, and its numbers are those of the analyses.

The scenario: one source in China at 100 USD/kg, another in Australia at 160, need 10 t a month for 3 months; a ban
(1 in 4) lets nothing out from March on; a ton short costs 0.5 MUSD.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sourcing
from sourcing.briefing import brief
from sourcing.errors import ScenarioError, SolveError
from sourcing.reports.findings import COLUMNS, Findings
from sourcing.reports.writing import write
from tests.building import small

BAN: dict[str, Any] = small(
    3,
    title="a ban",
    site="plant",
    suppliers={"a": {"country": "China", "title": "Southern"}, "b": {"country": "Australia", "title": "Northern"}},
    offers={
        "from a": {"supplier": "a", "price": {"value": "100 USD/kg", "low": 80, "high": 120}},
        "from b": {"supplier": "b", "price": "160 USD/kg", "spot_share": "0 %"},
    },
    contracts={
        "northern": {
            "offer": "from b",
            "volume": {"at_least": "1 t/month", "at_most": "5 t/month"},
            "price": "130 USD/kg",
            "take_or_pay": "100 %",
        }
    },
    demand={"motors": {"need": "10 t/month", "shortage": {"line down": {"share": 1, "cost": "500 USD/kg"}}}},
    futures={
        "calm": {"probability": 0.75, "author": "the desk"},
        "ban": {
            "probability": 0.25,
            "restrictions": {"stop": {"where": {"origin": "China"}, "from": "2027-03", "approval": 0}},
        },
    },
)


@pytest.fixture(scope="module")
def found() -> Findings:
    return brief(BAN)


def test_every_part_of_the_page_is_there(found: Findings) -> None:
    parts = ("decisions", "without_action", "with_plan", "cash", "deliverable", "undo", "odds")
    behind = ("tornado", "frontier", "tree", "restrictions")
    assert not [name for name in (*parts, *behind) if getattr(found, name).empty]


def test_rules_of_thumb_cost_what_the_other_tables_say(found: Findings) -> None:
    plan = found.plan.risk.set_index(["subject", "measure"])["value"]["cost", "expected"]
    today = found.plan.baseline.set_index(["subject", "measure"])["baseline"]["cost", "expected"]
    assert found.plan.comparisons["cost"][:2].tolist() == pytest.approx([plan, today])


def test_odds_are_solved_at_half_and_double(found: Findings) -> None:
    row = found.odds.set_index("future").loc["ban"]
    for word, share in (("half", 0.125), ("double", 0.5)):
        alone = sourcing.solve(BAN, overrides=(f"futures.ban.probability={share}",))
        assert row[f"cost_at_{word}"] == pytest.approx(alone.cost, rel=2e-4)


def test_a_bar_is_the_plan_at_each_end(found: Findings) -> None:
    bar = next(row for row in found.tornado.to_dict("records") if row["input"].startswith("price of"))
    assert (bar["low"], bar["high"]) == (80, 120)
    for end in ("low", "high"):
        alone = sourcing.solve(BAN, overrides=(f"offers.'from a'.price={bar[end]} USD/kg",))
        assert bar[f"cost_at_{end}"] == pytest.approx(alone.cost, rel=2e-4)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_is_written_in_both_tongues(found: Findings, language: str, tmp_path: Path) -> None:
    write(found, tmp_path / "r.md", language)  # type: ignore[arg-type]
    text = (tmp_path / "r.md").read_text("utf-8")
    assert ("half outside China" in text) == (language == "en")
    assert ("何もしない場合" in text) == (language == "ja")


def test_page_one_of_a_saved_plan_is_that_of_its_file(found: Findings, tmp_path: Path) -> None:
    """Whatever a report says of the scenario it says of the plan: every table of the findings is the same."""
    folder = sourcing.solve(BAN).save(tmp_path / "plan")
    again = brief(folder)
    for name in COLUMNS:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name), check_exact=False, rtol=1e-9)


def test_a_report_is_asked_of_a_plan_a_folder_and_a_mapping(tmp_path: Path) -> None:
    plan = sourcing.solve(BAN)
    texts = {
        plan.report(tmp_path / "a.md").read_text("utf-8"),
        sourcing.report(plan.save(tmp_path / "plan"), tmp_path / "b.md").read_text("utf-8"),
        sourcing.report(BAN, tmp_path / "c.md").read_text("utf-8"),
    }
    assert len({re.sub(r"[\d.]+ s\b", "", text) for text in texts}) == 1


def test_a_plan_that_does_not_come_out_again_is_not_reported(tmp_path: Path) -> None:
    """As one of an hour's search is not by a search of a minute: then the numbers would be those of another plan."""
    plan = sourcing.solve(BAN)
    folder = replace(plan, cost=plan.cost * 1.01, status="feasible").save(tmp_path / "plan")
    with pytest.raises(SolveError, match=r"the saved plan, feasible at .*, does not come out again"):
        brief(folder)


def test_a_plan_takes_no_overrides() -> None:
    with pytest.raises(ScenarioError, match="not to be changed; report the scenario file with the change"):
        brief(sourcing.solve(BAN), overrides=("futures.ban.probability=0.1",))
