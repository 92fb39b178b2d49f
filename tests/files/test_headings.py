"""Tables whose headings and lines are not as one would wish: titles, blank columns, totals, other signs and bytes."""

import codecs
import re
from pathlib import Path
from typing import Any

import pytest

from sourcing import files
from sourcing.errors import ScenarioError
from sourcing.files.dates import FIGURES
from sourcing.scenario.language.scenario import Scenario

TITLED = "在庫一覧,,,,\n2026年12月末,,,,\nname,material,site,quantity,unit\na,dy,nagoya,5,t\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def table(text: str | bytes, layout: str = "") -> dict[str, Any]:
    Path("z.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    Path("a.yaml").write_text(f"opening_stock: {{file: ./z.csv{layout}}}\n", encoding="utf-8")
    return files.load("a.yaml").value


def lines(text: str | bytes, layout: str = "") -> dict[str, Any]:
    found: dict[str, Any] = table(text, layout)["opening_stock"]
    return {name: {key: value for key, value in line.items() if key != "own"} for name, line in found.items()}


def refused(text: str | bytes, layout: str = "") -> str:
    with pytest.raises(ScenarioError) as error:
        table(text, layout)
    return str(error.value)


# Which line has the headings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TITLED, 3),
        ("在庫一覧\nname,material,site,quantity\na,dy,x,5 t\n", 2),
        ("在庫一覧,,,2026年12月末\nname,material,site,quantity\na,dy,x,5 t\n", 2),
        ("\n\nStock list,,\n,,\nname,material,quantity\na,dy,5 t\n", 5),
    ],
)
def test_a_title_is_told_once_with_the_line_of_the_headings(text: str, line: int) -> None:
    told = refused(text)
    assert "looks like a title: headings must stand in the first line that is filled; remove the lines above" in told
    assert f"or say headings: {line} in the layout of the table if they stand in line {line}" in told
    assert len(told.splitlines()) == 1
    assert list(lines(text, f", headings: {line}")) == ["a"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2", "z.csv:2: opening_stock: line 2 is blank"),
        ("9", "the table is empty"),
        ("0", "opening_stock.headings: '0' is no number of a line"),
        ("true", "'True' is no number of a line"),
    ],
)
def test_a_wrong_line_of_headings(line: str, told: str) -> None:
    assert told in refused("Stock,,\n,,\nname,material,quantity\na,dy,5 t\n", f", headings: {line}")


def test_a_heading_that_stands_alone_is_no_title() -> None:
    assert "2 cells stand under 1 headings" in refused("name\na,5 t\n")


def test_few_cells_in_the_first_line_are_no_title_where_the_others_have_no_more() -> None:
    assert lines("name,quantity,,\na,5 t,,\nb,,,\n") == {"a": {"quantity": "5 t"}, "b": {}}


# Columns and lines that say nothing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["name,quantity,\na,5 t,\n", "name,quantity\na,5 t,,\n", "name,,quantity\na,,5 t\n", ",name,quantity\n,a,5 t\n"],
)
def test_columns_without_heading_and_cells_are_none(text: str) -> None:
    assert lines(text) == {"a": {"quantity": "5 t"}}


def test_a_heading_over_several_columns_names_the_first_alone() -> None:
    told = refused("name,数量,\na,5,\nb,5,t\n")
    assert told == (
        "z.csv:1: opening_stock: the heading of column 3 is blank, and cells stand below it, first in line 3; "
        "name it; what is merged over several columns names the first alone"
    )


@pytest.mark.parametrize("name", ["合計", "小計", "Total", "Grand Total", "ｔｏｔａｌ", "Total:"])
def test_a_total_is_not_counted_on_top(name: str) -> None:
    assert "looks like the total of other lines; remove the line from the table" in refused(
        f"name,material,quantity\na,dy,5 t\n{name},dy,5 t\n"
    )


def test_a_total_is_seen_in_any_column() -> None:
    columns = ", columns: {品名: material, 数量: quantity}"
    assert "z.csv:3: opening_stock.'z line 3': '合計' looks like the total" in refused(
        "品名,数量\ndy,5 t\n合計,5 t\n", columns
    )
    # A supplier may be called so.
    for key, text in (("suppliers", "name\nTotal\n"), ("offers", "name,supplier\na,Total\n")):
        Path("z.csv").write_text(text, encoding="utf-8")
        assert files.load({key: "./z.csv"}).value[key]


def test_a_table_of_headings_alone_is_remarked() -> None:
    value = table("name,material,quantity\n")
    assert value["opening_stock"] == {}
    said = "it has headings and no line below them, so it gives no opening stock"
    assert value["caveats"] == {"table z.csv": said}


def test_line_breaks_and_spaces_in_headings_are_spaces() -> None:
    text = 'name,"数量\n(kg)"\na,5\n'
    assert lines(text, ", columns: {数量 (kg): quantity}, units: {quantity: kg}") == {"a": {"quantity": "5 kg"}}


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_other_signs_between_columns_are_named(sign: str) -> None:
    told = refused(f"name{sign}quantity\na{sign}5 t\n")
    assert "is one heading; separate columns by commas" in told
    assert len(told.splitlines()) == 1


def test_a_heading_of_many_parts_is_no_recursion() -> None:
    assert "column 2 has 2,000 parts, more than 40; shorten it" in refused(f"name,{'.'.join('a' * 2000)}\nx,1\n")


# Numbers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "thousands", "read"),
    [
        # Where '.' stands between thousands the decimal sign is a comma.
        ("12,5", ".", "12.5 kg"),
        ("1.212,5", ".", "1212.5 kg"),
        ("0,75", ".", "0.75 kg"),
        ("0,500", ".", "0.500 kg"),
        ("1,234", ".", "1.234 kg"),
        ("1,2E+03", ".", "1.2E+03 kg"),
        ("1.2E+03", ",", "1.2E+03 kg"),
        ("1.2E+03", "none", "1.2E+03 kg"),
        ("12,345.60", ",", "12345.60 kg"),
        ("1234.5", ",", "1234.5 kg"),
        ("-1,234", ",", "-1234 kg"),
    ],
)
def test_the_decimal_sign_is_the_other_one(cell: str, thousands: str, read: str) -> None:
    assert lines(f'name,quantity,unit\na,"{cell}",kg\n', f", thousands: '{thousands}'") == {"a": {"quantity": read}}


@pytest.mark.parametrize(
    ("cell", "thousands"),
    [
        *((cell, ",") for cell in ("12.345,60", "46.500,00", "12,5", "0,500", "1,234,56", "12,34,567", "1,2E+03")),
        *((cell, ".") for cell in ("1,234.5", "12,345.60", "0.500", "1234.5", "12.5", "1.2E+03", ".5")),
    ],
)
def test_signs_the_other_way_round_are_refused(cell: str, thousands: str) -> None:
    other = "." if thousands == "," else ","
    told = refused(f'name,quantity,unit\na,"{cell}",kg\n', f", thousands: '{thousands}'")
    assert f"z.csv:2: opening_stock.a.quantity: '{cell}' is not in groups of three digits with '{thousands}'" in told
    assert f"and '{other}' before decimals" in told


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("1 234", "has a separator between digits; write 1234"),
        ("1\u00a0234,5", "has a separator between digits; write 1234.5"),
        ("1\u202f234", "has a separator between digits; write 1234"),
        ("1'234", "has a separator between digits; write 1234"),
        ("1’234", "has a separator between digits; write 1234"),
        ("1 234 567", "has a separator between digits; write 1234567"),
        ("1.234,5", "has a separator between digits; say thousands: '.' in the layout of the table, or write 1234.5"),
        ("5-", "has its minus behind the number; write -5"),
        ("(1234)", "stands in brackets, which mean less than nothing; write -1234"),
        ("△5", "has a triangle, which means less than nothing; write -5"),
        ("¥1200", "has '¥' before the number; write 1200 and a unit"),
        ("US$5", "has 'US$' before the number; write 5 and a unit"),
        ("#N/A", "'#N/A' is an error of the spreadsheet, no value"),
        ("#REF!", "'#REF!' is an error of the spreadsheet, no value"),
    ],
)
@pytest.mark.parametrize("layout", ["", ", thousands: ','"])
def test_what_bookkeeping_writes_is_not_guessed(cell: str, told: str, layout: str) -> None:
    if layout and cell == "1.234,5":
        told = "is not in groups of three digits with ',' between them"
    assert told in refused(f'name,quantity,unit\na,"{cell}",kg\n', layout)


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_every_figure_of_a_table_is_read_by_its_layout() -> None:
    # Whatever the schema of a table's lines calls a quantity must be among the columns that are read as figures.
    schema = Scenario.model_json_schema()
    subjects = ("suppliers", "offers", "lanes", "contracts", "opening_stock", "open_orders")
    wanted = {
        name
        for subject in subjects
        for name, field in _properties(schema, subject).items()
        if "quantity, for example" in str(field) and name != "tiers"
    }
    assert wanted <= set(FIGURES) | {"tax"}
    assert {"price", "yield", "freight", "volume", "quantity"} <= wanted
    assert lines('name,yield\na,"97,5 %"\n', ", thousands: '.'") == {"a": {"yield": "97.5 %"}}


def _properties(schema: dict[str, Any], subject: str) -> dict[str, Any]:
    named = re.search(r"\$defs/(\w+)", str(schema["properties"][subject]["additionalProperties"]))
    assert named
    found: dict[str, Any] = schema["$defs"][named.group(1)]["properties"]
    return found


def test_codes_that_a_workbook_or_a_layout_takes_for_numbers_are_mapped() -> None:
    assert lines("name,material\na,100123\n", ", values: {material: {100123: dy}}") == {"a": {"material": "dy"}}


# Bytes and signs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        "品名,数量\n在庫,5 t\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "品名,数量\n在庫,5 t\n".encode("utf-16-be"),
        "品名,数量\n在庫,5 t\n".encode("utf-16-le"),
        "name,quantity\na,5 t\n".encode("utf-16-be"),
    ],
)
def test_unicode_text_of_excel_is_named(data: bytes) -> None:
    assert refused(data) == (
        "z.csv: the file is UTF-16 ('Unicode text' of Windows programs); save it as 'CSV UTF-8' in Excel"
    )
    Path("b.yaml").write_bytes("title: a\n".encode("utf-16"))
    with pytest.raises(ScenarioError, match=r"b\.yaml: the file is UTF-16 .*; save the file as UTF-8"):
        files.load("b.yaml")


def test_other_encodings_are_not_taken_for_japanese_words() -> None:
    # The bytes of 在庫 in EUC-JP are half-width katakana in CP932.
    assert "the file looks like EUC-JP" in refused("name,品\na,在庫\n".encode("euc-jp"))
    cut = "name,note\n酸化ジスプロシウム,酸化ジスプロシウムの在庫".encode()[:-1]
    assert "is not UTF-8" in refused(cut)  # one broken sign makes no file of CP932
    assert "control character U+0000" in refused("name,quantity\na\0,5 t\n")
    assert "this is a workbook under the name of a .csv" in refused(b"PK\x03\x04" + b"x" * 100)


def test_names_that_look_the_same_are_the_same(tmp_path: Path) -> None:
    composed, apart = "ガリウム", "カ\u3099リウム"
    value = table(f"name,material\n{apart},{apart}\n")
    assert list(value["opening_stock"]) == [composed]
    assert value["opening_stock"][composed]["material"] == composed
    assert files.load({apart: apart}).value == {composed: composed}
    assert files.override(files.load({}), f"'{apart}'={apart}").value == {composed: composed}
    (tmp_path / f"{apart}.csv").write_text("name\nx\n", encoding="utf-8")
    assert files.load({"sites": f"./{composed}.csv"}).value["sites"] == {"x": {}}
    # Ideographs that differ in print stay what they are.
    assert files.load({"a": "\ufa19戸"}).value == {"a": "\ufa19戸"}


@pytest.mark.parametrize(
    ("sign", "called"),
    [
        ("\r", "U+000D (carriage return)"),
        ("\n", "U+000A (line feed)"),
        ("\t", "U+0009 (tab)"),
        ("\u200b", "U+200B (zero width space)"),
        ("\u202e", "U+202E (right-to-left override)"),
        ("\u2066", "U+2066 (left-to-right isolate)"),
        ("\xad", "U+00AD (soft hyphen)"),
    ],
)
def test_signs_that_nobody_sees_are_refused_in_names(sign: str, called: str) -> None:
    name = f"a{sign}b"
    message = f"the name holds the character {called}, which cannot be seen; remove it"
    assert message in refused(f'name,quantity\n"{name}",5 t\n')
    for source in ({name: 1}, {"offers": {name: {}}}):
        with pytest.raises(ScenarioError) as error:
            files.load(source)
        assert message in str(error.value)
        assert sign not in str(error.value)
    escaped = f"\\u{ord(sign):04x}"
    Path("c.yaml").write_text(f'title: t\n"a{escaped}b": 1\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        files.load("c.yaml")
    assert str(error.value).startswith("c.yaml:2: ")
    assert message in str(error.value)
    with pytest.raises(ScenarioError, match="which cannot be seen"):
        files.override(files.load({}), f"'{name}'=1")


def test_notes_may_have_several_lines_but_no_hidden_signs() -> None:
    assert lines('name,note\r\na,"one\r\ntwo"\r\n') == {"a": {"note": "one\ntwo"}}
    assert files.load({"note": "one\r\ntwo"}).value == {"note": "one\ntwo"}
    assert files.load({"note": "one\ntwo\tthree"}).value == {"note": "one\ntwo\tthree"}
    for sign in "\r\u200b\u202e":
        with pytest.raises(ScenarioError, match="the text holds the character U"):
            files.load({"note": f"a{sign}b"})
