"""Files in: every value has its place, every refusal says file, line, cause and cure."""

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sourcing import library
from sourcing.errors import Place, ScenarioError
from sourcing.files import Document, amend, assigned, dotted, is_value, load, override, read

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write files into an empty current folder, whose models/ is the library."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(library, "models", lambda: tmp_path / "models")

    def write_file(name: str, text: str) -> Path:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return Path(name)

    write_file("models/japan.yaml", "title: Japan\nsize: 1\nsuppliers:\n  lynas: {country: Malaysia}\n")
    return write_file


def refused(source: Any) -> str:
    with pytest.raises(ScenarioError) as error:
        load(source)
    return str(error.value)


# Values


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(("NO", "NO"), ("yes", "yes"), ("true", True), ("FALSE", False), ("~", None), ("", None), ("null", None)),
        *(("2027-01", "2027-01"), ("2027-01-15", "2027-01-15"), ("12:30", "12:30"), ("1_000", "1_000")),
        *(("'5'", "5"), ('"~"', "~"), ("|\n  5\n", "5\n"), ("450 t/year", "450 t/year"), ("nan", "nan")),
        *(("007", 7), ("-5", -5), ("0x1F", 31), ("0o17", 15), ("1.5e3", 1500.0), (".5", 0.5)),
        *(("[1, {2027-01: b}]", [1, {"2027-01": "b"}]), ("{}", {})),
    ],
)
def test_yaml_1_2_values(write: Write, written: str, value: object) -> None:
    found = load(write("a.yaml", f"a: {written}\n")).value["a"]
    assert (found, type(found)) == (value, type(value))


def test_names_stay_as_they_are_written(write: Write) -> None:
    assert list(load(write("a.yaml", "NO: 1\n2027-01: 1\n007: 1\n~: 1\ntrue: 1\n")).value) == [
        *("NO", "2027-01", "007", "~", "true"),
    ]


def test_every_key_and_item_has_its_place_and_others_the_nearest(write: Write) -> None:
    document = load(write("a.yaml", "futures:\n  full ban:\n    items:\n    - x\n    - {y: 1}\n"))
    assert document.place(("futures", "full ban")) == Place("a.yaml", 2)
    assert document.place(("futures", "full ban", "items", 1, "y")) == Place("a.yaml", 5)
    assert document.place(("futures", "full ban", "probability")) == Place("a.yaml", 2)
    assert document.place(("horizon",)) == Place("a.yaml")


def test_windows_files_read_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb:\r\n  c: 2\r\n")
    document = read(tmp_path / "a.yaml")
    assert document.value == {"a": 1, "b": {"c": 2}}
    assert document.places["b", "c"].line == 3


# Refusals of YAML


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.yaml: the file is empty; write for example 'extends: japan'"),
        ("# only this\n", "a.yaml: the file is empty"),
        ("- 1\n", "a.yaml:1: the file holds a list, not names with values; write lines such as"),
        ("hello\n", "a.yaml:1: the file holds only 'hello'"),
        ("a: 1\nb: [c\n", "a.yaml:2: 'b: [c' is not YAML"),
        ("a: 1\nb: 'c\nd: 1\n", "a.yaml:2: 'b: 'c' is not YAML: while scanning a quoted scalar"),
        ("a:\n\tb: 1\n", "indent with spaces, not tabs"),
        ("a: 1\nb: c: d\n", "a.yaml:2: 'b: c: d' is not YAML: mapping values are not allowed here; put quotes"),
        ("a: 1\ntitle：b\n", "a.yaml:2: 'title：b' is not YAML: while scanning a simple key"),
        ("a: 1\ntitle：b\n", "use the half-width ':'"),
        ("a: 1\nb: 2\na: 3\n", "a.yaml:3: a: 'a' is written twice, first in line 1; keep one"),
        ("a: {b: .nan}\n", "a.yaml:1: a.b: '.nan' is not a finite number; write a number"),
        ("a: -.INF\n", "a.yaml:1: a: '-.INF' is not a finite number"),
        ("a: 1e999\n", "a.yaml:1: a: '1e999' is not a finite number"),
        (f"a: {'9' * 5000}\n", "a.yaml:1: a: '999"),
        ("a: &x 1\nb: *x\n", "a.yaml:1: a: the anchor '&x' is not allowed; write values where they are used"),
        ("a: *x\n", "a.yaml:1: a: the alias '*x' repeats another value; write the value itself"),
        ("a: !!python/object/apply:os.system [x]\n", "a.yaml:1: a: the tag '!!python/object/apply:os.system' is not"),
        ("a: !!str 5\n", "the tag '!!str' is not allowed; remove it"),
        ("a:\n  <<: {b: 1}\n", "a.yaml:2: a.<<: the merge key '<<' is not allowed; write the values, or use extends"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2: a second document begins with '---'; keep one document in a file"),
        ("%YAML 1.1\n---\na: NO\n", "directs the parser; remove it"),
        ("? [a]\n: 1\n", "a.yaml:1: a mapping, a list or an alias stands where a name should; write a plain name"),
        ("'': 1\n", "a.yaml:1: a name is blank; write a name before the ':'"),
        ("a: 1\nb: x\x07y\n", "a.yaml:2: the control character U+0007 (1 such in the file); remove it"),
        ('a: 1\nb: "\\ud800"\n', "a.yaml:2: b: the text holds the control character U+D800; remove it"),
        ('a: 1\nb: "\\U99999999"\n', "a.yaml:2: b: here or below is no YAML"),
    ],
)
def test_yaml_that_surprises_is_refused(write: Write, text: str, message: str) -> None:
    assert message in refused(write("a.yaml", text))


def test_all_problems_of_a_file_at_once(write: Write) -> None:
    text = refused(write("a.yaml", "a: .nan\na: 2\nb:\n  c: !x 1\n  <<: 2\n  d: [.inf]\n"))
    assert [line.split(": ")[0] for line in text.splitlines()] == [f"a.yaml:{line}" for line in (1, 2, 4, 5, 6)]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_at_once(write: Write, opening: str) -> None:
    path = write("a.yaml", "a:\n  " + opening * 20_000 + "\n")
    start = time.process_time()
    message = refused(path)
    assert "a.yaml:2" in message
    assert "more than 40 levels" in message
    assert time.process_time() - start < 1


def test_forty_levels_are_read(write: Write) -> None:
    assert load(write("a.yaml", "a: " + "[" * 39 + "]" * 39 + "\n")).value["a"]
    assert "more than 40 levels" in refused(write("a.yaml", "a: " + "[" * 40 + "]" * 40 + "\n"))


def test_a_bomb_of_aliases_is_refused_at_once(write: Write) -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30)]
    path = write("a.yaml", "a0: &a0 [x]\n" + "".join(levels))
    start = time.process_time()
    assert "a.yaml:1: a0: the anchor '&a0'" in refused(path)
    assert time.process_time() - start < 1


def test_a_thousand_lines_take_a_moment(write: Write) -> None:
    line = "  offer {0}: {{supplier: lynas, price: {{value: 95 USD/kg, low: 80 USD/kg}}, capacity: 450 t/year}}\n"
    path = write("a.yaml", "offers:\n" + "".join(line.format(number) for number in range(1000)))
    start = time.process_time()
    assert len(load(path).value["offers"]) == 1000
    assert time.process_time() - start < 2  # usually a quarter of a second


# Files that cannot be read


def test_files_that_cannot_be_read(write: Write, tmp_path: Path) -> None:
    write("scenario.yaml", "a: 1\n")
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\ntitle: caf\xe9\n")
    (tmp_path / "large.yaml").write_bytes(b"a: 1\n" * 10_000_001)
    (tmp_path / "many.yaml").write_bytes(b"a: 1\n" * 1_000_001)
    assert "scenari.yaml: the file 'scenari.yaml' is not there; near: scenario.yaml" in refused("scenari.yaml")
    assert "write a file that says 'extends: japan'" in refused("japan")
    assert "models: the file 'models' is a folder; name a file in it" in refused("models")
    assert "latin.yaml:2: byte 16 (0xe9) is not UTF-8; save the file as UTF-8" in refused("latin.yaml")
    assert "large.yaml: the file 'large.yaml' is larger than 50 MB; put what is long into" in refused("large.yaml")
    assert "many.yaml: the file holds about 1,000,001 names or values, more than 1,000,000; put" in refused("many.yaml")


# extends


def test_a_file_over_its_library_model(write: Write) -> None:
    document = load(write("my/a.yaml", "extends: japan\nsize: 0.1\nsuppliers:\n  iluka: {country: Australia}\n"))
    assert document.value == {
        "title": "Japan",
        "size": 0.1,
        "suppliers": {"lynas": {"country": "Malaysia"}, "iluka": {"country": "Australia"}},
    }
    assert document.place(("suppliers", "lynas", "country")) == Place("models/japan.yaml", 4)
    assert document.place(("suppliers", "iluka")) == Place("my/a.yaml", 4)
    assert document.place(("size",)) == Place("my/a.yaml", 2)
    assert document.place(("horizon",)) == Place("my/a.yaml")
    assert amend(document, {"x": 1}).place(("horizon",)) == Place("my/a.yaml")
    assert [file.name for file in document.files] == ["a.yaml", "japan.yaml"]


def test_chains_are_relative_to_the_file_that_names_them(write: Write) -> None:
    write("base.yaml", "extends: japan\nsize: 2\n")
    write("my/mine.yaml", "extends: ../base.yaml\ntitle: mine\n")
    document = load(write("my/a.yaml", "extends: ./mine.yaml\nx: 1\n"))
    assert (document.value["size"], document.value["title"], document.value["x"]) == (2, "mine", 1)
    assert document.place(("size",)) == Place("base.yaml", 2)
    assert [file.name for file in document.files] == ["a.yaml", "mine.yaml", "base.yaml", "japan.yaml"]


def test_a_mapping_extends_relative_to_the_current_folder(write: Write) -> None:
    write("base.yaml", "x: 1\ny: 1\n")
    given: dict[Any, Any] = {"extends": "./base.yaml", "y": 2, 2027: dt.date(2027, 1, 15)}
    document = load(given)
    assert document.value == {"x": 1, "y": 2, "2027": "2027-01-15"}
    assert document.place(("y",)) == Place("scenario")
    assert document.place(("x",)) == Place("base.yaml", 1)


def test_a_circle_names_its_chain(write: Write) -> None:
    write("b.yaml", "title: b\nextends: ./a.yaml\n")
    message = refused(write("a.yaml", "extends: ./b.yaml\n"))
    assert "b.yaml:2: extends: extends goes in a circle: a.yaml -> b.yaml -> a.yaml; let one of them" in message
    assert "self.yaml -> self.yaml" in refused(write("self.yaml", "extends: ./self.yaml\n"))


def test_a_chain_of_very_many_files_is_refused_at_once(write: Write) -> None:
    for number in range(1500):
        write(f"c{number}.yaml", f"extends: ./c{number + 1}.yaml\n")
    start = time.process_time()
    message = refused("c0.yaml")
    assert message == "c40.yaml: extends: extends goes through more than 40 files; join some of them into one"
    assert time.process_time() - start < 2


def test_very_many_cells_are_refused_before_they_are_read(write: Write) -> None:
    start = time.process_time()
    write("t.csv", "name,a,b\n" + "x,1,2\n" * 400_000)
    assert "t.csv: sites: the table has about 1,200,003 cells, more than 500,000" in refused({"sites": "./t.csv"})
    write("t.csv", "name\n" + "\n".join(f"x{number}" for number in range(5_001)))
    assert "t.csv: sites: the table has 5,001 lines, more than 5,000" in refused({"sites": "./t.csv"})
    write("t.csv", "name\n" + "x" * 50_000_001)
    assert "scenario: sites: the file 't.csv' is larger than 50 MB; split it" in refused({"sites": "./t.csv"})
    assert time.process_time() - start < 10


def test_unknown_parents(write: Write) -> None:
    unknown = refused(write("a.yaml", "x: 1\nextends: japn\n"))
    assert "a.yaml:2: extends: there is no model 'japn'; near: japan; known: japan" in unknown
    assert "a.yaml:1: extends: the file 'jap.yaml' is not there" in refused(write("a.yaml", "extends: ./jap.yaml\n"))
    assert "a.yaml:1: extends: '['japan']' is no name" in refused(write("a.yaml", "extends: [japan]\n"))


def test_problems_of_tables_and_parents_come_together(write: Write) -> None:
    message = refused(write("a.yaml", "extends: nowhere\noffers: ./no.csv\nsites: somewhere\n"))
    assert [line.split(": ")[0] for line in message.splitlines()] == ["a.yaml:1", "a.yaml:2", "a.yaml:3"]


# Mappings from Python


def test_a_mapping_is_copied_and_checked() -> None:
    given: dict[str, Any] = {"a": {"b": (1, 2.5)}}
    document = load(given)
    given["a"]["b"] = ()
    assert document.value == {"a": {"b": [1, 2.5]}}
    message = refused({"a": {"b": float("nan"), "c": object(), "d": "\x00", "e": {(1,): 2}, "f": 10**400}})
    assert [line.split(": ")[:2] for line in message.splitlines()] == [
        ["scenario", path] for path in ("a.b", "a.c", "a.d", "a.e", "a.f")
    ]


def test_a_mapping_in_itself_is_refused() -> None:
    given: dict[str, Any] = {}
    given["a"] = given
    assert "more than 40 levels" in refused(given)


# amend


BASE = {
    "size": 1,
    "offers": {
        "x": {"price": {"value": "95 USD/kg", "low": "80 USD/kg"}, "tiers": {"a": 1}, "where": {"origin": "China"}},
        "y": {"ramp": {"2027-01": 0, "2028-01": 1}, "tags": ["old", "new"]},
    },
}


def merged(change: dict[str, Any]) -> Any:
    return amend(load(BASE), change).value["offers"]


def test_mappings_merge_by_name_and_null_removes() -> None:
    assert merged({"offers": {"x": None, "y": {"tags": ["one"]}, "z": {}}}) == {
        "y": {"ramp": {"2027-01": 0, "2028-01": 1}, "tags": ["one"]},
        "z": {},
    }


@pytest.mark.parametrize(
    ("offer", "field", "value"),
    [
        ("x", "price", {"value": "100 USD/kg"}),  # else the old low would bound the new price
        ("x", "price", {"low": "1 USD/kg"}),
        ("x", "tiers", {"b": 2}),
        ("x", "where", {"material": "gallium"}),
        ("y", "ramp", {"2029-01": 1}),
    ],
)
def test_values_are_replaced_whole(offer: str, field: str, value: dict[str, Any]) -> None:
    assert merged({"offers": {offer: {field: value}}})[offer][field] == value


def test_what_is_a_value() -> None:
    assert is_value("where", {})
    assert is_value("price", {"value": 1})
    assert is_value("ramp", {"2027-01": 0, "2027-01-15": 1})
    assert not is_value("ramp", {"2027-01": 0, "later": 1})
    assert not is_value("offers", {})


def test_null_that_removes_nothing_is_a_mistake(write: Write) -> None:
    message = refused(write("a.yaml", "extends: japan\nsuppliers:\n  lynaz: null\n"))
    assert "a.yaml:3: suppliers.lynaz: null removes nothing, there is no such name; " in message
    assert "leave it out; near: lynas" in message


@pytest.mark.parametrize("future", ["futures.calm", "risks.gallium.calm", "risks.gallium.futures.calm"])
@pytest.mark.parametrize("subject", ["restrictions", "changes"])
def test_null_lifts_in_a_future_what_holds_elsewhere(future: str, subject: str) -> None:
    document = override(load({subject: {"ban": {}}}), f"{future}.{subject}.ban=null")
    found: Any = document.value
    for key in [*future.split("."), subject]:
        found = found[key]
    assert found == {"ban": None}


def test_places_follow_a_change(write: Write) -> None:
    base = load(write("base.yaml", "price:\n  value: 1\n  low: 0\nkept: {a: 1}\n"))
    document = amend(base, load(write("change.yaml", "price: {value: 2}\nkept: {b: 2}\n")))
    assert document.place(("price", "low")) == Place("change.yaml", 1)  # it is gone, and its place with it
    assert document.place(("kept", "a")) == Place("base.yaml", 4)
    assert base.value["price"] == {"value": 1, "low": 0}


def test_a_change_from_python_has_a_place_where_it_changes_something(write: Write) -> None:
    base = load(write("base.yaml", "offers:\n  x: {price: 1, lots: 2}\n"))
    document = amend(base, {"offers": {"x": {"price": 1, "lots": 3}}})
    assert document.place(("offers", "x", "price")) == document.place(("offers", "x")) == Place("base.yaml", 2)
    assert document.place(("offers", "x", "lots")) == Place("scenario")


def test_a_change_cannot_extend() -> None:
    with pytest.raises(ScenarioError, match="extends: japan comes too late for a change; write it in the file"):
        amend(load(BASE), {"extends": "japan"})


# override


@pytest.mark.parametrize(
    ("assignment", "path", "value"),
    [
        ("futures.'full ban'.probability=0.4", ("futures", "full ban", "probability"), 0.4),
        ('futures."v1.2".note = it\'s a=b', ("futures", "v1.2", "note"), "it's a=b"),
        ("size=450 t/year", ("size",), "450 t/year"),
        ("a.b={value: 1, list: [x, 2]}", ("a", "b"), {"value": 1, "list": ["x", 2]}),
        ("country=NO", ("country",), "NO"),
        ("text='5'", ("text",), "5"),
    ],
)
def test_an_assignment(assignment: str, path: tuple[str, ...], value: object) -> None:
    document = override(load({"futures": {"full ban": {"probability": 0.1}}}), assignment)
    found: Any = document.value
    for key in path:
        found = found[key]
    assert found == value
    assert document.places[path] == Place("--set")


@pytest.mark.parametrize(
    "name",
    ["plain", "full ban", "v1.2", "it's", '"q"', 'it\'s "q"', "''", " q ", "a=b", "'", '"', "日本　電産", "a.'b'"],
)
def test_every_name_is_written_so_that_it_is_read_back(name: str) -> None:
    path = ("futures", name, "probability")
    assert assigned(f"{dotted(path)}=0.4") == (path, "0.4")
    found = override(load({"futures": {name: {"probability": 0.1}}}), f"{dotted(path)}=0.4")
    assert found.value == {"futures": {name: {"probability": 0.4}}}


def test_an_assignment_in_japanese_is_read_whatever_the_locale() -> None:
    # Python keeps bytes that the locale cannot read as lone surrogates.
    written = "title=日本".encode().decode("ascii", "surrogateescape")
    assert override(load({}), written).value == {"title": "日本"}
    with pytest.raises(ScenarioError, match=r"control character U\+DCE6"):
        override(load({}), "title=\udce6")


def test_an_assignment_of_null_removes() -> None:
    assert override(load({"a": {"b": 1, "c": 2}}), "a.b=null").value == {"a": {"c": 2}}


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("size", "--set: 'size' is no assignment; write name.name=value"),
        ("a..b=1", "--set: 'a..b=1' is no assignment"),
        ("a.'b=1", "is no assignment"),
        ("size=", "--set: size: 'size=' gives no value; write null to remove"),
        (f"{'a.' * 2000}b=1", "--set: a.a.a: more than 40 names, one inside the other; shorten the path"),
        ("size=.nan", "--set: size: '.nan' is not a finite number"),
        ("size=&a 1", "--set: size: the anchor '&a'"),
        ("title=Japan: heavy", "--set: title: 'Japan: heavy' is not one value; put quotes around the text"),
        ("title=[a", "--set: title: '[a' is not YAML"),
    ],
)
def test_what_is_no_assignment(assignment: str, message: str) -> None:
    with pytest.raises(ScenarioError) as error:
        override(load({}), assignment)
    assert message in str(error.value)


# Tables


def table(write: Write, text: str) -> Document:
    write("my/offers.csv", text)
    return load(write("my/a.yaml", "offers: ./offers.csv\n"))


def test_a_csv_table_is_a_mapping(write: Write) -> None:
    document = table(
        write, '\ufeffoffer,price.value,price.low,china_link,note\nx,95 USD/kg,80 USD/kg,0.3,"a,\nb"\n\ny,,,,\nz,,,1,\n'
    )
    assert document.value["offers"] == {
        "x": {"price": {"value": "95 USD/kg", "low": "80 USD/kg"}, "china_link": "0.3", "note": "a,\nb"},
        "y": {},
        "z": {"china_link": "1"},
    }
    assert document.place(("offers", "x", "price", "low")) == Place("my/offers.csv", 2)
    assert document.place(("offers", "z", "china_link")) == Place("my/offers.csv", 6)
    assert [file.name for file in document.files] == ["a.yaml", "offers.csv"]


def test_a_table_merges_like_a_mapping(write: Write) -> None:
    write("more.csv", "supplier,country,tag\nlynas,Australia,\niluka,,new\n")
    document = load(write("a.yaml", "extends: japan\nsuppliers: more.csv\n"))
    assert document.value["suppliers"] == {"lynas": {"country": "Australia"}, "iluka": {"tag": "new"}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "my/offers.csv: offers: the table is empty; write headings in the first line"),
        ("a,b\nx\n", "my/offers.csv:2: offers.x: 1 cells stand under 2 headings; give each heading a cell"),
        ("a,b\nx,1,2\n", "my/offers.csv:2: offers.x: 3 cells stand under 2 headings"),
        ("a,b\n,1\n", "my/offers.csv:2: offers: the name in column 'a' is blank; name the line"),
        ("a,b\nx,1\nx,2\n", "my/offers.csv:3: offers.x: 'x' stands twice, first in line 2; keep one"),
        ("a,b,b\nx,1,2\n", "my/offers.csv:1: offers: the heading 'b' stands twice"),
        (
            "a,,b\nx,1,2\n",
            "my/offers.csv:1: offers: the heading of column 2 is blank, and cells stand below it, first in line 2",
        ),
        ("a,b.\nx,1\n", "the heading 'b.' of column 2 is blank in part"),
        ("a,b,b.c\nx,1,2\n", "my/offers.csv:1: offers: 'b' and 'b.c' cannot both be headings"),
        ("a;b\nx;1\n", "my/offers.csv:1: offers: 'a;b' is one heading; separate columns by commas"),
        ('a,b\nx,"1\n', "my/offers.csv:2: offers: the line is not CSV"),
    ],
)
def test_tables_that_mean_nothing(write: Write, text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as error:
        table(write, text)
    assert message in str(error.value)


def test_all_problems_of_a_table_at_once(write: Write) -> None:
    with pytest.raises(ScenarioError) as error:
        table(write, "a,b\nx,1\nx,2\n,3\ny\n")
    assert [problem.place for problem in error.value.problems] == [Place("my/offers.csv", line) for line in (3, 4, 5)]


def test_what_is_no_table(write: Write) -> None:
    message = "a.yaml:1: offers: 'offers.doc' is no path of a table; give names with values, a .csv, or an .xlsx#sheet"
    assert message in refused(write("a.yaml", "offers: offers.doc\n"))
    assert "is no path of a table; save it as .csv with commas" in refused(write("a.yaml", "offers: offers.txt\n"))
    assert "is no path of a table; save it as .xlsx" in refused(write("a.yaml", "offers: offers.xls\n"))
    assert "a.yaml:1: offers: the file 'no.csv' is not there" in refused(write("a.yaml", "offers: no.csv\n"))


def test_a_workbook_keeps_numbers_and_writes_dates(write: Write, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        book.add_worksheet("other").write(0, 0, "name")
        sheet = book.add_worksheet("my offers")
        sheet.write_row(0, 0, ["offer", "price.value", "from", "share", "lots", "own"])
        sheet.write_row(2, 0, ["x", "95 USD/kg", "", 0.3, 5, True])
        sheet.write_datetime(2, 2, dt.datetime(2027, 1, 15), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(3, 0, [7, " "])
    document = load(write("a.yaml", "offers: ./book.xlsx#my offers\nsites: ./book.xlsx\n"))
    assert document.value["offers"] == {
        "x": {"price": {"value": "95 USD/kg"}, "from": "2027-01-15", "share": 0.3, "lots": 5, "own": True},
        "7": {},
    }
    assert document.place(("offers", "x", "from")) == Place("book.xlsx", 3)
    assert document.value["sites"] == {}
    message = refused(write("b.yaml", "offers: ./book.xlsx#my ofers\n"))
    assert "book.xlsx: offers: there is no sheet 'my ofers'; near: my offers; known: other, my offers" in message


def test_what_is_no_workbook(write: Write) -> None:
    write("book.xlsx", "hello")
    message = refused(write("a.yaml", "offers: ./book.xlsx\n"))
    assert "book.xlsx: offers: this is no workbook" in message
    assert "save it as .xlsx, without a password" in message
