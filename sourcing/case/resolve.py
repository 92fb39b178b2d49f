"""resolve: from a Scenario to a Case."""

import itertools
import math

import numpy as np

from sourcing.case import happenings
from sourcing.case.frame import Frame, yearly
from sourcing.case.values import (
    Case,
    Contract,
    Cover,
    Demand,
    Lane,
    Offer,
    OpenOrder,
    Outlay,
    Position,
    Qualification,
    Step,
    Tiers,
    place,
)
from sourcing.errors import Problem, ScenarioError
from sourcing.periods import Array, calendar
from sourcing.scenario import attributes
from sourcing.scenario.base import Quantity
from sourcing.scenario.needs import Demand as DemandPart
from sourcing.scenario.needs import Stock as StockPart
from sourcing.scenario.scenario import Scenario
from sourcing.scenario.trade import Contract as ContractPart
from sourcing.scenario.trade import Lane as LanePart
from sourcing.scenario.trade import Offer as OfferPart
from sourcing.scenario.trade import PriceFormula, VolumeRange
from sourcing.scenario.trade import Qualification as QualificationPart
from sourcing.selection import pick
from sourcing.units import Kind, days


def resolve(scenario: Scenario) -> Case:
    """Every number of a scenario per period, in units of its material, at the importer's size.

    Offers whose price was not known at `as_of` and materials that nobody needs are left out and named in `notices`.
    """
    horizon = scenario.horizon
    time = calendar(horizon.start.first, horizon.periods, horizon.period)
    frame = Frame(scenario, time)
    notices: list[str] = []
    demands = tuple(_demand(frame, name, part) for name, part in scenario.demand.items())
    needed = {material for demand in demands for material, _ in demand.proportions}
    offers = {name: _offer(frame, name, part) for name, part in scenario.offers.items() if part.material in needed}
    unneeded = sorted({part.material for part in scenario.offers.values()} - needed)
    notices += [f"{material} is offered but nobody needs it: left out" for material in unneeded]
    for name in [name for name, offer in offers.items() if np.isnan(offer.price).any()]:
        notices.append(
            f"offer {name}: no price was known as of {scenario.as_of.text if scenario.as_of else ''}: left out"
        )
        del offers[name]
    wanted = {(material, demand.site) for demand in demands for material, _ in demand.proportions}
    lanes = tuple(
        lane
        for part in scenario.lanes.values()
        for lane in _lanes(frame, part)
        if lane.offer in offers and (offers[lane.offer].material, lane.site) in wanted
    )
    if not lanes:
        cause = "; ".join(["nothing that is offered reaches a demand", *notices])
        raise ScenarioError((Problem(None, "lanes", cause, "add a lane from an offer of a material that is needed"),))
    positions = _positions(frame, demands, wanted, lanes, offers, notices)
    rate = yearly(scenario.discount.measure)
    elapsed = np.array([(edge - time.edges[0]).days for edge in time.edges[:-1]]) / 365.25
    futures, hidden = happenings.futures(frame, offers, demands)
    return Case(
        scenario=scenario,
        calendar=time,
        discount=(1 + rate) ** -elapsed,
        unit={name: material.unit for name, material in scenario.materials.items()},
        offers=tuple(offers.values()),
        lanes=lanes,
        contracts=tuple(
            _contract(frame, name, part) for name, part in scenario.contracts.items() if part.offer in offers
        ),
        positions=positions,
        open_orders=_open_orders(frame, offers, wanted, notices),
        demands=demands,
        futures=futures,
        rules=scenario.rules,
        shared={
            name: frame.size * frame.flow(supplier.capacity, "kg")
            for name, supplier in scenario.suppliers.items()
            if supplier.capacity is not None
        },
        country={name: site.country for name, site in scenario.sites.items()},
        annual_rate=rate,
        notices=(*notices, *hidden),
    )


# Buying ---------------------------------------------------------------------------------------------------------------


def _offer(frame: Frame, name: str, part: OfferPart) -> Offer:
    scenario, size = frame.scenario, frame.scenario.size
    supplier, material = scenario.suppliers[part.supplier], scenario.materials[part.material]
    unit, count = material.unit, len(frame.calendar)
    if part.expected is not None:
        expected = frame.flow(part.expected, unit)
    else:
        expected = frame.per_period(part.nameplate, unit) if part.nameplate else np.full(count, np.inf)
    available = size * np.maximum(expected - frame.flow(part.committed, unit), 0.0)
    licensable = available if part.licensable is None else size * frame.per_period(part.licensable, unit)
    share = part.spot_share.measure.number
    return Offer(
        name=name,
        supplier=part.supplier,
        material=part.material,
        title=part.title or supplier.title or part.supplier,
        origin=supplier.country,
        stage=material.stage,
        tags=(*supplier.tags, *part.tags),
        price=frame.path(part.price, unit),
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
        tiers=_tiers(frame, part, unit) if part.tiers else None,
    )


def _tiers(frame: Frame, part: OfferPart, unit: str) -> Tiers:
    ordered = sorted(part.tiers.items(), key=lambda item: frame.number(item[1].above, unit))
    names = ["list price", *(name for name, _ in ordered)]
    above = [0.0, *(frame.number(tier.above, unit) for _, tier in ordered)]
    prices = [frame.path(part.price, unit), *(frame.path(tier.price, unit) for _, tier in ordered)]
    return Tiers(tuple(names), np.array(above), np.array(prices), part.tier_kind == "incremental")


def _qualification(frame: Frame, part: QualificationPart) -> Qualification:
    count = len(frame.calendar)
    may = np.zeros(count)
    if part.decide == "any":
        may[:] = 1.0
    elif part.decide == "now":
        may[0] = 1.0
    else:
        for day in part.decide:
            index = frame.calendar.index(day.first)
            if 0 <= index < count:
                may[index] = 1.0
    outlay = Outlay(frame.number(part.cost), frame.years(part.life))
    return Qualification(outlay, frame.periods(part.time), may)


def _lanes(frame: Frame, part: LanePart) -> list[Lane]:
    scenario, count = frame.scenario, len(frame.calendar)
    by_share = part.freight.steps[0][1].measure.kind is Kind.SHARE
    none = np.zeros(count)
    lanes = []
    for offer, site in itertools.product(pick(part.where, attributes.of_offers(scenario)), part.site):
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


def _contract(frame: Frame, name: str, part: ContractPart) -> Contract:
    scenario = frame.scenario
    unit = scenario.materials[scenario.offers[part.offer].material].unit
    size = 1.0 if part.own else scenario.size
    low, high = (
        (part.volume.at_least, part.volume.at_most)
        if isinstance(part.volume, VolumeRange)
        else (part.volume, part.volume)
    )
    term = frame.span(part.from_, part.until)
    scale = term * frame.per_time(high)
    formula = part.price if isinstance(part.price, PriceFormula) else None
    same_time = frame.per_time(low).sum() / frame.per_time(high).sum()
    return Contract(
        name=name,
        offer=part.offer,
        signed=part.signed,
        at_least=size * frame.number(low, unit) * same_time,
        at_most=size * frame.number(high, unit),
        time=high.measure.time or "year",
        scale=scale,
        year=_contract_years(frame, part, term),
        fixed=None if isinstance(part.price, PriceFormula) else frame.path(part.price, unit),
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


def _contract_years(frame: Frame, part: ContractPart, term: Array) -> Array:
    """Number of the contract year of each period, counted from the first day of the term; -1 outside."""
    start = part.from_.first if part.from_ else frame.calendar.edges[0]
    months = [(edge.year - start.year) * 12 + edge.month - start.month for edge in frame.calendar.edges[:-1]]
    return np.where(term > 0, np.floor(np.maximum(months, 0) / 12), -1)


# Needing and holding --------------------------------------------------------------------------------------------------


def _demand(frame: Frame, name: str, part: DemandPart) -> Demand:
    scenario = frame.scenario
    unit = scenario.materials[part.material].unit if part.material else part.unit
    kilogram = {"kg": 1.0, "t": 1000.0}
    proportions = (
        ((part.material, 1.0),)
        if part.material
        else tuple(
            (material, ratio * kilogram[unit] / kilogram[scenario.materials[material].unit])
            for material, ratio in (part.materials or {}).items()
        )
    )
    size = 1.0 if part.own else scenario.size
    stated = [step.share.measure.number if step.share else None for step in part.shortage.values()]
    left = max(1.0 - sum(share for share in stated if share is not None), 0.0)
    steps = tuple(
        Step(step_name, left if share is None else share, frame.path(step.cost, unit))
        for (step_name, step), share in zip(part.shortage.items(), stated, strict=True)
    )
    return Demand(
        name, part.site, part.end_use, unit, proportions, size * frame.flow(part.need, unit), steps, part.firm
    )


def _positions(
    frame: Frame,
    demands: tuple[Demand, ...],
    wanted: set[tuple[str, str]],
    lanes: tuple[Lane, ...],
    offers: dict[str, Offer],
    notices: list[str],
) -> tuple[Position, ...]:
    reached = {(offers[lane.offer].material, lane.site) for lane in lanes}
    stated = {(part.material, part.site): part for part in frame.scenario.stock.values()}
    for material, site in sorted(stated.keys() - wanted):
        notices.append(f"stock of {material} at {site}: nobody there needs it: left out")
    for material, site in sorted(wanted - reached):
        notices.append(f"{material} at {site}: no offer reaches it; it can only come from stock")
    return tuple(
        _position(frame, material, site, stated.get((material, site)), demands) for material, site in sorted(wanted)
    )


def _position(frame: Frame, material: str, site: str, part: StockPart | None, demands: tuple[Demand, ...]) -> Position:
    unit, size = frame.scenario.materials[material].unit, frame.scenario.size
    count = len(frame.calendar)
    daily = sum(
        ratio * demand.need[0] / frame.calendar.days[0]
        for demand in demands
        for needed, ratio in demand.proportions
        if (needed, demand.site) == (material, site)
    )
    opening, unusable = 0.0, []
    stated = {
        name: entry
        for name, entry in frame.scenario.opening_stock.items()
        if (entry.material, entry.site) == (material, site)
    }
    own = any(entry.own for entry in stated.values())
    for name, entry in stated.items():
        if entry.own == own:
            held = _held(frame, entry.quantity, unit, float(daily), 1.0 if entry.own else size)
            opening += held if entry.status == "usable" else 0.0
            unusable += [] if entry.status == "usable" else [(f"{name} ({entry.status})", held)]
    cover = part.cover if part else None
    end = part.end if part else None
    return Position(
        material=material,
        site=site,
        storage=size * frame.number(part.storage, unit) if part and part.storage else math.inf,
        holding=frame.per_period(part.holding, unit) if part else np.zeros(count),
        cover=Cover(days(cover.days.measure), frame.per_period(cover.shortfall_cost, unit), cover.release, cover.firm)
        if cover
        else None,
        opening=opening,
        unusable=tuple(unusable),
        end_value=frame.number(end.value, unit) if end and end.value else None,
        end_days=days(end.days.measure) if end else 0.0,
        end_shortfall_cost=frame.number(end.shortfall_cost, unit) if end else 0.0,
    )


def _held(frame: Frame, quantity: Quantity, unit: str, daily: float, size: float) -> float:
    """A stock in units; stated in days it is days of the first period's need, which has its size already."""
    if quantity.measure.kind is Kind.DURATION:
        return days(quantity.measure) * daily
    return size * frame.number(quantity, unit)


def _open_orders(
    frame: Frame, offers: dict[str, Offer], wanted: set[tuple[str, str]], notices: list[str]
) -> tuple[OpenOrder, ...]:
    """Orders on their way. The importer's own figures of a material replace the fair share of the nation's."""
    scenario = frame.scenario
    place_of = {
        name: (offers[part.offer].material, part.site)
        for name, part in scenario.open_orders.items()
        if part.offer in offers and (offers[part.offer].material, part.site) in wanted
    }
    own = {place_of[name] for name, part in scenario.open_orders.items() if part.own and name in place_of}
    replaced = sorted({place_of[n] for n, part in scenario.open_orders.items() if n in place_of and not part.own} & own)
    notices += [
        f"open orders of {material} at {site}: own figures replace the fair share" for material, site in replaced
    ]
    return tuple(
        OpenOrder(
            name=name,
            offer=part.offer,
            site=part.site,
            quantity=frame.number(part.quantity, scenario.materials[offers[part.offer].material].unit)
            * (1.0 if part.own else scenario.size),
            state=part.state,
            period=max(frame.calendar.index(part.date.first), 0) if part.date else 0,
        )
        for name, part in scenario.open_orders.items()
        if name in place_of and part.own == (place_of[name] in own)
    )


__all__ = ["place", "resolve"]
