"""Streams that are closed, full, without a reader or in another encoding, and Ctrl-C: a sentence, never a traceback.

Each is a process of its own, as a shell would start it.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sourcing.worker_processes import spawned, unreached

SMALL = """\
title: 小さな例
horizon: {start: 2027-01, periods: 2}
materials: {dysprosium-oxide: {unit: t}}
sites: {東京: {country: Japan}}
suppliers: {lynas: {country: Malaysia, title: Lynas}}
offers:
  lynas dy: {supplier: lynas, material: dysprosium-oxide, price: 600 USD/kg, nameplate: 250 t/year}
lanes: {to japan: {where: {material: dysprosium-oxide}, site: 東京}}
demand:
  モーター: {material: dysprosium-oxide, site: 東京, need: 3 t/month, shortage: {lost: {cost: 2000 USD/kg}}}
"""
SOURCING = f"{sys.executable} -m sourcing"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SOURCING_DEBUG", "PYTHONUNBUFFERED", "PYTHONUTF8", "PYTHONIOENCODING"):
        monkeypatch.delenv(name, raising=False)
    Path("小.yaml").write_text(SMALL, encoding="utf-8")


def shell(line: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a line for bash; a pipe fails where any part of it does."""
    command = ["bash", "-o", "pipefail", "-c", line]
    done = subprocess.run(command, capture_output=True, check=False, env=os.environ | environment)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize(
    ("command", "first"),
    [
        ("--help", "Usage: sourcing [OPTIONS] COMMAND [ARGS]...\n"),
        ("schema", "{\n"),  # longer than any buffer of a pipe
        ("solve 小.yaml --format csv --quiet", "# summary\n"),
        ("show 小.yaml", "小.yaml:2: horizon.periods: 2\n"),
    ],
)
def test_a_reader_that_goes_away_is_no_error(command: str, first: str) -> None:
    assert shell(f"{SOURCING} {command} | head -1") == (0, first, "")


def test_a_reader_that_never_was_is_no_error() -> None:
    assert shell(f"{SOURCING} schema | true") == (0, "", "")


@pytest.mark.parametrize("command", ["--help", "schema", "solve 小.yaml --quiet"])
def test_a_closed_stdout_is_exit_1_with_one_sentence(command: str) -> None:
    assert shell(f"{SOURCING} {command} >&-") == (1, "", "the answer cannot be written (stdout is closed)\n")


def test_a_closed_stdout_is_no_error_where_a_folder_keeps_the_answer() -> None:
    """Nor does what is opened meanwhile take its number: the tables hold nothing but tables."""
    assert shell(f"{SOURCING} solve 小.yaml --quiet --out plan <&- >&-") == (0, "", "")
    assert json.loads(Path("plan/manifest.json").read_text("utf-8"))["status"] == "optimal"
    assert not [file for file in Path("plan").iterdir() if "HiGHS" in file.read_text("utf-8").partition("\n")[0]]


@pytest.mark.parametrize("to", [">&-", "| true", ">/dev/full"])
def test_a_file_that_is_the_answer_is_written_whoever_reads_what_is_said_of_it(to: str) -> None:
    assert shell(f"{SOURCING} new mine {to}") == (0, "", "")
    assert "extends: japan" in Path("mine.yaml").read_text("utf-8")


def test_a_file_is_rewritten_before_it_is_told_what_was_changed() -> None:
    """`japan_minor_metals` is part of `japan` now."""
    Path("old.yaml").write_text("title: a\nextends: japan_minor_metals\n")
    assert shell(f"{SOURCING} migrate old.yaml >&-") == (0, "", "")
    assert "extends: japan\n" in Path("old.yaml").read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a system without /dev/full")
@pytest.mark.parametrize("command", ["--help", "schema"])
def test_a_full_disk_is_exit_1_with_one_sentence(command: str) -> None:
    said = "the answer cannot be written (No space left on device)\n"
    assert shell(f"{SOURCING} {command} >/dev/full") == (1, "", said)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a system without /dev/full")
@pytest.mark.parametrize("to", ["/dev/full", "&-"])
def test_progress_that_nobody_can_read_costs_no_answer(to: str) -> None:
    """The bar of a sweep goes to stderr."""
    code, out, _ = shell(
        f"{SOURCING} sweep 小.yaml --vary \"demand.'モーター'.need=3:4:2 t/month\" --format json 2>{to}"
    )
    assert code == 0
    assert len(json.loads(out)["points"]) == 2


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},  # Python itself takes ASCII
    ],
    ids=lambda environment: " ".join(environment),
)
def test_japanese_is_read_and_written_in_every_locale(environment: dict[str, str]) -> None:
    code, out, err = shell(f"{SOURCING} show 小.yaml --set demand.モーター.need='4 t/month'", **environment)
    assert (code, err) == (0, "")
    assert "--set: demand.モーター.need: 4 t/month" in out
    assert "小.yaml:" in out


INTERRUPTED = """\
import os, runpy, signal, sys

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
sys.argv = ["sourcing", "solve", "none.yaml"]
runpy.run_module("sourcing", run_name="__main__")
"""


@pytest.mark.parametrize("module", ["sourcing.cli", "click", "sourcing.cli.solve_command", "pandas", "highspy"])
def test_ctrl_c_while_a_module_is_loaded_is_exit_130(module: str) -> None:
    code = INTERRUPTED.format(module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


def interrupted_at_work() -> None:
    with spawned(2) as pool:
        assert pool.submit(abs, -1).result() == 1  # so that one is at work
        pool.submit(time.sleep, 300)
        time.sleep(0.5)
        raise KeyboardInterrupt


def test_an_error_ends_the_work_of_all_worker_processes() -> None:
    """The task would take five minutes, and nobody waits for it."""
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted_at_work()
    assert time.monotonic() - begun < 60


def test_ctrl_c_is_seen_once_a_process_is_begun_and_not_while() -> None:
    """Seen in between, the process would read half of what it is sent, and print a traceback."""
    steps: list[str] = []

    def begin() -> None:
        with unreached():
            signal.raise_signal(signal.SIGINT)
            steps.append("begun")

    with pytest.raises(KeyboardInterrupt):
        begin()
    assert steps == ["begun"]


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="a system without masks of signals")
def test_ctrl_c_does_not_reach_worker_processes() -> None:
    """Blocked where they begin, so that not even what loads in them is interrupted; here it is not blocked."""
    nothing: list[signal.Signals] = []
    with spawned(1) as pool:
        assert signal.SIGINT in pool.submit(signal.pthread_sigmask, signal.SIG_BLOCK, nothing).result()
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, nothing)
