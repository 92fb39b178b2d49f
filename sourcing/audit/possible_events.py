"""What may happen, in numbers: measures, changes, and the futures that they make up."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from sourcing.audit.plan_days import Array


@dataclass(frozen=True)
class AuditedRestriction:
    """A restriction. cover: share of each period in force (periods,); begins, ends, known_from: periods; before:
    periods that it has lasted when the plan begins; numbers are not a number where nothing is stated; spared: offers
    whose duty it is already."""

    name: str
    regime: str
    basis: str
    offers: tuple[str, ...]
    targets: tuple[str, ...] | None
    cover: Array
    begins: int
    ends: int
    known_from: int
    until_known: bool
    before: int
    approval: float
    delay: int
    price: float
    capacity: float
    price_elsewhere: float
    capacity_elsewhere: float
    links: bool
    seizes: bool
    spared: tuple[str, ...]


@dataclass(frozen=True)
class AuditedChange:
    """A change of numbers of things: times a factor, or plus or to an amount by name (periods,); path: times those."""

    name: str
    what: str
    names: tuple[str, ...]
    how: str
    factor: float
    amount: Mapping[str, Array]
    cover: Array
    known_from: int


@dataclass(frozen=True)
class AuditedFuture:
    """A future. shown: all that can be seen of it in each period."""

    name: str
    probability: float
    measures: tuple[AuditedRestriction, ...]
    changes: tuple[AuditedChange, ...]
    shown: tuple[Hashable, ...]
