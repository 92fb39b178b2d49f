"""A report as a workbook: page one, a sheet for each section behind it, and every table as it is, to be filtered."""

import io
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pandas as pd
import xlsxwriter

from sourcing.reports.chart_images import png
from sourcing.reports.findings import Findings
from sourcing.reports.report_model import (
    Block,
    Cell,
    ColumnKind,
    Report,
    ReportChart,
    ReportPoints,
    ReportSection,
    ReportTable,
    ReportText,
    Tiles,
)

NUMBERS = MappingProxyType(
    {
        ColumnKind.MONEY: "#,##0",
        ColumnKind.PRICE: "#,##0.00",
        ColumnKind.MASS: "#,##0.0##",
        ColumnKind.SHARE: "0.0%",
        ColumnKind.DAYS: "0",
        ColumnKind.NUMBER: "#,##0.######",
        ColumnKind.PLAIN: "#,##0.######",
        ColumnKind.GAP: "0.0000%",
    }
)
SHARES = (
    "probability",
    "share",
    "share_of_need",
    "approval",
    "take_or_pay",
    "worst_unmet",
    "shortage",
)
WIDEST = 60  # characters
LONGEST = 32_000  # characters of a cell; a workbook takes few more
MADE = datetime(2000, 1, 1)  # so that equal reports are equal files


@dataclass(frozen=True)
class WorkbookFormats:
    """Formats of the workbook; numbers by their number format."""

    book: xlsxwriter.Workbook

    def __call__(self, number: str = "", **more: Any) -> Any:
        """A format; xlsxwriter joins equal ones when it writes."""
        base: dict[str, Any] = {"valign": "top", "font_name": "Yu Gothic", "font_size": 10}
        return self.book.add_format(base | ({"num_format": number} if number else {"text_wrap": True}) | more)


def workbook(report: Report, findings: Findings) -> bytes:
    """The file. Every text is written as text: one that begins with = is no formula."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": report.title, "created": MADE})
    looks, frames = WorkbookFormats(book), [(name, frame) for name, frame in _frames(findings) if len(frame)]
    wanted = [report.words("page.sheet_one"), *(section.heading for section in report.behind), *(n for n, _ in frames)]
    first, *sheets = [book.add_worksheet(name) for name in sheet_names(wanted)]
    _page_one(first, report, looks)
    for sheet, section in zip(sheets, report.behind, strict=False):
        _section(sheet, section, looks)
    for sheet, (_, frame) in zip(sheets[len(report.behind) :], frames, strict=True):
        _raw(sheet, frame, report, looks)
    book.close()
    return stream.getvalue()


def _frames(findings: Findings) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of the findings, then of the plan, by its name in Python."""
    yield from ((part.name, getattr(findings, part.name)) for part in fields(findings)[1:])
    yield from ((f"plan {name}", frame) for name, frame in findings.plan.tables())


def sheet_names(wanted: list[str]) -> list[str]:
    """Names of sheets: at most 31 characters, none of []:*?/\\' in them, no two alike.

    >>> sheet_names(["a/b", "A-b"])
    ['a-b', 'A-b 2']
    """
    names: list[str] = []
    for name in wanted:
        plain = "".join("-" if sign in "[]:*?/\\'" else sign for sign in name)[:31]
        made, count = plain, 1
        while made.casefold() in {other.casefold() for other in names}:
            count += 1
            made = f"{plain[:27]} {count}"
        names.append(made)
    return names


def _page_one(sheet: Any, report: Report, looks: WorkbookFormats) -> None:
    sheet.set_column(0, 0, WIDEST)
    sheet.set_column(1, 12, 20)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, report.title[:LONGEST], looks(bold=True, font_size=18, text_wrap=False))
    sheet.write_string(1, 0, report.subtitle, looks(font_color="#5b6470", text_wrap=False))
    row = 3
    for section in report.page_one:
        sheet.write_string(row, 0, section.heading, looks(bold=True, font_size=13, font_color="#0b4f8a"))
        row += 1
        for block in section.blocks:
            row = _block(sheet, row, block, looks) + 1


def _block(sheet: Any, row: int, block: Block, looks: WorkbookFormats) -> int:
    """Write a block from a row on; returns the row below it."""
    if isinstance(block, ReportText):
        sheet.write_string(row, 0, block.text[:LONGEST], looks())
        return row + 1
    if isinstance(block, ReportPoints):
        for number, point in enumerate(block.points, 1):
            said = f"{number}. {point.text}" if block.numbered else point.text
            for column, text in enumerate((said, *point.notes)):
                sheet.write_string(row, column, text[:LONGEST], looks(bold=block.numbered and not column))
            row += 1
        return row
    if isinstance(block, Tiles):
        for tile in block.tiles:
            sheet.write_string(row, 0, f"{tile.label} ({tile.note})" if tile.note else tile.label, looks())
            _cell(sheet, row, 1, tile.figure, ColumnKind.MONEY, looks, unit=True)
            row += 1
        return row
    if isinstance(block, ReportTable):
        return _table(sheet, row, block, looks)
    return _pictures(sheet, row, 0, block)


def _table(sheet: Any, row: int, table: ReportTable, looks: WorkbookFormats) -> int:
    for number, column in enumerate(table.columns):
        align = "right" if column.right else "left"
        heading = looks(bold=True, bottom=1, align=align, bg_color="#f5f7f9")
        sheet.write_string(row, number, column.exact or column.heading, heading)
    for below, cells in enumerate(table.rows, row + 1):
        for number, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            _cell(sheet, below, number, cell, column.kind, looks, unit=not column.exact)
    if table.note:
        sheet.write_string(row + 1 + len(table.rows), 0, table.note, looks(text_wrap=False))
    return row + 1 + len(table.rows) + bool(table.note)


def _cell(sheet: Any, row: int, column: int, cell: Cell, kind: ColumnKind, looks: WorkbookFormats, unit: bool) -> None:
    """A number as a number with its unit in the format; what is no finite number as it reads."""
    if isinstance(cell.value, str) or not math.isfinite(cell.value):
        sheet.write_string(row, column, cell.text[:LONGEST], looks(align="right" if kind in NUMBERS else "left"))
        return
    label = cell.unit.replace('"', "")
    number = NUMBERS[kind] + (f' "{label}"' if label and unit else "")
    sheet.write_number(row, column, cell.value, looks(number))


def _pictures(sheet: Any, row: int, column: int, chart: ReportChart) -> int:
    """The panels one below the other; returns the row below them."""
    alone = len(chart.panels) == 1
    for panel in chart.panels:
        if panel.title:
            sheet.write_string(row, column, panel.title[:LONGEST])
        picture = io.BytesIO(png(panel, alone))
        options = {"image_data": picture, "x_scale": 0.5, "y_scale": 0.5, "description": f"{panel.title} {chart.alt}"}
        sheet.insert_image(row + 1, column, f"{chart.name}.png", options)
        row += 2 + math.ceil(int(panel.spec["height"]) * 1.15 / 20)
    return row


def _section(sheet: Any, section: ReportSection, looks: WorkbookFormats) -> None:
    """A table from the first row on, to be filtered, with the charts at its right; without one, as page one is."""
    tables = [block for block in section.blocks if isinstance(block, ReportTable)]
    charts = [block for block in section.blocks if isinstance(block, ReportChart)]
    if not tables:
        sheet.set_column(0, 0, 2 * WIDEST)
        row = 0
        for block in section.blocks:
            row = _block(sheet, row, block, looks) + 1
        return
    first = tables[0]
    _table(sheet, 0, first, looks)
    _live(sheet, len(first.rows), len(first.columns))
    for number, column in enumerate(first.columns):
        texts = [column.exact or column.heading, *(row[number].text for row in first.rows)]
        sheet.set_column(number, number, width(texts))
    row = 0
    for chart in charts:
        row = _pictures(sheet, row, len(first.columns) + 1, chart)
    row = len(first.rows) + 3
    for table in tables[1:]:
        row = _table(sheet, row, table, looks) + 2


def _live(sheet: Any, rows: int, columns: int) -> None:
    sheet.autofilter(0, 0, max(rows, 1), columns - 1)
    sheet.freeze_panes(1, 1)


def _raw(sheet: Any, frame: pd.DataFrame, report: Report, looks: WorkbookFormats) -> None:
    """A table as it is, exact."""
    kinds = {name: _kind(name, frame[name]) for name in frame.columns}
    headings = [_heading(str(name), report) for name in frame.columns]
    for number, (name, heading) in enumerate(zip(frame.columns, headings, strict=True)):
        sheet.write_string(0, number, heading, looks(bold=True, bottom=1, bg_color="#f5f7f9"))
        look = looks(NUMBERS[kinds[name]]) if kinds[name] in NUMBERS else looks(text_wrap=False)
        texts = [heading]
        for row, value in enumerate(frame[name], 1):
            texts.append(_write(sheet, row, number, value, look))
        sheet.set_column(number, number, width(texts))
    _live(sheet, len(frame), len(frame.columns))


def _write(sheet: Any, row: int, column: int, value: Any, look: Any) -> str:
    """Write a value, a number as such; returns about what it reads."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(row, column, value, look)
        return f"{value:,.1f}"
    elif isinstance(value, float):
        sheet.write_string(row, column, "" if math.isnan(value) else "∞", look)
    else:
        sheet.write_string(row, column, str(value)[:LONGEST], look)
    return str(value)


def _kind(name: str, values: pd.Series) -> ColumnKind:
    if not pd.api.types.is_numeric_dtype(values):
        return ColumnKind.TEXT
    return ColumnKind.SHARE if name in SHARES or name.startswith("unmet: ") else ColumnKind.NUMBER


def _heading(name: str, report: Report) -> str:
    """Title of a column; that of a demand's unmet share names the demand."""
    prefix, colon, demand = name.partition(": ")
    return (
        f"{report.words.heading('share_of_need')}: {demand}"
        if colon and prefix == "unmet"
        else report.words.heading(name)
    )


def width(texts: list[str]) -> float:
    """Characters that a column needs for its widest text; a Chinese or Japanese sign takes two.

    >>> width(["ab"]), width(["東京都千代田区霞が関"])
    (9, 24)
    """
    widest = max(
        (sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text) for text in texts), default=0
    )
    return min(max(widest + 4, 9), WIDEST)
