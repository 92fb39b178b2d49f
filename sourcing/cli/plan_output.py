"""A plan as text, Markdown, CSV or JSON."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

import pandas as pd
from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from sourcing.advice.phrases import proof
from sourcing.cli.plan_grids import grids
from sourcing.cli.text_grid import TextGrid
from sourcing.outcome import Plan
from sourcing.outcome.text_escaping import csv_of, in_markdown, write_rows
from sourcing.units import show

WIDTH = 118  # of text that goes to a file or a pipe, and the widest on a screen
NARROW = 60
GAP = 2  # blanks between two columns
WORD = 24  # cells of a longest word that a text column keeps whole


def write(plan: Plan, form: str, out: TextIO) -> None:
    """Write a plan in a format."""
    if form == "json":
        out.write(plan.to_json() + "\n")
    elif form == "csv":
        _csv(plan, out)
    elif form == "md":
        out.write("\n".join(_markdown(plan)) + "\n")
    else:
        _text(plan, out)


def _status(plan: Plan) -> str:
    cost = f"{plan.minimised} {show(plan.cost, plan.currency)}, bound {show(plan.bound, plan.currency)}"
    return f"{plan.status} ({proof(plan.status, plan.reason, plan.gap)}); {cost}"


def _audit(plan: Plan) -> str:
    """Which trust the numbers deserve: they were worked out again from the tables."""
    found = plan.manifest.audit
    again = f"; {plan.manifest.derived}" if plan.manifest.derived else ""
    return f"audit: {found.checked} checks, worst difference {found.worst:.1g}{again}"


def _parts(plan: Plan) -> tuple[tuple[str, Sequence[str]], ...]:
    return (
        ("What must be known first", plan.questions),
        ("What to do", plan.advice),
        ("What could not be promised", plan.unkept),
        ("What the answer leans on", plan.assumptions),
    )


def _csv(plan: Plan, out: TextIO) -> None:
    """The summary and every table, each below its name, a blank line between them."""
    out.write("# summary\n")
    rows = [
        (name, getattr(plan, name))
        for name in ("title", "status", "reason", "currency", "minimised", "cost", "bound", "gap")
    ]
    lines = [(name, line) for name in ("questions", "advice", "unkept", "assumptions") for line in getattr(plan, name)]
    write_rows([("name", "value"), *rows, *lines], out)
    csv_tables(plan.tables(), out)


def csv_tables(tables: Iterable[tuple[str, pd.DataFrame]], out: TextIO) -> None:
    """Every table below its name, a blank line before it; a table without columns is its name alone."""
    out.writelines(f"\n# {name}\n{csv_of(frame) if len(frame.columns) else ''}" for name, frame in tables)


# Text -----------------------------------------------------------------------------------------------------------------


def _text(plan: Plan, out: TextIO) -> None:
    """Questions, advice, tables, what could not be promised, assumptions; nothing in a name is read as markup."""
    width = max(NARROW, min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))
    console = Console(file=out, width=width, highlight=False, emoji=False, markup=False)
    with console.capture() as captured:
        for line in Text(plan.title or "Plan", style="bold").wrap(console, width):
            console.print(line)
        for line in Text(_status(plan)).wrap(console, width):
            console.print(line)
        questions, advice, *rest = _parts(plan)
        _lines(console, *questions)
        _lines(console, *advice)
        for grid in grids(plan):
            console.print()
            _grid(console, grid)
        for title, lines in rest:
            _lines(console, title, lines)
        console.print()
        console.print(_audit(plan))
    out.write("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n")


def write_lines(title: str, lines: Sequence[str], out: TextIO, width: int = WIDTH) -> None:
    """A title and sentences below it, as text."""
    console = Console(file=out, width=width, highlight=False, emoji=False, markup=False)
    with console.capture() as captured:
        console.print(Text(title, style="bold"))
        _points(console, lines)
    out.write("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n")


def write_grid(grid: TextGrid, out: TextIO, width: int = WIDTH) -> None:
    """One table as text, in parts where it is wider than `width`."""
    console = Console(file=out, width=width, highlight=False, emoji=False, markup=False)
    with console.capture() as captured:
        _grid(console, grid)
    out.write("\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n")


def _grid(console: Console, grid: TextGrid) -> None:
    for number, part in enumerate(_fitting(grid, console.width)):
        if number:
            console.print()
        console.print(_table(part, console.width))
    if grid.note:
        console.print(grid.note)


def _lines(console: Console, title: str, lines: Sequence[str]) -> None:
    if lines:
        console.print()
        console.print(Text(title, style="bold"))
        _points(console, lines)


def _points(console: Console, lines: Sequence[str]) -> None:
    for line in lines:
        for number, part in enumerate(Text(line).wrap(console, console.width - 2)):
            console.print(Text("  " if number else "- ") + part)


def _table(grid: TextGrid, width: int) -> Table:
    """Numbers are never cut; text is wrapped."""
    title = Text(grid.title, style="bold")
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for column, (heading, cells) in enumerate(zip(grid.headings, _widths(grid, width), strict=True)):
        justify: JustifyMethod = "right" if column in grid.right else "left"
        table.add_column(Text(heading), justify=justify, overflow="fold", width=cells)
    for row in grid.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _widths(grid: TextGrid, width: int) -> list[int]:
    """Cells of each column: as wide as its text, the widest text narrowed until all fit."""
    least = [_narrowest(grid, column) for column in range(len(grid.headings))]
    found = [
        narrow
        if column in grid.right
        else max(cell_len(text) for text in (grid.headings[column], *_cells(grid, column)))
        for column, narrow in enumerate(least)
    ]
    while sum(found) + GAP * len(found) > width:
        room = [(cells, -column) for column, cells in enumerate(found) if cells > least[column]]
        if not room:
            break
        found[-max(room)[1]] -= 1
    return found


def _cells(grid: TextGrid, column: int) -> list[str]:
    return [row[column] for row in grid.rows]


def _narrowest(grid: TextGrid, column: int) -> int:
    """Cells that a column must have: its numbers whole, and of text and headings the longest word."""
    words = [word for text in (grid.headings[column], *_cells(grid, column)) for word in text.split()]
    longest = min(max((cell_len(word) for word in words), default=1), WORD)
    return max(longest, *map(cell_len, _cells(grid, column))) if column in grid.right else longest


def _fitting(grid: TextGrid, width: int) -> Iterator[TextGrid]:
    """A grid in parts that fit a width; each begins with the first column."""
    needs = [_narrowest(grid, column) + GAP for column in range(len(grid.headings))]
    parts: list[list[int]] = [[0]]
    for column, need in enumerate(needs[1:], 1):
        if sum(needs[number] for number in parts[-1]) + need > width and len(parts[-1]) > 1:
            parts.append([0])
        parts[-1].append(column)
    for number, columns in enumerate(parts):
        yield TextGrid(
            title=grid.title + (" (continued)" if number else ""),
            headings=tuple(grid.headings[column] for column in columns),
            rows=tuple(tuple(row[column] for column in columns) for row in grid.rows),
            right=tuple(place for place, column in enumerate(columns) if column in grid.right),
        )


# Markdown -------------------------------------------------------------------------------------------------------------


def _markdown(plan: Plan) -> Iterator[str]:
    questions, advice, *rest = _parts(plan)
    yield from (f"# {in_markdown(plan.title or 'Plan')}", "", in_markdown(_status(plan)))
    yield from _bullets(*questions)
    yield from _bullets(*advice)
    for grid in grids(plan):
        yield from markdown_grid(grid)
    for title, lines in rest:
        yield from _bullets(title, lines)
    yield from ("", in_markdown(_audit(plan)))


def markdown_grid(grid: TextGrid) -> Iterator[str]:
    """A table in Markdown, below its title."""
    yield from ("", f"## {in_markdown(grid.title)}", "")
    yield "| " + " | ".join(map(in_markdown, grid.headings)) + " |"
    yield "|" + "|".join("---:" if number in grid.right else "---" for number in range(len(grid.headings))) + "|"
    yield from ("| " + " | ".join(map(in_markdown, row)) + " |" for row in grid.rows)
    if grid.note:
        yield from ("", grid.note)


def _bullets(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", f"## {title}", "")
        yield from (f"- {in_markdown(line)}" for line in lines)
