"""The uncertain numbers of a scenario: what they are now, what they may be, and the scenario at each end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sourcing.case import Case
from sourcing.case.frame import PER_YEAR, Frame
from sourcing.files import Document, dotted
from sourcing.scenario import Scenario
from sourcing.scenario.known_at import hidden, is_hidden
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.numbers import quantities
from sourcing.scenario.paths import Path
from sourcing.scenario.probability_groups import group_of, scaled_quantities
from sourcing.scenario.provenance import source
from sourcing.scenario.replaced_numbers import with_numbers
from sourcing.scenario.size import share_of
from sourcing.units import ParsedQuantity, QuantityKind, days

ODDS = 2.0  # probabilities without a range of their own: at half and double
ASSUMED = ("offers", "contracts", "demand")  # subjects whose prices and rates take the default range

Changes = tuple[Mapping[Path, Quantity] | None, Mapping[Path, Quantity] | None]
"""Per end the quantities that replace others; None where there is no such end."""


@dataclass(frozen=True)
class UncertainNumber:
    """A number with its ends, in `unit`. What futures take over from the file changes in all of them at once."""

    name: str
    title: str
    value: float
    ends: tuple[float, float]
    unit: str
    source: str
    changes: Changes

    def at(self, scenario: Scenario, end: int) -> Scenario | None:
        """The scenario with this number at its low (0) or high (1) end; None where it has no such end."""
        changed = self.changes[end]
        return None if changed is None else with_numbers(scenario, changed)


def uncertain(document: Document, case: Case, default: float | None) -> Iterator[UncertainNumber]:
    """Numbers that state a low or a high, probabilities, and with a `default` (0.2: 20 % down and up) the prices, needs
    and capacities that state none. What is out of play (offers nobody needs, measures not known) is passed over."""
    scenario, unknown = case.scenario, hidden(case.scenario)
    as_of = scenario.as_of.text if scenario.as_of else None
    groups: dict[Path, dict[Path, Quantity]] = {}
    for path, quantity in quantities(scenario):
        if not is_hidden(path, unknown) and _in_play(case, path):
            groups.setdefault(_origin(document, path), {})[path] = quantity
    for origin, paths in groups.items():
        quantity = paths.get(origin) or next(iter(paths.values()))
        if origin[-1] == "probability":
            changes, low, high = _odds(scenario, origin, quantity)
        else:
            low, high = _ends(origin, quantity, default)
            changes = (_everywhere(paths, low), _everywhere(paths, high))
        if changes != (None, None):
            value, unit = _shown(quantity.measure)
            ends = (_alike(case, low, quantity.measure), _alike(case, high, quantity.measure))
            title = _title(origin) + (f" ({whole})" if (whole := share_of(quantity)) else "")
            yield UncertainNumber(dotted(origin), title, value, ends, unit, source(quantity, as_of), changes)


def _everywhere(paths: Mapping[Path, Quantity], end: ParsedQuantity | None) -> dict[Path, Quantity] | None:
    return None if end is None else {path: replace(quantity, measure=end) for path, quantity in paths.items()}


def _ends(
    origin: Path, quantity: Quantity, default: float | None
) -> tuple[ParsedQuantity | None, ParsedQuantity | None]:
    """Low and high as stated, else by the default range; none where they say nothing."""
    measure, low, high = quantity.measure, quantity.low, quantity.high
    assumed = origin[0] in ASSUMED and measure.kind in (QuantityKind.PRICE, QuantityKind.MASS_RATE)
    if low is None and high is None and default is not None and assumed:
        low, high = (replace(measure, number=measure.number * factor) for factor in (max(1 - default, 0), 1 + default))
    return (None if low == measure else low), (None if high == measure else high)


def _odds(
    scenario: Scenario, origin: Path, quantity: Quantity
) -> tuple[Changes, ParsedQuantity | None, ParsedQuantity | None]:
    """A probability at its ends, by default half and double; the others of its group scale in proportion."""
    measure, group = quantity.measure, group_of(scenario, origin)
    now, rest = measure.number, sum(part.probability.measure.number for part in group.values()) - measure.number
    low = quantity.low or replace(measure, number=now / ODDS)
    high = quantity.high or replace(measure, number=min(now * ODDS, 1.0))
    if not 0 < now < 1 or rest <= 0:
        return (None, None), None, None
    at = [scaled_quantities(scenario, origin, end.number) for end in (low, high)]
    return (at[0], at[1]), low, high


def _in_play(case: Case, path: Path) -> bool:
    """Whether a number belongs to something that the case has."""
    known = {"offers": case.offer, "contracts": [contract.name for contract in case.contracts]}
    return path[0] not in known or path[1] in known[str(path[0])]


def _origin(document: Document, path: Path) -> Path:
    """Where a number is written: what a future takes over stands in the restrictions or changes of the file."""
    steps = {"futures": 2, "risks": 3}.get(str(path[0]), 0)
    return path if _stands(document.value, path) or not _stands(document.value, path[steps:]) else path[steps:]


def _stands(value: object, path: Path) -> bool:
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


def _title(path: Path) -> str:
    """A path in words: price of lynas dy."""
    inner = [str(part).replace("_", " ") for part in path]
    match path[0]:
        case "futures":
            return " of ".join(inner[:0:-1])
        case "risks":
            return " of ".join(inner[:1:-1])
        case "rates":
            return f"rate of {path[1]}"
    return f"{' '.join(inner[2:])} of {inner[1]}" if len(inner) > 2 else " ".join(inner)


def _alike(case: Case, end: ParsedQuantity | None, value: ParsedQuantity) -> float:
    """An end as a number in the unit in which the value is shown, though it may be written in another."""
    if end is None:
        return _shown(value)[0]
    number, frame = _shown(end)[0], Frame(case.scenario, case.calendar)
    if end.currency and value.currency:
        number *= frame.rate(end.currency) / frame.rate(value.currency)
    if end.kind is QuantityKind.DURATION:
        return days(end) / days(replace(value, number=1.0))
    return number * PER_YEAR[end.time] / PER_YEAR[value.time] if end.time and value.time else number


def _shown(measure: ParsedQuantity) -> tuple[float, str]:
    """A number in the unit in which it is shown: masses in tonnes, prices of a kilogram."""
    money, time = measure.currency, measure.time
    match measure.kind:
        case QuantityKind.MASS:
            return measure.number / 1000, "t"
        case QuantityKind.MASS_RATE:
            return measure.number / 1000, f"t/{time}"
        case QuantityKind.PRICE:
            return measure.number, f"{money}/kg"
        case QuantityKind.CARRYING:
            return measure.number, f"{money}/kg/{time}"
        case QuantityKind.MONEY:
            return measure.number, str(money)
        case QuantityKind.SHARE | QuantityKind.NUMBER:
            return measure.number, "1"
        case QuantityKind.DURATION:
            return measure.number, f"{time or 'day'}s"
        case QuantityKind.PER_MASS:
            return 1000 * measure.number, "1/t"
    return measure.number, f"1/{time}"
