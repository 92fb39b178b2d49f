"""Tables of a report from frames: which columns, what they hold, and how each cell reads."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from sourcing.figures import UNKNOWN, MoneyColumn
from sourcing.glossary import glossary
from sourcing.reports.catalogue_words import CatalogueWords
from sourcing.reports.report_model import TEXTS, Cell, ColumnKind, ReportColumn, ReportTable


@dataclass(frozen=True)
class ColumnRequest:
    """A column wanted of a frame: its name, what it holds, and the column with its unit, or the unit itself; heading:
    instead of that of the glossary."""

    name: str
    kind: ColumnKind = ColumnKind.TEXT
    unit: str = ""
    heading: str = ""


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as mappings."""
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    return rows


Asked = Sequence[ColumnRequest | str]
"""Columns wanted of a frame; of a name alone the glossary says what it holds."""


def table(
    words: CatalogueWords,
    name: str,
    frame: pd.DataFrame,
    asked: Asked,
    currency: str = "",
    title: str = "",
    together: bool = False,
) -> ReportTable:
    """A table of some columns of a frame; a column in which nothing is known is left out.

    currency: of the money of columns that are asked for by their names alone.
    title: instead of that of the catalogue. together: all money has one size, which the title names, so that it can be
    added up.
    Raises KeyError for a column that the frame or the glossary does not have.
    """
    requests = [request(ask, frame, currency) if isinstance(ask, str) else ask for ask in asked]
    shown = [ask for ask in requests if _known(frame[ask.name])]
    money = [ask for ask in shown if ask.kind is ColumnKind.MONEY]
    sizes = {ask.name: words.figures.column(frame[ask.name].astype(float), ask.unit) for ask in money}
    title = title or words(f"table.{name}")
    if together and len(sizes) > 1:
        one = words.figures.column(frame[list(sizes)].to_numpy(float).ravel(), money[0].unit)
        title, sizes = words("heading.unit", heading=title, unit=one.name), dict.fromkeys(sizes, replace(one, name=""))
    columns, cells = [], []
    for ask in shown:
        column, read = _column(words, frame, ask, sizes.get(ask.name))
        columns.append(column)
        cells.append(read)
    return ReportTable(name, title, tuple(columns), tuple(zip(*cells, strict=True)))


KINDS = MappingProxyType(
    {
        "material": ColumnKind.MATERIAL,
        "country": ColumnKind.COUNTRY,
        "period": ColumnKind.PERIOD,
        **dict.fromkeys(("first_short", "last_date", "from", "until"), ColumnKind.PERIOD),
        "1": ColumnKind.SHARE,
        "money": ColumnKind.MONEY,
        "days": ColumnKind.DAYS,
    }
)
"""What a column holds, by its name or by its unit in the glossary."""


def request(name: str, frame: pd.DataFrame, currency: str) -> ColumnRequest:
    """A column as its name and its unit in the glossary have it."""
    entry, column = glossary().get(name), frame[name]
    unit = "1" if name.startswith("unmet: ") else entry.unit if entry and entry.kind != "set" else ""
    if kind := ColumnKind.GAP if name == "gap" else KINDS.get(unit):
        return ColumnRequest(name, kind, currency if kind is ColumnKind.MONEY else "")
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return ColumnRequest(name, KINDS.get(name, ColumnKind.TEXT))
    if unit.startswith("unit") and "unit" in frame.columns:
        return ColumnRequest(name, ColumnKind.MASS, "unit")
    return ColumnRequest(name, ColumnKind.PLAIN)


def _known(values: pd.Series) -> bool:
    return bool((values.notna() & (values.astype(str) != "")).any())


def _column(
    words: CatalogueWords, frame: pd.DataFrame, ask: ColumnRequest, size: MoneyColumn | None
) -> tuple[ReportColumn, list[Cell]]:
    values, heading = list(frame[ask.name]), ask.heading or words.heading(ask.name)
    units = [str(unit) for unit in frame[ask.unit]] if ask.unit in frame.columns else [ask.unit] * len(values)
    if size is not None:
        cells = [Cell(value, UNKNOWN if _missing(value) else size(value), ask.unit) for value in values]
        read = words("heading.unit", heading=heading, unit=size.name) if size.name else heading
        exact = words("heading.unit", heading=heading, unit=words.figures.unit(ask.unit))
        return ReportColumn(read, ask.kind, exact), cells
    if ask.kind is ColumnKind.MASS:
        known = [float("nan") if _missing(value) else float(value) for value in values]
        texts = words.figures.masses(known, units)
        return ReportColumn(heading, ask.kind), [Cell(*parts) for parts in zip(known, texts, units, strict=True)]
    cells = [cell(words, ask.kind, value, unit) for value, unit in zip(values, units, strict=True)]
    return ReportColumn(heading, ask.kind), cells


def cell(words: CatalogueWords, kind: ColumnKind, value: Any, unit: str = "") -> Cell:
    """A cell that reads as its kind says."""
    if kind in TEXTS:
        text = "" if _missing(value) else words("yes" if value else "no") if isinstance(value, bool) else str(value)
        if kind is ColumnKind.PERIOD:
            return Cell(words.figures.period(text), words.figures.period(text))
        read = text if kind is ColumnKind.TEXT else words.name(kind.value, text)
        return Cell(read, read)
    number = float("nan") if _missing(value) else float(value)
    if kind is ColumnKind.SHARE:
        return Cell(number, words.figures.share(number))
    if kind is ColumnKind.GAP:
        return Cell(number, words.figures.gap(number))
    if kind is ColumnKind.PLAIN:
        return Cell(number, words.figures.plain(number))
    if kind is ColumnKind.DAYS:
        return Cell(number, words.figures.days(number))
    if kind is ColumnKind.PRICE:
        return Cell(number, words.figures.price(number, unit), unit)
    if kind is ColumnKind.MONEY:
        return Cell(number, words.figures.amount(number, unit), unit)
    return Cell(number, words.figures.number(number, unit), unit)


def _missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))
