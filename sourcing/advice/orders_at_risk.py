"""Orders of now behind a border that lets little through: what of them is to be expected, and what is lost if not."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sourcing.advice.phrases import AdvicePhrases, listed, quoted
from sourcing.outcome.binding_restrictions import named
from sourcing.outcome.outcome import NOTHING

SURE = 0.95  # an order of which as much is expected is not at risk


class _AtRisk(NamedTuple):
    """Orders of now of a material from one lane: ordered and expected past the border within the plan [unit], what
    they cost if nothing comes [currency], and what limits them."""

    material: str
    ordered: float
    expected: float
    lost: float
    limits: tuple[str, ...]


def orders_at_risk(words: AdvicePhrases) -> Iterator[str]:
    """One sentence for each material of which orders of now may not leave."""
    at_risk: dict[str, list[_AtRisk]] = {}
    for one in _lanes(words):
        at_risk.setdefault(one.material, []).append(one)
    for material, parts in at_risk.items():
        ordered, expected = sum(part.ordered for part in parts), sum(part.expected for part in parts)
        limits = list(dict.fromkeys(name for part in parts for name in part.limits))
        why = f" under {listed(quoted(limits), 'and')}" if limits else ""
        total = words.volume(_ordered_now(words, material), material)
        yield (
            f"Of the {total} of {words.material(material)} ordered now {words.volume(ordered, material)} are{why}: "
            f"expect {words.volume(expected, material)} of them, on average, past the border within the plan; if none "
            f"comes, {words.money(sum(part.lost for part in parts))} of what is paid is lost."
        )


def _lanes(words: AdvicePhrases) -> Iterator[_AtRisk]:
    """Lanes on which less of what is ordered now is to be expected. What is first in the queue leaves first."""
    outcome, data, case = words.outcome, words.outcome.data, words.case
    exported = outcome.planned(outcome.values["exported"]).sum(axis=2)
    for row, name in enumerate(data.controlled):
        lane = case.lane[name]
        offer, sources = case.offer[lane.offer], list(data.sources_of[name])
        ordered = float(outcome.values["order"][sources][:, 0].sum())
        if ordered <= NOTHING:
            continue
        ahead = sum(
            order.quantity
            for order in case.open_orders
            if (order.offer, order.site) == (lane.offer, lane.site)
            and (order.state == "waiting" or (order.state == "making" and order.period <= offer.to_border))
        )
        leaves = np.clip(exported[row] - ahead, 0.0, ordered)
        expected = float(leaves @ data.tree.future_probability)
        if expected < SURE * ordered:
            paid = float((outcome.paid[sources][:, 0]).sum())
            share = offer.deposit if data.can_cancel[row, 0] else 1.0
            limits = tuple(named(words.limits[case.lane_row[name], words.quiet, 0]))
            yield _AtRisk(offer.material, ordered, expected, share * paid, limits)


def _ordered_now(words: AdvicePhrases, material: str) -> float:
    """All that is ordered now of a material [unit]."""
    case, data, orders = words.case, words.outcome.data, words.outcome.values["order"]
    rows = [
        row for row, source in enumerate(data.sources) if case.offer[case.lane[source.lane].offer].material == material
    ]
    return float(orders[rows][:, 0].sum())
