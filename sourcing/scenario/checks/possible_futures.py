"""Checks of what may happen: futures, restrictions, changes."""

import datetime as dt
import math
from collections.abc import Iterator

from pydantic_core import PydanticCustomError

from sourcing.scenario import attributes
from sourcing.scenario.checks.lookups import PROBABILITY_TOLERANCE, Finding, ordered
from sourcing.scenario.language.base import when
from sourcing.scenario.language.generation import ChainSpec
from sourcing.scenario.language.restrictions import ChangeSpec, FutureSpec, RestrictionSpec
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import pick
from sourcing.units import QuantityKind

MOST_FUTURES = 1000  # a tree of more is neither read nor solved in reasonable time


def happenings(
    scenario: Scenario,
) -> Iterator[tuple[tuple[str | int, ...], RestrictionSpec | None, ChangeSpec | None]]:
    """Every restriction and change with its path: of the file, of each future and of each state of a chain."""
    for name, restriction in scenario.restrictions.items():
        yield ("restrictions", name), restriction, None
    for name, change in scenario.changes.items():
        yield ("changes", name), None, change
    path: tuple[str | int, ...]
    for path, future in futures(scenario):
        yield from (
            ((*path, "restrictions", name), restriction_spec, None)
            for name, restriction_spec in future.restrictions.items()
            if restriction_spec
        )
        yield from (
            ((*path, "changes", name), None, change_spec) for name, change_spec in future.changes.items() if change_spec
        )
    for state, held in scenario.regimes.states.items() if isinstance(scenario.regimes, ChainSpec) else ():
        path = ("regimes", "states", state)
        yield from (
            ((*path, "restrictions", name), restriction_spec, None)
            for name, restriction_spec in held.restrictions.items()
            if restriction_spec
        )
        yield from (
            ((*path, "changes", name), None, change_spec) for name, change_spec in held.changes.items() if change_spec
        )


def futures(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], FutureSpec]]:
    """Every future with its path."""
    for name, future in scenario.futures.items():
        yield ("futures", name), future
    for risk, group in scenario.risks.items():
        for name, future in group.items():
            yield ("risks", risk, name), future


def probabilities(scenario: Scenario) -> Iterator[Finding]:
    """Probabilities of a group of futures sum to 1."""
    groups = [(("futures",), scenario.futures)] if scenario.futures else []
    groups += [(("risks", name), group) for name, group in scenario.risks.items()]  # type: ignore[misc]
    for path, group in groups:
        total = sum(future.probability.measure.number for future in group.values())
        if abs(total - 1) > PROBABILITY_TOLERANCE:
            missing = 1 - total
            cure = f"add a future of {missing:.6g} or raise one" if missing > 0 else f"lower one by {-missing:.6g}"
            last = list(group)[-1]
            yield (*path, last, "probability"), f"probabilities of {'.'.join(path)} sum to {total:.6g}, must be 1", cure


def crowds(scenario: Scenario) -> Iterator[Finding]:
    """Independent risks multiply to a number of futures that can be planned for."""
    groups = [group for group in (scenario.futures, *scenario.risks.values()) if group]
    sizes = [sum(future.probability.measure.number > 0 for future in group.values()) for group in groups]
    if math.prod(sizes) > MOST_FUTURES:
        cause = f"{' x '.join(map(str, sizes))} = {math.prod(sizes)} futures, more than {MOST_FUTURES}"
        path = ("risks",) if scenario.risks else ("futures",)
        yield path, cause, "leave out the risks that matter least, or give them fewer futures"


def dates(scenario: Scenario) -> Iterator[Finding]:
    """Nothing ends before it begins; announcements come first; signals carry dates."""
    for name, contract in scenario.contracts.items():
        yield from ordered(("contracts", name), contract.from_, contract.until)
    for path, restriction, change in happenings(scenario):
        part = restriction or change
        assert part is not None
        yield from ordered(path, part.from_, part.until)
        if part.announced and part.from_ and part.announced.first > part.from_.last:
            cause = f"announced {part.announced.text} is after from {part.from_.text}"
            yield (*path, "announced"), cause, "announce it earlier, or leave it out"


def effects(scenario: Scenario) -> Iterator[Finding]:
    """A measure does something; a change says how; days of signals are dates."""
    fields = ("approval", "delay", "price", "capacity", "price_elsewhere", "capacity_elsewhere")
    for path, restriction, change in happenings(scenario):
        if (
            restriction
            and not (restriction.seizes or restriction.licences)
            and all(getattr(restriction, field) is None for field in fields)
        ):
            yield path, "the restriction has no effect", f"give one of {', '.join(fields)}, licences, seizes"
        if change:
            ways = [way for way in ("times", "plus", "to") if getattr(change, way) is not None]
            if len(ways) != 1:
                yield path, f"a change has {' and '.join(ways) or 'no'} way", "give one of times, plus, to"
            elif change.field == "freight" and ways != ["times"]:
                yield (*path, ways[0]), "freight can only be multiplied", "give times"
            elif ways != ["times"]:
                yield from _change_kind(path, change)
    for path, future in futures(scenario):
        seen: dict[dt.date, str] = {}
        for day in future.signals:
            try:
                first = when(day).first
            except PydanticCustomError:
                yield (*path, "signals", day), f"'{day}' is not a date", "write a month as 2027-04"
                continue
            if seen.setdefault(first, day) != day:
                cause = f"'{seen[first]}' and '{day}' begin on the same day, {first}"
                yield (*path, "signals", day), cause, "keep one of them"


def licensable(scenario: Scenario) -> Iterator[Finding]:
    """A share of the normal take can only be let through where that is known."""
    offers = attributes.of_offers(scenario)
    for path, restriction, _ in happenings(scenario):
        if restriction is None or not (restriction.approval or restriction.licences):
            continue
        if restriction.approval and restriction.approval.measure.number == 0 and not restriction.licences:
            continue
        for name in pick(restriction.where, offers):
            offer = scenario.offers[name]
            if offer.licensable is None and offer.expected is None and offer.nameplate is None:
                cause = f"a share of what offer {name} normally sells is let through, and that is not stated"
                yield (*path, "approval"), cause, f"add offers.{name}.licensable, expected or nameplate"


def _change_kind(path: tuple[str | int, ...], change: ChangeSpec) -> Iterator[Finding]:
    wanted = QuantityKind.MASS_RATE if change.field in ("need", "available") else QuantityKind.PRICE
    dated = change.plus or change.to
    assert dated is not None
    if any(quantity.measure.kind is not wanted for _, quantity in dated.steps):
        yield path, f"{change.field} is {wanted}", "write the amount in that unit"
