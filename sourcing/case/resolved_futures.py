"""What may happen, resolved: the futures of a case with their restrictions and changes."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sourcing.calendar import Array
from sourcing.case import duties
from sourcing.case.frame import Frame
from sourcing.case.records import Change, Demand, Future, Offer, Restriction
from sourcing.scenario import attributes
from sourcing.scenario.known_at import as_known, hidden
from sourcing.scenario.language.base import Dated, Quantity, When, when
from sourcing.scenario.language.restrictions import ChangeSpec as ChangePart
from sourcing.scenario.language.restrictions import FutureSpec as FuturePart
from sourcing.scenario.language.restrictions import RestrictionSpec as RestrictionPart
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import pick
from sourcing.spelling import alike
from sourcing.units import QuantityKind

ALONE = FuturePart.model_validate({"probability": 1})


def futures(
    frame: Frame, offers: Mapping[str, Offer], demands: tuple[Demand, ...]
) -> tuple[tuple[Future, ...], list[str]]:
    """Every future with a probability above 0, and notices of what was left out.

    Risks are independent: their product is formed, its probabilities multiply. Without any there is one future.
    """
    scenario, notices = as_known(frame.scenario), notices_of(frame.scenario)
    known, changes = scenario.restrictions, scenario.changes
    groups = [scenario.futures] if scenario.futures else []
    groups += list(scenario.risks.values())
    resolved = []
    for chosen in itertools.product(*(group.items() for group in groups)) if groups else [(("as now", ALONE),)]:
        name = " + ".join(part_name for part_name, _ in chosen)
        probability = math.prod(part.probability.measure.number for _, part in chosen)
        if probability <= 0:
            notices.append(f"future {name} has probability 0: left out")
            continue
        resolved.append(
            _future(frame, name, probability, [part for _, part in chosen], known, changes, offers, demands)
        )
    total = sum(future.probability for future in resolved)
    notices += duties.notices(resolved)
    return tuple(_scaled(future, total) for future in resolved), notices


def notices_of(stated: Scenario) -> list[str]:
    """What was not known at `as_of`, and what is aimed at nobody here."""
    scenario = as_known(stated)
    late = dict.fromkeys(path[-1] for path in hidden(stated))
    when_known = scenario.as_of.text if scenario.as_of else ""
    notices = [f"{name} was announced after {when_known}: not known, left out" for name in late]
    return notices + _aimed_elsewhere(scenario, scenario.restrictions)


def _aimed_elsewhere(scenario: Scenario, known: Mapping[str, RestrictionPart]) -> list[str]:
    """Restrictions aimed at countries where this importer has no site; perhaps the name is written otherwise here."""
    own_countries = {site.country for site in scenario.sites.values()}
    countries = own_countries | {supplier.country for supplier in scenario.suppliers.values()}
    parts: dict[str, RestrictionPart | None] = {f"restriction {name}": part for name, part in known.items()}
    for course, events in attributes.every_course(scenario).items():
        parts |= {
            f"{course}, {name}": restriction
            for name, restriction in events.restrictions.items()
            if restriction and not (name in known and known[name].targets == restriction.targets)
        }
    elsewhere = []
    for name, part in parts.items():
        if part and part.targets:
            elsewhere += _beside_own(name, part, own_countries)
        close = {target: alike(target, countries) for target in (part.targets or () if part else ())}
        elsewhere += [
            f"{name}: no site or supplier is in '{target}'; did you mean {' or '.join(like)}?"
            for target, like in close.items()
            if like and target not in countries
        ]
    return elsewhere


def _beside_own(name: str, part: RestrictionPart, own_countries: set[str]) -> list[str]:
    """What is said of countries that a restriction is aimed at and where this importer has no site: what is kept from
    buyers there it feels through the market that it shares with them, or not at all."""
    targets = part.targets or ()
    others = [country for country in targets if country not in own_countries]
    if not others:
        return []
    said = f"{name} is aimed at {', '.join(others)}, where this importer has no site"
    if part.price_elsewhere is None and part.capacity_elsewhere is None:
        cure = "state price_elsewhere or capacity_elsewhere if buyers there then call the same suppliers"
        return [f"{said}: that changes nothing here; {cure}"]
    only = len(others) == len(targets)
    return [f"{said}: it is felt through price_elsewhere and capacity_elsewhere alone"] if only else []


def _scaled(future: Future, total: float) -> Future:
    share = future.probability / total
    return replace(future, probability=share)


def _future(
    frame: Frame,
    name: str,
    probability: float,
    parts: list[FuturePart],
    known: Mapping[str, RestrictionPart],
    known_changes: Mapping[str, ChangePart],
    offers: Mapping[str, Offer],
    demands: tuple[Demand, ...],
) -> Future:
    restrictions: dict[str, RestrictionPart | None] = dict(known)
    changes: dict[str, ChangePart | None] = dict(known_changes)
    signals: list[tuple[int, str]] = []
    for part in parts:
        restrictions |= part.restrictions
        changes |= part.changes
        signals += [(max(frame.calendar.index(when(day).first), 0), text) for day, text in part.signals.items()]
    resolved = [
        restriction_of(frame, key, restriction, offers)
        for key, restriction in restrictions.items()
        if restriction is not None
    ]
    return Future(
        name=name,
        probability=probability,
        restrictions=tuple(part for part in resolved if part.cover.any()),
        changes=tuple(
            change_of(frame, key, change, offers, demands) for key, change in changes.items() if change is not None
        ),
        signals=tuple(sorted(signals)),
        announced=tuple(part for part in resolved if not part.cover.any() and part.known_from < part.begins),
    )


def _number(quantity: Quantity | None) -> float:
    return math.nan if quantity is None else quantity.measure.number


def _period(frame: Frame, day: When | None, otherwise: int) -> int:
    return otherwise if day is None else min(max(frame.calendar.index(day.first), 0), len(frame.calendar))


def restriction_of(frame: Frame, name: str, part: RestrictionPart, offers: Mapping[str, Offer]) -> Restriction:
    picked = pick(part.where, frame.offers)
    begins = _period(frame, part.from_, 0)
    return Restriction(
        name=name,
        regime=part.regime,
        basis=part.basis,
        offers=tuple(offer for offer in picked if offer in offers),
        targets=part.targets,
        cover=frame.span(part.from_, part.until),
        known_from=_period(frame, part.announced, begins),
        until_known=part.until_known,
        begins=begins,
        age=0 if part.from_ is None else min(_months_before(frame, part.from_), 10**6),
        ends=len(frame.calendar) if part.until is None else frame.calendar.index(part.until.last),
        approval=_number(part.approval),
        delay=frame.periods(part.delay) if part.delay else 0,
        price=_number(part.price),
        capacity=_number(part.capacity),
        price_elsewhere=_number(part.price_elsewhere),
        capacity_elsewhere=_number(part.capacity_elsewhere),
        links=part.links,
        seizes=part.seizes,
        duty_stated=duties.stated(frame.scenario, part.regime) if part.regime else (),
        licences=part.licences,
    )


def _months_before(frame: Frame, day: When) -> int:
    """Whole periods that a measure has been in force when the plan begins, 0 when it begins later."""
    elapsed = (frame.calendar.edges[0] - day.first).days
    length = frame.calendar.days[0]
    return int(max(elapsed, 0) // length)


def change_of(
    frame: Frame, name: str, part: ChangePart, offers: Mapping[str, Offer], demands: tuple[Demand, ...]
) -> Change:
    of_demands = part.field in ("need", "shortage_cost")
    scenario = frame.scenario
    things = attributes.of_demands(scenario) if of_demands else frame.offers
    names = tuple(thing for thing in pick(part.where, things) if of_demands or thing in offers)
    dated = part.plus or part.to
    units = {demand.name: demand.unit for demand in demands} if of_demands else {}
    unit_of = {thing: units.get(thing) or scenario.materials[scenario.offers[thing].material].unit for thing in names}
    amounts = {thing: _amount(frame, dated, unit_of[thing]) for thing in names} if dated else {}
    begins = _period(frame, part.from_, 0)
    return Change(
        name=name,
        what=part.field,
        names=names,
        how="times" if part.times else "plus" if part.plus else "to",
        factor=_number(part.times),
        amount=amounts,
        cover=frame.span(part.from_, part.until),
        known_from=_period(frame, part.announced, begins),
    )


def _amount(frame: Frame, dated: Dated, unit: str) -> Array:
    rate = dated.steps[0][1].measure.kind is QuantityKind.MASS_RATE
    return np.asarray(frame.flow(dated, unit) if rate else frame.path(dated, unit))
