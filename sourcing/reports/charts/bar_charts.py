"""Charts of bars: where materials come from, costs by kind, and what moves the answer."""

import altair as alt
import pandas as pd

from sourcing.reports.catalogue_words import CatalogueWords
from sourcing.reports.charts.line_style import ACCENT, FUTURES, INK, NEUTRAL, Drawing, Rows, finish, of
from sourcing.reports.findings import Findings
from sourcing.reports.frame_tables import ColumnRequest, records, table
from sourcing.reports.report_model import ColumnKind, Panel, ReportChart

LEGIBLE = 0.08  # a share too small for its figure


def _names(name: str, limit: int = 180) -> alt.Y:
    """An axis of names, in the order given; a long one is broken at its comma."""
    axis = alt.Axis(labelLimit=limit, domain=False, ticks=False, labelExpr="split(datum.label, ', ')")
    return alt.Y(f"{name}:N", title=None, sort=None, axis=axis)


def countries(findings: Findings, words: CatalogueWords) -> ReportChart:
    """Where each material comes from, in shares of what arrives; China first and grey."""
    frame = findings.plan.supplier_mix.groupby(["material", "country"], sort=False, as_index=False)["share"].sum()
    frame = frame[frame["share"] > 1e-9]
    ranked = list(frame.groupby("country")["share"].sum().sort_values(ascending=False, kind="stable").index)
    order = sorted(ranked, key=lambda name: name != "China")
    rows: Rows = [
        {
            "material": words.name("material", row["material"]),
            "country": words.name("country", row["country"]),
            "rank": order.index(row["country"]),
            "share": row["share"],
            "said": words.figures.share(row["share"]),
            "label": words.figures.share(row["share"]) if row["share"] >= LEGIBLE else "",
        }
        for row in records(frame)
    ]
    drawing = Drawing(_shares(order, words), {"rows": rows})
    first = frame.loc[frame.groupby("material", sort=False)["share"].idxmax()]
    said = [
        words(
            "alt.country",
            material=words.name("material", row["material"]),
            country=words.name("country", row["country"]),
            share=words.figures.share(row["share"]),
        )
        for row in records(first)
    ]
    spec = finish(drawing, 60 + 34 * frame["material"].nunique(), pick=False)
    panel = Panel("", spec, table(words, "countries", frame, ("material", "country", "share")))
    return ReportChart("countries", words("chart.countries"), " ".join(said), (panel,))


def _shares(order: list[str], words: CatalogueWords) -> tuple[alt.Chart, ...]:
    """Bars stacked to one, a colour a country, with the larger shares in figures."""
    names = [words.name("country", name) for name in order]
    others = [ACCENT, *FUTURES, *FUTURES, *FUTURES, *FUTURES]
    colors = [NEUTRAL if name == "China" else others[number - ("China" in order)] for number, name in enumerate(order)]
    base = of("rows").encode(y=_names("material"), order=alt.Order("rank:Q"))
    axis = alt.Axis(format="%", tickCount=4)
    x = alt.X("share:Q", stack="zero", title=None, axis=axis, scale=alt.Scale(domain=[0, 1]))
    legend = alt.Legend(title=None, orient="top", columns=4, labelLimit=120, symbolLimit=60)
    tips = [
        alt.Tooltip("material:N", title=words.heading("material")),
        alt.Tooltip("country:N", title=words.heading("country")),
        alt.Tooltip("said:N", title=words.heading("share")),
    ]
    color = alt.Color("country:N", scale=alt.Scale(domain=names, range=colors), legend=legend)
    bars = base.mark_bar(height=20, stroke="white", strokeWidth=1).encode(x=x, color=color, tooltip=tips)
    labels = base.mark_text(color="white", fontSize=11, fontWeight=600, align="right", dx=-5)
    return bars, labels.encode(x=alt.X("share:Q", stack="zero"), text="label:N")


def costs(frame: pd.DataFrame, findings: Findings, words: CatalogueWords) -> ReportChart:
    """Expected cost by kind, the largest first, each amount in words at the end of its bar."""
    money = findings.plan.currency
    frame = frame.sort_values("charge", ascending=False, kind="stable")
    scale = words.figures.column(frame["charge"], money)
    rows: Rows = [
        {
            "kind": words.name("cost", row["kind"]),
            "value": row["charge"] / scale.divisor,
            "end": max(row["charge"], 0.0) / scale.divisor,
            "said": words.figures.amount(row["charge"], money),
        }
        for row in records(frame)
    ]
    tips = [alt.Tooltip("kind:N", title=words.heading("kind")), alt.Tooltip("said:N", title=words.heading("charge"))]
    base = of("rows").encode(y=_names("kind", 150))
    x = alt.X("value:Q", title=scale.name, axis=alt.Axis(tickCount=4), scale=alt.Scale(padding=80))
    bars = base.mark_bar(height=16, color=ACCENT).encode(x=x, tooltip=tips)
    text = base.mark_text(align="left", dx=5, fontSize=11, color=INK).encode(x=alt.X("end:Q"), text="said:N")
    spec = finish(Drawing((bars, text), {"rows": rows}), 30 + 26 * len(rows), pick=False)
    asked = (ColumnRequest("kind", ColumnKind.COST_KIND), "charge")
    said = words("alt.costs", kind=str(rows[0]["kind"]), money=str(rows[0]["said"]))
    return ReportChart(
        "costs", words("chart.costs"), said, (Panel("", spec, table(words, "costs", frame, asked, money)),)
    )


def tornado(findings: Findings, words: CatalogueWords) -> ReportChart:
    """Cost at both ends of each input; bars that change the decision stand out."""
    money = findings.plan.currency
    frame = findings.tornado.dropna(subset=["cost_at_low", "cost_at_high"])  # an end without a plan has no bar
    scale = words.figures.column([*frame["cost_at_low"], *frame["cost_at_high"]], money)
    rows: Rows = [
        {
            "input": str(row["input"]),
            "low": min(row["cost_at_low"], row["cost_at_high"]) / scale.divisor,
            "high": max(row["cost_at_low"], row["cost_at_high"]) / scale.divisor,
            "changes": words("tornado.changes" if row["changes_decision"] else "tornado.bill"),
            "at_low": words.figures.amount(row["cost_at_low"], money),
            "at_high": words.figures.amount(row["cost_at_high"], money),
        }
        for row in records(frame)
    ]
    now: Rows = [{"now": findings.plan.cost / scale.divisor}]
    rule = of("now").mark_rule(color=INK, strokeDash=[4, 3]).encode(x="now:Q")
    drawing = Drawing((*_spans(scale.name, words), rule), {"rows": rows, "now": now})
    spec = finish(drawing, 60 + 26 * len(rows), pick=False)
    flips = [str(row["input"]) for row in rows if row["changes"] == words("tornado.changes")]
    said = words("alt.tornado", first=str(rows[0]["input"]), flips=words.listed(flips) if flips else words("none"))
    asked = ("input", "cost_at_low", "cost_at_high")
    panel = Panel("", spec, table(words, "tornado_costs", frame, asked, money))
    return ReportChart("tornado", words("chart.tornado"), said, (panel,))


def _spans(unit: str, words: CatalogueWords) -> tuple[alt.Chart, ...]:
    domain = [words("tornado.changes"), words("tornado.bill")]
    legend = alt.Legend(title=None, orient="top")
    color = alt.Color("changes:N", scale=alt.Scale(domain=domain, range=[FUTURES[0], NEUTRAL]), legend=legend)
    tips = [
        alt.Tooltip("input:N", title=words.heading("input")),
        alt.Tooltip("at_low:N", title=words.heading("cost_at_low")),
        alt.Tooltip("at_high:N", title=words.heading("cost_at_high")),
        alt.Tooltip("changes:N", title=words.heading("changes_decision")),
    ]
    x = alt.X("low:Q", title=unit, axis=alt.Axis(tickCount=6), scale=alt.Scale(zero=False, padding=12))
    bars = of("rows").mark_bar(height=16).encode(y=_names("input"), x=x, x2="high:Q", color=color, tooltip=tips)
    return (bars,)
