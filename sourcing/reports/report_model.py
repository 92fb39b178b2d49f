"""The parts of a report before they are HTML, a workbook, Markdown or PDF: sections of points, tables and charts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pandas as pd

from sourcing.figures import UNKNOWN, MoneyColumn
from sourcing.glossary import glossary
from sourcing.reports.catalogue_words import CatalogueWords


class ColumnKind(StrEnum):
    """What a column holds; it decides how a cell is written, and that numbers stand at the right."""

    TEXT = "text"
    MATERIAL = "material"
    COUNTRY = "country"
    MONEY = "money"
    PRICE = "price"
    MASS = "mass"
    SHARE = "share"
    DAYS = "days"
    NUMBER = "number"
    PLAIN = "plain"
    PERIOD = "period"
    COST_KIND = "cost"
    LIMIT = "limit"


HALF = 5  # columns that fit in half a page
TEXTS = (
    ColumnKind.TEXT,
    ColumnKind.MATERIAL,
    ColumnKind.COUNTRY,
    ColumnKind.PERIOD,
    ColumnKind.COST_KIND,
    ColumnKind.LIMIT,
)


@dataclass(frozen=True)
class Cell:
    """A value with the unit it is in, where it has one; text is its own reading."""

    value: float | str
    text: str
    unit: str = ""


@dataclass(frozen=True)
class ReportColumn:
    """A heading over cells; numbers stand at the right. exact: heading over the numbers themselves, where those that
    are read stand in millions."""

    heading: str
    kind: ColumnKind
    exact: str = ""

    @property
    def right(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind not in TEXTS


@dataclass(frozen=True)
class ReportTable:
    """Rows of cells under headings; the first column names the row. name: key of its title in the catalogue; note: what
    stands below it."""

    name: str
    title: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def first(self, most: int, rest: str) -> "ReportTable":
        """The first rows; of more than `most` the note is `rest`, in which {count} is filled in."""
        left = len(self.rows) - most
        return replace(self, rows=self.rows[:most], note=rest.format(count=left)) if left > 0 else self


@dataclass(frozen=True)
class ReportText:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class ReportPoint:
    """An entry of a list: what is said, and what stands below it, smaller."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportPoints:
    """A list, numbered or not."""

    points: tuple[ReportPoint, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Tile:
    """One figure with what it is, and a note."""

    label: str
    figure: Cell
    note: str = ""


@dataclass(frozen=True)
class Tiles:
    """Figures side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Panel:
    """One chart: a Vega-Lite specification, with its numbers as a table. title may be empty."""

    title: str
    spec: dict[str, Any]
    table: ReportTable


@dataclass(frozen=True)
class ReportChart:
    """Panels side by side that belong together. alt: what they show, for who cannot see them."""

    name: str
    title: str
    alt: str
    panels: tuple[Panel, ...]


Block = ReportText | ReportPoints | Tiles | ReportTable | ReportChart


@dataclass(frozen=True)
class ReportSection:
    """A heading, which may be empty or that of its only table, with its blocks. name: its key in the catalogue, and its
    anchor."""

    name: str
    heading: str
    blocks: tuple[Block, ...]

    @property
    def wide(self) -> bool:
        """Whether a table in it takes the whole width of a page."""
        return any(isinstance(block, ReportTable) and len(block.columns) > HALF for block in self.blocks)


@dataclass(frozen=True)
class Report:
    """A whole report: title, the line below it, the sections of page one, the pages behind it."""

    title: str
    subtitle: str
    words: CatalogueWords
    futures: tuple[str, ...]
    page_one: tuple[ReportSection, ...]
    behind: tuple[ReportSection, ...]

    @property
    def sections(self) -> tuple[ReportSection, ...]:
        """All sections in order of reading."""
        return *self.page_one, *self.behind


# Tables from frames ---------------------------------------------------------------------------------------------------


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
    found: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    return found


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
    if kind := KINDS.get(unit):
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
