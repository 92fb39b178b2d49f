"""Words of the sentences of analyses: amounts, the worst outcomes, lists."""

from collections.abc import Sequence
from fractions import Fraction

from sourcing.scenario.settings import Risk
from sourcing.units import show


def in_the_worst(risk: Risk) -> str:
    """The part of the outcomes that counts as worst, for who reads no statistics.

    >>> in_the_worst(Risk(tail=0.1)), in_the_worst(Risk(tail=0.15))
    ('in the worst 1 year of 10', 'in the worst 3 years of 20')
    """
    if risk.worst:
        return "in the worst case"
    part = Fraction(risk.tail).limit_denominator(100)
    return f"in the worst {part.numerator} year{'s' * (part.numerator != 1)} of {part.denominator}"


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
