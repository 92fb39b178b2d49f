"""Mappings from Python, copied into the plain values that a file could hold."""

import datetime as dt
import numbers
from collections.abc import Mapping
from typing import Any

from sourcing.files.document import DEEPEST, Document, Keys
from sourcing.files.problem_collector import ProblemCollector, short
from sourcing.files.scalars import finite, nameable, printable
from sourcing.spelling import composed


def from_python(mapping: Mapping[Any, Any]) -> Document:
    """A document that says what a mapping says; raises ScenarioError for values no file could hold."""
    found = ProblemCollector("scenario", numbered=False)
    value = _plain(mapping, (), found)
    found.check()
    return Document(value, found.places, ())


def _plain(value: object, path: Keys, problems: ProblemCollector) -> Any:
    """A copy in plain values; numbers of numpy and dates become plain too."""
    problems.places[path] = problems.at(None)
    if len(path) > DEEPEST:
        problems.stop(path[:3], None, f"more than {DEEPEST} levels, one inside the other", "write it flatter")
    match value:
        case None | bool():
            return value
        case str():
            return printable(composed(str(value).replace("\r\n", "\n")), path, None, problems)
        case numbers.Integral():
            return finite(int(value), str(value), path, None, problems)
        case numbers.Real():
            return finite(float(value), str(value), path, None, problems)
        case dt.date():
            return value.isoformat()
        case Mapping():
            names = {key: _name(key, path, problems) for key in value}
            return {name: _plain(value[key], (*path, name), problems) for key, name in names.items()}
        case list() | tuple():
            return [_plain(item, (*path, number), problems) for number, item in enumerate(value)]
    kind = type(value).__name__
    problems.refuse(path, None, f"{short(value)} is a Python {kind}", "give text, numbers, lists and mappings")
    return None


def _name(key: object, path: Keys, problems: ProblemCollector) -> str:
    if not isinstance(key, str | int | dt.date) or not str(key).strip():
        problems.refuse(path, None, f"{short(key)} is no name", "use text as names")
    return key.isoformat() if isinstance(key, dt.date) else nameable(composed(str(key)), path, None, problems)
