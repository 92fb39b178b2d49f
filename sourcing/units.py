"""Quantities as people write them ("450 t/year", "95 USD/kg", "45 working days"): numbers in kg and money."""

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache

import pint

from sourcing.spelling import alike


class QuantityKind(StrEnum):
    """What a quantity measures; the words are those of error messages."""

    MASS = "a mass"
    MASS_RATE = "a mass per time"
    PRICE = "a price"
    CARRYING = "a cost per mass and time"
    MONEY = "money"
    SHARE = "a share"
    SHARE_RATE = "a share per time"
    DURATION = "a duration"
    COUNT_RATE = "a number per time"
    PER_MASS = "a number per mass"
    NUMBER = "a plain number"


@dataclass(frozen=True)
class ParsedQuantity:
    """A number in kg and in money of `currency`; `time` is the calendar unit of the rate or of the duration.

    number: per `time` as written, never rescaled (12 t/month is 12000 with time "month").
    currency: None where there is no money. time: None where there is no time, else a key of `_DAYS`.
    """

    number: float
    kind: QuantityKind
    currency: str | None
    time: str | None


class UnitError(ValueError):
    """A text is not the quantity wanted: `cause` names the text, `cure` says what to type."""

    def __init__(self, cause: str, cure: str):
        self.cause = cause
        self.cure = cure
        super().__init__(f"{cause}; {cure}")


CURRENCIES = ("USD", "JPY", "EUR", "CNY", "AUD", "GBP", "CAD", "KRW", "MYR", "VND", "INR")
MASS_UNITS = {"kg": "1", "g": "1e-3", "mg": "1e-6", "t": "1e3", "kt": "1e6", "Mt": "1e9", "lb": "0.45359237"}

_SPOKEN = {"dollar": "USD", "$": "USD", "us$": "USD", "yen": "JPY", "円": "JPY", "yuan": "CNY", "renminbi": "CNY"}
_SPOKEN |= {"rmb": "CNY", "元": "CNY", "euro": "EUR", "€": "EUR", "won": "KRW", "ringgit": "MYR", "rupee": "INR"}

_METRIC = "MT on invoices is the metric ton: write t"
_TONS = dict.fromkeys(("mt", "m/t", "mton", "metricton", "metrictonne", "tonne", "トン", "吨", "噸"), _METRIC)
_TONS |= {"ton": "a metric ton is written t, a short ton is 0.90718474 t, a long ton 1.0160469 t"}
"""Words for tons that are no unit here, without a plural: what to write instead."""

# Calendar days in a unit of time. Months are a twelfth of 365.25 days, working days five in seven.
_DAYS = {"day": 1.0, "working day": 1.4, "week": 7.0, "month": 30.4375, "quarter": 91.3125, "year": 365.25}
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9}

# Powers of (mass, money, time), and the unit an error message proposes.
_FORMS: dict[QuantityKind, tuple[tuple[int, int, int], str]] = {
    QuantityKind.MASS: ((1, 0, 0), " t"),
    QuantityKind.MASS_RATE: ((1, 0, -1), " t/{time}"),
    QuantityKind.PRICE: ((-1, 1, 0), " {currency}/kg"),
    QuantityKind.CARRYING: ((-1, 1, -1), " {currency}/kg/{time}"),
    QuantityKind.MONEY: ((0, 1, 0), " {currency}"),
    QuantityKind.SHARE: ((0, 0, 0), " %"),
    QuantityKind.SHARE_RATE: ((0, 0, -1), " %/{time}"),
    QuantityKind.DURATION: ((0, 0, 1), " {time}s"),
    QuantityKind.COUNT_RATE: ((0, 0, -1), " /{time}"),
    QuantityKind.PER_MASS: ((-1, 0, 0), " /t"),
    QuantityKind.NUMBER: ((0, 0, 0), ""),
}

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[,_'’ ](?=\d{3}(?!\d))")
_POINTS = re.compile(r"(?<=\d)\.(?=(?:\d{3}\.)*\d{3},)")
_NAMES = re.compile(r"[^\W\d]+(?:/[^\W\d]+)*")  # pint reads more, such as powers; nobody needs it here


def _definitions() -> Iterator[str]:
    """Pint's lines for the units above; every currency and every unit of time is a dimension of its own."""
    yield "one = []"
    yield "percent = 0.01 one"
    yield "kg = [mass] = _ = kilogram = kilograms"
    yield from (f"{name} = {size} kg" for name, size in MASS_UNITS.items() if name != "kg")
    yield from ("@alias g = gram = grams", "@alias t = tonne = tonnes", "@alias lb = pound = pounds")
    for time in _DAYS:
        name = time.replace(" ", "_")
        yield f"{name} = [{name}] = _ = {name}s"
    for currency in CURRENCIES:
        yield f"{currency} = [{currency}]"
        yield f"k{currency} = 1e3 {currency}"
        yield f"M{currency} = 1e6 {currency}"


_REGISTRY: pint.UnitRegistry[float] = pint.UnitRegistry(None)
_REGISTRY.load_definitions(list(_definitions()))


@dataclass(frozen=True)
class _Unit:
    """A parsed unit: its size in kg and money, and the power of mass, money and time in it."""

    size: float
    powers: tuple[int, int, int]
    currency: str | None
    time: str | None


def parse(text: str | int | float, kind: QuantityKind) -> ParsedQuantity:
    """Read a quantity of the `kind` wanted; a bare number only where it has no unit, and 0 anywhere.

    Raises UnitError with the text in `cause` and what to type in `cure`. Parsed texts are remembered.
    """
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        raise UnitError(f"{text!r} is no quantity, {kind} is wanted", _cure(kind))
    return _parse(text, kind)


@lru_cache(maxsize=100_000, typed=True)
def _parse(text: str | int | float, kind: QuantityKind) -> ParsedQuantity:
    written, quoted = _normal(str(text)), _quoted(text)
    match = _NUMBER.match(written)
    if match is None:
        raise UnitError(f"{quoted} does not begin with a number, {kind} is wanted", _cure(kind))
    digits, rest = match.group(), written[match.end() :].strip()
    if re.match(r"[.,_'’]?\d", rest):
        joined = _THOUSANDS.sub("", written)
        right = joined if joined != written else _POINTS.sub("", written).replace(",", ".", 1)
        raise UnitError(f"{quoted} has a separator between digits", f"write it as '{right}'")
    scale, rest = _scale(rest)
    unit = _unit(rest, quoted)
    number = float(digits) * scale * unit.size
    if not math.isfinite(number):
        raise UnitError(f"{quoted} is too large for a number", _cure(kind))
    # Nothing is nothing in every unit, so that "0" may stand where "0 t/year" is meant.
    if unit.powers != _FORMS[kind][0] and (rest or scale != 1 or number != 0):
        what = f"is {_describe(unit)}" if rest else "has no unit"
        raise UnitError(f"{quoted} {what}, {kind} is wanted", _cure(kind, digits, unit))
    return ParsedQuantity(number, kind, unit.currency, unit.time)


def _normal(text: str) -> str:
    """Full-width digits and signs as plain ones, every minus as '-', spaces single."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("−", "-").split())


def _quoted(text: object) -> str:
    """The text as an error message shows it: in quotes, not longer than a line."""
    shown = str(text)
    return f"'{shown}'" if len(shown) <= 60 else f"'{shown[:57]}...'"


def _scale(rest: str) -> tuple[float, str]:
    """Split 'million USD' into 1e6 and 'USD'."""
    word, _, unit = rest.partition(" ")
    return (_SCALES[word], unit) if word in _SCALES else (1.0, rest)


def _unit(text: str, quoted: str) -> _Unit:
    """The unit after a number; `quoted` is the whole quantity, for errors."""
    try:
        return _known_unit(text)
    except pint.UndefinedUnitError as error:
        name = "M/T" if re.search(r"\bm/t\b", text, re.IGNORECASE) else str(error.args[0])
        what = "currency" if re.fullmatch("[A-Z]{3}", name) and not _ton(name) else "unit"
        raise UnitError(f"{quoted} has the unknown {what} '{name}'", _near_units(name)) from None


@lru_cache(maxsize=1_000)
def _known_unit(text: str) -> _Unit:
    """Parse 't/year'; raises pint.UndefinedUnitError, also for what is more than names and strokes."""
    plain = text.replace("%", "percent").replace("working day", "working_day").replace(" per ", "/").replace(" ", "")
    plain = f"one{plain}" if plain.startswith("/") else plain or "one"
    if not _NAMES.fullmatch(plain):
        raise pint.UndefinedUnitError(text)
    if tons := [name for name in plain.split("/") if name.casefold() == "mts"]:
        raise pint.UndefinedUnitError(tons[0])  # metric tons, no plural of megatons
    size, base = _REGISTRY.get_root_units(_REGISTRY.parse_units(plain))
    powers = {name.replace("_", " "): round(float(str(power))) for name, power in base._units.items()}
    times = [name for name in powers if name in _DAYS]
    currencies = [name for name in powers if name in CURRENCIES]
    if len(times) > 1 or len(currencies) > 1:
        raise pint.UndefinedUnitError(text)
    currency, time = next(iter(currencies), None), next(iter(times), None)
    of_money, of_time = powers.get(currency or "", 0), powers.get(time or "", 0)
    return _Unit(float(str(size)), (powers.get("kg", 0), of_money, of_time), currency, time)


def _ton(name: str) -> str:
    """What to write instead of a word for a ton; blank for any other word."""
    return _TONS.get(name.casefold().removesuffix("s"), "")


def _near_units(name: str) -> str:
    """A cure for an unknown unit: the near ones, and all that may stand in its place."""
    if ton := _ton(name):
        return ton
    spoken = _SPOKEN.get(name.casefold().partition("/")[0].removesuffix("s"))
    if spoken:
        return f"write {spoken}; currencies: {', '.join(CURRENCIES)}"
    currencies = [*CURRENCIES, *(f"M{currency}" for currency in CURRENCIES)]
    known = {unit.casefold(): unit for unit in reversed([*MASS_UNITS, *currencies, *_DAYS])}
    alike_units = [name.casefold()] if name.casefold() in known else alike(name.casefold(), known)
    choice = CURRENCIES if re.fullmatch("[A-Z]{3,4}", name) else (*MASS_UNITS, *_DAYS, "%", *CURRENCIES)
    return f"near: {', '.join(known[unit] for unit in alike_units) or 'none'}; known: {', '.join(choice)}"


def _describe(unit: _Unit) -> str:
    """What a unit measures, in the words of `QuantityKind`."""
    return next((str(kind) for kind, (powers, _) in _FORMS.items() if powers == unit.powers), "of another kind")


def _cure(kind: QuantityKind, digits: str | None = None, unit: _Unit | None = None) -> str:
    """Propose the same number with a unit that fits, in the currency and time already written."""
    currency, time = (unit.currency, unit.time) if unit else (None, None)
    example = _FORMS[kind][1].format(currency=currency or "USD", time=time or "year")
    return f"write it as '{digits}{example}'" if digits else f"write a quantity such as '1{example}'"


def days(measure: ParsedQuantity) -> float:
    """A DURATION in calendar days; five working days are seven days, a month is 30.4375."""
    return measure.number * _DAYS[measure.time or "day"]


def per_month(measure: ParsedQuantity) -> float:
    """A share or a number per some time, as one per month; months of 30.4375 days.

    >>> per_month(parse("12 %/year", QuantityKind.SHARE_RATE))
    0.01
    """
    return measure.number * _DAYS["month"] / _DAYS[measure.time or "month"]


def periods(measure: ParsedQuantity, period: str) -> int:
    """A DURATION in whole periods ("day", "week", "month", "quarter", "year"), rounded up."""
    count = days(measure) / _DAYS[period]
    # 2.0000000001 periods are two: a float's noise must not buy a third.
    return math.ceil(count - 1e-9 * max(1.0, abs(count)))


def per_period(measure: ParsedQuantity, start: date, end: date) -> float:
    """A rate's value for the days from `start` up to, not including, `end` [kg, money, count or share].

    Months, quarters and years count as the calendar has them: a whole one is exactly 1, a part is its share of days.
    Raises UnitError where `measure` is no rate.
    """
    if _FORMS[measure.kind][0][2] != -1:
        raise UnitError(f"{measure.number} is {measure.kind}, not a rate", "give a quantity per time")
    match measure.time:
        case "year":
            return measure.number * _years(start, end)
        case "month":
            return measure.number * _months(start, end)
        case "quarter":
            return measure.number * _months(start, end) / 3
        case time:
            return measure.number * (end - start).days / _DAYS[time or "day"]


@cache
def _years(start: date, end: date) -> float:
    """Years from `start` to `end`, each day weighing 1/365 or 1/366 of its year; to the same day of a year, whole."""
    whole = end.year - start.year
    if (start.month, start.day) == (end.month, end.day):
        return whole
    return whole + (_year_share(end) - _year_share(start))


def _year_share(day: date) -> float:
    first, following = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return (day - first) / (following - first)


@cache
def _months(start: date, end: date) -> float:
    """Months from `start` to `end`, each day weighing its share of its month; to the same day of a month, whole."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    if start.day == end.day:
        return whole
    return whole + (_month_share(end) - _month_share(start))


def _month_share(day: date) -> float:
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return (day - first) / (following - first)
