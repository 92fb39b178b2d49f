"""Offers, lanes and contracts of a case."""

import itertools
import math

import numpy as np

from sourcing.calendar import Array
from sourcing.case.delivery_terms import price_factor
from sourcing.case.frame import Frame
from sourcing.case.records import Contract, Lane, Offer, Outlay, Qualification, Tiers
from sourcing.scenario.language.supply import ContractSpec as ContractPart
from sourcing.scenario.language.supply import LaneSpec as LanePart
from sourcing.scenario.language.supply import OfferSpec as OfferPart
from sourcing.scenario.language.supply import PriceFormulaSpec, VolumeRangeSpec
from sourcing.scenario.language.supply import QualificationSpec as QualificationPart
from sourcing.selection import pick
from sourcing.units import QuantityKind


def offer_of(frame: Frame, name: str, part: OfferPart) -> Offer:
    scenario = frame.scenario
    supplier, material = scenario.suppliers[part.supplier], scenario.materials[part.material]
    unit, count = material.unit, len(frame.calendar)
    if part.expected is not None:
        expected = frame.flow(part.expected, unit)
    else:
        expected = frame.per_period(part.nameplate, unit) if part.nameplate else np.full(count, np.inf)
    available = np.maximum(expected - frame.flow(part.committed, unit), 0.0)
    licensable = available if part.licensable is None else frame.per_period(part.licensable, unit)
    share = part.spot_share.measure.number
    factor, _ = price_factor(scenario, part)
    return Offer(
        name=name,
        supplier=part.supplier,
        material=part.material,
        title=part.title or supplier.title or part.supplier,
        origin=supplier.country,
        stage=material.stage,
        tags=(*supplier.tags, *part.tags),
        price=factor * frame.path(part.price, unit),
        available=available,
        spot=share * available if share else np.zeros(count),
        spot_share=share,
        licensable=licensable,
        yield_=part.yield_.measure.number,
        to_border=frame.periods(part.to_border),
        deposit=part.deposit.measure.number,
        link=part.china_link.value.measure.number if part.china_link else 0.0,
        link_buffer=frame.periods(part.china_link.buffer) if part.china_link else 0,
        qualification=_qualification(frame, part.qualification) if part.qualification else None,
        minimum_order=frame.number(part.minimum_order, unit) if part.minimum_order else 0.0,
        order_cost=frame.path(part.order_cost) if part.order_cost else np.zeros(count),
        uses=frame.number(part.uses, unit) if part.uses else 0.0,
        tiers=_tiers(frame, part, unit, factor) if part.tiers else None,
    )


def _tiers(frame: Frame, offer: OfferPart, unit: str, factor: float) -> Tiers:
    ordered = sorted(offer.tiers.items(), key=lambda item: frame.number(item[1].above, unit))
    names = ["list price", *(name for name, _ in ordered)]
    above = [0.0, *(frame.number(tier.above, unit) for _, tier in ordered)]
    prices = [frame.path(offer.price, unit), *(frame.path(tier.price, unit) for _, tier in ordered)]
    return Tiers(tuple(names), np.array(above), factor * np.array(prices), offer.tier_kind == "incremental")


def _qualification(frame: Frame, qualification: QualificationPart) -> Qualification:
    count = len(frame.calendar)
    may = np.zeros(count)
    if qualification.decide == "any":
        may[:] = 1.0
    elif qualification.decide == "now":
        may[0] = 1.0
    else:
        for day in qualification.decide:
            index = frame.calendar.index(day.first)
            if 0 <= index < count:
                may[index] = 1.0
    outlay = Outlay(frame.number(qualification.cost), frame.years(qualification.life))
    return Qualification(outlay, frame.periods(qualification.time), may)


def lanes_of(frame: Frame, part: LanePart) -> list[Lane]:
    scenario, count = frame.scenario, len(frame.calendar)
    by_share = part.freight.steps[0][1].measure.kind is QuantityKind.SHARE
    none = np.zeros(count)
    lanes = []
    for offer, site in itertools.product(pick(part.where, frame.offers), part.site):
        unit = scenario.materials[scenario.offers[offer].material].unit
        freight = frame.path(part.freight, unit)
        lanes.append(
            Lane(
                offer=offer,
                site=site,
                freight=none if by_share else freight,
                freight_share=freight if by_share else none,
                duty=part.duty.measure.number,
                transit=frame.periods(part.transit),
            )
        )
    return lanes


def contract_of(frame: Frame, name: str, part: ContractPart) -> Contract:
    scenario = frame.scenario
    unit = scenario.materials[scenario.offers[part.offer].material].unit
    low, high = (
        (part.volume.at_least, part.volume.at_most)
        if isinstance(part.volume, VolumeRangeSpec)
        else (part.volume, part.volume)
    )
    term = frame.span(part.from_, part.until)
    scale = term * frame.per_time(high)
    formula = part.price if isinstance(part.price, PriceFormulaSpec) else None
    same_time = frame.per_time(low).sum() / frame.per_time(high).sum()
    return Contract(
        name=name,
        offer=part.offer,
        signed=part.signed,
        at_least=frame.number(low, unit) * same_time,
        at_most=frame.number(high, unit),
        time=high.measure.time or "year",
        scale=scale,
        year=_contract_years(frame, part, term),
        fixed=None if isinstance(part.price, PriceFormulaSpec) else frame.path(part.price, unit),
        times=formula.times if formula else 1.0,
        plus=_limit(frame, formula and formula.plus, unit, 0.0),
        floor=_limit(frame, formula and formula.floor, unit, 0.0),
        cap=_limit(frame, formula and formula.cap, unit, math.inf),
        floor_paid_by=formula.floor_paid_by if formula else "buyer",
        take_or_pay=part.take_or_pay.measure.number,
        shortfall_charge=part.shortfall_charge.measure.number,
        signing=Outlay(frame.number(part.signing_cost), frame.years(part.life)),
    )


def _limit(frame: Frame, dated: object, unit: str, otherwise: float) -> Array:
    return frame.path(dated, unit) if dated else np.full(len(frame.calendar), otherwise)  # type: ignore[arg-type]


def _contract_years(frame: Frame, contract: ContractPart, term: Array) -> Array:
    """Number of the contract year of each period, counted from the first day of the term; -1 outside."""
    start = contract.from_.first if contract.from_ else frame.calendar.edges[0]
    months = [(edge.year - start.year) * 12 + edge.month - start.month for edge in frame.calendar.edges[:-1]]
    return np.where(term > 0, np.floor(np.maximum(months, 0) / 12), -1)
