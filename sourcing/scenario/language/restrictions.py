"""What may happen: restrictions, changes, futures."""

from typing import Annotated, Literal

from pydantic import Field

from sourcing.scenario.language.base import Date, DatedAmount, Duration, Names, Number, ScenarioPart, Selection, Share


class RestrictionSpec(ScenarioPart):
    """A dated measure of a state, or an event."""

    where: Selection = Field(description="Offers it reaches.")
    targets: Names | None = Field(None, description="Countries of the importer's sites it is aimed at; none: all.")
    from_: Date | None = Field(None, alias="from", description="First day in force; default: before the plan begins.")
    until: Date | None = Field(None, description="Last day in force; none: to the end.")
    announced: Date | None = Field(None, description="When it becomes known; default the first day in force.")
    until_known: bool = Field(False, description="True: its end is known from the announcement.")
    approval: Share | None = Field(None, description="Share of the normal take that is let through.")
    delay: Duration | None = Field(None, description="Added time at the border.")
    price: Number | None = Field(None, description="Factor on the price of what it reaches.")
    capacity: Number | None = Field(None, description="Factor on what the offers reached can sell.")
    price_elsewhere: Number | None = Field(None, description="Factor on other offers of the same materials.")
    capacity_elsewhere: Number | None = Field(
        None, description="Factor on what other offers of the same materials sell without contract."
    )
    links: bool = Field(False, description="Also reaches every offer by its china_link.")
    licences: str = Field("", description="Name of a queue for licences: lets through what is licensed.")
    seizes: bool = Field(False, description="Goods past the border do not arrive.")
    basis: Literal["official", "observed", "assumed"] = Field(
        "assumed", description="Official text, observed practice, or an assumption."
    )
    regime: str = Field(
        "", description="Regime of data/regimes.yaml whose restriction this is; keys beside it go first."
    )
    source: str = Field("", description="Where it is written.")
    row: str | None = None
    note: str = ""


class ChangeSpec(ScenarioPart):
    """A dated change of a group of numbers."""

    where: Selection
    field: Literal["price", "available", "need", "shortage_cost", "freight"] = Field(
        description="What is changed, of the offers or demands picked."
    )
    times: Number | None = None
    plus: DatedAmount | None = None
    to: DatedAmount | None = None
    from_: Date | None = Field(None, alias="from")
    until: Date | None = None
    announced: Date | None = Field(None, description="When it becomes known; default its first day.")
    note: str = ""


class FutureSpec(ScenarioPart):
    """One possible course of events."""

    probability: Share
    restrictions: dict[str, RestrictionSpec | None] = Field(
        {}, description="Merged by name over the restrictions of the file; null lifts one."
    )
    regimes: Names = Field((), description="Regimes of data/regimes.yaml pulled in as restrictions.")
    changes: dict[str, ChangeSpec | None] = {}
    signals: dict[str, str] = Field({}, description="What can be seen from a date on, by date.")
    author: str = Field("", description="Whose probability it is.")
    note: str = ""


Futures = dict[str, FutureSpec]
Risks = dict[str, Annotated[Futures, Field(min_length=1)]]
