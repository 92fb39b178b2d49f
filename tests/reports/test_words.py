"""Both catalogues say the same things, and numbers read as they are written in each tongue."""

import re

import pytest

from sourcing.glossary import glossary
from sourcing.reports.catalogue_words import TONGUES, words
from sourcing.reports.findings import COLUMNS
from tests.checkout import ROOT

EN, JA = words("en"), words("ja")
REPORTS = ROOT / "sourcing/reports"
NAMES = (
    "material.",
    "country.",
    "cost.",
    "limit.",
    "rule.",
    "measure.",
    "history.",
)


def fields(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", sentence))


def test_both_tongues_have_the_same_keys_and_fill_in_the_same() -> None:
    assert set(EN.phrases) == set(JA.phrases)
    forms = ("page.picked",)
    assert {
        key: (sentence, JA.phrases[key])
        for key, sentence in EN.phrases.items()
        if fields(sentence) != fields(JA.phrases[key]) and not key.startswith(forms)
    } == {}


def test_japanese_is_japanese() -> None:
    """What is no figure, code or form of a number has a Japanese sign in it."""
    plain = {"list.comma"}
    numbers = re.compile(r"[\d.e+]*|\{.*\}[^ぁ-ん]*")
    left = [
        key
        for key, text in JA.phrases.items()
        if key not in plain and not numbers.fullmatch(text) and not re.search("[ぁ-んァ-ヶ一-龥]", text)
    ]
    assert left == []


def test_every_key_that_is_asked_for_is_there() -> None:
    """In modules and templates; a key that is put together is checked by its beginning."""
    asked = set()
    for file in [*REPORTS.rglob("*.py"), *REPORTS.glob("templates/*.html")]:
        for quote, key in re.findall(r"""words\(\s*(f?["'])([\w.{}\[\]']+)["']""", file.read_text("utf-8")):
            asked.add(key.split("{")[0] if quote.startswith("f") else key)
    assert len(asked) > 50
    known = EN.phrases
    assert [key for key in asked if key not in known and not any(name.startswith(key) for name in known)] == []


def test_no_sentence_is_left_over() -> None:
    """Every key but a name's is asked for somewhere, whole, or by its beginning or end."""
    text = "\n".join(file.read_text("utf-8") for file in [*REPORTS.rglob("*.py"), *REPORTS.glob("templates/*.html")])
    sections = re.findall(r'\("(\w+)", \w+\)|"(\w+)": \w+,', text)
    known = {name for pair in sections for name in pair if name}
    left = [
        key
        for key in EN.phrases
        if not key.startswith(NAMES)
        and f'"{key}"' not in text
        and not any(f"{quote}{key[:cut]}{{" in text for quote in ('f"', "f'") for cut in range(1, len(key)))
        and f"}}.{key.rpartition('.')[2]}" not in text
        and key.rpartition(".")[2] not in known
        and not key.startswith("page.")
    ]
    assert left == []


def test_no_jargon_on_the_page() -> None:
    for phrases in (EN.phrases, JA.phrases):
        assert [
            text for text in phrases.values() if re.search("cvar|tail|var\\b|optimis|stochastic", text, re.IGNORECASE)
        ] == []


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_column_has_a_heading(tongue: str) -> None:
    for columns in COLUMNS.values():
        assert [name for name in columns.split() if name not in glossary()] == []
