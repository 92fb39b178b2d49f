"""Reports are tested on the plan of the shipped example, with small tables for what takes further solves."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.briefing.board import board
from sourcing.outcome import Plan
from sourcing.pipeline.plan_scenario import SolvedProgram, answer
from sourcing.reports.building import build
from sourcing.reports.findings import COLUMNS, Findings
from sourcing.reports.report_model import Report
from sourcing.solver.highs import Options
from tests.checkout import EXAMPLES

EXAMPLE = EXAMPLES / "japan_heavy_rare_earths.yaml"
NAN = float("nan")
HOSTILE = (
    "</script><script>window.broken=1</script>",
    '=HYPERLINK("http://evil.example")',
    "<img src=x onerror=alert(1)>",
    "\"'&|`*_#",
    "ライナス<b>",
    "@SUM(1)",
    "{what}{0}",
    '#import "x"; $x$',
    "-->",
)


def frame(name: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    """A table of Findings."""
    return pd.DataFrame(list(rows), columns=COLUMNS[name].split())


@pytest.fixture(scope="session")
def made() -> SolvedProgram:
    return answer(EXAMPLE, Options())


@pytest.fixture(scope="session")
def plan(made: SolvedProgram) -> Plan:
    return made.plan


@pytest.fixture(scope="session")
def brief(made: SolvedProgram) -> Findings:
    """Page one, but for where choices turn."""
    found = board(made.plan, SolvedCase(made.stated, made.solution), CaseSolver(Options()), lambda part: None)
    return replace(found, decisions=found.decisions.head(4))


@pytest.fixture(scope="session")
def full(brief: Findings) -> Findings:
    """Every table has rows."""
    waiting = brief.decisions.assign(cost_of_waiting=[12.4e6, 3.1e6, 0.8e6, 0.2e6][: len(brief.decisions)])
    return replace(
        brief,
        decisions=waiting,
        without_action=brief.without_action.assign(first_short="2027-03"),
        cash=brief.cash.assign(peak_period="2027-02"),
        break_evens=frame(
            "break_evens",
            (
                "contract",
                "lynas dy offtake",
                "",
                "sign",
                "do not sign",
                "price",
                "lynas dy offtake",
                450.0,
                1890.0,
                "USD/kg",
            ),
            ("qualify", "MP Materials", "ndpr-oxide", "later", "now", "probability", "full ban", 0.25, 0.31, "share"),
            ("qualify", "Iluka", "ndpr-oxide", "later", "no", "probability", "full ban", 0.25, 0.04, "share"),
        ),
        odds=brief.odds.assign(
            author="board paper, Nov 2026", cost_at_half=[2.5e9, 2.1e9, 1.9e9], cost_at_double=[1.8e9, 2.3e9, 2.6e9]
        ),
        tornado=frame(
            "tornado",
            (
                "lost margin of a magnet",
                100.0,
                300.0,
                "USD/kg",
                1.4e9,
                3.9e9,
                0.31,
                0.29,
                "fewer contracts",
                "as now",
                True,
            ),
            ("price of NdPr oxide", 95.0, 172.0, "USD/kg", 2.2e9, 2.6e9, 0.3, 0.3, "as now", "as now", False),
        ),
        frontier=frame(
            "frontier",
            (2.1e9, 3.9e9, 0.34, False, "1 % less shortage"),
            (2.25e9, 3.5e9, 0.30, True, "0.3 % less shortage"),
            (2.6e9, 3.4e9, 0.29, False, ""),
        ),
        tree=tree(brief.plan),
        regimes=regimes(brief.plan),
        survival=frame(
            "survival",
            ("today", "supplier", "Recyclers of scrap magnets", "", 363.2, 304.0, 16.3e6, 0.012, True),
            ("today", "country", "China", "", 79.7, 31.0, 35.0e6, 0.41, False),
            ("today", "feed", "Bayan Obo", "", 180.3, 120.0, 4.2e6, 0.2, False),
            ("today", "none", "nothing", "imported magnets", 73.5, NAN, NAN, 0.0, False),
        ),
        stress=frame(
            "stress",
            ("lived", 10, 2.4e9, 2.1e9, 2.7e9, 1.1e9, NAN, NAN),
            ("foresight", 200, 2.2e9, 2.1e9, 2.3e9, 1.0e9, NAN, NAN),
            ("foresight_same", 10, 2.25e9, 2.0e9, 2.5e9, 1.0e9, -0.15e9, 0.0),
            ("as today", 10, 6.0e9, 5.0e9, 7.0e9, 5.1e9, 3.6e9, 1.0),
            ("half outside China", 10, 2.3e9, 2.0e9, 2.6e9, 1.2e9, -0.1e9, 0.3),
        ),
        history=frame(
            "history",
            ("jp-2026", "lived", 1.9e9, 0.7e9, 0.0),
            ("jp-2026", "sign what is on the table", 4.4e9, 3.5e9, 2.5e9),
            ("jp-2026", "foresight", 1.7e9, 0.6e9, -0.2e9),
        ),
        restrictions=frame(
            "restrictions",
            (
                "observed halt",
                "dysprosium oxide, terbium oxide from China",
                "2026-01-06",
                "",
                "controls/ctl-031",
                "read",
            ),
        ),
    )


@pytest.fixture(scope="session")
def english(full: Findings) -> Report:
    return build(full, "en")


@pytest.fixture(scope="session")
def japanese(full: Findings) -> Report:
    return build(full, "ja")


def regimes(plan: Plan) -> pd.DataFrame:
    """The export ban comes in April in one future, the licensing is there in all."""
    periods = list(dict.fromkeys(plan.stockpile["period"]))
    sure = [("licensing", period, 1.0, 1.0, "relief, as now, full ban") for period in periods]
    ban = [("export ban", period, 0.25 * (time >= 3), 0.25, "full ban") for time, period in enumerate(periods)]
    return frame("regimes", *sure, *ban)


def tree(plan: Plan) -> pd.DataFrame:
    """The tree of the example, by hand: the ban is seen in February, relief in April."""
    periods = list(dict.fromkeys(plan.stockpile["period"]))
    rows: list[tuple[object, ...]] = [(0, -1, periods[0], 1.0, "relief, as now, full ban", "")]
    last = {"relief": 0, "as now": 0, "full ban": 0}
    odds = dict(zip(plan.futures["future"], plan.futures["probability"], strict=True))
    for time, period in enumerate(periods[1:], 1):
        groups = [("relief", "as now"), ("full ban",)] if time < 3 else [("relief",), ("as now",), ("full ban",)]
        for group in groups:
            probability = float(np.sum([odds[name] for name in group]))
            rows.append((len(rows), last[group[0]], period, probability, ", ".join(group), "seen"))
            last |= dict.fromkeys(group, len(rows) - 1)
    return frame("tree", *rows)


@pytest.fixture(scope="session")
def hostile(full: Findings) -> Findings:
    """The same, with names that try to be markup, scripts and formulas in every text of every table."""

    def spoiled(table: pd.DataFrame) -> pd.DataFrame:
        kept = {
            "period",
            "decision",
            "course",
            "unit",
            "price_unit",
            "per",
            "future",
            "material",
            "kind",
            "measure",
            "subject",
            "turns_to",
            "varied",
            "stock",
            "history",
            "hidden",
            "regime",
        }
        texts = [name for name in table.columns if name not in kept and not pd.api.types.is_numeric_dtype(table[name])]
        texts = [
            name
            for name in texts
            if name not in ("knee", "changes_decision", "last_date", "first_short", "from", "until")
        ]
        return table.assign(
            **{name: [f"{text}{HOSTILE[row % len(HOSTILE)]}" for row, text in enumerate(table[name])] for name in texts}
        ).assign(
            **{
                name: list(HOSTILE[: len(table)])
                for name in ("decision",)
                if name == "decision" and name in table and len(table) <= 5
            }
        )

    plan = replace(
        full.plan,
        title=HOSTILE[0] + HOSTILE[1],
        **{name: spoiled(getattr(full.plan, name)) for name in ("supplier_mix", "inputs", "comparisons")},
    )
    names = {"relief": HOSTILE[0], "as now": HOSTILE[1], "full ban": HOSTILE[4]}
    plan = replace(
        plan,
        futures=plan.futures.assign(future=plan.futures["future"].map(names)),
        stockpile=plan.stockpile.assign(future=plan.stockpile["future"].map(names)),
    )
    tables = {name: spoiled(getattr(full, name)) for name in COLUMNS}
    tables["deliverable"] = full.deliverable.assign(
        subject=full.deliverable["subject"] + HOSTILE[2], future=full.deliverable["future"].map(names | {"": ""})
    )
    tables["regimes"] = full.regimes.assign(regime=full.regimes["regime"] + HOSTILE[0])
    return replace(full, plan=plan, **tables)
