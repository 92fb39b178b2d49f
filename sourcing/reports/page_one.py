"""Page one, in the order in which a board asks: what to do, what if not, what it costs, what would change our mind."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from sourcing.outcome import Plan
from sourcing.outcome.metrics import tail_futures
from sourcing.reports import charts, outlook_tables, plan_tables
from sourcing.reports.catalogue_words import CatalogueWords
from sourcing.reports.change_our_mind import change_our_mind
from sourcing.reports.findings import Findings
from sourcing.reports.frame_tables import cell, records, table
from sourcing.reports.report_model import (
    Block,
    ColumnKind,
    ReportPoint,
    ReportPoints,
    ReportSection,
    ReportTable,
    ReportText,
    Tile,
    Tiles,
)

SHORT = 1e-3  # a shortage below this share of the need is not worth a sentence

Part = Callable[[Findings, CatalogueWords], Iterable[Block]]


def page_one(findings: Findings, words: CatalogueWords) -> tuple[ReportSection, ...]:
    """The nine parts; one of which nothing is known says so."""
    parts: dict[str, Part] = {
        "decide_today": decide_today,
        "without_action": without_action,
        "with_plan": with_plan,
        "the_price": the_price,
        "deliverable": deliverable,
        "undo": undo,
        "change_our_mind": change_our_mind,
        "we_assume": we_assume,
        "against_habits": against_habits,
    }
    sections = []
    for name, part in parts.items():
        blocks = tuple(part(findings, words)) or (ReportText(words(f"none.{name}")),)
        sections.append(ReportSection(name, words(f"section.{name}"), blocks))
    return tuple(sections)


def decide_today(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """At most five decisions: amount, last date, what a month's wait costs."""
    if findings.decisions.empty:
        return
    points = []
    for row in records(findings.decisions):
        notes = []
        if row["last_date"]:
            notes.append(words("decide.last_date", date=words.figures.period(row["last_date"])))
        if row["cost_of_waiting"] == row["cost_of_waiting"]:
            waiting = words.figures.amount(row["cost_of_waiting"], findings.plan.currency)
            notes.append(words("decide.waiting", cost=waiting))
        points.append(ReportPoint(decision(row, words), tuple(notes)))
    yield ReportPoints(tuple(points), numbered=True)


def decision(row: dict[str, Any], words: CatalogueWords) -> str:
    """A decision as a sentence; one of no known sort is a sentence already."""
    key = f"decide.{row['decision']}"
    if key not in words.phrases:
        return str(row["decision"])
    known = row["amount"] == row["amount"] and row["amount"] != ""
    if not known:
        amount = ""
    elif row["unit"] == "days":
        amount = words.figures.days(row["amount"])
    else:
        amount = words.figures.mass(row["amount"], row["unit"], row["per"])
    supplier = str(row["supplier"])
    if row["country"]:
        supplier = words("supplier", supplier=supplier, country=words.name("country", row["country"]))
    price = words.figures.price(row["price"], row["price_unit"])
    material = words.name("material", str(row["material"]))
    return words(key, what=str(row["what"]), amount=amount, material=material, supplier=supplier, price=price)


def without_action(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """What stops first, when, how likely, and what else."""
    yield from _shortages(findings.without_action, "without_action", words)


def with_plan(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """What stays uncovered with the plan; every need beside what is done today, as `solve` tells it."""
    if not findings.with_plan.empty:
        yield from _shortages(findings.with_plan, "with_plan", words)
        yield plan_tables.shortages(findings.plan, words)


def _shortages(frame: pd.DataFrame, name: str, words: CatalogueWords) -> Iterable[Block]:
    """In sentences: the need that is short first, then the others in order of time."""
    if frame.empty:
        return
    short = frame[frame["worst_unmet"] > SHORT]
    if short.empty:
        yield ReportText(words(f"{name}.nothing"))
        return
    order = short.assign(when=short["first_short"].replace("", "9999"))
    first, *others = records(order.sort_values(["when", "worst_unmet"], ascending=[True, False], kind="stable"))
    yield ReportText(
        words(
            f"{name}.first_dated" if first["first_short"] else f"{name}.first",
            demand=str(first["demand"]),
            when=words.figures.period(first["first_short"]),
            probability=words.figures.share(first["probability"]),
            worst=words.figures.share(first["worst_unmet"]),
        )
    )
    dated = [
        words("short.dated", demand=str(row["demand"]), when=words.figures.period(row["first_short"]))
        for row in others
        if row["first_short"]
    ]
    if dated:
        yield ReportText(words("short.then", names=words.listed(dated)))


def the_price(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """Peak cash and its month, a year's cost, what the stock loses if prices halve; the worst of the futures."""
    tiles = []
    currency = findings.plan.currency
    for row in records(findings.cash)[:1]:
        for name in ("peak_cash", "yearly_cost", "loss_at_half_price"):
            if row[name] == row[name]:
                note = ""
                if name == "peak_cash" and row["peak_period"]:
                    note = words("price.in_period", period=words.figures.period(row["peak_period"]))
                tiles.append(Tile(words(f"price.{name}"), cell(words, ColumnKind.MONEY, row[name], currency), note))
    tiles += _costs(findings, words)
    if tiles:
        yield Tiles(tuple(tiles))


def _costs(findings: Findings, words: CatalogueWords) -> list[Tile]:
    """Cost with lost margin: expected, and in the worst of the futures."""
    frame, note, further = findings.plan.risk, words("price.with_margin"), False
    for row in records(findings.cash)[:1]:
        further = row["beyond"] > 0
        if further:
            note = words("price.looked_at", periods=str(int(row["periods"])), beyond=str(int(row["beyond"])))
    lines = []
    for row in records(frame[frame["subject"] == "cost"]):
        part = re.fullmatch(r"mean of the worst ([\d.]+) ?%", row["measure"])
        money = cell(words, ColumnKind.MONEY, row["value"], findings.plan.currency)
        if row["measure"] == "expected":
            lines.append(Tile(words("price.expected_further" if further else "price.expected"), money, note))
        elif part:
            lines.append(Tile(worst_futures(findings.plan, float(part[1]) / 100, words), money, note))
    return lines


def worst_futures(plan: Plan, tail: float, words: CatalogueWords) -> str:
    """The worst outcomes by the futures that they consist of: "If 'full ban' comes (25 %)"."""
    if tail >= 1:
        return words("price.expected")
    frame = plan.futures
    among = tail_futures(
        frame["future"].tolist(), frame["probability"].to_numpy(float), frame["cost"].to_numpy(float), tail
    )
    odds = words.figures.share(sum(future.probability for future in among))
    if len(among) == 1:
        return words("worst.one", future=words.name("future", among[0].name), odds=odds)
    return words("worst.several", count=str(len(among)), all=str(len(frame)), odds=odds)


def deliverable(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """The one chart: days that can still be delivered, today, under the plan, in each future."""
    if not findings.deliverable.empty:
        yield charts.deliverable(findings, words)


def undo(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """What can be cancelled, until when, what is lost by then; and what cannot."""
    final = (findings.undo["last_date"] == "") & findings.undo["loss"].isna()
    if final.any():
        yield ReportText(words("undo.cannot", names=words.listed(map(str, findings.undo["what"][final]))))
    frame = findings.undo[~final]
    if frame.empty:
        return
    frame = frame.assign(decision=[words.phrases.get(f"undo.{name}", name) for name in frame["decision"]])
    yield table(words, "undo", frame, ("decision", "what", "last_date", "loss"), findings.plan.currency)


def we_assume(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """The numbers that decide, and every probability with its author, at half and at double."""
    if not findings.plan.inputs.empty:
        yield outlook_tables.inputs(findings.plan, words)
    if not findings.odds.empty:
        yield odds(findings, words)


def odds(findings: Findings, words: CatalogueWords) -> ReportTable:
    """Probability of each future with its author, and what is decided at half and at double of it."""
    halved, doubled = (("decisions_at_half", "cost_at_half"), ("decisions_at_double", "cost_at_double"))
    asked = ("future", "probability", "author", *halved, *doubled)
    return table(words, "odds", findings.odds, asked, findings.plan.currency)


def against_habits(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """What the plan saves, or costs, against each rule of thumb, in expected cost."""
    if findings.plan.comparisons.empty:
        return
    plan, *rules = records(findings.plan.comparisons)
    differences = ((str(rule["rule"]), rule["cost"] - plan["cost"]) for rule in rules)
    yield ReportPoints(tuple(against(*difference, findings.plan.currency, words) for difference in differences))
    yield plan_tables.rules(findings.plan, words)


def against(rule: str, difference: float, currency: str, words: CatalogueWords) -> ReportPoint:
    """What the plan saves, or costs, against a rule of thumb. difference: the cost of the rule less that of the plan
    [currency]."""
    money = words.figures.amount(abs(difference), currency)
    return ReportPoint(
        words("habits.saves" if difference >= 0 else "habits.costs", habit=words.name("rule", rule), money=money)
    )
