"""What is written is read as it was meant: no name becomes a formula or markup, and a saved plan is read back equal."""

import copy
import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcing import load_plan, solve
from sourcing.analyses.answer import Answer
from sourcing.cli import main
from sourcing.outcome.text_escaping import csv_of, escaped, in_markdown, unescaped, unescaped_table
from tests.building import small

COMMAND = "=cmd|' /C calc'!A0"
SIGNS = "=+-@\t\r\n'＝＋－＠"

SMALL: dict[str, Any] = small(
    2,
    title="NAME",
    materials={"NAME": {"unit": "t"}},
    site="NAME",
    suppliers={"NAME": "China", "lynas": "Malaysia"},
    offers={
        "NAME": {"price": "290 USD/kg", "nameplate": "400 t/year"},
        "lynas dy": {"supplier": "lynas", "price": "600 USD/kg", "spot_share": "50 %"},
    },
    lanes={"NAME": {"where": {"material": "NAME"}, "site": "NAME"}},
    contracts={"NAME": {"offer": "lynas dy", "volume": "3 t/month", "price": "500 USD/kg"}},
    demand={"NAME": {"need": "40 t/month", "shortage": {"NAME": {"cost": "2 kUSD/kg"}}}},
    futures={
        "a": {"probability": 0.5},
        "NAME": {
            "probability": 0.5,
            "restrictions": {"NAME": {"where": {"origin": "China"}, "approval": 0.5, "from": "2027-02"}},
        },
    },
)


def named(name: str, value: Any = SMALL) -> Any:
    """The scenario with a name in every place that has one."""
    if isinstance(value, dict):
        return {name if key == "NAME" else key: named(name, part) for key, part in value.items()}
    return name if value == "NAME" else copy.copy(value)


# Cells ----------------------------------------------------------------------------------------------------------------


@given(st.text(alphabet=st.sampled_from(SIGNS + "aA1. 5e")))
def test_every_text_is_read_back_and_none_begins_a_formula(text: str) -> None:
    written = escaped(text)
    assert unescaped(written) == text
    assert written[:1] not in set("=+-@\t\r\n＝＋－＠") or re.fullmatch(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?", written)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (COMMAND, f"'{COMMAND}"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("＝A1", "'＝A1"),
        ("'=A1", "''=A1"),
        *((plain, plain) for plain in ("-5", "+3.5e-2", "'tis", "a=b", "", "’")),
    ],
)
def test_only_what_may_run_gets_an_apostrophe(text: str, written: str) -> None:
    assert escaped(text) == written


def test_numbers_of_a_table_stay_numbers() -> None:
    frame = pd.DataFrame({"=a": ["=b", "c"], "cost": [-5.0, 2.5], "own": [True, False]})
    assert csv_of(frame) == "'=a,cost,own\n'=b,-5.0,True\nc,2.5,False\n"
    back = unescaped_table(pd.read_csv(io.StringIO(csv_of(frame))))
    pd.testing.assert_frame_equal(back, frame, check_dtype=False)


def test_markdown_shows_what_is_written() -> None:
    assert in_markdown("a|b\n~~c~~ _d_ &lt; # [e](f)") == r"a\|b \~\~c\~\~ \_d\_ \&lt; \# \[e\](f)"


# Plans and answers ----------------------------------------------------------------------------------------------------

HOSTILE = (COMMAND, "'=A1", "-5", "+x", "<script>alert(1)</script>", 'it\'s "q"', " q ", "a|b, c;d", "{{7*7}} $x$ \\")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_plan_with_such_names_is_saved_and_read_back_equal(name: str, tmp_path: Path) -> None:
    plan = solve(named(name))
    found = load_plan(plan.save(tmp_path / "plan"))
    assert found.title == name
    for table, frame in found.tables():
        pd.testing.assert_frame_equal(frame, getattr(plan, table))
    for file in (tmp_path / "plan").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert not [cell for cell in cells if re.match("[=+@\t\r]|-(?![0-9])", cell)], file.name


def test_what_goes_to_a_spreadsheet_or_a_reader_is_guarded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(json.dumps(named(COMMAND)), encoding="utf-8")
    for form in ("csv", "md"):
        with pytest.raises(SystemExit) as stop:
            main(["solve", str(path), "--format", form, "--quiet"])
        assert not stop.value.code
        out = capsys.readouterr().out
        assert "cmd" in out
        if form == "csv":
            cells = [cell for row in csv.reader(io.StringIO(out)) for cell in row]
            assert not [cell for cell in cells if re.match("[=+@]|-(?![0-9])", cell)]
        else:
            assert not re.search(r"[^\\]\|' /C", out)


def test_the_tables_of_an_answer_are_guarded(tmp_path: Path) -> None:
    class Told(Answer):
        pass

    answer = Told(COMMAND, "USD", (COMMAND,))
    object.__setattr__(answer, "tables", lambda: iter([("one", pd.DataFrame({"name": [COMMAND], "cost": [-5.0]}))]))
    answer.save(tmp_path)
    assert (tmp_path / "one.csv").read_text(encoding="utf-8") == f"name,cost\n'{COMMAND},-5.0\n"


def test_a_report_runs_nothing_that_a_name_says(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>=A1"
    path = tmp_path / "f.yaml"
    path.write_text(json.dumps(named(name)), encoding="utf-8")
    for form in ("html", "xlsx", "md"):
        with pytest.raises(SystemExit) as stop:
            main(["report", str(path), "--out", str(tmp_path / f"r.{form}"), "--quiet"])
        assert not stop.value.code
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("</script>") == page.count("<script")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        assert not any(b"<f>" in book.read(part) for part in book.namelist())
    assert "<script>" not in (tmp_path / "r.md").read_text(encoding="utf-8").replace("\\<", "")
