"""YAML 1.2, read from events: whatever could surprise is refused before anything is built of it."""

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sourcing.errors import Place, ScenarioError
from sourcing.files import yaml_events
from sourcing.files.document import DEEPEST, Document, Keys
from sourcing.files.encodings import text_of
from sourcing.files.file_bytes import content, shown
from sourcing.files.problem_collector import ProblemCollector, short
from sourcing.files.scalars import WORDS, finite, nameable, number_of, printable
from sourcing.files.yaml_mistakes import not_yaml
from sourcing.spelling import composed

MOST_NAMES = 1_000_000  # names and items of lists in a file, so that whatever is wrong in it is said within seconds

# What ruamel.yaml reads within seconds.
_AGAIN_SIGNS = 1_000_000
_AGAIN_EVENTS = 150_000

_LONG = "put what is long into a table, .csv or .xlsx"


class _TooLongError(Exception):
    """A text goes on after as much as was to be read."""


def read(path: Path) -> Document:
    """Read one YAML file; `extends` and paths of tables stay as they are. Raises ScenarioError with every problem."""
    return read_as(path, shown(path), Place(shown(path)), "")


def read_as(path: Path, shown: str, asked: Place | None, key: str) -> Document:
    """Read the file `path`, called `shown`; where it is missing the problem lies at `asked`, which names it."""
    found = ProblemCollector(shown, places={(): Place(shown)})
    data = content(path, asked, key, cure=_LONG)
    if (count := max(data.count(b":"), data.count(b",") + data.count(b"- "))) > MOST_NAMES:
        found.stop((), None, f"the file holds about {count:,} names or values, more than {MOST_NAMES:,}", _LONG)
    value = parse(text_of(data, found), found)
    found.check()
    if value is None:
        found.stop((), None, "the file is empty", "write for example 'extends: japan'")
    if not isinstance(value, dict):
        called = "a list" if isinstance(value, list) else f"only {short(value)}"
        found.stop((), 1, f"the file holds {called}, not names with values", "write lines such as 'extends: japan'")
    return Document(value, found.places, (path,))


def parse(text: str, problems: ProblemCollector, path: Keys = ()) -> Any:
    """The value of a YAML text, which stands at `path`; problems go to `found`.

    libyaml reads what is right. What it does not read without a problem, ruamel.yaml reads again and explains, as far
    as that takes no longer than a few seconds. Raises ScenarioError where the rest cannot be read.
    """
    swift = yaml_events.libyaml(text)
    if swift is None:
        return _value(yaml_events.ruamel(text), text, problems, path)
    first, refusal, value = problems.copy(), None, None
    try:
        value = _value(swift, text, first, path)
    except ScenarioError as error:
        refusal = error
    if (refusal or first.problems) and len(text) <= _AGAIN_SIGNS:
        second = problems.copy()
        with contextlib.suppress(_TooLongError):
            value = _value(_at_most(_AGAIN_EVENTS, yaml_events.ruamel(text)), text, second, path)
            first, refusal = second, None
    if refusal:
        raise refusal
    problems.become(first)
    return value


def _at_most(count: int, found: Iterator[Any]) -> Iterator[Any]:
    """Pass events through; raises _TooLongError after so many."""
    yield from itertools.islice(found, count)
    if next(found, None) is not None:
        raise _TooLongError


def _value(stream: Iterator[Any], text: str, problems: ProblemCollector, path: Keys) -> Any:
    """The value that the events of a text say; raises ScenarioError where the text is not YAML."""
    try:
        return _document(stream, problems, path)
    except yaml_events.ERRORS as error:
        not_yaml(error, text, problems, path)


def _document(stream: Iterator[Any], problems: ProblemCollector, path: Keys) -> Any:
    """The value of the only document in a stream of events; None where there is none."""
    value, documents = None, 0
    for event in stream:
        line = event.start_mark.line + 1
        if isinstance(event, yaml_events.DOCUMENT):
            documents += 1
            if documents > 1:
                problems.stop(path, line, "a second document begins with '---'", "keep one document in a file")
            if event.version or event.tags:
                problems.refuse(path, line, "a line that begins with '%' directs the parser", "remove it")
        elif isinstance(event, yaml_events.NODE):
            value = _node(event, stream, path, problems)
    return value


def _node(event: Any, stream: Iterator[Any], path: Keys, problems: ProblemCollector) -> Any:
    """The value that begins with `event`."""
    line = event.start_mark.line + 1
    if isinstance(event, yaml_events.ALIAS):
        # Its anchor has been refused already; naming each alias of a bomb would bury that.
        if not problems.problems:
            problems.refuse(path, line, f"the alias '*{event.anchor}' repeats another value", "write the value itself")
        return None
    if event.anchor:
        problems.refuse(path, line, f"the anchor '&{event.anchor}' is not allowed", "write values where they are used")
    if event.tag:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        problems.refuse(path, line, f"the tag {short(tag)} is not allowed", "remove it; text may stand in quotes")
    if isinstance(event, yaml_events.SCALAR):
        return _scalar(event, path, problems)
    if len(path) >= DEEPEST:
        problems.stop(path[:3], line, f"more than {DEEPEST} levels, one inside the other", "write it flatter")
    return _mapping(stream, path, problems) if isinstance(event, yaml_events.MAPPING) else _list(stream, path, problems)


def _note(here: Keys, line: int, problems: ProblemCollector) -> None:
    """Note where a name or an item of a list stands."""
    problems.places[here] = problems.at(line)
    if len(problems.places) > MOST_NAMES:
        problems.stop((), line, f"here are more than {MOST_NAMES:,} names and items of lists", _LONG)


def _list(stream: Iterator[Any], path: Keys, problems: ProblemCollector) -> list[Any]:
    value: list[Any] = []
    for event in stream:
        if isinstance(event, yaml_events.END):
            break
        here = (*path, len(value))
        _note(here, event.start_mark.line + 1, problems)
        value.append(_node(event, stream, here, problems))
    return value


def _mapping(stream: Iterator[Any], path: Keys, problems: ProblemCollector) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for event in stream:
        if isinstance(event, yaml_events.END):
            break
        line = event.start_mark.line + 1
        key = _key(event, stream, path, problems)
        here = (*path, key)
        if key in value:
            problems.refuse(
                here, line, f"'{key}' is written twice, first in line {problems.places[here].line}", "keep one"
            )
        _note(here, line, problems)
        value[key] = _node(next(stream), stream, here, problems)
    return value


def _key(event: Any, stream: Iterator[Any], path: Keys, problems: ProblemCollector) -> str:
    """The name that `event` begins, as it is written: 2027-01 and NO stay words."""
    line = event.start_mark.line + 1
    name = composed(str(event.value)) if isinstance(event, yaml_events.SCALAR) else f"? in line {line}"
    if not isinstance(event, yaml_events.SCALAR) or event.anchor or event.tag:
        _node(event, stream, (*path, name), problems)
    if not isinstance(event, yaml_events.SCALAR):
        problems.refuse(path, line, "a mapping, a list or an alias stands where a name should", "write a plain name")
    elif name == "<<" and not event.style:
        problems.refuse((*path, name), line, "the merge key '<<' is not allowed", "write the values, or use extends")
    elif not name.strip():
        problems.refuse(path, line, "a name is blank", "write a name before the ':'")
    else:
        nameable(name, (*path, name), line, problems)
    return name


def _scalar(event: Any, path: Keys, problems: ProblemCollector) -> str | int | float | bool | None:
    """The value of a scalar by the core schema of YAML 1.2; quoted and block scalars are text."""
    text, line = composed(str(event.value)), event.start_mark.line + 1
    if event.style or text not in WORDS:
        number = None if event.style else number_of(text)
        return printable(text, path, line, problems) if number is None else finite(number, text, path, line, problems)
    return WORDS[text]
