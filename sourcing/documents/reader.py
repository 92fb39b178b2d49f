"""YAML 1.2, read from events: whatever could surprise is refused before anything is built of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, DocumentStartEvent, MappingStartEvent, NodeEvent, ScalarEvent
from ruamel.yaml.events import CollectionEndEvent as EndEvent

from sourcing.documents.document import DEEPEST, Document, Keys
from sourcing.documents.encodings import text_of
from sourcing.documents.files import content, shown
from sourcing.documents.findings import Findings, short
from sourcing.documents.scalars import WORDS, finite, nameable, number_of, printable
from sourcing.errors import Place
from sourcing.spelling import composed

_MOST = 60_000  # names and values of a file, so that whatever is wrong in it is said within seconds

_HINTS = {
    "\\t": "indent with spaces, not tabs",
    "mapping values are not allowed": "put quotes around text that holds ': ', or indent it like its neighbours",
    "end of stream": "close the quote that is open",
    "could not find expected ':'": "write 'name: value'",
    "<stream end>": "close the bracket that is open",
    "cannot start any token": "put quotes around the text",
}


def read(path: Path) -> Document:
    """Read one YAML file; `extends` and paths of tables stay as they are. Raises ScenarioError with every problem."""
    return read_as(path, shown(path), Place(shown(path)), "")


def read_as(path: Path, shown: str, asked: Place | None, key: str) -> Document:
    """Read the file `path`, called `shown`; where it is missing the problem lies at `asked`, which names it."""
    found = Findings(shown, places={(): Place(shown)})
    data = content(path, asked, key, cure="put what is long into a table, .csv or .xlsx")
    if (count := sum(map(data.count, (b":", b",", b"- ")))) > _MOST:
        cause = f"the file holds about {count:,} names and values, more than {_MOST:,}"
        found.stop((), None, cause, "put what is long into a table, .csv or .xlsx")
    value = parse(text_of(data, found), found)
    found.check()
    if value is None:
        found.stop((), None, "the file is empty", "write for example 'extends: japan'")
    if not isinstance(value, dict):
        called = "a list" if isinstance(value, list) else f"only {short(value)}"
        found.stop((), 1, f"the file holds {called}, not names with values", "write lines such as 'extends: japan'")
    return Document(value, found.places, (path,))


def parse(text: str, found: Findings, path: Keys = ()) -> Any:
    """The value of a YAML text, which stands at `path`; problems go to `found`.

    Raises ScenarioError where the rest cannot be read.
    """
    try:
        return _document(YAML(typ="safe", pure=True).parse(text), found, path)
    except MarkedYAMLError as error:
        said = ", ".join(part for part in (error.context, error.problem) if part)
        # What is never closed is named where it opens, not at the end of the file.
        opened = error.context_mark if re.search("stream end|end of stream|could not find", said) else None
        mark = opened or error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        lines = text.splitlines() or [""]
        written = lines[min(line, len(lines) - 1)]
        wide = "use the half-width ':' and space" if re.search("[：　]", written) else None
        cure = wide or next((cure for sign, cure in _HINTS.items() if sign in said), "check quotes and indentation")
        found.stop(path, line + 1, f"{short(written)} is not YAML: {said}", cure)
    except (YAMLError, ValueError, OverflowError) as error:
        # The scanner trips over a few escapes, such as "\U99999999", with Python's own errors.
        last, place = next(reversed(found.places.items()), (path, found.at(1)))
        found.stop(last, place.line, f"here or below is no YAML: {error}", "check the escapes in double quotes")


def _document(events: Iterator[Any], found: Findings, path: Keys) -> Any:
    """The value of the only document in a stream of events; None where there is none."""
    value, documents = None, 0
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                found.stop(path, line, "a second document begins with '---'", "keep one document in a file")
            if event.version or event.tags:
                found.refuse(path, line, "a line that begins with '%' directs the parser", "remove it")
        elif isinstance(event, NodeEvent):
            value = _node(event, events, path, found)
    return value


def _node(event: Any, events: Iterator[Any], path: Keys, found: Findings) -> Any:
    """The value that begins with `event`."""
    line = event.start_mark.line + 1
    if isinstance(event, AliasEvent):
        # Its anchor has been refused already; naming each alias of a bomb would bury that.
        if not found.problems:
            found.refuse(path, line, f"the alias '*{event.anchor}' repeats another value", "write the value itself")
        return None
    if event.anchor:
        found.refuse(path, line, f"the anchor '&{event.anchor}' is not allowed", "write values where they are used")
    if event.tag:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        found.refuse(path, line, f"the tag {short(tag)} is not allowed", "remove it; text may stand in quotes")
    if isinstance(event, ScalarEvent):
        return _scalar(event, path, found)
    if len(path) >= DEEPEST:
        found.stop(path[:3], line, f"more than {DEEPEST} levels, one inside the other", "write it flatter")
    return _mapping(events, path, found) if isinstance(event, MappingStartEvent) else _list(events, path, found)


def _list(events: Iterator[Any], path: Keys, found: Findings) -> list[Any]:
    value: list[Any] = []
    for event in events:
        if isinstance(event, EndEvent):
            break
        here = (*path, len(value))
        found.places[here] = found.at(event.start_mark.line + 1)
        value.append(_node(event, events, here, found))
    return value


def _mapping(events: Iterator[Any], path: Keys, found: Findings) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for event in events:
        if isinstance(event, EndEvent):
            break
        line = event.start_mark.line + 1
        key = _key(event, events, path, found)
        here = (*path, key)
        if key in value:
            found.refuse(here, line, f"'{key}' is written twice, first in line {found.places[here].line}", "keep one")
        found.places[here] = found.at(line)
        value[key] = _node(next(events), events, here, found)
    return value


def _key(event: Any, events: Iterator[Any], path: Keys, found: Findings) -> str:
    """The name that `event` begins, as it is written: 2027-01 and NO stay words."""
    line = event.start_mark.line + 1
    name = composed(str(event.value)) if isinstance(event, ScalarEvent) else f"? in line {line}"
    if not isinstance(event, ScalarEvent) or event.anchor or event.tag:
        _node(event, events, (*path, name), found)
    if not isinstance(event, ScalarEvent):
        found.refuse(path, line, "a mapping, a list or an alias stands where a name should", "write a plain name")
    elif name == "<<" and not event.style:
        found.refuse((*path, name), line, "the merge key '<<' is not allowed", "write the values, or use extends")
    elif not name.strip():
        found.refuse(path, line, "a name is blank", "write a name before the ':'")
    else:
        nameable(name, (*path, name), line, found)
    return name


def _scalar(event: Any, path: Keys, found: Findings) -> str | int | float | bool | None:
    """The value of a scalar by the core schema of YAML 1.2; quoted and block scalars are text."""
    text, line = composed(str(event.value)), event.start_mark.line + 1
    if event.style or text not in WORDS:
        number = None if event.style else number_of(text)
        return printable(text, path, line, found) if number is None else finite(number, text, path, line, found)
    return WORDS[text]
