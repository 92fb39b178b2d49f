"""Frame of the question: horizon, attitude to risk, what is done today."""

from typing import Annotated, Literal

from pydantic import Field

from sourcing.scenario.base import Date, Duration, Part, Share, constant
from sourcing.units import Kind


class Horizon(Part):
    """The periods planned."""

    start: Date
    periods: int = Field(ge=1, le=600)
    period: Literal["week", "month", "quarter", "year"] = "month"


class Risk(Part):
    """How much the worst outcomes count: (1 - weight) x expected cost + weight x mean of the worst `tail`."""

    tail: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 0.1
    weight: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.0
    worst: bool = Field(False, description="True: the worst outcome instead of the mean of the worst.")


class Baseline(Part):
    """What the importer does today: a mix and days of stock, executed as a rule."""

    days: Duration = Field(constant("30 days", Kind.DURATION), description="Days of need it holds.")
    mix: dict[str, dict[str, Share]] = Field(
        {}, description="Share of each offer by material; default: in proportion to what is normally taken."
    )
    note: str = ""
