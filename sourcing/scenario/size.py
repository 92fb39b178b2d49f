"""`size`: what is inherited from above the file that states it becomes this importer's share; what is typed stays."""

from collections.abc import Iterator, Mapping
from typing import Any

from sourcing.figures import stated_percent
from sourcing.files import Document, dotted
from sourcing.scenario.language.base import Dated, Quantity, ScenarioPart
from sourcing.scenario.language.remark import Remark
from sourcing.scenario.language.restrictions import ChangeSpec
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.paths import Path
from sourcing.units import QuantityKind

SCALED: Mapping[str, tuple[str, ...]] = {
    "suppliers": ("capacity",),
    "offers": ("nameplate", "expected", "committed", "licensable"),
    "contracts": ("volume",),
    "stock": ("storage",),
    "opening_stock": ("quantity",),
    "open_orders": ("quantity",),
    "demand": ("need",),
}
"""Amounts of a nation of which an importer takes its share, by subject of the file; changes of `CHANGED` too."""

CHANGED = ("need", "available")
"""Fields of a change whose `plus` and `to` are such amounts."""

AMOUNTS = (QuantityKind.MASS, QuantityKind.MASS_RATE, QuantityKind.COUNT_RATE)
"""Kinds of number that scale; a stock in days follows the need."""

OWNING = ("contracts", "opening_stock", "open_orders", "demand")
"""Subjects whose entries may say `own`."""


def sized(scenario: Scenario, document: Document) -> Scenario:
    """The scenario with what `size` scales at this importer's scale; `document` tells where each number was stated.

    An entry that says `own` in so many words is as it says, whatever file it stands in; where that differs from what
    its place says, a caveat tells. See models/formulation.md#size.
    """
    if scenario.size == 1:
        return scenario
    given = {path: scenario.size for path in _amounts(scenario) if _is_scaled(scenario, document, path)}
    scaled: Scenario = _times(scenario, _nested(given))
    update = {
        subject: {
            name: part.model_copy(update={"own": not _is_scaled(scenario, document, (subject, name, "quantity"))})
            for name, part in getattr(scaled, subject).items()
        }
        for subject in ("opening_stock", "open_orders")
    }
    said = {f"size and {dotted(path)}": Remark(text=text) for path, text in _contradictions(scenario, document)}
    return scaled.model_copy(update={**update, "caveats": {**said, **scaled.caveats}})


def amounts(scenario: Scenario) -> Iterator[tuple[Path, Quantity]]:
    """Every amount that `size` scales where it is inherited, by its path in the file."""
    yield from _amounts(scenario).items()


def share_of(number: Quantity | float) -> str:
    """What a scaled amount is a share of, "5 % of 450 t/year"; blank where it is as stated."""
    if not isinstance(number, Quantity) or number.scale == 1:
        return ""
    return f"{stated_percent(number.scale)} of {_told(number, number.measure.number / number.scale)}"


def with_share(number: Quantity) -> str:
    """A scaled amount and what it is a share of, "22.5 t/year (5 % of 450 t/year)"."""
    return f"{_told(number, number.measure.number)} ({share_of(number)})"


def _told(number: Quantity, amount: float) -> str:
    measure = number.measure
    per = f"/{measure.time}" if measure.time else ""
    return f"{amount:,.6g} {per}" if measure.kind is QuantityKind.COUNT_RATE else f"{amount / 1000:,.6g} t{per}"


def _amounts(scenario: Scenario) -> dict[Path, Quantity]:
    amounts: dict[Path, Quantity] = {}
    for subject, fields in SCALED.items():
        for name, part in getattr(scenario, subject).items():
            for field in fields:
                if field in part.model_fields_set:
                    amounts |= _leaves((subject, name, field), getattr(part, field))
    for path, change in _changes(scenario):
        for how in ("plus", "to"):
            if change.field in CHANGED:
                amounts |= _leaves((*path, how), getattr(change, how))
    return {path: quantity for path, quantity in amounts.items() if quantity.measure.kind in AMOUNTS}


def _leaves(path: Path, value: object) -> dict[Path, Quantity]:
    """The quantities of a value: itself, its steps by date, or those of its parts."""
    if isinstance(value, Quantity):
        return {path: value}
    if isinstance(value, Dated):
        return {(path if value.steady else (*path, when.text)): quantity for when, quantity in value.steps}
    if isinstance(value, ScenarioPart):
        parts = {name: getattr(value, name) for name in value.model_fields_set}
        return {key: leaf for name, part in parts.items() for key, leaf in _leaves((*path, name), part).items()}
    return {}


def _changes(scenario: Scenario) -> Iterator[tuple[Path, ChangeSpec]]:
    """Every change that is stated, at the top and in futures, risks and states of a chain."""
    holders: dict[Path, Any] = {(): scenario} | {("futures", name): future for name, future in scenario.futures.items()}
    for risk, group in scenario.risks.items():
        holders |= {("risks", risk, name): part for name, part in group.items()}
    states = getattr(scenario.regimes, "states", {})
    holders |= {("regimes", "states", name): state for name, state in states.items()}
    for path, holder in holders.items():
        for name, change in holder.changes.items():
            if change is not None:
                yield (*path, "changes", name), change


def _is_scaled(scenario: Scenario, document: Document, path: Path) -> bool:
    own = _said(scenario, document, path)
    return not own if own is not None else _inherited(document, path)


def _said(scenario: Scenario, document: Document, path: Path) -> bool | None:
    """What the entry of an amount says of `own` in so many words; None where it says nothing."""
    if path[0] not in OWNING or (*path[:2], "own") not in document.places:
        return None
    return bool(getattr(scenario, str(path[0]))[path[1]].own)


def _inherited(document: Document, path: Path) -> bool:
    """Whether an amount was stated above `size`; what a future takes over stands among the changes of the file."""
    steps = {"futures": 2, "risks": 3, "regimes": 3}.get(str(path[0]), 0)
    there: Any = document.value
    for key in path:
        there = there.get(key) if isinstance(there, Mapping) else None
    return document.inherited(path if there is not None else path[steps:])


def _contradictions(scenario: Scenario, document: Document) -> Iterator[tuple[Path, str]]:
    for path in _amounts(scenario):
        own = _said(scenario, document, path)
        if own is True and _inherited(document, path):
            yield path, f"stated above size {scenario.size:g} with own: true: not scaled, as it says"
        elif own is False and not _inherited(document, path):
            yield path, f"stated beside or below size {scenario.size:g} with own: false: scaled, as it says"


def _nested(given: Mapping[Path, float]) -> dict[Any, Any]:
    """Factors by path as one mapping in another, key by key: each part of a scenario is looked at once."""
    nested: dict[Any, Any] = {}
    for path, factor in given.items():
        at = nested
        for key in path[:-1]:
            at = at.setdefault(key, {})
        at[path[-1]] = factor
    return nested


def _times(value: Any, given: Any) -> Any:
    """A value times its factor, or with its parts times theirs. given: a factor, or factors as in `_nested`."""
    if isinstance(value, Quantity):
        return value.scaled(given)
    if isinstance(value, Dated):
        factors = [given if value.steady else given.get(when.text) for when, _ in value.steps]
        steps = [
            (when, quantity if factor is None else _times(quantity, factor))
            for (when, quantity), factor in zip(value.steps, factors, strict=True)
        ]
        return Dated(tuple(steps), value.steady)
    if isinstance(value, ScenarioPart):
        names = {field.alias or name: name for name, field in type(value).model_fields.items()}
        update = {names[str(key)]: _times(getattr(value, names[str(key)]), part) for key, part in given.items()}
        return value.model_copy(update=update)
    return {name: _times(part, given[name]) if name in given else part for name, part in value.items()}
