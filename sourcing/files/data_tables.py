"""Tables, CSV or a sheet of a workbook, read as mappings by their first column."""

import csv
import io
from pathlib import Path
from typing import Any

from sourcing.errors import Problem, ScenarioError
from sourcing.files.document import Document
from sourcing.files.encodings import table_text
from sourcing.files.file_bytes import LARGEST_TABLE, content, existing, shown
from sourcing.files.headings import check_headings, titled, trimmed
from sourcing.files.layouts import Layout, layout
from sourcing.files.problem_collector import ProblemCollector, short
from sourcing.files.row_meaning import laid_out
from sourcing.files.row_records import records
from sourcing.files.workbooks import CELLS, Rows, xlsx_rows

TABLES = ("materials", "sites", "suppliers", "offers", "lanes", "contracts", "opening_stock", "open_orders")
"""Top-level keys that may hold the path of a table."""

OWN = {"opening_stock", "open_orders"}
"""Tables that hold an importer's own figures unless their column `own` says otherwise: they replace those of the model.
Where a file states `size`, what is its own is told by where it stands."""

LINES, CHOICES = 20_000, 5_000  # of tables of stock and orders, and of those matched with each other
WORKBOOKS = (".xlsx", ".xlsm")
FORMS = "give names with values, a .csv, or an .xlsx#sheet"
OTHER = {
    **dict.fromkeys((".xls", ".xlsb", ".ods", ".numbers"), "save it as .xlsx"),
    **dict.fromkeys((".tsv", ".tab", ".txt", ".prn"), "save it as .csv with commas between the columns"),
}


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
    path = existing(folder / name)
    found = ProblemCollector(shown(path))
    form = path.suffix.lower()
    if form not in (".csv", *WORKBOOKS) or (form == ".csv" and sheet):
        cause = f"{short(written)} is no path of a table"
        raise ScenarioError((Problem(asked, key, cause, OTHER.get(form, FORMS)),))
    data = content(path, asked, key, LARGEST_TABLE)
    wanted, beside = layout(reference, path, key, document)
    rows, notice = _lines(data, form, sheet, wanted, key, found)
    filled = [(line, cells) for line, cells in rows if any(cell != "" for cell in cells)]
    (line, headings), *body = titled(filled, wanted, key, found)
    headings, body = trimmed(headings, body, line, key, found)
    names, body = laid_out(headings, line, body, wanted, path.stem, key, found)
    check_headings(names, line, key, found)
    if len(body) > (most := LINES if key in OWN else CHOICES):
        found.stop((key,), None, f"the table has {len(body):,} lines, more than {most:,}", "add up what is alike")
    value = records(names, line, body, wanted, key, found)
    found.check()
    if not body:
        empty = f"it has headings and no line below them, so it gives no {key.replace('_', ' ')}"
        notice = "; ".join(part for part in (notice, empty) if part)
    return Document({key: value}, found.places, (path, *beside)), notice


def _lines(
    data: bytes, form: str, sheet: str, wanted: Layout, key: str, problems: ProblemCollector
) -> tuple[Rows, str]:
    """The lines of a table, and what must be said of the reading."""
    if form in WORKBOOKS:
        return xlsx_rows(data, sheet or wanted.sheet, key, problems), ""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        problems.stop(
            (key,), None, "this is a workbook under the name of a .csv", "name it .xlsx, or save it as CSV UTF-8"
        )
    if (count := data.count(b",") + data.count(b"\n")) > CELLS:
        problems.stop(
            (key,), None, f"the table has about {count:,} cells, more than {CELLS:,}", "leave out what is not needed"
        )
    text, notice = table_text(data, wanted.encoding, problems)
    return _csv_rows(text, key, problems), notice


def _csv_rows(text: str, key: str, problems: ProblemCollector) -> Rows:
    reader, rows = csv.reader(io.StringIO(text, newline=""), strict=True), Rows()
    line = 1
    try:
        for cells in reader:
            rows.append((line, [cell.strip().replace("\r\n", "\n") for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.stop((key,), line, f"the line is not CSV: {error}", "check its quotes and commas")
    return rows
