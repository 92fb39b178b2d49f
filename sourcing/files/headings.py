"""Which line of a table has the headings, and what they may be."""

import re
from typing import Any

from sourcing.files.document import DEEPEST
from sourcing.files.layouts import Layout
from sourcing.files.problem_collector import ProblemCollector, short
from sourcing.files.sheet_scan import UnreadableCell
from sourcing.files.workbooks import Rows
from sourcing.spelling import plain

LOOKED_AT = 20  # lines that tell whether the first one is a title
NOT_COMMAS = "[;\t|]"


def titled(filled: Rows, wanted: Layout, key: str, problems: ProblemCollector) -> Rows:
    """The lines of a table from its headings on.

    filled: lines with anything in them. Raises ScenarioError where there are none, and where the first looks like the
    title of the table.
    """
    lines = [(line, cells) for line, cells in filled if line >= (wanted.headings or 1)]
    if not lines:
        problems.stop(
            (key,), None, "the table is empty", "write headings in the first line, a name in the first column"
        )
    first, cells = lines[0]
    if wanted.headings and first != wanted.headings:
        problems.stop(
            (key,), wanted.headings, f"line {wanted.headings} is blank", "say headings: with the line that has them"
        )
    counts = [(_filled(others), line) for line, others in lines[1:LOOKED_AT]]
    most = max((count for count, _ in counts), default=0)
    only = next(cell for cell in cells if cell != "")
    is_heading = plain(only) in ("name", *wanted.columns) or re.search(NOT_COMMAS, str(only))
    if not wanted.headings and 2 * _filled(cells) <= most and not is_heading:
        line = next(line for count, line in counts if count > _filled(cells) and 2 * count > most)
        cause = f"{short(only)} looks like a title: headings must stand in the first line that is filled"
        cure = f"remove the lines above the headings, or say headings: {line} in the layout of the table"
        problems.stop((key,), first, cause, f"{cure} if they stand in line {line}")
    return lines


def _filled(cells: list[Any]) -> int:
    return sum(cell != "" for cell in cells)


def trimmed(headings: list[Any], body: Rows, line: int, key: str, problems: ProblemCollector) -> tuple[list[str], Rows]:
    """Headings and lines without columns that are blank from top to bottom; spaces and line breaks of headings single.

    Cells to the right of the last heading go where they are blank. Raises ScenarioError where cells stand below no
    heading.
    """
    for cell in headings:
        if isinstance(cell, UnreadableCell):
            problems.refuse((key,), line, cell.cause, cell.cure)
        elif len(headings) == 1 and re.search(NOT_COMMAS, str(cell)):
            problems.refuse((key,), line, f"{short(cell)} is one heading", "separate columns by commas")
    problems.check()
    names = [" ".join(str(cell).split()) for cell in headings]
    width, blank = len(names), {column for column, name in enumerate(names) if name == ""}
    cut = [(at, cells if any(cell != "" for cell in cells[width:]) else cells[:width]) for at, cells in body]
    for column in sorted(blank):
        below = next((at for at, cells in cut if column < len(cells) and cells[column] != ""), None)
        if below:
            cause = f"the heading of column {column + 1} is blank, and cells stand below it, first in line {below}"
            problems.refuse((key,), line, cause, "name it; what is merged over several columns names the first alone")
    problems.check()
    if not blank:
        return names, cut
    named = [column for column in range(width) if column not in blank]
    return [names[column] for column in named], [
        (at, [cell for column, cell in enumerate(cells) if column not in blank]) for at, cells in cut
    ]


def check_headings(names: list[str], line: int, key: str, problems: ProblemCollector) -> None:
    """Raises ScenarioError where headings cannot be names of columns, as the lines below mean nothing then."""
    seen: set[str] = set()
    nested = _nested(names)
    for column, name in enumerate(names, 1):
        parts = name.split(".")
        if not all(part.strip() for part in parts):
            problems.refuse((key,), line, f"the heading {short(name)} of column {column} is blank in part", "name it")
        elif len(parts) > DEEPEST:
            cause = f"the heading {short(name)} of column {column} has {len(parts):,} parts, more than {DEEPEST}"
            problems.refuse((key,), line, cause, "shorten it")
        elif name in seen:
            problems.refuse((key,), line, f"the heading '{name}' stands twice", "keep one of the columns")
        elif name in nested:
            problems.refuse((key,), line, f"'{name}' and '{nested[name]}' cannot both be headings", "keep one of them")
        seen.add(name)
    problems.check()


def _nested(names: list[str]) -> dict[str, str]:
    """The first heading inside each: of "price" it is "price.value"."""
    inside: dict[str, str] = {}
    for name in names:
        parts = name.split(".")
        for length in range(1, min(len(parts), DEEPEST)):
            inside.setdefault(".".join(parts[:length]), name)
    return inside
