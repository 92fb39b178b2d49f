"""`as_of`: a scenario dated in the past knows nothing later, and says where a number stands without its row."""

import re
from pathlib import Path

import pytest

import sourcing
from sourcing.cli import main
from sourcing.errors import DataError
from sourcing.facts import datasets
from sourcing.scenario.known_at import as_known, hidden, kept_as_assumptions, names_later, reason
from sourcing.scenario.numbers import quantities
from sourcing.scenario.provenance import source
from tests.checkout import EXAMPLES

HALT = "cn-2026-01-japan-practice"


def shown(capsys: pytest.CaptureFixture[str], file: Path | str, *more: str) -> list[str]:
    with pytest.raises(SystemExit) as stopped:
        main(["show", str(file), "--sources", *more])
    assert stopped.value.code == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("file", ["japan_december_2025.yaml", "japan_heavy_rare_earths.yaml"])
def test_no_later_row_appears_under_as_of(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, EXAMPLES / file, "--set", "as_of=2025-12")
    assert len(lines) > 200
    for line in lines:
        why = line[line.rindex("  [") :]
        assert not re.search(r"as of 2026|2026-\d\d", why), line
        for row in re.findall(r"\b[a-z_]+/[a-z0-9]+(?:-[a-z0-9]+)*", why):
            try:
                assert datasets.is_known(row, "2025-12"), line
            except DataError:
                continue  # "and/or" is no row
    assert any("prices/prc-0282: " in line and ": 287 USD/kg  [" in line for line in lines)  # not 291 of January 2026
    assert any("not known at 2025-12, the number stands as an assumption" in line for line in lines)
    assert not any("observed halt" in line or "military" in line for line in lines)


def test_today_every_row_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, EXAMPLES / "japan_heavy_rare_earths.yaml")
    assert any("prices/prc-0284: " in line for line in lines)
    assert not any("not known at" in line for line in lines)


def future(**restrictions: object) -> dict:
    return {
        "extends": "japan",
        "as_of": "2025-12",
        "futures": {"one": {"probability": 1, "restrictions": restrictions}},
    }


def test_a_future_may_fear_what_nobody_announced_but_not_know_what_came() -> None:
    """A ban of its own stays; the halt of the file and the regimes of 2026 do not come back through a future."""
    fear = {"where": {"origin": "China"}, "from": "2027-04", "approval": 0}
    slow = {"regime": "cn-2025-04-heavy-slow-flow", "from": "2027-02", "until": "2027-06"}
    late_regime = {"regime": HALT, "announced": "2025-11", "from": "2027-02"}
    scenario = sourcing.load(
        future(**{"fear": fear, "slow": slow, "observed halt": {"until": "2027-03"}, "halt": late_regime})
    )
    late = {path[-1] for path in hidden(scenario) if path[0] == "futures"}
    assert late == {"observed halt", "halt"}
    assert set(as_known(scenario).futures["one"].restrictions) == {"fear", "slow"}
    assert "observed halt" not in as_known(scenario).restrictions


def test_numbers_of_later_rows_are_counted_and_named() -> None:
    scenario = sourcing.load({"extends": "japan", "as_of": "2025-12"})
    assert kept_as_assumptions(scenario) > 30
    assert kept_as_assumptions(sourcing.load({"extends": "japan"})) == 0  # compiled in November 2026
    number = next(found for path, found in quantities(scenario) if found.row == "stockpiles/stk-025")
    assert source(number, "2025-12") == "stockpiles: not known at 2025-12, the number stands as an assumption"


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("terms of March 2026", True),
        ("Reuters Jan 2026", True),
        ("SunSirs 2026-02-03", True),
        ("page of December 2025", False),
        ("7000 t in 2028", False),  # a plan
        ("output of 2027-28", False),  # years, not a month
    ],
)
def test_months_later_than_a_date_are_seen(text: str, later: bool) -> None:
    assert names_later(text, "2025-12") == names_later(text, "2025") == later
    assert (reason(text, "2025-12") != text) == later
    assert not names_later(text, None)


def test_a_reason_that_quotes_a_later_row_is_not_told() -> None:
    assert reason("as in licensing/lic-014", "2025-12") == "its reason rests on what was not known at 2025-12"
    assert reason("as in licensing/lic-001", "2025-12") == "as in licensing/lic-001"
