"""The tables of a plan as a planner reads them: few rows, few columns, numbers as text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sourcing.cli.figures import amount, days, fixed, money, share
from sourcing.plan import Plan
from sourcing.scenario.provenance import STATED

MANY = 30  # rows of a table on the screen
PERIODS = 6  # of stock on the screen
DECIDE = 10  # numbers that decide, on the screen
FEW = 4  # demands beside the cost of a future


@dataclass(frozen=True)
class Grid:
    """A table ready to be read: title, headings, rows of text; which columns are numbers; what stands below it."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...]
    note: str = ""


def grids(plan: Plan) -> Iterator[Grid]:
    """The tables in order of reading, short enough for a screen; empty ones are left out."""
    found = (
        *_beside(plan),
        _mix(plan),
        _contracts(plan),
        _qualifications(plan),
        _first_orders(plan),
        _stock(plan),
        *_futures(plan),
        _border(plan),
        _costs(plan),
        _prices(plan),
        _inputs(plan),
    )
    return (grid for grid in found if grid.rows)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    return records


def _grid(title: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], numbers: int, of: str = "") -> Grid:
    """A grid whose last `numbers` columns are numbers, cut where it is long; `of` names the table with the rest."""
    right = tuple(range(len(headings) - numbers, len(headings)))
    left = len(rows) - MANY
    note = f"{left} more in the table '{of}', see --out or --format csv" if of and left > 0 else ""
    return Grid(title, headings, tuple(rows[:MANY] if of else rows), right, note)


def _sellers(frame: pd.DataFrame) -> list[str]:
    """Suppliers, with the offer where one sells a material by several."""
    offers = frame.groupby(["material", "supplier"], sort=False)["offer"].transform("nunique")
    named = zip(frame["supplier"], frame["offer"], offers, strict=True)
    return [f"{supplier}: {offer}" if count > 1 else supplier for supplier, offer, count in named]


# The plan beside what is done today -----------------------------------------------------------------------------------


def _beside(plan: Plan) -> Iterator[Grid]:
    """Cost and cash in one table, each demand in one line of another."""
    frame = plan.baseline
    paid = frame[frame["unit"] == plan.currency]
    scale = money(paid[["plan", "baseline"]].to_numpy().ravel(), plan.currency)
    keys = ("plan", "baseline", "difference")
    rows = [(f"{row['subject']}, {row['measure']}", *(scale(row[key]) for key in keys)) for row in _records(paid)]
    yield _grid("The plan beside what is done today", (scale.name, "plan", "today", "difference"), rows, 3)
    shares = frame[frame["unit"] == "share"]
    measures, subjects = list(dict.fromkeys(shares["measure"])), list(dict.fromkeys(shares["subject"]))
    cells = shares.set_index(["subject", "measure"])[["plan", "baseline"]]
    lines = [
        (
            subject,
            *(share(float(cells.loc[(subject, measure), key])) for measure in measures for key in ("plan", "baseline")),
        )
        for subject in subjects
    ]
    headings = tuple(heading for measure in measures for heading in (f"{measure}: plan", "today"))
    yield _grid("Shortage beside what is done today", ("demand", *headings), lines, len(headings))


# What to do -----------------------------------------------------------------------------------------------------------


def _mix(plan: Plan) -> Grid:
    frame = plan.supplier_mix.assign(seller=_sellers(plan.supplier_mix))
    frame = frame.groupby(["material", "seller", "country", "unit"], sort=False, as_index=False)[
        ["share", "volume", "purchased", "spend"]
    ].sum()
    scale = money(frame["spend"], plan.currency)
    rows = [
        (
            row["material"],
            row["seller"],
            row["country"],
            share(row["share"]),
            amount(row["volume"], row["unit"]),
            amount(row["purchased"], row["unit"]),
            scale(row["spend"]),
        )
        for row in _records(frame)
    ]
    headings = ("material", "supplier", "country", "share", "arrives", "ordered", f"orders cost, {scale.name}")
    return _grid("Expected over the horizon: what arrives, and what is ordered", headings, rows, 3)


def _contracts(plan: Plan) -> Grid:
    rows = [
        (
            row["contract"],
            row["material"],
            row["decision"],
            f"{row['from']} to {row['until']}" if row["from"] else "outside the horizon",
            f"{amount(row['volume'], row['unit'])}/{row['per']}" if row["volume"] else "",
            amount(row["taken"], row["unit"]) if row["volume"] else "",
            share(row["take_or_pay"]),
        )
        for row in _records(plan.contracts)
    ]
    headings = ("contract", "material", "decision", "in the horizon", "volume", "taken, expected", "take or pay")
    return _grid("Contracts", headings, rows, 3)


def _qualifications(plan: Plan) -> Grid:
    scale = money(plan.qualifications["outlay"], plan.currency)
    rows = [
        (
            row["supplier"],
            row["material"],
            row["start"],
            row["usable_from"] or "after the horizon",
            share(row["probability"]),
            scale(row["outlay"]),
        )
        for row in _records(plan.qualifications)
    ]
    headings = ("supplier", "material", "start", "usable from", "probability", f"outlay, {scale.name}")
    return _grid("Qualifications", headings, rows, 2)


def _first_orders(plan: Plan) -> Grid:
    """Orders of the first period, in which all futures are one."""
    first = plan.orders[plan.orders["period"] == plan.stockpile["period"].min()]
    first = first.drop(columns="future").drop_duplicates().sort_values("material", kind="stable")
    rows = [
        (
            row["material"],
            seller,
            row["site"],
            row["how"],
            amount(row["quantity"], row["unit"]),
            fixed(row["price"] / (1000 if row["unit"] == "t" else 1), 2),
        )
        for row, seller in zip(_records(first), _sellers(first), strict=True)
    ]
    headings = ("material", "supplier", "to", "how", "quantity", f"price, {plan.currency}/kg")
    return _grid("Orders to place now", headings, rows, 2)


def _stock(plan: Plan) -> Grid:
    """Days of cover at the ends of some periods, expected over the futures, and the lowest of all with its place."""
    frame = plan.stockpile.merge(plan.futures[["future", "probability"]], on="future")
    frame["weighted"] = frame["days_of_cover"].clip(upper=1e6) * frame["probability"]
    expected = frame.pivot_table("weighted", ["material", "site"], "period", aggfunc="sum", sort=False)
    periods = list(dict.fromkeys(frame["period"]))
    count = min(PERIODS, len(periods))
    shown = [periods[round(step * (len(periods) - 1) / max(count - 1, 1))] for step in range(count)]
    worst = frame.loc[frame.groupby(["material", "site"], sort=False)["days_of_cover"].idxmin()]
    rows = [
        (
            f"{row['material']} @ {row['site']}",
            *(days(expected.loc[(row["material"], row["site"]), period]) for period in shown),
            days(row["days_of_cover"]),
            f"{row['period']}, {row['future']}",
        )
        for row in _records(worst)
    ]
    headings = ("days at the end of", *shown, "lowest", "first in")
    right = tuple(range(1, len(shown) + 2))
    return Grid("Days of cover, expected over the futures", headings, tuple(rows), right)


# What may happen, and what it costs -----------------------------------------------------------------------------------


def _futures(plan: Plan) -> Iterator[Grid]:
    """Cost, regret where it counts and unmet need of each future; many demands make a table of their own."""
    demands = [name for name in plan.futures.columns if name.startswith("unmet: ")]
    scale = money(plan.futures["cost"], plan.currency)
    by_odds = plan.futures.sort_values("probability", ascending=False, kind="stable")
    likely = _records(by_odds if len(plan.futures) > MANY else plan.futures)
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
    yield _grid("Futures", headings, rows, len(headings) - 1, "futures")
    if not beside and demands:
        names = tuple(row["future"] for row in likely[:MANY])
        lines = [(name.removeprefix("unmet: "), *(share(row[name]) for row in likely[:MANY])) for name in demands]
        yield _grid("Share of need unmet by future", ("demand", *names), lines, len(names))


def _named(cells: "pd.Series[str]") -> str:
    """Every name of some cells once."""
    return "; ".join(dict.fromkeys(name for cell in cells for name in cell.split("; ") if name))


def _border(plan: Plan) -> Grid:
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
        for row in _records(frame)
    ]
    headings = ("offer", "future", "limited by", "exported", "cancelled", "most waiting")
    return _grid("At the border", headings, rows, 3, "border")


def _costs(plan: Plan) -> Grid:
    expected = plan.costs[
        (plan.costs["future"] == "expected") & ((plan.costs["charge"] != 0) | (plan.costs["cash"] != 0))
    ]
    scale = money(expected[["charge", "cash"]].to_numpy().ravel(), plan.currency)
    rows = [(row["kind"], scale(row["charge"]), scale(row["cash"])) for row in _records(expected)]
    total = ("total", scale(float(expected["charge"].sum())), scale(float(expected["cash"].sum())))
    return _grid("Expected cost by kind", (scale.name, "charged, discounted", "cash"), [*rows, total], 2)


def _prices(plan: Plan) -> Grid:
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
        for row in _records(frame)
    ]
    return _grid("What one more unit is worth", ("limit", "of", "in", "mean", "highest"), rows, 2)


def _inputs(plan: Plan) -> Grid:
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
        for row in _records(plan.inputs.head(DECIDE))
    ]
    grid = _grid("Numbers that decide", ("number", "value", "from", "as of", scale.name), rows, 1)
    note = "the money is what a tenth more or less of a number (of a share: ten points) moves the cost of this plan by"
    left = len(plan.inputs) - len(rows)
    return replace(grid, note=note + (f"; {left} more in the table 'inputs'" if left > 0 else ""))


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
