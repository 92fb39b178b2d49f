"""Checks of what a mass or a price is of, and of what its term of delivery holds already."""

from collections.abc import Iterator

from sourcing.facts.metal_content import content
from sourcing.scenario.checks.lookups import Finding, lane_pairs
from sourcing.scenario.language.base import Dated
from sourcing.scenario.language.scenario import Scenario

# What a kilogram of a stage is of, in the words of `basis`.
OF = {
    "mined": "ore",
    "separated": "oxide",
    "chemical": "oxide",
    "metal": "metal",
    "alloy": "alloy",
    "component": "magnet",
}
CARRIED = ("CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP")


def bases(scenario: Scenario) -> Iterator[Finding]:
    """A mass of oxide is no mass of metal or magnet: what does not reconcile is listed, not converted."""
    rows = [("opening_stock", name, lot.material, lot.basis) for name, lot in scenario.opening_stock.items()]
    rows += [
        ("open_orders", name, scenario.offers[open_order.offer].material, open_order.basis)
        for name, open_order in scenario.open_orders.items()
    ]
    for key, name, material, basis in rows:
        stage = scenario.materials[material].stage
        if basis and basis != OF.get(stage):
            alike = [
                other for other, material_spec in scenario.materials.items() if OF.get(material_spec.stage) == basis
            ]
            cure = (
                f"name a material of that kind ({', '.join(alike)})" if alike else "leave the line out, or convert it"
            )
            yield (key, name, "basis"), f"the mass is of {basis}, {material} is {OF.get(stage, stage)}", cure
    for name, offer in scenario.offers.items():
        stage = scenario.materials[offer.material].stage
        if offer.basis is None or offer.basis == OF.get(stage) or (offer.basis == "contained" and stage == "metal"):
            continue
        if OF.get(stage) not in ("oxide", "metal") or content(offer.material) is None:
            cause = f"no factor is known between {offer.basis} and {offer.material} ({stage})"
            yield ("offers", name, "basis"), cause, "give the price of a mass of the material itself"


def terms(scenario: Scenario) -> Iterator[Finding]:
    """Freight and duty that a price holds already are not added by a lane."""
    told = set()
    for (offer, _), lane in lane_pairs(scenario).items():
        term, lane_spec = scenario.offers[offer].incoterm, scenario.lanes[lane]
        if term in CARRIED and _positive(lane_spec.freight) and (offer, "freight") not in told:
            told.add((offer, "freight"))
            cause = f"the price is {term}, and the lane '{lane}' adds freight to it"
            yield ("offers", offer, "incoterm"), cause, "give the offer a lane without freight, or the price FOB"
        if term == "DDP" and lane_spec.duty.measure.number and (offer, "duty") not in told:
            told.add((offer, "duty"))
            cause = f"the price is DDP, and the lane '{lane}' adds duty to it"
            yield ("offers", offer, "incoterm"), cause, "give the offer a lane without duty, or the price FOB"


def _positive(dated: Dated) -> bool:
    return any(quantity.measure.number > 0 for _, quantity in dated.steps)
