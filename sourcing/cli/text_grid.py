"""A table ready to be read on a screen, and what makes one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

MANY = 30  # rows of a table on the screen


@dataclass(frozen=True)
class TextGrid:
    """A table ready to be read: title, headings, rows of text; which columns are numbers; what stands below it."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...]
    note: str = ""


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    return records


def grid(
    title: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], numbers: int, of: str = ""
) -> TextGrid:
    """A grid whose last `numbers` columns are numbers, cut where it is long; `of` names the table with the rest."""
    right = tuple(range(len(headings) - numbers, len(headings)))
    left = len(rows) - MANY
    note = f"{left} more in the table '{of}', see --out or --format csv" if of and left > 0 else ""
    return TextGrid(title, headings, tuple(rows[:MANY] if of else rows), right, note)


def sellers(frame: pd.DataFrame) -> list[str]:
    """Suppliers, with the offer where one sells a material by several."""
    offers = frame.groupby(["material", "supplier"], sort=False)["offer"].transform("nunique")
    named = zip(frame["supplier"], frame["offer"], offers, strict=True)
    return [f"{supplier}: {offer}" if count > 1 else supplier for supplier, offer, count in named]
