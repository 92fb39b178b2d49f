"""The only door for files: YAML and tables in, plain values out, with the place where each was written."""

import csv
import datetime as dt
import functools
import io
import math
import numbers
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from python_calamine import CalamineError, CalamineWorkbook
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, DocumentStartEvent, MappingStartEvent, NodeEvent, ScalarEvent
from ruamel.yaml.events import CollectionEndEvent as EndEvent

from sourcing import library
from sourcing.errors import Place, Problem, ScenarioError

Keys = tuple[str | int, ...]
"""The way to a value: names of mappings and numbers of list items, ("futures", "full ban", "probability")."""

Rows = Iterable[tuple[int, list[Any]]]
"""Lines of a table, counted from 1, with their cells; a blank cell is an empty text."""

TABLES = ("materials", "sites", "suppliers", "offers", "lanes", "contracts", "opening_stock", "open_orders")
"""Top-level keys that may hold the path of a table."""

_LARGEST = 5_000_000  # bytes of a file
_LARGEST_UNPACKED = 100_000_000  # bytes of a workbook, which is a zip file
_DEEPEST = 40  # nested mappings and lists
_MOST = 100  # problems in one error

# YAML's printable characters, without the invisible line ends by which editors and we would count lines differently.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS = {"": None, "~": None} | {
    form: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for form in (word, word.capitalize(), word.upper())
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
_NAME = re.compile(r"""\s*(?:'([^']*)'|"([^"]*)"|([^.='"\s][^.=]*))\s*([.=])""")
_HINTS = {
    "\\t": "indent with spaces, not tabs",
    "mapping values are not allowed": "put quotes around text that holds ': ', or indent it like its neighbours",
    "end of stream": "close the quote that is open",
    "could not find expected ':'": "write 'name: value'",
    "<stream end>": "close the bracket that is open",
    "cannot start any token": "put quotes around the text",
}


@dataclass(frozen=True)
class Document:
    """What a file says: plain dict, list, str, int, float, bool, None (not to be changed), and where it says it."""

    value: dict[str, Any]
    places: Mapping[Keys, Place]
    files: tuple[Path, ...]

    def place(self, path: Iterable[str | int]) -> Place | None:
        """Place of a value, or of the nearest that holds it."""
        keys = tuple(path)
        known = (self.places.get(keys[:length]) for length in range(len(keys), -1, -1))
        return next((place for place in known if place), None)


@dataclass(frozen=True)
class _Found:
    """What the reading of one source gathers: the place of each key, and everything to mend."""

    file: str
    numbered: bool = True
    places: dict[Keys, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def at(self, line: int | None) -> Place:
        return Place(self.file, line if self.numbered else None)

    def refuse(self, path: Keys, line: int | None, cause: str, cure: str) -> None:
        """Note a problem and read on; raises ScenarioError when there are too many to read."""
        self.problems.append(Problem(self.at(line), dotted(path), cause, cure))
        if len(self.problems) >= _MOST:
            self.check()

    def stop(self, path: Keys, line: int | None, cause: str, cure: str) -> NoReturn:
        """Raise ScenarioError: with this problem the rest cannot be read."""
        self.problems.append(Problem(self.at(line), dotted(path), cause, cure))
        raise ScenarioError(tuple(self.problems))

    def check(self) -> None:
        """Raise ScenarioError if anything is to be mended."""
        if self.problems:
            raise ScenarioError(tuple(self.problems))


def dotted(path: Iterable[str | int]) -> str:
    """A path as `override` reads it.

    >>> dotted(("futures", "full ban", "probability"))
    "futures.'full ban'.probability"
    """
    return ".".join(f"'{part}'" if re.search("[ .=']", str(part)) else str(part) for part in path)


def _near(name: str, names: Iterable[str]) -> str:
    """Say which names exist, the near ones first."""
    known = list(names)
    near = get_close_matches(name, known)
    return f"near: {', '.join(near)}; known: {', '.join(known)}" if near else f"known: {', '.join(known) or 'none'}"


# Files


def read(path: Path) -> Document:
    """Read one YAML file; `extends` and paths of tables stay as they are. Raises ScenarioError with every problem."""
    return _read(path, str(path), Place(str(path)), "")


def _read(path: Path, shown: str, asked: Place | None, key: str) -> Document:
    """Read the file `path`, called `shown`; where it is missing the problem lies at `asked`, which names it."""
    found = _Found(shown, places={(): Place(shown)})
    value = _parse(_text(_bytes(path, asked, key), found), found)
    found.check()
    if value is None:
        found.stop((), None, "the file is empty", "write for example 'extends: japan'")
    if not isinstance(value, dict):
        called = "a list" if isinstance(value, list) else f"only {_short(value)}"
        found.stop((), 1, f"the file holds {called}, not names with values", "write lines such as 'extends: japan'")
    return Document(value, found.places, (path,))


def _short(value: object) -> str:
    """A value in quotes, not longer than a line."""
    shown = str(value).strip()
    return f"'{shown}'" if len(shown) <= 60 else f"'{shown[:57]}...'"


def _bytes(path: Path, asked: Place | None, key: str) -> bytes:
    """The content of a file; raises ScenarioError at `asked`, where `key` names it."""
    data, cause, cure = b"", "", "check its name and its permissions"
    try:
        if path.is_dir():
            cause, cure = "is a folder", "name a file in it"
        elif not path.is_file():
            cause, cure = ("is no ordinary file", cure) if path.exists() else ("is not there", _other_files(path))
        else:
            with path.open("rb") as stream:
                data = stream.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        cause = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if len(data) > _LARGEST:
        cause, cure = f"is larger than {_LARGEST // 1_000_000} MB", "split it"
    if cause:
        raise ScenarioError((Problem(asked, key, f"the file {_short(path)} {cause}", cure),))
    return data


def _other_files(path: Path) -> str:
    """The cure for a missing file: near names in its folder, or the use of a library model."""
    if str(path) in library.model_names():
        return f"write a file that says 'extends: {path}'"
    folder = path.parent
    beside = [file.stem for file in folder.iterdir() if file.suffix == path.suffix] if folder.is_dir() else []
    near = get_close_matches(path.stem, beside)
    return f"near: {', '.join(stem + path.suffix for stem in near)}" if near else "check the path"


def _text(data: bytes, found: _Found) -> str:
    """The text of a file; raises ScenarioError where it is not UTF-8 or holds control characters."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        cause = f"byte {error.start + 1} (0x{data[error.start]:02x}) is not UTF-8"
        found.stop((), line, cause, "save the file as UTF-8")
    odd = _UNPRINTABLE.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        count = len(_UNPRINTABLE.findall(text))
        found.stop((), line, f"the control character {_code(odd)} ({count} such in the file)", "remove it")
    return text


def _code(found: re.Match[str]) -> str:
    return f"U+{ord(found.group()):04X}"


# YAML 1.2, from events: whatever could surprise is refused before anything is built of it


def _parse(text: str, found: _Found, path: Keys = ()) -> Any:
    """The value of a YAML text, which stands at `path`; problems go to `found`.

    Raises ScenarioError where the rest cannot be read.
    """
    try:
        return _document(YAML(typ="safe", pure=True).parse(text), found, path)
    except MarkedYAMLError as error:
        said = ", ".join(part for part in (error.context, error.problem) if part)
        # What is never closed is named where it opens, not at the end of the file.
        opened = error.context_mark if re.search("stream end|end of stream|could not find", said) else None
        mark = opened or error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        lines = text.splitlines() or [""]
        written = lines[min(line, len(lines) - 1)]
        wide = "use the half-width ':' and space" if re.search("[：　]", written) else None
        cure = wide or next((cure for sign, cure in _HINTS.items() if sign in said), "check quotes and indentation")
        found.stop(path, line + 1, f"{_short(written)} is not YAML: {said}", cure)
    except (YAMLError, ValueError, OverflowError) as error:
        # The scanner trips over a few escapes, such as "\U99999999", with Python's own errors.
        last, place = next(reversed(found.places.items()), (path, found.at(1)))
        found.stop(last, place.line, f"here or below is no YAML: {error}", "check the escapes in double quotes")


def _document(events: Iterator[Any], found: _Found, path: Keys) -> Any:
    """The value of the only document in a stream of events; None where there is none."""
    value, documents = None, 0
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                found.stop(path, line, "a second document begins with '---'", "keep one document in a file")
            if event.version or event.tags:
                found.refuse(path, line, "a line that begins with '%' directs the parser", "remove it")
        elif isinstance(event, NodeEvent):
            value = _node(event, events, path, found)
    return value


def _node(event: Any, events: Iterator[Any], path: Keys, found: _Found) -> Any:
    """The value that begins with `event`."""
    line = event.start_mark.line + 1
    if isinstance(event, AliasEvent):
        # Its anchor has been refused already; naming each alias of a bomb would bury that.
        if not found.problems:
            found.refuse(path, line, f"the alias '*{event.anchor}' repeats another value", "write the value itself")
        return None
    if event.anchor:
        found.refuse(path, line, f"the anchor '&{event.anchor}' is not allowed", "write values where they are used")
    if event.tag:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        found.refuse(path, line, f"the tag {_short(tag)} is not allowed", "remove it; text may stand in quotes")
    if isinstance(event, ScalarEvent):
        return _scalar(event, path, found)
    if len(path) >= _DEEPEST:
        found.stop(path[:3], line, f"more than {_DEEPEST} levels, one inside the other", "write it flatter")
    return _mapping(events, path, found) if isinstance(event, MappingStartEvent) else _list(events, path, found)


def _list(events: Iterator[Any], path: Keys, found: _Found) -> list[Any]:
    value: list[Any] = []
    for event in events:
        if isinstance(event, EndEvent):
            break
        here = (*path, len(value))
        found.places[here] = found.at(event.start_mark.line + 1)
        value.append(_node(event, events, here, found))
    return value


def _mapping(events: Iterator[Any], path: Keys, found: _Found) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for event in events:
        if isinstance(event, EndEvent):
            break
        line = event.start_mark.line + 1
        key = _key(event, events, path, found)
        here = (*path, key)
        if key in value:
            found.refuse(here, line, f"'{key}' is written twice, first in line {found.places[here].line}", "keep one")
        found.places[here] = found.at(line)
        value[key] = _node(next(events), events, here, found)
    return value


def _key(event: Any, events: Iterator[Any], path: Keys, found: _Found) -> str:
    """The name that `event` begins, as it is written: 2027-01 and NO stay words."""
    line = event.start_mark.line + 1
    name = str(event.value) if isinstance(event, ScalarEvent) else f"? in line {line}"
    _node(event, events, (*path, name), found)
    if not isinstance(event, ScalarEvent):
        found.refuse(path, line, "a mapping, a list or an alias stands where a name should", "write a plain name")
    elif name == "<<" and not event.style:
        found.refuse((*path, name), line, "the merge key '<<' is not allowed", "write the values, or use extends")
    elif not name.strip():
        found.refuse(path, line, "a name is blank", "write a name before the ':'")
    return name


def _scalar(event: Any, path: Keys, found: _Found) -> str | int | float | bool | None:
    """The value of a scalar by the core schema of YAML 1.2; quoted and block scalars are text."""
    text, line = str(event.value), event.start_mark.line + 1
    if event.style or text not in _WORDS:
        number = None if event.style else _number(text)
        return _printable(text, path, line, found) if number is None else _finite(number, text, path, line, found)
    return _WORDS[text]


def _number(text: str) -> int | float | None:
    """The number that a plain scalar is, infinite and not a number included; None where it is a word."""
    if _NOT_FINITE.fullmatch(text):
        return math.nan
    if _INTEGER.fullmatch(text) and len(text) < 400:  # longer ones are beyond all floats
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    return float(text) if _FLOAT.fullmatch(text) else None


def _finite(number: int | float, written: str, path: Keys, line: int | None, found: _Found) -> int | float | None:
    """The number; a problem where no float can hold it."""
    if abs(number) <= sys.float_info.max:
        return number
    found.refuse(path, line, f"{_short(written)} is not a finite number", "write a number")
    return None


def _printable(text: str, path: Keys, line: int | None, found: _Found) -> str:
    """The text; a problem where an escape or a program put a control character into it."""
    if odd := _UNPRINTABLE.search(text):
        found.refuse(path, line, f"the text holds the control character {_code(odd)}", "remove it")
    return text


# Mappings from Python


def _from_python(mapping: Mapping[Any, Any]) -> Document:
    """A document that says what a mapping says; raises ScenarioError for values no file could hold."""
    found = _Found("scenario", numbered=False)
    value = _plain(mapping, (), found)
    found.check()
    return Document(value, found.places, ())


def _plain(value: object, path: Keys, found: _Found) -> Any:
    """A copy in plain values; numbers of numpy and dates become plain too."""
    found.places[path] = found.at(None)
    if len(path) > _DEEPEST:
        found.stop(path[:3], None, f"more than {_DEEPEST} levels, one inside the other", "write it flatter")
    match value:
        case None | bool():
            return value
        case str():
            return _printable(str(value), path, None, found)
        case numbers.Integral():
            return _finite(int(value), str(value), path, None, found)
        case numbers.Real():
            return _finite(float(value), str(value), path, None, found)
        case dt.date():
            return value.isoformat()
        case Mapping():
            names = {key: _name(key, path, found) for key in value}
            return {name: _plain(value[key], (*path, name), found) for key, name in names.items()}
        case list() | tuple():
            return [_plain(item, (*path, number), found) for number, item in enumerate(value)]
    kind = type(value).__name__
    found.refuse(path, None, f"{_short(value)} is a Python {kind}", "give text, numbers, lists and mappings")
    return None


def _name(key: object, path: Keys, found: _Found) -> str:
    if not isinstance(key, str | int | dt.date) or not str(key).strip():
        found.refuse(path, None, f"{_short(key)} is no name", "use text as names")
    return key.isoformat() if isinstance(key, dt.date) else str(key)


# Tables


def _with_tables(document: Document, folder: Path) -> Document:
    """Put the mappings that tables hold in the place of their paths, which are relative to `folder`."""
    tables: list[Document] = []
    problems: list[Problem] = []
    for key in TABLES:
        if isinstance(written := document.value.get(key), str):
            try:
                tables.append(_table(written, folder, key, document.place((key,))))
            except ScenarioError as error:
                problems += error.problems
    if problems:
        raise ScenarioError(tuple(problems))
    value, places, files = dict(document.value), dict(document.places), document.files
    for table in tables:
        value, places, files = value | table.value, places | dict(table.places), files + table.files
    return Document(value, places, files)


def _table(written: str, folder: Path, key: str, asked: Place | None) -> Document:
    """Read the table `written` at `asked` as a mapping by its first column. Raises ScenarioError with all problems."""
    name, _, sheet = written.partition("#")
    path = folder / name
    found = _Found(_shown(path))
    form = path.suffix.lower()
    if form not in (".csv", ".xlsx") or (sheet and form == ".csv"):
        cause = f"{_short(written)} is no path of a table"
        raise ScenarioError((Problem(asked, key, cause, "give names with values, a .csv, or an .xlsx#sheet"),))
    data = _bytes(path, asked, key)
    rows = _csv_rows(_text(data, found), key, found) if form == ".csv" else _xlsx_rows(data, sheet, key, found)
    filled = [(line, cells) for line, cells in rows if any(cell != "" for cell in cells)]
    if not filled:
        found.stop((key,), None, "the table is empty", "write headings in the first line, a name in the first column")
    (line, headings), *body = filled
    names = _headings(headings, line, key, found)
    value = _records(names, body, key, found)
    found.check()
    return Document({key: value}, found.places, (path,))


def _csv_rows(text: str, key: str, found: _Found) -> Rows:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        found.stop((key,), line, f"the line is not CSV: {error}", "check its quotes and commas")


def _xlsx_rows(data: bytes, sheet: str, key: str, found: _Found) -> Rows:
    try:
        if sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(data)).infolist()) > _LARGEST_UNPACKED:
            found.stop((key,), None, "the workbook is too large when unpacked", "save the table alone, or as .csv")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if sheet and sheet not in book.sheet_names:
            found.stop((key,), None, f"there is no sheet '{sheet}'", _near(sheet, book.sheet_names))
        cells = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError) as error:
        found.stop((key,), None, f"this is no workbook: {error}", "save it as .xlsx, without a password")
    return [(line, [_cell(cell) for cell in row]) for line, row in enumerate(cells, 1)]


def _cell(value: object) -> Any:
    """A cell of a workbook: numbers stay numbers, whole ones without a point; dates and times become ISO text."""
    match value:
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case float() if value.is_integer():
            return int(value)
        case bool() | int() | float():
            return value
    return str(value).strip()


def _headings(cells: list[Any], line: int, key: str, found: _Found) -> list[str]:
    """Names of the columns; raises ScenarioError, as the lines below mean nothing under wrong headings."""
    names = [str(cell) for cell in cells]
    if len(names) == 1 and re.search("[;\t]", names[0]):
        found.refuse((key,), line, f"{_short(names[0])} is one heading", "separate columns by commas")
    for column, name in enumerate(names, 1):
        if not all(part.strip() for part in name.split(".")):
            found.refuse((key,), line, f"the heading {_short(name)} of column {column} is blank in part", "name it")
        elif name in names[: column - 1]:
            found.refuse((key,), line, f"the heading '{name}' stands twice", "keep one of the columns")
        elif inner := [other for other in names if other.startswith(f"{name}.")]:
            found.refuse((key,), line, f"'{name}' and '{inner[0]}' cannot both be headings", "keep one of them")
    found.check()
    return names


def _records(names: list[str], body: Rows, key: str, found: _Found) -> dict[str, Any]:
    """One mapping per line; blank cells are left out, 'price.value' nests."""
    value: dict[str, Any] = {}
    for line, (first, *cells) in body:
        name = str(first)
        if len(cells) + 1 != len(names):
            cause = f"{len(cells) + 1} cells stand under {len(names)} headings"
            found.refuse((key, name), line, cause, "give each heading a cell; put quotes around text with commas")
        elif not name:
            found.refuse((key,), line, f"the name in column '{names[0]}' is blank", "name the line")
        elif name in value:
            first_line = found.places[(key, name)].line
            found.refuse((key, name), line, f"'{name}' stands twice, first in line {first_line}", "keep one")
        else:
            value[name] = {}
            found.places[(key, name)] = found.at(line)
            for heading, cell in zip(names[1:], cells, strict=True):
                if cell != "":
                    _nest(value[name], heading.split("."), cell, (key, name), found)
    return value


def _nest(record: dict[str, Any], parts: list[str], cell: object, path: Keys, found: _Found) -> None:
    """Put a cell into a record at a.b.c."""
    for depth, part in enumerate(parts, 1):
        found.places[(*path, *parts[:depth])] = found.places[path]
        if depth == len(parts):
            record[part] = cell
        else:
            record = record.setdefault(part, {})


# Merging


def is_value(key: str | int, mapping: Mapping[str, Any]) -> bool:
    """Whether a mapping at `key` is one value, replaced whole: a selection, tiers, a quantity, values by date."""
    dated = bool(mapping) and all(_DATE.fullmatch(name) for name in mapping)
    return key in ("where", "tiers", "release") or "value" in mapping or dated


def _lifts(path: Keys) -> bool:
    """Whether null is a word of its own: in a future it lifts a restriction or a change that holds elsewhere."""
    return len(path) >= 4 and path[0] in ("futures", "risks") and path[-2] in ("restrictions", "changes")


def amend(document: Document, change: Document | Mapping[str, Any]) -> Document:
    """The document with a change: mappings merge by name, null removes, all else is replaced whole.

    Places follow: of a mapping from Python only where it changes something. A null in the `restrictions` or
    `changes` of a future stays, for it lifts what holds in every future.
    Raises ScenarioError where null removes what is not there, and where the change says `extends`.
    """
    new = change if isinstance(change, Document) else _with_tables(_from_python(change), Path())
    if "extends" in new.value:
        cause, cure = f"extends: {new.value['extends']} comes too late for a change", "write it in the file"
        raise ScenarioError((Problem(new.place(("extends",)), "extends", cause, cure),))
    replaced: set[Keys] = set()
    idle: dict[Keys, str] = {}
    value = _merge(document.value, new.value, (), replaced, idle)
    if idle:
        cause = "null removes nothing, there is no such name"
        raise ScenarioError(tuple(Problem(new.place(path), dotted(path), cause, cure) for path, cure in idle.items()))
    lengths = {len(path) for path in replaced}
    kept = {path: p for path, p in document.places.items() if not any(path[:n] in replaced for n in lengths)}
    moved = {path: place for path, place in new.places.items() if path}
    places = kept | moved if isinstance(change, Document) else moved | kept
    return Document(value, places, document.files + new.files)


def _merge(
    old: dict[str, Any], new: dict[str, Any], path: Keys, replaced: set[Keys], idle: dict[Keys, str]
) -> dict[str, Any]:
    """Merge `new` over `old`; notes what is replaced or removed, and the nulls that remove nothing with their cure."""
    merged = dict(old)
    for key, value in new.items():
        here, before = (*path, key), merged.get(key)
        if isinstance(value, dict) and isinstance(before, dict) and not (is_value(key, value) or is_value(key, before)):
            merged[key] = _merge(before, value, here, replaced, idle)
            continue
        if value is None or type(value) is not type(before) or value != before:
            replaced.add(here)
        if value is not None or _lifts(here):
            merged[key] = value
        elif merged.pop(key, idle) is idle:
            idle[here] = f"leave it out; {_near(key, old)}"
    return merged


def override(document: Document, assignment: str) -> Document:
    """The document after one `--set`: "futures.'full ban'.probability=0.4", the value in YAML.

    Names with dots stand in quotes. Raises ScenarioError where the assignment is none, and what `amend` raises.
    """
    found = _Found("--set", numbered=False)
    path, text = _assignment(assignment, found)
    value = _parse(text, found, path)
    if value is None and not found.problems and text.strip() not in _WORDS.keys() - {""}:
        found.refuse(path, None, f"{_short(assignment)} gives no value", "write null to remove")
    if isinstance(value, dict | list) and text.strip()[0] not in "{[":
        found.refuse(path, None, f"{_short(text)} is not one value", "put quotes around the text")
    found.check()
    change: dict[str, Any] = functools.reduce(lambda inner, name: {name: inner}, reversed(path), value)
    places = {path[:length]: found.at(None) for length in range(1, len(path) + 1)} | found.places
    return amend(document, _with_tables(Document(change, places, ()), Path()))


def _assignment(assignment: str, found: _Found) -> tuple[tuple[str, ...], str]:
    """Split "futures.'full ban'.probability=0.4" into its names and the text of the value."""
    names: list[str] = []
    position, sign = 0, "."
    while sign == ".":
        part = _NAME.match(assignment, position)
        if part is None:
            cause = f"{_short(assignment)} is no assignment"
            found.stop((), None, cause, "write name.name=value, names with spaces or dots in quotes")
        *forms, sign = part.groups()
        names.append(next(form for form in forms if form is not None).strip())
        position = part.end()
    return tuple(names), assignment[position:]


# The whole


def load(source: str | Path | Mapping[str, Any]) -> Document:
    """A file, or a mapping, over all it extends, with its tables.

    `extends` and tables are relative to the file that names them, in a mapping to the current folder.
    Raises ScenarioError with every problem found.
    """
    path = Path("scenario") if isinstance(source, Mapping) else Path(source)
    document = _from_python(source) if isinstance(source, Mapping) else _read(path, str(source), Place(str(source)), "")
    chain, layers, problems = [path], list[Document](), list[Problem]()
    while True:
        try:
            layers.append(_with_tables(document, path.parent))
        except ScenarioError as error:
            problems += error.problems
        if "extends" not in document.value:
            break
        try:
            path = _parent(document, chain)
            document = _read(path, _shown(path), document.place(("extends",)), "extends")
        except ScenarioError as error:
            problems += error.problems
            break
        chain.append(path)
    if problems:
        raise ScenarioError(_in_order(problems))
    whole = functools.reduce(amend, map(_without_extends, reversed(layers)))
    places = {**whole.places, (): layers[0].places[()]}
    return Document(whole.value, places, tuple(file for layer in layers for file in layer.files))


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Problems by file, in each by line."""
    places = [problem.place or Place("") for problem in problems]
    files = [place.file for place in places]
    ranks = [(files.index(place.file), place.line or 0) for place in places]
    return tuple(problems[number] for number in sorted(range(len(problems)), key=ranks.__getitem__))


def _parent(document: Document, chain: list[Path]) -> Path:
    """The file that a document extends; `chain` leads to the document, which is its last."""
    written, problem = document.value["extends"], functools.partial(Problem, document.place(("extends",)), "extends")
    if not isinstance(written, str):
        raise ScenarioError((problem(f"{_short(written)} is no name", "name a model, or a file such as ./mine.yaml"),))
    if "/" not in written and not written.endswith((".yaml", ".yml")):
        if written in library.model_names():
            return library.models() / f"{written}.yaml"
        cure = f"{_near(written, library.model_names())}; or a file such as ./mine.yaml"
        raise ScenarioError((problem(f"there is no model {_short(written)}", cure),))
    path = chain[-1].parent / written
    if path.resolve() in [step.resolve() for step in chain]:
        circle = " -> ".join(_shown(step) for step in [*chain, path])
        raise ScenarioError((problem(f"extends goes in a circle: {circle}", "let one of them extend another model"),))
    return path


def _shown(path: Path) -> str:
    """How messages name a file: models/<name> for a library model, else relative to the current folder if inside."""
    whole, here = path.resolve(), Path.cwd()
    if whole.parent == library.models().resolve():
        return f"models/{whole.name}"
    return (whole.relative_to(here) if whole.is_relative_to(here) else path).as_posix()


def _without_extends(document: Document) -> Document:
    value = {key: item for key, item in document.value.items() if key != "extends"}
    places = {path: place for path, place in document.places.items() if path != ("extends",)}
    return replace(document, value=value, places=places)
