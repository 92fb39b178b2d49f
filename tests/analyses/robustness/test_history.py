"""history: what came is what is on record, when it came; nobody knew it before."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sourcing.analyses.robustness.history import HISTORIES, History, history, recorded
from sourcing.analyses.robustness.history_sentences import FORESIGHT, LIVED
from sourcing.case.case import Case
from sourcing.case.records import Future
from sourcing.cli.stress_command import command
from sourcing.errors import ScenarioError
from sourcing.facts import datasets
from sourcing.pipeline.source import document, prepare
from sourcing.scenario.regime_library import regimes
from tests.building import small
from tests.checkout import EXAMPLES

# Japan in December 2025: Chinese dysprosium at a price of data/, a recycler at ten times that, 1 t a month each needed.
JAPAN: dict[str, Any] = small(
    6,
    start="2026-01",
    title="before the halt",
    as_of="2025-12",
    materials={"dysprosium-oxide": {"unit": "kg"}},
    site="plant",
    suppliers={"seller": "China", "recycler": "Japan"},
    offers={
        "chinese": {"supplier": "seller", "price": "300 USD/kg", "expected": "3 t/month"},
        "recycled": {"supplier": "recycler", "price": "900 USD/kg", "expected": "400 kg/month"},
    },
    opening_stock={"pile": {"quantity": "500 kg"}},
    demand={"motors": {"need": "1 t/month", "shortage": {"lost": {"cost": "5000 USD/kg"}}}},
    futures={
        "calm": {"probability": 0.9},
        "ban": {
            "probability": 0.1,
            "restrictions": {"feared": {"where": {"origin": "China"}, "from": "2026-03", "approval": 0.1}},
        },
    },
)


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


@pytest.mark.parametrize(
    ("month", "price"),
    [
        ("2007-01", 89.1),  # the mean of the year
        ("2009-02", 96.46),  # the mean of the quarter, not that of the year 2009
        ("2010-07", 280.0),  # the day in it
        ("2010-09", 280.0),  # nothing of that month or quarter: the last one known
        ("2010-10", 287.85),  # the mean of the quarter that has just begun, not the day of July
        ("2011-09", 2262.31),
        ("2014-01", 2262.31),
    ],
)
def test_the_price_of_a_month(month: str, price: float) -> None:
    """Dysprosium oxide FOB China, rows prc-0141 to prc-0146 and prc-0180 to prc-0183."""
    found = datasets.price_in("prices/prc-0146", month)
    assert found is not None
    assert found["price"] == price


def test_no_price_before_the_first() -> None:
    assert datasets.price_in("prices/prc-0146", "2006-12") is None


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
    """Decided before the halt and lived through it: below every rule of thumb, above perfect foresight."""
    result = CliRunner().invoke(
        command, [str(EXAMPLES / "japan_december_2025.yaml"), "--history", "jp-2026", "--quiet", "--out", str(tmp_path)]
    )
    assert result.exit_code == 0, result.output
    cost = pd.read_csv(tmp_path / "courses.csv").set_index("course")["expected_cost"]
    assert cost[FORESIGHT] <= cost[LIVED] < 0.9 * cost["sign what is on the table"]
    assert "In 2026-01 came: ban on military users; observed halt; refused contracts." in " ".join(
        result.output.split()
    )


def test_the_example_of_april_2025() -> None:
    """Who decides without foresight pays half as much again; the plan is a tenth below the best rule of thumb."""
    found = history(EXAMPLES / "japan_april_2025.yaml", "ree-2025")
    cost = found.courses.set_index("course")["expected_cost"]
    assert cost[LIVED] < 0.93 * cost["sign what is on the table"]
    assert cost[LIVED] > 1.2 * cost[FORESIGHT]
    assert found.months["taken_for"].iloc[0] != ""  # nothing of April was foreseen


# 2010 and 2023, in examples that know nothing later -------------------------------------------------------------------


def came(example: str, name: str) -> tuple[Case, Future]:
    source = EXAMPLES / f"{example}.yaml"
    case = prepare(source)
    return case, recorded(document(source), case, HISTORIES[name])


def covers(future: Future, regime: str) -> list[float]:
    (found,) = {tuple(part.cover) for part in future.restrictions if part.regime == regime}
    return list(found)


def factors(case: Case, future: Future, offer: str) -> list[float]:
    """Price of an offer over that of the decision, period by period: 1 unless a level says otherwise."""
    found = np.ones(len(case.calendar))
    for change in future.changes:
        if offer in change.names:
            found = np.where(change.cover > 0, change.factor, found)
    return list(found)


def test_the_measures_of_2010_come_when_they_came() -> None:
    case, future = came("japan_2010", "cn-jp-2010")
    assert case.calendar.labels[0] == "2010-09"
    assert covers(future, "cn-2010-quota") == [1.0] * 13  # since July
    halt = [10 / 30, 1.0, 24 / 30, *[0.0] * 10]  # September 21st to November 24th, both included
    assert covers(future, "cn-2010-embargo-japan") == pytest.approx(halt)
    assert {part.regime for part in future.restrictions} == {"cn-2010-quota", "cn-2010-embargo-japan"}
    assert {part.regime for one in case.futures for part in one.restrictions} == {"cn-2010-quota", ""}


@pytest.mark.parametrize(
    ("offer", "quarters"),  # means of the last quarter of 2010 and the first three of 2011 over the price of July 26th
    [
        ("southern dysprosium", (287.85 / 280, 412.9 / 280, 921.2 / 280, 2262.31 / 280)),
        ("silmet neodymium", (81.38 / 42, 130.23 / 42, 256.15 / 42, 338.85 / 42)),
        ("baotou lanthanum", (52.49 / 12, 75.87 / 12, 135.02 / 12, 117.68 / 12)),
        ("rhodia cerium", (52.62 / 10.5, 77.52 / 10.5, 138.29 / 10.5, 118.65 / 10.5)),
        ("southern terbium", (595 / 540, 717.6 / 540, 1659.2 / 540, 3761.54 / 540)),
        ("southern europium", (611.54 / 558, 719.2 / 558, 1830 / 558, 4900 / 558)),
    ],
)
def test_the_prices_of_2010_and_2011_are_those_of_their_quarter(offer: str, quarters: tuple[float, ...]) -> None:
    found = factors(*came("japan_2010", "cn-jp-2010"), offer)
    assert found == pytest.approx([1.0, *(factor for factor in quarters for _ in range(3))])


def test_2010_lived() -> None:
    """A fifth below the best rule of thumb; the price was what nobody feared."""
    found = history(EXAMPLES / "japan_2010.yaml", "cn-jp-2010")
    cost, lost = (found.courses.set_index("course")[name] for name in ("expected_cost", "margin_lost"))
    assert 0.7 * cost["sign what is on the table"] < cost[LIVED] < 0.9 * cost["sign what is on the table"]
    assert lost[LIVED] < 0.6 * lost["as today"]
    assert cost[FORESIGHT] < 0.65 * cost[LIVED]
    assert "In 2010-09 came: Undeclared halt of rare earths for Japan" in " ".join(found.sentences)
    months = found.months.set_index("period")
    in_force = months["regimes"].str.contains("cn-2010-embargo-japan")
    assert list(months.index[in_force]) == ["2010-09", "2010-10", "2010-11"]
    # What arrives in November left China in October: 28 % of 475 t a year; and scrap ordered then, all of 30 t a year.
    # A tenth of the need is thrifted.
    held, need = months["stock: dysprosium-oxide @ japan [t]"], 4250 * 0.1176 * 30 / 365
    arrived = held["2010-11"] - held["2010-10"] + need * (0.9 - months["unmet: magnet making"]["2010-11"])
    assert arrived == pytest.approx((0.28 * 475 + 30) * 31 / 365, abs=0.01)


def test_the_measures_of_2023_come_when_they_came() -> None:
    case, future = came("gallium_germanium_2023", "ga-ge-2023")
    assert case.calendar.labels[0] == "2023-07"
    for name in ("cn-2023-gallium-germanium-licensing", "cn-2023-gallium-germanium-practice"):
        assert covers(future, name) == [0.0, *[1.0] * 17]
    assert covers(future, "cn-2024-us-ban") == pytest.approx([*[0.0] * 17, 29 / 31])  # from December 3rd 2024
    flow = {part.name.partition(": ")[2]: part for part in future.restrictions if "slow-flow" in part.name}
    assert {name: part.approval for name, part in flow.items()} == pytest.approx(
        {"gallium": 0.27, "germanium": 0.45, "none for the United States": 0.0}
    )
    assert list(flow["gallium"].cover) == [0.0, *[1.0] * 11, *[0.0] * 6]  # to June 2024
    assert {part.regime for one in case.futures for part in one.restrictions} == {""}


def test_the_prices_of_2023_and_2024_are_those_on_record() -> None:
    case, future = came("gallium_germanium_2023", "ga-ge-2023")
    gallium = [326, 400, 425, 425, 425, 550, *[550] * 11, 595]  # USD/kg in Rotterdam at the end of each month
    assert factors(case, future, "chinese gallium") == pytest.approx([price / 257.5 for price in gallium])
    chinese = [*[1160] * 11, 1500, 1500, 2280, *[2630] * 4]  # FOB
    assert factors(case, future, "chinese germanium") == pytest.approx([price / 1160 for price in chinese])
    western = [*[1473] * 14, *[3000] * 4]
    assert factors(case, future, "umicore germanium") == pytest.approx([price / 1350 for price in western])


def test_2023_lived() -> None:
    found = history(EXAMPLES / "gallium_germanium_2023.yaml", "ga-ge-2023")
    cost = found.courses.set_index("course")["expected_cost"]
    assert cost[FORESIGHT] < cost[LIVED] < 0.8 * cost["sign what is on the table"]
    assert cost[LIVED] < 1.4 * cost[FORESIGHT]
    months = found.months.set_index("period")
    assert months["regimes"]["2023-07"] == ""
    assert months["taken_for"]["2023-10"] == "halt for the United States"
    # What arrives in November was ordered in July, a quarter before; nothing of it is Chinese any more.
    held, need = months["stock: gallium @ usa [kg]"], 18000 * 30 / 365
    arrived = held["2023-11"] - held["2023-10"] + need * (1 - months["unmet: gallium for chips and lamps"]["2023-11"])
    assert arrived == pytest.approx((5000 + 3100 + 3100) * 31 / 365, abs=0.1)
