"""The four forms of a report: what is in them, and that no name of a file becomes markup, script or formula."""

import html as plain_html
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

import sourcing
from sourcing.errors import ScenarioError
from sourcing.reports.building import build
from sourcing.reports.catalogue_words import TONGUES
from sourcing.reports.findings import Findings
from sourcing.reports.html import html, in_script, specs
from sourcing.reports.markdown import markdown
from sourcing.reports.pdf import pdf
from sourcing.reports.report_model import Report, ReportChart, ReportTable
from sourcing.reports.workbook import workbook
from sourcing.reports.writing import check_file, write
from tests.checkout import EXAMPLES, ROOT

EMPTY = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Tags with their attributes, and the text outside of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)
        elif self.open and self.open[-1] != "style":
            self.text.append(data)


@pytest.fixture(scope="module")
def english(full: Findings) -> Report:
    return build(full, "en")


@pytest.fixture(scope="module")
def hostile_page(hostile: Findings) -> str:
    return html(build(hostile, "en"))


# HTML -----------------------------------------------------------------------------------------------------------------


def test_the_page_is_well_formed_and_asks_no_host(english: Report) -> None:
    page = Page(html(english))
    assert page.open == []
    for _, attributes in page.tags:
        for name in ("src", "href", "action", "data", "poster", "srcset", "background"):
            target = attributes.get(name) or ""
            assert not re.match("(?i)(https?:)?//", target)
            assert target == "" or target.startswith(("#", "data:"))
    style = (ROOT / "sourcing/reports/templates/report.css").read_text("utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_the_page_may_run_its_own_scripts_and_load_nothing(english: Report) -> None:
    page = Page(html(english))
    policy = next(tag["content"] for name, tag in page.tags if name == "meta" and "http-equiv" in tag)
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "script-src 'sha256-" in policy
    assert "unsafe-eval" not in policy
    assert re.search("script-src[^;]*unsafe-inline", policy) is None


def test_every_table_has_scopes_and_every_chart_words(english: Report) -> None:
    page = Page(html(english))
    heads = [tag for name, tag in page.tags if name == "th"]
    assert heads
    assert all(tag.get("scope") in ("col", "row") for tag in heads)
    ids = {tag["id"] for _, tag in page.tags if "id" in tag}
    pictures = [tag for _, tag in page.tags if tag.get("role") == "img"]
    assert len(pictures) == len(specs(english)) > 10
    assert all(tag["aria-label"] and tag["aria-describedby"] in ids for tag in pictures)
    regions = [tag for _, tag in page.tags if tag.get("role") == "region"]
    assert all(tag["tabindex"] == "0" and tag["aria-label"] for tag in regions)


@pytest.mark.parametrize("tongue", TONGUES)
def test_headings_go_down_one_by_one_and_the_tongue_is_said(full: Findings, tongue: str) -> None:
    page = Page(html(build(full, tongue)))  # type: ignore[arg-type]
    levels = [int(name[1]) for name, _ in page.tags if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 or after == 4 for before, after in pairwise(levels))
    assert dict(page.tags)["html"] == {"lang": tongue}


def test_contrast_of_the_colours_is_enough() -> None:
    """WCAG 2 AA: 4.5 for text, 3 for lines, on white and on the wash."""
    style = (ROOT / "sourcing/reports/templates/report.css").read_text("utf-8")
    colors = dict(re.findall(r"--(\w+): (#\w{6})", style))
    for name in ("ink", "muted", "accent"):
        for ground in ("#ffffff", colors["wash"]):
            assert contrast(colors[name], ground) >= 4.5, name
    strokes = (ROOT / "sourcing/reports/charts/line_style.py").read_text("utf-8")
    futures = re.findall(r"#\w{6}", re.search(r"FUTURES = \((.*?)\)", strokes, re.DOTALL).group(1))  # type: ignore[union-attr]
    assert len(futures) == 6
    assert all(contrast(color, "#ffffff") >= 4.5 for color in futures)  # their names stand in them too


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, definition of contrast ratio and relative luminance."""

    def light(color: str) -> float:
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


def test_names_are_text_and_no_tags(hostile_page: str, full: Findings, hostile: Findings) -> None:
    """The hostile page has the same tags as one with good names, and says the bad ones as they are."""
    bad, good = Page(hostile_page), Page(html(build(full, "en")))
    count = {name: sum(tag == name for tag, _ in bad.tags) for name in ("script", "img", "b", "iframe", "style")}
    assert count == {name: sum(tag == name for tag, _ in good.tags) for name in count}
    assert not any(name.startswith("on") for _, tag in bad.tags for name in tag)
    said = " ".join(bad.text)
    for name in ("</script><script>window.broken=1</script>", '=HYPERLINK("http://evil.example")', "ライナス<b>"):
        assert name in said
    assert [tag["value"] for name, tag in bad.tags if name == "option"][1:] == list(hostile.plan.futures["future"])


def test_data_ends_no_script(hostile_page: str, hostile: Findings) -> None:
    """The specifications are read back equal, with the bad names in them."""
    first = Page(hostile_page).scripts[0]
    assert "<" not in first
    assert json.loads(first) == json.loads(json.dumps(specs(build(hostile, "en"))))
    assert "window.broken" in first
    assert json.loads(in_script("</script>\u2028<!--&")) == "</script>\u2028<!--&"
    with pytest.raises(ValueError, match="not JSON compliant"):
        in_script(float("nan"))


# Workbook -------------------------------------------------------------------------------------------------------------


def sheets(made: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(made))


def test_the_workbook_holds_every_table_with_its_numbers(full: Findings, english: Report) -> None:
    book = sheets(workbook(english, full))
    assert book.sheet_names[0] == "Page one"
    stock = book.get_sheet_by_name("plan stockpile").to_python()
    assert [row[4] for row in stock[1:]] == pytest.approx(list(full.plan.stockpile["stock"]))
    mix = book.get_sheet_by_name("Supplier mix").to_python()
    assert mix[0][:6] == ["Material", "Supplier", "Country of origin", "Share", "Volume", "Purchased"]
    assert mix[0][6] == "Spend, USD"
    total = sum(float(row[6]) for row in mix[1 : 1 + len(full.plan.supplier_mix)] if isinstance(row[6], float))
    assert total == pytest.approx(full.plan.supplier_mix["spend"].sum())
    first = book.get_sheet_by_name("Page one").to_python()
    figures = {row[0]: row[1] for row in first if isinstance(row[1], float)}
    assert figures["Peak cash in one period (in Feb\u00a02027)"] == pytest.approx(full.cash["peak_cash"].item())


def test_the_workbook_is_live(full: Findings, english: Report) -> None:
    parts = zipfile.ZipFile(io.BytesIO(workbook(english, full)))
    names = parts.namelist()
    pictures = [name for name in names if name.startswith("xl/media/")]
    assert len(pictures) == len(specs(english))
    tables = [parts.read(name).decode() for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
    filtered = [text for text in tables if "<autoFilter" in text]
    assert len(filtered) > 20
    assert all('state="frozen"' in text for text in filtered)
    assert "0.0%" in parts.read("xl/styles.xml").decode()
    drawings = "".join(parts.read(name).decode() for name in names if name.startswith("xl/drawings/drawing"))
    assert len(re.findall(r'descr="[^"]{10,}"', drawings)) == len(pictures)


def test_no_text_becomes_a_formula_or_a_link(hostile: Findings) -> None:
    made = workbook(build(hostile, "ja"), hostile)
    parts = zipfile.ZipFile(io.BytesIO(made))
    for name in parts.namelist():
        if name.startswith("xl/worksheets/sheet"):
            text = parts.read(name).decode()
            assert "<f>" not in text
            assert "<hyperlink" not in text
    assert '=HYPERLINK("http://evil.example")' in plain_html.unescape(parts.read("xl/sharedStrings.xml").decode())


# Markdown and PDF -----------------------------------------------------------------------------------------------------


def test_markdown_says_the_same(english: Report) -> None:
    text = markdown(english)
    for section in english.sections:
        assert f"## {section.heading}" in text
    tables = sum(isinstance(block, ReportTable) for section in english.sections for block in section.blocks)
    panels = sum(
        len(block.panels) for part in english.sections for block in part.blocks if isinstance(block, ReportChart)
    )
    assert len(re.findall(r"^\|[-:|]+\|$", text, re.MULTILINE)) == tables + panels
    for line in re.findall(r"^\|.*\|$", text, re.MULTILINE):
        assert line.count("|") >= 3


def test_markdown_takes_no_name_for_markup(hostile: Findings) -> None:
    text = markdown(build(hostile, "en"))
    assert re.search(r"(?<!\\)<", text) is None
    assert "\\</script\\>" in text


@pytest.mark.parametrize("tongue", TONGUES)
def test_the_pdf_carries_its_fonts_and_says_its_tongue(full: Findings, tongue: str) -> None:
    made = pdf(build(full, tongue))  # type: ignore[arg-type]
    assert made.startswith(b"%PDF-")
    assert made.count(b"/FontFile3") >= 2  # regular and bold, embedded
    assert b"/StructTreeRoot" in made
    assert f"/Lang ({tongue})".encode() in made or f"/Lang({tongue})".encode() in made
    assert len(re.findall(rb"/Type\s*/Page\b", made)) >= 4


def test_equal_reports_are_equal_files(full: Findings, english: Report) -> None:
    makers: tuple[Callable[[], bytes], ...] = (
        lambda: html(english).encode(),
        lambda: workbook(english, full),
        lambda: pdf(english),
    )
    for make in makers:
        assert make() == make()


def test_a_hostile_pdf_is_set(hostile: Findings) -> None:
    assert pdf(build(hostile, "en")).startswith(b"%PDF-")


# Writing --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".html", ".xlsx", ".md", ".PDF"])
def test_the_ending_says_the_form(brief: Findings, tmp_path: Path, ending: str) -> None:
    beginning = {".html": b"<!doctype html>", ".xlsx": b"PK", ".md": b"# Japan", ".PDF": b"%PDF"}
    written = write(brief, tmp_path / f"report{ending}", "ja")
    assert written.read_bytes().startswith(beginning[ending])
    assert [entry.name for entry in tmp_path.iterdir()] == [f"report{ending}"]


def test_a_wrong_ending_or_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(
        ScenarioError, match=r"r.doc: '.doc' is no form of a report; end its name in one of .html, .xlsx, "
    ):
        check_file(tmp_path / "r.doc")
    with pytest.raises(ScenarioError, match=r"cannot be written \(its folder is not there\)"):
        check_file(tmp_path / "no" / "r.html")


def test_a_failure_leaves_the_report_there_before(
    brief: Findings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "r.md").write_text("before")
    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(ScenarioError, match=r"cannot be written \(No space left on device\)"):
        write(brief, tmp_path / "r.md")
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("r.md", "before")]


def test_the_command(tmp_path: Path) -> None:
    """From a saved plan, as a script does it, is what Python writes."""
    plan = sourcing.solve(EXAMPLES / "gallium_germanium_2023.yaml")
    plan.save(tmp_path / "plan")
    arguments = [sys.executable, "-m", "sourcing", "report", "plan", "--out", "r.md", "--language", "ja", "--quiet"]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    written = plan.report(tmp_path / "python.md", language="ja").read_text("utf-8")
    assert (tmp_path / "r.md").read_text("utf-8") == written
