"""What a report says, in the tongue of its reader: sentences of a catalogue, money, masses, shares and dates."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from sourcing import files
from sourcing.figures import percent_digits
from sourcing.glossary import title

Tongue = Literal["en", "ja"]
TONGUES: tuple[Tongue, ...] = get_args(Tongue)
CATALOGUES = Path(__file__).parent / "catalogue"
ENOUGH = 999  # days beyond which the number says nothing
NOTHING = 1e-9


@dataclass(frozen=True)
class MoneyScale:
    """One size for the money of a column or chart: its divisor, and its name for the heading ("million USD")."""

    divisor: float
    name: str


@dataclass(frozen=True)
class CatalogueWords:
    """A catalogue: `words("decide.sign", what="lynas")` is its sentence, filled in.

    tongue: language code. phrases: sentence by dotted key; names: what stands in files, by its kind and name.
    """

    tongue: Tongue
    phrases: Mapping[str, str]

    def __call__(self, key: str, **values: str) -> str:
        """A sentence. Raises KeyError when the catalogue does not know it."""
        return self.phrases[key].format(**values)

    def heading(self, column: str) -> str:
        """Heading of a column of a table, from the glossary."""
        return title(column, self.tongue)

    def name(self, kind: str, name: str) -> str:
        """A name of a file in this tongue: of a material, country, kind of cost; as it stands if it is not known."""
        known = self.phrases.get(f"{kind}.{name}")
        return known or (name.replace("-", " ") if kind == "material" else name)

    # Numbers ----------------------------------------------------------------------------------------------------------

    def number(self, value: float, unit: str = "") -> str:
        """A number with its unit, to three digits where it is short; in the unit "share" a share; "-" if not known."""
        if math.isnan(value):
            return self("unknown")
        if unit == "share":
            return self.share(value)
        digits = "0" if abs(value) < NOTHING else f"{value:,.0f}" if abs(value) >= 99.95 else _short(value)
        return digits if unit in ("", "1", "factor") else self(_form(unit), digits=digits, unit=self._unit(unit))

    def _unit(self, unit: str) -> str:
        top, stroke, bottom = unit.partition("/")
        top = self.phrases.get(f"unit.{top}") or self.name("currency", top)
        return f"{top}{stroke}{self.name('unit', bottom)}" if stroke else top

    def mass(self, value: float, unit: str, per: str = "") -> str:
        """An amount of a material, kilograms below a tonne, a year or not."""
        small = unit == "t" and 0 < abs(value) < 1
        text = self.number(value * 1000, "kg") if small else self.number(value, unit)
        return self("per", amount=text, per=self.name("time", per)) if per else text

    def money(self, value: float, currency: str) -> str:
        """An amount of money in words: 2.87 billion USD."""
        if not math.isfinite(value):
            return self("unknown")
        size = abs(float(f"{value:.3g}"))
        divisor, name = next((divisor, name) for least, divisor, name in self._scales() if size >= least)
        digits = self.number(value / divisor)
        return self("money", digits=digits, scale=name, currency=self.name("currency", currency)).strip()

    def scale(self, values: Iterable[float], currency: str) -> MoneyScale:
        """The size in which the largest of some amounts has one to five digits before its point."""
        largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
        for key in ("table.billion", "table.million", "table.one"):
            least, divisor, name = (self.phrases[f"{key}.{part}"] for part in ("least", "divisor", "name"))
            if largest >= float(least):
                break
        said = self("money.heading", scale=name, currency=self.name("currency", currency)).strip()
        return MoneyScale(float(divisor), said)

    def _scales(self) -> list[tuple[float, float, str]]:
        found = []
        for key in sorted({name.split(".")[1] for name in self.phrases if name.startswith("scale.")}):
            least, divisor, name = (self.phrases[f"scale.{key}.{part}"] for part in ("least", "divisor", "name"))
            found.append((float(least), float(divisor), name))
        return found

    def price(self, value: float, unit: str) -> str:
        """A price; that of a tonne is said for a kilogram."""
        if math.isnan(value):
            return self("unknown")
        currency, _, per = unit.partition("/")
        value, per = (value / 1000, "kg") if per == "t" else (value, per)
        digits = f"{value:,.0f}" if abs(value) >= 20 or value == 0 else f"{value:,.2f}"
        return self("price", digits=digits, currency=self.name("currency", currency), per=self.name("unit", per))

    def share(self, value: float) -> str:
        """A share in percent; a small one keeps a digit, and what is nearly all is not called all."""
        if math.isnan(value):
            return self("unknown")
        digits = percent_digits(value)
        return self("share", digits=digits) if digits else self("share.below", digits="0.1")

    def days(self, value: float) -> str:
        """Days; where nothing is needed any more stock lasts for ever."""
        if math.isnan(value):
            return self("unknown")
        return self("days.many", digits=str(ENOUGH)) if value > ENOUGH else self("days", digits=f"{abs(value):.0f}")

    def period(self, label: str) -> str:
        """A period or an ISO date: 2027-01, 2027-Q2, 2027, 2027-01-15; other text as it stands, nothing as "-"."""
        if not label:
            return self("unknown")
        if found := re.fullmatch(r"(\d{4})-Q([1-4])", label):
            return self("date.quarter", year=found[1], quarter=found[2])
        if found := re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", label):
            year, month, day = found.groups()
            name = self.phrases.get(f"month.{int(month)}", "") if month else ""
            key = "date.day" if day else "date.month" if month else "date.year"
            return self(key, year=year, month=name, day=str(int(day)) if day else "")
        return label

    def listed(self, parts: Iterable[str]) -> str:
        """Names as a list in the language: A, B and C."""
        *first, last = parts
        return self("list", first=self("list.comma").join(first), last=last) if first else last


def _short(value: float) -> str:
    """Three digits, written out; at least one place is kept where something is."""
    text = f"{value:.3g}"
    return f"{value:.6f}".rstrip("0") if "e" in text else text


def _form(unit: str) -> str:
    """How a number stands with its unit: "43 t", "12 %"."""
    return "quantity.percent" if unit == "%" else "quantity"


@cache
def words(tongue: Tongue) -> CatalogueWords:
    """The catalogue of a tongue. Raises ScenarioError when its file cannot be read."""
    written = files.read(CATALOGUES / f"{tongue}.yaml").value
    return CatalogueWords(tongue, dict(_flat(written)))


def _flat(part: Mapping[str, object], above: str = "") -> Iterable[tuple[str, str]]:
    """Sentences by dotted key; what stands under `_` belongs to the name above it."""
    for key, value in part.items():
        name = above if key == "_" else f"{above}.{key}" if above else str(key)
        if isinstance(value, Mapping):
            yield from _flat(value, name)
        else:
            yield name, str(value)
