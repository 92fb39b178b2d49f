"""The folders of the tests are those of sourcing/, so that whoever finds a module finds its tests."""

import pytest

from tests.checkout import ROOT

TESTS = ROOT / "tests"
OF_THE_WHOLE = ("benchmarks", "environments", "independent", "published", "reports/browser")
HOLDING_TESTS = sorted({file.parent.relative_to(TESTS) for file in TESTS.rglob("*.py")} - {TESTS.relative_to(TESTS)})


@pytest.mark.parametrize("folder", [folder.as_posix() for folder in HOLDING_TESTS])
def test_a_folder_of_tests_is_a_package_or_of_the_whole_product(folder: str) -> None:
    """Each entry of the list is needed: a folder is either a package or listed, never both."""
    assert (ROOT / "sourcing" / folder / "__init__.py").is_file() != (folder in OF_THE_WHOLE)


def test_every_folder_that_is_listed_is_there() -> None:
    assert set(OF_THE_WHOLE) <= {folder.as_posix() for folder in HOLDING_TESTS}


def test_a_folder_of_a_package_has_its_tests_in_files_that_are_run() -> None:
    """A file whose name does not begin with test_ is collected by nobody; helpers stand at the top."""
    mirrored = [folder for folder in HOLDING_TESTS if folder.as_posix() not in OF_THE_WHOLE]
    strays = {file.name for folder in mirrored for file in (TESTS / folder).glob("*.py")}
    assert {name for name in strays if not name.startswith("test_")} <= {"conftest.py"}
