"""What every command writes for other programs is read whole from a process of its own: stdout is the answer alone."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sourcing.cli.commands import COMMANDS, command_named

SMALL = """\
title: small
horizon: {start: 2027-01, periods: 3}
materials: {dysprosium-oxide: {unit: t}}
sites: {東京: {country: Japan}}
suppliers:
  south: {country: China, title: 中国南方稀土}
  lynas: {country: Malaysia, title: Lynas}
offers:
  south dy:
    supplier: south
    material: dysprosium-oxide
    price: {value: 290 USD/kg, low: 250, high: 320}
    nameplate: 400 t/year
    licensable: 5 t/month
  lynas dy: {supplier: lynas, material: dysprosium-oxide, price: 600 USD/kg, nameplate: 250 t/year}
lanes: {to japan: {where: {material: dysprosium-oxide}, site: 東京}}
demand:
  motors: {material: dysprosium-oxide, site: 東京, need: 30 t/month, shortage: {lost: {cost: 2000 USD/kg}}}
futures:
  as now: {probability: 0.7}
  full ban: {probability: 0.3, restrictions: {ban: {where: {origin: China}, from: 2027-02, approval: 0}}}
"""
LOT = "supplier: trader, material: dysprosium-oxide, volume: 500 kg, price: 900 USD/kg, arrives: 2027-02"
ASKED = {
    "solve": ("small.yaml", "--quiet"),
    "sweep": ("small.yaml", "--vary", "futures.'full ban'.probability=0.2:0.4:2", "--quiet"),
    "frontier": ("small.yaml", "--points", "3", "--quiet"),
    "value": ("small.yaml", "--quiet"),
    "stress": ("small.yaml", "--futures", "2", "--live", "2", "--replications", "0", "--quiet"),
    "survival": ("small.yaml", "--stock", "today", "--quiet"),
    "compare": ("small.yaml", "--quiet"),
    "tornado": ("small.yaml", "--confirm", "1", "--quiet"),
    "breakeven": ("small.yaml", "--of", "offers.'lynas dy'", "--by", "price", "--quiet"),
    "quote": ("small.yaml", "--offer", LOT, "--quiet"),
    "replan": ("small.yaml", "--last", "small.yaml", "--plan", "plan", "--quiet"),
    "alternatives": ("small.yaml", "--quiet"),
    "data": ("controls",),
}
SERVER = """\
import json, os, sys
from sourcing.cli import main
from sourcing.cli.commands import COMMANDS, command_named

for name in COMMANDS:
    command_named(name)
for arguments, out in json.load(sys.stdin):
    child = os.fork()
    if not child:
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT, 0o666), 1)
        main(arguments)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def forms(name: str) -> tuple[str, ...]:
    """What --format of a command may be, text aside; none where it has no such option."""
    command = command_named(name)
    options = {option.name: option.type for option in command.params}
    return tuple(form for form in options["form"].choices if form != "text") if "form" in options else ()


pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
CASES = [(name, form) for name in COMMANDS for form in forms(name)]


def test_every_command_with_a_format_is_asked() -> None:
    assert {name for name, _ in CASES} == set(ASKED)
    assert all("json" in forms(name) and "csv" in forms(name) for name in ASKED)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """Stdout of each command in each format. Each is a process of its own, begun from one that has only imported."""
    folder = tmp_path_factory.mktemp("answers")
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    first = (["solve", "small.yaml", "--quiet", "--out", "plan"], "first")
    jobs = [first, *(([name, *ASKED[name], "--format", form], f"{name}.{form}") for name, form in CASES)]
    done = subprocess.run(
        [sys.executable, "-c", SERVER], input=json.dumps(jobs), capture_output=True, text=True, check=False, cwd=folder
    )
    assert (done.stderr, set(done.stdout.split())) == ("", {"0"})
    return {(name, form): (folder / f"{name}.{form}").read_text("utf-8") for name, form in CASES}


@pytest.mark.parametrize(("name", "form"), CASES)
def test_stdout_is_the_answer_alone(name: str, form: str, answers: dict[tuple[str, str], str]) -> None:
    text = answers[name, form]
    assert text.endswith("\n")
    assert "HiGHS" not in text.splitlines()[0]
    if form == "json":
        assert json.loads(text)
    elif form == "md":
        lines = text.splitlines()
        assert lines[0].startswith("# ")
        assert all(line.endswith("|") for line in lines if line.startswith("|"))
    else:
        blocks = text.split("\n\n") if name != "data" else [f"# data\n{text}"]
        assert blocks
        for block in blocks:
            heading, _, rows = block.partition("\n")
            assert heading.startswith("# ")
            assert len({len(row) for row in csv.reader(io.StringIO(rows), strict=True)}) <= 1


def test_the_command_itself_as_a_pipe_reads_it(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    command = [sys.executable, "-m", "sourcing", "solve", "small.yaml", "--quiet", "--format", "json"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["title"] == "small"
