"""The parts of a report before they are HTML, a workbook, Markdown or PDF: sections of points, tables and charts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from sourcing.reports.words import Words


class Kind(StrEnum):
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
    PERIOD = "period"
    COST_KIND = "cost"
    LIMIT = "limit"


HALF = 5  # columns that fit in half a page
TEXTS = (Kind.TEXT, Kind.MATERIAL, Kind.COUNTRY, Kind.PERIOD, Kind.COST_KIND, Kind.LIMIT)


@dataclass(frozen=True)
class Cell:
    """A value with the unit it is in, where it has one; text is its own reading."""

    value: float | str
    text: str
    unit: str = ""


@dataclass(frozen=True)
class Column:
    """A heading over cells; numbers stand at the right. exact: heading over the numbers themselves, where those that
    are read stand in millions."""

    heading: str
    kind: Kind
    exact: str = ""

    @property
    def right(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind not in TEXTS


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings; the first column names the row. name: key of its title in the catalogue."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Point:
    """An entry of a list: what is said, and what stands below it, smaller."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Points:
    """A list, numbered or not."""

    points: tuple[Point, ...]
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
    table: Table


@dataclass(frozen=True)
class Chart:
    """Panels side by side that belong together. alt: what they show, for who cannot see them."""

    name: str
    title: str
    alt: str
    panels: tuple[Panel, ...]


Block = Text | Points | Tiles | Table | Chart


@dataclass(frozen=True)
class Section:
    """A heading with its blocks. name: its key in the catalogue, and its anchor."""

    name: str
    heading: str
    blocks: tuple[Block, ...]

    @property
    def wide(self) -> bool:
        """Whether a table in it takes the whole width of a page."""
        return any(isinstance(block, Table) and len(block.columns) > HALF for block in self.blocks)


@dataclass(frozen=True)
class Report:
    """A whole report: title, the line below it, the sections of page one, the pages behind it."""

    title: str
    subtitle: str
    words: Words
    futures: tuple[str, ...]
    page_one: tuple[Section, ...]
    behind: tuple[Section, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections in order of reading."""
        return *self.page_one, *self.behind


# Tables from frames ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ask:
    """A column wanted of a frame: its name, what it holds, and the column with its unit, or the unit itself."""

    name: str
    kind: Kind = Kind.TEXT
    unit: str = ""


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as mappings."""
    found: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    return found


def table(words: Words, name: str, frame: pd.DataFrame, asked: Sequence[Ask]) -> Table:
    """A table of some columns of a frame; a column in which nothing is known is left out.

    Raises KeyError for a column that the frame or the glossary does not have.
    """
    shown = [ask for ask in asked if _known(frame[ask.name])]
    columns, cells = [], []
    for ask in shown:
        column, read = _column(words, frame, ask)
        columns.append(column)
        cells.append(read)
    return Table(name, words(f"table.{name}"), tuple(columns), tuple(zip(*cells, strict=True)))


def _known(values: pd.Series) -> bool:
    return bool((values.notna() & (values.astype(str) != "")).any())


def _column(words: Words, frame: pd.DataFrame, ask: Ask) -> tuple[Column, list[Cell]]:
    values, heading = list(frame[ask.name]), words.heading(ask.name)
    units = [str(unit) for unit in frame[ask.unit]] if ask.unit in frame.columns else [ask.unit] * len(values)
    if ask.kind is Kind.MONEY:
        scale = words.scale((float(value) for value in values), ask.unit)
        texts = [words("unknown") if _missing(value) else f"{value / scale.divisor:,.1f}" for value in values]
        texts = ["0.0" if text == "-0.0" else text for text in texts]
        cells = [Cell(value, text, ask.unit) for value, text in zip(values, texts, strict=True)]
        read = words("heading.unit", heading=heading, unit=scale.name)
        exact = words("heading.unit", heading=heading, unit=words.name("currency", ask.unit))
        return Column(read, ask.kind, exact), cells
    cells = [cell(words, ask.kind, value, unit) for value, unit in zip(values, units, strict=True)]
    return Column(heading, ask.kind), cells


def cell(words: Words, kind: Kind, value: Any, unit: str = "") -> Cell:
    """A cell that reads as its kind says."""
    if kind in TEXTS:
        text = "" if _missing(value) else str(value)
        if kind is Kind.PERIOD:
            return Cell(words.period(text), words.period(text))
        read = text if kind is Kind.TEXT else words.name(kind.value, text)
        return Cell(read, read)
    number = float("nan") if _missing(value) else float(value)
    if kind is Kind.SHARE:
        return Cell(number, words.share(number))
    if kind is Kind.DAYS:
        return Cell(number, words.days(number))
    if kind is Kind.PRICE:
        return Cell(number, words.price(number, unit), unit)
    if kind is Kind.MONEY:
        return Cell(number, words.money(number, unit), unit)
    return Cell(number, words.mass(number, unit) if kind is Kind.MASS else words.number(number, unit), unit)


def _missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))
