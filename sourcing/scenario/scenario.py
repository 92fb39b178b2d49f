"""The whole scenario file."""

from typing import Annotated

from pydantic import Field, StringConstraints

from sourcing.scenario.base import Date, Duration, Names, Number, Part, Selection, ShareRate, constant
from sourcing.scenario.events import Change, Futures, Restriction, Risks
from sourcing.scenario.generation import Chain, Sample
from sourcing.scenario.licences import Licences
from sourcing.scenario.needs import Demand, OpeningStock, OpenOrder, Stock
from sourcing.scenario.processes import Processes
from sourcing.scenario.remark import Said
from sourcing.scenario.rules import Rule
from sourcing.scenario.settings import Baseline, Horizon, Risk
from sourcing.scenario.trade import Contract, Lane, Material, Offer, Site, Supplier
from sourcing.units import Kind

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Scenario(Part):
    """Everything a scenario file says, validated. Immutable; made by `sourcing.load`."""

    title: str = ""
    description: str = ""
    importer: str = Field("", description="Name of the importer.")
    as_of: Date | None = Field(None, description="Nothing known later than this is used.")
    price_age: Duration | None = Field(
        None, description="A price whose row of data/ is older than this at `as_of`, else at the start, is flagged."
    )
    horizon: Horizon
    currency: str = Field("USD", description="Currency of results.")
    rates: dict[str, Number] = Field({}, description="Value of one unit of a currency in `rates_in`.")
    rates_in: str | None = Field(None, description="Currency that the rates are stated in; default `currency`.")
    size: Annotated[float, Field(gt=0, allow_inf_nan=False)] = Field(
        1.0,
        description="Share of the nation: scales need, volumes for sale, licensable volumes, opening stock, open "
        "orders, storage, contract volumes that are inherited from above this file; what is typed here or below stays.",
    )
    discount: ShareRate = Field(constant("0 %/year", Kind.SHARE_RATE), description="Cost of capital [1 / time].")
    risk: Risk = Risk()
    scope: Selection | None = Field(
        None, description="Materials that the question is about, by material or stage; what hangs on others goes."
    )
    materials: dict[str, Material]
    sites: dict[str, Site]
    suppliers: dict[str, Supplier]
    offers: dict[str, Offer]
    lanes: dict[str, Lane]
    contracts: dict[str, Contract] = {}
    stock: dict[str, Stock] = {}
    opening_stock: dict[str, OpeningStock] = {}
    open_orders: dict[str, OpenOrder] = {}
    demand: dict[str, Demand]
    restrictions: dict[str, Restriction] = {}
    regimes: Chain | Names = Field(
        (), description="Regimes of data/regimes.yaml pulled in as restrictions; or a chain that generates futures."
    )
    licences: dict[str, Licences] = Field({}, description="Queues for licences, by name.")
    processes: Processes = Processes()
    sample: Sample | None = Field(None, description="How many futures are drawn and kept, where they are generated.")
    changes: dict[str, Change] = {}
    futures: Futures = {}
    risks: Risks = {}
    rules: dict[str, Rule] = {}
    baseline: Baseline = Baseline()
    answered: dict[str, Words] = Field(
        {}, description="Questions of regimes that are answered, by the name of the regime: the answer in your words."
    )
    left_out: dict[str, Said] = Field({}, description="What is not covered, and why.")
    caveats: dict[str, Said] = Field({}, description="What a reader of the answer must know.")
