"""--accept-edited on the command line: refused with 2, taken with a remark, and never called a defect."""

import pickle
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sourcing.cli import main
from sourcing.errors import Place, Problem, ScenarioError

SCENARIO = """\
title: small
horizon: {start: 2027-01, periods: 3}
materials: {oxide: {unit: t}}
sites: {japan: {country: Japan}}
suppliers: {south: {country: China}, lynas: {country: Malaysia, tags: allied}}
offers:
  south dy: {supplier: south, material: oxide, price: 290 USD/kg, nameplate: 400 t/year}
  lynas dy: {supplier: lynas, material: oxide, price: 600 USD/kg, nameplate: 250 t/year}
lanes: {sea: {where: {material: oxide}, site: japan}}
demand: {motors: {material: oxide, site: japan, need: 30 t/month, shortage: {lost: {cost: 2000 USD/kg}}}}
"""
READERS = {
    "report": ["report", "plan", "--out", "report.md"],
    "compare": ["compare", "plan", "--quiet"],
    "replan": ["replan", "small.yaml", "--last", "small.yaml", "--plan", "plan", "--quiet"],
}


@pytest.fixture(autouse=True)
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(SCENARIO)
    assert run(capsys, "solve", "small.yaml", "--out", "plan", "--quiet")[0] == 0


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out, err = capsys.readouterr()
    return int(str(ended.value.code)), " ".join(out.split()), err


def edit(table: str, change: Callable[[str], str]) -> str:
    (file,) = Path("plan").glob(f"{table}*")
    before = file.read_text()
    file.write_text(change(before))
    assert file.read_text() != before
    return file.name


def quantity(other: str) -> Callable[[str], str]:
    """The first order is of another quantity, which stands before the price."""
    return lambda text: re.sub(r"[\d.]+(,[\d.]+)$", rf"{other}\1", text, count=1, flags=re.MULTILINE)


@pytest.mark.parametrize("reader", READERS)
def test_as_saved_it_is_read(reader: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, *READERS[reader])[0] == 0


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("table", ["orders", "stockpile", "futures", "baseline", "manifest"])
def test_edited_it_is_refused_with_the_file_and_the_cure(
    reader: str, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = edit(table, lambda text: re.sub(r"(\d)\.(\d)", r"\1.7\2", text, count=1))
    code, out, err = run(capsys, *READERS[reader])
    assert (code, out) == (2, "")
    assert err.startswith(f"plan/{name}: is not what was saved")
    assert "solve again (sourcing solve small.yaml --out plan), or read it as it is with --accept-edited" in err


@pytest.mark.parametrize("reader", READERS)
def test_accepted_it_is_read_with_a_remark(reader: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = edit("orders", quantity("99.0"))
    code, out, _ = run(capsys, *READERS[reader], "--accept-edited")
    assert code == 0
    said = " ".join(Path("report.md").read_text("utf-8").split()) if reader == "report" else out
    assert re.search(f"[Ee]dited since .*, so that nothing proves it: {name}", said)


def test_a_report_in_japanese_says_so_too(capsys: pytest.CaptureFixture[str]) -> None:
    name = edit("orders", quantity("99.0"))
    assert run(capsys, *READERS["report"], "--language", "ja", "--accept-edited")[0] == 0
    assert f"計算後に編集されており、内容は検証されていません：{name}" in Path("report.md").read_text("utf-8")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("orders", lambda text: text.replace("as now", "never")),
        ("orders", quantity("many")),
        ("orders", lambda text: text.splitlines()[0] + "\n"),
        ("stockpile", lambda text: text.replace("2027-01", "soon")),
        ("stockpile", lambda text: text.splitlines()[0] + "\n"),
        ("baseline", lambda text: text.splitlines()[0] + "\n"),
        ("futures", lambda text: text.splitlines()[0] + "\n"),
        ("futures", lambda text: text + "\x00,,,"),
    ],
)
def test_what_does_not_hold_together_is_no_defect(
    reader: str, table: str, change: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    edit(table, change)
    code, _, err = run(capsys, *READERS[reader], "--accept-edited")
    assert code in (0, 2)
    assert "defect" not in err


def test_last_months_scenario_that_is_another_now_is_pointed_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Changed since the last plan" not in run(capsys, *READERS["replan"])[1]
    Path("small.yaml").write_text(SCENARIO.replace("need: 30", "need: 29"))
    code, out, _ = run(capsys, *READERS["replan"])
    assert code == 0
    assert "Changed since the last plan was solved: small.yaml; what differs there counts" in out


def test_an_error_of_a_worker_arrives_whole() -> None:
    error = ScenarioError((Problem(Place("a.yaml", 3), "need", "is wrong", "mend it"), Problem(None, "", "b", "c")))
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.problems, str(again)) == (ScenarioError, error.problems, str(error))
