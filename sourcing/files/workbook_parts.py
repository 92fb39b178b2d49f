"""The parts of a workbook, which is a zip file of XML: their sizes are bounded before anything is unpacked."""

import io
import itertools
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

from sourcing.files.problem_collector import ProblemCollector
from sourcing.files.sheet_scan import SheetExtent, SheetScan
from sourcing.spelling import composed

LARGEST = 100_000_000  # bytes of a workbook when unpacked
TIGHTEST = 200  # times that a part may grow when it is unpacked; XML of tables grows 5 to 30 times
SMALL = 1_000_000  # bytes of a part below which its growth does not matter

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError, LookupError, expat.ExpatError)
_SAVE = "save it as .xlsx, without a password"


def sheet_of(data: bytes, name: str, problems: ProblemCollector, key: str) -> SheetExtent:
    """What stands in the sheet `name` of a workbook, in its first one where `name` is "".

    Raises ScenarioError where the file is no workbook, is too large, or has no such part.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive, problems, key)
            _check_kind(archive, problems, key)
            bad = archive.testzip()
            if bad:
                problems.stop((key,), None, f"this is no workbook: its part {bad} is damaged", _SAVE)
            return _look(archive, name)
    except _BROKEN as error:
        problems.stop((key,), None, f"this is no workbook: {_reason(data) or (error.args or [error])[0]}", _SAVE)


def _reason(data: bytes) -> str:
    """What a file is instead of a workbook, where its first bytes tell it."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        return "it is locked with a password" if locked else "it is an .xls of Excel 97 to 2003"
    return "" if data.startswith(b"PK") else "it is no zip file, perhaps text or a page of HTML under another name"


def _check_sizes(archive: zipfile.ZipFile, problems: ProblemCollector, key: str) -> None:
    """Refuse what unpacks to more than anybody's table does."""
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if len(set(names)) < len(names):
        problems.stop((key,), None, "this is no workbook: two of its parts have one name", _SAVE)
    total = sum(part.file_size for part in parts)
    packed = next((part for part in parts if part.file_size > SMALL + TIGHTEST * part.compress_size), None)
    if total > LARGEST or packed:
        grows = f"{packed.filename} grows to {packed.file_size:,} bytes" if packed else f"{total:,} bytes"
        problems.stop(
            (key,), None, f"the workbook is too large when unpacked ({grows})", "save the table alone, or as .csv"
        )


def _check_kind(archive: zipfile.ZipFile, problems: ProblemCollector, key: str) -> None:
    """Refuse other kinds of spreadsheet that are zip files too."""
    names = {name.lower() for name in archive.namelist()}
    kind = "an .xlsb" if "xl/workbook.bin" in names else "an .ods" if "content.xml" in names else ""
    if kind:
        problems.stop((key,), None, f"this is {kind}, which is not read", "save it as .xlsx")


# XML ------------------------------------------------------------------------------------------------------------------


def _parser() -> Any:
    """A parser that refuses documents that declare anything of their own."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*declared: object) -> None:
        raise ValueError("its XML has a document type")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _elements(archive: zipfile.ZipFile, part: str) -> list[tuple[str, Mapping[str, str]]]:
    """Names, without their prefix, and attributes of the elements of a small part."""
    elements: list[tuple[str, Mapping[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda name, attributes: elements.append((name.rpartition(":")[2], attributes))
    parser.Parse(_read(archive, part), True)
    return elements


def _read(archive: zipfile.ZipFile, part: str) -> bytes:
    """A part by its name, whatever the case of its letters; raises KeyError."""
    names = {name.lower(): name for name in archive.namelist()}
    if part.lower() not in names:
        raise KeyError(f"there is no part {part}")
    return archive.read(names[part.lower()])


def _look(archive: zipfile.ZipFile, name: str) -> SheetExtent:
    book = _elements(archive, "xl/workbook.xml")
    listed = [attributes for element, attributes in book if element == "sheet"]
    wanted = next((sheet for sheet in listed if not name or composed(sheet.get("name", "")) == name), None)
    if wanted is None:
        return SheetExtent()  # the caller names the sheets that there are
    link = next((value for key, value in wanted.items() if key.rpartition(":")[2] == "id"), "")
    links = _elements(archive, "xl/_rels/workbook.xml.rels")
    target = next((attributes.get("Target", "") for _, attributes in links if attributes.get("Id") == link), "")
    part = target.removeprefix("/") if target.startswith(("/xl/", "xl/")) else f"xl/{target}"
    stale = any(
        attributes.get("fullCalcOnLoad") in ("1", "true") for element, attributes in book if element == "calcPr"
    )
    look = SheetScan(wanted.get("name", ""), stale, _shared(archive))
    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = look.start, look.end
    parser.CharacterDataHandler = look.text
    parser.Parse(_read(archive, part), True)
    return look.sheet


def _shared(archive: zipfile.ZipFile) -> int:
    """How many texts the cells share."""
    try:
        data = _read(archive, "xl/sharedStrings.xml")
    except KeyError:
        return 0
    count = itertools.count()
    parser = _parser()
    parser.StartElementHandler = lambda name, _: next(count) if name.rpartition(":")[2] == "si" else None
    parser.Parse(data, True)
    return next(count)
