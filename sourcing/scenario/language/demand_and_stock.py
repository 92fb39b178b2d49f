"""What the importer needs and holds: stock, cover, open orders, demand, shortage."""

from typing import Annotated, Literal

from pydantic import Field

from sourcing.scenario.language.base import (
    Carrying,
    Date,
    DatedMassRate,
    DatedPrice,
    Duration,
    Mass,
    MassOrDays,
    Price,
    ScenarioPart,
    Selection,
    Share,
    constant,
)
from sourcing.units import QuantityKind

Basis = Literal["ore", "oxide", "metal", "alloy", "magnet", "contained"]


class CoverSpec(ScenarioPart):
    """Days of expected need that stock should cover."""

    days: Duration = Field(description="The next days of expected need, seen from the node.")
    shortfall_cost: Carrying = Field(description="Charge on what is missing [money / mass / time].")
    release: Selection | None = Field(
        None, description="Restrictions in force under which the reserve may be used without charge."
    )
    firm: bool = Field(False, description="True: stock never falls below it, except while released.")


class EndSpec(ScenarioPart):
    """What stock and pipeline are worth at the end, and how much of them is wanted there."""

    value: Price | None = Field(
        None,
        description="Value [money / mass] after the last period that the program looks at, see `horizon.beyond`; "
        "default: what it cost, less carrying.",
    )
    days: Duration = Field(
        constant("0 days", QuantityKind.DURATION), description="Stock plus pipeline wanted at the end of the plan."
    )
    shortfall_cost: Price = Field(
        constant(0, QuantityKind.PRICE), description="Charge on what is missing [money / mass]."
    )


class StockSpec(ScenarioPart):
    """How one material is stocked at one site."""

    material: str
    site: str
    storage: Mass | None = Field(None, description="Most that can be held [mass]; none: no limit.")
    holding: Carrying = Field(
        constant(0, QuantityKind.CARRYING),
        description="Storage, insurance and loss on what is held at the end of a period, without cost of capital.",
    )
    cover: CoverSpec | None = None
    end: EndSpec = EndSpec()
    note: str = ""


class OpeningStockSpec(ScenarioPart):
    """What is held when the plan begins."""

    material: str
    site: str
    quantity: MassOrDays = Field(description="Amount [mass], or days of the first period's need.")
    status: Literal["usable", "pledged", "quality hold", "national"] = Field(
        "usable", description="Only usable stock serves demand and counts as cover."
    )
    own: bool = Field(
        False, description="True: at this importer's own scale, as what is typed beside `size`; false: the nation's."
    )
    basis: Basis | None = Field(None, description="What the mass is of; it must be what the material is.")
    note: str = ""


class OpenOrderSpec(ScenarioPart):
    """An order placed before the plan begins; it is paid for."""

    offer: str
    site: str
    quantity: Mass
    state: Literal["making", "waiting", "transit"] = Field(
        description="Being made, waiting at the border for a licence, or past the border."
    )
    date: Date | None = Field(None, description="When it will be ready (making) or arrive (transit); default at once.")
    own: bool = Field(
        False, description="True: at this importer's own scale, as what is typed beside `size`; false: the nation's."
    )
    basis: Basis | None = Field(None, description="What the mass is of; it must be what the material is.")
    note: str = ""


class ShortageStepSpec(ScenarioPart):
    """A part of the need and what missing it costs."""

    kind: Literal["substitute", "ration", "stop"] = Field(
        "ration",
        description="substitute: made do without, which is paid for; ration: customers lost; stop: a line stands.",
    )
    share: Share | None = Field(None, description="Share of the need; the last step takes the rest.")
    cost: DatedPrice = Field(
        description="Margin lost, or paid to make do, per unit of need that is missing [money / mass]."
    )


Proportion = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class DemandSpec(ScenarioPart):
    """A need at a site by an end use."""

    site: str
    end_use: str = Field("", description="For whom, to pick by.")
    material: str | None = Field(None, description="The one material needed.")
    materials: dict[str, Proportion] | None = Field(
        None, description="Several in fixed proportion: mass of each per mass of the need."
    )
    need: DatedMassRate = Field(description="Need [mass / time].")
    unit: Literal["kg", "t"] = Field("t", description="Unit of the need in results when several materials make it up.")
    shortage: dict[str, ShortageStepSpec] = Field({}, description="Steps by name, cheapest first.")
    firm: bool = Field(False, description="True: must be met; no plan otherwise.")
    own: bool = Field(
        False, description="True: at this importer's own scale, as what is typed beside `size`; false: the nation's."
    )
    note: str = ""
