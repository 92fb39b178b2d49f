"""Scenario files of earlier versions: what is called otherwise now is rewritten in the text, everything else stays.

A key that is renamed is one line in RENAMES, a shipped model that is gone one in MOVED.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from sourcing.errors import Place, Problem, ScenarioError
from sourcing.files import yaml_events
from sourcing.files.document import dotted
from sourcing.files.encodings import text_of
from sourcing.files.file_bytes import content, shown
from sourcing.files.problem_collector import ProblemCollector
from sourcing.files.yaml_mistakes import not_yaml
from sourcing.files.yaml_reader import parse

LARGEST = 5_000_000  # bytes of a file, so that it is composed within a minute
ANY = "*"  # in a path: whatever the name is


@dataclass(frozen=True)
class Rename:
    """A key that is called otherwise now. path: names from the top of a file, the old key last."""

    path: tuple[str, ...]
    new: str


@dataclass(frozen=True)
class MovedModel:
    """A shipped model that is now a part of another: which, and the materials it had."""

    model: str
    parent: str
    materials: tuple[str, ...]


RENAMES: tuple[Rename, ...] = (Rename(("processes",), "fluctuations"),)
MOVED: tuple[MovedModel, ...] = (
    MovedModel(
        "japan_minor_metals",
        "japan",
        (
            *("samarium-oxide", "yttrium-oxide", "gallium", "germanium", "antimony", "tungsten", "graphite-anode"),
            *("cobalt", "nickel-class1", "ferroniobium"),
        ),
    ),
)


@dataclass(frozen=True)
class TextChange:
    """A piece of text that is replaced, and what is said of it."""

    start: int
    end: int
    text: str
    said: str


@dataclass(frozen=True)
class Migrated:
    """The text as this version reads it, and what was changed, one sentence each with its line."""

    text: str
    changes: tuple[str, ...]


@dataclass
class _Migration:
    """A text on its way: what must be changed, and what stands in the way."""

    name: str
    newline: str
    renames: Sequence[Rename]
    moved: Sequence[MovedModel]
    changes: list[TextChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, node: Node, path: tuple[str, ...], cause: str, cure: str) -> None:
        place = Place(self.name, node.start_mark.line + 1)
        self.problems.append(Problem(place, dotted(path), cause, cure))


def migrate_file(path: Path) -> Migrated:
    """What a file should say now; raises ScenarioError as `migrate` does, and where it cannot be read."""
    name = shown(path)
    problems = ProblemCollector(name, places={(): Place(name)})
    return migrate(text_of(content(path, Place(str(path)), "", LARGEST), problems), name)


def migrate(text: str, name: str, renames: Sequence[Rename] = RENAMES, moved: Sequence[MovedModel] = MOVED) -> Migrated:
    """Rewrite what is called otherwise now; comments, order and layout stay. name: of the file, for messages.

    Raises ScenarioError where the text is not to be read, or where it cannot be known what is meant.
    """
    before = _plain(text, name)
    reading = _Migration(name, "\r\n" if "\r\n" in text else "\n", renames, moved)
    try:
        top = YAML(typ="rt", pure=True).compose(text)
    except yaml_events.ERRORS as error:  # of what libyaml reads and ruamel.yaml does not
        not_yaml(error, text, ProblemCollector(name), ())
    if isinstance(top, MappingNode):
        _keys(top, (), reading)
        _model(top, reading)
    if reading.problems:
        raise ScenarioError(tuple(reading.problems))
    changed = text
    for change in sorted(reading.changes, key=lambda change: -change.start):
        changed = changed[: change.start] + change.text + changed[change.end :]
    if _plain(changed, name) != _meant(before, renames, moved):
        cause, cure = "cannot be rewritten safely", "rename by hand what its messages name"
        raise ScenarioError((Problem(Place(name), "", cause, cure),))
    said = sorted(reading.changes, key=lambda change: change.start)
    return Migrated(changed, tuple(change.said for change in said if change.said))


def new_name(path: Sequence[str], renames: Sequence[Rename] = RENAMES) -> str | None:
    """What a key at a path is called now; None where it never was called otherwise."""
    return next((each.new for each in renames if _fits(each, tuple(path))), None)


def new_parent(model: str, moved: Sequence[MovedModel] = MOVED) -> str | None:
    """The model that has what a model of that name had; None where there never was one."""
    return next((each.parent for each in moved if each.model == model), None)


def _fits(rename: Rename, path: tuple[str, ...]) -> bool:
    return len(path) == len(rename.path) and all(
        wanted in (ANY, key) for wanted, key in zip(rename.path, path, strict=True)
    )


def _plain(text: str, name: str) -> Any:
    problems = ProblemCollector(name, places={(): Place(name)})
    value = parse(text, problems)
    problems.check()
    return value


# In the text ----------------------------------------------------------------------------------------------------------


def _keys(node: MappingNode, path: tuple[str, ...], reading: _Migration) -> None:
    """Keys of a mapping, and of all below it, that are called otherwise now."""
    names = [str(key.value) for key, _ in node.value if isinstance(key, ScalarNode)]
    for key, value in node.value:
        below = (*path, str(key.value))
        new = new_name(below, reading.renames)
        if new is not None and new in names:
            reading.refuse(key, below, f"is called '{new}' now, and '{new}' is there too", "merge the two by hand")
        elif new is not None:
            line = key.start_mark.line + 1
            said = f"{reading.name}:{line}: {dotted(below)} is called '{new}' now"
            reading.changes.append(TextChange(key.start_mark.index, key.end_mark.index, new, said))
        if isinstance(value, MappingNode):
            _keys(value, below, reading)


def _model(top: MappingNode, reading: _Migration) -> None:
    """A model that is part of another now: that one, with a scope of the materials it had."""
    nodes = {str(key.value): (key, value) for key, value in top.value if isinstance(key, ScalarNode)}
    key, value = nodes.get("extends", (None, None))
    each = next((each for each in reading.moved if value is not None and value.value == each.model), None)
    if key is None or value is None or each is None:
        return
    listed = ", ".join(each.materials)
    if "scope" in nodes or top.flow_style:
        cause = f"{each.model} is part of {each.parent} now, which has more materials"
        what = "its scope" if "scope" in nodes else "a file in braces"
        cure = f"{what} is not rewritten: say extends: {each.parent}, and pick by scope among {listed}"
        reading.refuse(key, ("extends",), cause, cure)
        return
    line = key.start_mark.line + 1
    said = f"{reading.name}:{line}: {each.model} is part of {each.parent} now; scope: picks the materials it had"
    reading.changes.append(TextChange(value.start_mark.index, value.end_mark.index, each.parent, said))
    indent = " " * key.start_mark.column
    scope = f"scope: {{material: [{listed}]}}{reading.newline}{indent}"
    reading.changes.append(TextChange(key.start_mark.index, key.start_mark.index, scope, ""))


# In the value, by which the text is proved ----------------------------------------------------------------------------


def _meant(value: Any, renames: Sequence[Rename], moved: Sequence[MovedModel]) -> Any:
    """What a file must say afterwards."""
    if not isinstance(value, dict):
        return value
    named = _renamed(value, (), renames)
    each = next((each for each in moved if each.model == value.get("extends")), None)
    return named if each is None else named | {"extends": each.parent, "scope": {"material": list(each.materials)}}


def _renamed(value: dict[str, Any], path: tuple[str, ...], renames: Sequence[Rename]) -> dict[str, Any]:
    def entries() -> Iterator[tuple[str, Any]]:
        for key, entry in value.items():
            below = (*path, key)
            yield new_name(below, renames) or key, _renamed(entry, below, renames) if isinstance(entry, dict) else entry

    return dict(entries())
