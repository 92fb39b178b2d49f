"""What each future does to the numbers of a scenario, read from its mapping by month; and when futures part."""

import math
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

Part = dict[str, Any]


def number(text: Any) -> float:
    """The number of a quantity as `generator.py` writes it; a percentage as a share.

    >>> number("40 %"), number("3 t/month"), number(1.5)
    (0.4, 3.0, 1.5)
    """
    if not isinstance(text, str):
        return float(text)
    first, _, unit = text.partition(" ")
    return float(first) / 100 if unit.startswith("%") else float(first)


def months_of(text: Any) -> int:
    return int(number(text or 0))


def first_day(text: str) -> date:
    parts = [int(part) for part in text.split("-")]
    return date(parts[0], parts[1], parts[2] if len(parts) == 3 else 1)


def last_day(text: str) -> date:
    parts = [int(part) for part in text.split("-")]
    return date(parts[0], parts[1], parts[2] if len(parts) == 3 else monthrange(parts[0], parts[1])[1])


@dataclass(frozen=True)
class World:
    """A scenario with the months of its plan."""

    said: Part

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The futures."""
        return tuple(self.said["futures"])

    @cached_property
    def planned(self) -> int:
        """Months of the plan."""
        return int(self.said["horizon"]["periods"])

    @cached_property
    def periods(self) -> int:
        """Months that are looked at: those of the plan, and those beyond it."""
        return self.planned + int(self.said["horizon"].get("beyond", 0))

    @cached_property
    def starts(self) -> list[date]:
        """First day of each month, and the day after the last one."""
        first = first_day(self.said["horizon"]["start"])
        count = [first.month - 1 + number for number in range(self.periods + 1)]
        return [date(first.year + one // 12, one % 12 + 1, 1) for one in count]

    def days(self, time: int) -> int:
        return (self.starts[time + 1] - self.starts[time]).days

    def month(self, day: date) -> int:
        """Month that a day is in, -1 before the plan, the number of months after it."""
        return sum(start <= day for start in self.starts) - 1

    def share(self, part: Part, time: int) -> float:
        """Share of the days of a month in which a measure or change is in force."""
        first = first_day(part["from"]) if "from" in part else self.starts[0]
        last = last_day(part["until"]) if "until" in part else self.starts[-1]
        inside = min(last, self.starts[time + 1] - timedelta(days=1)) - max(first, self.starts[time])
        return max(inside.days + 1, 0) / self.days(time)

    def probability(self, future: str) -> float:
        return number(self.said["futures"][future]["probability"])

    def measures(self, future: str) -> Part:
        """Restrictions by name: of the file, the future's over them."""
        return {**self.said["restrictions"], **self.said["futures"][future].get("restrictions", {})}

    def changes(self, future: str) -> Part:
        return dict(self.said["futures"][future].get("changes", {}))

    def shown(self, future: str, time: int) -> set[str]:
        """What is seen of a future in a month."""
        seen = set()
        for name, part in (*self.measures(future).items(), *self.changes(future).items()):
            begins = max(self.month(first_day(part["from"])), 0) if "from" in part else 0
            known = max(self.month(first_day(part["announced"])), 0) if "announced" in part else begins
            if share := self.share(part, time):
                seen.add(f"{name} {share:.9f}")
            elif known <= time < begins:
                seen.add(f"{name} to come in {begins}")
        signals = self.said["futures"][future].get("signals", {})
        return seen | {text for day, text in signals.items() if self.month(first_day(day)) == time}

    @cached_property
    def parting(self) -> int:
        """First month that the futures do not share; the first is always shared."""
        one, other = self.names
        for time in range(self.periods):
            if self.shown(one, time) != self.shown(other, time):
                return max(time, 1)
        return self.periods

    # Numbers ------------------------------------------------------------------------------------------------------

    def picked(self, part: Part, offer: str) -> bool:
        """The only `where` of the measures is that of an origin."""
        supplier = self.said["suppliers"][self.said["offers"][offer]["supplier"]]
        return bool(supplier["country"] == part["where"]["origin"])

    def strength(self, part: Part, offer: str, time: int, country: str | None = None) -> tuple[float, float]:
        """How strongly a measure reaches an offer directly and through links, on lanes into a country or as a whole."""
        aimed = part.get("targets") or [site["country"] for site in self.said["sites"].values()]
        here = {site["country"] for site in self.said["sites"].values()} if country is None else {country}
        if not here & set(aimed):
            return 0.0, 0.0
        share, stated = self.share(part, time), self.said["offers"][offer]
        if self.picked(part, offer):
            return share, 0.0
        same = any(self.picked(part, name) and one["material"] == stated["material"]
                   for name, one in self.said["offers"].items())  # fmt: skip
        link = stated.get("china_link")
        if not (part.get("links") and link and same):
            return 0.0, 0.0
        since = time - max(self.month(first_day(part["from"])), 0)
        return 0.0, share * number(link["value"]) if since >= months_of(link["buffer"]) else 0.0

    def elsewhere(self, part: Part, offer: str, time: int) -> float:
        material = self.said["offers"][offer]["material"]
        hit = {self.said["offers"][name]["material"] for name in self.said["offers"] if self.picked(part, name)}
        return self.share(part, time) if material in hit and not self.picked(part, offer) else 0.0

    def factor(self, future: str, offer: str, time: int, key: str, beside: str = "") -> list[float]:
        """Factors of the measures that reach an offer."""
        found = []
        for part in self.measures(future).values():
            if key in part and (strength := sum(self.strength(part, offer, time))) > 0:
                found.append(1 + strength * (part[key] - 1))
            if beside in part and (strength := self.elsewhere(part, offer, time)) > 0:
                found.append(1 + strength * (part[beside] - 1))
        return found

    def price(self, future: str, offer: str, time: int) -> float:
        stated = number(self.said["offers"][offer]["price"])
        return stated * max(self.factor(future, offer, time, "price", "price_elsewhere"), default=1.0)

    def available(self, future: str, offer: str, time: int) -> float:
        """After measures, then changes; nothing of what has no limit is nothing."""
        stated, factor = self.said["offers"][offer], min(self.factor(future, offer, time, "capacity"), default=1.0)
        ours = max(number(stated.get("nameplate", "inf")) - number(stated.get("committed", 0)), 0.0)
        ours = ours * factor if factor else 0.0
        for part in self.changes(future).values():
            if part["field"] == "available" and part["where"]["offer"] == offer and (share := self.share(part, time)):
                ours = share * number(part["to"]) + ((1 - share) * ours if share < 1 else 0.0)
        return ours

    def spot(self, future: str, offer: str, time: int) -> float:
        found = [
            1 + self.elsewhere(part, offer, time) * (part["capacity_elsewhere"] - 1)
            for part in self.measures(future).values()
            if "capacity_elsewhere" in part and self.elsewhere(part, offer, time) > 0
        ]
        free = number(self.said["offers"][offer].get("spot_share", 1))
        share = free * min(found, default=1.0)
        return self.available(future, offer, time) * share if share else 0.0

    def approval(self, future: str, offer: str, time: int, country: str) -> float:
        shares = (
            1 - sum(self.strength(part, offer, time, country)) * (1 - number(part["approval"]))
            for part in self.measures(future).values()
            if "approval" in part
        )
        return min(shares, default=1.0)

    def limited(self, future: str, offer: str, time: int, country: str) -> float:
        """1 where an approval limits a lane, else 0."""
        parts = [part for part in self.measures(future).values() if "approval" in part]
        return float(any(sum(self.strength(part, offer, time, country)) > 0 for part in parts))

    def delay(self, future: str, offer: str, time: int, country: str) -> float:
        waits = [0.0]
        for part in self.measures(future).values():
            direct, _ = self.strength(part, offer, time, country)
            waits.append(math.ceil(direct * months_of(part.get("delay")) - 1e-9))
        return max(waits)

    def seized(self, future: str, offer: str, time: int, country: str) -> float:
        parts = [part for part in self.measures(future).values() if part.get("seizes")]
        return max((self.strength(part, offer, time, country)[0] for part in parts), default=0.0)

    def need(self, future: str, demand: str, time: int) -> float:
        stated = self.said["demand"][demand]
        wanted = number(stated["need"])
        for part in self.changes(future).values():
            if part["field"] == "need" and part["where"]["material"] == stated["material"]:
                wanted += self.share(part, time) * (part["times"] - 1) * wanted
        return wanted

    def ahead(self, future: str, demand: str, time: int, days: float) -> float:
        """Need of the next days after a month; past the end of the plan at the rate of the last month."""
        day, total, left = self.starts[time + 1], 0.0, days
        while left > 0:
            within = min(max(self.month(day), 0), self.periods - 1)
            total += min(left, 1.0) * self.need(future, demand, within) / self.days(within)
            day, left = day + timedelta(days=1), left - 1
        return total
