"""Every number of a scenario, resolved by period and unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sourcing.calendar import Array, Calendar
from sourcing.case.flows import NEED, PURCHASE, Flow, by_position, needs, purchases
from sourcing.case.records import Contract, Demand, Future, Lane, Offer, OpenOrder, Position, Sampling, place
from sourcing.scenario.language.rule_specs import Rule
from sourcing.scenario.language.scenario import Scenario


@dataclass(frozen=True)
class Case:
    """Every number of a scenario by period, in units of its material, at the importer's size."""

    scenario: Scenario
    calendar: Calendar
    discount: Array
    unit: Mapping[str, str]
    offers: tuple[Offer, ...]
    lanes: tuple[Lane, ...]
    contracts: tuple[Contract, ...]
    positions: tuple[Position, ...]
    open_orders: tuple[OpenOrder, ...]
    demands: tuple[Demand, ...]
    futures: tuple[Future, ...]
    rules: Mapping[str, Rule]
    shared: Mapping[str, Array]
    country: Mapping[str, str]
    annual_rate: float
    notices: tuple[str, ...]
    scoped: tuple[str, ...] = ()
    sampling: Sampling | None = None

    @cached_property
    def offer(self) -> Mapping[str, Offer]:
        """Every offer of the case by its name."""
        return {offer.name: offer for offer in self.offers}

    @cached_property
    def lane(self) -> Mapping[str, Lane]:
        """Every lane of the case by its name."""
        return {lane.name: lane for lane in self.lanes}

    @cached_property
    def offer_row(self) -> Mapping[str, int]:
        """Row of each offer in arrays over offers."""
        return {offer.name: number for number, offer in enumerate(self.offers)}

    @cached_property
    def lane_row(self) -> Mapping[str, int]:
        """Row of each lane in arrays over lanes."""
        return {lane.name: number for number, lane in enumerate(self.lanes)}

    @cached_property
    def position_row(self) -> Mapping[str, int]:
        """Row of each stock position in arrays over positions."""
        return {position.name: number for number, position in enumerate(self.positions)}

    @cached_property
    def position(self) -> Mapping[str, Position]:
        """Every stock position of the case by its name."""
        return {position.name: position for position in self.positions}

    @cached_property
    def lanes_of(self) -> Mapping[str, tuple[str, ...]]:
        """Names of the lanes of each offer that has any."""
        lanes: dict[str, list[str]] = {}
        for lane in self.lanes:
            lanes.setdefault(lane.offer, []).append(lane.name)
        return {offer: tuple(names) for offer, names in lanes.items()}

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """Every way of material into and out of the stock positions."""
        bought = purchases(self.lanes, self.offer, self.position_row)
        return (*bought, *needs(self.demands, self.position_row))

    @cached_property
    def inflows(self) -> tuple[tuple[Flow, ...], ...]:
        """Flows into each stock position."""
        return by_position([flow for flow in self.flows if flow.kind == PURCHASE], self.positions)

    @cached_property
    def outflows(self) -> tuple[tuple[Flow, ...], ...]:
        """Flows out of each stock position."""
        return by_position([flow for flow in self.flows if flow.kind == NEED], self.positions)

    @cached_property
    def inputs(self) -> tuple[tuple[Flow, ...], ...]:
        """Flows that each demand takes in proportion."""
        drawn = [flow for flow in self.flows if flow.kind == NEED]
        return tuple(tuple(flow for flow in drawn if flow.row == row) for row in range(len(self.demands)))

    def drawn(self, need: Array) -> Array:
        """What needs take of each stock position when they are served [unit], shape (positions, ...).

        need: by demand, shape (demands, ...).
        """
        taken_from_stock = np.zeros((len(self.positions), *need.shape[1:]))
        for row, flows in enumerate(self.outflows):
            for flow in flows:
                taken_from_stock[row] += flow.rate * need[flow.row]
        return taken_from_stock

    def stocked_at(self, lane: Lane) -> str:
        """Name of the position that a lane feeds."""
        return place(self.offer[lane.offer].material, lane.site)
