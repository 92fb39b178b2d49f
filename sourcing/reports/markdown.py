"""A report, or the answer of a command, as Markdown: what HTML says, with the numbers of each chart in its place."""

from collections.abc import Iterator

from sourcing.outcome.text_escaping import in_markdown
from sourcing.reports.report_model import Block, Report, ReportChart, ReportPoints, ReportTable, ReportText, Tiles


def markdown(report: Report) -> str:
    """The text; nothing in a name is read as markup."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {in_markdown(report.title)}"
    if report.subtitle:
        yield from ("", in_markdown(report.subtitle))
    for section in report.sections:
        if section.heading:
            yield from ("", f"## {in_markdown(section.heading)}")
        for block in section.blocks:
            yield ""
            yield from _block(block, section.heading)


def _block(block: Block, heading: str) -> Iterator[str]:
    if isinstance(block, ReportText):
        yield in_markdown(block.text)
    elif isinstance(block, ReportPoints):
        for number, point in enumerate(block.points, 1):
            mark = f"{number}." if block.numbered else "-"
            yield f"{mark} {in_markdown(point.text)}" + "".join(f"  \n   {in_markdown(note)}" for note in point.notes)
    elif isinstance(block, Tiles):
        for tile in block.tiles:
            note = f" ({in_markdown(tile.note)})" if tile.note else ""
            yield f"- {in_markdown(tile.label)}: **{in_markdown(tile.figure.text)}**{note}"
    elif isinstance(block, ReportTable):
        yield from _table(block, block.title if block.title != heading else "")
    else:
        yield from _chart(block)


def _chart(chart: ReportChart) -> Iterator[str]:
    yield from (f"**{in_markdown(chart.title)}**", "", in_markdown(chart.alt))
    for panel in chart.panels:
        yield ""
        yield from _table(panel.table, panel.title or panel.table.title)


def _table(table: ReportTable, title: str) -> Iterator[str]:
    if title:
        yield from (f"*{in_markdown(title)}*", "")
    yield "| " + " | ".join(in_markdown(column.heading) for column in table.columns) + " |"
    yield "|" + "|".join("---:" if column.right else "---" for column in table.columns) + "|"
    yield from ("| " + " | ".join(in_markdown(cell.text) for cell in row) + " |" for row in table.rows)
    if table.note:
        yield from ("", in_markdown(table.note))
