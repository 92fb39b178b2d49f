"""What is bought from whom and how it comes: materials, sites, suppliers, offers, lanes."""

from typing import Annotated, Literal

from pydantic import Field

from sourcing.scenario.language.base import (
    Date,
    DatedCountRate,
    DatedMassRate,
    DatedMoney,
    DatedPrice,
    Decide,
    Duration,
    Freight,
    Mass,
    MassRate,
    Money,
    Names,
    PerMass,
    Quantity,
    ScenarioPart,
    Selection,
    Share,
    Tax,
    constant,
    steady,
)
from sourcing.units import QuantityKind

Incoterm = Literal["EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP"]
Stage = Literal["mined", "intermediate", "separated", "metal", "alloy", "component", "chemical"]


class MaterialSpec(ScenarioPart):
    """One traded form of a material."""

    title: str = Field("", description="Name in reports.")
    unit: Literal["kg", "t"] = Field("t", description="Unit of every quantity of this material in results.")
    stage: Stage = Field("separated", description="How far it is worked.")
    note: str = ""


class SiteSpec(ScenarioPart):
    """A place of the importer where material is needed or stocked."""

    country: str = Field(description="Country; restrictions with `targets` apply by it.")
    title: str = ""


class SupplierSpec(ScenarioPart):
    """A plant of a company that sells."""

    country: str = Field(description="Country of the plant: the origin of what it sells.")
    title: str = Field("", description="Name in reports.")
    tags: Names = Field((), description="Free words to pick by, such as allied.")
    capacity: DatedCountRate | None = Field(
        None, description="A resource shared by its offers [1 / time], such as hours; offers say `uses`."
    )
    status: str = Field("", description="Operating, ramping, planned.")
    row: str | None = Field(None, description="Row of data/suppliers.csv.")
    note: str = ""


class ChinaLinkSpec(ScenarioPart):
    """How far an offer depends on Chinese feed, owners or processing."""

    value: Share = Field(description="0 not at all, 1 wholly.")
    reason: str = Field("", description="Why.")
    buffer: Duration = Field(
        constant("0 days", QuantityKind.DURATION),
        description="Time after a measure begins during which own stock bridges it.",
    )


class QualificationSpec(ScenarioPart):
    """Tests before a supplier's material may be used: paid once, usable after its time."""

    cost: Money = Field(description="Outlay [money].")
    time: Duration = Field(description="From start to first usable order.")
    life: Duration | None = Field(None, description="Years over which the outlay is charged; none: at once.")
    decide: Decide = Field("any", description="When it may start: now, any period, or the review dates listed.")


class TierSpec(ScenarioPart):
    """A price that holds from some quantity of one order on."""

    above: Mass = Field(description="From this quantity of one order on [mass].")
    price: DatedPrice = Field(description="Price [money / mass].")


class OfferSpec(ScenarioPart):
    """One supplier selling one material."""

    supplier: str
    material: str
    title: str = ""
    price: DatedPrice = Field(description="Price without contract [money / mass].")
    tax: Tax = Field(constant(0, QuantityKind.SHARE), description="Tax in the price: excluded, or included 10 %.")
    basis: Literal["oxide", "metal", "contained"] | None = Field(
        None, description="What a mass of the price is of, if not of the material: its oxide, or the metal in it."
    )
    incoterm: Incoterm | None = Field(None, description="Term of delivery of the price; C and D terms hold freight.")
    valid_until: Date | None = Field(None, description="Last day on which the price is offered.")
    nameplate: MassRate | None = Field(None, description="Capacity of the plant for this material [mass / time].")
    expected: DatedMassRate | None = Field(
        None, description="What is expected to run, by date [mass / time]; default the nameplate, none: no limit."
    )
    committed: DatedMassRate = Field(
        steady("0 t/year", QuantityKind.MASS_RATE), description="Of that, sold to others [mass / time]."
    )
    spot_share: Share = Field(
        constant(1, QuantityKind.SHARE), description="Share of what is available to us that is sold without contract."
    )
    licensable: MassRate | None = Field(
        None,
        description="What this importer normally takes [mass / time]; restrictions let a share of it through. "
        "Default: all that is available.",
    )
    yield_: Share = Field(
        constant(1, QuantityKind.SHARE), alias="yield", description="Share of what is shipped that arrives."
    )
    to_border: Duration = Field(
        constant("0 days", QuantityKind.DURATION), description="From order to the border: making and documents."
    )
    deposit: Share = Field(
        constant(0, QuantityKind.SHARE),
        description="Share of the price that is lost when a waiting order is cancelled.",
    )
    china_link: ChinaLinkSpec | None = None
    qualification: QualificationSpec | None = Field(None, description="None: already usable.")
    minimum_order: Mass | None = Field(None, description="Smallest order of a period [mass].")
    order_cost: DatedMoney | None = Field(None, description="Cost of placing an order in a period [money].")
    uses: PerMass | None = Field(None, description="Of the supplier's shared capacity, per mass [1 / mass].")
    tiers: dict[str, TierSpec] = Field({}, description="Price breaks by name.")
    tier_kind: Literal["all units", "incremental"] = Field(
        "all units", description="Whether a break's price holds for the whole order or only for what lies above."
    )
    tags: Names = ()
    row: str | None = None
    note: str = ""


class LaneSpec(ScenarioPart):
    """How the offers picked reach a site."""

    where: Selection = Field(description="Offers that use it.")
    site: Names = Field(description="Site or sites it leads to.")
    freight: Freight = Field(
        steady(0, QuantityKind.SHARE), description="Freight and insurance [money / mass, or share of the price]."
    )
    duty: Share = Field(constant(0, QuantityKind.SHARE), description="Import duty, share of the price.")
    duty_regimes: Names = Field(
        (), description="Regimes whose duty `duty` holds already: they do not move the price on this lane again."
    )
    transit: Duration = Field(constant("0 days", QuantityKind.DURATION), description="From the border to the site.")
    note: str = ""


class PriceFormulaSpec(ScenarioPart):
    """The offer's price of the period, changed and held between floor and cap."""

    index: Literal["offer"] = Field("offer", description="The price the formula follows.")
    times: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.0
    plus: DatedPrice | None = None
    floor: DatedPrice | None = None
    cap: DatedPrice | None = None
    floor_paid_by: Literal["buyer", "state"] = Field(
        "buyer", description="Who pays the difference while the index is below the floor."
    )


class VolumeRangeSpec(ScenarioPart):
    """Volume to choose when signing."""

    at_least: MassRate
    at_most: MassRate


class ContractSpec(ScenarioPart):
    """A commitment on an offer: signed already, or to be decided now."""

    offer: str
    signed: bool = Field(False, description="True: it exists; false: signing it is a decision.")
    volume: MassRate | VolumeRangeSpec = Field(description="Volume, or the range to choose from [mass / time].")
    from_: Date | None = Field(None, alias="from", description="First day; default the first period.")
    until: Date | None = Field(None, description="Last day; default the last period.")
    price: DatedPrice | PriceFormulaSpec = Field(
        PriceFormulaSpec(), description="Fixed price, or a formula on the offer's."
    )
    take_or_pay: Share = Field(
        constant(0, QuantityKind.SHARE),
        description="Share of the volume of a contract year that is paid for if not taken.",
    )
    shortfall_charge: Share = Field(
        constant(1, QuantityKind.SHARE), description="Share of the contract price charged on what was not taken."
    )
    signing_cost: Money = Field(constant(0, QuantityKind.MONEY), description="Outlay on signing, such as a prepayment.")
    life: Duration | None = Field(None, description="Time over which the outlay is charged; none: at once.")
    own: bool = Field(
        False, description="True: at this importer's own scale, as what is typed beside `size`; false: the nation's."
    )
    row: str | None = None
    note: str = ""


__all__ = [
    "ContractSpec",
    "LaneSpec",
    "MaterialSpec",
    "OfferSpec",
    "PriceFormulaSpec",
    "Quantity",
    "SiteSpec",
    "SupplierSpec",
    "VolumeRangeSpec",
]
