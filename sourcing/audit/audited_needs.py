"""Demands, stock, and orders on their way, read from what the scenario says."""

import math
from collections.abc import Iterator

import numpy as np

from sourcing.audit.audited_records import (
    AuditedCover,
    AuditedDemand,
    AuditedOpenOrder,
    AuditedPosition,
    AuditedShortageStep,
)
from sourcing.audit.written_numbers import KILOGRAMS, WrittenNumbers
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.demand_and_stock import DemandSpec as DemandPart
from sourcing.scenario.language.demand_and_stock import OpeningStockSpec
from sourcing.units import QuantityKind


def demands(written: WrittenNumbers) -> tuple[AuditedDemand, ...]:
    """Every need that the scenario states, in numbers."""
    return tuple(_demand(written, name, demand) for name, demand in written.scenario.demand.items())


def _demand(written: WrittenNumbers, name: str, demand: DemandPart) -> AuditedDemand:
    scenario = written.scenario
    if demand.material:
        unit, uses = scenario.materials[demand.material].unit, {demand.material: 1.0}
    else:
        unit = demand.unit
        uses = {
            material: mass * KILOGRAMS[unit] / KILOGRAMS[scenario.materials[material].unit]
            for material, mass in (demand.materials or {}).items()
        }
    unstated, steps = 1.0, []
    for step_name, step in demand.shortage.items():
        share = step.share.measure.number if step.share else max(unstated, 0.0)
        unstated -= share
        steps.append(AuditedShortageStep(step_name, share, written.level(step.cost, unit), step.kind == "substitute"))
    return AuditedDemand(name, demand.site, uses, written.flow(demand.need, unit), tuple(steps))


def positions(written: WrittenNumbers, needs: tuple[AuditedDemand, ...]) -> tuple[AuditedPosition, ...]:
    """A position for every material that is needed at a site."""
    wanted = sorted({(material, demand.site) for demand in needs for material in demand.uses})
    return tuple(_position(written, needs, *at) for at in wanted)


def _position(written: WrittenNumbers, needs: tuple[AuditedDemand, ...], material: str, site: str) -> AuditedPosition:
    scenario = written.scenario
    unit, none = scenario.materials[material].unit, np.zeros(written.days.periods)
    part = next((one for one in scenario.stock.values() if (one.material, one.site) == (material, site)), None)
    daily = sum(demand.uses.get(material, 0.0) * demand.need[0] for demand in needs if demand.site == site)
    opening = math.fsum(_opening(written, unit, float(daily) / written.days.length[0], material, site))
    if part is None:
        return AuditedPosition(material, site, math.inf, none, None, opening, None, 0.0, 0.0)
    cover, end = part.cover, part.end
    return AuditedPosition(
        material=material,
        site=site,
        storage=math.inf if part.storage is None else written.number(part.storage, unit),
        holding=written.by_period(part.holding, unit),
        cover=None
        if cover is None
        else AuditedCover(
            written.in_days(cover.days), written.by_period(cover.shortfall_cost, unit), cover.release, cover.firm
        ),
        opening=opening,
        end_value=None if end.value is None else written.number(end.value, unit),
        end_days=written.in_days(end.days),
        end_cost=written.number(end.shortfall_cost, unit),
    )


def _opening(written: WrittenNumbers, unit: str, daily: float, material: str, site: str) -> Iterator[float]:
    """Usable stock when the plan begins, entry by entry: the importer's own figures where there are any."""
    entries = [one for one in written.scenario.opening_stock.values() if (one.material, one.site) == (material, site)]
    for entry in _own_first(entries):
        if entry.status == "usable":
            yield _stock_in_units(written, entry.quantity, unit, daily)


def _own_first(entries: list[OpeningStockSpec]) -> list[OpeningStockSpec]:
    return [entry for entry in entries if entry.own] or entries


def _stock_in_units(written: WrittenNumbers, quantity: Quantity, unit: str, daily: float) -> float:
    """A mass, or days of the first period's need."""
    if quantity.measure.kind is QuantityKind.DURATION:
        return written.in_days(quantity) * daily
    return written.number(quantity, unit)


def open_orders(
    written: WrittenNumbers, offers: set[str], wanted: set[tuple[str, str]]
) -> tuple[AuditedOpenOrder, ...]:
    """Orders on their way of what is needed: the importer's own figures of a position where there are any."""
    scenario = written.scenario
    parts = [open_order for open_order in scenario.open_orders.values() if open_order.offer in offers]
    places = [(scenario.offers[part.offer].material, part.site) for part in parts]
    own = {at for at, part in zip(places, parts, strict=True) if part.own}
    return tuple(
        AuditedOpenOrder(
            part.offer,
            part.site,
            written.number(part.quantity, scenario.materials[at[0]].unit),
            part.state,
            max(written.days.place(part.date.first), 0) if part.date else 0,
        )
        for at, part in zip(places, parts, strict=True)
        if at in wanted and part.own == (at in own)
    )
