"""The parts of a report before they are HTML, a workbook, Markdown or PDF: sections of points, tables and charts."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

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
    GAP = "gap"
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
    """A paragraph of plain text, in which nothing is read as markup."""

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
    """Several figures that stand side by side."""

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
