"""The shipped folders are found in a wheel first, then in the checkout, and a missing one is named."""

from pathlib import Path

import pytest

from sourcing import library
from sourcing.errors import DataError, ScenarioError


def test_the_checkout_carries_both_folders() -> None:
    assert (library.data() / "datapackage.json").is_file()
    assert library.models().name == "models"


def test_a_folder_inside_the_package_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed wheel must not pick up a stray data/ folder beside it in site-packages."""
    package = tmp_path / "sourcing"
    (package / "data").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "models").mkdir()
    monkeypatch.setattr(library, "_PACKAGE", package)
    assert library.data() == package / "data"
    assert library.models() == tmp_path / "models"


def test_a_missing_folder_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_PACKAGE", tmp_path / "sourcing")
    with pytest.raises(DataError, match=r"no folder 'data'.*install the package again"):
        library.data()
    with pytest.raises(ScenarioError, match="no folder 'models'"):
        library.models()


def test_model_names_are_the_importers_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """glossary.yaml lies in the same folder and is no importer."""
    (tmp_path / "models").mkdir()
    for file in ("united_states.yaml", "japan.yaml", "glossary.yaml", "formulation.md"):
        (tmp_path / "models" / file).touch()
    monkeypatch.setattr(library, "_PACKAGE", tmp_path / "sourcing")
    assert library.model_names() == ("japan", "united_states")
