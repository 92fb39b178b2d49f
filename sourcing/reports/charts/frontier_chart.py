"""The chart of what more safety costs."""

import altair as alt

from sourcing.reports.catalogue_words import CatalogueWords
from sourcing.reports.charts.line_style import ACCENT, FUTURES, Drawing, Rows, finish, of
from sourcing.reports.findings import Findings
from sourcing.reports.frame_tables import ColumnRequest, records, table
from sourcing.reports.report_model import ColumnKind, Panel, ReportChart


def frontier(findings: Findings, words: CatalogueWords) -> ReportChart:
    """Expected cost against the cost in the worst years; the knee is named."""
    frame, money = findings.frontier, findings.plan.currency
    across, up = words.figures.column(frame["cost"], money), words.figures.column(frame["worst_cost"], money)
    rows: Rows = [
        {
            "cost": row["cost"] / across.divisor,
            "worst": row["worst_cost"] / up.divisor,
            "label": words("knee") if row["knee"] else "",
            "said": words.figures.amount(row["cost"], money),
            "bad": words.figures.amount(row["worst_cost"], money),
            "short": words.figures.share(row["shortage"]),
        }
        for row in records(frame)
    ]
    x = words("heading.unit", heading=words.heading("cost"), unit=across.name)
    y = words("heading.unit", heading=words.heading("worst_cost"), unit=up.name)
    spec = finish(Drawing(_points(x, y, words), {"rows": rows}), 260, pick=False)
    asked = ("cost", "worst_cost", ColumnRequest("shortage", ColumnKind.SHARE))
    said = words("alt.frontier", count=str(len(rows)), first=str(rows[0]["said"]), last=str(rows[-1]["said"]))
    panel = Panel("", spec, table(words, "frontier_points", frame, asked, money))
    return ReportChart("frontier", words("chart.frontier"), said, (panel,))


def _points(across: str, up: str, words: CatalogueWords) -> tuple[alt.Chart, ...]:
    x = alt.X("cost:Q", title=across, axis=alt.Axis(tickCount=5), scale=alt.Scale(zero=False, padding=20))
    y = alt.Y("worst:Q", title=up, axis=alt.Axis(tickCount=5), scale=alt.Scale(zero=False, padding=20))
    base = of("rows").encode(x=x, y=y)
    tips = [
        alt.Tooltip("said:N", title=words.heading("cost")),
        alt.Tooltip("bad:N", title=words.heading("worst_cost")),
        alt.Tooltip("short:N", title=words.heading("shortage")),
    ]
    line = base.mark_line(color="#b8bec6").encode(order="cost:Q")
    dots = base.mark_point(filled=True, size=80, color=ACCENT, opacity=1).encode(tooltip=tips)
    text = base.mark_text(align="left", dx=8, dy=-8, fontWeight=600, color=FUTURES[0]).encode(text="label:N")
    return line, dots, text
