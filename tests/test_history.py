"""history: what came is what is on record, when it came; nobody knew it before."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from sourcing import datasets
from sourcing.advise import document, prepare
from sourcing.analyses.history import FORESIGHT, HISTORIES, LIVED, History, history, recorded
from sourcing.cli.stress_command import command
from sourcing.errors import ScenarioError
from sourcing.scenario.regimes import regimes

# Japan in December 2025: Chinese dysprosium at a price of data/, a recycler at ten times that, 1 t a month each needed.
JAPAN: dict[str, Any] = {
    "title": "before the halt",
    "as_of": "2025-12",
    "horizon": {"start": "2026-01", "periods": 6},
    "materials": {"dysprosium-oxide": {"unit": "kg"}},
    "sites": {"plant": {"country": "Japan"}},
    "suppliers": {"seller": {"country": "China"}, "recycler": {"country": "Japan"}},
    "offers": {
        "chinese": {
            "supplier": "seller",
            "material": "dysprosium-oxide",
            "price": "300 USD/kg",
            "expected": "3 t/month",
        },
        "recycled": {
            "supplier": "recycler",
            "material": "dysprosium-oxide",
            "price": "900 USD/kg",
            "expected": "400 kg/month",
        },
    },
    "lanes": {"all": {"where": {"material": "dysprosium-oxide"}, "site": "plant"}},
    "opening_stock": {"pile": {"material": "dysprosium-oxide", "site": "plant", "quantity": "500 kg"}},
    "demand": {
        "motors": {
            "site": "plant",
            "material": "dysprosium-oxide",
            "need": "1 t/month",
            "shortage": {"lost": {"cost": "5000 USD/kg"}},
        }
    },
    "futures": {
        "calm": {"probability": 0.9},
        "ban": {
            "probability": 0.1,
            "restrictions": {"feared": {"where": {"origin": "China"}, "from": "2026-03", "approval": 0.1}},
        },
    },
}


@pytest.fixture(scope="module")
def found() -> History:
    return history(JAPAN, "jp-2026", gap=1e-6)


def test_what_came_is_on_record() -> None:
    case = prepare(JAPAN)
    future = recorded(document(JAPAN), case, HISTORIES["jp-2026"])
    (halt,) = (part for part in future.restrictions if part.regime == "cn-2026-01-japan-practice")
    stated = regimes()["cn-2026-01-japan-practice"].restrictions["halt"]["approval"]["value"]
    assert halt.approval == stated
    assert halt.cover.tolist() == pytest.approx([26 / 31, 1, 1, 1, 1, 1])  # from 6 January
    assert all(part.name != halt.name for one in case.futures for part in one.restrictions)


def test_the_first_orders_do_not_know_and_the_rest_makes_the_best_of_it(found: History) -> None:
    cost = found.courses.set_index("course")["expected_cost"]
    assert cost[FORESIGHT] <= cost[LIVED] * (1 + 1e-6)
    months = found.months
    # After the stock and what came in January: 400 kg a month from the recycler and a trickle, so half is missed.
    assert months["unmet: motors"].iloc[-1] == pytest.approx(1 - 0.4 - 3 * 0.05, abs=0.01)
    assert "feared" not in set(months["regimes"])
    assert any("ban" in taken for taken in months["taken_for"])  # the halt is taken for the ban that was feared


def test_prices_move_along_their_series() -> None:
    prices = datasets.read("prices")
    moved = prices.groupby("series_id")["date"].agg(["min", "max", "count"])
    series = moved[(moved["min"] < "2025-12") & (moved["max"] > "2025-12") & (moved["count"] > 1)].index[0]
    rows = prices[prices["series_id"] == series].sort_values("date")
    first, last = rows.iloc[0], rows.iloc[-1]
    assert datasets.latest(f"prices/{first['id']}", "2026-11")["id"] == last["id"]  # type: ignore[index]
    assert datasets.latest(f"prices/{last['id']}", "1999-01") is None


@pytest.mark.parametrize(
    ("change", "name", "cause"),
    [
        ({}, "jp-1868", "there is no history 'jp-1868'"),
        ({"as_of": None}, "jp-2026", "needs its date and its futures"),
        ({"futures": {}}, "jp-2026", "needs its date and its futures"),
    ],
)
def test_what_cannot_be_lived_is_told(change: dict[str, Any], name: str, cause: str) -> None:
    scenario = {key: value for key, value in {**JAPAN, **change}.items() if value is not None}
    with pytest.raises(ScenarioError, match=cause):
        history(scenario, name)


def test_every_history_names_regimes_that_exist() -> None:
    assert {name for chapter in HISTORIES.values() for name in chapter.regimes} <= set(regimes())


def test_the_example_of_december_2025(tmp_path: Path) -> None:
    """Decided before the halt and lived through it: far below what is done today, above perfect foresight."""
    example = Path(__file__).parent.parent / "examples" / "japan_december_2025.yaml"
    result = CliRunner().invoke(command, [str(example), "--history", "jp-2026", "--quiet", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    cost = pd.read_csv(tmp_path / "courses.csv").set_index("course")["expected_cost"]
    assert cost[FORESIGHT] <= cost[LIVED] < 0.5 * cost["what is done today"]
    assert "observed halt in 2026-01" in " ".join(result.output.split())


def test_the_example_of_april_2025() -> None:
    """The licences came sooner than anyone feared: half of what was done then, half as much again as with foresight."""
    found = history(Path(__file__).parent.parent / "examples" / "japan_april_2025.yaml", "ree-2025")
    cost = found.courses.set_index("course")["expected_cost"]
    assert cost[LIVED] < 0.6 * cost["what is done today"]
    assert cost[LIVED] > 1.2 * cost[FORESIGHT]
    assert found.months["taken_for"].iloc[0] != ""  # nothing of April was foreseen
