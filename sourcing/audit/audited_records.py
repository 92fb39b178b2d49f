"""What the audit knows of an importer: plain records. Money in the currency of the scenario per unit of the material,
volumes in units, arrays by period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sourcing.audit.plan_days import Array, PlanDays
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import Where


@dataclass(frozen=True)
class AuditedOutlay:
    """Money paid once, and over how many years it is charged; None: at once."""

    amount: float
    life: float | None


@dataclass(frozen=True)
class AuditedQualification:
    """Outlay, periods that it takes, and where it may start (periods,)."""

    outlay: AuditedOutlay
    time: int
    may_start: Array


@dataclass(frozen=True)
class AuditedBreaks:
    """Price breaks: from which quantity on each holds, first 0, shape (breaks,), and prices (breaks, periods)."""

    above: Array
    price: Array
    incremental: bool


@dataclass(frozen=True)
class AuditedOffer:
    """One supplier selling one material. Arrays are by period; spot_share: of what it sells, without contract."""

    name: str
    supplier: str
    material: str
    price: Array
    available: Array
    spot_share: float
    licensable: Array
    yield_: float
    to_border: int
    deposit: float
    link: float
    buffer: int
    qualification: AuditedQualification | None
    minimum_order: float
    order_cost: Array
    uses: float
    breaks: AuditedBreaks | None


@dataclass(frozen=True)
class AuditedLane:
    """An offer delivered to a site. freight: per unit, freight_share: of the price."""

    offer: str
    site: str
    country: str
    freight: Array
    freight_share: Array
    duty: float
    transit: int

    @property
    def name(self) -> str:
        """Name of the lane in messages: its offer and its site."""
        return f"{self.offer} > {self.site}"


@dataclass(frozen=True)
class AuditedContract:
    """A contract. Volumes per its own time; term: length of each period inside the term in that time; year: number of
    the contract year, -1 outside."""

    name: str
    offer: str
    signed: bool
    at_least: float
    at_most: float
    term: Array
    year: Array
    fixed: Array | None
    times: float
    plus: Array
    floor: Array
    cap: Array
    take_or_pay: float
    shortfall_charge: float
    signing: AuditedOutlay


@dataclass(frozen=True)
class AuditedCover:
    """Days that stock should last, the charge on what is missing, what releases it, and whether it must be kept."""

    days: float
    cost: Array
    release: Where | None
    firm: bool


@dataclass(frozen=True)
class AuditedPosition:
    """A material at a site."""

    material: str
    site: str
    storage: float
    holding: Array
    cover: AuditedCover | None
    opening: float
    end_value: float | None
    end_days: float
    end_cost: float

    @property
    def name(self) -> str:
        """Name of the position in messages: its material and its site."""
        return f"{self.material} @ {self.site}"


@dataclass(frozen=True)
class AuditedOpenOrder:
    """An order of before the plan, and the period that it is due in."""

    offer: str
    site: str
    quantity: float
    state: str
    period: int


@dataclass(frozen=True)
class AuditedShortageStep:
    """A part of a shortage. makes_do: whether it is made do without, which is spending."""

    name: str
    share: float
    cost: Array
    makes_do: bool


@dataclass(frozen=True)
class AuditedDemand:
    """A need; uses: units of a material per unit of it."""

    name: str
    site: str
    uses: Mapping[str, float]
    need: Array
    steps: tuple[AuditedShortageStep, ...]


@dataclass(frozen=True)
class AuditedCommitments:
    """What an earlier plan has decided: volume of the contracts that it signed, as per the contract's time, and the
    periods still wanted by the qualifications that it started. What that cost is spent."""

    signed: Mapping[str, float] = field(default_factory=dict)
    started: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class AuditedImporter:
    """All that a scenario says, but for what may happen."""

    scenario: Scenario
    days: PlanDays
    offers: tuple[AuditedOffer, ...]
    lanes: tuple[AuditedLane, ...]
    contracts: tuple[AuditedContract, ...]
    positions: tuple[AuditedPosition, ...]
    open_orders: tuple[AuditedOpenOrder, ...]
    demands: tuple[AuditedDemand, ...]
    shared: Mapping[str, Array]
    rate: float

    @cached_property
    def offer(self) -> Mapping[str, AuditedOffer]:
        """Every offer of the importer by its name."""
        return {offer.name: offer for offer in self.offers}

    @property
    def discount(self) -> Array:
        """Worth now of money paid in each period."""
        return np.asarray((1 + self.rate) ** -(self.days.elapsed[:-1] / 365.25))
