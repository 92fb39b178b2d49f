"""Who is served in a period under a rule of thumb: the dearest part of the needs first, and not only today's."""

from collections.abc import Sequence

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints
from sourcing.model.node_data import Nodes
from sourcing.outcome.rules.step_values import NeedPart, worth

SAME = 1e-9  # relative: parts of needs that save as much are served alike


def serve(
    data: Nodes,
    own: dict[str, Array],
    at_hand: Array,
    in_sight: Array,
    lead: Sequence[int],
    parts: Sequence[NeedPart],
    price: Array,
    now: Ints,
) -> None:
    """Serve needs, and write stock, what is thrown away and what is missing.

    at_hand: of each position; in_sight: what will arrive besides until an order of today does; shape (positions, nodes
    of the period) each. Until then the needs of all periods must be met of both: where that is too little the parts of
    the needs that save least go without from now on, evenly, so that the others are served. lead: periods. price: of
    each position, as in `worth`.
    """
    case = data.case
    fraction = {part: np.ones(len(now)) for part in range(len(parts))}
    ranks = np.zeros((len(parts), len(now)))
    for position in range(len(case.positions)):
        mine = [number for number, part in enumerate(parts) if _rate(data, part, position) > 0]
        if not mine:
            continue
        value = np.array([worth(data, parts[number], position, price) for number in mine])
        ranks[mine] = np.maximum(ranks[mine], value)
        needed = np.array([_rate(data, parts[number], position) * parts[number].amount for number in mine])
        supply, window = at_hand[position] + in_sight[position], needed * (lead[position] + 1)
        for place, number in enumerate(mine):
            dearer, alike = value > value[place] * (1 + SAME), np.abs(value - value[place]) <= SAME * value[place]
            with np.errstate(divide="ignore", invalid="ignore"):
                share = (supply - (window * dearer).sum(axis=0)) / (window * alike).sum(axis=0)
            fraction[number] = np.minimum(fraction[number], np.nan_to_num(np.clip(share, 0.0, 1.0), nan=1.0))
    _hand_out(data, own, at_hand, parts, fraction, ranks, now)


def _rate(data: Nodes, part: NeedPart, position: int) -> float:
    return next((flow.rate for flow in data.case.inputs[part.demand] if flow.position == position), 0.0)


def _hand_out(
    data: Nodes,
    own: dict[str, Array],
    at_hand: Array,
    parts: Sequence[NeedPart],
    fraction: dict[int, Array],
    ranks: Array,
    now: Ints,
) -> None:
    """Serve each part as far as it is to be and as every material reaches, the one that saves most first."""
    case, stock = data.case, at_hand.copy()
    order = np.argsort(-ranks, axis=0, kind="stable")
    everywhere = np.arange(len(now))
    rates = np.zeros((len(case.positions), len(parts)))
    for number, part in enumerate(parts):
        for flow in case.inputs[part.demand]:
            rates[flow.position, number] = flow.rate
    amounts = np.array([fraction[number] * part.amount for number, part in enumerate(parts)])
    served = np.zeros((len(parts), len(now)))
    for place in range(len(parts)):
        number = order[place]
        rate = rates[:, number]
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(rate > 0, np.maximum(stock, 0.0) / rate, np.inf).min(axis=0)
        amount = np.minimum(amounts[number, everywhere], reach)
        served[number, everywhere] = amount
        stock -= rate * amount
    for number, part in enumerate(parts):
        if part.step >= 0:
            own["shortage"][part.step, now] = np.maximum(part.amount - served[number], 0.0)
    storage = np.array([[position.storage] for position in case.positions])
    own["stock"][:, now] = np.minimum(np.maximum(stock, 0.0), storage)
    limited = [row for row, position in enumerate(case.positions) if np.isfinite(position.storage)]
    own["disposed"][:, now] = np.maximum(stock - storage, 0.0)[limited]
