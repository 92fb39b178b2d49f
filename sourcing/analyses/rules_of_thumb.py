"""Three habits of buyers, lived through the same futures without foresight, beside what is done today."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sourcing.analyses.case_records import comes_to
from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.records import Offer
from sourcing.model.node_data import Nodes
from sourcing.outcome.outcome import Outcome
from sourcing.outcome.rules.order_up_to import OrderUpToRule, live, todays_habit
from sourcing.outcome.rules.rule_period import arrived
from sourcing.pipeline.plan_scenario import Formulated

TODAY = "what is done today"
CHEAPEST, MORE_STOCK, HALF_OUTSIDE = "cheapest source, 30 days", "today's mix, 60 days", "half from outside China"
COUNTRY = "China"  # the country of the third habit, as in `where: {origin: China}`
HALF = 0.5
SHORT = 1e-6  # share of a need below which it counts as met


def habits(data: Nodes) -> Mapping[str, OrderUpToRule]:
    """What is done today, and three habits, by name.

    The cheapest source first, as far as it sells, with 30 days of stock; today's mix with 60 days; today's mix with at
    least half of each material from outside China, where anyone there sells it.
    """
    today = todays_habit(data)
    return {
        TODAY: today,
        CHEAPEST: OrderUpToRule(30.0, {name: _cheapest_first(data, name) for name in _materials(data.case)}, ""),
        MORE_STOCK: replace(today, days=60.0),
        HALF_OUTSIDE: replace(today, mix={name: _half_outside(data, name, today) for name in _materials(data.case)}),
    }


def lived(stated: Formulated) -> Mapping[str, Outcome]:
    """What comes of each habit, by name."""
    found = habits(stated.data)
    data, charges = stated.data, stated.formulation.node.charges
    return {name: Outcome(data, charges, live(stated.formulation, data, habit)) for name, habit in found.items()}


def habits_table(plan: Outcome, followed: Mapping[str, Outcome]) -> pd.DataFrame:
    """The plan, then each habit: expected cost, cost of the worst part, expected margin lost, share of each need unmet,
    and how much more it costs than the plan, expected and in the worst part [currency]."""
    rows = []
    for name, outcome in {"this plan": plan, **followed}.items():
        said = comes_to(outcome) | {f"unmet: {need}": share for need, share in firm_unmet(outcome).items()}
        rows.append({"habit": name, **said})
    frame = pd.DataFrame(rows)
    frame.insert(3, "expected_difference", frame["expected_cost"] - frame["expected_cost"].iloc[0])
    frame.insert(4, "worst_difference", frame["worst_cost"] - frame["worst_cost"].iloc[0])
    return frame


def _materials(case: Case) -> list[str]:
    return sorted({position.material for position in case.positions})


def _sold(data: Nodes, material: str) -> list[Offer]:
    """Offers of a material that anyone may buy without a test first, from the first period on."""
    signed = {contract.offer for contract in data.case.contracts if contract.signed}
    return [
        offer
        for offer in data.case.offers
        if offer.material == material
        and not offer.qualification
        and (data.spot[data.case.offer_row[offer.name], 0] > 0 or offer.name in signed)
    ]


def _merit_order(data: Nodes, offers: Sequence[Offer], wanted: float) -> dict[str, float]:
    """Volumes per period of the cheapest offers first, as far as each sells, until `wanted` [unit / period] is bought.

    Cheapest: price at the start with freight and duty of its cheapest lane, for what arrives of a unit.
    """
    case = data.case
    landed = {
        offer.name: min(
            (float(data.border_cost[case.lane_row[lane.name], 0]) for lane in case.lanes if lane.offer == offer.name),
            default=np.inf,
        )
        for offer in offers
    }
    row = case.offer_row
    cost = {offer.name: (float(data.price[row[offer.name], 0]) + landed[offer.name]) / offer.yield_ for offer in offers}
    found, left = dict[str, float](), wanted
    for offer in sorted((offer for offer in offers if np.isfinite(cost[offer.name])), key=lambda one: cost[one.name]):
        volume = min(left, _sells(data, offer))
        if volume > 0:
            found[offer.name] = volume
            left -= volume
    return found


def _sells(data: Nodes, offer: Offer) -> float:
    """What arrives when all is bought that an offer sells at the start, without contract or under those signed."""
    signed = sum(
        contract.at_most * float(contract.scale[0])
        for contract in data.case.contracts
        if contract.signed and contract.offer == offer.name
    )
    row = data.case.offer_row[offer.name]
    return float(min(data.available[row, 0], data.spot[row, 0] + signed)) * offer.yield_


def _need(data: Nodes, material: str) -> float:
    """Need of a material at the start [unit / period]."""
    needs = zip(data.case.positions, data.position_need[:, 0], strict=True)
    return sum(float(need) for position, need in needs if position.material == material)


def _shares(volumes: Mapping[str, float]) -> dict[str, float]:
    whole = sum(volumes.values())
    return {name: volume / whole for name, volume in volumes.items()} if whole > 0 else {}


def _cheapest_first(data: Nodes, material: str) -> dict[str, float]:
    return _shares(_merit_order(data, _sold(data, material), _need(data, material)))


def _half_outside(data: Nodes, material: str, today: OrderUpToRule) -> dict[str, float]:
    """Today's mix with the part from outside China raised to a half; who sells nothing there today starts with the
    cheapest there."""
    case, mix = data.case, today.mix.get(material, {})
    outside = {name: share for name, share in mix.items() if case.offer[name].origin != COUNTRY}
    inside = {name: share for name, share in mix.items() if name not in outside}
    if sum(outside.values()) >= HALF * sum(mix.values()) and outside:
        return mix
    if not sum(outside.values()):
        sold = [offer for offer in _sold(data, material) if offer.origin != COUNTRY]
        outside = _merit_order(data, sold, HALF * _need(data, material))
    raised, rest = _shares(outside), _shares(inside)
    if not raised or not rest:
        return raised or mix
    return {name: HALF * share for name, share in (raised | rest).items()}


# Needs that must be met ----------------------------------------------------------------------------------------------


def firm_unmet(outcome: Outcome) -> dict[str, float]:
    """Expected share of each firm need that a habit leaves unmet: a shortage of it has no cost, so it is told.

    What is missing is what the balance of the stock does not yield; it is taken off the last of the firm needs first,
    as they are served. Needs that are met are left out.
    """
    case, missing = outcome.case, _missing(outcome)
    found: dict[str, float] = {}
    for number in reversed(range(len(case.demands))):
        demand, need = case.demands[number], outcome.data.need[number]
        if not demand.firm:
            continue
        short = np.zeros_like(need)
        for flow in case.inputs[number]:
            short = np.maximum(short, np.minimum(missing[flow.position] / flow.rate, need))
        for flow in case.inputs[number]:
            missing[flow.position] = np.maximum(missing[flow.position] - flow.rate * short, 0.0)
        probability = outcome.data.tree.probability
        share = float(short @ probability) / max(float(need @ probability), 1e-12)
        if share > SHORT:
            found[demand.name] = share
    return found


def _missing(outcome: Outcome) -> Array:
    """What the needs, less shortages that are told, take beyond what there was [unit], shape (positions, nodes)."""
    case, values = outcome.case, outcome.values
    there = values["stock_before"] + arrived(outcome.data, values["arriving"]) - values["stock"]
    limited = [row for row, position in enumerate(case.positions) if np.isfinite(position.storage)]
    there[limited] -= values["disposed"]
    return np.maximum(case.drawn(outcome.data.need - outcome.missing) - there, 0.0)
