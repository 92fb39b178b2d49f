"""The charts of a report, each from a table of the findings, with that table beside it."""

import math
from collections.abc import Iterator, Sequence

import altair as alt
import numpy as np
import pandas as pd

from sourcing.reports.content import Ask, Chart, Kind, Panel, Table, cell, table
from sourcing.reports.content import Column as Heading
from sourcing.reports.findings import Findings
from sourcing.reports.strokes import ACCENT, FUTURES, INK, MUTED, Drawing, Line, finish, lines, of, of_future, shortened
from sourcing.reports.words import Words

CEILING = 365.0  # days beyond which the one chart is cut
ROUND = (1.0, 1.2, 1.6, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)  # ends of axes


def deliverable(findings: Findings, words: Words) -> Chart:
    """Days that can still be delivered, one panel a demand: today, plan, each future."""
    frame = findings.deliverable
    periods = list(dict.fromkeys(frame["period"]))
    top = _top(frame["days"], CEILING)
    panels = []
    for subject, rows in frame.groupby("subject", sort=False):
        drawn = list(_courses(rows, periods, words))
        title = words.name("material", str(subject)) if f"material.{subject}" in words.phrases else str(subject)
        numbers = _wide(words, "deliverable", drawn, periods, "days")
        panels.append(Panel(title, finish(lines(words, drawn, periods, "days", top)), numbers))
    return Chart("deliverable", words("chart.deliverable"), _deliverable_alt(frame, periods, words), tuple(panels))


def _courses(rows: pd.DataFrame, periods: Sequence[str], words: Words) -> Iterator[Line]:
    """Today's habit grey and dashed, the plan heavy, the futures in colours."""

    def values(part: pd.DataFrame) -> tuple[float, ...]:
        return tuple(part.set_index("period")["days"].reindex(periods).astype(float)) if len(part) else ()

    yield Line(words("course.plan"), "", ACCENT, 3.2, (), values(rows[rows["course"] == "plan"]))
    yield Line(words("course.today"), "", MUTED, 2.2, (5, 4), values(rows[rows["course"] == "today"]))
    for number, (future, part) in enumerate(rows[rows["course"] == "future"].groupby("future", sort=False)):
        yield of_future(number, str(future), values(part))


def _deliverable_alt(frame: pd.DataFrame, periods: Sequence[str], words: Words) -> str:
    """The lowest point of each subject under the plan, in a sentence each."""
    plan = frame[frame["course"] != "today"]
    parts = []
    for subject, rows in plan.groupby("subject", sort=False):
        low = rows.loc[rows["days"].astype(float).idxmin()]
        name = words.name("material", str(subject)) if f"material.{subject}" in words.phrases else str(subject)
        where = str(low["future"]) or words("course.plan")
        when = words.period(str(low["period"]))
        parts.append(words("alt.lowest", subject=name, days=words.days(float(low["days"])), when=when, where=where))
    return words("alt.deliverable", count=str(len(periods)), lowest=" ".join(parts))


def _top(values: pd.Series, ceiling: float) -> float:
    """End of an axis: the largest finite value, rounded up, within a ceiling."""
    finite = [float(value) for value in values if math.isfinite(float(value))]
    largest = min(max(finite, default=1.0), ceiling) or 1.0
    size = 10 ** math.floor(math.log10(largest))
    return next(step * size for step in ROUND if step * size >= largest * (1 - 1e-9))


def _wide(words: Words, name: str, drawn: Sequence[Line], periods: Sequence[str], unit: str) -> Table:
    """The numbers of some lines, a row a period."""
    shown = [line for line in drawn if line.values]
    kind = Kind.DAYS if unit == "days" else Kind.MASS
    columns = (Heading(words.heading("period"), Kind.PERIOD), *(Heading(line.name, kind) for line in shown))
    rows = tuple(
        (cell(words, Kind.PERIOD, label), *(cell(words, kind, line.values[time], unit) for line in shown))
        for time, label in enumerate(periods)
    )
    return Table(name, words(f"table.{name}"), columns, rows)


# The pages behind -----------------------------------------------------------------------------------------------------


def stock(findings: Findings, words: Words) -> Chart:
    """Stock of each material: the span of the futures, each of them, what is expected, what is wanted as cover."""
    plan = findings.plan
    frame = plan.stockpile.merge(plan.futures[["future", "probability"]], on="future")
    periods, many = list(dict.fromkeys(frame["period"])), frame["site"].nunique() > 1
    panels, said = [], []
    for (material, site), rows in frame.groupby(["material", "site"], sort=False):
        unit, title = str(rows["unit"].iloc[0]), words.name("material", str(material)) + (f" ({site})" if many else "")
        paths = rows.pivot_table("stock", "future", "period", sort=False)[periods]
        expected = rows.assign(part=rows["stock"] * rows["probability"]).groupby("period", sort=False)["part"].sum()
        wanted = rows.assign(part=rows["target"] * rows["probability"]).groupby("period", sort=False)["part"].sum()
        drawn = [Line(words("course.expected"), "", ACCENT, 3.0, (), tuple(expected[periods]))]
        if wanted.max() > 0:
            drawn.append(Line(words("course.wanted"), "", INK, 1.6, (5, 4), tuple(wanted[periods])))
        drawn += [of_future(number, str(name), tuple(path)) for number, (name, path) in enumerate(_rows(paths))]
        top = _top(pd.concat([rows["stock"], rows["target"]]), math.inf)
        spec = finish(_fan(paths) + lines(words, drawn, periods, unit, top))
        panels.append(
            Panel(
                words("heading.unit", heading=title, unit=words.name("unit", unit)),
                spec,
                _wide(words, "stock", drawn, periods, unit),
            )
        )
        most = words.mass(float(expected.max()), unit)
        said.append(words("alt.stock_most", subject=title, amount=most, when=words.period(str(expected.idxmax()))))
    return Chart("stock", words("chart.stock"), words("alt.stock", most=" ".join(said)), tuple(panels))


def _rows(paths: pd.DataFrame) -> Iterator[tuple[str, list[float]]]:
    return (
        (str(name), [float(value) for value in path]) for name, path in zip(paths.index, paths.to_numpy(), strict=True)
    )


def _fan(paths: pd.DataFrame) -> Drawing:
    """The span of all futures, and within it that of the middle eight in ten."""
    values = paths.to_numpy(float)
    spans = [
        (values.min(axis=0), values.max(axis=0)),
        (np.quantile(values, 0.1, axis=0), np.quantile(values, 0.9, axis=0)),
    ]
    rows = [
        {"time": time, "value": float(low[time]), "upper": float(high[time]), "span": number}
        for number, (low, high) in enumerate(spans)
        for time in range(values.shape[1])
    ]
    area = of("fan").mark_area(color=ACCENT, opacity=0.1)
    return Drawing(area.encode(x="time:Q", y="value:Q", y2="upper:Q", detail="span:N"), {"fan": rows})


def countries(findings: Findings, words: Words) -> Chart:
    """Where each material comes from, in shares of what arrives."""
    frame = findings.plan.supplier_mix.groupby(["material", "country"], sort=False, as_index=False)["share"].sum()
    order = list(frame.groupby("country")["share"].sum().sort_values(ascending=False, kind="stable").index)
    china = ["China"] if "China" in order else []
    order = china + [name for name in order if name not in china]
    names = [words.name("country", name) for name in order]
    colors = [*(["#6b7480"] if china else []), ACCENT, *FUTURES, *FUTURES][: len(order)]
    rows = [
        {
            "material": words.name("material", row.material),
            "country": words.name("country", row.country),
            "rank": order.index(row.country),
            "share": float(row.share),
            "said": words.share(float(row.share)),
            "label": words.share(float(row.share)) if row.share >= 0.08 else "",
        }
        for row in frame.itertuples()
        if row.share > 1e-9
    ]
    y = alt.Y("material:N", title=None, sort=None, axis=alt.Axis(labelLimit=150, domain=False, ticks=False))
    base = of("rows").encode(y=y, order=alt.Order("rank:Q"))
    x = alt.X(
        "share:Q", stack="zero", title=None, axis=alt.Axis(format="%", tickCount=4), scale=alt.Scale(domain=[0, 1])
    )
    legend = alt.Legend(title=None, orient="top", columns=4, labelLimit=120, symbolLimit=20)
    bars = base.mark_bar(height=20, stroke="white", strokeWidth=1).encode(
        x=x,
        color=alt.Color("country:N", scale=alt.Scale(domain=names, range=colors), legend=legend),
        tooltip=[
            alt.Tooltip("material:N", title=words.heading("material")),
            alt.Tooltip("country:N", title=words.heading("country")),
            alt.Tooltip("said:N", title=words.heading("share")),
        ],
    )
    labels = base.mark_text(color="white", fontSize=11, fontWeight=600, align="right", dx=-5).encode(
        x=alt.X("share:Q", stack="zero"), text="label:N"
    )
    asked = (Ask("material", Kind.MATERIAL), Ask("country", Kind.COUNTRY), Ask("share", Kind.SHARE))
    numbers = table(words, "countries", frame[frame["share"] > 1e-9], asked)
    spec = finish(Drawing(alt.layer(bars, labels), {"rows": rows}), 60 + 32 * frame["material"].nunique(), pick=False)
    first = frame.loc[frame.groupby("material", sort=False)["share"].idxmax()]
    said = [
        words(
            "alt.country",
            material=words.name("material", r.material),
            country=words.name("country", r.country),
            share=words.share(r.share),
        )
        for r in first.itertuples()
    ]
    return Chart("countries", words("chart.countries"), " ".join(said), (Panel("", spec, numbers),))


def costs(frame: pd.DataFrame, findings: Findings, words: Words) -> Chart:
    """Expected cost by kind, the largest first."""
    money = findings.plan.currency
    frame = frame.sort_values("charge", ascending=False, kind="stable")
    scale = words.scale(frame["charge"], money)
    rows = [
        {
            "kind": words.name("cost", row.kind),
            "value": row.charge / scale.divisor,
            "said": words.money(row.charge, money),
        }
        for row in frame.itertuples()
    ]
    spec = finish(
        _bars(rows, scale.name, words.heading("kind"), words.heading("charge")), 30 + 26 * len(rows), pick=False
    )
    asked = (Ask("kind", Kind.COST_KIND), Ask("charge", Kind.MONEY, money))
    top = frame.iloc[0]
    alt_text = words("alt.costs", kind=words.name("cost", top["kind"]), money=words.money(float(top["charge"]), money))
    panel = Panel("", spec, table(words, "costs", frame, asked))
    return Chart("costs", words("chart.costs"), alt_text, (panel,))


def _bars(rows: list[dict[str, object]], unit: str, what: str, how_much: str) -> Drawing:
    """Bars with their amounts in words at their ends."""
    y = alt.Y("kind:N", title=None, sort=None, axis=alt.Axis(labelLimit=150, domain=False, ticks=False))
    tips = [alt.Tooltip("kind:N", title=what), alt.Tooltip("said:N", title=how_much)]
    base = of("rows").encode(y=y)
    x = alt.X("value:Q", title=unit, axis=alt.Axis(tickCount=4), scale=alt.Scale(padding=70))
    bars = base.mark_bar(height=16, color=ACCENT).encode(x=x, tooltip=tips)
    text = base.mark_text(align="left", dx=5, fontSize=11, color=INK).encode(x=alt.X("right:Q"), text="said:N")
    return Drawing(alt.layer(bars, text.transform_calculate(right="max(datum.value, 0)")), {"rows": rows})


def tornado(findings: Findings, words: Words) -> Chart:
    """Cost at both ends of each input; bars that change the decision stand out."""
    frame, money = findings.tornado, findings.plan.currency
    scale = words.scale(pd.concat([frame["cost_at_low"], frame["cost_at_high"]]).astype(float), money)
    rows = [
        {
            "input": str(row["input"]),
            "low": min(row["cost_at_low"], row["cost_at_high"]) / scale.divisor,
            "high": max(row["cost_at_low"], row["cost_at_high"]) / scale.divisor,
            "changes": words("tornado.changes" if row["changes_decision"] else "tornado.bill"),
            "at_low": words.money(row["cost_at_low"], money),
            "at_high": words.money(row["cost_at_high"], money),
        }
        for row in frame.to_dict("records")
    ]
    color = alt.Color(
        "changes:N",
        scale=alt.Scale(domain=[words("tornado.changes"), words("tornado.bill")], range=[FUTURES[0], "#8a94a0"]),
        legend=alt.Legend(title=None, orient="top"),
    )
    bars = (
        of("rows")
        .mark_bar(height=16)
        .encode(
            y=alt.Y("input:N", title=None, sort=None, axis=alt.Axis(labelLimit=190, domain=False, ticks=False)),
            x=alt.X("low:Q", title=scale.name, scale=alt.Scale(zero=False, nice=True)),
            x2="high:Q",
            color=color,
            tooltip=[
                alt.Tooltip("input:N", title=words.heading("input")),
                alt.Tooltip("at_low:N", title=words.heading("cost_at_low")),
                alt.Tooltip("at_high:N", title=words.heading("cost_at_high")),
                alt.Tooltip("changes:N", title=words.heading("changes_decision")),
            ],
        )
    )
    now = of("now").mark_rule(color=INK, strokeDash=[4, 3]).encode(x="now:Q")
    drawing = Drawing(alt.layer(bars, now), {"rows": rows, "now": [{"now": findings.plan.cost / scale.divisor}]})
    asked = (Ask("input"), Ask("cost_at_low", Kind.MONEY, money), Ask("cost_at_high", Kind.MONEY, money))
    spec = finish(drawing, 60 + 24 * len(rows), pick=False)
    flips = [row["input"] for row in rows if row["changes"] == words("tornado.changes")]
    said = words(
        "alt.tornado", first=str(rows[0]["input"]), flips=words.listed(map(str, flips)) if flips else words("none")
    )
    return Chart(
        "tornado", words("chart.tornado"), said, (Panel("", spec, table(words, "tornado_costs", frame, asked)),)
    )


def frontier(findings: Findings, words: Words) -> Chart:
    """Expected cost against the cost in the worst years; the knee is named."""
    frame, money = findings.frontier, findings.plan.currency
    across, up = words.scale(frame["cost"].astype(float), money), words.scale(frame["worst_cost"].astype(float), money)
    rows = [
        {
            "cost": row["cost"] / across.divisor,
            "worst": row["worst_cost"] / up.divisor,
            "label": words("knee") if row["knee"] else "",
            "said": words.money(row["cost"], money),
            "bad": words.money(row["worst_cost"], money),
            "short": words.share(float(row["shortage"])),
        }
        for row in frame.to_dict("records")
    ]
    x = alt.X(
        "cost:Q",
        title=words("heading.unit", heading=words.heading("cost"), unit=across.name),
        scale=alt.Scale(zero=False, padding=20),
    )
    y = alt.Y(
        "worst:Q",
        title=words("heading.unit", heading=words.heading("worst_cost"), unit=up.name),
        scale=alt.Scale(zero=False, padding=20),
    )
    base = of("rows").encode(x=x, y=y)
    tips = [
        alt.Tooltip("said:N", title=words.heading("cost")),
        alt.Tooltip("bad:N", title=words.heading("worst_cost")),
        alt.Tooltip("short:N", title=words.heading("shortage")),
    ]
    line = base.mark_line(color="#b8bec6").encode(order="cost:Q")
    dots = base.mark_point(filled=True, size=80, color=ACCENT, opacity=1).encode(tooltip=tips)
    text = base.mark_text(align="left", dx=8, dy=-8, fontWeight=600, color=FUTURES[0]).encode(text="label:N")
    asked = (Ask("cost", Kind.MONEY, money), Ask("worst_cost", Kind.MONEY, money), Ask("shortage", Kind.SHARE))
    numbers = table(words, "frontier_points", frame, asked)
    said = words("alt.frontier", count=str(len(rows)), first=str(rows[0]["said"]), last=str(rows[-1]["said"]))
    spec = finish(Drawing(alt.layer(line, dots, text), {"rows": rows}), 260, pick=False)
    return Chart("frontier", words("chart.frontier"), said, (Panel("", spec, numbers),))


def tree(findings: Findings, words: Words) -> Chart:
    """When futures part: a line thick with probability from each node to the next."""
    frame = findings.tree
    periods = list(dict.fromkeys(frame["period"]))
    place = _heights(frame)
    when = {int(row.node): periods.index(row.period) for row in frame.itertuples()}
    rows = [
        {
            "node": int(row.node),
            "time": time,
            "height": place[which],
            "probability": float(row.probability),
            "futures": str(row.futures),
            "signals": str(row.signals),
            "period": words.period(row.period),
            "odds": words.share(float(row.probability)),
        }
        for row in frame.itertuples()
        for which, time in ((int(row.parent), when.get(int(row.parent), 0)), (int(row.node), when[int(row.node)]))
        if which >= 0
    ]
    ticks = sorted({0, (len(periods) - 1) // 2, len(periods) - 1})
    said = " : ".join(f"datum.value === {tick} ? '{words.period(periods[tick])}'" for tick in ticks) + " : ''"
    x = alt.X(
        "time:Q",
        title=None,
        axis=alt.Axis(values=ticks, labelExpr=said, grid=False, labelBound=False),
        scale=alt.Scale(domain=[0, max(len(periods) - 1, 1) * 1.25], nice=False),
    )
    y = alt.Y("height:Q", axis=None, scale=alt.Scale(padding=14))
    base = of("rows").encode(x=x, y=y)
    width = alt.StrokeWidth("probability:Q", scale=alt.Scale(domain=[0, 1], range=[1, 9]), legend=None)
    branch = base.mark_line(color=ACCENT, opacity=0.55, strokeCap="round").encode(detail="node:N", strokeWidth=width)
    tips = [
        alt.Tooltip(f"{name}:N", title=words.heading(of))
        for name, of in (("period", "period"), ("futures", "futures"), ("odds", "probability"), ("signals", "signals"))
    ]
    touch = (
        base.mark_point(filled=True, size=60, opacity=0.9, color=ACCENT)
        .encode(tooltip=tips)
        .transform_filter("datum.time > 0")
    )
    ends = frame[frame["period"] == periods[-1]]
    names = [
        {
            "time": len(periods) - 1,
            "height": place[int(r.node)],
            "label": shortened(f"{r.futures} {words.share(float(r.probability))}", 28),
        }
        for r in ends.itertuples()
    ]
    text = of("names").mark_text(align="left", dx=8, fontSize=11, fontWeight=600, color=INK)
    parting = frame[frame.groupby("parent")["node"].transform("size").gt(1) | (frame["parent"] < 0)]
    asked = (Ask("period", Kind.PERIOD), Ask("futures"), Ask("probability", Kind.SHARE))
    drawing = Drawing(
        alt.layer(branch, touch, text.encode(x="time:Q", y="height:Q", text="label:N")), {"rows": rows, "names": names}
    )
    spec = finish(drawing, 60 + 34 * len(ends), pick=False)
    alt_text = words("alt.tree", nodes=str(len(frame)), ends=str(len(ends)))
    return Chart("tree", words("chart.tree"), alt_text, (Panel("", spec, table(words, "tree_points", parting, asked)),))


def _heights(frame: pd.DataFrame) -> dict[int, float]:
    """Where each node is drawn: ends one below the other, each node between its children."""
    children: dict[int, list[int]] = {}
    for row in frame.itertuples():
        children.setdefault(int(row.parent), []).append(int(row.node))
    place: dict[int, float] = {}
    for row in frame.iloc[::-1].itertuples():  # children before parents, the last end lowest
        node = int(row.node)
        place[node] = float(np.mean([place[child] for child in children[node]])) if node in children else 0.0
        if node not in children:
            place[node] = float(sum(1 for other in place if other not in children))
    return place
