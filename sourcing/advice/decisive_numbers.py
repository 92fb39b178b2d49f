"""The numbers that decide: what the answer leans on most, where each comes from, and how old and sure it is."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sourcing.advice.first_order_sensitivity import leaning
from sourcing.advice.marginal_values import MarginalValues
from sourcing.advice.number_titles import title
from sourcing.errors import DataError
from sourcing.facts import datasets
from sourcing.files import dotted
from sourcing.outcome.tables import INPUTS
from sourcing.scenario import attributes
from sourcing.scenario.known_at import hidden, is_hidden
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.numbers import quantities
from sourcing.scenario.paths import Path
from sourcing.scenario.provenance import provenance
from sourcing.scenario.size import share_of
from sourcing.units import ParsedQuantity, QuantityKind

MOST = 25
"""Numbers in the table, and the heaviest of each kind besides."""


@dataclass(frozen=True)
class _Input:
    path: Path
    quantity: Quantity
    weight: float


def inputs(stakes: MarginalValues) -> pd.DataFrame:
    """The numbers on which the answer leans most, heaviest first, columns as in models/glossary.yaml.

    weight: by how much a tenth of the number moves what is minimised [money], see `leaning`. Of each kind of number
    (probability, price, need, ...) the heaviest is there, if it weighs anything; the days held today always.
    """
    scenario, weights, unknown = stakes.case.scenario, leaning(stakes), hidden(stakes.case.scenario)
    stated = {path: quantity for path, quantity in quantities(scenario) if not is_hidden(path, unknown)}
    stated.setdefault(("baseline", "days"), scenario.baseline.days)
    numbers = [_Input(path, quantity, weights[path]) for path, quantity in stated.items() if path in weights]
    ranked = sorted(numbers, key=lambda entry: -float(f"{entry.weight:.9g}"))  # what is equal stays as stated
    heaviest: dict[str, _Input] = {}
    for entry in ranked:
        heaviest.setdefault(_kind(entry.path), entry)
    heavy = [entry for entry in ranked if entry.weight > 0 or entry.path[0] == "baseline"]
    heaviest_numbers = [
        entry for number, entry in enumerate(heavy) if number < MOST or heaviest[_kind(entry.path)] is entry
    ]
    return INPUTS.of(_row(stakes, entry) for entry in heaviest_numbers)


def _kind(path: Path) -> str:
    """Subject and field, whatever the names and dates between."""
    fields = [str(key) for key in path if str(key) in _FIELDS]
    return f"{path[0]}.{fields[-1]}" if path[0] in ("offers", "contracts", "demand") else fields[-1]


_FIELDS = (
    *("probability", "approval", "price", "price_elsewhere", "expected", "nameplate", "committed", "licensable"),
    *("need", "cost", "days"),
)


def _row(stakes: MarginalValues, entry: _Input) -> dict[str, object]:
    scenario = stakes.case.scenario
    as_of = scenario.as_of.text if scenario.as_of else None
    origin, quantity = provenance(entry.quantity, as_of), entry.quantity
    known = stakes.frame.known(quantity)
    moved = known.number / quantity.measure.number if quantity.measure.number else 1.0
    ends = (replace(end, number=end.number * moved) if end else None for end in (quantity.low, quantity.high))
    low, high = ((_shown(end)[0] if end else np.nan) for end in ends)
    value, unit = _shown(known)
    return {
        "input": dotted(entry.path),
        "title": title(stakes.case, entry.path) + (f" ({whole})" if (whole := share_of(quantity)) else ""),
        "value": value,
        "low": low,
        "high": high,
        "unit": unit,
        "source": origin.row,
        "citation": origin.citation,
        "confidence": origin.confidence,
        "as_of": origin.as_of,
        "age": _age(scenario, origin.row),
        "author": _author(scenario, entry.path),
        "assumption": _assumption(scenario, entry.path, origin.assumption),
        "weight": entry.weight,
    }


def _shown(measure: ParsedQuantity) -> tuple[float, str]:
    """Number and unit as a planner writes them: volumes in tonnes, prices per kilogram."""
    per = f"/{measure.time}" if measure.time else ""
    if measure.kind is QuantityKind.MASS_RATE:
        return measure.number / 1000, f"t{per}"
    if measure.kind is QuantityKind.PRICE:
        return measure.number, f"{measure.currency}/kg"
    if measure.kind is QuantityKind.DURATION:
        return measure.number, f"{measure.time}s"
    return measure.number, "share" if measure.kind is QuantityKind.SHARE else "factor"


def _age(scenario: Scenario, row: str) -> float:
    """Months between the date of a row and `as_of`, else the start; NaN without a row."""
    if not row:
        return np.nan
    at = scenario.as_of.last if scenario.as_of else scenario.horizon.start.first
    try:
        known = datasets.months_old(row.partition(".")[0], at)
    except DataError:
        return np.nan
    return known[1] if known else np.nan


def _author(scenario: Scenario, path: Path) -> str:
    """Whose probability it is."""
    if path[-1] != "probability":
        return ""
    return _future(scenario, path) or "the author of the scenario"


def _future(scenario: Scenario, path: Path) -> str:
    return attributes.every_future(scenario)[": ".join(map(str, path[1:-1]))].author


def _assumption(scenario: Scenario, path: Path, origin: str) -> str:
    """Why a number without a row is what it is."""
    if path == ("baseline", "days") and "baseline" not in scenario.model_fields_set:
        return "what is done today is not stated: a plain rule stands for it; the plan itself does not lean on it"
    return origin.removeprefix("assumption: ")
