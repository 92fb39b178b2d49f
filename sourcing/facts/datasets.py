"""The tables of data/ as data frames, and what of them was known at a date.

A row is quoted as `table/id`, for example `prices/prc-0284`. Dates are ISO 8601 and may be partial; a partial date
counts by its end, so that "2025" is 2025-12-31. What the columns mean, and their units, stands in datapackage.json.
"""

import hashlib
import json
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sourcing import library
from sourcing.errors import DataError, Place, Problem


def tables() -> tuple[str, ...]:
    """Names of the tables, in the order of datapackage.json."""
    return tuple(_numeric_columns(library.data()))


@dataclass(frozen=True)
class TableSummary:
    """A table in a line: its name, what it holds, how many rows, the newest `as_of` among them ("" without rows)."""

    table: str
    holds: str
    rows: int
    newest: str


def summaries() -> tuple[TableSummary, ...]:
    """Every table, in the order of datapackage.json."""
    package = json.loads((library.data() / "datapackage.json").read_text(encoding="utf-8"))
    lines = []
    for resource in package["resources"]:
        if "schema" not in resource:  # regimes.yaml is no table
            continue
        frame = _read(library.data(), resource["name"])
        newest = max(frame["as_of"], key=_end, default="")
        lines.append(TableSummary(resource["name"], resource.get("description", ""), len(frame), newest))
    return tuple(lines)


def package() -> tuple[str, str]:
    """Name with version of the data package, and one SHA-256 over all its files."""
    said = json.loads((library.data() / "datapackage.json").read_text(encoding="utf-8"))
    files = sorted(path for path in library.data().iterdir() if path.suffix in (".csv", ".json", ".yaml"))
    each = "".join(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n" for path in files)
    return f"{said['name']} {said['version']}", hashlib.sha256(each.encode()).hexdigest()


def pick(table: str, where: Mapping[str, Sequence[str]], columns: Sequence[str] = ()) -> pd.DataFrame:
    """Rows of a table that have one of the values given for each column of `where`; all columns, or those named.

    Raises DataError for an unknown table, column or value, each with the near ones, and where no row has them all.
    """
    frame = read(table)
    known = tuple(map(str, frame.columns))
    problems = [
        Problem(None, table, f"there is no column '{name}'", _alike(name, known))
        for name in dict.fromkeys([*where, *columns])
        if name not in known
    ]
    texts = {name: frame[name].map(_text) for name in where if name in known}
    for name, cells in texts.items():
        values = tuple(sorted({cell for cell in cells if cell}))
        problems += [
            Problem(None, f"{table}.{name}", f"no row has '{value}'", _alike(value, values))
            for value in where[name]
            if value not in set(cells)
        ]
    if problems:
        raise DataError(tuple(problems))
    rows = frame
    for name, cells in texts.items():
        rest = rows[cells[rows.index].isin(list(where[name]))]
        if rest.empty:
            values = tuple(sorted(set(cells[rows.index])))
            cause = f"no row has {name} '{', '.join(where[name])}' together with the rest"
            raise DataError((Problem(None, table, cause, f"those left have: {', '.join(values[:12])}"),))
        rows = rest
    return rows[list(columns)] if columns else rows


def _text(cell: object) -> str:
    """A cell as it is typed: numbers without needless digits, blank for what is missing."""
    return ("" if cell != cell else f"{cell:.12g}") if isinstance(cell, float) else str(cell)


def months_old(reference: str, at: date, as_of: str | None = None) -> tuple[pd.Series, float] | None:
    """The row as known (see `last_known`) with its age in months of 30.4375 days at a day; None: nothing was known."""
    dated = row(reference) if as_of is None else last_known(reference, as_of)
    return None if dated is None else (dated, (pd.Timestamp(at) - _end(dated["as_of"])).days / 30.4375)


def read(table: str) -> pd.DataFrame:
    """One table, shape (rows, columns): numbers as float (blank: NaN), everything else as text (blank: "").

    The frame is a copy; change it as you like. Raises DataError for an unknown table and for text in a number column.
    """
    return _read(library.data(), table).copy()


def row(reference: str, as_of: str | None = None) -> pd.Series:
    """The row `table/id`; with `as_of`, what was then known of it (see `last_known`), shape (columns,).

    Raises DataError for an unknown table or id, and when nothing was known.
    """
    if as_of is None:
        table, position = _locate(reference)
        return _read(library.data(), table).iloc[position].copy()
    known = last_known(reference, as_of)
    if known is None:
        cure = "take another row, or state the quantity with low, high and an assumption"
        raise _error(reference, f"nothing of it was known as of '{as_of}'", cure)
    return known


@cache
def fault(reference: str) -> tuple[str, str] | None:
    """Cause and cure where `table/id`, or `table/id.column`, names nothing; None where it names something."""
    whole, _, column = reference.rpartition(".")
    is_row = "/" in whole and fault(whole) is None
    columns = tuple(_read(library.data(), whole.partition("/")[0]).columns) if is_row else ()
    if column in columns:
        return None
    missing = _missing(reference)
    return (f"no column '{column}' in the row {whole}", _alike(column, columns)) if missing and columns else missing


def _missing(row: str) -> tuple[str, str] | None:
    """Cause and cure where `table/id` names no row."""
    try:
        _locate(row)
    except DataError as error:
        return error.problems[0].cause, error.problems[0].cure
    return None


def as_known(table: str, as_of: str) -> pd.DataFrame:
    """Rows of a table that are not later than `as_of`, shape (rows, columns), index as in `read`.

    A row counts by `announced` where the table has it (a measure is known once announced), else by `as_of`.
    Raises DataError for an unknown table and for a date that is not ISO 8601.
    """
    frame = read(table)
    limit = _end(as_of)
    return frame[_dates(library.data(), table) <= limit]


def is_known(reference: str, as_of: str) -> bool:
    """Whether the row `table/id` itself is not later than `as_of`. Raises DataError as `row` and `as_known` do.

    Once the data were compiled, every row is: one dated "2026" too, whose date counts by the end of that year.
    """
    table, position = _locate(reference)
    return _end(as_of) >= _compiled(library.data()) or bool(_dates(library.data(), table)[position] <= _end(as_of))


def newest(names: Iterable[str], as_of: str) -> tuple[str, str]:
    """Reference and date of the newest row of some tables that was read in its source, not later than `as_of`.

    Raises DataError when there is none.
    """
    dated: list[tuple[pd.Timestamp, str, str]] = []
    for table in names:
        frame = as_known(table, as_of)
        frame = frame[frame["confidence"] == "read"]
        ends = frame["as_of"].map(_end)
        last = ends[ends <= _end(as_of)].sort_values(kind="stable").index[-1:]
        dated += [(ends[row], f"{table}/{frame.loc[row, 'id']}", str(frame.loc[row, "as_of"])) for row in last]
    if not dated:
        raise _error("as_of", f"nothing was read by '{as_of}'", "choose a later date")
    _, reference, day = max(dated, key=lambda entry: entry[0])
    return reference, day


def last_known(reference: str, as_of: str) -> pd.Series | None:
    """The row itself if it is not later than `as_of`; else the last row of its `series_id` that is not; else None.

    Only prices form series. The row found keeps its own currency and unit, which may differ from those of `reference`.
    Raises DataError as `row` and `as_known` do.
    """
    folder, table = library.data(), _locate(reference)[0]
    position = _last_position(folder, reference, as_of)
    return None if position is None else _read(folder, table).iloc[position].copy()


class QuotedPrice(NamedTuple):
    """A price as its row states it [currency / unit of the row]."""

    amount: float
    currency: str


def quoted_price(reference: str, as_of: str | None = None) -> QuotedPrice | None:
    """The price of `row`, or with `as_of` of `last_known`; None when nothing was known. Raises as they do."""
    return _quoted(library.data(), reference, as_of)


@cache
def _quoted(folder: Path, reference: str, as_of: str | None) -> QuotedPrice | None:
    """Every price of a scenario is asked for each time that it is resolved. folder: of the tables that are read."""
    quoted = row(reference) if as_of is None else last_known(reference, as_of)
    return None if quoted is None else QuotedPrice(float(quoted["price"]), str(quoted["currency"]))


@cache
def _last_position(folder: Path, reference: str, as_of: str) -> int | None:
    """Where the last known row stands in its table; asked of every price each time that a scenario is resolved."""
    table, position = _locate(reference)
    frame, dates = _read(folder, table), _dates(folder, table)
    known = dates[dates <= _end(as_of)]
    if position in known.index:
        return position
    if "series_id" not in frame.columns:
        return None
    series = frame["series_id"]
    known = known[series[known.index] == series[position]].sort_values(kind="stable")
    return None if known.empty else int(known.index[-1])


def price_in(reference: str, month: str) -> pd.Series | None:
    """The row that tells the price of a month in the series of `reference`; None when none does.

    A row of the month itself; else the mean of the quarter, half or year that holds it, for it says more of the month
    than an older day does; else the last row not later. Raises DataError as `row` and `as_known` do.
    """
    table, position = _locate(reference)
    frame = _read(library.data(), table)
    dates = _dates(library.data(), table)
    in_series = frame["series_id"] == frame["series_id"][position]
    known = list(dates[in_series & (dates <= _end(month))].sort_values(kind="stable").index)
    own = [row for row in known if frame["date"][row].startswith(month)]
    means = [row for mean in _means(month) for row in frame.index[in_series & (frame["date"] == mean)]]
    prices = own[-1:] or means[:1] or known[-1:]
    return frame.iloc[prices[0]].copy() if prices else None


def _means(month: str) -> tuple[str, ...]:
    """How dates of means over a month, "2010-10", are written: its quarter, its half, its year."""
    year, number = month.split("-")
    at = int(number) - 1
    return f"{year}Q{at // 3 + 1}", f"{year}H{at // 6 + 1}", year


@cache
def _numeric_columns(folder: Path) -> dict[str, tuple[str, ...]]:
    """Table name -> its number columns, as datapackage.json declares them."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return {
        resource["name"]: tuple(field["name"] for field in resource["schema"]["fields"] if field["type"] == "number")
        for resource in package["resources"]
        if "schema" in resource  # regimes.yaml is no table
    }


@cache
def _compiled(folder: Path) -> pd.Timestamp:
    """Day on which the data were compiled, as datapackage.json says."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return _end(package["created"][:10])


@cache
def _read(folder: Path, table: str) -> pd.DataFrame:
    """The table as read once; shared, never to be changed."""
    columns = _numeric_columns(folder)
    if table not in columns:
        raise _error(table, "no such table", _alike(table, tuple(columns)))
    file = folder / f"{table}.csv"
    frame = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")
    problems = tuple(problem for name in columns[table] for problem in _not_numbers(frame[name], file.name))
    if problems:
        raise DataError(problems)
    numbers = {name: pd.to_numeric(frame[name], errors="coerce").astype("float64") for name in columns[table]}
    return frame.assign(**numbers)


def _not_numbers(column: pd.Series, file: str) -> tuple[Problem, ...]:
    bad = column[(column != "") & pd.to_numeric(column, errors="coerce").isna()]
    cure = "write a number, or leave it blank and put the mark in a text column"
    return tuple(
        Problem(Place(file, line), str(column.name), f"'{text}' is not a number", cure)
        for line, text in zip(bad.index + 2, bad, strict=True)
    )


def _locate(reference: str) -> tuple[str, int]:
    """Table and position of a reference."""
    table, slash, name = reference.partition("/")
    if not slash:
        raise _error(reference, "a reference needs a table and an id", "write it as table/id, such as prices/prc-0284")
    positions = _positions(library.data(), table)
    if name not in positions:
        raise _error(reference, f"no row '{name}' in table '{table}'", _alike(name, tuple(positions)))
    return table, positions[name]


@cache
def _positions(folder: Path, table: str) -> dict[str, int]:
    """Position of each row of a table by its id."""
    return {name: number for number, name in enumerate(_read(folder, table)["id"])}


@cache
def _dates(folder: Path, table: str) -> "pd.Series[pd.Timestamp]":
    """End of the date by which each row of a table counts; shared, never to be changed."""
    frame = _read(folder, table)
    dated = frame["announced"] if "announced" in frame.columns else frame["as_of"]
    return pd.to_datetime(dated.map(_end))


@cache
def _end(text: str) -> pd.Timestamp:
    """Last day of a year, month or day in ISO 8601."""
    parts = text.split("-")
    widths = tuple(len(part) for part in parts)
    if widths not in ((4,), (4, 2), (4, 2, 2)) or not all(part.isdecimal() for part in parts):
        raise _error("as_of", f"'{text}' is not a date", "write 2025, 2025-12 or 2025-12-31")
    year, month = int(parts[0]), int(parts[1]) if len(parts) > 1 else 12
    try:
        day = int(parts[2]) if len(parts) > 2 else monthrange(year, month)[1]
        return pd.Timestamp(date(year, month, day))
    except ValueError:
        raise _error("as_of", f"'{text}' is not in the calendar", "write 2025, 2025-12 or 2025-12-31") from None


def _alike(name: str, known: tuple[str, ...]) -> str:
    alike = get_close_matches(name, known, n=5, cutoff=0.5) or known[:12]
    return "did you mean " + ", ".join(alike) + "?"


def _error(path: str, cause: str, cure: str) -> DataError:
    return DataError((Problem(place=None, path=path, cause=cause, cure=cure),))
