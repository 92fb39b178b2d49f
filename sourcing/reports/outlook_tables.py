"""The tables of a plan that say what may happen: the futures, the border, the numbers that decide."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from sourcing.outcome import Plan
from sourcing.reports.catalogue_words import CatalogueWords
from sourcing.reports.frame_tables import Asked, ColumnRequest, records, table
from sourcing.reports.report_model import ColumnKind, ReportTable
from sourcing.scenario.provenance import STATED

MANY = 30  # rows of a table on the screen
DECIDE = 10  # numbers that decide, on the screen
FEW = 4  # demands beside the cost of a future


def futures(plan: Plan, words: CatalogueWords) -> Iterator[ReportTable]:
    """Cost, regret where it counts and unmet need of each future; many demands make a table of their own."""
    demands = [name for name in plan.futures.columns if name.startswith("unmet: ")]
    by_odds = plan.futures.sort_values("probability", ascending=False, kind="stable")
    likely = by_odds if len(plan.futures) > MANY else plan.futures
    amounts = [name for name in ("cost", "best_cost", "regret") if name in likely]
    beside = (ColumnRequest(name, ColumnKind.SHARE, heading=name) for name in demands if len(demands) <= FEW)
    asked: Asked = ("future", "probability", *amounts, *beside)
    made = table(words, "futures", likely, asked, plan.currency, together=True)
    yield made.first(MANY, words("table.rest", name="futures"))
    if len(demands) > FEW:
        turned = likely.head(MANY).set_index("future")[demands].T
        turned.insert(0, "demand", [name.removeprefix("unmet: ") for name in demands])
        shares = (ColumnRequest(str(name), ColumnKind.SHARE, heading=str(name)) for name in turned.columns[1:])
        yield table(words, "demands", turned, ("demand", *shares))


def _named(cells: "pd.Series[str]") -> str:
    """Every name of some cells once."""
    return "; ".join(dict.fromkeys(name for cell in cells for name in cell.split("; ") if name))


def border(plan: Plan, words: CatalogueWords) -> ReportTable:
    """What each future lets through of what waits."""
    frame = plan.border.groupby(["offer", "unit", "future"], sort=False, as_index=False).agg(
        {"regimes": _named, "exported": "sum", "cancelled": "sum", "waiting": "max"}
    )
    waiting = ColumnRequest("waiting", ColumnKind.MASS, "unit", words("column.waiting"))
    asked = ("offer", "future", "regimes", "exported", "cancelled", waiting)
    return table(words, "border", frame, asked).first(MANY, words("table.rest", name="border"))


def inputs(plan: Plan, words: CatalogueWords) -> ReportTable:
    """The heaviest numbers: what each is, between what it may lie, where it comes from, and how old that is."""
    rows = records(plan.inputs.head(DECIDE))
    frame = plan.inputs.head(DECIDE).assign(
        value=[_value(row, words) for row in rows],
        source=[_origin(row, words) for row in rows],
        as_of=[_dated(row, words) for row in rows],
    )
    weight = ColumnRequest("weight", ColumnKind.MONEY, plan.currency, words("column.weight"))
    made = table(words, "inputs", frame, ("title", "value", "source", "as_of", weight), plan.currency)
    left = len(plan.inputs) - len(rows)
    notes = [words("inputs.weight"), *([words("inputs.rest", count=str(left))] if left > 0 else [])]
    return replace(made, note=" ".join(notes))


def _value(row: dict[str, Any], words: CatalogueWords) -> str:
    """Value with its range; shares in percent."""
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    text = words.figures.number(value, row["unit"])
    if low != low or high != high:
        return text
    bare = "share" if row["unit"] == "share" else ""
    return words("inputs.range", value=text, low=words.figures.number(low, bare), high=words.figures.number(high, bare))


def _dated(row: dict[str, Any], words: CatalogueWords) -> str:
    return words("inputs.dated", date=row["as_of"], age=f"{row['age']:.0f}") if row["age"] == row["age"] else ""


def _origin(row: dict[str, Any], words: CatalogueWords) -> str:
    """The row and how sure it is; else whose estimate it is, else that it is assumed."""
    if row["source"]:
        return f"{row['source']}, {row['confidence']}"
    return row["author"] or words("inputs.stated" if row["assumption"] == STATED else "inputs.assumed")
