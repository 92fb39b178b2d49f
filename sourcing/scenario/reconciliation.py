"""Do the numbers of an importer model agree with each other and with the facts: the sums of data/reconciliation.csv."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sourcing.errors import DataError, Problem
from sourcing.facts import datasets
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.numbers import numbers
from sourcing.units import QuantityKind, days

VALUES = {"imports": "value", "composition": "value", "stockpiles": "quantity"}
VALUES |= {"shortage_costs": "lost_margin_usd_per_kg", "production": "quantity", "prices": "price"}
"""The column of a table that a row stands for where a sum names none."""

PER_YEAR = {"year": 1.0, "quarter": 4.0, "month": 12.0, "week": 365.25 / 7, "day": 365.25}
TONNE = 1000.0  # kg
COLUMNS = ["what", "left", "relation", "right", "unit", "ratio", "low", "high", "holds", "source", "note"]

_OPERATOR = re.compile(r"( [-+*/] |[()])")


def reconciliation(scenario: Scenario) -> pd.DataFrame:
    """Each sum over the numbers of a model: both sides, their ratio, its range, and whether it lies in it.

    scenario: an importer model, or a file that extends one and names its importer. Masses in t, rates per year, prices
    per kg, durations in days. `holds`: yes, no, or blank for a sum that is only told. Raises DataError where a sum
    names a number that there is not, and where there is none for the importer.
    """
    table = datasets.read("reconciliation")
    table = table[table["importer"] == scenario.importer.lower().replace(" ", "_")]
    if table.empty:
        known = ", ".join(sorted(set(datasets.read("reconciliation")["importer"])))
        cause = f"there are no sums for the importer '{scenario.importer}'"
        raise DataError((Problem(None, "reconciliation", cause, f"there are some for {known}"),))
    known_numbers = {"/".join(map(str, path)): _amount(number) for path, number in numbers(scenario)}
    return pd.DataFrame([_row(sum_of, known_numbers) for _, sum_of in table.iterrows()], columns=COLUMNS)


def _row(stated: pd.Series, known: Mapping[str, float]) -> dict[str, object]:
    left, right = (_Sum(stated["id"], stated[side], known).value() for side in ("left", "right"))
    ratio = left / right if right else np.nan
    low = -np.inf if np.isnan(stated["low"]) else float(stated["low"])
    holds = {"tells": ""}.get(stated["relation"], "yes" if low <= ratio <= float(stated["high"]) else "no")
    own = {"left": left, "right": right, "ratio": ratio, "holds": holds}
    return {**{name: stated[name] for name in COLUMNS if name not in own}, **own}


def _amount(number: Quantity | float) -> float:
    """A number of a scenario: masses in t, rates per year, prices per kg, durations in days."""
    if not isinstance(number, Quantity):
        return float(number)
    measure = number.measure
    if measure.kind is QuantityKind.DURATION:
        return days(measure)
    mass = 1 / TONNE if measure.kind in (QuantityKind.MASS, QuantityKind.MASS_RATE) else 1.0
    return measure.number * mass * PER_YEAR[measure.time or "year"]


@dataclass
class _Sum:
    """Sums, products and quotients of numbers and names; operators stand between blanks.

    A name is a path of the model, its steps parted by `/`, or a row of data/ with the column where it is not the usual.
    """

    name: str
    text: str
    known: Mapping[str, float]

    def value(self) -> float:
        """What it comes to."""
        parts = [part.strip() for part in _OPERATOR.split(self.text)]
        self._parts = [part for part in parts if part]
        total = self._terms()
        if self._parts:
            raise self._fault(f"'{self._parts[0]}' is not expected there")
        return total

    def _terms(self) -> float:
        total = self._factors()
        while self._parts and self._parts[0] in ("+", "-"):
            sign = 1.0 if self._parts.pop(0) == "+" else -1.0
            total += sign * self._factors()
        return total

    def _factors(self) -> float:
        total = self._number()
        while self._parts and self._parts[0] in ("*", "/"):
            multiplies = self._parts.pop(0) == "*"
            factor = self._number()
            total = total * factor if multiplies else total / factor
        return total

    def _number(self) -> float:
        if not self._parts:
            raise self._fault("a number is missing at the end")
        part = self._parts.pop(0)
        if part == "(":
            total = self._terms()
            if not self._parts or self._parts.pop(0) != ")":
                raise self._fault("a bracket is not closed")
            return total
        if re.fullmatch(r"\d+(\.\d+)?", part):
            return float(part)
        if part in self.known:
            return self.known[part]
        row, _, column = part.partition(".")
        table = row.partition("/")[0]
        if datasets.fault(row) is None and (column or table in VALUES):
            return float(datasets.row(row)[column or VALUES[table]])
        raise self._fault(f"'{part}' is neither a number of the model nor a row of data/")

    def _fault(self, cause: str) -> DataError:
        return DataError((Problem(None, f"reconciliation/{self.name}", cause, "mend the sum"),))
