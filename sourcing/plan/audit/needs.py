"""Demands, stock, and orders on their way, read from what the scenario says."""

import math
from collections.abc import Iterator

import numpy as np

from sourcing.plan.audit.records import Cover, Demand, OpenOrder, Position, Step
from sourcing.plan.audit.written import KILOGRAMS, Written
from sourcing.scenario.base import Quantity
from sourcing.scenario.needs import Demand as DemandPart
from sourcing.scenario.needs import OpeningStock
from sourcing.units import Kind


def demands(written: Written) -> tuple[Demand, ...]:
    """Every need."""
    return tuple(_demand(written, name, part) for name, part in written.scenario.demand.items())


def _demand(written: Written, name: str, part: DemandPart) -> Demand:
    scenario = written.scenario
    if part.material:
        unit, uses = scenario.materials[part.material].unit, {part.material: 1.0}
    else:
        unit = part.unit
        uses = {
            material: mass * KILOGRAMS[unit] / KILOGRAMS[scenario.materials[material].unit]
            for material, mass in (part.materials or {}).items()
        }
    rest, steps = 1.0, []
    for step_name, step in part.shortage.items():
        share = step.share.measure.number if step.share else max(rest, 0.0)
        rest -= share
        steps.append(Step(step_name, share, written.level(step.cost, unit)))
    return Demand(name, part.site, uses, written.flow(part.need, unit), tuple(steps))


def positions(written: Written, known: tuple[Demand, ...]) -> tuple[Position, ...]:
    """A position for every material that is needed at a site."""
    wanted = sorted({(material, demand.site) for demand in known for material in demand.uses})
    return tuple(_position(written, known, *at) for at in wanted)


def _position(written: Written, known: tuple[Demand, ...], material: str, site: str) -> Position:
    scenario = written.scenario
    unit, none = scenario.materials[material].unit, np.zeros(written.days.periods)
    part = next((one for one in scenario.stock.values() if (one.material, one.site) == (material, site)), None)
    daily = sum(demand.uses.get(material, 0.0) * demand.need[0] for demand in known if demand.site == site)
    opening = math.fsum(_opening(written, unit, float(daily) / written.days.length[0], material, site))
    if part is None:
        return Position(material, site, math.inf, none, None, opening, None, 0.0, 0.0)
    cover, end = part.cover, part.end
    return Position(
        material=material,
        site=site,
        storage=math.inf if part.storage is None else written.number(part.storage, unit),
        holding=written.by_period(part.holding, unit),
        cover=None
        if cover is None
        else Cover(
            written.in_days(cover.days), written.by_period(cover.shortfall_cost, unit), cover.release, cover.firm
        ),
        opening=opening,
        end_value=None if end.value is None else written.number(end.value, unit),
        end_days=written.in_days(end.days),
        end_cost=written.number(end.shortfall_cost, unit),
    )


def _opening(written: Written, unit: str, daily: float, material: str, site: str) -> Iterator[float]:
    """Usable stock when the plan begins, entry by entry: the importer's own figures where there are any."""
    entries = [one for one in written.scenario.opening_stock.values() if (one.material, one.site) == (material, site)]
    for entry in _own_first(entries):
        if entry.status == "usable":
            yield _held(written, entry.quantity, unit, daily)


def _own_first(entries: list[OpeningStock]) -> list[OpeningStock]:
    return [entry for entry in entries if entry.own] or entries


def _held(written: Written, quantity: Quantity, unit: str, daily: float) -> float:
    """A mass, or days of the first period's need."""
    if quantity.measure.kind is Kind.DURATION:
        return written.in_days(quantity) * daily
    return written.number(quantity, unit)


def open_orders(written: Written, offers: set[str], wanted: set[tuple[str, str]]) -> tuple[OpenOrder, ...]:
    """Orders on their way of what is needed: the importer's own figures of a position where there are any."""
    scenario = written.scenario
    parts = [part for part in scenario.open_orders.values() if part.offer in offers]
    of = [(scenario.offers[part.offer].material, part.site) for part in parts]
    own = {at for at, part in zip(of, parts, strict=True) if part.own}
    return tuple(
        OpenOrder(
            part.offer,
            part.site,
            written.number(part.quantity, scenario.materials[at[0]].unit),
            part.state,
            max(written.days.place(part.date.first), 0) if part.date else 0,
        )
        for at, part in zip(of, parts, strict=True)
        if at in wanted and part.own == (at in own)
    )
