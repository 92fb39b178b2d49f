"""How lines of charts look: colours that the colour-blind tell apart, dashes, and labels at their ends."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from sourcing.reports.catalogue_words import CatalogueWords

INK = "#1f2937"
MUTED = "#5b6470"
RULE = "#e3e6ea"
ACCENT = "#0b4f8a"
NEUTRAL = "#6b7480"
# After Okabe & Ito (2008), darkened until each has a contrast of 3 to 1 with white.
FUTURES = ("#c2410c", "#00795a", "#a3467f", "#8a6d00", "#1f6fa5", "#6b4fa0")
DASHES = ((), (6, 3), (2, 2))
HEIGHT = 190
GAP = 0.095  # share of an axis between two labels
FONT = '"Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", Meiryo, "Helvetica Neue", Arial, sans-serif'
LABELLED = 6  # lines beyond which only the first are labelled


Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Drawing:
    """Charts one over the other, the first lowest, and the rows of their named data.

    Apart, for Altair copies a chart, data and all, at every step.
    """

    charts: tuple[alt.Chart, ...]
    rows: Mapping[str, Rows]

    def __add__(self, other: "Drawing") -> "Drawing":
        """One over the other."""
        return Drawing((*self.charts, *other.charts), {**self.rows, **other.rows})


def of(name: str) -> alt.Chart:
    """A chart of named data."""
    return alt.Chart(alt.NamedData(name=name))


@dataclass(frozen=True)
class LineStyle:
    """A line of a chart: its name as shown, the future it is of ("" none), colour, width, dashes, and its values."""

    name: str
    future: str
    color: str
    width: float
    dash: tuple[int, ...]
    values: tuple[float, ...]


def of_future(number: int, name: str, values: Sequence[float]) -> LineStyle:
    """The line of a future; past the sixth the colours come again, dashed."""
    color, dash = FUTURES[number % len(FUTURES)], DASHES[number // len(FUTURES) % len(DASHES)]
    return LineStyle(name, name, color, 1.8, dash, tuple(values))


def lines(words: CatalogueWords, drawn: Sequence[LineStyle], periods: Sequence[str], unit: str, top: float) -> Drawing:
    """Lines over periods, labelled at their ends, with what a finger or pointer touches in words.

    top: end of the vertical axis, for panels that are to be compared. unit: key of its sentence ("days").
    """
    shown = [line for line in drawn if line.values]
    rows = [
        {
            "line": line.name,
            "future": line.future,
            "width": line.width,
            "time": time,
            "value": min(value, top),
            "period": words.figures.period(periods[time]),
            "said": words.figures.days(value) if unit == "days" else words.figures.number(value, unit),
        }
        for line in shown
        for time, value in enumerate(line.values)
        if math.isfinite(value) or value > 0
    ]
    names = [line.name for line in shown]
    color = alt.Color(
        "line:N", legend=None, sort=None, scale=alt.Scale(domain=names, range=[line.color for line in shown])
    )
    base = of("lines").encode(x=time_axis(words, periods), y=_axis(top, unit, words))
    stroke = base.mark_line(interpolate="linear", clip=True).encode(
        color=color,
        opacity=_picked(),
        strokeWidth=alt.StrokeWidth("width:Q", legend=None, scale=None),
        strokeDash=alt.StrokeDash(
            "line:N", legend=None, scale=_range(names, [list(line.dash) or [1, 0] for line in shown])
        ),
    )
    tips = [
        alt.Tooltip("line:N", title=words("tip.line")),
        alt.Tooltip("period:N", title=words("tip.period")),
        alt.Tooltip("said:N", title=words("tip.value")),
    ]
    touch = base.mark_point(filled=True, size=140, opacity=0).encode(tooltip=tips)
    return Drawing((stroke, touch), {"lines": rows}) + _labels(shown, periods, top, color)


def _range(names: list[str], values: list[Any]) -> alt.Scale:
    return alt.Scale(domain=names, range=values)


def _picked() -> Any:
    """All lines stand while no future is picked; then the others fade."""
    return alt.condition("pick === '' || datum.future === '' || datum.future === pick", alt.value(1), alt.value(0.12))


def time_axis(words: CatalogueWords, periods: Sequence[str]) -> alt.X:
    """First, middle and last period by name; room at the right for the labels."""
    last = len(periods) - 1
    ticks = sorted({0, last // 2, last})
    which = " : ".join(f"datum.value === {tick} ? {json.dumps(words.figures.period(periods[tick]))}" for tick in ticks)
    axis = alt.Axis(values=ticks, labelExpr=f"{which} : ''", title=None, grid=False, labelFlush=True, labelBound=False)
    return alt.X("time:Q", axis=axis, scale=alt.Scale(domain=[0, max(last, 1) * 1.42], nice=False))


def _axis(top: float, unit: str, words: CatalogueWords) -> alt.Y:
    written = ".0%" if unit == "share" else alt.Undefined
    axis = alt.Axis(title=None, tickCount=4, domain=False, ticks=False, format=written)
    return alt.Y("value:Q", axis=axis, scale=alt.Scale(domain=[0, top], nice=False))


def _labels(shown: list[LineStyle], periods: Sequence[str], top: float, color: alt.Color) -> Drawing:
    """Names at the ends of the lines, moved apart where they would lie on each other."""
    named = shown[:LABELLED]
    ends = _apart([min(line.values[-1], top) for line in named], GAP * top, top)
    rows = [
        {
            "line": line.name,
            "future": line.future,
            "time": len(periods) - 1,
            "value": end,
            "label": shortened(line.name),
        }
        for line, end in zip(named, ends, strict=True)
    ]
    text = of("labels").mark_text(align="left", dx=5, fontSize=11, fontWeight=600)
    return Drawing(
        (text.encode(x="time:Q", y="value:Q", text="label:N", color=color, opacity=_picked()),), {"labels": rows}
    )


def shortened(name: str, most: int = 14) -> str:
    """A name that fits at the end of a line."""
    return name if len(name) <= most else name[: most - 1] + "…"


def _apart(values: list[float], gap: float, top: float) -> list[float]:
    """Places for labels: near their values, at least a gap apart, inside the axis."""
    order = sorted(range(len(values)), key=lambda number: values[number])
    places = [0.0] * len(values)
    floor = 0.0
    for number in order:
        places[number] = max(values[number], floor)
        floor = places[number] + gap
    ceiling = max(top, gap * (len(values) - 1))
    for number in reversed(order):
        places[number] = min(places[number], ceiling)
        ceiling = places[number] - gap
    return places


def finish(drawing: Drawing, height: int = HEIGHT, pick: bool = True) -> dict[str, Any]:
    """A specification as wide as its place, in the look of the report; `pick` is the future that is picked.

    What is not the chart itself is added to the finished specification, since Altair copies a chart at every step.
    """
    axis = {"labelColor": MUTED, "labelFontSize": 11, "gridColor": RULE, "titleColor": MUTED}
    look = {
        "font": FONT,
        "aria": False,
        "view": {"stroke": None},
        "axis": axis | {"domainColor": "#b8bec6", "tickColor": "#b8bec6"},
    }
    return alt.LayerChart(layer=list(drawing.charts)).to_dict() | {
        "width": "container",
        "height": height,
        "background": "transparent",
        "autosize": {"type": "fit", "contains": "padding"},
        "config": look,
        "params": [{"name": "pick", "value": ""}] if pick else [],
        "datasets": dict(drawing.rows),
    }
