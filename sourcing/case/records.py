"""The values of a Case: plain records of numbers, each in one unit, per period, at the importer's size."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sourcing.calendar import Array
from sourcing.selection import Where


@dataclass(frozen=True)
class Outlay:
    """Money paid once and charged over its life. `life` in years, None: at once."""

    amount: float
    life: float | None


@dataclass(frozen=True)
class Qualification:
    """Outlay, time in periods, and in which periods it may start, shape (periods,)."""

    outlay: Outlay
    time: int
    may_start: Array


@dataclass(frozen=True)
class Tiers:
    """Price breaks: quantities from which they hold [unit], shape (tiers,), first 0, and prices (tiers, periods)."""

    names: tuple[str, ...]
    above: Array
    price: Array
    incremental: bool


@dataclass(frozen=True)
class Offer:
    """An offer. Money per unit of the material, volumes in units per period, shape (periods,)."""

    name: str
    supplier: str
    material: str
    title: str
    origin: str
    stage: str
    tags: tuple[str, ...]
    price: Array
    available: Array
    spot: Array
    spot_share: float
    licensable: Array
    yield_: float
    to_border: int
    deposit: float
    link: float
    link_buffer: int
    qualification: Qualification | None
    minimum_order: float
    order_cost: Array
    uses: float
    tiers: Tiers | None


@dataclass(frozen=True)
class Lane:
    """An offer delivered to a site: freight [money / unit] and as a share of the price, shape (periods,)."""

    offer: str
    site: str
    freight: Array
    freight_share: Array
    duty: float
    transit: int

    @cached_property
    def name(self) -> str:
        """Name of the lane in tables: its offer and its site."""
        return f"{self.offer} > {self.site}"


@dataclass(frozen=True)
class Contract:
    """A contract. Volumes per `time`; `scale` turns them into volumes of a period, shape (periods,), 0 outside the
    term; `year` is the number of its contract year, -1 outside. Price: fixed, or a formula with NaN where absent."""

    name: str
    offer: str
    signed: bool
    at_least: float
    at_most: float
    time: str
    scale: Array
    year: Array
    fixed: Array | None
    times: float
    plus: Array
    floor: Array
    cap: Array
    floor_paid_by: str
    take_or_pay: float
    shortfall_charge: float
    signing: Outlay

    def price(self, offer_price: Array) -> Array:
        """Contract price for an offer price, same shape (..., periods)."""
        if self.fixed is not None:
            return np.broadcast_to(self.fixed, offer_price.shape).copy()
        price = np.minimum(self.times * offer_price + self.plus, self.cap)
        return price if self.floor_paid_by == "state" else np.maximum(price, self.floor)


@dataclass(frozen=True)
class Cover:
    """Days of expected need to hold; `cost` of what is missing [money / unit / period], shape (periods,)."""

    days: float
    cost: Array
    release: Where | None
    firm: bool


@dataclass(frozen=True)
class Position:
    """A material at a site: volumes in units, costs in money per unit and period."""

    material: str
    site: str
    storage: float
    holding: Array
    cover: Cover | None
    opening: float
    unusable: tuple[tuple[str, float], ...]
    end_value: float | None
    end_days: float
    end_shortfall_cost: float

    @cached_property
    def name(self) -> str:
        """Name of the position in tables: its material and its site."""
        return place(self.material, self.site)


@dataclass(frozen=True)
class OpenOrder:
    """An order on its way when the plan begins: units, and the period in which it is ready or arrives."""

    name: str
    offer: str
    site: str
    quantity: float
    state: str
    period: int


SUBSTITUTE, RATION, STOP = "substitute", "ration", "stop"  # kinds of steps of shortage


@dataclass(frozen=True)
class ShortageCost:
    """A step of shortage: share of the need, cost [money / unit], shape (periods,). kind: SUBSTITUTE where it is made
    do without, which is spending and no shortage; ration or stop."""

    name: str
    share: float
    cost: Array
    kind: str


@dataclass(frozen=True)
class Demand:
    """A need [unit / period], shape (periods,), of materials in proportion [unit of material / unit of need]."""

    name: str
    site: str
    end_use: str
    unit: str
    proportions: tuple[tuple[str, float], ...]
    need: Array
    steps: tuple[ShortageCost, ...]
    firm: bool

    @cached_property
    def materials(self) -> tuple[str, ...]:
        """Names of the materials that are taken."""
        return tuple(material for material, _ in self.proportions)


@dataclass(frozen=True)
class Restriction:
    """A measure in one future; `regime` is its name in data/regimes.yaml, or blank. `cover` is the share of each period
    in force, shape (periods,); NaN: not stated. The price of `duty_stated` offers is left alone: see case/duties.py."""

    name: str
    regime: str
    basis: str
    offers: tuple[str, ...]
    targets: tuple[str, ...] | None
    cover: Array
    known_from: int
    until_known: bool
    begins: int
    age: int
    ends: int
    approval: float
    delay: int
    price: float
    capacity: float
    price_elsewhere: float
    capacity_elsewhere: float
    links: bool
    seizes: bool
    duty_stated: tuple[str, ...] = ()
    licences: str = ""


@dataclass(frozen=True)
class Change:
    """A dated change of numbers: `what` field of `names`; `amount` by name for plus and to, and the
    factors of a path, shape (periods,)."""

    name: str
    what: str
    names: tuple[str, ...]
    how: str
    factor: float
    amount: Mapping[str, Array]
    cover: Array
    known_from: int

    def applied(self, values: Array, name: str) -> Array:
        """A number of one of the names after the change, day-weighted. values: shape (periods,)."""
        by = self.factor if self.how == "times" else self.amount[name]
        new = values * by if self.how in ("times", "path") else by
        new = values + new if self.how == "plus" else new
        mixed = (1 - self.cover) * np.where(self.cover < 1, values, 0.0) + self.cover * new
        return np.where(self.cover > 0, mixed, values)


@dataclass(frozen=True)
class Future:
    """One course of events. `announced`: restrictions that are announced within the plan and begin after it, of which
    nothing but that is seen. Of a generated one, shape (periods,): `shown`, what an importer can see in each period,
    and `states`, the regime at the end of it; else empty, for both follow from the rest."""

    name: str
    probability: float
    restrictions: tuple[Restriction, ...]
    changes: tuple[Change, ...]
    signals: tuple[tuple[int, str], ...]
    shown: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    announced: tuple[Restriction, ...] = ()


@dataclass(frozen=True)
class Sampling:
    """How the futures of a case came about: how many were drawn and were different, how many were kept, and how far
    those are from what was drawn (Wasserstein distance, and as a share of what a single future leaves)."""

    drawn: int
    different: int
    kept: int
    distance: float
    share: float
    notes: tuple[str, ...]


def place(material: str, site: str) -> str:
    """Name of the stock position of a material at a site."""
    return f"{material} @ {site}"
