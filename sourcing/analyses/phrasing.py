"""Words of the sentences of analyses: amounts, prices, choices, the worst outcomes, lists."""

from collections.abc import Sequence

from sourcing.case import Case
from sourcing.figures import ENGLISH, show, stated_percent
from sourcing.scenario.language.horizon_and_risk import RiskSpec

Difference = tuple[str, str, str, str]
"""Decision, subject, choice before and after."""

QUALIFY = {"now": "qualify now", "later": "qualify later", "no": "do not qualify"}


def price(number: float, currency: str) -> str:
    """A price of a kilogram.

    >>> price(1234.5, "USD"), price(4.567, "USD")
    ('1,234 USD/kg', '4.57 USD/kg')
    """
    return ENGLISH.price(number, f"{currency}/kg")


def material(case: Case, name: str) -> str:
    """A material as a reader knows it."""
    return case.scenario.materials[name].title or name


def offer(case: Case, name: str) -> str:
    """An offer as a reader knows it: who sells what."""
    sold = case.offer[name]
    return f"{sold.title} for {material(case, sold.material)}"


def differences(case: Case, changed: Sequence[Difference]) -> str:
    """What two plans choose differently."""
    told = []
    for decision, subject, before, after in changed:
        if decision in ("qualify", "prepare") and subject in case.offer:
            told.append(f"{offer(case, subject)}: {QUALIFY.get(after, after)} instead of {QUALIFY.get(before, before)}")
        else:
            told.append(f"contract {subject}: {after} instead of {before}")
    return "; ".join(told)


def in_the_worst(risk: RiskSpec) -> str:
    """The part of the outcomes that counts as worst.

    >>> in_the_worst(RiskSpec(tail=0.1)), in_the_worst(RiskSpec(tail=0.025))
    ('in the worst 10 % of outcomes', 'in the worst 2.5 % of outcomes')
    """
    return "in the worst case" if risk.worst else f"in the worst {stated_percent(risk.tail)} of outcomes"


def more_or_less(amount: float, currency: str) -> str:
    """A difference of money: 12 million USD more, or less."""
    return f"{show(abs(amount), currency)} {'more' if amount >= 0 else 'less'}"


def listed(names: Sequence[str], most: int = 6, between: str = ", ") -> str:
    """Names with commas; of many the first, and how many are left.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    shown = between.join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
