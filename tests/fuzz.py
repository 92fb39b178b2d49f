"""Hostile and careless input by the thousand: mutants of the shipped models, examples and tables.

    PYTHONPATH=. python tests/fuzz.py 20000          # mutants; a second number is the seed

prints every kind of failure found with the smallest mutant that shows it, and ends with code 1 if there is any. The
tests run 2,000 with a fixed seed. What must hold of each mutant: it is read, checked, resolved and stated, or refused
by a ScenarioError of which every line has a cause and a cure; never another error, never more than ten seconds, never a
file changed. For some of them the command line is asked too: its exit code is 2 exactly when the input is refused.
"""

import contextlib
import copy
import csv
import datetime as dt
import functools
import io
import json
import os
import re
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sourcing import files as documents
from sourcing import library
from sourcing.case import resolve
from sourcing.cli import main
from sourcing.errors import ScenarioError
from sourcing.files import loading
from sourcing.pipeline.formulated import state
from sourcing.scenario import validate

HERE = Path(__file__).parent
SHIPPED = (library.models(), library.data(), HERE.parent / "examples")
SECONDS = 10  # nobody waits longer for "this is wrong"
SHORT = "horizon.periods=2"
SLOWEST = "slowest, ms"

BASE = """\
title: small
horizon: {start: 2027-01, periods: 3}
materials:
  dysprosium-oxide: {unit: t}
sites:
  japan: {country: Japan}
suppliers:
  south: {country: China}
  lynas: {country: Malaysia, tags: allied}
offers:
  south dy: {supplier: south, material: dysprosium-oxide, price: 290 USD/kg, nameplate: 400 t/year}
  lynas dy: {supplier: lynas, material: dysprosium-oxide, price: 600 USD/kg, nameplate: 250 t/year}
lanes:
  to japan: {where: {material: dysprosium-oxide}, site: japan}
demand:
  motors: {material: dysprosium-oxide, site: japan, need: 30 t/month, shortage: {lost: {cost: 2000 USD/kg}}}
"""

TABLES = {
    "materials": [["name", "unit", "stage"], ["dysprosium-oxide", "t", "separated"], ["ndpr-oxide", "kg", ""]],
    "sites": [["name", "country"], ["japan", "Japan"], ["korea", "South Korea"]],
    "suppliers": [["name", "country", "tags"], ["south", "China", ""], ["lynas", "Malaysia", "allied"]],
    "offers": [
        ["name", "supplier", "material", "price.value", "price.low", "price.assumption", "nameplate", "yield"],
        ["south dy", "south", "dysprosium-oxide", "290 USD/kg", "250", "a guess", "400 t/year", "95 %"],
        ["lynas dy", "lynas", "dysprosium-oxide", "600 USD/kg", "", "", "250 t/year", ""],
    ],
    "lanes": [["name", "where.material", "site", "freight"], ["to japan", "dysprosium-oxide", "japan", "2 %"]],
    "contracts": [["name", "offer", "volume", "signed"], ["long", "lynas dy", "5 t/month", "true"]],
    "opening_stock": [
        ["name", "material", "site", "quantity", "status"],
        ["tank", "dysprosium-oxide", "japan", "12 t", "usable"],
    ],
    "open_orders": [
        ["name", "offer", "site", "quantity", "state", "date"],
        ["PO 1", "south dy", "japan", "3 t", "transit", "2027-02"],
    ],
}

DEEP: Any = functools.reduce(lambda inner, _: {"a": inner}, range(60), {})
HOSTILE: tuple[Any, ...] = (
    *(None, True, False, {}, [], [[]], [{}], "", " ", "x" * 5000, "日本", "５０ t/month", "٣ t", "a\u202eb", "\u0007"),
    *(
        0,
        -1,
        1,
        0.5,
        7,
        1e308,
        -1e308,
        1e-308,
        1e15,
        2e15,
        10**30,
        10**400,
        600,
        601,
        10**9,
        "1e999 t",
        "1e300 t/month",
    ),
    *("-5 t", "0", "5 bananas", "5 t/fortnight", "450 t/year", "95 USD/kg", "95 XYZ/kg", "3 JPY/kg", "30 %", "300 %"),
    *("1e-300 t/year", "1e-200 USD/kg", "0 t/month", "1 t", "9 years", "0 days", "36525 days", "1,5 t", "1 000 t/year"),
    *("2027-13", "2027-02-30", "0001-01", "9999-12", "2027-02", "1990", "2150-12", "soon", "２０２７-01", "2027-01-31"),
    *({"value": None}, {"value": "3 t", "low": "9 t"}, {"value": "3 t", "row": "prices/nope"}, {"value": [1]}),
    *({"2027-01": "3 t/month"}, {"2027-99": "3 t"}, {"2026-01": "5 USD/kg", "2028": "9 USD/kg"}, {"origin": "China"}),
    *({"origin": ["China", "Atlantis"]}, {"each": "origin"}, {"material": 5}, DEEP, [1, "a", None], "japan", "China"),
    *({"a": {"probability": 1}}, {"a": None}, {1: 2}, "./none.csv", "./case.yaml", "prices/prc-0284", "nope", "any"),
)
MARKS = (
    "",
    ":",
    ": ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "- ",
    "#",
    "'",
    '"',
    "&a ",
    "*a",
    "!!x ",
    "|",
    ">",
    "%",
    "@",
    "\t",
    "?",
)
MARKS += (
    "\\",
    "\ufeff",
    "\u3000",
    "：",
    "null",
    ".nan",
    ".inf",
    "~",
    "<<: ",
    "---",
    "...",
    "\r",
    "\x00",
    "\x85",
    "0x10",
)
CELLS = (
    "",
    " ",
    "=1+1",
    "=1/0",
    "#N/A",
    "@x",
    "-",
    "1e400",
    "nan",
    "inf",
    "true",
    "2027-13",
    "12 t",
    "12",
    "-3 t",
    "日",
)
CELLS += ("令和9年", "\u00a0", '"', "a\nb", "x" * 300, "cheap", "0", "japan", "south dy", "1,234 t", "12;5", "\x07")
CODES = ("utf-8", "utf-8-sig", "cp932", "utf-16", "latin-1", "utf-7", "shift_jis_2004")


ANY_VALUE = st.sampled_from(HOSTILE)


@dataclass(frozen=True)
class Mutant:
    """Files of one question, the arguments that ask it, and a mapping where it is asked from Python."""

    files: dict[str, bytes]
    overrides: tuple[str, ...] = (SHORT,)
    mapping: dict[str, Any] | None = None
    command: str = ""
    deep: bool = False


@functools.cache
def corpus() -> dict[str, str]:
    """Texts of scenario files by name; those that extend a file of their folder are left to their own tests."""
    found = {f"examples {file.name}": file.read_text("utf-8") for file in SHIPPED[2].glob("*.yaml")}
    found["everything"] = (HERE / "everything.yaml").read_text("utf-8")
    return {"small": BASE} | found


@functools.cache
def pieces() -> tuple[str, ...]:
    """Entries of the shipped models as files of a user that say them again: cheap to read, all of the model behind."""
    found = []
    for name in library.model_names():
        sections = re.split(r"^(?=[a-z_]+:)", (SHIPPED[0] / f"{name}.yaml").read_text("utf-8"), flags=re.MULTILINE)
        for section in sections[1:]:
            head, *entries = re.split(r"^(?=  \S)", section, flags=re.MULTILINE)
            found += [f"extends: {name}\n{head}{entry}" for entry in entries or [""] if "title" not in head]
    return tuple(found)


@functools.cache
def texts() -> st.SearchStrategy[str]:
    """Pieces mostly, for whole files take long to read."""
    whole = st.sampled_from(list(corpus().values()))
    return st.one_of(*[st.sampled_from(pieces())] * 3, whole)


@functools.cache
def parsed() -> dict[str, dict[str, Any]]:
    """Everything shipped, as mappings."""
    whole = {name: documents.load(name_of(name)).value for name in library.model_names()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "small.yaml")
        path.write_text(BASE, encoding="utf-8")
        small = documents.load(path).value
    files = {file.stem: documents.read(file).value for file in SHIPPED[2].glob("*.yaml") if "magnet" not in file.stem}
    everything = documents.load(HERE / "everything.yaml").value
    return {**whole, "everything": everything, "all of everything": everything, "small": small, **files}


def name_of(model: str) -> Path:
    return library.models() / f"{model}.yaml"


# Mutations ------------------------------------------------------------------------------------------------------------


@st.composite
def lines(draw: st.DrawFn) -> Mutant:
    """A file whose lines are deleted, doubled, swapped, indented, or have marks and numbers put into them."""
    source = draw(texts())
    rows = source.splitlines()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(len(rows) - 1, 0)))
        row = rows[at] if rows else ""
        spot = draw(st.integers(0, len(row)))
        value = draw(ANY_VALUE)
        match draw(st.sampled_from(["delete", "double", "swap", "indent", "mark", "cut", "value", "number", "key"])):
            case "delete":
                rows[at : at + 1] = []
            case "double":
                rows[at:at] = [row]
            case "swap":
                other = draw(st.integers(0, max(len(rows) - 1, 0)))
                if rows:
                    rows[at], rows[other] = rows[other], row
            case "indent":
                rows[at : at + 1] = [" " * draw(st.integers(0, 6)) + row.lstrip()]
            case "mark":
                rows[at : at + 1] = [row[:spot] + draw(st.sampled_from(MARKS)) + row[spot:]]
            case "cut":
                rows[at : at + 1] = [row[:spot]]
            case "value":
                rows[at : at + 1] = [re.sub(r": .*$", lambda _, v=value: ": " + written(v), row)]
            case "number":
                rows[at : at + 1] = [re.sub(r"\d[\d.]*", lambda _, v=value: written(v), row, count=1)]
            case "key":
                rows[at : at + 1] = [re.sub(r"[\w-]+:", lambda _, v=value: f"{written(v)}:", row, count=1)]
    text = "\n".join(rows) + "\n"
    code = draw(st.sampled_from(("utf-8",) * 12 + CODES))
    return asked(draw, {"case.yaml": text.encode(code, "replace")})


def written(value: Any) -> str:
    """A value as it might stand in a file."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def asked(draw: st.DrawFn, files: dict[str, bytes], mapping: dict[str, Any] | None = None) -> Mutant:
    """How a mutant is asked: mostly read and resolved, sometimes stated, sometimes by a command."""
    deep = draw(st.integers(0, 7)) == 0
    command = draw(
        st.sampled_from([""] * 12 + ["check"] * 2 + ["show"] * 1 + ["solve"] * (not draw(st.integers(0, 3))))
    )
    return Mutant(files, (SHORT,), mapping, "" if mapping else command, deep)


@st.composite
def values(draw: st.DrawFn) -> Mutant:
    """A parsed document whose keys and values are deleted, doubled, renamed, swapped or replaced."""
    name = draw(st.sampled_from(list(parsed())))
    document = copy.deepcopy(parsed()[name])
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(places(document))
        if holder is None:
            continue
        match draw(st.sampled_from(["replace", "replace", "delete", "double", "rename", "swap", "scale", "null"])):
            case "replace":
                holder[key] = copy.deepcopy(draw(ANY_VALUE))
            case "delete":
                del holder[key]
            case "null":
                holder[key] = None
            case "double":
                holder[f"{key} again"] = copy.deepcopy(holder[key])
            case "rename":
                holder[draw(st.sampled_from(["x", "", "日本", "2027-01", "value", "a.b", "null", f"{key}s"]))] = (
                    holder.pop(key)
                )
            case "swap":
                other, name = draw(places(document))
                if other is not None and key in holder:
                    holder[key], other[name] = copy.deepcopy(other[name]), copy.deepcopy(holder[key])
            case "scale":
                factor = draw(st.sampled_from(["0", "-1", "1e-12", "1e6", "1e12", "1e300", "0.5", "2"]))
                holder[key] = scaled(holder[key], float(factor))
    small = len(str(document)) < 9000
    if small and draw(st.booleans()):
        return asked(draw, {"case.yaml": json.dumps(document, ensure_ascii=False, indent=0).encode("utf-8", "replace")})
    return asked(draw, {}, document)


@st.composite
def places(draw: st.DrawFn, document: dict[str, Any]) -> tuple[Any, Any]:
    """A mapping inside the document and one of its keys; few documents are left without any."""
    holder: Any = document
    if not holder:
        return None, None
    key = draw(st.sampled_from(list(holder)))
    while isinstance(holder[key], dict) and holder[key] and draw(st.integers(0, 4)):
        holder = holder[key]
        key = draw(st.sampled_from(list(holder)))
    return holder, key


def scaled(value: Any, factor: float) -> Any:
    """A number times a factor, its unit kept."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int) and abs(value) > 1e300:
        return -value  # a whole number may be beyond any float; scaling one is no fault of what is tested
    if isinstance(value, int | float):
        return value * factor
    found = re.match(r"[0-9]+(\.[0-9]+)?", value) if isinstance(value, str) else None
    return f"{float(found.group()) * factor:g}{value[found.end() :]}" if found else value


@st.composite
def tables(draw: st.DrawFn) -> Mutant:
    """A table, CSV or XLSX, whose columns, rows and cells are spoilt, or whose bytes are."""
    key = draw(st.sampled_from(list(TABLES)))
    grid: list[list[str]] = copy.deepcopy(TABLES[key])
    for _ in range(draw(st.integers(0, 3))):
        if not grid:
            continue
        row = draw(st.integers(0, len(grid) - 1))
        column = draw(st.integers(0, max(len(grid[row]) - 1, 0)))
        match draw(st.sampled_from(["cell", "cell", "drop", "double", "ragged", "longer", "row", "twice", "heading"])):
            case "cell" if grid[row]:
                grid[row][column] = draw(st.sampled_from(CELLS))
            case "drop":
                grid = [cells[:column] + cells[column + 1 :] for cells in grid]
            case "double":
                grid = [[*cells, *cells[column : column + 1]] for cells in grid]
            case "ragged":
                grid[row] = grid[row][:column]
            case "longer":
                grid[row] = [*grid[row], draw(st.sampled_from(CELLS))]
            case "row":
                del grid[row]
            case "twice":
                grid.append(list(grid[row]))
            case "heading" if grid[0]:
                wrong = ["", "x", "price", "price.", ".a", "a..b", "where.origin", "value", "price.value.low", "名前"]
                grid[0][column % len(grid[0])] = draw(st.sampled_from(wrong))
    form = draw(st.sampled_from(["csv", "csv", "xlsx"]))
    data = csv_of(draw, grid) if form == "csv" else xlsx_of(draw, grid)
    if draw(st.integers(0, 9)) == 0:
        cut = len(data) * draw(st.integers(0, 1000)) // 1000
        data = draw(st.sampled_from([data[:cut], b"", data[:cut] + b"\xff\x00" + data[cut:], data[cut:]]))
    sheet = draw(st.sampled_from(["", "", "", "#t", "#none", "#"]))
    text = f"extends: ./base.yaml\n{key}: './t.{form}{sheet}'\n"
    return asked(draw, {"base.yaml": BASE.encode(), "case.yaml": text.encode(), f"t.{form}": data})


def csv_of(draw: st.DrawFn, grid: list[list[str]]) -> bytes:
    stream = io.StringIO()
    strokes = draw(st.sampled_from([",", ",", ",", ";", "\t", "|"]))
    csv.writer(stream, delimiter=strokes, quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))).writerows(
        grid
    )
    return stream.getvalue().encode(draw(st.sampled_from(("utf-8",) * 5 + CODES)), "replace")


def xlsx_of(draw: st.DrawFn, grid: list[list[str]]) -> bytes:
    """A workbook; cells that look like numbers, formulas, dates or switches become such."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        book.set_properties({"created": dt.datetime(2026, 11, 1)})
        if draw(st.integers(0, 5)):
            sheet = book.add_worksheet("t")
            date = book.add_format({"num_format": "yyyy-mm-dd"})
            first = draw(st.sampled_from([0, 0, 0, 2]))
            for row, cells in enumerate(grid, first):
                for column, cell in enumerate(cells):
                    if re.fullmatch(r"2027-\d\d", cell):
                        sheet.write_number(row, column, draw(st.sampled_from([46423.0, 46423.5, 1e9, -4.0])), date)
                    elif cell == "true":
                        sheet.write_boolean(row, column, True)
                    else:
                        sheet.write(row, column, cell)
            if draw(st.integers(0, 5)) == 0:
                sheet.merge_range(first, 0, first + 1, 1, "merged")
        if draw(st.booleans()):
            book.add_worksheet("empty")
    return stream.getvalue()


@st.composite
def assignments(draw: st.DrawFn) -> Mutant:
    """`--set` with odd paths and values."""
    document = parsed()["small"]
    holder, path = document, []
    while isinstance(holder, dict) and holder:
        key = draw(st.sampled_from([*holder, "nope"]))
        path.append(key)
        holder = holder.get(key) if draw(st.integers(0, 3)) else None
    quote = draw(st.sampled_from(["'{}'", '"{}"', "{}", "'{}"]))
    left = ".".join(quote.format(name) for name in path)
    right = draw(st.one_of(ANY_VALUE.map(written), st.sampled_from(MARKS)))
    whole = f"{left}{draw(st.sampled_from(['=', '=', '=', '', '==', ' = ', '.']))}{right}"
    mutant = asked(draw, {"case.yaml": BASE.encode()})
    return Mutant(mutant.files, (SHORT, whole), None, mutant.command, mutant.deep)


MUTANTS = st.one_of(lines(), values(), tables(), assignments(), lines(), values())


# What must hold -------------------------------------------------------------------------------------------------------


class TooSlowError(Exception):
    """It took longer than anybody waits."""


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    def stop(number: int, frame: object) -> None:
        raise TooSlowError(f"more than {seconds} s")

    # Seconds of this process, so that a busy machine is no failure.
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def remembered() -> Iterator[None]:
    """Shipped files are read once: they are not what is mutated."""
    read, folders, known = loading.read_as, {folder.resolve() for folder in SHIPPED[:1]}, dict[Path, Any]()

    def once(path: Path, *rest: Any) -> Any:
        if path.parent.resolve() not in folders:
            return read(path, *rest)
        if path not in known:
            known[path] = read(path, *rest)
        return known[path]

    loading.read_as = once
    try:
        yield
    finally:
        loading.read_as = read


def stamp_of(*folders: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file in the folders."""
    files = (file for folder in folders for file in folder.rglob("*") if "__pycache__" not in file.parts)
    return {str(file): (file.stat().st_size, file.stat().st_mtime_ns) for file in files}


def refused(mutant: Mutant) -> bool:
    """Whether the input is refused, with a cause and a cure in every line; any other error comes through."""
    try:
        found = documents.load("case.yaml" if mutant.mapping is None else mutant.mapping)
        for assignment in mutant.overrides:
            found = documents.override(found, assignment)
        scenario = validate(found)
        if mutant.command != "show":  # which shows numbers, sensible or not
            case = resolve(scenario)
            if mutant.deep or mutant.command:
                state(case)
    except ScenarioError as error:
        told = str(error)
    else:
        return False
    for line in told.split("\n"):
        assert re.match(r".+: .+; .+", line, re.DOTALL), f"no place, cause and cure: {line[:200]}"
    assert len(told) < 200_000, "a message that nobody reads"
    return True


def trial(mutant: Mutant) -> bool:
    """What must hold of one mutant, in a folder of its own. Whether it is refused."""
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name), at_most(SECONDS):
        for file, data in mutant.files.items():
            Path(file).write_bytes(data)
        before = stamp_of(Path())
        wrong = refused(mutant)
        if mutant.command:
            code, told = told_by(mutant)
            assert "Traceback" not in told, told
            assert "defect" not in told, told
            assert code in ((2,) if wrong else (0, 1) if mutant.command == "solve" else (0,)), f"exit {code}: {told}"
        after = {file: stamp for file, stamp in stamp_of(Path()).items() if Path(file).parts[0] != "out"}
        assert after == before, "files outside --out were touched"
    return wrong


def told_by(mutant: Mutant) -> tuple[int, str]:
    """Exit code and stderr of the command."""
    out, err = io.StringIO(), io.StringIO()
    arguments = [mutant.command, "case.yaml", *(part for text in mutant.overrides for part in ("--set", text))]
    arguments += ["--out", "out", "--quiet", "--time-limit", "3"] if mutant.command == "solve" else []
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as stop:
            return int(stop.code or 0), err.getvalue()
    return 0, err.getvalue()


# By hand --------------------------------------------------------------------------------------------------------------


@dataclass
class Kinds:
    """Failures by kind, with the smallest mutant of each."""

    count: Counter[str] = field(default_factory=Counter)
    smallest: dict[str, tuple[Mutant, str]] = field(default_factory=dict)

    def note(self, mutant: Mutant, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if f"{os.sep}sourcing{os.sep}" in frame.filename] or frames
        said = re.sub(r"\s+", " ", str(error))
        kind = f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}: {said[:60]}"
        self.count[kind] += 1
        size = sum(map(len, mutant.files.values())) + len(str(mutant.mapping))
        if kind not in self.smallest or size < len(self.smallest[kind][1]):
            self.smallest[kind] = (mutant, "".join(traceback.format_exception(error))[-3000:])


def run(number: int, chosen: int) -> tuple[Counter[str], Kinds]:
    """Try so many mutants; what became of them, and the kinds of failures."""
    fates, kinds = Counter[str](), Kinds()

    def one(mutant: Mutant) -> None:
        started = time.monotonic()
        try:
            fates["refused" if trial(mutant) else "accepted"] += 1
        except Exception as error:
            kinds.note(mutant, error)
        fates["asked by a command"] += bool(mutant.command)
        fates[SLOWEST] = max(fates[SLOWEST], int(1000 * (time.monotonic() - started)))

    calm = [
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
        HealthCheck.large_base_example,
    ]
    frame = settings(
        max_examples=number, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=calm
    )
    before = stamp_of(*SHIPPED)
    with remembered():
        seed(chosen)(frame(given(MUTANTS)(one)))()
    assert stamp_of(*SHIPPED) == before, "shipped files were touched"
    return fates, kinds


if __name__ == "__main__":
    asked_for = [int(text) for text in sys.argv[1:]] or [2000]
    begun = time.process_time()
    result, failures = run(asked_for[0], asked_for[1] if len(asked_for) > 1 else 1)
    print(dict(result), f"{time.process_time() - begun:.0f} s")
    for what, times in failures.count.most_common():
        culprit, told = failures.smallest[what]
        print(f"\n=== {times} x {what}\n{told}\n--- {culprit.command} {culprit.overrides}")
        for file_name, content in culprit.files.items():
            print(f"--- {file_name}\n{content[:1500]!r}")
        if culprit.mapping is not None and len(str(culprit.mapping)) < 3000:
            print(culprit.mapping)
    sys.exit(1 if failures.count else 0)
