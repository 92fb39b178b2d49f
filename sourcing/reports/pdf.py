"""A report as PDF, set by Typst: no browser, fonts embedded, headings and alt texts for who listens to it."""

import json

import typst

from sourcing.reports.chart_images import fonts, svg
from sourcing.reports.html import TEMPLATES
from sourcing.reports.report_model import HALF, Block, Report, ReportChart, ReportPoints, ReportTable, ReportText, Tiles
from sourcing.reports.workbook import width


def pdf(report: Report) -> bytes:
    """The pages. Texts reach Typst as data, so that nothing in a name is read as markup."""
    made: bytes = typst.compile(
        str(TEMPLATES / "report.typ"),
        font_paths=[str(folder) for folder in fonts()],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(_report(report), ensure_ascii=False)},
    )
    return made


def _report(report: Report) -> dict[str, object]:
    """What the template reads."""
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "language": report.words.tongue,
        "parts": [
            [
                {"heading": section.heading, "blocks": [_block(block) for block in section.blocks]}
                for section in sections
            ]
            for sections in (report.page_one, report.behind)
        ],
    }


def _block(block: Block) -> dict[str, object]:
    if isinstance(block, ReportText):
        return {"sort": "text", "text": block.text}
    if isinstance(block, ReportPoints):
        points = [{"text": point.text, "notes": list(point.notes)} for point in block.points]
        return {"sort": "points", "points": points, "numbered": block.numbered}
    if isinstance(block, Tiles):
        tiles = [{"label": tile.label, "figure": tile.figure.text, "note": tile.note} for tile in block.tiles]
        return {"sort": "tiles", "tiles": tiles}
    if isinstance(block, ReportTable):
        return _table(block)
    return _chart(block)


def _table(table: ReportTable) -> dict[str, object]:
    return {
        "sort": "table",
        "title": table.title,
        "headings": [column.heading for column in table.columns],
        "right": [column.right for column in table.columns],
        "shares": [_share(table, number) for number in range(len(table.columns))],
        "rows": [[cell.text for cell in row] for row in table.rows],
        "note": table.note,
    }


def _chart(chart: ReportChart) -> dict[str, object]:
    alone = len(chart.panels) == 1
    panels = [{"title": panel.title, "svg": svg(panel, alone)} for panel in chart.panels]
    return {"sort": "chart", "title": chart.title, "alt": chart.alt, "panels": panels}


def _share(table: ReportTable, number: int) -> float:
    """Share of the room that a column gets; 0: as much as it needs, for numbers of a table with room enough.

    Text gets room by its longest text, within limits; in a wide table numbers do so too, and their headings are broken.
    """
    column, cells = table.columns[number], [row[number].text for row in table.rows]
    if not column.right:
        return float(
            min(max(width([*column.heading.split(" "), *cells]), 10), 40 if len(table.columns) <= HALF else 26)
        )
    if len(table.columns) <= HALF:
        return 0.0
    return float(max(width(cells), min(width(column.heading.split(" ")), 16)))
