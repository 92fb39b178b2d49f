"""We change our mind if: at what value of an input which choice turns, in a sentence each and as a table."""

from collections.abc import Iterable
from typing import Any

from sourcing.reports.catalogue_words import CatalogueWords
from sourcing.reports.findings import Findings
from sourcing.reports.frame_tables import ColumnRequest, records, table
from sourcing.reports.report_model import Block, ColumnKind, ReportPoint, ReportPoints


def change_our_mind(findings: Findings, words: CatalogueWords) -> Iterable[Block]:
    """Break-evens: at what value which choice flips."""
    if findings.break_evens.empty:
        return
    rows = records(findings.break_evens)
    yield ReportPoints(tuple(ReportPoint(_turn(row, words)) for row in rows))
    shown = findings.break_evens.assign(
        choice=[_chosen(row, words) for row in rows], varied=[_varied(row, words) for row in rows]
    )
    asked = (
        ColumnRequest("choice"),
        ColumnRequest("varied"),
        ColumnRequest("value", ColumnKind.NUMBER, "unit"),
        ColumnRequest("flips_at", ColumnKind.NUMBER, "unit"),
    )
    yield table(words, "break_evens", shown, asked)


def _turn(row: dict[str, Any], words: CatalogueWords) -> str:
    """What is decided otherwise once an input passes a value."""
    way = "rises" if row["flips_at"] > row["value"] else "falls"
    flips_at, value = (words.figures.number(float(row[name]), row["unit"]) for name in ("flips_at", "value"))
    return words(f"turn.{way}", choice=_chosen(row, words), input=_varied(row, words), flips_at=flips_at, value=value)


def _chosen(row: dict[str, Any], words: CatalogueWords) -> str:
    """What is chosen then: a contract is signed or not, a supplier qualified now, later or not at all."""
    key = f"turn.{row['decision']}.{row['turns_to']}"
    if key not in words.phrases:
        return f"{row['subject']}: {row['turns_to']}"
    return words(key, subject=str(row["subject"]), material=words.name("material", str(row["material"])))


def _varied(row: dict[str, Any], words: CatalogueWords) -> str:
    return words(f"turn.{row['varied']}", of=str(row["of"]))
