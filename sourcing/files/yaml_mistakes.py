"""What is said of a text that is not YAML: its line, what is wrong with it, and what to type instead."""

import re
from typing import NoReturn

from sourcing.files import yaml_events
from sourcing.files.document import Keys
from sourcing.files.problem_collector import ProblemCollector, short

_HINTS = {
    "\\t": "indent with spaces, not tabs",
    "mapping values are not allowed": "put quotes around text that holds ': ', or indent it like its neighbours",
    "end of stream": "close the quote that is open",
    "could not find expected ':'": "write 'name: value'",
    "<stream end>": "close the bracket that is open",
    "cannot start any token": "put quotes around the text",
    "nesting depth": "write it flatter",
    "unexpected ':'": "put quotes around text that ends with ':', or a space after the ':'",
    "did not find expected ','": "put a comma between two values, or close the bracket that is open",
}


_UNCLOSED = re.compile("stream end|end of stream|could not find")


def not_yaml(error: Exception, text: str, problems: ProblemCollector, path: Keys) -> NoReturn:
    """Raise ScenarioError for an error that the reading of a text by libyaml or ruamel.yaml ended in."""
    if not isinstance(error, yaml_events.MARKED_ERRORS):
        last, place = next(reversed(problems.places.items()), (path, problems.at(1)))
        problems.stop(last, place.line, f"here or below is no YAML: {error}", "check the escapes in double quotes")
    said = ", ".join(part for part in (error.context, error.problem) if part)
    mark = error.problem_mark or error.context_mark
    at_end = "did not find" in said and mark is not None and mark.index >= len(text.rstrip())
    if at_end or _UNCLOSED.search(said):
        mark = error.context_mark or mark  # what is never closed is named where it opens, not at the end of the file
    line = mark.line if mark else 0
    lines = text.splitlines() or [""]
    written = lines[min(line, len(lines) - 1)]
    wide = "use the half-width ':' and space" if re.search("[：　]", written) else None
    cure = wide or next((cure for sign, cure in _HINTS.items() if sign in said), "check quotes and indentation")
    problems.stop(path, line + 1, f"{short(written)} is not YAML: {said}", cure)
