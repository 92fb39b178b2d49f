"""A plan, or the answer of an analysis, as text, Markdown, CSV or JSON."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TextIO

import pandas as pd

from sourcing.outcome import Plan
from sourcing.outcome.text_escaping import csv_of, write_rows
from sourcing.reports.answers import answer_of_plan
from sourcing.reports.markdown import markdown
from sourcing.reports.report_model import Report
from sourcing.reports.terminal import write_report

SUMMARY = ("title", "status", "reason", "currency", "minimised", "cost", "bound", "gap")


class Tabled(Protocol):
    """What has tables, and can be written as JSON."""

    def tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Every table with its name."""
        ...

    def to_json(self) -> str:
        """All of the answer as one JSON object, without a line break at its end."""
        ...


def write(plan: Plan, form: str, out: TextIO) -> None:
    """Write a plan in a format."""
    lines = ((name, line) for name in ("questions", "advice", "unkept", "assumptions") for line in getattr(plan, name))
    summary = [("# summary",), ("name", "value"), *((name, getattr(plan, name)) for name in SUMMARY), *lines]
    write_answer(plan, answer_of_plan(plan), summary, form, out)


def write_answer(answer: Tabled, report: Report, summary: Iterable[tuple[Any, ...]], form: str, out: TextIO) -> None:
    """Write an answer in a format. summary: the rows of CSV before the tables, each below its name."""
    if form == "json":
        out.write(answer.to_json() + "\n")
    elif form == "csv":
        write_rows(summary, out)
        out.writelines(f"\n# {name}\n{csv_of(frame) if len(frame.columns) else ''}" for name, frame in answer.tables())
    elif form == "md":
        out.write(markdown(report))
    else:
        write_report(report, out)
