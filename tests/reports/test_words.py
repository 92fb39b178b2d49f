"""Both catalogues say the same things, and numbers read as they are written in each tongue."""

import re

import pytest

from sourcing.glossary import glossary
from sourcing.reports import COLUMNS
from sourcing.reports.catalogue_words import TONGUES, words
from tests.checkout import ROOT

EN, JA = words("en"), words("ja")
REPORTS = ROOT / "sourcing/reports"
NAMES = (
    "material.",
    "country.",
    "cost.",
    "limit.",
    "currency.",
    "unit.",
    "scale.",
    "month.",
    "time.",
    "habit.",
    "history.",
)


def fields(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", sentence))


def test_both_tongues_have_the_same_keys_and_fill_in_the_same() -> None:
    assert set(EN.phrases) == set(JA.phrases)
    forms = ("date.", "quantity", "money", "page.picked")
    assert {
        key: (sentence, JA.phrases[key])
        for key, sentence in EN.phrases.items()
        if fields(sentence) != fields(JA.phrases[key]) and not key.startswith(forms)
    } == {}


def test_japanese_is_japanese() -> None:
    """What is no figure, code or form of a number has a Japanese sign in it."""
    plain = {
        "unknown",
        "table.one.name",
        "unit.kg",
        "unit.%",
        "share",
        "quantity",
        "quantity.percent",
        "money",
        "per",
        "list.comma",
    }
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
        and not key.startswith(("table.billion", "table.million", "table.one", "page."))
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


@pytest.mark.parametrize(
    ("amount", "currency", "english", "japanese"),
    [
        (2_866_870_000, "USD", "2.87 billion USD", "28.7億米ドル"),
        (12_400_000, "USD", "12.4 million USD", "1,240万米ドル"),
        (500_000, "USD", "500 thousand USD", "50万米ドル"),
        (4_300, "USD", "4,300 USD", "4,300米ドル"),
        (-291_000_000, "USD", "-291 million USD", "-2.91億米ドル"),
        (0, "USD", "0 USD", "0米ドル"),
        (3_200_000_000_000, "JPY", "3,200 billion JPY", "3.2兆円"),
        (999_600_000, "JPY", "1 billion JPY", "10億円"),
        (float("nan"), "USD", "-", "-"),
    ],
)
def test_money(amount: float, currency: str, english: str, japanese: str) -> None:
    assert EN.money(amount, currency).replace("\u00a0", " ") == english
    assert JA.money(amount, currency) == japanese


@pytest.mark.parametrize(
    ("label", "english", "japanese"),
    [
        ("2027-01", "Jan 2027", "2027年1月"),
        ("2027-Q2", "Q2 2027", "2027年第2四半期"),
        ("2027", "2027", "2027年"),
        ("2027-12-05", "5 Dec 2027", "2027年12月5日"),
        ("", "-", "-"),
        ("soon", "soon", "soon"),
    ],
)
def test_dates(label: str, english: str, japanese: str) -> None:
    assert EN.period(label).replace("\u00a0", " ") == english
    assert JA.period(label) == japanese


@pytest.mark.parametrize(
    ("value", "english", "japanese"),
    [(0.353, "35 %", "35%"), (0.0851, "8.5 %", "8.5%"), (0.0, "0 %", "0%"), (1.0, "100 %", "100%"),
     (0.0001, "below 0.1 %", "0.1%未満"), (0.998, "99.8 %", "99.8%"), (0.99999, "100 %", "100%")],
)  # fmt: skip
def test_shares(value: float, english: str, japanese: str) -> None:
    assert EN.share(value).replace("\u00a0", " ") == english
    assert JA.share(value) == japanese


def test_masses_prices_and_days() -> None:
    assert EN.mass(42.966, "t", "year").replace("\u00a0", " ") == "43 t a year"
    assert JA.mass(42.966, "t", "year") == "年間43トン"
    assert EN.mass(0.49, "t").replace("\u00a0", " ") == "490 kg"
    assert JA.mass(1839.2, "t") == "1,839トン"
    assert EN.price(450_000, "USD/t").replace("\u00a0", " ") == "450 USD/kg"
    assert JA.price(2_000_000, "USD/t") == "2,000米ドル/kg"
    assert EN.number(0.00025) == "0.00025"
    assert EN.number(2.5, "factor") == "2.5"
    assert (EN.number(0.25, "1"), EN.number(0.25, "share"), JA.number(18, "t/month")) == (
        "0.25",
        "25\u00a0%",
        "18トン/月",
    )
    assert EN.price(0.0, "USD/t") == "0\u00a0USD/kg"
    assert (EN.days(44.6).replace("\u00a0", " "), JA.days(float("inf"))) == ("45 days", "999日超")
