"""One period of a habit lived: orders placed, the border crossed, demand served."""

from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.records import Offer
from sourcing.futures.tree import Ints
from sourcing.model.node_data import SPOT, Nodes
from sourcing.model.templates import Column, Formulation

Slices = list[list[tuple[str, Ints, Ints, Ints, Ints, Array]]]


def by_period(column: Column, data: Nodes) -> Slices:
    """Terms of a selected column by the period of their node."""
    found: Slices = [[] for _ in range(data.tree.periods)]
    for term in column.terms or ():
        period = data.tree.period[term.node]
        for time in np.unique(period):
            here = period == time
            found[time].append(
                (
                    term.variable,
                    term.index[here],
                    term.node[here],
                    term.source[here],
                    term.ancestor[here],
                    term.weight[here],
                )
            )
    return found


def evaluate(
    formulation: Formulation, name: str, coming: dict[str, Slices], own: dict[str, Array], now: Ints, time: int
) -> Array:
    column = formulation.node.columns[name]
    out = column.offset.copy()
    for variable, index, node, source, ancestor, weight in coming[name][time]:
        np.add.at(out, (index, node), weight * own[variable][source, ancestor])
    return np.asarray(out[:, now])


@dataclass(frozen=True)
class _Remaining:
    """What can still be bought in a period: without contract and at all by offer, under each contract, of each shared
    resource. Shape (things, nodes of the period); amounts are taken off as orders are placed."""

    spot: Array
    available: Array
    contract: Array
    shared: dict[str, Array]

    def most(self, case: Case, offer: Offer, contract: int | None) -> Array:
        """Most that a source can still deliver."""
        row = case.offer_row[offer.name]
        most = np.minimum(self.available[row], self.spot[row] if contract is None else self.contract[contract])
        if offer.supplier in self.shared and offer.uses > 0:
            most = np.minimum(most, self.shared[offer.supplier] / offer.uses)
        return np.asarray(np.maximum(most, 0.0))

    def take(self, case: Case, offer: Offer, contract: int | None, amount: Array) -> None:
        """Take an order off."""
        row = case.offer_row[offer.name]
        self.available[row] -= amount
        if contract is None:
            self.spot[row] -= amount
        else:
            self.contract[contract] -= amount
        if offer.supplier in self.shared:
            self.shared[offer.supplier] -= offer.uses * amount


def place_orders(
    data: Nodes, mix: dict[str, dict[str, float]], own: dict[str, Array], wanted: Array, now: Ints
) -> None:
    """Place what is wanted by the mix, within what can be bought: contracts first; no order below the smallest."""
    case, time = data.case, int(data.tree.period[now[0]])
    contract_row = {contract.name: number for number, contract in enumerate(case.contracts)}
    left = _Remaining(
        spot=data.spot[:, now].copy(),
        available=data.available[:, now].copy(),
        contract=own["contract_volume"] * data.contract_scale[:, now],
        shared={name: np.full(len(now), values[time]) for name, values in case.shared.items()},
    )
    for lane in case.lanes:
        offer = case.offer[lane.offer]
        share = 0.0 if offer.qualification else mix.get(offer.material, {}).get(offer.name, 0.0)
        need = share * wanted[case.position_row[case.stocked_at(lane)]] / max(offer.yield_, 1e-9)
        need = np.where(need > 0, np.maximum(need, offer.minimum_order), 0.0)
        rows = sorted(data.sources_of[lane.name], key=lambda row: data.sources[row].channel == SPOT)
        contracts = [contract_row.get(data.sources[row].channel) for row in rows]
        for row, contract in zip(rows, contracts, strict=True):
            own["order"][row, now] = np.minimum(need, left.most(case, offer, contract))
            left.take(case, offer, contract, own["order"][row, now])
            need = need - own["order"][row, now]
        small = own["order"][rows][:, now].sum(axis=0) < offer.minimum_order
        for row, contract in zip(rows, contracts, strict=True):
            left.take(case, offer, contract, np.where(small, -own["order"][row, now], 0.0))
            own["order"][row, now] = np.where(small, 0.0, own["order"][row, now])


def cross_border(
    formulation: Formulation,
    data: Nodes,
    own: dict[str, Array],
    coming: dict[str, Slices],
    before: Ints,
    now: Ints,
    time: int,
) -> None:
    """What is ready goes as far as licences reach; the rest waits."""
    queue = evaluate(formulation, "ready", coming, own, now, time)
    if time:
        queue = queue + own["waiting"][:, before]
    else:
        queue = queue + formulation.node.columns["waiting_before"].offset[:, now]
    left = {
        group: np.where(data.limited[row, now], data.licence_limit[row, now], np.inf)
        for row, group in enumerate(data.groups)
    }
    for row, name in enumerate(data.controlled):
        lane = data.case.lane[name]
        key = next((g for g in data.groups if g == (lane.offer, data.case.country[lane.site])), None)
        goes = queue[row] if key is None else np.minimum(queue[row], left[key])
        if key is not None:
            left[key] = left[key] - goes
        own["exported"][row, now] = goes
        own["waiting"][row, now] = queue[row] - goes


def arrived(data: Nodes, arriving: Array) -> Array:
    """Arrivals by position."""
    out = np.zeros((len(data.case.positions), arriving.shape[1]))
    for flow in (flow for flows in data.case.inflows for flow in flows):
        out[flow.position] += arriving[flow.row]
    return out


def due(data: Nodes, own: dict[str, Array], now: Ints, time: int) -> Array:
    """What was to arrive by position, seized or not: it is no longer on its way."""
    case, path = data.case, data.tree.path
    out = np.zeros((len(case.positions), len(now)))
    queue = {name: row for row, name in enumerate(data.controlled)}
    for lane in case.lanes:
        offer, row = case.offer[lane.offer], case.position_row[case.stocked_at(lane)]
        lag = lane.transit if lane.name in queue else offer.to_border + lane.transit
        if time >= lag:
            then = path[now, time - lag]
            came = (
                own["exported"][[queue[lane.name]]]
                if lane.name in queue
                else own["order"][[*data.sources_of[lane.name]]]
            )
            out[row] += offer.yield_ * came[:, then].sum(axis=0)
    for order in case.open_orders:
        lane = next(lane for lane in case.lanes if (lane.offer, lane.site) == (order.offer, order.site))
        free = lane.name not in queue
        arrives = {"transit": order.period, "making": order.period + lane.transit if free else -1}.get(order.state, -1)
        if arrives == time:
            out[case.position_row[case.stocked_at(lane)]] += case.offer[order.offer].yield_ * order.quantity
    return out


def placed(data: Nodes, order: Array) -> Array:
    """Orders by position, as they would arrive."""
    out = np.zeros((len(data.case.positions), order.shape[1]))
    rows = data.case.position_row
    for number, source in enumerate(data.sources):
        lane = data.case.lane[source.lane]
        out[rows[data.case.stocked_at(lane)]] += data.case.offer[lane.offer].yield_ * order[number]
    return out


def serve(data: Nodes, own: dict[str, Array], at_hand: Array, now: Ints) -> None:
    """Serve demands, dearest shortage first, as far as every material reaches; what is left is stock."""
    case = data.case
    left = at_hand.copy()
    order = sorted(
        range(len(case.demands)),
        key=lambda number: -(case.demands[number].steps[-1].cost[0] if case.demands[number].steps else np.inf),
    )
    missing: dict[int, Array] = {}
    for number in order:
        need = data.need[number, now]
        served = need.copy()
        for flow in case.inputs[number]:
            served = np.minimum(served, np.maximum(left[flow.position], 0.0) / flow.rate)
        for flow in case.inputs[number]:
            left[flow.position] -= flow.rate * served
        missing[number] = need - served
    _steps(data, own, missing, now)
    storage = np.array([[position.storage] for position in case.positions])
    own["stock"][:, now] = np.minimum(np.maximum(left, 0.0), storage)
    limited = [row for row, position in enumerate(case.positions) if np.isfinite(position.storage)]
    own["disposed"][:, now] = np.maximum(left - storage, 0.0)[limited]


def _steps(data: Nodes, own: dict[str, Array], missing: dict[int, Array], now: Ints) -> None:
    row = 0
    for number, demand in enumerate(data.case.demands):
        left = missing[number].copy()
        for step in demand.steps:
            amount = np.minimum(left, step.share * data.need[number, now])
            own["shortage"][row, now] = amount
            left = left - amount
            row += 1
