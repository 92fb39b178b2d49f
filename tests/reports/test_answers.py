"""The answers of commands: the tables that a report has too are the same, and a terminal shows them whole."""

import io
import subprocess
import sys
import zipfile
from dataclasses import replace

import pandas as pd
import pytest

from sourcing.outcome import Plan
from sourcing.reports.answers import PLAIN_ENGLISH, answer_of_analysis, answer_of_plan, of_frame
from sourcing.reports.findings import Findings
from sourcing.reports.html import html
from sourcing.reports.markdown import markdown
from sourcing.reports.pdf import pdf
from sourcing.reports.report_model import Cell, ColumnKind, Report, ReportColumn, ReportSection, ReportTable
from sourcing.reports.terminal import write_report, write_table
from sourcing.reports.workbook import workbook
from tests.checkout import EXAMPLES

HEAVY = ("altair", "vl_convert", "xlsxwriter", "typst", "sourcing.reports.html", "sourcing.reports.charts")


def tables(report: Report) -> dict[str, ReportTable]:
    blocks = (block for section in report.sections for block in section.blocks)
    return {block.name: block for block in blocks if isinstance(block, ReportTable)}


def text_of(table: ReportTable, width: int) -> str:
    stream = io.StringIO()
    write_table(table, stream, width)
    return stream.getvalue()


def test_tables_on_the_screen_are_those_of_the_report(plan: Plan, english: Report) -> None:
    """But for blanks at which a line of a page is not broken."""
    screen, page = tables(answer_of_plan(plan)), tables(english)
    both = [name for name in screen if name in page]
    assert {"supplier_mix", "costs", "scarce"} <= set(both)
    for name in both:
        assert [column.heading for column in screen[name].columns] == [
            column.heading.replace("\u00a0", " ") for column in page[name].columns
        ]
        assert [[cell.text for cell in row] for row in screen[name].rows] == [
            [cell.text.replace("\u00a0", " ") for cell in row] for row in page[name].rows
        ]


def test_markdown_and_terminal_say_the_same(plan: Plan) -> None:
    """Every cell of every table, and every sentence, stands in both."""
    report, stream = answer_of_plan(plan), io.StringIO()
    write_report(report, stream)
    screen, page = "".join(stream.getvalue().split()), "".join(markdown(report).replace("\\", "").split())
    for line in (*plan.advice, *plan.unkept):
        assert "".join(line.split()) in page
    for table in tables(report).values():
        assert "".join(table.title.split()) in screen
        assert "".join(table.title.split()) in page
        for cell in (cell for row in table.rows for cell in row if table.columns[row.index(cell)].right):
            assert "".join(cell.text.split()) in screen
            assert "".join(cell.text.split()) in page


def test_what_does_not_fit_is_continued_and_what_is_left_out_is_counted() -> None:
    """Eleven numbers of six cells and two blanks each are 88 cells; a part of 40 holds the names and three of them."""
    columns = (ReportColumn("name", ColumnKind.TEXT), *(ReportColumn(f"n{n}", ColumnKind.NUMBER) for n in range(11)))
    rows = tuple((Cell("a long name", "a long name"), *(Cell(1.0, "123456") for _ in range(11))) for _ in range(3))
    table = ReportTable("wide", "Wide", columns, rows).first(2, "{count} more")
    lines = text_of(table, 40).splitlines()
    assert max(map(len, lines)) <= 40
    assert lines[0] == "Wide"
    assert lines.count("Wide (continued)") >= 2
    assert lines[-1] == "1 more"
    assert sum(line.count("123456") for line in lines) == 22  # two rows of eleven


def test_columns_of_an_analysis_read_by_their_units() -> None:
    frame = pd.DataFrame(
        {
            "course": ["plan", "today"],
            "expected_cost": [2.5e6, 40_000.0],
            "unmet: motors": [0.353, 0.0],
            "days_met": [44.6, float("inf")],
            "value": [0.3375, 123_456.0],
            "period": ["2027-01", ""],
            "changes_decision": [True, False],
            "extra_cost": [float("nan"), 3.0],
            "gap": [6.1e-5, 0.02],
        }
    )
    made = of_frame("courses_of_action", frame, "USD", PLAIN_ENGLISH)
    assert made.title == "Courses of action"
    assert [column.heading for column in made.columns] == [
        *("course", "expected cost, million USD", "unmet: motors", "days met", "value", "period", "changes decision"),
        *("extra cost, USD", "gap"),
    ]
    assert [cell.text for cell in made.rows[0]] == [
        *("plan", "2.50", "35 %", "45 days", "0.3375", "2027-01", "yes", "-", "0.0061 %"),
    ]
    assert [cell.text for cell in made.rows[1]] == [
        *("today", "0.04", "0 %", "over 999 days", "123,456", "", "no", "3.00", "2 %"),
    ]


def test_an_answer_begins_with_its_sentences_and_leaves_out_what_is_empty() -> None:
    report = answer_of_analysis("Title", ["One.", "Two."], [("none", pd.DataFrame({"course": []}))], "USD")
    stream = io.StringIO()
    write_report(report, stream)
    assert stream.getvalue() == "Title\n- One.\n- Two.\n"
    assert markdown(report) == "# Title\n\n- One.\n- Two.\n"


def test_a_plan_without_rules_of_thumb_has_no_table_of_them(plan: Plan) -> None:
    assert "rules" in tables(answer_of_plan(plan))
    assert "rules" not in tables(answer_of_plan(replace(plan, comparisons=plan.comparisons.head(0))))


@pytest.mark.parametrize("form", ["text", "md"])
def test_a_quick_answer_loads_no_library_of_pages(form: str) -> None:
    code = (
        "import sys\nfrom sourcing.cli import main\ntry:\n    main(sys.argv[1:6])\nexcept SystemExit: pass\n"
        "print(sorted(set(sys.argv[6:]) & set(sys.modules)))"
    )
    asked = ("solve", str(EXAMPLES / "gallium_germanium_2023.yaml"), "--quick", "--quiet", f"--format={form}")
    done = subprocess.run([sys.executable, "-c", code, *asked, *HEAVY], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_note_below_a_table_stands_in_every_form(full: Findings, english: Report) -> None:
    rows = ((Cell("row", "row"),),)
    table = ReportTable("one", "One", (ReportColumn("name", ColumnKind.TEXT),), rows, "What it adds up to.")
    report = replace(english, page_one=(ReportSection("one", "One", (table,)),), behind=())
    stream = io.StringIO()
    write_report(report, stream)
    workbook_texts = zipfile.ZipFile(io.BytesIO(workbook(report, full))).read("xl/sharedStrings.xml").decode()
    for text in (stream.getvalue(), markdown(report), html(report), workbook_texts):
        assert text.count("What it adds up to.") == 1
    assert pdf(report).startswith(b"%PDF")
