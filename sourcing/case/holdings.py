"""Demands, stock positions and open orders of a case."""

import math

import numpy as np

from sourcing.case.flows import drawn_rate
from sourcing.case.frame import KILOGRAMS, Frame
from sourcing.case.records import Cover, Demand, Lane, Offer, OpenOrder, Position, ShortageCost
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.demand_and_stock import DemandSpec as DemandPart
from sourcing.scenario.language.demand_and_stock import StockSpec as StockPart
from sourcing.units import QuantityKind, days


def demand_of(frame: Frame, name: str, part: DemandPart) -> Demand:
    scenario = frame.scenario
    unit = scenario.materials[part.material].unit if part.material else part.unit
    proportions = (
        ((part.material, 1.0),)
        if part.material
        else tuple(
            (material, ratio * KILOGRAMS[unit] / KILOGRAMS[scenario.materials[material].unit])
            for material, ratio in (part.materials or {}).items()
        )
    )
    stated = [step.share.measure.number if step.share else None for step in part.shortage.values()]
    left = max(1.0 - sum(share for share in stated if share is not None), 0.0)
    steps = tuple(
        ShortageCost(step_name, left if share is None else share, frame.path(step.cost, unit), step.kind)
        for (step_name, step), share in zip(part.shortage.items(), stated, strict=True)
    )
    return Demand(name, part.site, part.end_use, unit, proportions, frame.flow(part.need, unit), steps, part.firm)


def positions_of(
    frame: Frame,
    demands: tuple[Demand, ...],
    wanted: tuple[tuple[str, str], ...],
    lanes: tuple[Lane, ...],
    offers: dict[str, Offer],
    notices: list[str],
) -> tuple[Position, ...]:
    reached = {(offers[lane.offer].material, lane.site) for lane in lanes}
    stated = {(stock.material, stock.site): stock for stock in frame.scenario.stock.values()}
    for material, site in sorted(stated.keys() - set(wanted)):
        notices.append(f"stock of {material} at {site}: nobody there needs it: left out")
    for material, site in sorted(set(wanted) - reached):
        notices.append(f"{material} at {site}: no offer reaches it; it can only come from stock")
    return tuple(
        _position(frame, material, site, stated.get((material, site)), demands, notices) for material, site in wanted
    )


def _position(
    frame: Frame,
    material: str,
    site: str,
    stock: StockPart | None,
    demands: tuple[Demand, ...],
    notices: list[str],
) -> Position:
    unit = frame.scenario.materials[material].unit
    count = len(frame.calendar)
    daily = sum(drawn_rate(demand, material, site) * demand.need[0] for demand in demands) / frame.calendar.days[0]
    opening, unusable = 0.0, []
    stated = {
        name: entry
        for name, entry in frame.scenario.opening_stock.items()
        if (entry.material, entry.site) == (material, site)
    }
    own = any(entry.own for entry in stated.values())
    if own and not all(entry.own for entry in stated.values()):
        notices.append(f"opening stock of {material} at {site}: own figures replace the fair share")
    for name, entry in stated.items():
        if entry.own == own:
            amount = _stock_in_units(frame, entry.quantity, unit, float(daily))
            opening += amount if entry.status == "usable" else 0.0
            unusable += [] if entry.status == "usable" else [(f"{name} ({entry.status})", amount)]
    cover = stock.cover if stock else None
    end = stock.end if stock else None
    return Position(
        material=material,
        site=site,
        storage=frame.number(stock.storage, unit) if stock and stock.storage else math.inf,
        holding=frame.per_period(stock.holding, unit) if stock else np.zeros(count),
        cover=Cover(days(cover.days.measure), frame.per_period(cover.shortfall_cost, unit), cover.release, cover.firm)
        if cover
        else None,
        opening=opening,
        unusable=tuple(unusable),
        end_value=frame.number(end.value, unit) if end and end.value else None,
        end_days=days(end.days.measure) if end else 0.0,
        end_shortfall_cost=frame.number(end.shortfall_cost, unit) if end else 0.0,
    )


def _stock_in_units(frame: Frame, quantity: Quantity, unit: str, daily: float) -> float:
    """A stock in units; stated in days it is days of the first period's need."""
    if quantity.measure.kind is QuantityKind.DURATION:
        return days(quantity.measure) * daily
    return frame.number(quantity, unit)


def open_orders_of(
    frame: Frame, offers: dict[str, Offer], wanted: tuple[tuple[str, str], ...], notices: list[str]
) -> tuple[OpenOrder, ...]:
    """Orders on their way. The importer's own figures of a material replace the fair share of the nation's."""
    scenario = frame.scenario
    place_of = {
        name: (offers[open_order.offer].material, open_order.site)
        for name, open_order in scenario.open_orders.items()
        if open_order.offer in offers and (offers[open_order.offer].material, open_order.site) in wanted
    }
    count = len(frame.calendar)
    for name, open_order in scenario.open_orders.items():
        when = frame.calendar.index(open_order.date.first) if open_order.date else 0
        if when >= count:
            notices.append(
                f"open order {name} is due in {open_order.date and open_order.date.text}, after the plan: "
                "it counts nowhere"
            )
        elif when < 0:
            notices.append(
                f"open order {name} was due in {open_order.date and open_order.date.text}: "
                "it counts in the first period"
            )
    own = {place_of[name] for name, open_order in scenario.open_orders.items() if open_order.own and name in place_of}
    replaced = sorted(
        {place_of[n] for n, open_order in scenario.open_orders.items() if n in place_of and not open_order.own} & own
    )
    notices += [
        f"open orders of {material} at {site}: own figures replace the fair share" for material, site in replaced
    ]
    return tuple(
        OpenOrder(
            name=name,
            offer=open_order.offer,
            site=open_order.site,
            quantity=frame.number(open_order.quantity, scenario.materials[offers[open_order.offer].material].unit),
            state=open_order.state,
            period=max(frame.calendar.index(open_order.date.first), 0) if open_order.date else 0,
        )
        for name, open_order in scenario.open_orders.items()
        if name in place_of and open_order.own == (place_of[name] in own)
    )
