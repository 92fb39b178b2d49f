"""A row of prices as money per mass, once and shown: tax, mass, content, currency, one step after the other.

A conversion never leaves its series: what a price is (domestic, FOB, delivered, ask) stays beside it. Taking tax out of
a Chinese domestic price gives a domestic price without tax, not an export price.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from sourcing import units
from sourcing.facts.metal_content import content
from sourcing.units import MASS_UNITS, QuantityKind, UnitError

MTU = 10.0  # kg in a metric ton unit: a hundredth of a tonne, of what is named behind it


class TaxBasis(StrEnum):
    """Whether value-added tax is in a price."""

    EXCLUDED = "excluded"
    INCLUDED = "included"


class MassBasis(StrEnum):
    """What a kilogram of the price is of: the material as traded, its oxide, or the metal in it."""

    TRADED = "traded"
    OXIDE = "oxide"
    METAL = "metal"


@dataclass(frozen=True)
class CurrencyRates:
    """Value of one unit of each currency in `currency`, and where it comes from."""

    currency: str
    values: Mapping[str, float]
    source: str

    def between(self, currency: str, other: str) -> float | None:
        """Value of one unit of `currency` in the other; None where a rate is missing."""
        values = {self.currency: 1.0, **self.values}
        return values[currency] / values[other] if currency in values and other in values else None


@dataclass(frozen=True)
class ConvertedPrice:
    """A price with the steps that led to it; `series` and `tax` say what it may be compared with.

    price: [unit], such as USD/kg. of: what the mass is of, empty for the material as traded.
    """

    price: float
    unit: str
    of: str
    tax: TaxBasis
    series: str
    steps: tuple[str, ...]


def convert(
    row: pd.Series,
    unit: str,
    rates: CurrencyRates,
    tax: TaxBasis = TaxBasis.EXCLUDED,
    basis: MassBasis = MassBasis.TRADED,
) -> ConvertedPrice:
    """A row of the table prices in `unit`, such as USD/kg, with the steps.

    Raises UnitError with cause and cure where the row does not say enough: nothing is guessed.
    """
    wanted = units.parse(f"1 {unit}", QuantityKind.PRICE)
    assert wanted.currency is not None
    price, currency, steps = float(row["price"]), str(row["currency"]), list[str]()
    if not currency:
        raise UnitError(f"'{row['unit']}' is no price", "leave out rows of the series ratio")
    price = _taxed(price, str(row["vat"]), tax, steps)
    price, of = _per_kilogram(price, str(row["unit"]), steps)
    price, of = _content(price, of, row, basis, steps)
    rate = rates.between(currency, wanted.currency)
    if rate is None:
        raise UnitError(f"no rate from {currency} to {wanted.currency}", f"{rates.source} has none; add it to rates")
    if currency != wanted.currency:
        price *= rate
        steps.append(f"x {rate:.6g} {wanted.currency} for 1 {currency} ({rates.source}) = {price:.6g}")
    if wanted.number != 1:
        price /= wanted.number
        steps.append(f"from {wanted.currency}/kg to {unit} = {price:.6g}")
    return ConvertedPrice(price, unit, of, tax, str(row["series"]), tuple(steps))


def _taxed(price: float, vat: str, tax: TaxBasis, steps: list[str]) -> float:
    """The price with the tax that is in it, or without."""
    share = re.fullmatch(r"(\d+) percent included", vat)
    if vat and not share:
        raise UnitError(f"whether tax is in the price is {vat}", "take another row of the material")
    if tax is TaxBasis.INCLUDED:
        if not share:
            raise UnitError("there is no tax in the price to be kept", "ask for it without tax")
        steps.append(f"{share[1]} % VAT kept in it")
        return price
    if not share:
        return price
    factor = 1 + float(share[1]) / 100
    steps.append(f"/ {factor:g} takes {share[1]} % VAT out = {price / factor:.6g}")
    return price / factor


def _per_kilogram(price: float, unit: str, steps: list[str]) -> tuple[float, str]:
    """The price of a kilogram, and of what; '' is the material as traded."""
    mass, _, of = unit.partition(" ")
    if mass == "mtu":
        price /= MTU
        steps.append(f"/ {MTU:g} kg of {of} in an mtu = {price:.6g}")
    elif mass not in MASS_UNITS:
        raise UnitError(f"'{unit}' is no mass", f"known: {', '.join(MASS_UNITS)}, mtu")
    elif mass != "kg":
        kilograms = units.parse(f"1 {mass}", QuantityKind.MASS).number
        price /= kilograms
        steps.append(f"/ {kilograms:.9g} kg in a {mass} = {price:.6g}")
    return price, of


def _content(price: float, of: str, row: pd.Series, basis: MassBasis, steps: list[str]) -> tuple[float, str]:
    """The price of a kilogram on the basis wanted; what it is of by then, '' for the material as traded."""
    material = str(row["material"])
    known = content(material)
    if basis is MassBasis.TRADED:
        grade = re.search(rf"(\d+(?:\.\d+)?) percent {re.escape(of)}\b", str(row["form"])) if of else None
        if grade:
            price *= float(grade[1]) / 100
            steps.append(f"x {float(grade[1]) / 100:g} kg of {of} in a kg (form '{row['form']}') = {price:.6g}")
            return price, ""
        if of:
            steps.append(f"per kg of {of} contained: what a kg as traded contains is not in the row")
        return price, of
    if known is None and basis is MassBasis.METAL and re.fullmatch("[A-Z][a-z]?", of):
        return price, f"{of} contained"
    if known is None:
        raise UnitError(f"no factor between oxide and metal is known for {material}", "take the price as traded")
    if of not in ("", known.symbol, known.oxide):
        raise UnitError(f"the price is for a kg of {of}", f"{material} is converted between {known.oxide} and metal")
    # Without a word behind the mass the kilogram is of the material, whose name says what it is.
    traded_oxide = of == known.oxide or (not of and material.endswith("oxide"))
    if not of and not material.endswith(("oxide", "metal")) and "metal" not in str(row["form"]):
        raise UnitError(f"whether '{row['form']}' is oxide or metal is not said", "take the price as traded")
    target = known.symbol if basis is MassBasis.METAL else known.oxide
    if traded_oxide == (basis is MassBasis.OXIDE):
        return price, "" if not of else target
    if basis is MassBasis.METAL:
        price /= known.metal
        steps.append(
            f"/ {known.metal:.4g} kg of {known.symbol} in a kg of {known.oxide} ({known.source}) = {price:.6g}"
        )
    else:
        price *= known.metal
        steps.append(
            f"x {known.metal:.4g} kg of {known.symbol} in a kg of {known.oxide} ({known.source}) = {price:.6g}"
        )
    return price, f"{target} contained"
