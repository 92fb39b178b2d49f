"""The pages of what may come: regimes and their odds, time to survive, fresh futures lived, and history lived."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from sourcing.reports import charts
from sourcing.reports.catalogue_words import CatalogueWords
from sourcing.reports.findings import Findings
from sourcing.reports.frame_tables import ColumnRequest, records, table
from sourcing.reports.page_one import against
from sourcing.reports.report_model import Block, ColumnKind, ReportPoint, ReportPoints, ReportText

CERTAIN = 1 - 1e-9


def regimes(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """What is certain in a sentence; the odds of the rest over time, at the beginning, at the end, and at all."""
    frame = findings.regimes
    if frame.empty:
        return
    least = frame.groupby("regime", sort=False)["probability"].transform("min")
    certain = list(dict.fromkeys(frame["regime"][least >= CERTAIN]))
    if certain:
        yield ReportText(words("regimes.certain", names=words.listed(certain)))
    open_ = frame[least < CERTAIN]
    if open_.empty:
        return
    yield charts.regimes(open_, words)
    ends = open_.groupby("regime", sort=False)["probability"].agg(["first", "last"])
    once = open_.drop_duplicates("regime")
    shown = once.assign(odds_first=ends["first"].to_numpy(), odds_last=ends["last"].to_numpy())
    yield table(words, "regimes", shown, ("regime", "odds_first", "odds_last", "odds_ever", "futures"))


def survival(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """What is lost and how long needs are met without it; what costs little and stops them all stands first."""
    frame = findings.survival
    if frame.empty:
        return
    yield ReportText(words("survival.what"))
    if points := tuple(_hidden(frame, words)):
        yield ReportPoints(points)
    missed = frame[frame["kind"] == "none"].drop_duplicates("demand")
    if len(missed):
        names = (
            words("survival.need", demand=row["demand"], days=words.figures.days(row["days_met"]))
            for row in records(missed)
        )
        yield ReportText(words("survival.missed", names=words.listed(names)))
    lost = frame[frame["kind"] != "none"]
    if lost.empty:
        yield ReportText(words("survival.nothing"))
        return
    named = lost.assign(
        lost=[_lost(row, words) for row in records(lost)],
        stock=[words(f"survival.stock.{name}") for name in lost["stock"]],
        kind=[words(f"survival.kind.{name}") for name in lost["kind"]],
    )
    stock = ("stock",) if lost["stock"].nunique() > 1 else ()
    asked = ("lost", "kind", *stock, "days_met", "recovery_needed", "cost_per_month", "share_of_spend")
    yield table(words, "survival", named, asked, findings.plan.currency)
    yield ReportText(words("survival.rest"))


def _hidden(frame: pd.DataFrame, words: CatalogueWords) -> Iterator[ReportPoint]:
    for row in records(frame[frame["hidden"].astype(bool)]):
        key = f"survival.hidden_{row['stock']}"
        share = words.figures.share(row["share_of_spend"])
        yield ReportPoint(words(key, lost=_lost(row, words), days=words.figures.days(row["days_met"]), share=share))


def _lost(row: dict[str, Any], words: CatalogueWords) -> str:
    return words.name("country", row["lost"]) if row["kind"] == "country" else str(row["lost"])


def stress(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """Fresh futures, some of them lived month by month, beside habits and perfect foresight in the same."""
    frame = findings.stress
    if frame.empty:
        return
    money = findings.plan.currency
    lived = frame[frame["course"] == "lived"]
    for row in records(lived):
        mean, low, high = (
            words.figures.amount(row[name], money) for name in ("expected_cost", "cost_low", "cost_high")
        )
        yield ReportText(words("stress.lived", sample=f"{row['sample']:.0f}", cost=mean, low=low, high=high))
    yield ReportPoints(tuple(_beside(frame, money, words)))
    costs = ("expected_cost", "cost_low", "cost_high", "margin_lost", "extra_cost")
    asked = ("course", ColumnRequest("sample", ColumnKind.PLAIN), *costs, "share_dearer")
    yield table(words, "stress", _named(frame, words), asked, money)


def history(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """What came of the plan in events that are on record, beside habits and perfect foresight."""
    frame = findings.history
    if frame.empty:
        return
    money = findings.plan.currency
    name = words.name("history", str(frame["history"].iloc[0]))
    yield ReportText(words("history.what", history=name))
    yield ReportPoints(tuple(_beside(frame, money, words)))
    yield table(words, "history", _named(frame, words), ("course", "cost", "margin_lost", "extra_cost"), money)


def _beside(frame: pd.DataFrame, money: str, words: CatalogueWords) -> Iterator[ReportPoint]:
    """Each habit beside the plan in the same futures, and what perfect foresight would save."""
    for row in records(frame[frame["extra_cost"].notna() & (frame["course"] != "lived")]):
        if row["course"].startswith("foresight"):
            difference = words.figures.amount(abs(row["extra_cost"]), money)
            yield ReportPoint(words("lived.foresight_saves", money=difference))
            continue
        yield against(str(row["course"]), row["extra_cost"], money, words)


def _named(frame: pd.DataFrame, words: CatalogueWords) -> pd.DataFrame:
    """The table with the names of courses in words of the language."""
    names = [
        words.phrases.get(f"lived.{course}") or words.name("rule", course) for course in frame["course"].astype(str)
    ]
    return frame.assign(course=names)
