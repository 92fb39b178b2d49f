"""A report as Markdown: what HTML says, with the numbers of each chart in its place."""

import re
from collections.abc import Iterator

from sourcing.reports.content import Block, Chart, Points, Report, Table, Text, Tiles

MEANT = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def markdown(report: Report) -> str:
    """The text; nothing in a name is read as markup."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {plain(report.title)}", "", plain(report.subtitle))
    for section in report.sections:
        yield from ("", f"## {plain(section.heading)}")
        for block in section.blocks:
            yield ""
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Text):
        yield plain(block.text)
    elif isinstance(block, Points):
        for number, point in enumerate(block.points, 1):
            mark = f"{number}." if block.numbered else "-"
            yield f"{mark} {plain(point.text)}" + "".join(f"  \n   {plain(note)}" for note in point.notes)
    elif isinstance(block, Tiles):
        for tile in block.tiles:
            note = f" ({plain(tile.note)})" if tile.note else ""
            yield f"- {plain(tile.label)}: **{plain(tile.figure.text)}**{note}"
    elif isinstance(block, Table):
        yield from _table(block, block.title)
    else:
        yield from _chart(block)


def _chart(chart: Chart) -> Iterator[str]:
    yield from (f"**{plain(chart.title)}**", "", plain(chart.alt))
    for panel in chart.panels:
        yield ""
        yield from _table(panel.table, panel.title or panel.table.title)


def _table(table: Table, title: str) -> Iterator[str]:
    yield from (f"*{plain(title)}*", "")
    yield "| " + " | ".join(plain(column.heading) for column in table.columns) + " |"
    yield "|" + "|".join("---:" if column.right else "---" for column in table.columns) + "|"
    yield from ("| " + " | ".join(plain(cell.text) for cell in row) + " |" for row in table.rows)


def plain(text: str) -> str:
    """Text on one line in which no sign is markup.

    >>> plain("a | <b> *c*")
    'a \\\\| \\\\<b\\\\> \\\\*c\\\\*'
    """
    return MEANT.sub(r"\\\1", " ".join(text.split(" ")).replace("\n", " ").replace("\r", " "))
