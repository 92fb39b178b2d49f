"""Contract years, cover ahead, and lasting outlays, by node."""

from collections.abc import Sequence

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.records import Outlay, Position
from sourcing.futures.tree import Mask, Tree


def contract_years(case: Case, tree: Tree, approval: Array, available: Array) -> tuple[Mask, Array, Array]:
    """Review nodes (ends of contract years and of the plan), whether the account carries over, and the floor:
    take-or-pay share x volume due since the year began x mean approval, per unit of contract volume. What the seller
    cannot deliver is not due."""
    offer_row = case.offer_row
    shape = (len(case.contracts), tree.nodes)
    review, carry, floor = np.zeros(shape, bool), np.zeros(shape), np.zeros(shape)
    lane_row = case.lane_row
    for row, contract in enumerate(case.contracts):
        rows = [lane_row[lane.name] for lane in case.lanes if lane.offer == contract.offer]
        most = np.maximum(contract.at_most * contract.scale[tree.period], 1e-12)
        passed = approval[rows].mean(axis=0) * np.minimum(available[offer_row[contract.offer]] / most, 1.0)
        year = np.append(contract.year, -1)
        for node in range(tree.nodes):
            time, before = tree.period[node], tree.parent[node]
            inside = year[time] >= 0
            carry[row, node] = float(inside and time > 0 and year[time] == year[time - 1])
            due = contract.scale[time] * passed[node] if inside else 0.0
            floor[row, node] = due + (floor[row, before] if carry[row, node] else 0.0)
            review[row, node] = inside and year[time + 1] != year[time]
        floor[row] *= contract.take_or_pay
    return review & (floor > 0), carry, floor


def cover_days(case: Case) -> tuple[list[float], list[float]]:
    return (
        [position.cover.days if position.cover else 0.0 for position in case.positions],
        [position.end_days for position in case.positions],
    )


def need_ahead(case: Case, need: Array, days: Sequence[float]) -> Array:
    """Need of the next days, per position, seen from the end of each period; the last need repeats.

    need: shape (demands, periods). Returns shape (positions, periods).
    """
    length = case.calendar.days
    out = np.zeros((len(case.positions), len(case.calendar)))
    for row, (daily, span) in enumerate(zip(case.drawn(need) / length, days, strict=True)):
        if not span:
            continue
        cumulated = np.concatenate([[0.0], np.cumsum(daily * length)])
        edges = np.concatenate([[0.0], np.cumsum(length)])
        horizon = edges[1:] + span
        beyond = np.maximum(horizon - edges[-1], 0.0) * daily[-1]
        out[row] = np.interp(np.minimum(horizon, edges[-1]), edges, cumulated) + beyond - cumulated[1:]
    return out


def targets(case: Case, tree: Tree, ahead: Array) -> Array:
    return tree.mean(ahead.reshape(len(case.futures), len(case.positions), tree.periods))


def cover_cost(position: Position, case: Case) -> Array:
    return position.cover.cost if position.cover else np.zeros(len(case.calendar))


def charged_share(case: Case, outlay: Outlay, period: int) -> float:
    """Share of a lasting outlay charged within the horizon when paid in `period`: its annuity until the end.

    The annuity factor of Birge & Louveaux style finite-horizon plans; 1 when it has no life.
    """
    if outlay.life is None:
        return 1.0
    left = (case.calendar.edges[-1] - case.calendar.edges[period]).days / 365.25
    rate, within = case.annual_rate, min(left, outlay.life)
    if rate == 0:
        return within / outlay.life
    return float((1 - (1 + rate) ** -within) / (1 - (1 + rate) ** -outlay.life))
