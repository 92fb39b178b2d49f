"""Offers, lanes and contracts, read from what the scenario says."""

import math

import numpy as np

from sourcing.audit.audited_records import (
    AuditedBreaks,
    AuditedCommitments,
    AuditedContract,
    AuditedLane,
    AuditedOffer,
    AuditedOutlay,
    AuditedQualification,
)
from sourcing.audit.plan_days import Array
from sourcing.audit.written_numbers import WrittenNumbers
from sourcing.facts.metal_content import content
from sourcing.scenario import attributes
from sourcing.scenario.language.supply import ContractSpec as ContractPart
from sourcing.scenario.language.supply import OfferSpec as OfferPart
from sourcing.scenario.language.supply import PriceFormulaSpec, VolumeRangeSpec
from sourcing.scenario.language.supply import QualificationSpec as QualificationPart
from sourcing.selection import matches
from sourcing.units import QuantityKind


def offers(written: WrittenNumbers, committed: AuditedCommitments, needed: set[str]) -> tuple[AuditedOffer, ...]:
    """Offers of materials that somebody needs, whose price was known."""
    traded = (
        _offer(written, name, offer_spec, committed.started.get(name))
        for name, offer_spec in written.scenario.offers.items()
        if offer_spec.material in needed
    )
    return tuple(offer for offer in traded if not np.isnan(offer.price).any())


def _offer(written: WrittenNumbers, name: str, offer: OfferPart, left: int | None) -> AuditedOffer:
    scenario, none = written.scenario, np.zeros(written.days.periods)
    unit, factor = scenario.materials[offer.material].unit, _of_material(written, offer)
    runs = none + math.inf
    if offer.expected or offer.nameplate:
        runs = written.flow(offer.expected, unit) if offer.expected else written.by_period(offer.nameplate, unit)  # type: ignore[arg-type]
    ours = np.clip(runs - written.flow(offer.committed, unit), 0.0, None)
    test = offer.qualification
    return AuditedOffer(
        name=name,
        supplier=offer.supplier,
        material=offer.material,
        price=factor * written.level(offer.price, unit),
        available=ours,
        spot_share=offer.spot_share.measure.number,
        licensable=written.by_period(offer.licensable, unit) if offer.licensable else ours,
        yield_=offer.yield_.measure.number,
        to_border=written.periods(offer.to_border),
        deposit=offer.deposit.measure.number,
        link=offer.china_link.value.measure.number if offer.china_link else 0.0,
        buffer=written.periods(offer.china_link.buffer) if offer.china_link else 0,
        qualification=None if test is None else _qualification(written, test, left),
        minimum_order=written.number(offer.minimum_order, unit) if offer.minimum_order else 0.0,
        order_cost=written.level(offer.order_cost) if offer.order_cost else none,
        uses=written.number(offer.uses, unit) if offer.uses else 0.0,
        breaks=_breaks(written, offer, unit, factor) if offer.tiers else None,
    )


def _of_material(written: WrittenNumbers, offer: OfferPart) -> float:
    """What makes a price one of the material itself, without tax."""
    metal = written.scenario.materials[offer.material].stage == "metal"
    known = content(offer.material) if offer.basis else None
    mass = 1.0
    if known and metal and offer.basis == "oxide":
        mass = 1 / known.metal
    elif known and not metal and offer.basis != "oxide":
        mass = known.metal
    return mass / (1 + offer.tax.measure.number)


def _breaks(written: WrittenNumbers, offer: OfferPart, unit: str, factor: float) -> AuditedBreaks:
    steps = sorted((written.number(tier.above, unit), number) for number, tier in enumerate(offer.tiers.values()))
    prices = [tier.price for tier in offer.tiers.values()]
    level = [written.level(offer.price, unit), *(written.level(prices[number], unit) for _, number in steps)]
    return AuditedBreaks(
        np.array([0.0, *(above for above, _ in steps)]), factor * np.array(level), offer.tier_kind != "all units"
    )


def _qualification(written: WrittenNumbers, qualification: QualificationPart, left: int | None) -> AuditedQualification:
    """left: periods still wanted of one that an earlier plan started and paid for."""
    days, may = written.days, np.zeros(written.days.periods)
    if qualification.decide == "any":
        may += 1.0
    elif qualification.decide == "now":
        may[0] = 1.0
    else:
        places = [days.place(day.first) for day in qualification.decide]
        may[[place for place in places if 0 <= place < days.periods]] = 1.0
    if left is None:
        return AuditedQualification(
            AuditedOutlay(written.number(qualification.cost), written.in_years(qualification.life)),
            written.periods(qualification.time),
            may,
        )
    may[0] = 1.0
    return AuditedQualification(AuditedOutlay(0.0, None), left, may)


def lanes(
    written: WrittenNumbers, known: tuple[AuditedOffer, ...], wanted: set[tuple[str, str]]
) -> tuple[AuditedLane, ...]:
    """Lanes of those offers to where their material is needed."""
    scenario, things, none = written.scenario, attributes.of_offers(written.scenario), np.zeros(written.days.periods)
    delivered = []
    for lane in scenario.lanes.values():
        by_share = all(quantity.measure.kind is QuantityKind.SHARE for _, quantity in lane.freight.steps)
        for offer in (offer for offer in known if matches(lane.where, things[offer.name])):
            freight = written.level(lane.freight, scenario.materials[offer.material].unit)
            delivered += [
                AuditedLane(
                    offer.name,
                    site,
                    scenario.sites[site].country,
                    none if by_share else freight,
                    freight if by_share else none,
                    lane.duty.measure.number,
                    written.periods(lane.transit),
                )
                for site in lane.site
                if (offer.material, site) in wanted
            ]
    return tuple(delivered)


def contracts(
    written: WrittenNumbers, committed: AuditedCommitments, known: tuple[AuditedOffer, ...]
) -> tuple[AuditedContract, ...]:
    """The contracts on the given offers, signed by an earlier plan or not. known: the offers of the importer."""
    names = {offer.name for offer in known}
    return tuple(
        _contract(written, name, contract, committed.signed.get(name))
        for name, contract in written.scenario.contracts.items()
        if contract.offer in names
    )


def _contract(written: WrittenNumbers, name: str, contract: ContractPart, before: float | None) -> AuditedContract:
    """before: the volume at which an earlier plan signed it."""
    scenario, none = written.scenario, np.zeros(written.days.periods)
    unit = scenario.materials[scenario.offers[contract.offer].material].unit
    volume = contract.volume
    low, high = (volume.at_least, volume.at_most) if isinstance(volume, VolumeRangeSpec) else (volume, volume)
    time = written.time(high)
    # The least may be per another time, which is only allowed where it is nothing.
    least = written.number(low, unit) * written.time(low).sum() / time.sum()
    most = written.number(high, unit)
    outlay = AuditedOutlay(written.number(contract.signing_cost), written.in_years(contract.life))
    formula = contract.price if isinstance(contract.price, PriceFormulaSpec) else None
    floor = written.level(formula.floor, unit) if formula and formula.floor else none
    bought = before is not None and not contract.signed
    return AuditedContract(
        name=name,
        offer=contract.offer,
        signed=contract.signed or bought,
        at_least=before if bought and before is not None else least,
        at_most=before if bought and before is not None else most,
        term=written.span(contract.from_, contract.until) * time,
        year=_years(written, contract),
        fixed=None if isinstance(contract.price, PriceFormulaSpec) else written.level(contract.price, unit),
        times=formula.times if formula else 1.0,
        plus=written.level(formula.plus, unit) if formula and formula.plus else none,
        floor=none if formula is None or formula.floor_paid_by == "state" else floor,
        cap=written.level(formula.cap, unit) if formula and formula.cap else none + math.inf,
        take_or_pay=contract.take_or_pay.measure.number,
        shortfall_charge=contract.shortfall_charge.measure.number,
        signing=AuditedOutlay(0.0, None) if bought else outlay,
    )


def _years(written: WrittenNumbers, contract: ContractPart) -> Array:
    """Twelve months each, from the month in which the contract begins, or the plan where it says nothing."""
    first = contract.from_.first if contract.from_ else written.days.starts[0]
    since = np.maximum(written.days.months - (12 * first.year + first.month), 0)
    return np.where(written.span(contract.from_, contract.until) > 0, since // 12, -1)
