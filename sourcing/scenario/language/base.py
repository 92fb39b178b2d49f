"""The small types that every part of a scenario file is made of."""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from sourcing import units
from sourcing.selection import KEYS, Where
from sourcing.units import ParsedQuantity, QuantityKind


class ScenarioPart(BaseModel):
    """A mapping of a scenario file: immutable, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True)


def wrong(cause: str, cure: str) -> PydanticCustomError:
    """An error of input that carries its cure."""
    return PydanticCustomError("scenario", "{cause}", {"cause": cause, "cure": cure})


# Quantities -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, its range and where it comes from.

    `row` names a row of data/ (`prices/prc-0284`); without one the number is an `assumption` with its reason. scale:
    what `size` has multiplied it by, its range included; 1 where it is as stated.
    """

    measure: ParsedQuantity
    low: ParsedQuantity | None = None
    high: ParsedQuantity | None = None
    row: str | None = None
    assumption: str | None = None
    scale: float = 1.0

    def scaled(self, factor: float) -> "Quantity":
        """The quantity and its range times a factor."""

        def times(measure: ParsedQuantity | None) -> ParsedQuantity | None:
            return None if measure is None else replace(measure, number=factor * measure.number)

        number = replace(self.measure, number=factor * self.measure.number)
        return replace(self, measure=number, low=times(self.low), high=times(self.high), scale=factor * self.scale)


FIELDS = ("value", "low", "high", "row", "assumption")


def _measure(value: object, kinds: tuple[QuantityKind, ...]) -> ParsedQuantity:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise wrong(f"{shown(value)} is not a quantity", f"write for example {_example(kinds[0])}")
    first: units.UnitError | None = None
    for kind in kinds:
        try:
            measure = units.parse(value, kind)
        except units.UnitError as error:
            first = first or error
        else:
            if measure.number < 0:
                raise wrong(f"{value} is negative", "give zero or a positive number")
            return measure
    assert first is not None
    raise wrong(first.cause, first.cure)


def _quantity(value: object, kinds: tuple[QuantityKind, ...]) -> Quantity:
    if not isinstance(value, Mapping):
        return Quantity(_measure(value, kinds))
    unknown = [key for key in value if key not in FIELDS]
    if unknown:
        raise wrong(f"a quantity has no '{unknown[0]}'", f"use {', '.join(FIELDS)}")
    if value.get("value") is None:
        raise wrong("a quantity needs its 'value'", f"write for example {{value: {_example(kinds[0])}}}")
    measure, low, high = (
        None if value.get(key) is None else _measure(_like(value[key], value["value"]), kinds)
        for key in ("value", "low", "high")
    )
    assert measure is not None
    if (low and low.number > measure.number) or (high and high.number < measure.number):
        raise wrong(
            f"{value['value']} is not between low {value.get('low')} and high {value.get('high')}",
            "order them low <= value <= high",
        )
    for key in ("row", "assumption"):
        if value.get(key) is not None and not isinstance(value[key], str):
            raise wrong(f"'{key}' is {shown(value[key])}", "give it as text")
    return Quantity(measure, low, high, value.get("row"), value.get("assumption"))


def _like(end: object, value: object) -> object:
    """`low: 80` beside `value: 95 USD/kg` takes the unit of the value."""
    if isinstance(end, int | float) and isinstance(value, str):
        return f"{end} {re.sub(r'^[-+0-9.eE_]+', '', value.strip())}".strip()
    return end


def _example(kind: QuantityKind) -> str:
    examples = {
        QuantityKind.MASS: "12 t",
        QuantityKind.MASS_RATE: "450 t/year",
        QuantityKind.PRICE: "95 USD/kg",
        QuantityKind.CARRYING: "20 USD/kg/year",
        QuantityKind.MONEY: "1.2 MUSD",
        QuantityKind.SHARE: "30 %",
        QuantityKind.SHARE_RATE: "5 %/year",
        QuantityKind.DURATION: "45 days",
        QuantityKind.COUNT_RATE: "40 /month",
        QuantityKind.PER_MASS: "0.005 /t",
        QuantityKind.NUMBER: "2.5",
    }
    return f"'{examples[kind]}'"


def shown(value: object) -> str:
    """A value as a message shows it: short, and in the words of YAML."""
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = "a mapping" if isinstance(value, Mapping) else "a list" if isinstance(value, list) else repr(value)
    return text if len(text) < 60 else text[:57] + "..."


def _schema(kinds: tuple[QuantityKind, ...]) -> dict[str, Any]:
    plain = {"type": ["string", "number"], "description": f"quantity, for example {_example(kinds[0])}"}
    ends: dict[str, Any] = {"value": plain, "low": plain, "high": plain}
    texts = {"row": {"type": "string"}, "assumption": {"type": "string"}}
    full = {"type": "object", "properties": ends | texts, "required": ["value"], "additionalProperties": False}
    return {"anyOf": [plain, full]}


# Dates ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class When:
    """A day, month or year as written, with its first and last day."""

    text: str
    first: dt.date
    last: dt.date


def when(value: object) -> When:
    """Read '2027-04-15', '2027-04' or '2027'."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    parts = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text.strip()) if isinstance(text, str) else None
    cure = "write a month as 2027-04 or a day as 2027-04-15"
    if not parts:
        raise wrong(f"{shown(value)} is not a date", cure)
    year, month, day = (int(part) if part else None for part in parts.groups())
    assert year is not None
    try:
        first = dt.date(year, month or 1, day or 1)
    except ValueError as error:
        raise wrong(f"{shown(value)} is not a date ({error})", cure) from None
    if not 1990 <= year <= 2150:
        raise wrong(f"the year of {shown(value)} is not between 1990 and 2150", cure)
    last_month = month or 12
    last = first if day else dt.date(year, last_month, monthrange(year, last_month)[1])
    return When(parts.group(0), first, last)


@dataclass(frozen=True)
class Dated:
    """A quantity that may change: steps `(from, quantity)` in order of time; the first holds before its date too
    when `steady` (one value for ever)."""

    steps: tuple[tuple[When, Quantity], ...]
    steady: bool


BEGINNING = When("always", dt.date(1990, 1, 1), dt.date(1990, 1, 1))


def _dated(value: object, kinds: tuple[QuantityKind, ...]) -> Dated:
    if not isinstance(value, Mapping) or "value" in value:
        return Dated(((BEGINNING, _quantity(value, kinds)),), steady=True)
    if not value:
        raise wrong("no value is given", f"write for example {_example(kinds[0])}")
    steps: list[tuple[When, Quantity]] = []
    for key, entry in value.items():
        try:
            start = when(key)
        except PydanticCustomError:
            raise wrong(
                f"'{key}' is neither a date nor one of {', '.join(FIELDS)}",
                f"write {{2027-01: {_example(kinds[0])}, ...}} or {{value: {_example(kinds[0])}, row: ...}}",
            ) from None
        if twice := [earlier.text for earlier, _ in steps if earlier.first == start.first]:
            raise wrong(f"'{twice[0]}' and '{start.text}' begin on the same day, {start.first}", "keep one of them")
        steps.append((start, _quantity(entry, kinds)))
    return Dated(tuple(sorted(steps, key=lambda step: step[0].first)), steady=False)


# Selections -----------------------------------------------------------------------------------------------------------


def _where(value: object) -> Where:
    if isinstance(value, Where):
        return value
    if not isinstance(value, Mapping) or not value:
        raise wrong(f"{shown(value)} picks nothing", "write for example {origin: China, material: dysprosium-oxide}")
    picked: list[tuple[str, tuple[str, ...]]] = []
    for key, names in value.items():
        if key not in KEYS:
            raise wrong(f"'{key}' is not a key of where", f"use one of {', '.join(KEYS)}")
        listed = names if isinstance(names, list | tuple) else [names]
        if not listed or not all(isinstance(name, str) for name in listed):
            raise wrong(f"{key}: {shown(names)} is not a name or a list of names", "write a name or [one, two]")
        picked.append((key, tuple(listed)))
    return Where(tuple(picked))


def _names(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list | tuple) else [value]
    if not listed or not all(isinstance(name, str) and name for name in listed):
        raise wrong(f"{shown(value)} is not a name or a list of names", "write a name or [one, two]")
    return tuple(listed)


def _of(*kinds: QuantityKind) -> PlainValidator:
    """Reads a quantity of some kinds."""
    return PlainValidator(lambda value: _quantity(value, kinds))


def _json(*kinds: QuantityKind) -> WithJsonSchema:
    return WithJsonSchema(_schema(kinds))


def _dated_of(*kinds: QuantityKind) -> PlainValidator:
    """Reads a quantity of some kinds, or one for each date."""
    return PlainValidator(lambda value: _dated(value, kinds))


def _dated_json(*kinds: QuantityKind) -> WithJsonSchema:
    one = _schema(kinds)
    dates = {"type": "object", "patternProperties": {r"^\d{4}(-\d\d){0,2}$": one}, "additionalProperties": False}
    return WithJsonSchema({"anyOf": [*one["anyOf"], dates]})


def _share(value: object) -> Quantity:
    quantity = _quantity(value, (QuantityKind.SHARE,))
    for measure in (quantity.measure, quantity.low, quantity.high):
        if measure and measure.number > 1 + 1e-12:
            raise wrong(f"{measure.number:g} is above 1", "give a share between 0 and 1, or a percentage up to 100 %")
    return quantity


def _tax(value: object) -> Quantity:
    """The share of tax in a price: 'excluded', or 'included 10 %'."""
    word, _, share = value.strip().partition(" ") if isinstance(value, str) else ("", "", "")
    if word == "excluded" and not share:
        return Quantity(units.parse(0, QuantityKind.SHARE))
    if word != "included" or not share:
        raise wrong(f"{shown(value)} does not say whether tax is in the price", "write excluded, or included 10 %")
    return _share(share)


Mass = Annotated[Quantity, _of(QuantityKind.MASS), _json(QuantityKind.MASS)]
MassOrDays = Annotated[
    Quantity, _of(QuantityKind.MASS, QuantityKind.DURATION), _json(QuantityKind.MASS, QuantityKind.DURATION)
]
MassOrRate = Annotated[
    Quantity, _of(QuantityKind.MASS, QuantityKind.MASS_RATE), _json(QuantityKind.MASS, QuantityKind.MASS_RATE)
]
MassRate = Annotated[Quantity, _of(QuantityKind.MASS_RATE), _json(QuantityKind.MASS_RATE)]
Price = Annotated[Quantity, _of(QuantityKind.PRICE), _json(QuantityKind.PRICE)]
Carrying = Annotated[Quantity, _of(QuantityKind.CARRYING), _json(QuantityKind.CARRYING)]
Money = Annotated[Quantity, _of(QuantityKind.MONEY), _json(QuantityKind.MONEY)]
Share = Annotated[Quantity, PlainValidator(_share), WithJsonSchema(_schema((QuantityKind.SHARE,)))]
Tax = Annotated[
    Quantity,
    PlainValidator(_tax),
    WithJsonSchema({"type": "string", "pattern": "^(excluded|included .+)$"}),
]
ShareRate = Annotated[Quantity, _of(QuantityKind.SHARE_RATE), _json(QuantityKind.SHARE_RATE)]
Duration = Annotated[Quantity, _of(QuantityKind.DURATION), _json(QuantityKind.DURATION)]
PerMass = Annotated[Quantity, _of(QuantityKind.PER_MASS), _json(QuantityKind.PER_MASS)]
Number = Annotated[Quantity, _of(QuantityKind.NUMBER), _json(QuantityKind.NUMBER)]
Freight = Annotated[
    Dated, _dated_of(QuantityKind.PRICE, QuantityKind.SHARE), _dated_json(QuantityKind.PRICE, QuantityKind.SHARE)
]
DatedMassRate = Annotated[Dated, _dated_of(QuantityKind.MASS_RATE), _dated_json(QuantityKind.MASS_RATE)]
DatedAmount = Annotated[
    Dated,
    _dated_of(QuantityKind.PRICE, QuantityKind.MASS_RATE),
    _dated_json(QuantityKind.PRICE, QuantityKind.MASS_RATE),
]
DatedPrice = Annotated[Dated, _dated_of(QuantityKind.PRICE), _dated_json(QuantityKind.PRICE)]
DatedMoney = Annotated[Dated, _dated_of(QuantityKind.MONEY), _dated_json(QuantityKind.MONEY)]
DatedCountRate = Annotated[Dated, _dated_of(QuantityKind.COUNT_RATE), _dated_json(QuantityKind.COUNT_RATE)]
_NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
Names = Annotated[tuple[str, ...], PlainValidator(_names), WithJsonSchema(_NAMES)]
_DATE = {"type": ["string", "integer"], "pattern": r"^\d{4}(-\d\d){0,2}$"}
Date = Annotated[When, PlainValidator(when), WithJsonSchema(_DATE)]


def _decide(value: object) -> str | tuple[When, ...]:
    if value in ("now", "any"):
        return str(value)
    if not isinstance(value, list | tuple) or not value:
        raise wrong(
            f"{shown(value)} is neither now nor any nor a list of dates", "write now, any, or [2027-04, 2027-10]"
        )
    return tuple(when(day) for day in value)


Decide = Annotated[
    Literal["now", "any"] | tuple[When, ...],
    PlainValidator(_decide),
    WithJsonSchema({"anyOf": [{"enum": ["now", "any"], "type": "string"}, {"items": _DATE, "type": "array"}]}),
]
Selection = Annotated[
    Where,
    PlainValidator(_where),
    WithJsonSchema({"type": "object", "properties": dict.fromkeys(KEYS, _NAMES), "additionalProperties": False}),
]


def constant(text: str | float, kind: QuantityKind) -> Quantity:
    """A default written in the code of a part."""
    return Quantity(units.parse(text, kind))


def steady(text: str | float, kind: QuantityKind) -> Dated:
    """A default that never changes."""
    return Dated(((BEGINNING, constant(text, kind)),), steady=True)
