"""Versions of packages, for .ci/more.

`versions.py lowest` pins the lower bounds of pyproject.toml; `versions.py differ` says what is installed here in
another version than constraints.txt pins.
"""

import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def lowest() -> Iterator[str]:
    """The lower bound of everything that the package and its tests ask for, as a constraint."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for line in (*project["dependencies"], *project["optional-dependencies"]["test"]):
        name, bound = re.match(r"([\w.-]+)(?:\[.*\])?>=([\w.]+)", line).groups()
        yield f"{name}=={bound}"


def differ() -> Iterator[str]:
    """Each package that is installed in another version than the pinned one, with both."""
    pins = dict(re.findall(r"^([\w.-]+)==([\w.!+]+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))
    for installed in sorted(importlib.metadata.distributions(), key=lambda one: one.name.lower()):
        name = re.sub(r"[-_.]+", "-", installed.name).lower()
        if name not in ("pip", "setuptools", "sourcing") and installed.version != pins.get(name):
            yield f"{name}: {installed.version} here, {pins.get(name, 'not')} pinned"


if __name__ == "__main__":
    lines = list({"lowest": lowest, "differ": differ}[sys.argv[1]]())
    print("\n".join(lines) or "nothing differs from the pinned versions")
