"""What installs: every package that is asked for is pinned within an honest range, and README says how."""

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.checkout import ROOT

LISTS = {
    node.targets[0].id: ast.literal_eval(node.value)
    for node in ast.parse((ROOT / "tests/conftest.py").read_text("utf-8")).body
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def asked() -> Iterator[Requirement]:
    """Every requirement of the package and of its extras."""
    project = PROJECT["project"]
    for line in (
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ):
        yield Requirement(line)


def pinned() -> dict[str, list[Requirement]]:
    """The pins of constraints.txt by name; several where versions of Python need different ones."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    found: dict[str, list[Requirement]] = {}
    for line in lines:
        if line and not line.startswith("#"):
            pin = Requirement(line)
            found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


@pytest.mark.parametrize("wanted", sorted(set(map(str, asked()))))
def test_what_is_asked_for_is_pinned_within_a_range_with_two_ends(wanted: str) -> None:
    requirement = Requirement(wanted)
    assert {sign.operator for sign in requirement.specifier} == {">=", "<"}
    pins = pinned()[canonicalize_name(requirement.name)]
    versions = [Version(str(pin.specifier).removeprefix("==")) for pin in pins]
    assert versions
    assert all(requirement.specifier.contains(version) for version in versions)


def test_every_pin_is_one_version() -> None:
    pins = [pin for pins in pinned().values() for pin in pins]
    assert len(pins) > 100
    assert all(re.fullmatch(r"==[\w.!+]+", str(pin.specifier)) for pin in pins)


def test_readme_installs_what_is_pinned() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = [line for line in readme.splitlines() if "/pip install" in line]
    assert len(commands) == 2
    assert all(".venv/bin/pip install -c constraints.txt " in line for line in commands)


def test_what_is_quick_is_there() -> None:
    """Each entry of the lists names a file, and the beginning of a test in it."""
    for entry in (*LISTS["QUICK"], *LISTS["SLOWER"]):
        file, _, test = entry.partition("::")
        assert (ROOT / file).exists(), entry
        assert not test or f"def {test.partition('[')[0]}" in (ROOT / file).read_text("utf-8"), entry


def test_every_python_that_is_promised_is_named() -> None:
    """requires-python and the classifiers say the same."""
    classifiers = PROJECT["project"]["classifiers"]
    named = [line.rpartition(" ")[2] for line in classifiers if re.search(r":: 3\.\d+$", line)]
    assert named == ["3.11", "3.12", "3.13"]
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"
