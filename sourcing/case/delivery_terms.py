"""What a stated price is of: tax in it or not, of oxide or of the metal in it, delivered how, valid until when."""

from collections.abc import Iterable, Iterator

from sourcing.case.frame import Frame
from sourcing.case.records import Offer
from sourcing.facts.metal_content import content
from sourcing.figures import stated_percent
from sourcing.scenario.checks.lookups import lane_pairs
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.language.supply import OfferSpec as OfferPart

SHORT_OF = {"EXW": "export costs and freight", "FCA": "freight", "FAS": "freight", "FOB": "freight"}


def price_factor(scenario: Scenario, part: OfferPart) -> tuple[float, tuple[str, ...]]:
    """What makes the price of an offer one of a kilogram of its material without tax, and the steps in words."""
    factor, steps = 1.0, list[str]()
    tax = part.tax.measure.number
    if tax:
        factor /= 1 + tax
        steps.append(f"/ {1 + tax:g} takes {stated_percent(tax)} tax out")
    known = content(part.material) if part.basis else None
    stage = scenario.materials[part.material].stage
    if part.basis in ("metal", "contained") and stage != "metal" and known:
        factor *= known.metal
        steps.append(f"x {known.metal:.4g} kg of {known.symbol} in a kg of {known.oxide} ({known.source})")
    if part.basis == "oxide" and stage == "metal" and known:
        factor /= known.metal
        steps.append(f"/ {known.metal:.4g} kg of {known.symbol} in a kg of {known.oxide} ({known.source})")
    return factor, tuple(steps)


def conversions(scenario: Scenario, offers: Iterable[str]) -> Iterator[str]:
    """What was done to the prices of offers before they were used: one sentence each."""
    for name in offers:
        if steps := price_factor(scenario, scenario.offers[name])[1]:
            yield f"price of {name}: {'; '.join(steps)}"


def notices(frame: Frame, offers: dict[str, Offer]) -> Iterator[str]:
    """What the term of a price leaves out, and until when it holds: one sentence each."""
    scenario, end = frame.scenario, frame.calendar.edges[-1]
    pairs = lane_pairs(scenario)
    free = {offer for (offer, _), lane in pairs.items() if not scenario.lanes[lane].freight.steps[0][1].measure.number}
    for name in offers:
        offer_spec = scenario.offers[name]
        if offer_spec.incoterm in SHORT_OF and name in free:
            left_out = SHORT_OF[offer_spec.incoterm]
            yield f"offer {name} is {offer_spec.incoterm}, its lane has no freight: {left_out} not counted"
        if offer_spec.valid_until and offer_spec.valid_until.last < frame.calendar.edges[0]:
            yield f"price of {name} was valid until {offer_spec.valid_until.text}, before the first period: ask again"
        elif offer_spec.valid_until and (offer_spec.valid_until.last - end).days < -1:
            yield f"price of {name} is valid until {offer_spec.valid_until.text} only; it is used to the last period"
