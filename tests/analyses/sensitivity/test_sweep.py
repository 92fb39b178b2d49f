"""sweep: every point is the plan that a solve of its own gives; where the plan changes is where two solves differ."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from distributed import Client, LocalCluster

import sourcing
from sourcing.analyses.sensitivity.sweep import Sweep, sweep
from sourcing.analyses.sensitivity.varied_ranges import grid, ranges, spread
from sourcing.errors import ScenarioError
from tests.building import small
from tests.checkout import EVERYTHING

# Two sources of one material, need 10 t a month for 2 months. A costs 100 USD/kg, B 60 USD/kg and a qualification of
# 0.5 MUSD before the tree. B saves 40 USD/kg x 10 t x 1 month (it is usable from the second month) = 0.4 MUSD; at a
# price of 50 or less it saves 0.5 or more: between them the plan changes.
TWO = small(
    2,
    title="two sources",
    site="plant",
    suppliers={"a": "Malaysia", "b": "Australia"},
    offers={
        "from a": {"supplier": "a", "price": "100 USD/kg"},
        "from b": {
            "supplier": "b",
            "price": "60 USD/kg",
            "qualification": {"cost": "0.5 MUSD", "time": "1 month", "decide": "now"},
        },
    },
    demand={"motors": {"need": "10 t/month", "firm": True}},
)
PRICE = "offers.'from b'.price"


@pytest.fixture(scope="module")
def found() -> Sweep:
    return sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"])


def test_every_point_is_a_plan_of_its_own(found: Sweep) -> None:
    alone = [sourcing.solve(TWO, overrides=(f"{PRICE}={price} USD/kg",)).cost for price in (40, 50, 60, 70)]
    assert found.points["cost"].tolist() == pytest.approx(alone, rel=1e-6)
    assert found.points[PRICE].tolist() == [40, 50, 60, 70]


def test_it_says_where_the_plan_changes(found: Sweep) -> None:
    (change,) = found.changes.to_dict("records")
    assert (change["subject"], change["before"], change["after"]) == ("from b", "now", "no")
    assert change["from"] in (40, 50)  # at 50 both come to the same
    assert any("from b: now -> no" in line for line in found.sentences)


def test_mix_stock_and_decisions_are_those_of_the_points(found: Sweep) -> None:
    first = found.mix[found.mix["point"] == 1].set_index("supplier")["share"]
    assert first["b"] == pytest.approx(0.5)  # all of the second month
    assert set(found.decisions["point"]) == {1, 2, 3, 4}
    assert set(found.stock["material"]) == {"dy"}


def test_a_point_without_a_plan_is_a_row_and_not_the_end() -> None:
    found = sweep(TWO, ["offers.'from a'.nameplate=0, 5, 20 t/month"], overrides=(f"{PRICE}=60 USD/kg",))
    assert found.points["status"].tolist() == ["no plan", "no plan", "optimal"]
    assert found.sentences[0] == "2 of 3 points have no plan."


def test_a_sweep_that_was_stopped_goes_on(tmp_path: Path) -> None:
    first = sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"], out=tmp_path)
    (folder,) = (tmp_path / "points").iterdir()
    files = sorted(folder.glob("*.json"))
    assert len(files) == 4
    before = [file.stat().st_mtime_ns for file in files]
    files[1].unlink()
    again = sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"], out=tmp_path)
    pd.testing.assert_frame_equal(again.points, first.points, rtol=1e-9)
    assert [file.stat().st_mtime_ns == time for file, time in zip(files, before, strict=True)] == [1, 0, 1, 1]
    sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"], overrides=("size=0.5",), out=tmp_path)  # another question
    assert len(list((tmp_path / "points").iterdir())) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "\x00" * len(text),
        lambda text: text.replace('"status": "optimal"', '"status": "no plan"'),
        lambda text: json.dumps(json.loads(text)["point"]),  # as earlier versions wrote it
        lambda text: "[]",
    ],
    ids=["empty", "cut", "zeros", "edited", "older", "a list"],
)
def test_a_damaged_point_is_told_and_solved_again(spoil: Callable[[str], str], tmp_path: Path) -> None:
    first = sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"], out=tmp_path)
    file = sorted(tmp_path.glob("points/*/*.json"))[2]
    file.write_text(spoil(file.read_text("utf-8")), encoding="utf-8")
    again = sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"], out=tmp_path)
    assert again.sentences[0] == "1 kept point was empty, damaged or edited, and solved again."
    pd.testing.assert_frame_equal(again.points, first.points, rtol=1e-9)
    assert sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"], out=tmp_path).sentences == first.sentences


# Killed, as real processes --------------------------------------------------------------------------------------------


def sweeping(out: Path, workers: int) -> "subprocess.Popen[str]":
    vary = "offers.'lynas dy'.committed=0:2:60 t/month"
    command = [sys.executable, "-m", "sourcing", "sweep", str(EVERYTHING), "--vary", vary, "--gap", "1e-6", "--quiet"]
    return subprocess.Popen(
        [*command, "--workers", str(workers), "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def points_in(out: Path) -> list[Path]:
    return sorted(out.glob("points/*/[!.]*.json"))


def wait_for(out: Path, count: int, process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + 120
    while len(points_in(out)) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)


def workers_of(process: "subprocess.Popen[str]") -> list[int]:
    """Processes that a sweep has started and that solve, not the one that looks after resources."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == process.pid and b"spawn_main" in (path / "cmdline").read_bytes():
                found.append(int(path.name))
    return found


def gone(numbers: list[int]) -> bool:
    """Whether processes have ended, a moment being allowed."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if not any(Path(f"/proc/{number}").exists() for number in numbers):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
@pytest.mark.parametrize("signal_sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_parent_is_killed_and_what_was_finished_is_there(signal_sent: int, tmp_path: Path) -> None:
    process = sweeping(tmp_path, 2)
    wait_for(tmp_path, 4, process)
    workers = workers_of(process)
    assert len(workers) == 2
    os.kill(process.pid, signal_sent)
    process.communicate(timeout=60)
    assert gone(workers)
    done = points_in(tmp_path)
    assert len(done) >= 4
    assert all(json.loads(file.read_bytes())["point"]["totals"]["status"] for file in done)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
def test_a_worker_is_killed_and_the_sweep_says_what_is_kept(tmp_path: Path) -> None:
    process = sweeping(tmp_path, 2)
    wait_for(tmp_path, 4, process)
    one, other = workers_of(process)
    os.kill(one, signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert gone([one, other])
    done = len(points_in(tmp_path))
    assert process.returncode == 1
    assert re.fullmatch(
        rf"a worker process was ended from outside, killed or for want of memory; {done} of 60 points are kept in "
        r"\S+points/\w+, and the same command goes on from there\n",
        err,
    )
    assert "Traceback" not in out + err


def test_workers_find_the_same(found: Sweep) -> None:
    shared = sweep(TWO, [f"{PRICE}=40:70:4 USD/kg"], workers=2)
    pd.testing.assert_frame_equal(shared.points, found.points, rtol=1e-6)


def test_a_dask_client_finds_the_same_and_every_point_is_kept(found: Sweep, tmp_path: Path) -> None:
    cluster = LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None)
    with cluster, Client(cluster) as client:
        elsewhere = sweep(TWO, [f"{PRICE}=40:70:7 USD/kg"], out=tmp_path, executor=client.get_executor())
    pd.testing.assert_frame_equal(
        elsewhere.points.drop(columns="point")[::2].reset_index(drop=True),
        found.points.drop(columns="point"),
        rtol=1e-6,
    )
    assert len(points_in(tmp_path)) == 7


def test_a_grid_goes_to_and_fro_and_is_told_in_order() -> None:
    varied = ranges(["size=1, 2", "discount=0:4:3 %/year"])
    assert grid(varied) == [(1, 0), (1, 2), (1, 4), (2, 4), (2, 2), (2, 0)]
    found = sweep(TWO, ["size=1, 2", "discount=0:4:3 %/year"])
    assert found.points[["size", "discount"]].to_numpy().tolist() == [[1, 0], [1, 2], [1, 4], [2, 0], [2, 2], [2, 4]]


def test_samples_are_even_and_the_same_for_a_seed() -> None:
    varied = ranges(["size=1:3", "discount=0:4 %/year"])
    one, two = spread(varied, 64, seed=7), spread(varied, 64, seed=7)
    assert one == two
    assert one != spread(varied, 64, seed=8)
    counts, _, _ = np.histogram2d(*np.array(one).T, bins=4, range=[[1, 3], [0, 4]])
    assert counts.min() == counts.max() == 4  # a (0, 2) sequence in base 2: every quarter by quarter has its share


@pytest.mark.parametrize(
    ("vary", "cause"),
    [
        ([], "nothing is varied"),
        (["size=one:two"], "is no range of numbers"),
        (["size=1:2:1"], "1 points"),
        (["size=1:2", "size=3:4"], "is varied twice"),
        (["offers.'from c'.price=1:2 USD/kg"], "'supplier' is missing"),
    ],
)
def test_what_cannot_be_varied(vary: list[str], cause: str) -> None:
    with pytest.raises(ScenarioError, match=cause):
        sweep(TWO, vary)
