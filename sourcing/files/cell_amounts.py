"""Amounts as people write them in cells: full-width digits, thousands, exponents, a unit in a column of its own."""

import math
import re
from typing import Any

from sourcing.files.document import Keys
from sourcing.files.layouts import Layout
from sourcing.files.problem_collector import ProblemCollector, short
from sourcing.spelling import plain

LEFTOVER = 1e-9  # what a formula leaves where the difference of two numbers is nothing; no amount is that small

_EXPONENT = r"(?:[eE][+-]?\d+)?"
_DIGITS = re.compile(rf"[+-]?(?:[\d][\d.,]*|\.\d+){_EXPONENT}")
_GROUPS = {sign: rf"[+-]?(?:\d+|[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{3}})+)" for sign in ",."}
_FORMS = {
    ",": re.compile(rf"(?:{_GROUPS[',']}(?:\.\d*)?|[+-]?\.\d+){_EXPONENT}"),
    ".": re.compile(rf"(?:{_GROUPS['.']}(?:,\d*)?|[+-]?,\d+){_EXPONENT}"),
}
_GROUPED = re.compile(
    r"[+-]?(?:[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?|[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d*)?|[1-9]\d{0,2}(?:\.\d{3})+,\d+)"
)
_SEPARATED = re.compile(r"[+-]?\d+(?:[ '’´`_]\d+)+(?:[.,]\d+)?")
_BEHIND = re.compile(r"([\d.,]*\d[\d.,]*)\s*-(?!\w)")
_BRACKETS = re.compile(r"\(\s*[^\d()]{0,3}?([\d.,]*\d[\d.,]*)\s*\)")
_TRIANGLE = re.compile(r"[△▲▵▴]\s*([\d.,]*\d[\d.,]*)")
_CURRENCY = re.compile(r"([-+]?)\s*(?:[A-Z]{0,3}[$¥€£₩₹\\]|[A-Z]{3})\s*(?=[-+]?[\d.])")


def amount(cell: Any, unit: str, wanted: Layout, path: Keys, line: int, problems: ProblemCollector) -> Any:
    """A quantity as `sourcing.units` reads it; `unit` stands beside it in the table, or in its layout."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return cell
    if not isinstance(cell, str):
        nothing = isinstance(cell, float) and math.isfinite(cell) and abs(cell) < LEFTOVER
        return " ".join(part for part in ("0" if nothing else str(cell), unit) if part)
    text = plain(cell).replace("−", "-")
    if cure := _odd(text):
        problems.refuse(path, line, f"{short(cell)} {cure[0]}", cure[1])
        return cell
    digits = _DIGITS.match(text)
    number, rest = (digits.group(), text[digits.end() :].strip()) if digits else (text, "")
    joined = _joined(number, wanted.thousands) if digits else number
    if joined is None:
        problems.refuse(path, line, f"{short(cell)} {_cause(wanted.thousands)}", _cure(number, wanted))
        return cell
    if unit and rest:
        problems.refuse(path, line, f"{short(cell)} has a unit, and '{unit}' stands beside it", "say it once")
        return cell
    text = " ".join(part for part in (joined, rest or unit) if part)
    return cell if text == cell else text


def _odd(text: str) -> tuple[str, str] | None:
    """Cause and cure of a number that is written as bookkeeping programs do and means what we will not guess."""
    if group := _SEPARATED.match(text):
        return "has a separator between digits", f"write {re.sub('[^-+0-9.,]', '', group.group()).replace(',', '.')}"
    for form, cause in (
        (_BEHIND, "has its minus behind the number"),
        (_BRACKETS, "stands in brackets, which mean less than nothing"),
        (_TRIANGLE, "has a triangle, which means less than nothing"),
    ):
        if match := form.match(text):
            return cause, f"write -{match.group(1)}"
    if sign := _CURRENCY.match(text):
        return (
            f"has '{sign.group().strip()}' before the number",
            f"write {sign.group(1)}{text[sign.end() :]} and a unit",
        )
    return None


def _joined(number: str, sign: str | None) -> str | None:
    """A number with a point for its decimals and nothing else between its digits; None where its form is not the one
    wanted. Without a sign of thousands what is plainly grouped is refused, the rest is left to `sourcing.units`."""
    if sign is None:
        return None if _GROUPED.fullmatch(number) else number
    if not _FORMS[sign].fullmatch(number):
        return None
    return number.replace(sign, "").replace("," if sign == "." else ".", ".")


def _cause(sign: str | None) -> str:
    if sign is None:
        return "has a separator between digits"
    other = "," if sign == "." else "."
    return f"is not in groups of three digits with '{sign}' between them and '{other}' before decimals"


def _cure(number: str, wanted: Layout) -> str:
    if wanted.thousands is not None:
        return "check its separators, or what thousands: says in the layout of the table"
    sign = "," if re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", number) else "."
    plainly = number.replace(sign, "").replace(",", ".")
    return f"say thousands: '{sign}' in the layout of the table, or write {plainly}"
