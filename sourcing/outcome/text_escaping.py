"""Texts that whoever opens a file must not take for something else: formulas in CSV, with the way back; markup.

What a spreadsheet opens it computes: a cell that begins with =, +, -, @, a tab or a carriage return may run as a
formula, whatever quotes stand round it (OWASP, CSV Injection). Such a text gets an apostrophe before it, by which a
spreadsheet shows it as text. Numbers are no texts: -5 stays -5.
"""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO

import pandas as pd

_SIGNS = "=+\\-@\t\r\n＝＋－＠"
# An apostrophe that stands before such a sign already gets another one, so that there is one way back.
_FORMULA = re.compile(f"'*[{_SIGNS}]")
_ESCAPED = re.compile(f"''*[{_SIGNS}]")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def escaped(text: str) -> str:
    """A text as it stands in a CSV file.

    >>> escaped("=A1"), escaped("'=A1"), escaped("-5"), escaped("'tis")
    ("'=A1", "''=A1", '-5', "'tis")
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unescaped(text: str) -> str:
    """The text that `escaped` was given.

    >>> unescaped("'=A1"), unescaped("''=A1"), unescaped("-5"), unescaped("'tis")
    ('=A1', "'=A1", '-5', "'tis")
    """
    return text[1:] if _ESCAPED.match(text) else text


def escaped_table(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose texts and headings are escaped; numbers stay as they are."""
    return _mapped(frame, escaped)


def unescaped_table(frame: pd.DataFrame) -> pd.DataFrame:
    """The table that `escaped_table` was given."""
    return _mapped(frame, unescaped)


def csv_of(frame: pd.DataFrame) -> str:
    """A table as CSV, its texts escaped, without the index."""
    return escaped_table(frame).to_csv(index=False, lineterminator="\n")


def write_rows(rows: Iterable[Sequence[Any]], out: TextIO) -> None:
    """Rows as CSV, their texts escaped."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([escaped(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)


def in_markdown(text: str) -> str:
    """A text on one line of Markdown in which no sign is markup.

    >>> in_markdown("a | <b> *c*")
    'a \\\\| \\\\<b\\\\> \\\\*c\\\\*'
    """
    return _MARKUP.sub(r"\\\1", " ".join(text.split("\n")).replace("\r", " "))


def _mapped(frame: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    def of(cell: Any) -> Any:
        return change(cell) if isinstance(cell, str) else cell

    changed = frame.copy()
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            changed[name] = frame[name].map(of)
    return changed.rename(columns=of)
