"""The events of a YAML text: by libyaml, which is fast, or by ruamel.yaml, which is slow and says best what is wrong.

libyaml's grammar is that of YAML 1.1. It differs from 1.2 where a tab stands, which `libyaml` refuses as ruamel.yaml
does; at names in flow mappings that begin or end with a colon and at names of anchors with accents, which it refuses;
and it reads `"a":1` in a list as a mapping, as 1.2 does, and a comment right after `|` or `>`.
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
_LINE_END = re.compile(r"[\r\n]|\Z")
_BREAK = re.compile("\r\n|\r|\n")


def libyaml(text: str) -> Iterator[Any] | None:
    """The events of a text by libyaml; None where PyYAML comes without it."""
    if CParser is None:
        return None
    found = iter(CParser(text).get_event, None)
    return _without_tabs(text, found) if "\t" in text else found


def ruamel(text: str) -> Iterator[Any]:
    """The events of a text by the parser in Python, some thirty times slower."""
    found: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)
    return found


def _without_tabs(text: str, found: Iterator[Any]) -> Iterator[Any]:
    """The same events; raises MarkedYAMLError at a tab that is no part of a quoted or block text, of a comment or of
    the space between the parts of a flow collection."""
    seen, opened = 0, 0
    for event in found:
        start, end = event.start_mark.index, event.end_mark.index
        begins = isinstance(event, (*MAPPING, *SEQUENCE))
        scalar = isinstance(event, SCALAR)
        if not opened and (scalar or (begins and event.flow_style)):
            _refuse_tabs(text, seen, start)
            seen = end
        if scalar and event.style in ("|", ">"):
            _refuse_tabs(text, start, _LINE_END.search(text, start).start())
        elif scalar and not event.style and (tab := text.find("\t", start, end)) >= 0:
            _refuse(text, tab)
        if opened or (begins and event.flow_style):
            opened += begins - isinstance(event, END)
            seen = end
        yield event
    _refuse_tabs(text, seen, len(text))


def _refuse_tabs(text: str, start: int, end: int) -> None:
    """Refuse the first tab outside a comment of a part of a text that holds neither quoted nor plain words."""
    if text.find("\t", start, end) >= 0:
        gap = _COMMENT.sub(lambda comment: " " * len(comment.group()), text[start:end])
        if (tab := gap.find("\t")) >= 0:
            _refuse(text, start + tab)


def _refuse(text: str, tab: int) -> NoReturn:
    line = len(_BREAK.findall(text, 0, tab))
    said = "found character '\\t' that cannot start any token"
    raise yaml.MarkedYAMLError(None, None, said, Mark("", tab, line, 0, None, 0))
