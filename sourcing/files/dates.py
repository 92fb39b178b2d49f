"""Dates as people write them in cells: eras, fiscal years; and which columns hold amounts and which dates."""

import calendar
import datetime as dt
import re
from typing import Any

from sourcing.files.document import Keys
from sourcing.files.layouts import Layout
from sourcing.files.problem_collector import ProblemCollector, short
from sourcing.spelling import plain

FIGURES = (
    *("quantity", "price", "nameplate", "expected", "committed", "licensable", "volume", "minimum_order"),
    *("freight", "storage", "need", "capacity", "china_link", "qualification", "spot_share", "yield", "to_border"),
    *("deposit", "order_cost", "uses", "duty", "transit", "take_or_pay", "shortfall_charge", "signing_cost", "life"),
)
DATES = ("date", "from", "until", "valid_until", "as_of")
UNIT, CURRENCY = "unit", "currency"
SERIALS = (20_000, 80_000)  # days since 1900 in a workbook: 1954 to 2119

# First and last day of each era; a Japanese era year counts its first, partial, year as 1.
_ERAS = {
    "令和": ("R", dt.date(2019, 5, 1), dt.date(2150, 12, 31)),
    "平成": ("H", dt.date(1989, 1, 8), dt.date(2019, 4, 30)),
}
_ERA = "|".join([*_ERAS, *(letter for letter, _, _ in _ERAS.values())])
_YEAR = rf"(?:(?P<era>{_ERA})\s*(?P<of>\d{{1,2}}|元)|(?P<year>\d{{4}}))"
_JAPANESE = re.compile(
    rf"{_YEAR}\s*[年./-]\s*(?:(?P<month>\d{{1,2}})\s*(?:月|[./-]|$)\s*(?:(?P<day>\d{{1,2}})\s*日?)?)?"
)
_FISCAL = re.compile(rf"(?:FY\s*{_YEAR}|{_YEAR.replace('<', '<j')}\s*年度)\s*(?P<half>上期|下期|H1|H2)?", re.IGNORECASE)


def date(cell: Any, last: bool, wanted: Layout, path: Keys, line: int, problems: ProblemCollector) -> Any:
    """A date in ISO 8601 where the layout says how it is written; `last`: a fiscal year stands for its last day."""
    if isinstance(cell, int | float) and SERIALS[0] <= cell <= SERIALS[1]:
        cause = f"{short(cell)} is a day as the program counts it, not as it is written"
        problems.refuse(path, line, cause, "give the cells of the column the format of a date")
    if not isinstance(cell, str):
        return cell
    text = plain(cell)
    if fiscal := _FISCAL.fullmatch(text):
        return _fiscal(fiscal, last, wanted, path, line, problems, cell)
    parts = _JAPANESE.fullmatch(text)
    if parts is None or re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return cell
    if not wanted.japanese:
        cure = "say date: japanese in the layout of the table, or write it as 2027-04-01"
        problems.refuse(path, line, f"{short(cell)} is not a date in ISO 8601", cure)
        return cell
    year, month, day = _year(parts["era"], parts["of"], parts["year"]), parts["month"], parts["day"]
    try:
        written = dt.date(year, int(month or 1), int(day or 1))
    except ValueError as error:
        problems.refuse(path, line, f"{short(cell)} is not in the calendar ({error})", "check it")
        return cell
    if parts["era"] and not _in_era(parts["era"], year, month, day):
        problems.refuse(path, line, f"{short(cell)} lies outside its era", "check era and year")
        return cell
    return "-".join(
        [f"{written.year}", *([f"{written.month:02}"] if month else []), *([f"{written.day:02}"] if day else [])]
    )


def _fiscal(
    parts: re.Match[str], last: bool, wanted: Layout, path: Keys, line: int, problems: ProblemCollector, cell: str
) -> str:
    if wanted.fiscal_year is None:
        cure = "say fiscal_year: april, or the month in which it begins, in the layout of the table"
        problems.refuse(path, line, f"{short(cell)} is a fiscal year, and where it begins is not said", cure)
        return cell
    year = _year(parts["era"] or parts["jera"], parts["of"] or parts["jof"], parts["year"] or parts["jyear"])
    half = {"上期": 0, "H1": 0, "下期": 1, "H2": 1}.get((parts["half"] or "").upper())
    first = year * 12 + wanted.fiscal_year - 1 + 6 * (half or 0)
    end = first + (6 if half is not None else 12) - 1
    if last:
        return f"{end // 12}-{end % 12 + 1:02}-{calendar.monthrange(end // 12, end % 12 + 1)[1]}"
    return f"{first // 12}-{first % 12 + 1:02}-01"


def _year(era: str | None, of: str | None, year: str | None) -> int:
    if not era:
        return int(year or 0)
    return _era(era)[0].year + (1 if of == "元" else int(of or 0)) - 1


def _era(name: str) -> tuple[dt.date, dt.date]:
    letter, first, last = next(entry for word, entry in _ERAS.items() if name.upper() in (word, entry[0]))
    assert letter
    return first, last


def _in_era(era: str, year: int, month: str | None, day: str | None) -> bool:
    """Whether any day that is meant lies in the era."""
    first, last = _era(era)
    low = dt.date(year, int(month or 1), int(day or 1))
    high_month = int(month or 12)
    high = dt.date(year, high_month, int(day) if day else calendar.monthrange(year, high_month)[1])
    return low <= last and high >= first
