"""Single values: what a plain word of YAML 1.2 means, and what no value and no name may be."""

import math
import re
import sys
import unicodedata

from sourcing.files.document import Keys
from sourcing.files.problem_collector import ProblemCollector, short

# YAML's printable characters, without the invisible line ends by which editors and we would count lines differently.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

# Carriage returns, signs without width, and those that turn the direction of writing: two texts would look the same.
_UNSEEN = re.compile("[\r\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
# A name stands in one line of a table, a message, a heading.
_NOT_IN_NAMES = re.compile("[\t\n\xad\ufff9-\ufffc\U000e0000-\U000e007f]")
_CALLED = {"\r": "carriage return", "\n": "line feed", "\t": "tab"}

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

_NUMERIC = frozenset("+-.0123456789")  # what numbers begin with

WORDS = {"": None, "~": None} | {
    form: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for form in (word, word.capitalize(), word.upper())
}


def number_of(text: str) -> int | float | None:
    """The number that a plain scalar is, infinite and not a number included; None where it is a word."""
    if text[:1] not in _NUMERIC:
        return None
    if _NOT_FINITE.fullmatch(text):
        return math.nan
    if _INTEGER.fullmatch(text) and len(text) < 400:  # longer ones are beyond all floats
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    return float(text) if _FLOAT.fullmatch(text) else None


def finite(
    number: int | float, written: str, path: Keys, line: int | None, problems: ProblemCollector
) -> int | float | None:
    """The number; a problem where no float can hold it."""
    if abs(number) <= sys.float_info.max:
        return number
    problems.refuse(path, line, f"{short(written)} is not a finite number", "write a number")
    return None


def printable(text: str, path: Keys, line: int | None, problems: ProblemCollector) -> str:
    """The text; a problem where an escape or a program put a control character or an unseen one into it."""
    if text.isascii() and text.isprintable():
        return text
    if odd := UNPRINTABLE.search(text):
        problems.refuse(path, line, f"the text holds the control character {code_point(odd)}", "remove it")
    elif odd := _UNSEEN.search(text):
        problems.refuse(path, line, f"the text holds {_called(odd)}, which cannot be seen", "remove it")
    return text


def nameable(name: str, path: Keys, line: int | None, problems: ProblemCollector) -> str:
    """The name; a problem where it holds a character that no name may hold, as `printable` and line breaks."""
    if name.isascii() and name.isprintable():
        return name
    if odd := UNPRINTABLE.search(name) or _UNSEEN.search(name) or _NOT_IN_NAMES.search(name):
        problems.refuse(path, line, f"the name holds {_called(odd)}, which cannot be seen", "remove it")
    return name


def code_point(found: re.Match[str]) -> str:
    """How a character that cannot be shown is named."""
    return f"U+{ord(found.group()):04X}"


def _called(found: re.Match[str]) -> str:
    sign = found.group()
    called = _CALLED.get(sign) or unicodedata.name(sign, "").lower()
    return f"the character {code_point(found)}" + (f" ({called})" if called else "")
