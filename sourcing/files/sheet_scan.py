"""A look at a sheet of a workbook, cell by cell, before a library makes a table of it: how far out its cells are, and
which of them have something in them that is no value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ROWS, COLUMNS = 1_048_576, 16_384  # of a sheet

_REFERENCE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_COMPUTE = "open it in Excel, let it calculate, and save it; or write the value"


@dataclass(frozen=True)
class UnreadableCell:
    """A cell that has something in it and no value: why, and the cure."""

    cause: str
    cure: str


@dataclass
class SheetExtent:
    """What a look at a sheet shows: its last row and column that hold a value, counted from 1, and the cell that is
    farthest out; cells without a readable value by row and column; what makes the sheet unusable ("" nothing)."""

    rows: int = 0
    columns: int = 0
    farthest: str = ""
    unreadable: dict[tuple[int, int], UnreadableCell] = field(default_factory=dict)
    broken: str = ""


@dataclass
class SheetScan:
    """What the parser has seen of a sheet so far. stale: no program has computed its formulas. shared: texts that its
    cells may refer to. at: row and column of the cell that is open, counted from 1."""

    name: str
    stale: bool
    shared: int
    sheet: SheetExtent = field(default_factory=SheetExtent)
    at: tuple[int, int] = (1, 0)
    kind: str = ""
    formula: bool = False
    value: str | None = None
    inside: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Called by the parser where an element begins."""
        element = name.rpartition(":")[2]
        if element in ("v", "t"):
            self.inside, self.value = True, self.value or ""
        elif element == "f":
            self.formula = True
        elif element == "c":
            self._cell(attributes)
        elif element == "row" and "r" in attributes:
            row = attributes["r"]
            if row.isascii() and row.isdecimal() and 1 <= int(row[:9]) <= ROWS and len(row) < 9:
                self.at = (int(row), 0)
            else:
                self.sheet.broken = self.sheet.broken or f"its row '{row[:20]}' is none of a sheet"

    def _cell(self, attributes: Mapping[str, str]) -> None:
        self.kind, self.formula, self.value = attributes.get("t", "n"), False, None
        if "r" not in attributes:
            self.at = (self.at[0], self.at[1] + 1)
        elif (match := _REFERENCE.fullmatch(attributes["r"])) and _within(match):
            self.at = (int(match[2]), _column(match[1]))
        else:
            self.sheet.broken = self.sheet.broken or f"its cell '{attributes['r'][:20]}' is none of a sheet"

    def text(self, text: str) -> None:
        """Called by the parser with text inside an element."""
        if self.inside:
            self.value = (self.value or "") + text

    def end(self, name: str) -> None:
        """Called by the parser where an element ends."""
        element = name.rpartition(":")[2]
        if element in ("v", "t"):
            self.inside = False
        elif element == "row":
            self.at = (self.at[0] + 1, 0)
        elif element == "c":
            self._done()

    def _done(self) -> None:
        """The cell is read: note how far out it is and what is wrong with it."""
        if self.value is None and not self.formula:
            return
        row, column = self.at
        sheet, reference = self.sheet, f"{_letters(column)}{row}"
        if row > sheet.rows or column > sheet.columns:
            sheet.farthest = reference
            sheet.rows, sheet.columns = max(row, sheet.rows), max(column, sheet.columns)
        place = f"sheet '{self.name}', cell {reference}"
        number = (self.value or "").strip()
        if self.kind == "e":
            why = f"{place}: {'the formula gives' if self.formula else 'it holds'} {number or 'an error'}"
            sheet.unreadable[self.at] = UnreadableCell(why, "mend the formula, or write the value")
        elif self.formula and (self.value is None or (self.kind == "n" and number in ("", "0")[: 1 + self.stale])):
            sheet.unreadable[self.at] = UnreadableCell(f"{place}: the formula has no value yet", _COMPUTE)
        elif self.kind == "s" and not (number.isascii() and number.isdecimal() and int(number[:9]) < self.shared):
            sheet.broken = sheet.broken or f"the text of its cell {reference} is missing"


def _within(reference: re.Match[str]) -> bool:
    return int(reference[2]) <= ROWS and _column(reference[1]) <= COLUMNS


def _column(letters: str) -> int:
    """The number of a column, counted from 1.

    >>> _column("AB")
    28
    """
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _letters(column: int) -> str:
    """The letters of a column.

    >>> _letters(28)
    'AB'
    """
    letters = ""
    while column:
        column, left = divmod(column - 1, 26)
        letters = chr(ord("A") + left) + letters
    return letters
