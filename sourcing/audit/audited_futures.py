"""What may happen: the futures of a scenario as dated measures and changes, and what each shows of itself."""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sourcing.audit.audited_records import AuditedImporter
from sourcing.audit.plan_days import Array
from sourcing.audit.possible_events import AuditedChange, AuditedFuture, AuditedRestriction
from sourcing.audit.signals import of_changes, of_measures
from sourcing.audit.written_numbers import WrittenNumbers
from sourcing.scenario import attributes
from sourcing.scenario.language.base import Dated, Quantity, When, when
from sourcing.scenario.language.restrictions import ChangeSpec as ChangePart
from sourcing.scenario.language.restrictions import FutureSpec as FuturePart
from sourcing.scenario.language.restrictions import RestrictionSpec as RestrictionPart
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.regime_library import regimes
from sourcing.selection import matches
from sourcing.units import QuantityKind


def courses(importer: AuditedImporter) -> tuple[AuditedFuture, ...]:
    """The futures that a scenario states: one of each group together, those that cannot come left out."""
    scenario = importer.scenario
    reader = FutureReader(importer, WrittenNumbers(scenario, importer.days))
    groups = [group for group in (scenario.futures, *scenario.risks.values()) if group]
    known_courses = [
        reader.course(" + ".join(chosen), [group[name] for group, name in zip(groups, chosen, strict=True)])
        for chosen in itertools.product(*groups)
    ]
    if not groups:
        known_courses = [reader.course("as now", [])]
    possible = [course for course in known_courses if course.probability > 0]
    total = math.fsum(course.probability for course in possible)
    return tuple(replace(course, probability=course.probability / total) for course in possible)


@dataclass(frozen=True)
class FutureReader:
    """Reads the futures of a scenario into numbers."""

    importer: AuditedImporter
    written: WrittenNumbers

    def course(self, name: str, parts: list[FuturePart]) -> AuditedFuture:
        """What holds where some futures come together; what they state goes before what the file states."""
        days, scenario = self.importer.days, self.importer.scenario
        late = dict(_unknown(scenario))
        restrictions = {key: restriction for key, restriction in scenario.restrictions.items() if key not in late}
        changes = {key: change for key, change in scenario.changes.items() if key not in late}
        signals: dict[int, list[str]] = {}
        for future in parts:
            restrictions |= _stated(scenario, future.restrictions, late, "restrictions")  # type: ignore[arg-type]
            changes |= _stated(scenario, future.changes, late, "changes")  # type: ignore[arg-type]
            for day, text in future.signals.items():
                signals.setdefault(max(days.place(when(day).first), 0), []).append(text)
        measures = [
            self.measure(key, restriction) for key, restriction in restrictions.items() if restriction is not None
        ]
        in_force = tuple(measure for measure in measures if measure.cover.any())
        seen = (*in_force, *(one for one in measures if not one.cover.any() and one.begins == days.periods))
        changed = tuple(self.change(key, change) for key, change in changes.items() if change is not None)
        odds = math.prod(future.probability.measure.number for future in parts)
        shown = tuple(
            (
                frozenset(of_measures(seen, time)),
                frozenset(of_changes(changed, time)),
                frozenset(signals.get(time, ())),
            )
            for time in range(days.periods)
        )
        return AuditedFuture(name, odds, in_force, changed, shown)

    def _place(self, day: When | None, otherwise: int) -> int:
        days = self.importer.days
        return otherwise if day is None else int(np.clip(days.place(day.first), 0, days.periods))

    def measure(self, name: str, part: RestrictionPart) -> AuditedRestriction:
        """The effects of one restriction in numbers."""
        importer, days = self.importer, self.importer.days
        things = attributes.of_offers(importer.scenario)
        begins = self._place(part.from_, 0)
        elapsed = (days.starts[0] - part.from_.first).days if part.from_ else 0
        return AuditedRestriction(
            name=name,
            regime=part.regime,
            basis=part.basis,
            offers=tuple(offer.name for offer in importer.offers if matches(part.where, things[offer.name])),
            targets=part.targets,
            cover=self.written.span(part.from_, part.until),
            begins=begins,
            ends=days.place(part.until.last) if part.until else days.periods,
            known_from=self._place(part.announced, begins),
            until_known=part.until_known,
            before=int(max(elapsed, 0) // days.length[0]),
            approval=_number(part.approval),
            delay=self.written.periods(part.delay) if part.delay else 0,
            price=_number(part.price),
            capacity=_number(part.capacity),
            price_elsewhere=_number(part.price_elsewhere),
            capacity_elsewhere=_number(part.capacity_elsewhere),
            links=part.links,
            seizes=part.seizes,
            spared=_spared(importer.scenario, part.regime),
        )

    def change(self, name: str, part: ChangePart) -> AuditedChange:
        """The effects of one change in numbers."""
        scenario, of_needs = self.importer.scenario, part.field in ("need", "shortage_cost")
        things = attributes.of_demands(scenario) if of_needs else attributes.of_offers(scenario)
        mine = [one.name for one in (self.importer.demands if of_needs else self.importer.offers)]
        names = tuple(thing for thing in mine if matches(part.where, things[thing]))
        dated = part.plus or part.to
        return AuditedChange(
            name=name,
            what=part.field,
            names=names,
            how="times" if part.times else "plus" if part.plus else "to",
            factor=_number(part.times),
            amount={thing: self._amount(part.field, thing, dated) for thing in names} if dated else {},
            cover=self.written.span(part.from_, part.until),
            known_from=self._place(part.announced, self._place(part.from_, 0)),
        )

    def _amount(self, what: str, thing: str, dated: Dated) -> Array:
        scenario = self.importer.scenario
        if what in ("need", "shortage_cost"):
            demand = scenario.demand[thing]
            unit = scenario.materials[demand.material].unit if demand.material else demand.unit
        else:
            unit = scenario.materials[scenario.offers[thing].material].unit
        if dated.steps[0][1].measure.kind is QuantityKind.MASS_RATE:
            return self.written.flow(dated, unit)
        return self.written.level(dated, unit)


def _number(quantity: Quantity | None) -> float:
    return math.nan if quantity is None else quantity.measure.number


def _unknown(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Names of what the file states and was announced after `as_of`, with their subject."""
    yield from (
        (name, "restrictions") for name, restriction in scenario.restrictions.items() if _late(scenario, restriction)
    )
    yield from ((name, "changes") for name, change in scenario.changes.items() if _late(scenario, change))


def _late(scenario: Scenario, part: RestrictionPart | ChangePart) -> bool:
    regime = regimes().get(part.regime) if isinstance(part, RestrictionPart) else None
    days = [one.announced or one.from_ for one in (part, regime) if one is not None]
    return scenario.as_of is not None and any(day is not None and day.first > scenario.as_of.last for day in days)


def _stated(
    scenario: Scenario, parts: Mapping[str, RestrictionPart | ChangePart | None], late: Mapping[str, str], subject: str
) -> dict[str, RestrictionPart | ChangePart | None]:
    """What a future states, less what was not known: a regime announced later, or what the file states so."""

    def hidden(name: str, part: RestrictionPart | ChangePart | None) -> bool:
        if late.get(name) == subject:
            return True
        regime = regimes().get(part.regime) if isinstance(part, RestrictionPart) else None
        first = regime and (regime.announced or regime.from_)
        return scenario.as_of is not None and bool(first) and first.first > scenario.as_of.last  # type: ignore[union-attr]

    return {name: part for name, part in parts.items() if not hidden(name, part)}


def _spared(scenario: Scenario, regime: str) -> tuple[str, ...]:
    """Offers all of whose lanes name a regime as one whose duty they hold already."""
    if not regime or not any(regime in lane.duty_regimes for lane in scenario.lanes.values()):
        return ()
    spared = []
    for name, things in attributes.of_offers(scenario).items():
        lanes = [lane for lane in scenario.lanes.values() if matches(lane.where, things)]
        if lanes and all(regime in lane.duty_regimes for lane in lanes):
            spared.append(name)
    return tuple(spared)
