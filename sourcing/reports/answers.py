"""The answers of commands as reports: sentences and tables, for a terminal or as Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from sourcing.advice.phrases import proof
from sourcing.figures import ENGLISH, show
from sourcing.outcome import Plan
from sourcing.reports import outlook_tables as outlook
from sourcing.reports import plan_tables as tables
from sourcing.reports.catalogue_words import TONGUES, CatalogueWords, words
from sourcing.reports.frame_tables import ColumnRequest, request, table
from sourcing.reports.outlook_tables import MANY
from sourcing.reports.report_model import (
    ColumnKind,
    Report,
    ReportPoint,
    ReportPoints,
    ReportSection,
    ReportTable,
    ReportText,
)

PLAIN_ENGLISH = replace(words(TONGUES[0]), figures=ENGLISH)  # with blanks that a line may be broken at


def answer_of_plan(plan: Plan) -> Report:
    """Questions, advice, tables, what could not be promised, assumptions."""
    said = PLAIN_ENGLISH
    status = f"{plan.status} ({proof(plan.status, plan.reason, plan.gap)}); {plan.minimised} "
    cost = f"{show(plan.cost, plan.currency)}, bound {show(plan.bound, plan.currency)}"
    sections = (
        *_points(said("section.questions"), plan.questions),
        *_points(said("section.advice"), plan.advice),
        *_tables(_of_plan(plan, said)),
        *_points(said("section.unkept"), plan.unkept),
        *_points(said("section.assumed"), plan.assumptions),
        ReportSection("audit", "", (ReportText(_audit(plan)),)),
    )
    return Report(plan.title or said("untitled"), status + cost, said, (), sections, ())


def answer_of_analysis(
    title: str, sentences: Sequence[str], named: Iterable[tuple[str, pd.DataFrame]], currency: str
) -> Report:
    """Sentences, then each table, cut where it is long; empty ones are left out."""
    said = PLAIN_ENGLISH
    shown = (of_frame(name, frame, currency, said) for name, frame in named if len(frame))
    return Report(title, "", said, (), (*_points("", sentences), *_tables(shown)), ())


def _audit(plan: Plan) -> str:
    """Which trust the numbers deserve: they were worked out again from the tables."""
    audit = plan.manifest.audit
    again = f"; {plan.manifest.derived}" if plan.manifest.derived else ""
    return f"audit: {audit.checked} checks, worst difference {audit.worst:.1g}{again}"


def _of_plan(plan: Plan, said: CatalogueWords) -> Iterable[ReportTable]:
    """The tables in order of reading, short enough for a screen."""
    parts = (tables.rules, tables.beside, tables.shortages, tables.supplier_mix, tables.contracts)
    yield from (part(plan, said) for part in (*parts, tables.qualifications, tables.first_orders, tables.cover))
    yield from outlook.futures(plan, said)
    yield from (part(plan, said) for part in (outlook.border, tables.costs, tables.scarce, outlook.inputs))


def _points(heading: str, lines: Sequence[str]) -> list[ReportSection]:
    points = tuple(ReportPoint(line) for line in lines)
    return [ReportSection("", heading, (ReportPoints(points),))] if lines else []


def _tables(made: Iterable[ReportTable]) -> Iterable[ReportSection]:
    return (ReportSection(one.name, one.title, (one,)) for one in made if one.rows)


def of_frame(name: str, frame: pd.DataFrame, currency: str, said: CatalogueWords) -> ReportTable:
    """A table of an analysis under the names of its columns, which its CSV has too."""
    asked = [_as_in_csv(request(str(column), frame, currency)) for column in frame.columns]
    title = name.replace("_", " ").capitalize()
    return table(said, name, frame, asked, title=title).first(MANY, said("table.rest", name=name))


def _as_in_csv(asked: ColumnRequest) -> ColumnRequest:
    """A column under its own name; dates as they stand in the scenario and in sentences."""
    kind = ColumnKind.TEXT if asked.kind is ColumnKind.PERIOD else asked.kind
    return replace(asked, heading=asked.name.replace("_", " "), kind=kind)
