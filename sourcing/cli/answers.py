"""A plan as text, Markdown, CSV or JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO


from rich import box
from rich.console import Console
from rich.table import Table

from sourcing.plan import Plan
from sourcing.units import show

WIDTH = 118  # of text that goes to a file or a pipe
MANY = 25  # rows of a table on the screen


@dataclass(frozen=True)
class Grid:
    """A table ready to be read: title, headings, rows of text; which columns are numbers."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...]


def write(plan: Plan, form: str, out: TextIO) -> None:
    """Write a plan in a format."""
    if form == "json":
        out.write(plan.to_json() + "\n")
    elif form == "csv":
        for name, frame in plan.tables():
            out.write(f"# {name}\n{frame.to_csv(index=False, lineterminator=chr(10))}\n")
    elif form == "md":
        out.write("\n".join(_markdown(plan)) + "\n")
    else:
        _text(plan, out)


def _status(plan: Plan) -> str:
    proof = f"proven within {plan.gap:.2%}" if plan.status == "optimal" else f"{plan.reason}, gap {plan.gap:.2%}"
    return f"{plan.status} ({proof}); cost {show(plan.cost, plan.currency)}, bound {show(plan.bound, plan.currency)}"


def _text(plan: Plan, out: TextIO) -> None:
    console = Console(file=out, width=None if out.isatty() else WIDTH, highlight=False, emoji=False)
    console.print(f"{plan.title or 'Plan'}", style="bold", markup=False)
    console.print(_status(plan), markup=False)
    _lines(console, "What to do", plan.advice)
    for grid in grids(plan):
        console.print()
        console.print(_rich(grid))
    _lines(console, "What could not be promised", plan.unkept)
    _lines(console, "What the answer leans on", plan.assumptions)


def _lines(console: Console, title: str, lines: Sequence[str]) -> None:
    if lines:
        console.print()
        console.print(title, style="bold", markup=False)
        for line in lines:
            console.print(f"- {line}", markup=False)


def _rich(grid: Grid) -> Table:
    table = Table(title=grid.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, heading in enumerate(grid.headings):
        table.add_column(heading, justify="right" if number in grid.right else "left")
    for row in grid.rows:
        table.add_row(*(cell.replace("[", "\\[") for cell in row))
    return table


def _markdown(plan: Plan) -> Iterator[str]:
    yield from (f"# {plan.title or 'Plan'}", "", _status(plan), "", "## What to do", "")
    yield from (f"- {line}" for line in plan.advice)
    for grid in grids(plan):
        yield from ("", f"## {grid.title}", "")
        yield "| " + " | ".join(grid.headings) + " |"
        yield "|" + "|".join("---:" if number in grid.right else "---" for number in range(len(grid.headings))) + "|"
        yield from ("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in grid.rows)
    for title, lines in (("What could not be promised", plan.unkept), ("What the answer leans on", plan.assumptions)):
        if lines:
            yield from ("", f"## {title}", "")
            yield from (f"- {line}" for line in lines)


# The tables as a planner reads them -----------------------------------------------------------------------------------


def grids(plan: Plan) -> Iterator[Grid]:
    """The tables in order of reading, short enough for a screen."""
    yield _compared(plan)
    yield _mix(plan)
    if len(plan.contracts):
        yield _contracts(plan)
    if len(plan.qualifications):
        yield _qualifications(plan)
    yield _stock(plan)
    yield _first_orders(plan)
    if len(plan.border):
        yield _border(plan)
    yield _futures(plan)
    yield _costs(plan)
    if len(plan.prices):
        yield _prices(plan)


def _amount(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == "share" else show(value, unit)


def _compared(plan: Plan) -> Grid:
    rows = tuple(
        (row["subject"], row["measure"], *(_amount(row[key], row["unit"]) for key in ("plan", "baseline", "difference")))
        for row in plan.baseline.to_dict("records")
    )
    return Grid("The plan beside what is done today", ("", "", "plan", "today", "difference"), rows, (2, 3, 4))


def _mix(plan: Plan) -> Grid:
    rows = tuple(
        (
            row["material"],
            row["supplier"],
            row["country"],
            f"{row['share']:.1%}",
            show(row["volume"], row["unit"]),
            show(row["spend"], plan.currency),
        )
        for row in plan.supplier_mix.to_dict("records")
    )
    headings = ("material", "supplier", "country", "share", "volume", "spend")
    return Grid("Expected arrivals over the horizon", headings, rows, (3, 4, 5))


def _contracts(plan: Plan) -> Grid:
    rows = tuple(
        (
            row["contract"],
            row["material"],
            row["decision"],
            f"{show(row['volume'], row['unit'])}/{row['per']}" if row["volume"] else "",
            show(row["taken"], row["unit"]),
            f"{row['take_or_pay']:.0%}",
            f"{row['from']} to {row['until']}",
        )
        for row in plan.contracts.to_dict("records")
    )
    headings = ("contract", "material", "decision", "volume", "taken", "take or pay", "term")
    return Grid("Contracts", headings, rows, (3, 4, 5))


def _qualifications(plan: Plan) -> Grid:
    rows = tuple(
        (
            row["supplier"],
            row["material"],
            row["start"],
            row["usable_from"],
            f"{row['probability']:.0%}",
            show(row["outlay"], plan.currency),
        )
        for row in plan.qualifications.to_dict("records")
    )
    headings = ("supplier", "material", "start", "usable from", "probability", "outlay")
    return Grid("Qualifications", headings, rows, (4, 5))


def _stock(plan: Plan) -> Grid:
    """Days of cover at the ends of quarters, expected over the futures."""
    frame = plan.stockpile.merge(plan.futures[["future", "probability"]], on="future")
    frame = frame.assign(weighted=frame["days_of_cover"].clip(upper=9999) * frame["probability"])
    days = frame.groupby(["material", "site", "period"], sort=False)["weighted"].sum().unstack("period")
    worst = frame.groupby(["material", "site"], sort=False)["days_of_cover"].min()
    periods = list(days.columns)
    shown = [period for number, period in enumerate(periods) if number in (0, len(periods) - 1) or number % 3 == 2][:10]
    rows = tuple(
        (" @ ".join(map(str, key)), *(f"{days.loc[key, period]:.0f}" for period in shown), f"{worst[key]:.0f}")
        for key in days.index
    )
    right = tuple(range(1, len(shown) + 2))
    return Grid("Days of cover, expected over the futures", ("stock", *shown, "lowest"), rows, right)


def _first_orders(plan: Plan) -> Grid:
    first = plan.orders[plan.orders["period"] == plan.stockpile["period"].iloc[0]] if len(plan.stockpile) else plan.orders
    first = first.drop(columns="future").drop_duplicates()
    rows = tuple(
        (
            row["material"],
            row["supplier"],
            row["site"],
            row["how"],
            show(row["quantity"], row["unit"]),
            f"{row['price'] / (1000 if row['unit'] == 't' else 1):,.2f} {plan.currency}/kg",
        )
        for row in first.to_dict("records")
    )
    headings = ("material", "supplier", "to", "how", "quantity", "price")
    return Grid("Orders to place now", headings, rows, (4, 5))


def _border(plan: Plan) -> Grid:
    """What each future lets through of what waits."""
    frame = plan.border.groupby(["offer", "unit", "future"], sort=False, as_index=False)[["exported", "cancelled"]].sum()
    last = plan.border.groupby(["offer", "future"], sort=False)["waiting"].max()
    rows = tuple(
        (
            row["offer"],
            row["future"],
            show(row["exported"], row["unit"]),
            show(row["cancelled"], row["unit"]),
            show(last[row["offer"], row["future"]], row["unit"]),
        )
        for row in frame.head(MANY).to_dict("records")
    )
    headings = ("offer", "future", "exported", "cancelled", "most waiting")
    return Grid("At the border", headings, rows, (2, 3, 4))


def _futures(plan: Plan) -> Grid:
    demands = [name for name in plan.futures.columns if name.startswith("unmet: ")]
    rows = tuple(
        (
            row["future"],
            f"{row['probability']:.1%}",
            show(row["cost"], plan.currency),
            *(f"{row[name]:.1%}" for name in demands),
        )
        for row in plan.futures.head(MANY).to_dict("records")
    )
    headings = ("future", "probability", "cost", *demands)
    return Grid("Futures", headings, rows, tuple(range(1, len(headings))))


def _costs(plan: Plan) -> Grid:
    expected = plan.costs[plan.costs["future"] == "expected"]
    expected = expected[(expected["charge"] != 0) | (expected["cash"] != 0)]
    rows = tuple(
        (row["kind"], show(row["charge"], plan.currency), show(row["cash"], plan.currency))
        for row in expected.to_dict("records")
    )
    total = ("total", *(show(float(expected[key].sum()), plan.currency) for key in ("charge", "cash")))
    return Grid("Expected cost by kind", ("kind", "charged, discounted", "cash"), (*rows, total), (1, 2))


def _prices(plan: Plan) -> Grid:
    frame = plan.prices.groupby(["kind", "thing"], sort=False, as_index=False).agg({"price": "mean", "high": "max"})
    frame = frame.sort_values("price", ascending=False, kind="stable").head(12)
    rows = tuple(
        (row["kind"].replace("_", " "), row["thing"], show(row["price"], plan.currency), show(row["high"], plan.currency))
        for row in frame.to_dict("records")
    )
    return Grid("What one more unit is worth", ("limit", "of", "mean", "highest"), rows, (2, 3))


