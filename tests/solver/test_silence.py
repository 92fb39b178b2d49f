"""The solver's library prints nothing on stdout, and what others print there arrives."""

import ast
import os
import subprocess
import sys

import pytest

from sourcing.solver.silence import silent
from sourcing.worker_processes import spawned
from tests.checkout import ROOT


def printed(code: str) -> bytes:
    """What a process that runs the code writes on stdout."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.PIPE, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def test_what_is_printed_meanwhile_leads_nowhere_and_the_rest_arrives(capfd: pytest.CaptureFixture[str]) -> None:
    os.write(1, b"before ")
    with silent():
        os.write(1, b"meanwhile ")
    os.write(1, b"after")
    assert capfd.readouterr().out == "before after"


def test_an_error_meanwhile_puts_stdout_back(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), silent():
        raise KeyboardInterrupt
    os.write(1, b"after")
    assert capfd.readouterr().out == "after"


def test_a_closed_stdout_stays_closed_and_no_descriptor_is_left_open() -> None:
    """A copy takes the lowest number that is free: that of stdout while it is closed, the same one after as before."""
    before = os.dup(1)
    os.close(before)
    keep = os.dup(1)
    os.close(1)
    try:
        with silent():
            os.write(1, b"meanwhile")
        assert os.dup(keep) == 1
        with silent():
            os.write(1, b"")
        os.close(keep)
        keep = os.dup(1)
        assert keep == before
    finally:
        os.dup2(keep, 1)
        os.close(keep)


def test_instances_in_many_threads_print_nothing_and_their_process_prints_all() -> None:
    """What is in the buffers of Python and of C before is not lost; a thread prints on while programs are solved."""
    code = """\
import concurrent.futures, ctypes, threading
c = ctypes.CDLL(None)
c.printf(b"C's buffer\\n")
print("Python's buffer")
from sourcing.solver.highs import instance
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    made = list(pool.map(lambda _: instance(), range(4)))
def talk():
    for number in range(200):
        print(number, flush=True)
other = threading.Thread(target=talk)
other.start()
for highs in made:
    highs.setOptionValue("output_flag", False)
    for _ in range(20):
        highs.addVar(0, 1)
    highs.run()
other.join()
"""
    lines = printed(code).decode().splitlines()
    assert sorted(lines[:2]) == ["C's buffer", "Python's buffer"]
    assert lines[2:] == [str(number) for number in range(200)]


def test_a_worker_process_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """Each process has a first instance of its own, and its parent's stdout."""
    made = "__import__('sourcing.solver.highs', fromlist=['']).instance().version()"
    with spawned(1) as pool:
        assert pool.submit(eval, made).result().startswith("1.")
    assert capfd.readouterr().out == ""


def test_a_thread_that_reads_stdin_is_not_waited_for() -> None:
    """C's stdin is locked while something reads it: flushing all streams of C would wait for that."""
    code = """\
import ctypes, os, threading, time
reader = threading.Thread(target=ctypes.CDLL(None).getchar, daemon=True)
reading, writing = os.pipe()
os.dup2(reading, 0)
reader.start()
time.sleep(0.1)
from sourcing.solver.highs import instance
instance()
os.write(1, b"made")
os._exit(0)
"""
    assert printed(code) == b"made"


def test_one_door_makes_instances() -> None:
    """Nothing else of the package calls highspy.Highs: it would print where nobody silences it."""
    calls = (
        (file.name, ast.unparse(node.func))
        for file in sorted((ROOT / "sourcing").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
    )
    assert {name for name, called in calls if called.endswith("Highs")} == {"highs.py"}
