"""What an analysis answers: sentences first, then tables."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from sourcing import durable
from sourcing.outcome.text_escaping import csv_of


@dataclass(frozen=True, eq=False, repr=False)
class Answer:
    """The answer to a question: a title, what it comes to in sentences, the most important first, and tables.

    Every field of an answer that is a DataFrame is one of its tables, in the order in which the fields are stated;
    models/glossary.yaml describes their columns. Amounts of money are in `currency`.
    """

    title: str
    currency: str
    sentences: tuple[str, ...]

    def tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Every table with its name, in order of reading."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, pd.DataFrame):
                yield field.name, value

    def to_json(self) -> str:
        """One JSON object: title, currency, sentences, every table as a list of records. Missing numbers are null."""
        plain = {"title": self.title, "currency": self.currency, "sentences": list(self.sentences)}
        records = {
            name: json.loads(frame.to_json(orient="records", double_precision=12)) for name, frame in self.tables()
        }
        return json.dumps(plain | records, ensure_ascii=False, indent=1, allow_nan=False)

    def save(self, folder: str | Path) -> Path:
        """Write each table as CSV and the whole as answer.json into a folder, made where it is missing; each file whole
        or not at all."""
        target = Path(folder)
        durable.make(target)
        for name, frame in self.tables():
            durable.write(target / f"{name}.csv", csv_of(frame).encode())
        durable.write(target / "answer.json", (self.to_json() + "\n").encode())
        return target

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {len(frame)}" for name, frame in self.tables())
        return f"<{type(self).__name__} {self.title!r}; rows: {rows}>"

    def _repr_html_(self) -> str:
        """For a notebook: the sentences and the tables."""
        lines = "".join(f"<li>{escape(line)}</li>" for line in self.sentences)
        tables = "".join(
            f"<h4>{escape(name)}</h4>{frame.to_html(index=False, max_rows=30)}" for name, frame in self.tables()
        )
        return f"<h3>{escape(self.title)}</h3><ul>{lines}</ul>{tables}"


def rows_by(frame: pd.DataFrame, column: str) -> dict[str, dict[str, Any]]:
    """Rows of a table by what stands in a column, in its order."""
    return {str(row[column]): {str(name): value for name, value in row.items()} for row in frame.to_dict("records")}
