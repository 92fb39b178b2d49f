"""Why a choice is made, and what would turn it, in sentences."""

import math
from collections.abc import Iterator, Sequence

from sourcing.analyses.phrasing import offer, price
from sourcing.analyses.sensitivity.levers import Lever
from sourcing.analyses.sensitivity.thresholds import Decision, Threshold
from sourcing.case import Case
from sourcing.figures import show, stated_percent

TIE = 1e-4  # of a price: a narrower range is that of two plans as good as each other

IS = {
    ("contract", "sign"): "is signed",
    ("contract", "do not sign"): "is not signed",
    ("qualify", "now"): "is qualified now",
    ("qualify", "later"): "is qualified later, in some futures",
    ("qualify", "no"): "is not qualified",
    ("buy", "yes"): "is bought",
    ("buy", "no"): "is not bought",
}


def why(
    case: Case, decision: Decision, choice: str, thresholds: Sequence[Threshold], ranging: tuple[float, float] | None
) -> str:
    """Why a choice is not otherwise: every turn that was found, where none was, and between which prices not even an
    amount changes."""
    of_decision = [threshold for threshold in thresholds if threshold.decision == decision]
    conditions = [_turning_point(case, threshold) for threshold in of_decision if threshold.found]
    sentence = f"{_subject(case, decision)} {IS[decision[0], choice]}"
    if conditions:
        sentence += f". {'. '.join(condition[0].upper() + condition[1:] for condition in conditions)}"
    none = "; ".join(
        dict.fromkeys(_searched(case, threshold.lever, of_decision) for threshold in of_decision if not threshold.found)
    )
    sentence += f". {'No turn was found by' if conditions else 'Nothing turns that by'} {none}" if none else ""
    return f"{sentence}.{_amounts(case, ranging)}"


def _amounts(case: Case, ranging: tuple[float, float] | None) -> str:
    """Between which prices the amounts stay; blank where that says nothing, as where another is equally good."""
    if ranging is None or (ranging[0] <= 0 and math.isinf(ranging[1])) or ranging[1] - ranging[0] < TIE * ranging[1]:
        return ""
    low, high = (price(end, case.scenario.currency) for end in ranging)
    bounded = f"between {low} and {high}" if ranging[0] > 0 else f"up to {high}"
    side = f"down to {low}" if math.isinf(ranging[1]) else bounded
    return f" With contracts and qualifications held, no amount changes at a price {side}."


def by_lever(case: Case, levers: Sequence[Lever], thresholds: Sequence[Threshold]) -> Iterator[str]:
    """What each lever turns, the nearest first."""
    for lever in levers:
        of_lever = sorted(
            (threshold for threshold in thresholds if threshold.lever is lever),
            key=lambda threshold: abs(threshold.value - lever.now),
        )
        for threshold in of_lever:
            changes = f"{_subject(case, threshold.decision)} {IS[threshold.decision[0], threshold.other]}"
            yield f"{_condition(case, threshold)}: {changes}."
        if not of_lever:
            least, most = (_value(case, lever, end) for end in (lever.least, lever.most))
            name = _name(lever)
            yield f"{name[0].upper()}{name[1:]} turns no contract and no qualification between {least} and {most}."


def _subject(case: Case, decision: Decision) -> str:
    return f"Contract {decision[1]}" if decision[0] == "contract" else offer(case, decision[1])


def _turning_point(case: Case, threshold: Threshold) -> str:
    """At 450 USD/kg it is 80 USD/kg too dear: it is qualified now at or below 370 USD/kg."""
    lever, said = threshold.lever, IS[threshold.decision[0], threshold.other]
    if lever.kind == "price" and threshold.outer < lever.now:
        present, limit, less = (
            _value(case, lever, x) for x in (lever.now, threshold.limit, lever.now - threshold.limit)
        )
        return f"at {present} it is {less} too dear: it {said} at or below {limit}"
    condition = _condition(case, threshold)
    return f"{condition[0].lower()}{condition[1:]} it {said}"


def _condition(case: Case, threshold: Threshold) -> str:
    lever, more = threshold.lever, threshold.outer > threshold.lever.now
    limit, now = _value(case, lever, threshold.limit), _value(case, lever, lever.now)
    side = "or more" if more else "or less"
    match lever.kind:
        case "price":
            return f"From {limit} on ({now} now)" if more else f"At or below {limit} ({now} now)"
        case "probability" if threshold.limit in (lever.least, lever.most):
            return f"If '{lever.name}' were {'certain' if more else 'ruled out'} ({now} now)"
        case "probability":
            return f"If '{lever.name}' were {limit} {side} likely ({now} now)"
        case "duration":
            return f"If {lever.name} lasted {limit} {side} of the plan ({now} now)"
    return f"With a limit of {limit} {side} in rule {lever.name} ({now} now)"


def _searched(case: Case, lever: Lever, thresholds: Sequence[Threshold]) -> str:
    """A lever that turns nothing on the sides searched, with how far it was turned."""
    ends = sorted(threshold.outer for threshold in thresholds if threshold.lever is lever and not threshold.found)
    low, high = min(lever.now, ends[0]), max(lever.now, ends[-1])
    least, most = _value(case, lever, low), _value(case, lever, high)
    return f"{_name(lever)} ({least} to {most})"


def _name(lever: Lever) -> str:
    match lever.kind:
        case "price":
            return "its price"
        case "probability":
            return f"the probability of '{lever.name}'"
        case "duration":
            return f"the time that {lever.name} lasts"
    return f"the limit of rule {lever.name}"


def _value(case: Case, lever: Lever, value: float) -> str:
    if lever.kind == "price":
        return price(value, case.scenario.currency)
    if lever.kind == "duration":
        unit = lever.unit if value != 1 else lever.unit.removesuffix("s")
        return f"{value:.0f} {unit}"
    return stated_percent(float(f"{value:.3g}")) if lever.unit == "1" else show(value, lever.unit)
