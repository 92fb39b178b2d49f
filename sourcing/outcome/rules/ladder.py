"""The rules of thumb that stand beside a plan, each what a sensible buyer without foresight may do."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sourcing.case.case import Case
from sourcing.case.records import Offer
from sourcing.model.node_data import Nodes
from sourcing.model.templates import Formulation
from sourcing.outcome.outcome import Outcome
from sourcing.outcome.rules.order_up_to import RuleOfThumb, live
from sourcing.units import days

TODAY, MORE_STOCK = "as today", "60 days"
HALF_OUTSIDE, ON_THE_TABLE = "half outside China", "sign what is on the table"
COUNTRY = "China"  # the country of the third rule, as in `where: {origin: China}`
HALF, LONG, LONGER = 0.5, 60.0, 90.0


def rules_of_thumb(data: Nodes) -> Mapping[str, RuleOfThumb]:
    """Every rule by name: what is done today, with 60 days, with at least half of each material from outside China
    where anyone there sells it, with 90 days and every contract on the table signed, and the importer's own."""
    today, case = todays_rule(data), data.case
    open_ = [contract for contract in case.contracts if not contract.signed and contract.scale.any()]
    ladder = {
        TODAY: today,
        MORE_STOCK: replace(today, days=LONG),
        HALF_OUTSIDE: replace(today, mix={name: _half_outside(data, name, today) for name in _materials(case)}),
        ON_THE_TABLE: replace(
            today,
            days=LONGER,
            signs=tuple(contract.name for contract in open_),
            qualifies=tuple(contract.offer for contract in open_),
        ),
    }
    for name, rule in case.scenario.rules_of_thumb.items():
        mix = {material: _stated(case, shares) for material, shares in rule.mix.items()}
        span = today.days if rule.days is None else days(rule.days.measure)
        ladder[name] = RuleOfThumb(span, {**today.mix, **mix}, rule.sign, rule.qualify)
    return ladder


def todays_rule(data: Nodes) -> RuleOfThumb:
    """The baseline of the scenario; without a stated mix, in proportion to what is normally taken and needs no test."""
    case, baseline = data.case, data.case.scenario.baseline
    mix = {material: _stated(case, shares) for material, shares in baseline.mix.items()}
    for material in (name for name in _materials(case) if name not in mix):
        usable = _sold(data, material)
        weights = [offer.licensable[0] if np.isfinite(offer.licensable[0]) else 1.0 for offer in usable]
        mix[material] = _shares({offer.name: weight for offer, weight in zip(usable, weights, strict=True)})
    return RuleOfThumb(days(baseline.days.measure), mix)


def _stated(case: Case, shares: Mapping[str, object]) -> dict[str, float]:
    return {offer: share.measure.number for offer, share in shares.items() if offer in case.offer}  # type: ignore[attr-defined]


def _materials(case: Case) -> list[str]:
    return sorted({position.material for position in case.positions})


def _sold(data: Nodes, material: str) -> list[Offer]:
    """Offers of a material that anyone may buy without a test first and without contract, from the first period on."""
    rows = data.case.offer_row
    return [
        offer
        for offer in data.case.offers
        if offer.material == material and not offer.qualification and data.spot[rows[offer.name], 0] > 0
    ]


def _shares(volumes: Mapping[str, float]) -> dict[str, float]:
    total = sum(volumes.values())
    return {name: volume / total for name, volume in volumes.items()} if total > 0 else {}


def _half_outside(data: Nodes, material: str, today: RuleOfThumb) -> dict[str, float]:
    """Today's mix with the part from outside China raised to a half; where nothing comes from there today, from all who
    sell there, the cheapest first."""
    case, mix = data.case, today.mix.get(material, {})
    outside = {name: share for name, share in mix.items() if case.offer[name].origin != COUNTRY}
    inside = {name: share for name, share in mix.items() if name not in outside}
    if sum(outside.values()) >= HALF * sum(mix.values()) and outside:
        return mix
    if not sum(outside.values()):
        outside = _cheapest_first(data, [offer for offer in _sold(data, material) if offer.origin != COUNTRY])
    raised, rest = _shares(outside), _shares(inside)
    if not raised or not rest:
        return raised or mix
    return {name: HALF * share for name, share in (raised | rest).items()}


def _cheapest_first(data: Nodes, offers: Sequence[Offer]) -> dict[str, float]:
    """Volumes per period of the cheapest offers, as far as each sells, until half of the need is bought."""
    case, rows = data.case, data.case.offer_row
    if not offers:
        return {}
    needs = zip(case.positions, data.position_need[:, 0], strict=True)
    left = HALF * sum(float(need) for position, need in needs if position.material == offers[0].material)
    costs: dict[str, float] = {}
    lanes = {offer.name: [case.lane_row[lane] for lane in case.lanes_of.get(offer.name, ())] for offer in offers}
    paid = {name: float(data.landed[rows_of, 0].min(initial=np.inf)) for name, rows_of in lanes.items()}
    for offer in sorted(offers, key=lambda one: (paid[one.name], one.name)):
        row = rows[offer.name]
        volume = min(left, float(min(data.available[row, 0], data.spot[row, 0])) * offer.yield_)
        if volume > 0:
            costs[offer.name] = volume
            left -= volume
    return costs


def followed(formulation: Formulation, data: Nodes) -> dict[str, Outcome]:
    """What comes of each rule of thumb, by name."""
    rules, charges = rules_of_thumb(data), formulation.node.charges
    return {name: Outcome(data, charges, live(formulation, data, rule)) for name, rule in rules.items()}
