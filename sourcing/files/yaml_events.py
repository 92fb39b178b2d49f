"""The events of a YAML text: by libyaml, which is fast, or by ruamel.yaml, which is slow and says best what is wrong.

libyaml's grammar is that of YAML 1.1, ruamel.yaml's that of 1.2. What libyaml alone would read, tabs between words and
a comment right after `|` or `>`, is refused here. It refuses names in flow mappings that are empty or end with a colon,
names of anchors with accents, and a second document without `---`. It reads `["a":1]` as 1.2 has it, and blank lines of
few spaces at the head of a block text, where ruamel.yaml does not. In all else both give the same.
"""

import re
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml
from ruamel.yaml import YAML, error, events
from yaml.error import Mark

try:
    from yaml.cyaml import CParser
except ImportError:  # PyYAML was built without libyaml
    CParser = None

# Both libraries have classes of these names, with the same attributes.
ALIAS = (events.AliasEvent, yaml.AliasEvent)
DOCUMENT = (events.DocumentStartEvent, yaml.DocumentStartEvent)
END = (events.CollectionEndEvent, yaml.CollectionEndEvent)
MAPPING = (events.MappingStartEvent, yaml.MappingStartEvent)
NODE = (events.NodeEvent, yaml.NodeEvent)
SCALAR = (events.ScalarEvent, yaml.ScalarEvent)
SEQUENCE = (events.SequenceStartEvent, yaml.SequenceStartEvent)

MARKED_ERRORS = (error.MarkedYAMLError, yaml.MarkedYAMLError)
"""Errors that say where in the text they are."""

# The scanners trip over a few escapes, such as "\U99999999", with Python's own errors.
ERRORS = (error.YAMLError, yaml.YAMLError, ValueError, OverflowError)

_COMMENT = re.compile("#[^\r\n]*")
_SIGN_AND_COMMENT = re.compile("[|>][-+0-9]*#")
_LINE = re.compile("[^\r\n]*")
_BREAK = re.compile("\r\n|\r|\n")


def libyaml(text: str) -> Iterator[Any] | None:
    """The events of a text by libyaml; None where PyYAML comes without it."""
    if CParser is None:
        return None
    events = iter(CParser(text).get_event, None)
    return _strict(text, events) if "\t" in text or _SIGN_AND_COMMENT.search(text) else events


def ruamel(text: str) -> Iterator[Any]:
    """The events of a text by the parser in Python, some thirty times slower."""
    events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)
    return events


def _strict(text: str, events: Iterator[Any]) -> Iterator[Any]:
    """The same events; raises MarkedYAMLError at a tab that is no part of a quoted or block text, of a comment or of
    the space between the parts of a flow collection, and at a comment right after the sign of a block text."""
    seen, opened = 0, 0
    for event in events:
        start, end = event.start_mark.index, event.end_mark.index
        begins = isinstance(event, (*MAPPING, *SEQUENCE))
        scalar = isinstance(event, SCALAR)
        if not opened and (scalar or (begins and event.flow_style)):
            _check(text, seen, start)
            seen = end
        if scalar and event.style in ("|", ">"):
            if sign := _SIGN_AND_COMMENT.match(text, start):
                _refuse(text, sign.end() - 1)
            _check(text, start, start + len("".join(_LINE.findall(text, start, end)[:1])))
        elif scalar and not event.style and (tab := text.find("\t", start, end)) >= 0:
            _refuse(text, tab)
        if opened or (begins and event.flow_style):
            opened += begins - isinstance(event, END)
            seen = end
        yield event
    _check(text, seen, len(text))


def _check(text: str, start: int, end: int) -> None:
    """Refuse the first tab outside a comment of a part of a text that holds no words."""
    if text.find("\t", start, end) >= 0:
        part = _COMMENT.sub(lambda comment: " " * len(comment.group()), text[start:end])
        if (tab := part.find("\t")) >= 0:
            _refuse(text, start + tab)


def _refuse(text: str, at: int) -> NoReturn:
    line = len(_BREAK.findall(text, 0, at))
    said = f"found character {text[at]!r} that cannot start any token"
    raise yaml.MarkedYAMLError(None, None, said, Mark("", at, line, 0, None, 0))
