"""Numbers as a reader has them: money, amounts, prices, shares, days and dates, in English and Japanese.

Nothing else writes them: not the terminal, nor Markdown, nor the pages of a report, nor the sentences of a plan.

- A share has no digit after its point from 10 % on and at most one below, none that is 0: 35 %, 8.5 %, 5 %. What is
  nearly all is not called all (99.8 %), and what is nearly nothing not nothing (below 0.1 %).
- A share that somebody has stated has the digits that it was stated with: the worst 12.5 %.
- A gap between a plan and its bound has two digits, however small it is: 0.0061 %.
- An amount has three digits where it is short, and thousands parted by commas where it is long. In a sentence less than
  a tonne is in kilograms; so is a column in which none comes to a tonne, so that its amounts can be compared.
- Money is in millions or billions in a sentence; in a column in one size, which its heading names.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from sourcing.units import CURRENCIES

Language = Literal["en", "ja"]

ENOUGH = 999  # days beyond which the number says nothing
NOTHING = 1e-9
UNKNOWN = "-"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

Size = tuple[float, float, str]
"""The least amount that is written in a size, what it is divided by, and the name of the size."""


@dataclass(frozen=True)
class MoneyColumn:
    """One size for the money of a column or chart: its divisor, digits after the point, and its name for the heading
    ("million USD")."""

    divisor: float
    decimals: int
    name: str

    def __call__(self, amount: float) -> str:
        """An amount without the name of its size; what would round to nothing keeps its first digit."""
        value = amount / self.divisor
        text = f"{value:,.{self.decimals}f}"
        if text.strip("-0.,"):
            return text
        return f"{value:.1g}" if abs(value) > 1e-6 else text.lstrip("-")


@dataclass(frozen=True)
class Figures:
    """How a language writes numbers.

    blank: between a number and what follows it. sizes: of an amount in a sentence, the largest first; columns: of the
    money of a column; names: units, currencies and times that are called otherwise than in a file. The rest are forms
    in which {braces} are filled in.
    """

    blank: str
    sizes: tuple[Size, ...]
    columns: tuple[Size, ...]
    below: str
    over: str
    per: str
    year: str
    month: str
    day: str
    quarter: str
    names: Mapping[str, str] = field(default_factory=dict)

    def unit(self, unit: str) -> str:
        """A unit, currency or price per unit by its name in the language."""
        return "/".join(self.names.get(part, part) for part in unit.split("/"))

    def joined(self, *parts: str) -> str:
        """What stands together, without what is empty: "2.87", "billion", "USD"."""
        return self.blank.join(filter(None, parts))

    def digits(self, value: float) -> str:
        """A number to three digits where it is short, whole with separators where it is long."""
        if abs(value) < NOTHING:
            return "0"
        if abs(value) >= 99.95:
            return f"{value:,.0f}"
        text = f"{value:.3g}"
        return f"{float(text):.11f}".rstrip("0") if "e" in text else text

    def plain(self, value: float) -> str:
        """A number without a unit that somebody has set or counted, to five digits."""
        if math.isnan(value):
            return UNKNOWN
        text = f"{value:,.5g}"
        return text if "e" not in text else f"{value:,.0f}" if abs(value) > 1 else self.digits(value)

    def number(self, value: float, unit: str = "") -> str:
        """A number with its unit, as a column has it; in the unit "share" a share; "-" if it is not known."""
        if math.isnan(value):
            return UNKNOWN
        if unit == "share":
            return self.share(value)
        return self.joined(self.digits(value), "" if unit in ("1", "factor") else self.unit(unit))

    def amount(self, value: float, unit: str = "") -> str:
        """A number with its unit, as a sentence has it: 1.23 million USD; of anything but money from a million on."""
        if not math.isfinite(value):
            return UNKNOWN
        sizes, rounded = self.sizes if unit in CURRENCIES else self.sizes[:2], abs(float(f"{value:.3g}"))
        divisor, name = next(((divisor, name) for least, divisor, name in sizes if rounded >= least), (1.0, ""))
        return self.joined(self.digits(value / divisor), name, self.unit(unit))

    def mass(self, value: float, unit: str, per: str = "") -> str:
        """An amount of a material in a sentence, kilograms below a tonne, a year or not."""
        small = unit == "t" and 0 < abs(value) < 1
        text = self.amount(value * 1000, "kg") if small else self.amount(value, unit)
        return self.per.format(amount=text, per=self.names.get(f"per-{per}", per)) if per else text

    def masses(self, values: Iterable[float], units: Iterable[str]) -> list[str]:
        """The amounts of a column, in one unit where they are in one: in kilograms where none comes to a tonne."""
        pairs = list(zip(values, units, strict=True))
        if all(unit == "t" and not abs(value) >= 1 for value, unit in pairs):
            pairs = [(1000 * value, "kg") for value, _ in pairs]
        return [self.number(value, unit) for value, unit in pairs]

    def column(self, values: Iterable[float], currency: str) -> MoneyColumn:
        """The size in which the largest of some amounts has at most five digits before its point."""
        largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
        divisor, name = next((divisor, name) for least, divisor, name in self.columns if largest >= least)
        top = largest / divisor
        decimals = 0 if not name and top >= 1000 else 1 if top >= 100 else 2
        return MoneyColumn(divisor, decimals, self.joined(name, self.unit(currency)))

    def price(self, value: float, unit: str) -> str:
        """A price, without cents from 20 on or where it has none; that of a tonne is told for a kilogram."""
        if math.isnan(value):
            return UNKNOWN
        currency, _, per = unit.partition("/")
        value, per = (value / 1000, "kg") if per == "t" else (value, per)
        digits = f"{value:,.{0 if abs(value) >= 20 or abs(value) < NOTHING else 2}f}".removesuffix(".00")
        return self.joined("0" if digits == "-0" else digits, self.unit(f"{currency}/{per}" if per else currency))

    def share(self, value: float) -> str:
        """A share of 1 in percent.

        >>> [ENGLISH.share(value) for value in (0.353, 0.0851, 0.02, 0.998, 1.0, 0.0001)]
        ['35 %', '8.5 %', '2 %', '99.8 %', '100 %', 'below 0.1 %']
        """
        if math.isnan(value):
            return UNKNOWN
        number = 100 * value
        if 0 < abs(number) < 0.05 and abs(value) > NOTHING:
            return self.below.format(share=self.joined("0.1", "%"))
        whole = abs(number) >= 9.95 and not 99.5 <= number < 99.95
        text = f"{number:.{0 if whole else 1}f}".removesuffix(".0")
        return self.joined("0" if text == "-0" else text, "%")

    def stated(self, share: float) -> str:
        """A share that somebody has stated, with all its digits."""
        return self.joined(f"{100 * share:.6g}", "%")

    def gap(self, share: float) -> str:
        """A distance from a bound, which may be very small, to two digits."""
        return self.share(share) if not share < 0.01 else self.joined(f"{100 * max(share, 0.0):.2g}", "%")

    def days(self, value: float) -> str:
        """Days; where nothing is needed any more stock lasts for ever."""
        if math.isnan(value):
            return UNKNOWN
        digits = str(ENOUGH) if value > ENOUGH else self.whole_days(value)
        text = self.joined(digits, self.unit("day" if digits == "1" else "days"))
        return self.over.format(days=text) if value > ENOUGH else text

    def whole_days(self, value: float) -> str:
        """Days under a heading that says so."""
        return self.over.format(days=ENOUGH) if value > ENOUGH else f"{abs(value):.0f}"

    def period(self, label: str) -> str:
        """A period or an ISO date: 2027-01, 2027-Q2, 2027, 2027-01-15; other text as it stands, nothing as "-"."""
        if not label:
            return UNKNOWN
        if quarter := re.fullmatch(r"(\d{4})-Q([1-4])", label):
            return self.quarter.format(year=quarter[1], number=quarter[2])
        if date := re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", label):
            year, month, day = date.groups()
            form, number = self.day if day else self.month if month else self.year, int(month or 1)
            return form.format(year=year, number=number, name=MONTHS[number - 1], day=int(day or 1))
        return label


def _english(blank: str) -> Figures:
    return Figures(
        blank=blank,
        sizes=((1e9, 1e9, "billion"), (1e6, 1e6, "million"), (1e4, 1e3, "thousand")),
        columns=((5e10, 1e9, "billion"), (1e6, 1e6, "million"), (0.0, 1.0, "")),
        below=f"below{blank}{{share}}",
        over=f"over{blank}{{days}}",
        per="{amount} a {per}",
        year="{year}",
        month=f"{{name}}{blank}{{year}}",
        day=f"{{day}}{blank}{{name}}{blank}{{year}}",
        quarter=f"Q{{number}}{blank}{{year}}",
    )


ENGLISH = _english(" ")
UNBROKEN_ENGLISH = _english("\u00a0")
"""For pages, on which a number and its unit are to stay on one line."""
_JAPANESE_NAMES = """
USD=米ドル JPY=円 EUR=ユーロ CNY=人民元 AUD=豪ドル GBP=英ポンド CAD=カナダドル KRW=ウォン
MYR=リンギット VND=ドン INR=ルピー
t=トン days=日 day=日 week=週 month=月 quarter=四半期 year=年
per-day=1日 per-week=週 per-month=月 per-quarter=四半期 per-year=年間 per-period=1期
"""
JAPANESE = Figures(
    blank="",
    sizes=((1e12, 1e12, "兆"), (1e8, 1e8, "億"), (1e4, 1e4, "万")),
    columns=((1e10, 1e8, "億"), (1e6, 1e6, "百万"), (0.0, 1.0, "")),
    below="{share}未満",
    over="{days}超",
    per="{per}{amount}",
    year="{year}年",
    month="{year}年{number}月",
    day="{year}年{number}月{day}日",
    quarter="{year}年第{number}四半期",
    names=MappingProxyType(dict(pair.split("=") for pair in _JAPANESE_NAMES.split())),
)

# Sentences of plans and analyses are English.
percent, stated_percent, show = ENGLISH.share, ENGLISH.stated, ENGLISH.amount


def written(value: float, unit: str) -> str:
    """An amount that `units.parse` reads, for what is to be written into a file: without separators."""
    return show(value, unit).replace(",", "")
