"""The stub of the package says what the package offers: the same names, each of the module that defines it."""

import ast
import subprocess
import sys
from pathlib import Path

import sourcing

STUB = Path(sourcing.__file__).with_suffix(".pyi")

# What is wrong in each of these lines only a type checker that knows the package can tell.
CLIENT = """\
import sourcing
plan = sourcing.solve("a.yaml", gaap=1)
sourcing.solve("a.yaml").no_such_table
sourcing.nonsense
sourcing.solve(3)
sourcing.tornado("a.yaml", no_such_option=True)
"""


def test_the_stub_has_the_public_names_where_they_are_defined() -> None:
    imported = {
        alias.asname: node.module
        for node in ast.walk(ast.parse(STUB.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    public = [name for name in sourcing.__all__ if name != "__version__"]
    assert imported == {name: getattr(sourcing, name).__module__ for name in public}


def test_a_type_checker_sees_every_name(tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text(CLIENT)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "client.py"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    wrong = {int(line.split(":")[1]) for line in told.splitlines() if line.startswith("client.py:") and "error" in line}
    assert wrong == {2, 3, 4, 5, 6}, told
