"""Frame of the question: horizon, attitude to risk, what is done today."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo

from sourcing import units
from sourcing.scenario.language.base import Date, Duration, ScenarioPart, Share, constant
from sourcing.units import QuantityKind

MOST_PERIODS = 600


def _periods(value: object, about: ValidationInfo) -> object:
    """A bare whole number counts periods of the plan."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value} {about.data.get('period', 'month')}s"
    return value


class HorizonSpec(ScenarioPart):
    """The periods planned, and how far beyond them the program looks."""

    start: Date
    periods: int = Field(ge=1, le=MOST_PERIODS)
    period: Literal["week", "month", "quarter", "year"] = "month"
    beyond: Annotated[Duration, BeforeValidator(_periods)] = Field(
        constant("0 days", QuantityKind.DURATION),
        description="How far the program looks past the last period, in whole periods, rounded up: a duration, or a "
        "number of periods. What it does there counts in what is minimised and is not told by period; `end` holds "
        "where it stops looking.",
    )

    @property
    def periods_beyond(self) -> int:
        """Number of periods past the last that the program looks at."""
        return units.periods(self.beyond.measure, self.period)


class ServiceSpec(ScenarioPart):
    """How much of a need may be missed. Shares of the need over the whole plan."""

    on_average: Share | None = Field(None, description="Most that may be missed on average over the futures.")
    at_worst: Share | None = Field(None, description="Most that may be missed in any future.")
    served: Share | None = Field(None, description="Share that must be served in most futures.")
    probability: Share = Field(constant(1, QuantityKind.SHARE), description="How likely that must be.")


class RiskSpec(ScenarioPart):
    """How much the worst outcomes count: (1 - weight) x expected cost + weight x mean of the worst `tail`."""

    of: Literal["cost", "regret"] = Field(
        "cost",
        description="What makes an outcome bad: its cost, or by how much that is beyond the best that could have been "
        "done in it, had it been known.",
    )
    tail: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 0.1
    weight: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.0
    worst: bool = Field(False, description="True: the worst outcome instead of the mean of the worst.")
    service: dict[str, ServiceSpec] = Field({}, description="Most of each need that may be missed, by demand.")


class BaselineSpec(ScenarioPart):
    """What the importer does today: a mix and days of stock, executed as a rule."""

    days: Duration = Field(constant("30 days", QuantityKind.DURATION), description="Days of need it holds.")
    mix: dict[str, dict[str, Share]] = Field(
        {}, description="Share of each offer by material; default: in proportion to what is normally taken."
    )
    note: str = ""


class RuleOfThumbSpec(ScenarioPart):
    """A rule of the importer's own, followed without foresight beside the plan."""

    days: Duration | None = Field(None, description="Days of need it holds; default: those of today.")
    mix: dict[str, dict[str, Share]] = Field(
        {}, description="Share of each offer by material, in order of preference; default: the mix of today."
    )
    sign: tuple[str, ...] = Field((), description="Contracts that it signs at once, at their largest volume.")
    qualify: tuple[str, ...] = Field((), description="Offers that it qualifies at once.")
    note: str = ""
