"""The chart of when futures part."""

import altair as alt
import numpy as np
import pandas as pd

from sourcing.reports.catalogue_words import CatalogueWords
from sourcing.reports.charts.line_style import ACCENT, INK, Drawing, Rows, finish, of, shortened, time_axis
from sourcing.reports.frame_tables import records, table
from sourcing.reports.report_model import Panel, ReportChart


def tree(frame: pd.DataFrame, words: CatalogueWords) -> ReportChart:
    """A line from each node to the next, thick with its probability; the ends are named. frame: as Findings.tree."""
    periods = list(dict.fromkeys(frame["period"]))
    place = heights(frame)
    ends = frame[frame["period"] == periods[-1]]
    names: Rows = [
        {
            "time": len(periods) - 1,
            "height": place[row["node"]],
            "label": shortened(f"{row['futures']} {words.figures.share(row['probability'])}", 28),
        }
        for row in records(ends)
    ]
    drawing = Drawing(_branches(periods, words), {"rows": _rows(frame, periods, place, words), "names": names})
    asked = ("period", "futures", "probability")
    panel = Panel(
        "", finish(drawing, 60 + 34 * len(ends), pick=False), table(words, "tree_points", parting(frame), asked)
    )
    said = words("alt.tree", nodes=str(len(frame)), ends=str(len(ends)))
    return ReportChart("tree", words("chart.tree"), said, (panel,))


def parting(frame: pd.DataFrame) -> pd.DataFrame:
    """The root, and the nodes that have brothers."""
    return frame[frame.groupby("parent")["node"].transform("size").gt(1) | (frame["parent"] < 0)]


def _rows(frame: pd.DataFrame, periods: list[str], place: dict[int, float], words: CatalogueWords) -> Rows:
    """Both ends of the line to each node."""
    when = {row["node"]: periods.index(row["period"]) for row in records(frame)}
    return [
        {
            "node": row["node"],
            "time": when[end],
            "height": place[end],
            "probability": row["probability"],
            "futures": str(row["futures"]),
            "signals": str(row["signals"]),
            "period": words.figures.period(row["period"]),
            "odds": words.figures.share(row["probability"]),
        }
        for row in records(frame)
        for end in (row["parent"], row["node"])
        if end >= 0
    ]


def _branches(periods: list[str], words: CatalogueWords) -> tuple[alt.Chart, ...]:
    y = alt.Y("height:Q", axis=None, scale=alt.Scale(padding=14))
    base = of("rows").encode(x=time_axis(words, periods), y=y)
    width = alt.StrokeWidth("probability:Q", scale=alt.Scale(domain=[0, 1], range=[1, 9]), legend=None)
    branch = base.mark_line(color=ACCENT, opacity=0.55, strokeCap="round").encode(detail="node:N", strokeWidth=width)
    tips = [
        alt.Tooltip(f"{name}:N", title=words.heading(column))
        for name, column in (
            ("period", "period"),
            ("futures", "futures"),
            ("odds", "probability"),
            ("signals", "signals"),
        )
    ]
    touch = base.mark_point(filled=True, size=60, opacity=0.9, color=ACCENT).encode(tooltip=tips)
    text = of("names").mark_text(align="left", dx=8, fontSize=11, fontWeight=600, color=INK)
    return branch, touch, text.encode(x="time:Q", y="height:Q", text="label:N")


def heights(frame: pd.DataFrame) -> dict[int, float]:
    """Where each node is drawn: ends one below the other, each node in the middle of its children."""
    children: dict[int, list[int]] = {}
    for row in records(frame):
        children.setdefault(row["parent"], []).append(row["node"])
    place: dict[int, float] = {}
    ends = 0
    stack = [*children.get(-1, [])]
    while stack:  # depth first, so that lines do not cross; a node waits until its children have places
        node = stack[-1]
        waiting = [child for child in children.get(node, []) if child not in place]
        if waiting:
            stack += waiting[::-1]
            continue
        stack.pop()
        if node in children:
            place[node] = float(np.mean([place[child] for child in children[node]]))
        else:
            place[node], ends = float(-ends), ends + 1
    return place
