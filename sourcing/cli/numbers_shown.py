"""Numbers as a planner reads them in a column: one scale for its money, masses with their unit, shares, days."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

ENOUGH = 999  # days of cover beyond which the number says nothing


@dataclass(frozen=True)
class MoneyColumn:
    """One scale for the money of a column, named once in its heading."""

    divisor: float
    decimals: int
    name: str

    def __call__(self, amount: float) -> str:
        """An amount, without the name of its scale."""
        return fixed(amount / self.divisor, self.decimals)


def money(amounts: Iterable[float], currency: str) -> MoneyColumn:
    """The scale in which the largest of some amounts has at most five digits before its point.

    >>> scale = money([1_290_000_000.0, 62_300_000.0], "USD")
    >>> scale.name, scale(1_290_000_000.0), scale(62_300_000.0)
    ('million USD', '1,290.0', '62.3')
    """
    largest = max((abs(amount) for amount in amounts if math.isfinite(amount)), default=0.0)
    scales = (("billion ", 1e9, 5e10), ("million ", 1e6, 1e6), ("", 1.0, 0.0))
    name, divisor = next((name, size) for name, size, least in scales if largest >= least)
    top = largest / divisor
    decimals = 0 if not name and top >= 1000 else 1 if top >= 100 else 2
    return MoneyColumn(divisor, decimals, f"{name}{currency}")


def fixed(value: float, decimals: int) -> str:
    """A number with separators; what would round to nothing keeps its first digit, and nothing has no sign.

    >>> fixed(0.004, 1), fixed(-0.0, 1), fixed(1234.5, 0)
    ('0.004', '0.0', '1,234')
    """
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        return f"{value:.1g}" if abs(value) > 1e-6 else text.lstrip("-")
    return text


def amount(value: float, unit: str) -> str:
    """A mass with its unit, to three digits where it is short.

    >>> amount(1839.2, "t"), amount(0.5967, "t"), amount(0, "kg")
    ('1,839 t', '0.597 t', '0 kg')
    """
    size = abs(value)
    digits = f"{value:,.0f}" if size >= 100 else f"{value:.3g}" if size > 1e-6 else "0"
    return f"{digits} {unit}"


def share(value: float) -> str:
    """A share in percent.

    >>> share(0.35), share(1.0), share(0.0004), share(0.9999)
    ('35.0 %', '100 %', '0.04 %', '99.99 %')
    """
    percent = 100 * value
    if abs(percent) < 1e-4 or abs(percent - 100) < 1e-4:
        return f"{percent:.0f} %".replace("-0", "0")
    if abs(percent) < 0.05:
        return f"{percent:.1g} %"
    return f"{percent:.{2 if abs(100 - percent) < 0.05 else 1}f} %"


def days(value: float) -> str:
    """Days of cover; where nothing is needed any more stock lasts for ever.

    >>> days(44.6), days(float("inf"))
    ('45', 'over 999')
    """
    return f"over {ENOUGH}" if value > ENOUGH else f"{value:.0f}".replace("-0", "0")
