"""What a future does to the numbers of an importer, from the statement: models/formulation.md#measures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sourcing.audit.audited_records import AuditedImporter, AuditedPosition
from sourcing.audit.plan_days import Array, Ints, Mask
from sourcing.audit.possible_events import AuditedChange, AuditedFuture, AuditedRestriction

Names = NDArray[np.object_]


@dataclass(frozen=True)
class AuditedEffects:
    """Numbers of one future, shape (things, periods). By offer: price, available, share sold without contract, factor
    on freight; by lane: approval, limited, delay, seized; by demand: need; by step: shortage; by position: released."""

    price: Array
    available: Array
    free: Array
    freight: Array
    approval: Array
    limited: Mask
    delay: Array
    seized: Array
    need: Array
    shortage: Array
    released: Array

    @property
    def spot(self) -> Array:
        """What is sold without contract: a share of what there is, nothing of all there is being nothing."""
        return _times(self.free, self.available)


@dataclass(frozen=True)
class AuditedReach:
    """How strongly one measure reaches offers (offers, periods) and lanes (lanes, periods): picked, and through
    links; other: offers of the same materials."""

    measure: AuditedRestriction
    picked: Array
    linked: Array
    other: Array
    picked_lane: Array
    linked_lane: Array


@dataclass(frozen=True)
class AuditedThings:
    """Offers and lanes of an importer as rows. of_lane: row of the offer of each lane."""

    names: Names
    material: Names
    link: Array
    buffer: Ints
    of_lane: Ints
    country: Names
    time: Ints

    def reach(self, measure: AuditedRestriction) -> AuditedReach:
        """A measure that is aimed at none of the sites happens elsewhere all the same."""
        hit = np.isin(self.names, measure.offers)
        same = np.isin(self.material, self.material[hit])
        aimed = np.ones(len(self.country), bool)
        if measure.targets is not None:
            aimed = np.isin(self.country, measure.targets)
        picked = np.outer(hit & aimed.any(), measure.cover)
        lasted = self.time - measure.begins + measure.before
        share = self.link * (measure.links and aimed.any()) * same * ~hit
        linked = share[:, None] * measure.cover * (lasted >= self.buffer[:, None])
        here = aimed[:, None]
        return AuditedReach(
            measure,
            picked,
            linked,
            np.outer(same & ~hit, measure.cover),
            picked[self.of_lane] * here,
            linked[self.of_lane] * here,
        )


def things(importer: AuditedImporter) -> AuditedThings:
    """The offers and lanes of an importer."""
    offers, lanes = importer.offers, importer.lanes
    names = [offer.name for offer in offers]
    return AuditedThings(
        names=np.array(names, dtype=object),
        material=np.array([offer.material for offer in offers], dtype=object),
        link=np.array([offer.link for offer in offers]),
        buffer=np.array([offer.buffer for offer in offers]),
        of_lane=np.array([names.index(lane.offer) for lane in lanes], dtype=np.int64),
        country=np.array([lane.country for lane in lanes], dtype=object),
        time=np.arange(importer.days.periods),
    )


def effects(importer: AuditedImporter, course: AuditedFuture, rows: AuditedThings) -> AuditedEffects:
    """The numbers of an importer in one future: measures, then changes in their order."""
    reached = [rows.reach(measure) for measure in course.measures]
    shape, lanes = (len(importer.offers), importer.days.periods), (len(importer.lanes), importer.days.periods)
    prices, capacities, elsewhere = _factors(rows, reached)
    limits = [one for one in reached if not np.isnan(one.measure.approval)]
    approvals = [1 - (one.picked_lane + one.linked_lane) * (1 - one.measure.approval) for one in limits]
    waits = [np.ceil(one.picked_lane * one.measure.delay - 1e-9) for one in reached if one.measure.delay]
    lost = [one.picked_lane for one in reached if one.measure.seizes]
    found = AuditedEffects(
        price=_rows([offer.price for offer in importer.offers], shape[1]) * _best(np.fmax, prices, shape),
        available=_times(
            _best(np.fmin, capacities, shape), _rows([offer.available for offer in importer.offers], shape[1])
        ),
        free=np.array([[offer.spot_share] for offer in importer.offers]) * _best(np.fmin, elsewhere, shape),
        freight=np.ones(shape),
        approval=np.minimum.reduce([np.ones(lanes), *approvals]),
        limited=np.logical_or.reduce(
            [np.zeros(lanes, bool), *(one.picked_lane + one.linked_lane > 0 for one in limits)]
        ),
        delay=np.maximum.reduce([np.zeros(lanes), *waits]),
        seized=np.maximum.reduce([np.zeros(lanes), *lost]),
        need=_rows([demand.need for demand in importer.demands], shape[1]),
        shortage=_rows([step.cost for demand in importer.demands for step in demand.steps], shape[1]),
        released=_rows([_released(importer, position, course.measures) for position in importer.positions], shape[1]),
    )
    for change in course.changes:
        _apply(importer, change, found)
    return found


def _factors(rows: AuditedThings, reached: Sequence[AuditedReach]) -> tuple[list[Array], list[Array], list[Array]]:
    """Factors of measures on prices, capacities, and what is sold without contract; not a number: not reached."""
    prices, capacities, elsewhere = [], [], []
    for one in reached:
        there = one.picked + one.linked
        spared = np.isin(rows.names, one.measure.spared)[:, None]
        prices += [_factor(np.where(spared, 0.0, there), one.measure.price)]
        prices += [_factor(one.other, one.measure.price_elsewhere)]
        capacities += [_factor(there, one.measure.capacity)]
        elsewhere += [_factor(one.other, one.measure.capacity_elsewhere)]
    return prices, capacities, elsewhere


def _factor(strength: Array, number: float) -> Array:
    return np.where(strength > 0, 1 + strength * (number - 1), np.nan)


def _best(which: np.ufunc, factors: list[Array], shape: tuple[int, int]) -> Array:
    """The largest or smallest of factors that reach a thing; 1 where none does."""
    best = which.reduce([np.full(shape, np.nan), *factors])
    return np.where(np.isnan(best), 1.0, best)


def _rows(rows: Sequence[Array], periods: int) -> Array:
    """A copy of rows, also where there are none."""
    return np.array(rows, dtype=float).reshape(len(rows), periods)


def _times(share: Array, volume: Array) -> Array:
    """Nothing of what is without limit is nothing."""
    with np.errstate(invalid="ignore"):
        return np.where(share > 0, share * volume, 0.0)


def _released(importer: AuditedImporter, position: AuditedPosition, measures: Sequence[AuditedRestriction]) -> Array:
    """Share of each period in which a reserve may be used."""
    out = np.zeros(importer.days.periods)
    if position.cover is None or position.cover.release is None:
        return out
    wanted = dict(position.cover.release.keys)
    for one in measures:
        concerned = {importer.offer[name].material for name in one.offers}
        known = {"restriction": {one.name, one.regime}, "basis": {one.basis}}
        if position.material in concerned and all(known[key] & set(wanted[key]) for key in known if key in wanted):
            out = np.maximum(out, one.cover)
    return out


def _apply(importer: AuditedImporter, change: AuditedChange, numbers: AuditedEffects) -> None:
    """Change rows of the numbers in place, each for the share of the period covered."""
    values = {
        "price": numbers.price,
        "available": numbers.available,
        "freight": numbers.freight,
        "need": numbers.need,
        "shortage_cost": numbers.shortage,
    }[change.what]
    of_needs = [
        (demand.name, len(demand.steps) if change.what == "shortage_cost" else 1) for demand in importer.demands
    ]
    of_offers = [(offer.name, 1) for offer in importer.offers]
    some = of_offers if change.what in ("price", "available", "freight") else of_needs
    named = [name for name, several in some for _ in range(several)]
    for row, name in enumerate(named):
        if name in change.names:
            values[row] = _moved(values[row], change, change.amount.get(name, np.zeros(len(change.cover))))


def _moved(value: Array, change: AuditedChange, amount: Array) -> Array:
    share = change.cover
    with np.errstate(invalid="ignore"):  # what a change does not state is not a number
        new = {"times": value * change.factor, "path": value * amount, "plus": value + amount, "to": amount}[change.how]
    before, after = np.where(share < 1, value, 0.0), np.where(share > 0, new, 0.0)
    return (1 - share) * before + share * after
