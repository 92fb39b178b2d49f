"""A limit of time, and Ctrl-C: the best plan so far with its gap, or a plain refusal where there is none."""

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import sourcing
from sourcing.advice.phrases import proof
from sourcing.errors import SolveError
from sourcing.outcome import Plan
from tests.checkout import EVERYTHING, EXAMPLES
from tests.test_sense import bans, scenario

MAGNETS = EXAMPLES / "united_states_magnets.yaml"


def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is one second further at each look, whatever the machine."""
    looks = itertools.count()
    monkeypatch.setattr("sourcing.solver.halt.time", SimpleNamespace(monotonic=lambda: float(next(looks))))


@pytest.mark.parametrize("strategy", ["auto", "extensive", "lshaped"])
def test_no_time_is_no_plan_and_says_so(strategy: str) -> None:
    with pytest.raises(SolveError, match=r"no plan was found before the end \(time limit\); allow more time"):
        sourcing.solve(MAGNETS, time_limit=1e-6, strategy=strategy)


def test_futures_solved_for_their_regret_count_against_the_limit() -> None:
    with pytest.raises(SolveError, match=r"end \(time limit\): regret is counted .* 0 of 6 were solved; allow more"):
        sourcing.solve(EVERYTHING, time_limit=1e-6, overrides=("risk.of=regret", "risk.service=null"))


def test_futures_solved_for_their_regret_can_be_interrupted() -> None:
    looks: list[object] = []
    with pytest.raises(SolveError, match=r"end \(interrupted\): regret is counted"):
        sourcing.solve(
            EVERYTHING, overrides=("risk.of=regret", "risk.service=null"), watch=lambda at: looks.append(at) or True
        )
    assert looks


def by_limit(source: Path | dict[str, Any], **options: Any) -> Iterator[Plan]:
    """The plans that limits of 1 to 60 looks at the clock give, where they give one."""
    for limit in range(1, 60):
        with suppress(SolveError):
            yield sourcing.solve(source, time_limit=limit, **options)


def test_between_roundings_and_search_the_best_rounding_is_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the gap at 0 the roundings prove nothing; the clock leaves time for some of them and for no search."""
    best = sourcing.solve(EVERYTHING, gap=1e-9)
    ticking(monkeypatch)
    plan = next(plan for plan in by_limit(EVERYTHING, gap=0.0) if plan.status == "feasible")
    assert plan.reason == "time limit"
    assert plan.bound <= best.cost * (1 + 1e-9) <= plan.cost * (1 + 2e-9)
    assert plan.unkept[0].startswith("The plan is not proven best: stopped by the time limit: best plan so far, at")


def test_time_that_ends_while_the_rest_is_settled_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the worst outcome counts: the first rounding is within the gap, and the clock leaves no time to settle."""
    whole = scenario(futures=bans(0.2)) | {"risk": {"tail": 0.2, "weight": 1}}
    whole["offers"]["south"]["order_cost"] = "200 USD"
    ticking(monkeypatch)
    told = [plan for plan in by_limit(whole, gap=1.0) if plan.status == "optimal"]
    cut = [plan for plan in told if plan.reason == "time limit"]
    assert 0 < len(cut) < len(told)
    assert all("Stopped by the time limit before expected cost was made least" in plan.unkept[0] for plan in cut)


@pytest.mark.parametrize(
    ("reason", "gap", "told"),
    [
        ("time limit", 0.031, "stopped by the time limit: best plan so far, at most 3.1 % from the best"),
        ("interrupted", 0.0002, "interrupted: best plan so far, at most 0.02 % from the best"),
        ("time limit", float("inf"), "stopped by the time limit: best plan so far, how far from the best is not known"),
    ],
)
def test_how_good_the_best_so_far_is(reason: str, gap: float, told: str) -> None:
    assert proof("feasible", reason, gap) == told


# As real processes ----------------------------------------------------------------------------------------------------


def solving(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "sourcing", "solve", str(MAGNETS), "--quiet", "--gap", "0", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def told(out: str) -> str:
    """The answer without its line breaks."""
    return " ".join(out.split())


@pytest.mark.parametrize("limit", ["0.001", "0.1", "1"])
def test_a_limit_gives_a_plan_with_its_gap_or_one_line(limit: str) -> None:
    process = solving("--time-limit", limit)
    out, err = process.communicate(timeout=120)
    if process.returncode == 0:
        assert re.search(r"best plan so far, (at most [\d.e-]+ % from the best|how far)| optimal \(", told(out))
    else:
        assert process.returncode == 1
        assert "cost" not in out
        assert err == "no plan was found before the end (time limit); allow more time\n"


@pytest.mark.parametrize("strategy", ["extensive", "lshaped"])
@pytest.mark.parametrize("after", [1, 2, 4])
def test_ctrl_c_gives_the_best_so_far_or_one_line(after: int, strategy: str) -> None:
    process = solving("--strategy", strategy)
    time.sleep(after)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err
    early = (-signal.SIGINT,) if not out else ()  # before Python listens, which a shell calls 130 too
    assert process.returncode in ((0,) if "optimal (" in out else (130, *early))
    if "cost" in out and "optimal (" not in out:
        assert "interrupted: best plan so far" in told(out)
