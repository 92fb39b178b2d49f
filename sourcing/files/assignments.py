"""One `--set` on the command line: a path, and a value in YAML."""

import functools
import re
from pathlib import Path
from typing import Any

from sourcing.files.data_tables import with_tables
from sourcing.files.document import DEEPEST, Document
from sourcing.files.merging import amend
from sourcing.files.problem_collector import ProblemCollector, short
from sourcing.files.scalars import UNPRINTABLE, WORDS, code_point, nameable
from sourcing.files.yaml_reader import parse
from sourcing.spelling import composed

_UNREAD = re.compile("[\udc80-\udcff]")
_NAME = re.compile(r"""\s*(?:'((?:[^']|'')*)'|"([^"]*)"|([^.='"\s][^.=]*))\s*([.=])""")


def override(document: Document, assignment: str) -> Document:
    """The document after one `--set`: "futures.'full ban'.probability=0.4", the value in YAML.

    Names with dots or blanks stand in quotes. A path to a date, or to a key of a selection, changes that alone; the
    number of a quantity takes its range and source away. Raises ScenarioError where the assignment is none, and what
    `amend` raises.
    """
    found, assignment = ProblemCollector("--set", numbered=False), typed(assignment)
    if odd := UNPRINTABLE.search(assignment):
        found.stop((), None, f"the assignment holds the control character {code_point(odd)}", "remove it")
    path, text = _assignment(assignment, found)
    value = parse(text, found, path)
    if value is None and not found.problems and text.strip() not in WORDS.keys() - {""}:
        found.refuse(path, None, f"{short(assignment)} gives no value", "write null to remove")
    if isinstance(value, dict | list) and text.strip()[0] not in "{[":
        found.refuse(path, None, f"{short(text)} is not one value", "put quotes around the text")
    found.check()
    change: dict[str, Any] = functools.reduce(lambda inner, name: {name: inner}, reversed(path), value)
    places = {path[:length]: found.at(None) for length in range(1, len(path) + 1)} | found.places
    return amend(document, with_tables(Document(change, places, ()), Path()), _holder(document, path))


def _holder(document: Document, path: tuple[str, ...]) -> tuple[str, ...]:
    """The path of what holds the value of a path in the document; none within a quantity, which is replaced whole."""
    value: Any = document.value
    for name in path[:-1]:
        value = value.get(name) if isinstance(value, dict) else None
        if not isinstance(value, dict) or "value" in value:
            return ()
    return path[:-1]


def assigned(assignment: str) -> tuple[tuple[str, ...], str]:
    """The names of the path of "futures.'full ban'.probability=0.4", and the text of its value.

    Raises ScenarioError where the assignment is none.
    """
    return _assignment(typed(assignment), ProblemCollector("--set", numbered=False))


def inline(text: str, name: str) -> dict[str, Any]:
    """The names and values of a mapping in one line, "supplier: trader, volume: 500 kg", the option `name` gave it.

    Raises ScenarioError where the text is none.
    """
    found, text = ProblemCollector(name, numbered=False), typed(text)
    if odd := UNPRINTABLE.search(text):
        found.stop((), None, f"the text holds the control character {code_point(odd)}", "remove it")
    value = parse(f"{{{text.strip().removeprefix('{').removesuffix('}')}}}", found)
    if isinstance(value, dict):
        for key in (key for key, entry in value.items() if entry is None):
            found.refuse((key,), None, "has no value", "write 'name: value', commas between, none within a number")
    found.check()
    return dict(value)


def typed(text: str) -> str:
    """A text from the command line whose bytes the locale of the machine could not read (LANG=C), as UTF-8."""
    if not _UNREAD.search(text):
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return text


def _assignment(assignment: str, problems: ProblemCollector) -> tuple[tuple[str, ...], str]:
    """Split "futures.'full ban'.probability=0.4" into its names and the text of the value."""
    names: list[str] = []
    position, sign = 0, "."
    while sign == ".":
        part = _NAME.match(assignment, position)
        if part is None:
            cause = f"{short(assignment)} is no assignment"
            problems.stop((), None, cause, "write name.name=value, names with spaces or dots in quotes")
        single, double, bare, sign = part.groups()
        name = single.replace("''", "'") if single is not None else double if double is not None else bare.strip()
        names.append(nameable(composed(name), (), None, problems))
        if len(names) > DEEPEST:
            problems.stop((*names[:3],), None, f"more than {DEEPEST} names, one inside the other", "shorten the path")
        position = part.end()
    return tuple(names), assignment[position:]
