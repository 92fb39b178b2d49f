"""A sheet of a workbook as lines of cells."""

import datetime as dt
import io
import math
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from sourcing.files.problem_collector import ProblemCollector, near
from sourcing.files.workbook_parts import sheet_of
from sourcing.spelling import composed

CELLS = 500_000  # of the used area of a table

Rows = list[tuple[int, list[Any]]]
"""Lines of a table, counted from 1, with their cells; a blank cell is an empty text."""


def xlsx_rows(data: bytes, sheet: str, key: str, problems: ProblemCollector) -> Rows:
    """Lines of a sheet of a workbook, of its first one where `sheet` is "".

    Errors and formulas without a value are Unreadable. Raises ScenarioError where it cannot be read.
    """
    seen = sheet_of(data, sheet, problems, key)
    if seen.broken:
        problems.stop((key,), None, f"the workbook is damaged: {seen.broken}", "open it in Excel and save it as .xlsx")
    if seen.rows * seen.columns > CELLS:
        area = f"{seen.rows:,} rows x {seen.columns:,} columns, more than {CELLS:,} cells"
        cure = f"delete what stands far from the table, such as in {seen.farthest} (Ctrl+End leads there)"
        problems.stop((key,), None, f"the used area of the sheet is {area}", cure)
    cells = _cells(data, sheet, key, problems)
    if seen.unreadable:
        blank: list[list[Any]] = [[] for _ in range(seen.rows - len(cells))]
        cells = [[*row, *[""] * (seen.columns - len(row))] for row in (*cells, *blank)]
    for (row, column), unreadable in seen.unreadable.items():
        cells[row - 1][column - 1] = unreadable
    return list(enumerate(cells, 1))


def _cells(data: bytes, sheet: str, key: str, problems: ProblemCollector) -> list[list[Any]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = next((name for name in book.sheet_names if not sheet or composed(name) == sheet), None)
        if name is None:
            problems.stop((key,), None, f"there is no sheet '{sheet}'", near(sheet, book.sheet_names))
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OverflowError, IndexError) as error:
        problems.stop((key,), None, f"this is no workbook: {error}", "save it as .xlsx, without a password")
    except BaseException as error:
        # A panic of the library is no Exception.
        if type(error).__module__ != "pyo3_runtime":
            raise
        problems.stop((key,), None, "the workbook is damaged", "open it in Excel and save it as .xlsx")
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(value: object) -> Any:
    """A cell of a workbook: numbers stay numbers, whole ones without a point; dates and times become ISO text."""
    match value:
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case float() if value.is_integer():
            return int(value)
        case float() if math.isfinite(value):
            return value
        case bool() | int():
            return value
    return composed(str(value).strip().replace("\r\n", "\n"))
