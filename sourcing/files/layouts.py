"""How a table is laid out: its encoding, what its headings and words mean, its numbers and dates.

A layout stands in the reference (`offers: {file: ./offers.csv, encoding: cp932, ...}`), or in a file beside the table
that is named after it (`offers.csv.columns.yaml`); where both say something, the reference holds.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sourcing.errors import Problem, ScenarioError
from sourcing.files.document import Document, Keys, dotted
from sourcing.files.file_bytes import shown
from sourcing.files.problem_collector import near, short
from sourcing.files.yaml_reader import read_as
from sourcing.spelling import plain

SIDECAR = ".columns.yaml"
ENCODINGS = {"utf-8": "UTF-8", "utf8": "UTF-8", "cp932": "CP932", "shift_jis": "CP932", "sjis": "CP932"}
ENCODINGS |= {"windows-31j": "CP932", "ms932": "CP932"}
MONTHS = tuple(name.lower() for name in calendar.month_name if name)
MAPPINGS = ("columns", "values", "units", "every")
WORDS = {
    "encoding": tuple(ENCODINGS),
    "date": ("iso", "japanese"),
    "fiscal_year": MONTHS,
    "thousands": (",", ".", "none"),
}
KEYS = ("file", "sheet", "headings", *WORDS, *MAPPINGS)


@dataclass(frozen=True)
class Layout:
    """What the cells of a table mean.

    encoding: "UTF-8" or "CP932", None to detect. sheet: of a workbook, "" the first. columns: heading -> key, None to
    leave the column out. values: key -> word in the table -> word of the scenario. units: key -> unit of its bare
    numbers. every: key -> what holds in every line. thousands: sign between groups of three digits, None where there
    is none. japanese: dates may be of an era. headings: the line that has them, None for the first that is
    filled. fiscal_year: month in which it begins, None where none is meant.
    """

    encoding: str | None = None
    sheet: str = ""
    columns: Mapping[str, str | None] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    every: Mapping[str, Any] = field(default_factory=dict)
    thousands: str | None = None
    japanese: bool = False
    headings: int | None = None
    fiscal_year: int | None = None


def layout(reference: Mapping[str, Any], path: Path, key: str, document: Document) -> tuple[Layout, tuple[Path, ...]]:
    """The layout of the table at `path`, which `reference` names in the document at `key`; and the files it stands in.

    Raises ScenarioError with every problem of the reference and of the file beside the table.
    """
    problems = _problems(reference, (key,), document, path.suffix)
    written, files = dict(reference), tuple[Path, ...]()
    sidecar = path.with_name(path.name + SIDECAR)
    if sidecar.is_file():
        beside = read_as(sidecar, shown(sidecar), document.place((key,)), key)
        problems += _problems(beside.value, (), beside, path.suffix)
        if "file" in beside.value:
            place = beside.place(("file",))
            problems.append(Problem(place, "file", "the file is known by this name already", "leave it out"))
        written, files = _over(beside.value, written), (sidecar,)
    if problems:
        raise ScenarioError(tuple(problems))
    return _layout(written), files


def _over(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The reference over the file beside the table: mappings by name, as everywhere."""
    both = {
        key: _over(old[key], new[key]) for key in old if isinstance(old[key], dict) and isinstance(new.get(key), dict)
    }
    return {**old, **new, **both}


def _layout(written: Mapping[str, Any]) -> Layout:
    month = written.get("fiscal_year")
    thousands = written.get("thousands")
    return Layout(
        encoding=ENCODINGS[written["encoding"].lower()] if "encoding" in written else None,
        sheet=written.get("sheet", ""),
        columns={plain(heading): key for heading, key in written.get("columns", {}).items()},
        values={
            key: {plain(word): meant for word, meant in words.items()}
            for key, words in written.get("values", {}).items()
        },
        units=written.get("units", {}),
        every=written.get("every", {}),
        thousands=None if thousands in (None, "none") else thousands,
        japanese=written.get("date") == "japanese",
        headings=written.get("headings"),
        fiscal_year=MONTHS.index(month) + 1 if month else None,
    )


def _problems(written: Mapping[str, Any], path: Keys, document: Document, form: str) -> list[Problem]:
    """What is wrong with the keys of a layout."""
    problems: list[Problem] = []

    def refuse(keys: Keys, cause: str, cure: str) -> None:
        place = document.place((*path, *keys))
        problems.append(Problem(place, dotted((*path, *keys)), cause, cure))

    for key, value in written.items():
        if key not in KEYS:
            refuse((key,), f"'{key}' says nothing about a table", near(key, KEYS))
        elif key == "sheet" and form.lower() == ".csv":
            refuse((key,), "a .csv has no sheets", "leave it out")
        elif key == "headings":
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                refuse((key,), f"{short(value)} is no number of a line", "write for example 3")
        elif key in WORDS:
            words = WORDS[key]
            if not isinstance(value, str) or (value.lower() if key == "encoding" else value) not in words:
                refuse((key,), f"{short(value)} is not one of the words known", f"write {', '.join(words)}")
        elif key in MAPPINGS:
            if not isinstance(value, dict):
                refuse((key,), f"{short(value)} is no mapping", "write {heading: key, ...}")
                continue
            for name, meant in value.items():
                if key == "values" and not isinstance(meant, dict):
                    refuse((key, name), f"{short(meant)} is no mapping", "write {word in the table: word meant}")
                elif key in ("columns", "units") and not (
                    isinstance(meant, str) or (key == "columns" and meant is None)
                ):
                    refuse((key, name), f"{short(meant)} is no name", "write it as text")
        elif not isinstance(value, str):
            refuse((key,), f"{short(value)} is no name", "write it as text")
    return problems
