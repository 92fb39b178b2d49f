"""Workbooks: what has no value is refused with its cell, what is no table before it costs memory or time."""

import datetime as dt
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sourcing import files
from sourcing.errors import ScenarioError
from sourcing.files import workbooks

Fill = Callable[[Any, Any], None]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def book(fill: Fill = lambda sheet, book: None) -> bytes:
    """A table of two lines, and what `fill` adds."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as made:
        sheet = made.add_worksheet("t")
        sheet.write_row(0, 0, ["name", "material", "quantity", "unit"])
        sheet.write_row(1, 0, ["a", "dy", 5, "t"])
        sheet.write_row(2, 0, ["b", "dy", 12.5, "t"])
        fill(sheet, made)
    return stream.getvalue()


def with_sheet(old: bytes, new: bytes, data: bytes | None = None) -> bytes:
    """The workbook with something else in the XML of its sheet."""
    source, stream = zipfile.ZipFile(io.BytesIO(data or book())), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                assert old in part
                part = part.replace(old, new)
            made.writestr(name, part)
    return stream.getvalue()


def zipped(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(name, "<x/>")
    return stream.getvalue()


def stock(data: bytes, reference: str = "./t.xlsx") -> dict[str, Any]:
    Path("t.xlsx").write_bytes(data)
    Path("a.yaml").write_text(f"opening_stock: {reference}\n", encoding="utf-8")
    found: dict[str, Any] = files.load("a.yaml").value["opening_stock"]
    return {name: {key: value for key, value in line.items() if key != "own"} for name, line in found.items()}


def refused(data: bytes, reference: str = "./t.xlsx") -> str:
    with pytest.raises(ScenarioError) as error:
        stock(data, reference)
    return str(error.value)


NUMBER = b'<c r="C2"><v>5</v></c>'
UNCOMPUTED = "t.xlsx:2: opening_stock.a.quantity: sheet 't', cell C2: the formula has no value yet; open it in Excel"


# Cells without a value ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?"])
def test_an_error_is_refused_with_its_cell(error: str) -> None:
    told = refused(book(lambda sheet, _: sheet.write_formula(1, 2, "=1/0", None, error)))
    assert (
        f"t.xlsx:2: opening_stock.a.quantity: sheet 't', cell C2: the formula gives {error}; mend the formula" in told
    )


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="C2"><f>3+4</f></c>',
        b'<c r="C2"><f>3+4</f><v></v></c>',
        b'<c r="C2"><f>3+4</f><v/></c>',
        b'<c r="C2" t="str"><f>A2</f></c>',
    ],
)
def test_a_formula_that_nothing_has_computed_is_refused(cell: bytes) -> None:
    assert UNCOMPUTED in refused(with_sheet(NUMBER, cell))


def test_the_nought_that_a_program_writes_for_a_formula_is_no_value() -> None:
    assert UNCOMPUTED in refused(book(lambda sheet, _: sheet.write_formula(1, 2, "=3+4")))
    # A program that computes writes the value.
    assert stock(book(lambda sheet, _: sheet.write_formula(1, 2, "=3+4", None, 7)))["a"]["quantity"] == "7 t"


def test_a_formula_may_give_an_empty_text() -> None:
    found = stock(with_sheet(NUMBER, b'<c r="C2" t="str"><f>IF(1,"",2)</f><v></v></c>'))
    assert found == {"a": {"material": "dy"}, "b": {"material": "dy", "quantity": "12.5 t"}}


def test_an_error_in_a_heading_and_beyond_the_last_value() -> None:
    assert "t.xlsx:1: opening_stock: sheet 't', cell C1: the formula gives #N/A" in refused(
        book(lambda sheet, _: sheet.write_formula(0, 2, "=NA()", None, "#N/A"))
    )

    def last(sheet: Any, _: Any) -> None:
        sheet.write(3, 0, "c")
        sheet.write_formula(3, 3, "=NA()", None, "#N/A")

    assert "t.xlsx:4: opening_stock.c.unit: sheet 't', cell D4" in refused(book(last))


def test_an_error_in_a_column_that_is_left_out_matters_to_nobody() -> None:
    def beside(sheet: Any, _: Any) -> None:
        sheet.write(0, 4, "備考")
        sheet.write_formula(1, 4, "=NA()", None, "#N/A")

    assert stock(book(beside), "{file: ./t.xlsx, columns: {備考: null}}")["a"] == {"material": "dy", "quantity": "5 t"}
    assert "cell E2: the formula gives #N/A" in refused(book(beside))


# Numbers and dates ----------------------------------------------------------------------------------------------------


def test_a_number_is_a_number_whatever_its_size() -> None:
    def small(sheet: Any, _: Any) -> None:
        sheet.write(1, 2, 0.00001)
        sheet.write(2, 2, -3.55e-15)  # what is left where a formula takes 0.3 from 0.1 + 0.2

    found = stock(book(small))
    assert [found[name]["quantity"] for name in "ab"] == ["1e-05 t", "0 t"]
    # What the layout says of separators is about texts.
    assert stock(book(), "{file: ./t.xlsx, thousands: '.'}")["b"]["quantity"] == "12.5 t"


def test_a_date_without_its_format_is_refused() -> None:
    def dated(sheet: Any, made: Any) -> None:
        sheet.write(0, 4, "date")
        sheet.write_datetime(1, 4, dt.datetime(2027, 4, 1), made.add_format({"num_format": "yyyy/m/d"}))

    assert stock(book(dated))["a"]["date"] == "2027-04-01"
    told = refused(book(lambda sheet, _: (sheet.write(0, 4, "date"), sheet.write(1, 4, 46478))))
    assert "opening_stock.a.date: '46478' is a day as the program counts it, not as it is written" in told


# Shapes and sizes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("row", "column", "cell"), [(1_048_575, 16_383, "XFD1048576"), (1_048_575, 0, "A1048576")])
def test_a_stray_cell_far_out_is_named(row: int, column: int, cell: str) -> None:
    start = time.process_time()
    told = refused(book(lambda sheet, _: sheet.write(row, column, "x")))
    assert "t.xlsx: opening_stock: the used area of the sheet is 1,048,576 rows x " in told
    assert f"delete what stands far from the table, such as in {cell}" in told
    assert time.process_time() - start < 2


def test_a_format_far_out_is_no_cell() -> None:
    found = stock(book(lambda sheet, made: sheet.write_blank(1_048_575, 16_383, None, made.add_format({"bold": True}))))
    assert list(found) == ["a", "b"]


@pytest.mark.parametrize("reference", ["ZZZZZZ99999999999", "XFE1", "A1048577", "A0", "1A", "a1"])
def test_a_cell_that_no_sheet_has_is_no_panic(reference: str) -> None:
    told = refused(with_sheet(NUMBER, NUMBER.replace(b"C2", reference.encode())))
    assert f"the workbook is damaged: its cell '{reference}' is none of a sheet; open it in Excel" in told


@pytest.mark.parametrize("row", ["0", "-1", "1048577", "99999999999999999999", "x"])
def test_a_row_that_no_sheet_has(row: str) -> None:
    assert f"its row '{row}' is none of a sheet" in refused(with_sheet(b'<row r="2"', f'<row r="{row}"'.encode()))


def test_a_text_that_is_not_there() -> None:
    told = refused(with_sheet(b't="s"><v>0</v>', b't="s"><v>99</v>'))
    assert "the workbook is damaged: the text of its cell A1 is missing" in told


def test_cells_may_leave_their_place_to_their_order() -> None:
    assert stock(with_sheet(b'<c r="C2">', b"<c>")) == stock(book())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "it is no zip file, perhaps text or a page of HTML"),
        (b"<html><table></table></html>", "it is no zip file, perhaps text or a page of HTML"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "it is an .xls of Excel 97 to 2003"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "it is locked with a password"),
        (zipped("content.xml"), "this is an .ods, which is not read; save it as .xlsx"),
        (zipped("xl/workbook.bin"), "this is an .xlsb, which is not read; save it as .xlsx"),
        (zipped("word/document.xml"), "there is no part xl/workbook.xml"),
        (book()[:3000], "this is no workbook"),
        (with_sheet(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'), "its XML has a document type"),
        (with_sheet(b"</sheetData>", b""), "this is no workbook: "),
        (with_sheet(b"</sheetData>", b"</sheetData>" + b" " * 30_000_000), "sheet1.xml grows to 30,000"),
    ],
)
def test_what_is_no_workbook(data: bytes, told: str) -> None:
    message = refused(data)
    assert message.startswith("t.xlsx: opening_stock: ")
    assert told in message
    assert "save" in message


def test_a_part_that_says_it_is_smaller_than_it_is() -> None:
    data = with_sheet(b"</sheetData>", b"</sheetData>" + b" " * 30_000_000)
    size = zipfile.ZipFile(io.BytesIO(data)).getinfo("xl/worksheets/sheet1.xml").file_size
    said, lie = (number.to_bytes(4, "little") for number in (size, 1000))
    assert data.count(said) == 2  # before the part, and in the list at the end
    assert "its part xl/worksheets/sheet1.xml is damaged" in refused(data.replace(said, lie))


def test_a_panic_of_the_library_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

    def panics(stream: object) -> None:
        raise panic("index out of bounds")

    monkeypatch.setattr(workbooks.CalamineWorkbook, "from_filelike", panics)
    assert "t.xlsx: opening_stock: the workbook is damaged; open it in Excel and save it as .xlsx" in refused(book())


def test_a_sheet_is_found_by_a_name_that_looks_the_same() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as made:
        made.add_worksheet("cover").write(0, 0, "x")
        sheet = made.add_worksheet("カ\u3099リウム")
        sheet.write_row(0, 0, ["name", "quantity"])
        sheet.write_row(1, 0, ["a", "5 t"])
        sheet.write_formula(2, 1, "=NA()", None, "#N/A")
        sheet.write(2, 0, "b")
    assert "t.xlsx:3: opening_stock.b.quantity: sheet 'カ\u3099リウム', cell B3: the formula gives #N/A" in refused(
        stream.getvalue(), "'./t.xlsx#ガリウム'"
    )


def test_a_workbook_with_macros_is_read() -> None:
    Path("t.xlsm").write_bytes(book())
    assert stock(b"", "./t.xlsm") == stock(book())
