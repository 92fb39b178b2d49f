"""What may turn a choice: a price, the probability of a future, how long a measure lasts, the limit of a rule."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from sourcing import files
from sourcing.case import Case, resolve
from sourcing.case.frame import KILOGRAMS
from sourcing.case.records import Contract, Offer
from sourcing.files import Document, dotted
from sourcing.pipeline.source import prepare
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.restrictions import FutureSpec
from sourcing.scenario.numbers import quantities
from sourcing.scenario.probability_groups import at_odds
from sourcing.units import QuantityKind

DEAREST = 10.0  # times the price of today: how far a price is searched upwards
WIDEST = 2.0  # times the limit of today, of a rule that is no share


@dataclass(frozen=True)
class Lever:
    """Something that can be turned: its value now and the range searched, in `unit`, to `step`. whole: in whole steps.

    at: the case for a value. grid: how many points are tried on each side of now before halving begins; 1 where a
    choice can turn but once. kind: price, probability, duration or limit. name: what it is of.
    """

    kind: str
    name: str
    path: str
    unit: str
    now: float
    least: float
    most: float
    step: float
    at: Callable[[float], Case]
    grid: int = 4
    whole: bool = False

    @property
    def straight(self) -> bool:
        """Whether what a plan costs is a straight line in the value."""
        return self.kind in ("price", "probability")


def offer_price(case: Case, name: str) -> Lever:
    """The price of an offer, as a factor on all its dates and price breaks."""
    first = case.offer[name]

    def at(price: float) -> Case:
        factor = price / now
        offers = tuple(_priced(offer, factor) if offer.name == name else offer for offer in case.offers)
        return replace(case, offers=offers)

    now = float(first.price[0]) / KILOGRAMS[case.unit[first.material]]
    return _price(case, name, dotted(("offers", name, "price")), now, at)


def contract_price(case: Case, name: str) -> Lever:
    """The price of a contract; a formula with its floor and cap, as a factor on what it comes to."""
    stated = next(contract for contract in case.contracts if contract.name == name)
    offer = case.offer[stated.offer]

    def at(price: float) -> Case:
        contracts = (_formula(entry, price / now) if entry.name == name else entry for entry in case.contracts)
        return replace(case, contracts=tuple(contracts))

    begins = int(np.argmax(stated.scale > 0))
    now = float(stated.price(offer.price)[begins]) / KILOGRAMS[case.unit[offer.material]]
    return _price(case, name, dotted(("contracts", name, "price")), now, at)


def _price(case: Case, name: str, path: str, now: float, at: Callable[[float], Case]) -> Lever:
    unit = f"{case.scenario.currency}/kg"
    return Lever("price", name, path, unit, now, 0.0, DEAREST * now, now / 400, at, grid=1)


def _priced(offer: Offer, factor: float) -> Offer:
    tiers = replace(offer.tiers, price=factor * offer.tiers.price) if offer.tiers else None
    return replace(offer, price=factor * offer.price, tiers=tiers)


def _formula(contract: Contract, factor: float) -> Contract:
    return replace(
        contract,
        fixed=None if contract.fixed is None else factor * contract.fixed,
        times=factor * contract.times,
        plus=factor * contract.plus,
        floor=factor * contract.floor,
        cap=np.where(np.isinf(contract.cap), np.inf, factor * np.where(np.isinf(contract.cap), 0.0, contract.cap)),
    )


def probabilities(case: Case) -> Iterator[Lever]:
    """The probability of each future; the others of its group scale in proportion."""
    for path, future in _futures(case):
        probability = dotted((*path, "probability"))

        def at(value: float, path: tuple[str, ...] = path) -> Case:
            return resolve(at_odds(case.scenario, path, value))

        now = future.probability.measure.number
        yield Lever("probability", path[-1], probability, "1", now, 0.0, 1.0, 0.0025, at)


def durations(base: Document, case: Case) -> Iterator[Lever]:
    """How long each measure that a future states lasts, in periods of the plan in which it is in force."""
    calendar = case.calendar
    for path, future in _futures(case):
        for name, measure in future.restrictions.items():
            begins = max(calendar.index(measure.from_.first), 0) if measure and measure.from_ else 0
            if measure is None or begins >= len(calendar):
                continue
            ends = len(calendar) if measure.until is None else calendar.index(measure.until.last) + 1
            longest, now = len(calendar) - begins, min(max(ends, begins), len(calendar)) - begins

            def at(value: float, begins: int = begins, path: tuple[str, ...] = path, name: str = name) -> Case:
                last = calendar.edges[begins + round(value)].toordinal() - 1
                until = {name: {"until": type(calendar.edges[0]).fromordinal(last).isoformat()}}
                return prepare(files.amend(base, _nested((*path, "restrictions"), until)))

            if now >= 1:
                shown, unit = dotted((*path, "restrictions", name, "until")), f"{calendar.period}s"
                subject = f"{name} in '{path[-1]}'"
                yield Lever("duration", subject, shown, unit, now, 1, longest, 1, at, grid=3, whole=True)


def limits(base: Document, case: Case, rule: str) -> Iterator[Lever]:
    """The limits that a rule states."""
    for path, quantity in quantities(case.scenario):
        if path[:2] == ("rules", rule):
            measure = quantity.measure
            most = 1.0 if measure.kind is QuantityKind.SHARE else WIDEST * measure.number
            unit = _unit(quantity)

            def at(value: float, path: tuple[str | int, ...] = path, unit: str = unit) -> Case:
                stated = {str(path[-1]): f"{value!r} {unit}" if unit != "1" else value}
                return prepare(files.amend(base, _nested(path[:-1], stated)))

            yield Lever("limit", rule, dotted(path), unit, measure.number, 0.0, most, most / 400, at)


def _unit(quantity: Quantity) -> str:
    """The unit in which the number of a limit is written."""
    measure = quantity.measure
    mass = f"kg/{measure.time}" if measure.time else "kg"
    return {QuantityKind.SHARE: "1", QuantityKind.MONEY: str(measure.currency)}.get(measure.kind, mass)


def _futures(case: Case) -> Iterator[tuple[tuple[str, ...], FutureSpec]]:
    scenario = case.scenario
    yield from ((("futures", name), future) for name, future in scenario.futures.items())
    for risk, group in scenario.risks.items():
        yield from ((("risks", risk, name), future) for name, future in group.items())


def _nested(path: tuple[str | int, ...], value: object) -> dict[str, object]:
    for key in reversed(path):
        value = {str(key): value}
    assert isinstance(value, dict)
    return value
