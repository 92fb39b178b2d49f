"""YAML by libyaml, as ruamel.yaml reads it: the same values, places and refusals, thirty times faster."""

import ast
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sourcing import library
from sourcing.errors import Place, ScenarioError
from sourcing.files import yaml_events, yaml_reader
from sourcing.files.document import Keys
from sourcing.files.problem_collector import ProblemCollector
from sourcing.files.scalars import UNPRINTABLE
from sourcing.files.yaml_reader import parse
from tests.checkout import EXAMPLES, ROOT
from tests.fuzz import MARKS

SHIPPED = sorted(
    file
    for folder in (library.models(), library.data(), EXAMPLES, ROOT / "tests", ROOT / "sourcing")
    for file in folder.rglob("*.yaml")
)

# Every form that YAML has, so that mutants meet all of them.
FORMS = """\
a: {b: [1, 2, {c: d}], 'e': "f\\n\\x41\\u1234", "g":1, h: }
b:
  - x
  - - y
    - z
  - k: v
    w: |
      text
        more	with a tab
    f: >-
      folded
      text

      # no comment
  - |2-
      kept
  - "several	lines \\
     of one"
c: plain
  goes on  # a comment	with a tab
? q
: r
? [a, b]
: {x: y}
d: !!str 5
e: &a 1
f: *a
g: 'it''s'
NO: ~
0o7: [.5, 1e3, 0x1F, 2027-01, null, True]
"""
MUTATIONS = (*MARKS, " ", "  ", "\n", "\n ", "\r\n", "\t", " #", "|#", "|2\n", ">+\n", "- - ", "-\t", ":\t", "\t# c")
MUTATIONS += ("\\/", "\\u12", "!", "&é ", "{a}", "[a]:", "'a':b", ":b", "a:}", ",a", "\n---\n", "\n...\n", "日本")


def reading(text: str) -> tuple[Any, dict[Keys, Place], list[str]]:
    """The value of a text, the places in it, and what is refused of it."""
    found = ProblemCollector("a.yaml")
    try:
        value = parse(text, found)
    except ScenarioError as error:
        return None, {}, [str(problem) for problem in error.problems]
    return value, found.places, [str(problem) for problem in found.problems]


def by_ruamel(text: str) -> tuple[Any, dict[Keys, Place], list[str]]:
    """The same, where PyYAML has no libyaml."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_events, "CParser", None)
        return reading(text)


def likeness(text: str) -> str:
    """'the same' if both read a text alike, types and order of keys included; else what only ruamel.yaml says."""
    ours, theirs = reading(text), by_ruamel(text)
    if (repr(ours[0]), *ours[1:]) == (repr(theirs[0]), *theirs[1:]):
        return "the same"
    return theirs[2][0] if theirs[2] and not ours[2] else "both read it, as two things"


def allowed(said: str) -> bool:
    """Whether ruamel.yaml alone refuses what is right by YAML 1.2, for one of two reasons."""
    return (
        "while parsing a flow sequence, expected ',' or ']'" in said
        or "more indented follow up line than first in a block" in said
    )


def written_in_tests() -> list[str]:
    """Texts of several lines with names and values that stand in the tests."""
    trees = (
        ast.parse(file.read_text("utf-8"))
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
        if file != Path(__file__)
    )
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    texts = (node.value for node in nodes if isinstance(node.value, str))
    return sorted({text for text in texts if "\n" in text and ":" in text and not UNPRINTABLE.search(text)})


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_what_is_shipped_is_read_alike(file: Path) -> None:
    assert likeness(file.read_text("utf-8")) == "the same"


def test_what_stands_in_the_tests_is_read_alike() -> None:
    texts = [FORMS, *written_in_tests()]
    assert len(texts) > 200
    alike = {text: likeness(text) for text in texts}
    assert {text: said for text, said in alike.items() if said != "the same" and not allowed(said)} == {}


def mutant(chance: random.Random, source: str) -> str:
    """A few lines of a text with something put in, cut out or doubled."""
    lines = source.split("\n")
    begin = chance.randrange(max(len(lines) - 6, 1))
    text = "\n".join(lines[begin : begin + chance.randint(2, 14)])
    for _ in range(chance.randint(1, 3)):
        at, length = chance.randint(0, len(text)), chance.randint(1, 8)
        match chance.randrange(8):
            case 0:
                text = text[:at] + text[at + length :]
            case 1:
                text = text[:at]
            case 2:
                text = text[:at] + text[at : at + length] * 2 + text[at + length :]
            case _:
                text = text[:at] + chance.choice(MUTATIONS) + text[at:]
    return text


def test_thousands_of_mutants_are_read_alike() -> None:
    chance = random.Random(20270101)
    sources = [FORMS] * 10 + [file.read_text("utf-8") for file in SHIPPED]
    fates: dict[str, list[str]] = {}
    for _ in range(4000):
        text = mutant(chance, chance.choice(sources))
        if not UNPRINTABLE.search(text):
            fates.setdefault(likeness(text), []).append(text)
    different = {said: texts for said, texts in fates.items() if not allowed(said)}
    assert len(different.pop("the same")) > 3500
    assert different == {}


# Where the grammars differ


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('a: ["b":1]\n', {"a": [{"b": 1}]}),  # an adjacent value in a pair of a list, YAML 1.2.2, 7.5
        ("a: >+\n \n   y\n", {"a": "\ny\n"}),  # blank lines at the head may have fewer spaces, YAML 1.2.2, 8.1.1.1
        ("a: {b:}\n", {"a": {"b:": None}}),  # libyaml refuses it, ruamel.yaml reads it
        ("a: {b: c, : d}\n", None),  # a blank name
    ],
)
def test_where_the_grammars_differ(text: str, value: Any) -> None:
    assert reading(text)[0] == value if value else "a name is blank" in reading(text)[2][0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        *(("a:\tb\n", 1), ("x: 1\na: b\tc\n", 2), ("a: b\t# c\n", 1), ("-\ta\n", 1), ("a: 'x'\t\n", 1)),
        *(("a: |\t\n  x\n", 1), ("a: {b: c\td}\n", 1), ("a: 1\n\t\nb: 2\n", 2), ("\ta: 1\n", 1), ("a: b\n\tc\n", 2)),
    ],
)
def test_tabs_between_words_are_refused_in_files_of_any_length(text: str, line: int) -> None:
    assert likeness(text) == "the same"
    assert reading(text)[2][0].startswith(f"a.yaml:{line}: ")
    long = text + "# more\n" * 200_000  # longer than what ruamel.yaml reads again
    assert reading(long)[2][0].startswith(f"a.yaml:{line}: ")


@pytest.mark.parametrize("text", ["a: [b,\tc\t]\n", "a: '\t'\n", "a: |\n  x\ty\n", "a: b #\tc\n", 'a: "x\t\n  y"\n'])
def test_tabs_elsewhere_are_read_in_files_of_any_length(text: str) -> None:
    assert likeness(text) == "the same"
    assert reading(text)[2] == []
    assert reading(text + "# more\n" * 200_000)[0] == reading(text)[0]


def test_a_comment_right_after_the_sign_of_a_block_text_is_refused() -> None:
    """libyaml would drop what stands there, and read an empty text."""
    assert likeness("a: |#b\n") == "the same"
    assert "'a: |#b' is not YAML" in reading("a: |#b\n" + "# more |#\n" * 200_000)[2][0]


# Without libyaml, and long files


def test_without_libyaml_the_same_is_read() -> None:
    """In a process of its own, for PyYAML is loaded once."""
    program = (
        "import sys; sys.modules['yaml._yaml'] = None\n"
        "from sourcing.files import yaml_events; from sourcing.files.problem_collector import ProblemCollector\n"
        "from sourcing.files.yaml_reader import parse\n"
        "found = ProblemCollector('a.yaml'); assert yaml_events.CParser is None\n"
        "print(parse('a: [NO, 0o7, 1e3, ~, 12:30]\\nb: x', found), found.places['b',])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == "{'a': ['NO', 7, 1000.0, None, '12:30'], 'b': 'x'} a.yaml:2\n"


@pytest.mark.parametrize(
    ("end", "cause"),
    [
        ("b: [c\n", "did not find expected ',' or ']'; put a comma between two values, or close the bracket"),
        ("b: 'c\n", "found unexpected end of stream; close the quote that is open"),
        ("b: {c:}\n", "found unexpected ':'; put quotes around text that ends with ':'"),
        ("b: c: d\n", "mapping values are not allowed in this context; put quotes around text that holds ': '"),
        ("b: " + "[" * 2000 + "\n", "exceeded maximum nesting depth; write it flatter"),
        ("b: @c\n", "found character that cannot start any token; put quotes around the text"),
    ],
)
def test_what_is_wrong_in_a_long_file_is_said_as_clearly(end: str, cause: str) -> None:
    """A file of a million and a half signs is not read again in Python."""
    start = time.process_time()
    said = reading("".join(f"key{number}: {'x' * 20}\n" for number in range(50_000)) + end)[2]
    assert len(said) == 1
    assert said[0].startswith("a.yaml:50001: ")
    assert cause in said[0]
    assert time.process_time() - start < 5


@pytest.mark.parametrize("line", ["-\n", "? a{}\n", "- {{a{}: 1}}\n"])
def test_too_many_names_are_refused_even_where_none_has_a_colon(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "MOST_NAMES", 1000)
    text = "".join(line.format(number) for number in range(1200))
    assert "are more than 1,000 names and items of lists; put what is long into a table" in reading(text)[2][0]


def test_a_hundred_thousand_lines_are_read_within_seconds() -> None:
    """Half a million names and values; by ruamel.yaml it was most of a minute."""
    line = "  offer {}: {{supplier: lynas, price: 95 USD/kg, nameplate: 450 t/year}}\n"
    text = "offers:\n" + "".join(line.format(number) for number in range(60_000))
    start = time.process_time()
    assert len(reading(text)[0]["offers"]) == 60_000
    assert time.process_time() - start < 8  # usually one
