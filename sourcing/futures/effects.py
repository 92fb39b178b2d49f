"""What each future does to the numbers of a case, and what an importer can see of it: measures -> effects, signals."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.records import Change, Future, Restriction
from sourcing.futures.tree import Mask, Tree, grow


@dataclass(frozen=True)
class Effects:
    """Numbers of one future. Offers: price, available, spot, freight factor; lanes: approval, reached (approval is
    limited), delay [periods], seized (share of arrivals lost); demands: need, cost (factor and amount by step);
    released: by restriction name. All shape (things, periods)."""

    price: Array
    available: Array
    spot: Array
    freight: Array
    approval: Array
    reached: Mask
    delay: Array
    seized: Array
    need: Array
    shortage: Array
    released: Array


def effects(case: Case, future: Future) -> Effects:
    """The numbers of a case in one future. See models/formulation.md#measures."""
    base = _base(case)
    for measure in future.restrictions:
        base = _apply_elsewhere(case, measure, _apply(case, measure, base))
    price, capacity, spot = (
        np.where(np.isnan(factor), 1.0, factor) for factor in (base.price, base.available, base.spot)
    )
    offers = case.offers
    applied = replace(
        base,
        price=price * np.array([offer.price for offer in offers]),
        available=_times(capacity, np.array([offer.available for offer in offers])),
        released=_released(case, future),
    )
    for change in future.changes:
        applied = _change(case, change, applied)
    # A share of what is available after all changes: so a change moves it in proportion, also from nothing or no limit.
    return replace(applied, spot=_times(spot * np.array([[offer.spot_share] for offer in offers]), applied.available))


def _times(factor: Array, volume: Array) -> Array:
    """Factor times volume, where an unlimited volume stays unlimited unless the factor is 0."""
    with np.errstate(invalid="ignore"):
        return np.where(factor == 0, 0.0, factor * volume)


def _base(case: Case) -> Effects:
    offers, lanes, steps = len(case.offers), len(case.lanes), sum(len(demand.steps) for demand in case.demands)
    count = len(case.calendar)
    one = np.ones((offers, count))
    need = np.array([demand.need for demand in case.demands]).reshape(len(case.demands), count)
    cost = np.array([step.cost for demand in case.demands for step in demand.steps]).reshape(steps, count)
    empty = np.zeros((lanes, count))
    released = np.zeros((len(case.positions), count))
    none = np.full((offers, count), np.nan)
    return Effects(none, none, none, one, empty + 1.0, empty > 0, empty, empty, need, cost, released)


def _aimed(case: Case, measure: Restriction, site: str) -> bool:
    return measure.targets is None or case.country[site] in measure.targets


def strength_of(case: Case, measure: Restriction) -> Array:
    """How strongly a measure reaches each offer in each period: 1 direct, the china_link through links; times the
    share of the period in force. Shape (offers, periods)."""
    materials = {case.offer[name].material for name in measure.offers}
    sites = {lane.site for lane in case.lanes}
    strength = np.zeros((len(case.offers), len(case.calendar)))
    if not any(_aimed(case, measure, site) for site in sites):
        return strength
    picked = set(measure.offers)
    strength[[case.offer_row[name] for name in picked]] = measure.cover
    for row, offer in enumerate(case.offers) if measure.links else ():
        if offer.link > 0 and offer.material in materials and offer.name not in picked:
            since = np.arange(len(case.calendar)) - measure.begins + measure.age
            strength[row] = np.where(since >= offer.link_buffer, offer.link * measure.cover, 0.0)
    return strength


def _apply(case: Case, measure: Restriction, base: Effects) -> Effects:
    """A measure on what it reaches, directly and through links."""
    strength = strength_of(case, measure)
    row = {offer.name: number for number, offer in enumerate(case.offers)}
    aimed = np.array([_aimed(case, measure, lane.site) for lane in case.lanes]).reshape(-1, 1)
    by_lane = strength[[row[lane.offer] for lane in case.lanes]] * aimed
    direct = np.array([lane.offer in measure.offers for lane in case.lanes]).reshape(-1, 1)
    changed = base
    if not np.isnan(measure.approval):
        let_through = 1 - by_lane * (1 - measure.approval)
        reached = base.reached | (by_lane > 0)
        changed = replace(changed, approval=np.minimum(base.approval, let_through), reached=reached)
    if measure.delay:
        wait = np.ceil(by_lane * direct * measure.delay - 1e-9)
        changed = replace(changed, delay=np.maximum(base.delay, wait))
    if measure.seizes:
        changed = replace(changed, seized=np.maximum(base.seized, by_lane * direct))
    if not np.isnan(measure.price):
        moved = np.array([offer.name not in measure.duty_stated for offer in case.offers]).reshape(-1, 1)
        changed = replace(changed, price=_price(changed.price, measure.price, strength * moved))
    if not np.isnan(measure.capacity):
        changed = replace(changed, available=_capacity(changed.available, measure.capacity, strength))
    return changed


def _price(present: Array, factor: float, strength: Array) -> Array:
    """Largest price factor of the measures that reach an offer; NaN while none does."""
    return np.where(strength > 0, np.fmax(present, 1 + strength * (factor - 1)), present)


def _capacity(present: Array, factor: float, strength: Array) -> Array:
    """Lowest capacity factor of the measures that reach an offer; NaN while none does."""
    return np.where(strength > 0, np.fmin(present, 1 + strength * (factor - 1)), present)


def _apply_elsewhere(case: Case, measure: Restriction, base: Effects) -> Effects:
    """A measure on the other offers of the same materials: everybody calls the same suppliers."""
    materials = {case.offer[name].material for name in measure.offers}
    is_other = np.array([offer.material in materials and offer.name not in measure.offers for offer in case.offers])
    strength = is_other.reshape(-1, 1) * measure.cover
    changed = base
    if not np.isnan(measure.price_elsewhere):
        changed = replace(changed, price=_price(changed.price, measure.price_elsewhere, strength))
    if not np.isnan(measure.capacity_elsewhere):
        changed = replace(changed, spot=_capacity(changed.spot, measure.capacity_elsewhere, strength))
    return changed


def _released(case: Case, future: Future) -> Array:
    """Whether a reserve may be used, as the share of each period, shape (positions, periods)."""
    shares = np.zeros((len(case.positions), len(case.calendar)))
    for row, position in enumerate(case.positions):
        if position.cover and position.cover.release:
            for measure in future.restrictions:
                if position.material not in {case.offer[name].material for name in measure.offers}:
                    continue
                picks = dict(position.cover.release.keys)
                named = {measure.name, measure.regime} & set(picks.get("restriction", (measure.name,)))
                if named and measure.basis in picks.get("basis", (measure.basis,)):
                    shares[row] = np.maximum(shares[row], measure.cover)
    return shares


def _change(case: Case, change: Change, base: Effects) -> Effects:
    field = {"price": "price", "available": "available", "need": "need", "freight": "freight"}.get(
        change.what, "shortage"
    )
    values = getattr(base, field).copy()
    for row, name in _rows(case, change):
        values[row] = change.applied(values[row], name)
    return replace(base, **{field: values})


def _rows(case: Case, change: Change) -> list[tuple[int, str]]:
    if change.what in ("price", "available", "freight"):
        return [(row, offer.name) for row, offer in enumerate(case.offers) if offer.name in change.names]
    if change.what == "need":
        return [(row, demand.name) for row, demand in enumerate(case.demands) if demand.name in change.names]
    steps = [demand.name for demand in case.demands for _ in demand.steps]
    return [(row, name) for row, name in enumerate(steps) if name in change.names]


# What can be seen -----------------------------------------------------------------------------------------------------


def signals(case: Case, future: Future) -> list[Hashable]:
    """What an importer can see of a future in each period: measures in force and announced, changes, free signals.

    A generated future carries it. In which order a file states them is not seen.
    """
    if future.shown:
        return list(future.shown)
    measures = (*future.restrictions, *future.announced)
    contents = [_content(measure) for measure in measures]
    return [
        (
            frozenset(
                seen
                for measure, content in zip(measures, contents, strict=True)
                for seen in _measure_signal(measure, content, time)
            ),
            frozenset(seen for change in future.changes for seen in _change_signal(change, time)),
            frozenset(text for period, text in future.signals if period == time),
        )
        for time in range(len(case.calendar))
    ]


def _content(measure: Restriction) -> Hashable:
    """What a measure is, whenever it holds; numbers not stated are None, for NaN is unlike itself."""
    numbers = (measure.approval, measure.delay, measure.price, measure.capacity)
    elsewhere = (measure.price_elsewhere, measure.capacity_elsewhere)
    stated = tuple(None if number != number else float(number) for number in (*numbers, *elsewhere))
    return measure.name, measure.offers, measure.targets, stated, measure.links, measure.seizes


def _measure_signal(measure: Restriction, content: Hashable, time: int) -> list[Hashable]:
    end = (measure.ends,) if measure.until_known and time >= measure.known_from else ()
    if measure.cover[time] > 0:
        return [("in force", content, round(float(measure.cover[time]), 9), *end)]
    if measure.known_from <= time < measure.begins:
        return [("announced", content, measure.begins, *end)]
    return []


def _change_signal(change: Change, time: int) -> list[Hashable]:
    factor = None if change.factor != change.factor else change.factor
    if change.cover[time] > 0:
        amounts = tuple((name, float(amount[time])) for name, amount in sorted(change.amount.items()))
        cover = round(float(change.cover[time]), 9)
        return [("changed", change.name, change.what, change.names, change.how, factor, amounts, cover)]
    begins = int(np.argmax(change.cover > 0)) if change.cover.any() else len(change.cover)
    if change.known_from <= time < begins:
        return [("announced", change.name, change.what, change.names, change.how, factor, begins)]
    return []


def tree_of(case: Case) -> Tree:
    """The scenario tree of a case."""
    return grow(
        [signals(case, future) for future in case.futures],
        [future.probability for future in case.futures],
        [future.name for future in case.futures],
    )


def differ_at_once(case: Case) -> bool:
    """Whether futures differ already in the first period, which is one root all the same."""
    return len({signals(case, future)[0] for future in case.futures}) > 1
