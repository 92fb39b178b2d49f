"""The lines of a table as mappings by their names."""

import re
from collections.abc import Mapping
from typing import Any

from sourcing.errors import Heading, Place
from sourcing.files.document import Keys
from sourcing.files.layouts import Layout
from sourcing.files.problem_collector import ProblemCollector
from sourcing.files.row_meaning import meant
from sourcing.files.scalars import nameable, printable
from sourcing.files.sheet_scan import UnreadableCell
from sourcing.files.workbooks import Rows
from sourcing.spelling import plain

TOTALS = ("合計", "総計", "小計", "計", "総合計", "total", "totals", "grand total", "subtotal", "sub total", "sum")
LONGEST_TOTAL = max(map(len, TOTALS)) + 1
COUNTED, NAMED = ("opening_stock", "open_orders"), ("offers", "contracts", "lanes")
"""Tables in which a line of totals would be counted on top of what it is the total of, and those in which its name
alone tells it: a supplier may be called Total."""

_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|BUSY!|FIELD!|BLOCKED!)")


def records(
    names: list[str], line: int, body: Rows, wanted: Layout, key: str, problems: ProblemCollector
) -> dict[str, Any]:
    """One mapping per line below the headings in `line`; blank cells are left out, 'price.value' nests."""
    value: dict[str, Any] = {}
    headings = _headings(names, line, wanted)
    for at, (first, *cells) in body:
        name = _name(first, at, names[0], key, problems)
        if name is None:
            continue
        if len(cells) + 1 != len(names):
            cause = f"{len(cells) + 1} cells stand under {len(names)} headings"
            problems.refuse((key, name), at, cause, "give each heading a cell; put quotes around text with commas")
        elif total := _total(key, name, cells):
            cause = f"'{total}' looks like the total of other lines"
            problems.refuse((key, name), at, cause, "remove the line from the table")
        elif name in value:
            first_line = problems.places[(key, name)].line
            problems.refuse((key, name), at, f"'{name}' stands twice, first in line {first_line}", "keep one")
        else:
            value[name] = {}
            problems.places[(key, name)] = problems.at(at)
            record = dict(zip(names[1:], cells, strict=True))
            _check_cells(record, (key, name), at, problems)
            for heading, cell in meant(record, wanted, (key, name), at, problems).items():
                if cell != "":
                    place = Place(problems.file, at, headings.get(heading))
                    _nest(value[name], heading.split("."), cell, (key, name), place, problems)
    return value


def _headings(names: list[str], line: int, wanted: Layout) -> Mapping[str, Heading]:
    """Headings as they are written, by the key that they mean."""
    written = {str(meant): heading for heading, meant in wanted.columns.items() if meant is not None}
    return {name: Heading(line, written.get(name, name)) for name in names[1:] if name not in wanted.every}


def _name(first: object, line: int, heading: str, key: str, problems: ProblemCollector) -> str | None:
    """The name of a line; None where it has none, which is refused."""
    if bad := _unreadable(first):
        problems.refuse((key, heading), line, bad.cause, bad.cure)
        return None
    name = str(first)
    if not name:
        problems.refuse((key,), line, f"the name in column '{heading}' is blank", "name the line")
        return None
    return nameable(name, (key, name), line, problems)


def _total(key: str, name: str, cells: list[Any]) -> str:
    """The cell that says that a line adds up others, which would then count twice; "" where none does."""
    looked_at = [name, *cells] if key in COUNTED else [name] if key in NAMED else []
    texts = (cell for cell in looked_at if isinstance(cell, str) and len(cell) <= LONGEST_TOTAL)
    return next((text for text in texts if plain(text).casefold().rstrip(":") in TOTALS), "")


def _check_cells(record: dict[str, Any], path: Keys, line: int, problems: ProblemCollector) -> None:
    """Cells that hold no value are refused, and read as blank from there on."""
    for heading, cell in record.items():
        if isinstance(cell, str) and cell.isascii() and (cell.isalnum() or not cell):
            continue
        if bad := _unreadable(cell):
            problems.refuse((*path, *heading.split(".")), line, bad.cause, bad.cure)
            record[heading] = ""
        elif isinstance(cell, str):
            printable(cell, (*path, *heading.split(".")), line, problems)


def _unreadable(cell: object) -> UnreadableCell | None:
    if isinstance(cell, str) and cell.startswith("#") and _ERROR.fullmatch(cell):
        return UnreadableCell(
            f"'{cell}' is an error of the spreadsheet, no value", "mend its formula, or write the value"
        )
    return cell if isinstance(cell, UnreadableCell) else None


def _nest(
    record: dict[str, Any], parts: list[str], cell: object, path: Keys, place: Place, problems: ProblemCollector
) -> None:
    """Put a cell into a record at a.b.c."""
    if len(parts) == 1:
        problems.places[(*path, *parts)] = place
        record[parts[0]] = cell
        return
    for depth, part in enumerate(parts, 1):
        problems.places[(*path, *parts[:depth])] = place
        if depth == len(parts):
            record[part] = cell
        else:
            record = record.setdefault(part, {})
