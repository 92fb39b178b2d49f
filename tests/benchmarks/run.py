"""What building, handing over and solving costs beside other ways: `python tests/benchmarks/run.py [FUTURES ...]`."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TASK = Path(__file__).with_name("task.py")
SIZES = (10, 95, 480)  # futures: about 0.1, 1 and 5 million nonzeros
MIDDLE = 1e6  # nonzeros at which something is asked; within a tenth
EXPANDABLE = 20  # futures up to which `expand` ends within a minute
SOLVED = 115  # futures that have a million nonzeros when qualifications are decided now
PATIENCE = 600  # seconds

POINTS = 100
EXAMPLE = Path(__file__).parents[2] / "examples" / "japan_heavy_rare_earths.yaml"
VARIED = {
    "a probability": "futures.'full ban'.probability=0.05:0.6:COUNT",
    "a price": "offers.'lynas dy'.price=300:900:COUNT USD/kg",
}

RIVALS = {
    "pyomo-contrib": "Pyomo, row by row, contrib.solver",
    "pyomo-appsi": "Pyomo, row by row, appsi",
    "expand": "Pyomo, expand, contrib.solver",
    "linopy": "linopy, rows of like length at once",
}
ASKED = {"pyomo-contrib": 50.0, "pyomo-appsi": 50.0, "linopy": 5.0}


@dataclass(frozen=True)
class Line:
    """A line of the table: two numbers, their ratio, and what is asked of it. `least`: the ratio should be above."""

    what: str
    nonzeros: float
    ours: float
    theirs: float
    ratio: float
    asked: float | None = None
    least: bool = False

    def __str__(self) -> str:
        size = f"{self.nonzeros / 1e6:.2f}" if self.nonzeros else ""
        verdict = ""
        if self.asked is not None:
            met = self.ratio >= self.asked if self.least else self.ratio <= self.asked
            verdict = f"{'>=' if self.least else '<='} {self.asked:g}  {'met' if met else 'NOT MET'}"
        numbers = f"{self.ours:9.3f} {self.theirs:9.3f} {self.ratio:8.2f}"
        return f"{self.what:58} {size:>9} {numbers}  {verdict}".rstrip()


def task(*arguments: object) -> dict[str, float] | None:
    """The numbers of one task in a fresh process; None, with a word why, when it takes too long or fails."""
    command = [sys.executable, str(TASK), *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        why = f"more than {PATIENCE} s" if isinstance(error, subprocess.TimeoutExpired) else error.stderr.strip()[-200:]
        print(f"left out: {' '.join(map(str, arguments))}: {why}", flush=True)
        return None
    return dict(json.loads(done.stdout.splitlines()[-1]))


def building(futures: int) -> Iterator[Line]:
    """Formulation, program and hand-over beside the rivals' model and hand-over, CPU seconds."""
    ours = task("build", futures, 5)
    if ours is None:
        return
    size, total = ours["nonzeros"], ours["build"] + ours["hand_over"]
    middle = abs(size / MIDDLE - 1) < 0.1
    yield Line(
        "build + hand-over: the first in a process, beside the best", size, ours["first"], total, ours["first"] / total
    )
    for name, title in RIVALS.items():
        if name == "expand" and futures > EXPANDABLE:
            print(f"left out: expand at {futures} futures: it substitutes expressions, and takes minutes", flush=True)
            continue
        theirs = task("rival", futures, 3 if size < 5e5 or name == "linopy" else 1, name)
        if theirs is not None:
            whole = theirs["build"] + theirs["hand_over"]
            asked = ASKED.get(name) if middle else None
            yield Line(f"build + hand-over: {title}", size, total, whole, whole / total, asked, least=True)
            yield from (
                Line(f"  {what}", size, ours["hand_over"], seconds, seconds / ours["hand_over"])
                for what, seconds in (("both from ready arrays", whole), ("hand-over alone", theirs["hand_over"]))
                if what == "hand-over alone" or name != "expand"
            )


def formulating(futures: int) -> Iterator[Line]:
    """A part of the formulation, from data to HiGHS, beside linopy with whole arrays, CPU seconds."""
    found = task("vectorised", futures, 3)
    if found:
        asked = ASKED["linopy"] if abs(found["nonzeros"] / MIDDLE - 1) < 0.1 else None
        ratio, what = found["theirs"] / found["ours"], "from data, a part of the model: linopy, whole arrays"
        yield Line(what, found["nonzeros"], found["ours"], found["theirs"], ratio, asked, least=True)


def memory(futures: int) -> Iterator[Line]:
    """Peak of memory added by building and handing over beside highspy with ready arrays, megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        arrays = f"{folder}/arrays.npz"
        ours = task("memory", futures, arrays)
        alone = ours and task("memory_alone", arrays)
    if ours and alone:
        what, size = "peak memory, MB: highspy with ready arrays", ours["nonzeros"]
        ratio = ours["handed_over"] / alone["alone"]
        asked = 1.5 if abs(size / MIDDLE - 1) < 0.1 else None
        yield Line(what, size, ours["handed_over"], alone["alone"], ratio, asked)


def solving() -> Iterator[Line]:
    """The whole of `sourcing.solve` beside the HiGHS run within it, CPU seconds."""
    found = task("solve", SOLVED)
    if found:
        ratio = found["solve"] / found["highs"]
        yield Line("sourcing.solve: its HiGHS run alone", found["nonzeros"], found["solve"], found["highs"], ratio, 1.1)


def sweeping() -> Iterator[Line]:
    """Points of a sweep beside as many cold solves: in one process, and each by a command of its own."""
    command = [sys.executable, "-m", "sourcing", "solve", str(EXAMPLE), "--quiet"]
    by_command = min(_spent(command) for _ in range(3)) * POINTS
    for what, vary in VARIED.items():
        found = task("sweep", POINTS, vary)
        if found:
            yield _swept(f"{POINTS} points of {what}: solves in one process", found["along"], found["alone"])
            yield _swept(f"{POINTS} points of {what}: commands", found["along"], by_command, 10.0)


def _swept(what: str, ours: float, theirs: float, asked: float | None = None) -> Line:
    return Line(what, 0, ours, theirs, theirs / ours, asked, least=True)


def small_things() -> Iterator[Line]:
    """Seconds of what is done every time, beside what is asked."""
    found = task("read", 5)
    if found:
        yield Line("load and resolve the shipped model: 1 s", 0, found["first"], 1.0, found["first"], 1.0)
    seconds = min(_helped() for _ in range(5))
    yield Line("sourcing --help: 0.3 s", 0, seconds, 0.3, seconds / 0.3, 1.0)


def _helped() -> float:
    """CPU seconds of `sourcing --help`."""
    return _spent([sys.executable, "-m", "sourcing", "--help"])


def _spent(command: list[str]) -> float:
    """CPU seconds of a command."""
    before = os.times()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(sizes: tuple[int, ...]) -> None:
    """Print the table as it comes."""
    if importlib.util.find_spec("linopy") is None:
        sys.exit("linopy is not installed; type: pip install -e '.[benchmark]'")
    started = time.monotonic()
    print(f"{'ours: beside what':58} {'million':>9} {'ours':>9} {'beside':>9} {'ratio':>8}  asked", flush=True)
    for lines in (
        small_things(),
        *map(building, sizes),
        *map(formulating, sizes),
        *map(memory, sizes),
        solving(),
        sweeping(),
    ):
        for line in lines:
            print(line, flush=True)
    print(f"{(time.monotonic() - started) / 60:.0f} minutes")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
