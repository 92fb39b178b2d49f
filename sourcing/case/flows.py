"""Flows: every way in which material comes into a stock position, or goes out of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sourcing.case.records import Demand, Lane, Offer, Position, place

PURCHASE, NEED = "purchase", "need"


@dataclass(frozen=True)
class Flow:
    """A way into a stock position, or out of it.

    kind: PURCHASE (in, by a lane) or NEED (out, by a demand). name, row: of that lane or demand, and its place among
    them. position: place of the stock position. rate: what comes in of a unit ordered, or goes out per unit of need
    [unit of the position / unit]. lag: whole periods from the order to the arrival; 0 for a need.
    """

    kind: str
    name: str
    row: int
    position: int
    rate: float
    lag: int = 0


def drawn_positions(demands: Sequence[Demand]) -> tuple[tuple[str, str], ...]:
    """Material and site of all that demands take from, each once, sorted."""
    return tuple(sorted({(material, demand.site) for demand in demands for material, _ in demand.proportions}))


def drawn_rate(demand: Demand, material: str, site: str) -> float:
    """Units that a demand takes of a material at a site per unit of need; 0 where it takes none of it there."""
    return dict(demand.proportions).get(material, 0.0) if demand.site == site else 0.0


def purchases(lanes: Sequence[Lane], offers: Mapping[str, Offer], rows: Mapping[str, int]) -> Iterator[Flow]:
    """The flow of each lane. rows: place of each stock position by name."""
    for number, lane in enumerate(lanes):
        offer = offers[lane.offer]
        fed = rows[place(offer.material, lane.site)]
        yield Flow(PURCHASE, lane.name, number, fed, offer.yield_, offer.to_border + lane.transit)


def needs(demands: Sequence[Demand], rows: Mapping[str, int]) -> Iterator[Flow]:
    """The flows of each demand, one for each material that it takes. rows: place of each stock position by name."""
    for number, demand in enumerate(demands):
        for material, rate in demand.proportions:
            yield Flow(NEED, demand.name, number, rows[place(material, demand.site)], rate)


def by_position(flows: Sequence[Flow], positions: Sequence[Position]) -> tuple[tuple[Flow, ...], ...]:
    """Flows of each stock position, in their order."""
    out: list[list[Flow]] = [[] for _ in positions]
    for flow in flows:
        out[flow.position].append(flow)
    return tuple(map(tuple, out))
