"""Lines of a table as a scenario says them: headings as keys, words by their mapping, amounts with their unit."""

from typing import Any

from sourcing.files.cell_amounts import amount
from sourcing.files.dates import CURRENCY, DATES, FIGURES, UNIT, date
from sourcing.files.document import Keys
from sourcing.files.layouts import Layout
from sourcing.files.problem_collector import ProblemCollector, near
from sourcing.spelling import plain

MEASURED = {"offers": "price", "contracts": "volume", "lanes": "freight"}  # what a column `unit` stands beside
WORDED = ("row", "assumption", "reason", "decide")  # of a figure in several columns, what is no number


def laid_out(
    headings: list[str],
    line: int,
    body: list[tuple[int, list[Any]]],
    wanted: Layout,
    stem: str,
    key: str,
    problems: ProblemCollector,
) -> tuple[list[str], list[tuple[int, list[Any]]]]:
    """Headings as keys, and lines with the name in front: of the column called name, else the first; where a layout
    makes the first another key, lines are named by their place."""
    written = [plain(heading) for heading in headings]
    for absent in [heading for heading in wanted.columns if heading not in written]:
        problems.refuse((key,), line, f"there is no heading '{absent}'", near(absent, written))
    problems.check()
    keys = [wanted.columns.get(plain(heading), heading) for heading in headings]
    width = len(keys)
    kept = [column for column, meant in enumerate(keys) if meant is not None]
    if len(kept) == width and not wanted.columns and not wanted.every:
        return headings, body
    uneven = [(at, cells) for at, cells in body if len(cells) != width]
    for at, cells in uneven:
        cause = f"{len(cells)} cells stand under {width} headings"
        problems.refuse((key,), at, cause, "give each heading a cell; put quotes around text with commas")
    problems.check()
    named = [column for column in kept if keys[column] == "name"] or ([0] if written[0] not in wanted.columns else [])
    rest = [column for column in kept if column not in named[:1]]
    constant = [name for name in wanted.every if name not in keys]
    return (
        ["name", *(str(keys[column]) for column in rest), *constant],
        [
            (
                at,
                [
                    cells[named[0]] if named else f"{stem} line {at}",
                    *(cells[column] for column in rest),
                    *(wanted.every[name] for name in constant),
                ],
            )
            for at, cells in body
        ],
    )


def meant(record: dict[str, Any], wanted: Layout, path: Keys, line: int, problems: ProblemCollector) -> dict[str, Any]:
    """The cells of a line as a scenario says them: words by their mapping, amounts with their unit, dates in ISO."""
    for heading in wanted.values.keys() & record.keys():
        if not isinstance(cell := record[heading], bool):
            record[heading] = wanted.values[heading].get(plain(cell), cell)
    measured = MEASURED.get(str(path[0]), "quantity")
    beside = "" if path[0] == "materials" else str(record.pop(UNIT, "") or "")
    currency = str(record.pop(CURRENCY, "") or "") if path[0] == "offers" else ""
    if currency:
        if not beside:
            problems.refuse(
                (*path, CURRENCY), line, f"'{currency}' stands without the unit of mass", "add a column unit"
            )
        beside = f"{currency}/{beside}"
    if beside and not any(heading.split(".")[0] == measured for heading in record):
        problems.refuse(
            (*path, UNIT), line, f"'{beside}' is the unit of nothing: there is no {measured}", "map a column to it"
        )
    for heading, cell in record.items():
        if cell == "":
            continue
        parts = heading.split(".")
        first, leaf = parts[0], parts[-1]
        if leaf in DATES:
            last = leaf in ("until", "valid_until")
            record[heading] = date(cell, last, wanted, (*path, *parts), line, problems)
        elif first in FIGURES and leaf not in WORDED:
            unit = wanted.units.get(heading, "") or (beside if first == measured else "")
            if unit or _asked(wanted):
                record[heading] = amount(cell, unit, wanted, (*path, *parts), line, problems)
    return record


def _asked(wanted: Layout) -> bool:
    """Whether a layout says anything; without one, cells go to the scenario as they stand."""
    return wanted != Layout()
