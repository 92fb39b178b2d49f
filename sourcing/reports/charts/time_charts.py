"""Charts of what runs over time: days that can be delivered, stock, and odds of regimes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sourcing.reports.catalogue_words import CatalogueWords
from sourcing.reports.charts.line_style import ACCENT, INK, MUTED, Drawing, LineStyle, finish, lines, of, of_future
from sourcing.reports.findings import Findings
from sourcing.reports.frame_tables import cell, records
from sourcing.reports.report_model import ColumnKind, Panel, ReportChart, ReportColumn, ReportTable

CEILING = 365.0  # days beyond which the one chart is cut
ROUND = (1.0, 1.2, 1.6, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)  # ends of axes


def deliverable(findings: Findings, words: CatalogueWords) -> ReportChart:
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
    return ReportChart(
        "deliverable", words("chart.deliverable"), _deliverable_alt(frame, periods, words), tuple(panels)
    )


def _courses(rows: pd.DataFrame, periods: Sequence[str], words: CatalogueWords) -> Iterator[LineStyle]:
    """Today's habit grey and dashed, the plan heavy, the futures in colours."""

    def values(part: pd.DataFrame) -> tuple[float, ...]:
        return tuple(part.set_index("period")["days"].reindex(list(periods)).astype(float)) if len(part) else ()

    yield LineStyle(words("course.plan"), "", ACCENT, 3.2, (), values(rows[rows["course"] == "plan"]))
    yield LineStyle(words("course.today"), "", MUTED, 2.2, (5, 4), values(rows[rows["course"] == "today"]))
    for number, (future, part) in enumerate(rows[rows["course"] == "future"].groupby("future", sort=False)):
        yield of_future(number, str(future), values(part))


def _deliverable_alt(frame: pd.DataFrame, periods: Sequence[str], words: CatalogueWords) -> str:
    """The lowest point of each subject under the plan, in a sentence each."""
    plan = frame[frame["course"] != "today"]
    parts = []
    for subject, rows in plan.groupby("subject", sort=False):
        low = records(rows.nsmallest(1, "days"))[0]
        name = words.name("material", str(subject)) if f"material.{subject}" in words.phrases else str(subject)
        where = str(low["future"]) or words("course.plan")
        when = words.figures.period(str(low["period"]))
        parts.append(
            words("alt.lowest", subject=name, days=words.figures.days(float(low["days"])), when=when, where=where)
        )
    return words("alt.deliverable", count=str(len(periods)), lowest=" ".join(parts))


def _top(values: pd.Series, ceiling: float) -> float:
    """End of an axis: the largest finite value, rounded up, within a ceiling."""
    finite = [float(value) for value in values if math.isfinite(float(value))]
    largest = min(max(finite, default=1.0), ceiling) or 1.0
    size = 10.0 ** float(math.floor(math.log10(largest)))
    return float(min(step * size for step in ROUND if step * size >= largest * (1 - 1e-9)))


def _wide(
    words: CatalogueWords, name: str, drawn: Sequence[LineStyle], periods: Sequence[str], unit: str
) -> ReportTable:
    """The numbers of some lines, a row a period."""
    shown = [line for line in drawn if line.values]
    kind = {"days": ColumnKind.DAYS, "share": ColumnKind.SHARE}.get(unit, ColumnKind.MASS)
    columns = (
        ReportColumn(words.heading("period"), ColumnKind.PERIOD),
        *(ReportColumn(line.name, kind) for line in shown),
    )
    values = [[line.values[time] for line in shown] for time in range(len(periods))]
    cells = [cell(words, kind, value, unit) for row in values for value in row]
    if kind is ColumnKind.MASS:
        texts = words.figures.masses([value for row in values for value in row], [unit] * len(cells))
        cells = [replace(one, text=text) for one, text in zip(cells, texts, strict=True)]
    rows = tuple(
        (cell(words, ColumnKind.PERIOD, label), *cells[time * len(shown) : (time + 1) * len(shown)])
        for time, label in enumerate(periods)
    )
    return ReportTable(name, words(f"table.{name}"), columns, rows)


def stock(findings: Findings, words: CatalogueWords) -> ReportChart:
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
        drawn = [LineStyle(words("course.expected"), "", ACCENT, 3.0, (), tuple(expected[periods]))]
        if wanted.max() > 0:
            drawn.append(LineStyle(words("course.wanted"), "", INK, 1.6, (5, 4), tuple(wanted[periods])))
        drawn += [of_future(number, str(name), tuple(path)) for number, (name, path) in enumerate(_rows(paths))]
        top = _top(pd.concat([rows["stock"], rows["target"]]), math.inf)
        spec = finish(_fan(paths) + lines(words, drawn, periods, unit, top))
        panels.append(
            Panel(
                words("heading.unit", heading=title, unit=words.figures.unit(unit)),
                spec,
                _wide(words, "stock", drawn, periods, unit),
            )
        )
        most = words.figures.mass(float(expected.max()), unit)
        said.append(
            words("alt.stock_most", subject=title, amount=most, when=words.figures.period(str(expected.idxmax())))
        )
    return ReportChart("stock", words("chart.stock"), words("alt.stock", most=" ".join(said)), tuple(panels))


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
    return Drawing((area.encode(x="time:Q", y="value:Q", y2="upper:Q", detail="span:N"),), {"fan": rows})


def regimes(frame: pd.DataFrame, words: CatalogueWords) -> ReportChart:
    """Odds of being in each regime, period by period."""
    periods = list(dict.fromkeys(frame["period"]))
    drawn, said = [], []
    for number, (name, rows) in enumerate(frame.groupby("regime", sort=False)):
        odds = rows.set_index("period")["probability"].reindex(periods).fillna(0.0)
        values = tuple(float(value) for value in odds)
        drawn.append(replace(of_future(number, str(name), values), future=""))
        said.append(
            words(
                "alt.regime",
                regime=str(name),
                first=words.figures.share(values[0]),
                last=words.figures.share(values[-1]),
            )
        )
    spec = finish(lines(words, drawn, periods, "share", 1.0), pick=True)
    panel = Panel("", spec, _wide(words, "regime_odds", drawn, periods, "share"))
    return ReportChart("regimes", words("chart.regimes"), words("alt.regimes", regimes=" ".join(said)), (panel,))
