"""A scenario file as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr, StringConstraints

from sourcing.files import Document
from sourcing.scenario.language.base import Date, Duration, Names, Number, ScenarioPart, Selection, ShareRate, constant
from sourcing.scenario.language.demand_and_stock import DemandSpec, OpeningStockSpec, OpenOrderSpec, StockSpec
from sourcing.scenario.language.fluctuations import FluctuationsSpec
from sourcing.scenario.language.generation import ChainSpec, SampleSpec
from sourcing.scenario.language.horizon_and_risk import BaselineSpec, HorizonSpec, RiskSpec, RuleOfThumbSpec
from sourcing.scenario.language.licences import LicencesSpec
from sourcing.scenario.language.remark import Said
from sourcing.scenario.language.restrictions import ChangeSpec, Futures, RestrictionSpec, Risks
from sourcing.scenario.language.rule_specs import Rule
from sourcing.scenario.language.supply import ContractSpec, LaneSpec, MaterialSpec, OfferSpec, SiteSpec, SupplierSpec
from sourcing.units import QuantityKind


@dataclass(frozen=True)
class Origin:
    """What a scenario was read from. It tells no scenario from another."""

    document: Document | None = field(default=None, compare=False, repr=False)


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Scenario(ScenarioPart):
    """Everything a scenario file says, validated. Immutable; made by `sourcing.load`."""

    title: str = ""
    description: str = ""
    importer: str = Field("", description="Name of the importer.")
    as_of: Date | None = Field(None, description="Nothing known later than this is used.")
    price_age: Duration | None = Field(
        None, description="A price whose row of data/ is older than this at `as_of`, else at the start, is flagged."
    )
    horizon: HorizonSpec
    currency: str = Field("USD", description="Currency of results.")
    rates: dict[str, Number] = Field({}, description="Value of one unit of a currency in `rates_in`.")
    rates_in: str | None = Field(None, description="Currency that the rates are stated in; default `currency`.")
    size: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(
        1.0,
        description="Share of the nation: scales need, volumes for sale, licensable volumes, opening stock, open "
        "orders, storage, contract volumes that are inherited from above this file; what is typed here or below stays.",
    )
    discount: ShareRate = Field(
        constant("0 %/year", QuantityKind.SHARE_RATE), description="Cost of capital [1 / time]."
    )
    risk: RiskSpec = RiskSpec()
    scope: Selection | None = Field(
        None, description="Materials that the question is about, by material or stage; what hangs on others goes."
    )
    materials: dict[str, MaterialSpec]
    sites: dict[str, SiteSpec]
    suppliers: dict[str, SupplierSpec]
    offers: dict[str, OfferSpec]
    lanes: dict[str, LaneSpec]
    contracts: dict[str, ContractSpec] = {}
    stock: dict[str, StockSpec] = {}
    opening_stock: dict[str, OpeningStockSpec] = {}
    open_orders: dict[str, OpenOrderSpec] = {}
    demand: dict[str, DemandSpec]
    restrictions: dict[str, RestrictionSpec] = {}
    regimes: ChainSpec | Names = Field(
        (), description="Regimes of data/regimes.yaml pulled in as restrictions; or a chain that generates futures."
    )
    licences: dict[str, LicencesSpec] = Field({}, description="Queues for licences, by name.")
    fluctuations: FluctuationsSpec = FluctuationsSpec()
    sample: SampleSpec | None = Field(
        None, description="How many futures are drawn and kept, where they are generated."
    )
    changes: dict[str, ChangeSpec] = {}
    futures: Futures = {}
    risks: Risks = {}
    rules: dict[str, Rule] = {}
    baseline: BaselineSpec = BaselineSpec()
    rules_of_thumb: dict[str, RuleOfThumbSpec] = Field({}, description="Rules of the importer's own, beside the plan.")
    answered: dict[str, Words] = Field(
        {}, description="Questions of regimes that are answered, by the name of the regime: the answer in your words."
    )
    left_out: dict[str, Said] = Field({}, description="What is not covered, and why.")
    caveats: dict[str, Said] = Field({}, description="What a reader of the answer must know.")
    _origin: Origin = PrivateAttr(Origin())

    @property
    def document(self) -> Document | None:
        """What the scenario was read from; None of one that was changed since."""
        return self._origin.document

    def read_from(self, document: Document) -> Self:
        """This scenario, which from now on knows what it was read from."""
        self._origin = Origin(document)
        return self

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy, which does not know a document: none says what was changed in it."""
        copy = super().model_copy(update=update, deep=deep)
        copy._origin = Origin()
        return copy
