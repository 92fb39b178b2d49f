"""The tables of a plan that say what to do and what it costs, for a screen and for the pages of a report alike.

Each is built here once, few rows and few columns of a table of the plan; one that has nothing to show has no rows.
"""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from sourcing.outcome import Plan
from sourcing.reports.catalogue_words import CatalogueWords
from sourcing.reports.frame_tables import Asked, ColumnRequest, cell, records, table
from sourcing.reports.report_model import Cell, ColumnKind, ReportColumn, ReportTable

MOST_PRICES = 15
PERIODS = 6  # of stock on the screen


def sellers(frame: pd.DataFrame) -> list[str]:
    """Suppliers, with the offer where one sells a material by several."""
    offers = frame.groupby(["material", "supplier"], sort=False)["offer"].transform("nunique")
    named = zip(frame["supplier"], frame["offer"], offers, strict=True)
    return [f"{supplier}: {offer}" if count > 1 else supplier for supplier, offer, count in named]


def rules(plan: Plan, words: CatalogueWords) -> ReportTable:
    """What the plan and each rule of thumb come to; empty of a plan that was saved before there were any."""
    minimised = ColumnRequest("objective", ColumnKind.MONEY, plan.currency, words("column.objective"))
    asked: Asked = (
        "rule",
        minimised,
        *["cost", "cash", "lost_margin", "made_do", "stock_left", "unmet_share", "breaks"],
    )
    frame = plan.comparisons.assign(rule=[words.name("rule", name) for name in plan.comparisons["rule"]])
    made = table(words, "rules", frame, asked, plan.currency, together=True)
    return replace(made, note=words("rules.sum"))


def beside(plan: Plan, words: CatalogueWords) -> ReportTable:
    """Cost and cash of the plan beside what is done today."""
    paid = plan.baseline[plan.baseline["unit"] == plan.currency]
    paid = paid.assign(subject=paid["subject"] + ", " + paid["measure"])
    sums = (ColumnRequest(name, ColumnKind.MONEY, plan.currency) for name in ("plan", "baseline", "difference"))
    return table(
        words, "beside", paid, (ColumnRequest("subject", heading=words("column.figure")), *sums), together=True
    )


def shortages(plan: Plan, words: CatalogueWords) -> ReportTable:
    """Each demand in a line, its shortage with the plan beside that of today."""
    frame = plan.baseline[plan.baseline["unit"] == "share"]
    measures, subjects = list(dict.fromkeys(frame["measure"])), list(dict.fromkeys(frame["subject"]))
    values = frame.set_index(["subject", "measure"])[["plan", "baseline"]]
    headings = [
        (words("column.plan_of", measure=words.name("measure", name)), words("column.today")) for name in measures
    ]
    columns = (
        ReportColumn(words.heading("demand"), ColumnKind.TEXT),
        *(ReportColumn(heading, ColumnKind.SHARE) for pair in headings for heading in pair),
    )
    rows = tuple(
        (
            Cell(subject, subject),
            *(
                cell(words, ColumnKind.SHARE, values.loc[(subject, measure), name])
                for measure in measures
                for name in ("plan", "baseline")
            ),
        )
        for subject in subjects
    )
    return ReportTable("shortages", words("table.shortages"), columns, rows)


def supplier_mix(plan: Plan, words: CatalogueWords) -> ReportTable:
    """Expected over the horizon: what arrives from whom, what is ordered, and what the orders cost."""
    frame = plan.supplier_mix.assign(supplier=sellers(plan.supplier_mix))
    keys, sums = ["material", "supplier", "country", "unit"], ["share", "volume", "purchased", "spend"]
    frame = frame.groupby(keys, sort=False, as_index=False)[sums].sum()
    asked = ("material", "supplier", "country", *sums)
    return table(words, "supplier_mix", frame, asked, plan.currency)


def contracts(plan: Plan, words: CatalogueWords) -> ReportTable:
    """What to sign and what not; volumes only of what is signed."""
    frame = plan.contracts
    span = [
        words("contracts.span", first=row["from"], last=row["until"]) if row["from"] else words("contracts.outside")
        for row in records(frame)
    ]
    amounts = frame[["volume", "taken"]].where(frame["volume"] != 0)
    frame = frame.assign(
        horizon=span, rate=frame["unit"] + "/" + frame["per"], volume=amounts["volume"], taken=amounts["taken"]
    )
    span_column = ColumnRequest("horizon", heading=words("column.horizon"))
    rate = ColumnRequest("volume", ColumnKind.MASS, "rate")
    frame, ahead = _looking_ahead(frame, words)
    asked: Asked = ("contract", "material", "decision", span_column, rate, "taken", "take_or_pay", *ahead)
    return table(words, "contracts", frame, asked)


def _looking_ahead(frame: pd.DataFrame, words: CatalogueWords) -> tuple[pd.DataFrame, tuple[ColumnRequest, ...]]:
    """The frame, and the columns asked for that say what arrives after the plan and what depends on its end: yes or
    no, blank where that was not asked."""
    told = {1.0: words("answer.yes"), 0.0: words("answer.no")}
    names = ("arrives_after_plan", "depends_on_horizon")
    columns = {name: frame[name].map(told) if name in frame else "" for name in names}
    return frame.assign(**columns), tuple(ColumnRequest(name, heading=words(f"column.{name}")) for name in names)


def qualifications(plan: Plan, words: CatalogueWords) -> ReportTable:
    """Whom to qualify, from when on, and what that costs."""
    frame = plan.qualifications
    frame = frame.assign(usable_from=frame["usable_from"].replace("", words("qualifications.later")))
    frame, ahead = _looking_ahead(frame, words)
    asked: Asked = ("supplier", "material", "start", "usable_from", "probability", "outlay", *ahead)
    return table(words, "qualifications", frame, asked, plan.currency)


def first_orders(plan: Plan, words: CatalogueWords) -> ReportTable:
    """Orders of the first period, in which all futures are one."""
    first = plan.orders[plan.orders["period"] == plan.stockpile["period"].min()]
    first = first.drop(columns="future").drop_duplicates().sort_values("material", kind="stable")
    first = first.assign(supplier=sellers(first), price_unit=f"{plan.currency}/" + first["unit"])
    price = ColumnRequest("price", ColumnKind.PRICE, "price_unit")
    return table(words, "first_orders", first, ("material", "supplier", "site", "how", "quantity", price))


def cover(plan: Plan, words: CatalogueWords) -> ReportTable:
    """Days of cover at the ends of some periods, expected over the futures, and the lowest of all with its place."""
    frame = plan.stockpile.merge(plan.futures[["future", "probability"]], on="future")
    frame["weighted"] = frame["days_of_cover"].clip(upper=1e6) * frame["probability"]
    expected = frame.pivot_table("weighted", ["material", "site"], "period", aggfunc="sum", sort=False)
    periods = list(dict.fromkeys(frame["period"]))
    count = min(PERIODS, len(periods))
    shown = [periods[round(step * (len(periods) - 1) / max(count - 1, 1))] for step in range(count)]
    columns = (
        ReportColumn(words("column.cover"), ColumnKind.TEXT),
        *(ReportColumn(heading, ColumnKind.DAYS) for heading in (*shown, words("column.lowest"))),
        ReportColumn(words("column.lowest_in"), ColumnKind.TEXT),
    )
    return ReportTable("cover", words("table.cover"), columns, tuple(_covered(frame, expected[shown], words)))


def _covered(frame: pd.DataFrame, expected: pd.DataFrame, words: CatalogueWords) -> Iterator[tuple[Cell, ...]]:
    """A row for each material at each site."""
    worst = frame.loc[frame.groupby(["material", "site"], sort=False)["days_of_cover"].idxmin()]
    for row in records(worst):
        days = [*expected.loc[(row["material"], row["site"])], row["days_of_cover"]]
        name, place = f"{words.name('material', row['material'])} @ {row['site']}", f"{row['period']}, {row['future']}"
        yield Cell(name, name), *(Cell(value, words.figures.whole_days(value)) for value in days), Cell(place, place)


def expected_costs(plan: Plan) -> pd.DataFrame:
    """Kinds of cost that are charged or paid, expected over the futures [currency]."""
    frame = plan.costs
    return frame[(frame["future"] == "expected") & ((frame["charge"] != 0) | (frame["cash"] != 0))]


def costs(plan: Plan, words: CatalogueWords) -> ReportTable:
    """Expected cost by kind, with the total: charged to the plan, and cash."""
    frame = expected_costs(plan)
    total = pd.DataFrame([{"kind": "total", "charge": frame["charge"].sum(), "cash": frame["cash"].sum()}])
    asked = (ColumnRequest("kind", ColumnKind.COST_KIND), "charge", "cash")
    return table(words, "costs", pd.concat([frame, total], ignore_index=True), asked, plan.currency, together=True)


def scarce(plan: Plan, words: CatalogueWords) -> ReportTable:
    """What one more unit of each scarce thing is worth: mean, and its range over periods and futures."""
    by = ["kind", "thing", "unit"]
    frame = plan.prices.groupby(by, sort=False, as_index=False).agg({"price": "mean", "low": "min", "high": "max"})
    frame = frame.sort_values("price", ascending=False, kind="stable").head(MOST_PRICES)
    parts = frame["thing"].str.partition(" @ ")
    named = parts[0].map(lambda name: words.name("material", name)) + parts[1] + parts[2]
    frame = frame.assign(thing=named.where(frame["kind"] == "stock_balance", frame["thing"]))
    prices = (ColumnRequest(name, ColumnKind.PRICE, "unit") for name in ("price", "low", "high"))
    asked: Asked = (ColumnRequest("kind", ColumnKind.LIMIT), "thing", *prices)
    return table(words, "scarce", frame, asked)
