"""Processes in a scenario: prices that move by chance and come back, needs that grow by chance."""

from typing import Annotated

from pydantic import Field

from sourcing.scenario.language.base import Duration, Number, ScenarioPart, Selection, Share, constant
from sourcing.units import QuantityKind


class PriceGroupSpec(ScenarioPart):
    """Offers whose prices move together, as factors on what is stated."""

    where: Selection = Field(description="Offers in it.")
    volatility: Number = Field(description="Standard deviation of the logarithm over a year [1 / sqrt(year)].")
    half_life: Duration | None = Field(None, description="Time in which half of a deviation is gone; none: it stays.")
    jumps: dict[str, Number] = Field({}, description="Factor on the price when a regime begins, by state; it fades.")
    jump_spread: Number = Field(
        constant(0, QuantityKind.NUMBER), description="Standard deviation of a jump's logarithm."
    )
    note: str = ""


class ProgrammeSpec(ScenarioPart):
    """Needs that grow together, as factors on what is stated."""

    where: Selection = Field(description="Demands in it.")
    growth: Number = Field(
        constant(1, QuantityKind.NUMBER), description="Factor on the need in a year, beside what is stated."
    )
    volatility: Number = Field(description="Standard deviation of the logarithm over a year [1 / sqrt(year)].")
    note: str = ""


Band = Annotated[float, Field(gt=1, allow_inf_nan=False)]


class PricesSpec(ScenarioPart):
    """Prices that move by chance, by group of materials."""

    groups: dict[str, PriceGroupSpec] = Field(min_length=1)
    correlation: Share = Field(constant(0, QuantityKind.SHARE), description="Of the shocks of any two groups.")
    band: Band = Field(1.5, description="Factor by which prices must differ to be told apart.")


class NeedsSpec(ScenarioPart):
    """Needs that move by chance, by programme."""

    programmes: dict[str, ProgrammeSpec] = Field(min_length=1)
    correlation: Share = Field(constant(0, QuantityKind.SHARE), description="Of the shocks of any two programmes.")
    band: Band = Field(1.2, description="Factor by which needs must differ to be told apart.")


class FluctuationsSpec(ScenarioPart):
    """What moves by chance in every future."""

    prices: PricesSpec | None = None
    demand: NeedsSpec | None = None
