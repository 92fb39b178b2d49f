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
        _offer(written, name, part, committed.started.get(name))
        for name, part in written.scenario.offers.items()
        if part.material in needed
    )
    return tuple(offer for offer in traded if not np.isnan(offer.price).any())


def _offer(written: WrittenNumbers, name: str, part: OfferPart, left: int | None) -> AuditedOffer:
    scenario, none = written.scenario, np.zeros(written.days.periods)
    unit, factor = scenario.materials[part.material].unit, _of_material(written, part)
    runs = none + math.inf
    if part.expected or part.nameplate:
        runs = written.flow(part.expected, unit) if part.expected else written.by_period(part.nameplate, unit)  # type: ignore[arg-type]
    ours = np.clip(runs - written.flow(part.committed, unit), 0.0, None)
    test = part.qualification
    return AuditedOffer(
        name=name,
        supplier=part.supplier,
        material=part.material,
        price=factor * written.level(part.price, unit),
        available=ours,
        spot_share=part.spot_share.measure.number,
        licensable=written.by_period(part.licensable, unit) if part.licensable else ours,
        yield_=part.yield_.measure.number,
        to_border=written.periods(part.to_border),
        deposit=part.deposit.measure.number,
        link=part.china_link.value.measure.number if part.china_link else 0.0,
        buffer=written.periods(part.china_link.buffer) if part.china_link else 0,
        qualification=None if test is None else _qualification(written, test, left),
        minimum_order=written.number(part.minimum_order, unit) if part.minimum_order else 0.0,
        order_cost=written.level(part.order_cost) if part.order_cost else none,
        uses=written.number(part.uses, unit) if part.uses else 0.0,
        breaks=_breaks(written, part, unit, factor) if part.tiers else None,
    )


def _of_material(written: WrittenNumbers, part: OfferPart) -> float:
    """What makes a price one of the material itself, without tax."""
    metal = written.scenario.materials[part.material].stage == "metal"
    known = content(part.material) if part.basis else None
    mass = 1.0
    if known and metal and part.basis == "oxide":
        mass = 1 / known.metal
    elif known and not metal and part.basis != "oxide":
        mass = known.metal
    return mass / (1 + part.tax.measure.number)


def _breaks(written: WrittenNumbers, part: OfferPart, unit: str, factor: float) -> AuditedBreaks:
    steps = sorted((written.number(tier.above, unit), number) for number, tier in enumerate(part.tiers.values()))
    prices = [tier.price for tier in part.tiers.values()]
    level = [written.level(part.price, unit), *(written.level(prices[number], unit) for _, number in steps)]
    return AuditedBreaks(
        np.array([0.0, *(above for above, _ in steps)]), factor * np.array(level), part.tier_kind != "all units"
    )


def _qualification(written: WrittenNumbers, part: QualificationPart, left: int | None) -> AuditedQualification:
    """left: periods still wanted of one that an earlier plan started and paid for."""
    days, may = written.days, np.zeros(written.days.periods)
    if part.decide == "any":
        may += 1.0
    elif part.decide == "now":
        may[0] = 1.0
    else:
        places = [days.place(day.first) for day in part.decide]
        may[[place for place in places if 0 <= place < days.periods]] = 1.0
    if left is None:
        return AuditedQualification(
            AuditedOutlay(written.number(part.cost), written.in_years(part.life)), written.periods(part.time), may
        )
    may[0] = 1.0
    return AuditedQualification(AuditedOutlay(0.0, None), left, may)


def lanes(
    written: WrittenNumbers, known: tuple[AuditedOffer, ...], wanted: set[tuple[str, str]]
) -> tuple[AuditedLane, ...]:
    """Lanes of those offers to where their material is needed."""
    scenario, things, none = written.scenario, attributes.of_offers(written.scenario), np.zeros(written.days.periods)
    delivered = []
    for part in scenario.lanes.values():
        by_share = all(quantity.measure.kind is QuantityKind.SHARE for _, quantity in part.freight.steps)
        for offer in (offer for offer in known if matches(part.where, things[offer.name])):
            freight = written.level(part.freight, scenario.materials[offer.material].unit)
            delivered += [
                AuditedLane(
                    offer.name,
                    site,
                    scenario.sites[site].country,
                    none if by_share else freight,
                    freight if by_share else none,
                    part.duty.measure.number,
                    written.periods(part.transit),
                )
                for site in part.site
                if (offer.material, site) in wanted
            ]
    return tuple(delivered)


def contracts(
    written: WrittenNumbers, committed: AuditedCommitments, known: tuple[AuditedOffer, ...]
) -> tuple[AuditedContract, ...]:
    """The contracts on the given offers, signed by an earlier plan or not. known: the offers of the importer."""
    names = {offer.name for offer in known}
    return tuple(
        _contract(written, name, part, committed.signed.get(name))
        for name, part in written.scenario.contracts.items()
        if part.offer in names
    )


def _contract(written: WrittenNumbers, name: str, part: ContractPart, before: float | None) -> AuditedContract:
    """before: the volume at which an earlier plan signed it."""
    scenario, none = written.scenario, np.zeros(written.days.periods)
    unit = scenario.materials[scenario.offers[part.offer].material].unit
    volume = part.volume
    low, high = (volume.at_least, volume.at_most) if isinstance(volume, VolumeRangeSpec) else (volume, volume)
    time = written.time(high)
    # The least may be per another time, which is only allowed where it is nothing.
    least = written.number(low, unit) * written.time(low).sum() / time.sum()
    most = written.number(high, unit)
    outlay = AuditedOutlay(written.number(part.signing_cost), written.in_years(part.life))
    formula = part.price if isinstance(part.price, PriceFormulaSpec) else None
    floor = written.level(formula.floor, unit) if formula and formula.floor else none
    bought = before is not None and not part.signed
    return AuditedContract(
        name=name,
        offer=part.offer,
        signed=part.signed or bought,
        at_least=before if bought and before is not None else least,
        at_most=before if bought and before is not None else most,
        term=written.span(part.from_, part.until) * time,
        year=_years(written, part),
        fixed=None if isinstance(part.price, PriceFormulaSpec) else written.level(part.price, unit),
        times=formula.times if formula else 1.0,
        plus=written.level(formula.plus, unit) if formula and formula.plus else none,
        floor=none if formula is None or formula.floor_paid_by == "state" else floor,
        cap=written.level(formula.cap, unit) if formula and formula.cap else none + math.inf,
        take_or_pay=part.take_or_pay.measure.number,
        shortfall_charge=part.shortfall_charge.measure.number,
        signing=AuditedOutlay(0.0, None) if bought else outlay,
    )


def _years(written: WrittenNumbers, part: ContractPart) -> Array:
    """Twelve months each, from the month in which the contract begins, or the plan where it says nothing."""
    first = part.from_.first if part.from_ else written.days.starts[0]
    since = np.maximum(written.days.months - (12 * first.year + first.month), 0)
    return np.where(written.span(part.from_, part.until) > 0, since // 12, -1)
