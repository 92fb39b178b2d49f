"""What may happen and what it costs, as tables: futures, the border, costs, limits, the numbers that decide."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from sourcing.cli.numbers_shown import amount, fixed, money, share
from sourcing.cli.text_grid import MANY, TextGrid, grid, records
from sourcing.outcome import Plan
from sourcing.scenario.provenance import STATED

DECIDE = 10  # numbers that decide, on the screen
FEW = 4  # demands beside the cost of a future


def futures(plan: Plan) -> Iterator[TextGrid]:
    """Cost, regret where it counts and unmet need of each future; many demands make a table of their own."""
    demands = [name for name in plan.futures.columns if name.startswith("unmet: ")]
    scale = money(plan.futures["cost"], plan.currency)
    by_odds = plan.futures.sort_values("probability", ascending=False, kind="stable")
    likely = records(by_odds if len(plan.futures) > MANY else plan.futures)
    beside = demands if len(demands) <= FEW else []
    counted = {"cost": "cost", "best_cost": "best with foresight", "regret": "regret"}
    amounts = {name: told for name, told in counted.items() if name in plan.futures.columns}
    rows = [
        (
            *(row["future"], share(row["probability"]), *(scale(row[name]) for name in amounts)),
            *(share(row[name]) for name in beside),
        )
        for row in likely
    ]
    headings = ("future", "probability", *(f"{told}, {scale.name}" for told in amounts.values()), *beside)
    yield grid("Futures", headings, rows, len(headings) - 1, "futures")
    if not beside and demands:
        names = tuple(row["future"] for row in likely[:MANY])
        lines = [(name.removeprefix("unmet: "), *(share(row[name]) for row in likely[:MANY])) for name in demands]
        yield grid("Share of need unmet by future", ("demand", *names), lines, len(names))


def _named(cells: "pd.Series[str]") -> str:
    """Every name of some cells once."""
    return "; ".join(dict.fromkeys(name for cell in cells for name in cell.split("; ") if name))


def border(plan: Plan) -> TextGrid:
    """What each future lets through of what waits."""
    by = ["offer", "unit", "future"]
    frame = plan.border.groupby(by, sort=False, as_index=False).agg(
        {"regimes": _named, "exported": "sum", "cancelled": "sum", "waiting": "max"}
    )
    rows = [
        (
            row["offer"],
            row["future"],
            row["regimes"],
            *(amount(row[key], row["unit"]) for key in ("exported", "cancelled", "waiting")),
        )
        for row in records(frame)
    ]
    headings = ("offer", "future", "limited by", "exported", "cancelled", "most waiting")
    return grid("At the border", headings, rows, 3, "border")


def costs(plan: Plan) -> TextGrid:
    expected = plan.costs[
        (plan.costs["future"] == "expected") & ((plan.costs["charge"] != 0) | (plan.costs["cash"] != 0))
    ]
    scale = money(expected[["charge", "cash"]].to_numpy().ravel(), plan.currency)
    rows = [(row["kind"], scale(row["charge"]), scale(row["cash"])) for row in records(expected)]
    total = ("total", scale(float(expected["charge"].sum())), scale(float(expected["cash"].sum())))
    return grid("Expected cost by kind", (scale.name, "charged, discounted", "cash"), [*rows, total], 2)


def prices(plan: Plan) -> TextGrid:
    """The dearest limits, of masses per kilogram as prices are quoted."""
    frame = plan.prices.groupby(["kind", "thing", "unit"], sort=False, as_index=False).agg(
        {"price": "mean", "high": "max"}
    )
    tonnes = frame["unit"].str.endswith("/t")
    frame.loc[tonnes, ["price", "high"]] /= 1000
    frame["unit"] = frame["unit"].str.replace(r"/t$", "/kg", regex=True)
    frame = frame.sort_values("price", ascending=False, kind="stable").head(12)
    rows = [
        (row["kind"].replace("_", " "), row["thing"], row["unit"], fixed(row["price"], 0), fixed(row["high"], 0))
        for row in records(frame)
    ]
    return grid("What one more unit is worth", ("limit", "of", "in", "mean", "highest"), rows, 2)


def inputs(plan: Plan) -> TextGrid:
    """The heaviest numbers: what each is, between what it may lie, where it comes from, and how old that is."""
    scale = money(plan.inputs["weight"], plan.currency)
    rows = [
        (
            row["title"],
            _value(row),
            _origin(row),
            f"{row['as_of']}, {row['age']:.0f} months old" if row["age"] == row["age"] else "",
            scale(row["weight"]),
        )
        for row in records(plan.inputs.head(DECIDE))
    ]
    found = grid("Numbers that decide", ("number", "value", "from", "as of", scale.name), rows, 1)
    note = "the money is what a tenth more or less of a number (of a share: ten points) moves the cost of this plan by"
    left = len(plan.inputs) - len(rows)
    return replace(found, note=note + (f"; {left} more in the table 'inputs'" if left > 0 else ""))


def _value(row: dict[str, Any]) -> str:
    """Value with its range; shares in percent."""

    def said(number: float) -> str:
        return share(number) if row["unit"] == "share" else f"{number:,.0f}" if number >= 100 else f"{number:.3g}"

    unit = "" if row["unit"] in ("share", "factor") else f" {row['unit']}"
    ranged = row["low"] == row["low"] and row["high"] == row["high"]
    ends = f" ({said(row['low'])} to {said(row['high'])})" if ranged else ""
    return f"{said(row['value'])}{unit}{ends}"


def _origin(row: dict[str, Any]) -> str:
    """The row and how sure it is; else whose estimate it is, else that it is assumed."""
    if row["source"]:
        return f"{row['source']}, {row['confidence']}"
    return row["author"] or ("stated in the file" if row["assumption"] == STATED else "assumption")
