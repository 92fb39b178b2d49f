"""Ways of buying: a lane, without contract or under one; where a queue forms; what licences let through."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.futures.effects import Effects
from sourcing.futures.tree import Mask, Tree

SPOT = "spot"


class Purchase(NamedTuple):
    """A lane and how it is bought: without contract (`spot`) or under a contract."""

    lane: str
    channel: str


class LicensedGroup(NamedTuple):
    """Lanes of one offer into one country, which share what is licensable."""

    offer: str
    country: str


def stack(rows: Sequence[Array], tree: Tree) -> Array:
    return np.array(rows).reshape(len(rows), tree.periods)[:, tree.period]


def sources_of(case: Case, spot_sold: Array) -> tuple[Purchase, ...]:
    """Every way of buying that is open in any node. spot_sold: without contract, by offer, shape (offers, nodes)."""
    spot = {offer.name for offer, sold in zip(case.offers, spot_sold, strict=True) if offer.spot.any() or sold.any()}
    purchases = []
    for lane in case.lanes:
        if lane.offer in spot:
            purchases.append(Purchase(lane.name, SPOT))
        purchases += [Purchase(lane.name, contract.name) for contract in case.contracts if contract.offer == lane.offer]
    return tuple(purchases)


def rows_by_lane(case: Case, sources: tuple[Purchase, ...]) -> dict[str, tuple[int, ...]]:
    """Places of the sources of each lane."""
    by_lane: dict[str, list[int]] = {lane.name: [] for lane in case.lanes}
    for row, source in enumerate(sources):
        by_lane[source.lane].append(row)
    return {name: tuple(rows) for name, rows in by_lane.items()}


def open_sources(case: Case, sources: tuple[Purchase, ...], spot: Array, contract_scale: Array) -> Mask:
    """Where an order is possible: within the contract's term; without contract, where the offer sells.

    Shape (sources, nodes).
    """
    row = case.offer_row
    contract = {entry.name: number for number, entry in enumerate(case.contracts)}
    rows = [
        spot[row[case.lane[source.lane].offer]] > 0
        if source.channel == SPOT
        else contract_scale[contract[source.channel]] > 0
        for source in sources
    ]
    return np.array(rows, bool).reshape(len(sources), spot.shape[1])


def controlled_lanes(case: Case, per_future: Sequence[Effects]) -> tuple[str, ...]:
    """Lanes that any restriction ever reaches, or where something waits already: they have a queue at the border."""
    reached = np.any([effect.reached | (effect.delay > 0) for effect in per_future], axis=(0, 2))
    waits = {(order.offer, order.site) for order in case.open_orders if order.state == "waiting"}
    return tuple(
        lane.name for lane, ever in zip(case.lanes, reached, strict=True) if ever or (lane.offer, lane.site) in waits
    )


def normal_take(case: Case, tree: Tree, available: Array) -> Array:
    """What this importer normally takes of each offer: as stated, else what is available to it, which a change may
    raise. available: by node. Shape (offers, nodes).
    """
    stated = stack([offer.licensable for offer in case.offers], tree)
    known = np.array([[case.scenario.offers[offer.name].licensable is not None] for offer in case.offers])
    return np.where(known, stated, np.maximum(stated, available))


def licences(
    case: Case, normal: Array, controlled: tuple[str, ...], approval: Array, reached: Mask
) -> tuple[tuple[LicensedGroup, ...], Array, Mask]:
    """What may cross the border per offer and country: approval x what is normally taken; where it is limited.
    normal: by offer, shape (offers, nodes).
    """
    groups: dict[LicensedGroup, int] = {}
    for number, lane in enumerate(case.lanes):
        if lane.name in controlled and reached[number].any():
            groups.setdefault(LicensedGroup(lane.offer, case.country[lane.site]), number)
    limit = np.zeros((len(groups), normal.shape[1]))
    limited = np.zeros((len(groups), normal.shape[1]), bool)
    for number, (group, lane_number) in enumerate(groups.items()):
        taken = normal[case.offer_row[group.offer]]
        with np.errstate(invalid="ignore"):
            allowed = np.where(approval[lane_number] == 0, 0.0, approval[lane_number] * taken)
        limited[number] = reached[lane_number] & np.isfinite(allowed)
        limit[number] = np.where(limited[number], allowed, 0.0)
    return tuple(groups), limit, limited
