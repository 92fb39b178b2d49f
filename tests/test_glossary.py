"""The glossary reads, cannot be changed, and says something in both languages for every name."""

import re

import pytest
from pydantic import ValidationError

from sourcing import files, library
from sourcing.glossary import GlossaryEntry, glossary, title


def test_title_in_both_languages() -> None:
    assert title("contract_floor") == "Take-or-pay"
    assert title("contract_floor", "ja") == "テイク・オア・ペイ"
    assert title("days_of_cover", language="ja") == "在庫日数"


def test_an_unknown_name_is_named() -> None:
    with pytest.raises(KeyError, match="stok"):
        title("stok")


def test_entries_are_frozen_and_take_no_unknown_keys() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        glossary()["stock"].title = "Pile"
    with pytest.raises(ValidationError, match="titel"):
        GlossaryEntry.model_validate({"kind": "set", "title": "Sites", "title_ja": "拠点", "titel": "Sites"})


def test_every_name_has_titles_and_its_unit() -> None:
    """Japanese titles are Japanese; whatever is counted has a unit, whatever runs over sets names sets."""
    sets = {name for name, entry in glossary().items() if entry.kind == "set"}
    for name, entry in glossary().items():
        assert entry.title, name
        assert re.search("[぀-ヿ一-鿿]", entry.title_ja), name
        assert entry.unit or entry.kind == "result", name
        assert set(entry.index) <= sets, name
        assert entry.symbol or entry.kind in ("constraint", "objective", "result"), name


def test_no_name_has_two_meanings() -> None:
    """A result column named like a component means the same thing, so it has no entry of its own."""
    written = files.read(library.models() / "glossary.yaml").value
    assert set(written) & set(written["results"]) == set()
