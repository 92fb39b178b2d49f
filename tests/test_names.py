"""One name, three places: the built templates, models/glossary.yaml and the headings of models/formulation.md."""

import re

import pyomo.environ as pyo
import pytest

from sourcing import files, library
from sourcing.case import resolve
from sourcing.futures.effects import tree_of
from sourcing.glossary import glossary
from sourcing.model import formulate
from sourcing.model.node_data import nodes
from sourcing.model.templates import Formulation
from sourcing.scenario import validate
from tests.checkout import EVERYTHING, ROOT

PACKAGE = ROOT / "sourcing"
REFERENCE = re.compile(r"models/formulation\.md#([\w-]+)")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def built() -> dict[str, str]:
    """Every component of the templates with its kind; a column that is own somewhere is a decision."""
    case = resolve(validate(files.load(EVERYTHING)))
    return kinds(formulate(nodes(case, tree_of(case))))


def kinds(formulation: Formulation) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in (formulation.node, formulation.now):
        found |= dict.fromkeys(part.data, "datum") | dict.fromkeys(part.rows, "constraint")
        found |= {objective.name: "objective" for objective in part.model.component_objects(pyo.Objective)}
        for name, column in part.columns.items():
            if column.terms is None:
                found[name] = "decision"
            else:
                found.setdefault(name, "selection")
    return found


def headings(level: int | None = None) -> list[str]:
    """Headings of the statement, of one level or all; what stands in a block of mathematics is none."""
    text = (library.models() / "formulation.md").read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [words for marks, words in HEADING.findall(text) if level in (None, len(marks))]


def anchor(heading: str) -> str:
    """As GitHub makes it: small letters, hyphens for spaces, no other signs."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_component_is_in_the_glossary_with_its_kind(built: dict[str, str]) -> None:
    known = {name: entry.kind for name, entry in glossary().items()}
    assert {name: kind for name, kind in built.items() if known.get(name) != kind} == {}


def test_the_glossary_names_nothing_that_is_not_built(built: dict[str, str]) -> None:
    components = {name for name, entry in glossary().items() if entry.kind not in ("set", "result")}
    assert components - set(built) == set()


def test_every_constraint_and_the_objective_have_a_heading(built: dict[str, str]) -> None:
    stated = set(headings(3))
    wanted = {name for name, kind in built.items() if kind in ("constraint", "objective")}
    assert wanted - stated == set()


def test_every_cost_has_a_heading(built: dict[str, str]) -> None:
    """What `cost_total` multiplies an amount with is a cost."""
    prices = {name for name, entry in glossary().items() if entry.kind == "datum" and entry.unit.startswith("money")}
    assert prices - set(headings(3)) == set()


def test_every_heading_that_reads_like_a_component_is_one(built: dict[str, str]) -> None:
    assert {words for words in headings(3) if re.fullmatch("[a-z_]+", words)} - set(built) == set()


def test_headings_are_unique_as_anchors() -> None:
    anchors = [anchor(words) for words in headings()]
    assert sorted(name for name in set(anchors) if anchors.count(name) > 1) == []


def test_every_reference_resolves() -> None:
    """Docstrings refer to the statement by anchor, the statement to itself."""
    known = {anchor(words) for words in headings()}
    text = (library.models() / "formulation.md").read_text(encoding="utf-8")
    wrong = {("formulation.md", name) for name in re.findall(r"\]\(#([\w-]+)\)", text) if name not in known}
    for file in sorted(PACKAGE.rglob("*.py")):
        found = REFERENCE.findall(file.read_text(encoding="utf-8"))
        wrong |= {(str(file.relative_to(PACKAGE)), name) for name in found if name not in known}
    assert wrong == set()
