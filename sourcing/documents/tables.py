"""Tables, CSV or a sheet of a workbook, read as mappings by their first column."""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from sourcing.documents.document import Document, Keys
from sourcing.documents.files import content, shown, table_text
from sourcing.documents.findings import Findings, near, short
from sourcing.documents.layouts import Layout, layout
from sourcing.documents.meaning import laid_out, meant
from sourcing.errors import Problem, ScenarioError

Rows = Iterable[tuple[int, list[Any]]]
"""Lines of a table, counted from 1, with their cells; a blank cell is an empty text."""

TABLES = ("materials", "sites", "suppliers", "offers", "lanes", "contracts", "opening_stock", "open_orders")
"""Top-level keys that may hold the path of a table."""

OWN = {"opening_stock", "open_orders"}
"""Tables that hold an importer's own figures unless their column `own` says otherwise: they replace those of the model.
Where a file states `size`, what is its own is told by where it stands."""

_LARGEST_UNPACKED = 100_000_000  # bytes of a workbook, which is a zip file


def with_tables(document: Document, folder: Path) -> Document:
    """Put the mappings that tables hold in the place of their paths, which are relative to `folder`.

    What must be known of how a table was read joins the caveats.
    """
    tables: list[tuple[Document, str]] = []
    problems: list[Problem] = []
    for key in TABLES:
        written = document.value.get(key)
        if isinstance(written, str) or (isinstance(written, dict) and isinstance(written.get("file"), str)):
            reference = {"file": written} if isinstance(written, str) else written
            try:
                tables.append(_table(reference, folder, key, document))
            except ScenarioError as error:
                problems += error.problems
    if problems:
        raise ScenarioError(tuple(problems))
    if not tables:
        return document
    read = {key for table, _ in tables for key in table.value}
    value, files = dict(document.value), document.files
    places = {path: place for path, place in document.places.items() if len(path) < 2 or path[0] not in read}
    for table, _ in tables:
        for key in OWN & table.value.keys():
            for record in table.value[key].values():
                record.setdefault("own", True)
        value, places, files = value | table.value, places | dict(table.places), files + table.files
    said = {f"table {shown(table.files[0])}": notice for table, notice in tables if notice}
    if said and isinstance(value.get("caveats", {}), dict):
        value["caveats"] = {**said, **value.get("caveats", {})}
    return Document(value, places, files)


def _table(reference: dict[str, Any], folder: Path, key: str, document: Document) -> tuple[Document, str]:
    """Read the table that `reference` names as a mapping by its names, and what must be said of the reading.

    Raises ScenarioError with all problems.
    """
    written, asked = reference["file"], document.place((key,))
    name, _, sheet = written.partition("#")
    path = folder / name
    found = Findings(shown(path))
    form = path.suffix.lower()
    if form not in (".csv", ".xlsx") or (form == ".csv" and sheet):
        cause = f"{short(written)} is no path of a table"
        raise ScenarioError((Problem(asked, key, cause, "give names with values, a .csv, or an .xlsx#sheet"),))
    data = content(path, asked, key)
    wanted, beside = layout(reference, path, key, document)
    notice = ""
    if form == ".csv":
        text, notice = table_text(data, wanted.encoding, found)
        rows = _csv_rows(text, key, found)
    else:
        rows = _xlsx_rows(data, sheet or wanted.sheet, key, found)
    filled = [(line, cells) for line, cells in rows if any(cell != "" for cell in cells)]
    if not filled:
        found.stop((key,), None, "the table is empty", "write headings in the first line, a name in the first column")
    (line, headings), *body = filled
    names, body = laid_out([str(cell) for cell in headings], line, body, wanted, path.stem, key, found)
    _headings(names, line, key, found)
    value = _records(names, body, wanted, key, found)
    found.check()
    return Document({key: value}, found.places, (path, *beside)), notice


def _csv_rows(text: str, key: str, found: Findings) -> Rows:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        found.stop((key,), line, f"the line is not CSV: {error}", "check its quotes and commas")


def _xlsx_rows(data: bytes, sheet: str, key: str, found: Findings) -> Rows:
    try:
        if sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(data)).infolist()) > _LARGEST_UNPACKED:
            found.stop((key,), None, "the workbook is too large when unpacked", "save the table alone, or as .csv")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if sheet and sheet not in book.sheet_names:
            found.stop((key,), None, f"there is no sheet '{sheet}'", near(sheet, book.sheet_names))
        cells = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError) as error:
        found.stop((key,), None, f"this is no workbook: {error}", "save it as .xlsx, without a password")
    return [(line, [_cell(cell) for cell in row]) for line, row in enumerate(cells, 1)]


def _cell(value: object) -> Any:
    """A cell of a workbook: numbers stay numbers, whole ones without a point; dates and times become ISO text."""
    match value:
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case float() if value.is_integer():
            return int(value)
        case bool() | int() | float():
            return value
    return str(value).strip()


def _headings(cells: list[Any], line: int, key: str, found: Findings) -> list[str]:
    """Names of the columns; raises ScenarioError, as the lines below mean nothing under wrong headings."""
    names = [str(cell) for cell in cells]
    if len(names) == 1 and re.search("[;\t]", names[0]):
        found.refuse((key,), line, f"{short(names[0])} is one heading", "separate columns by commas")
    for column, name in enumerate(names, 1):
        if not all(part.strip() for part in name.split(".")):
            found.refuse((key,), line, f"the heading {short(name)} of column {column} is blank in part", "name it")
        elif name in names[: column - 1]:
            found.refuse((key,), line, f"the heading '{name}' stands twice", "keep one of the columns")
        elif inner := [other for other in names if other.startswith(f"{name}.")]:
            found.refuse((key,), line, f"'{name}' and '{inner[0]}' cannot both be headings", "keep one of them")
    found.check()
    return names


def _records(names: list[str], body: Rows, wanted: Layout, key: str, found: Findings) -> dict[str, Any]:
    """One mapping per line; blank cells are left out, 'price.value' nests."""
    value: dict[str, Any] = {}
    for line, (first, *cells) in body:
        name = str(first)
        if len(cells) + 1 != len(names):
            cause = f"{len(cells) + 1} cells stand under {len(names)} headings"
            found.refuse((key, name), line, cause, "give each heading a cell; put quotes around text with commas")
        elif not name:
            found.refuse((key,), line, f"the name in column '{names[0]}' is blank", "name the line")
        elif name in value:
            first_line = found.places[(key, name)].line
            found.refuse((key, name), line, f"'{name}' stands twice, first in line {first_line}", "keep one")
        else:
            value[name] = {}
            found.places[(key, name)] = found.at(line)
            record = dict(zip(names[1:], cells, strict=True))
            for heading, cell in meant(record, wanted, (key, name), line, found).items():
                if cell != "":
                    _nest(value[name], heading.split("."), cell, (key, name), found)
    return value


def _nest(record: dict[str, Any], parts: list[str], cell: object, path: Keys, found: Findings) -> None:
    """Put a cell into a record at a.b.c."""
    for depth, part in enumerate(parts, 1):
        found.places[(*path, *parts[:depth])] = found.places[path]
        if depth == len(parts):
            record[part] = cell
        else:
            record = record.setdefault(part, {})
