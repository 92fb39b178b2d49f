"""The answer of a command, or a report, as text for a terminal, a file or a pipe."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from sourcing.reports.report_model import Block, Report, ReportChart, ReportPoints, ReportTable, ReportText, Tiles

WIDTH = 118  # of text that goes to a file or a pipe, and the widest on a screen
NARROW = 60
GAP = 2  # blanks between two columns
WORD = 24  # cells of a longest word that a text column keeps whole


def write_report(report: Report, out: TextIO) -> None:
    """Title, sections and tables, as wide as the screen; nothing in a name is read as markup."""
    width = max(NARROW, min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))
    console = _console(out, width)
    with console.capture() as captured:
        _wrapped(console, Text(report.title, style="bold"))
        _wrapped(console, Text(report.subtitle))
        for number, section in enumerate(report.sections):
            if number or section.heading:
                console.print()
            _wrapped(console, Text(section.heading, style="bold"))
            for place, block in enumerate(section.blocks):
                if place:
                    console.print()
                _block(console, block, section.heading)
    _put(captured.get(), out)


def write_table(table: ReportTable, out: TextIO, width: int = WIDTH) -> None:
    """One table, in parts where it is wider than `width`."""
    console = _console(out, width)
    with console.capture() as captured:
        _grid(console, table, table.title)
    _put(captured.get(), out)


def _console(out: TextIO, width: int) -> Console:
    return Console(file=out, width=width, highlight=False, emoji=False, markup=False)


def _put(text: str, out: TextIO) -> None:
    out.write("\n".join(line.rstrip() for line in text.splitlines()) + "\n")


def _wrapped(console: Console, text: Text) -> None:
    for line in text.wrap(console, console.width) if text else ():
        console.print(line)


def _block(console: Console, block: Block, heading: str) -> None:
    if isinstance(block, ReportText):
        _wrapped(console, Text(block.text))
    elif isinstance(block, ReportPoints):
        for number, point in enumerate(block.points, 1):
            _point(console, f"{number}. " if block.numbered else "- ", "\n".join((point.text, *point.notes)))
    elif isinstance(block, Tiles):
        for tile in block.tiles:
            _point(console, "- ", f"{tile.label}: {tile.figure.text}" + (f" ({tile.note})" if tile.note else ""))
    elif isinstance(block, ReportChart):
        _wrapped(console, Text(f"{block.title}. {block.alt}"))
        for panel in block.panels:
            console.print()
            _grid(console, panel.table, panel.title or panel.table.title)
    else:
        _grid(console, block, block.title if block.title != heading else "")


def _point(console: Console, mark: str, text: str) -> None:
    """An entry of a list, its further lines below its first word."""
    for number, part in enumerate(Text(text).wrap(console, console.width - len(mark))):
        console.print(Text(" " * len(mark) if number else mark) + part)


def _grid(console: Console, table: ReportTable, title: str) -> None:
    for number, part in enumerate(_fitting(table, console.width)):
        if number:
            console.print()
        console.print(_drawn(part, f"{table.title} (continued)" if number else title, console.width))
    if table.note:
        _wrapped(console, Text(table.note))


def _drawn(table: ReportTable, title: str, width: int) -> Table:
    """Numbers are never cut; text is wrapped."""
    bold = Text(title, style="bold") if title else None
    drawn = Table(title=bold, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for column, cells in zip(table.columns, _widths(table, width), strict=True):
        justify: JustifyMethod = "right" if column.right else "left"
        drawn.add_column(Text(column.heading), justify=justify, overflow="fold", width=cells)
    for row in table.rows:
        drawn.add_row(*(Text(cell.text) for cell in row))
    return drawn


def _widths(table: ReportTable, width: int) -> list[int]:
    """Cells of each column: as wide as its text, the widest text narrowed until all fit."""
    least = [_narrowest(table, column) for column in range(len(table.columns))]
    widths = [
        narrow if column.right else max(map(cell_len, (column.heading, *_texts(table, number))))
        for number, (column, narrow) in enumerate(zip(table.columns, least, strict=True))
    ]
    while sum(widths) + GAP * len(widths) > width:
        wide = [(cells, -column) for column, cells in enumerate(widths) if cells > least[column]]
        if not wide:
            break
        widths[-max(wide)[1]] -= 1
    return widths


def _texts(table: ReportTable, column: int) -> list[str]:
    return [row[column].text for row in table.rows]


def _narrowest(table: ReportTable, column: int) -> int:
    """Cells that a column must have: its numbers whole, and of text and headings the longest word."""
    texts, heading = _texts(table, column), table.columns[column].heading
    longest = min(max((cell_len(word) for text in (heading, *texts) for word in text.split()), default=1), WORD)
    return max(longest, *map(cell_len, texts)) if table.columns[column].right and texts else longest


def _fitting(table: ReportTable, width: int) -> Iterator[ReportTable]:
    """A table in parts that fit a width; each begins with the first column."""
    needs = [_narrowest(table, column) + GAP for column in range(len(table.columns))]
    parts: list[list[int]] = [[0]]
    for column, need in enumerate(needs[1:], 1):
        if sum(needs[number] for number in parts[-1]) + need > width and len(parts[-1]) > 1:
            parts.append([0])
        parts[-1].append(column)
    for part in parts:
        columns = tuple(table.columns[column] for column in part)
        yield replace(table, columns=columns, rows=tuple(tuple(row[column] for column in part) for row in table.rows))
