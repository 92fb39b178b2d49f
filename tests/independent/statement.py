"""The mathematics of models/formulation.md written down once more, month by month and future by future.

Two futures share what is decided until they part; no tree, no template and nothing else of sourcing is used.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from .futures import World, months_of, number
from .program import Program

MOST = 1000.0  # tonnes that no order of these small scenarios is above
Node = tuple[int, str]
"""A month, and the future whose it is; blank where the futures share it."""
Terms = list[tuple[float, int]]


class Lane(NamedTuple):
    """An offer to a site."""

    offer: str
    site: str


@dataclass(frozen=True)
class Statement:
    """A scenario and its program."""

    world: World
    program: Program = field(default_factory=Program)
    bill: dict[Node, Terms] = field(default_factory=dict)
    till: dict[Node, Terms] = field(default_factory=dict)

    @cached_property
    def said(self) -> dict[str, Any]:
        return self.world.said

    def column(self, node: Node, *what: Any, high: float = math.inf, whole: bool = False) -> int:
        """The column of a decision in a node."""
        return self.program.column(*what, node, high=high, whole=whole)

    def pay(self, node: Node, price: float, column: int, cash: float | None = None) -> None:
        """A price in a node, of that month's money; cash: what is paid of it, by default all."""
        self.bill.setdefault(node, []).append((price, column))
        self.till.setdefault(node, []).append((price if cash is None else cash, column))

    @cached_property
    def lanes(self) -> list[Lane]:
        return [Lane(offer, part["site"]) for part in self.said["lanes"].values() for offer in self.said["offers"]]

    @cached_property
    def nodes(self) -> list[Node]:
        """Every node once, a month after the other."""
        found: dict[Node, None] = {}
        for time in range(self.world.periods):
            for future in self.world.names:
                found[self.node(time, future)] = None
        return list(found)

    def node(self, time: int, future: str) -> Node:
        return (time, future if time >= self.world.parting else "")

    def before(self, node: Node, time: int) -> Node:
        """The node that the path to a node passed in a month."""
        return self.node(time, node[1] or self.world.names[0])

    def path(self, node: Node) -> list[Node]:
        return [self.before(node, time) for time in range(node[0] + 1)]

    def futures(self, node: Node) -> list[str]:
        return [node[1]] if node[1] else list(self.world.names)

    def probability(self, node: Node) -> float:
        return sum(map(self.world.probability, self.futures(node)))

    def mean(self, node: Node, what: str, *of: Any) -> float:
        """Mean of a number of the world over the futures of a node."""
        found = [(self.world.probability(one), one) for one in self.futures(node)]
        value = getattr(self.world, what)
        return sum(odds * value(one, *of) for odds, one in found) / self.probability(node)

    # What a node knows --------------------------------------------------------------------------------------------

    def country(self, lane: Lane) -> str:
        return str(self.said["sites"][lane.site]["country"])

    def of_offer(self, lane: Lane) -> dict[str, Any]:
        return dict(self.said["offers"][lane.offer])

    def of_lane(self, lane: Lane) -> dict[str, Any]:
        return dict(next(part for part in self.said["lanes"].values() if part["site"] == lane.site))

    def to_border(self, lane: Lane) -> int:
        return months_of(self.of_offer(lane).get("to_border"))

    def transit(self, lane: Lane) -> int:
        return months_of(self.of_lane(lane)["transit"])

    def yields(self, lane: Lane) -> float:
        return number(self.of_offer(lane).get("yield", 1))

    def price(self, node: Node, lane: Lane) -> float:
        return self.mean(node, "price", lane.offer, node[0])

    def at_border(self, node: Node, lane: Lane, what: str) -> float:
        """Mean of approval, limited, delay or seized on a lane."""
        return self.mean(node, what, lane.offer, node[0], self.country(lane))

    def contracts(self, lane: Lane) -> list[str]:
        return [name for name, part in self.said["contracts"].items() if part["offer"] == lane.offer]

    def within(self, name: str, time: int) -> float:
        """Share of a month that lies within the term of a contract."""
        part = self.said["contracts"][name]
        return self.world.share({"until": part["until"]} if "until" in part else {}, time)

    def agreed(self, node: Node, name: str) -> float:
        """Price under a contract, the mean of its formula over the futures of the node."""
        part = self.said["contracts"][name]
        if isinstance(part["price"], str):
            return number(part["price"])
        formula, total = part["price"], 0.0
        for future in self.futures(node):
            index = self.world.price(future, part["offer"], node[0])
            capped = min(formula["times"] * index + number(formula.get("plus", 0)), number(formula.get("cap", "inf")))
            total += self.world.probability(future) * max(capped, number(formula.get("floor", 0)))
        return total / self.probability(node)

    def controlled(self, lane: Lane) -> bool:
        """Whether goods queue at the border: limited or delayed ever in any future, or something waits already."""
        ever = any(
            self.world.limited(future, lane.offer, time, self.country(lane)) > 0
            or self.world.delay(future, lane.offer, time, self.country(lane)) > 0
            for future in self.world.names
            for time in range(self.world.periods)
        )
        return ever or any(self.open_order(lane, "waiting", time) for time in range(self.world.periods))

    def seized_ever(self, lane: Lane) -> bool:
        return any(self.at_border(node, lane, "seized") > 0 for node in self.nodes)

    def open_order(self, lane: Lane, state: str, time: int) -> float:
        """What is due in a month of what was ordered before the plan."""
        due = 0.0
        for part in self.said["open_orders"].values():
            if (part["offer"], part["site"], part["state"]) == (*lane, state):
                when = int(part["date"][5:]) - 1 if "date" in part else 0
                due += number(part["quantity"]) if when == time else 0.0
        return due

    def bound(self, lane: Lane) -> bool:
        return any(number(self.said["contracts"][name]["take_or_pay"]) > 0 for name in self.contracts(lane))

    def licence(self, node: Node, lane: Lane) -> float:
        if not self.at_border(node, lane, "limited"):
            return math.inf
        offer, approval = self.of_offer(lane), self.at_border(node, lane, "approval")
        normal = max(self.stated(lane), self.mean(node, "available", lane.offer, node[0]))
        normal = number(offer["licensable"]) if "licensable" in offer else normal
        return approval * normal if approval else 0.0

    def stated(self, lane: Lane) -> float:
        """What an offer has before anything happens."""
        offer = self.of_offer(lane)
        if "nameplate" not in offer:
            return math.inf
        return max(number(offer["nameplate"]) - number(offer.get("committed", 0)), 0.0)

    def released(self, node: Node, lane: Lane) -> int:
        """Latest month whose orders have been released to the queue."""
        gone = [one[0] - self.to_border(lane) - math.ceil(self.at_border(one, lane, "delay") - 1e-9)
                for one in self.path(node)]  # fmt: skip
        return max(gone)

    def best_price(self, node: Node, lane: Lane) -> float:
        """The lowest price of any source that is open in a node."""
        found = [self.agreed(node, name) for name in self.contracts(lane) if self.within(name, node[0]) > 0]
        if self.mean(node, "spot", lane.offer, node[0]) > 0:
            found.append(self.price(node, lane) * self.deepest(lane))
        return min(found, default=math.inf)

    def breaks(self, lane: Lane) -> list[tuple[float, float]]:
        """Quantities from which prices hold, and those prices as a share of the list price; the first is that."""
        offer = self.of_offer(lane)
        tiers = sorted((number(one["above"]), number(one["price"])) for one in offer.get("tiers", {}).values())
        return [(0.0, 1.0), *((above, price / number(offer["price"])) for above, price in tiers)]

    def deepest(self, lane: Lane) -> float:
        return min(share for _, share in self.breaks(lane))

    def refund(self, node: Node, lane: Lane) -> float:
        lowest = min(self.best_price(one, lane) for one in self.path(node))
        return 0.0 if math.isinf(lowest) else (1 - number(self.of_offer(lane).get("deposit", 0))) * lowest

    @property
    def rate(self) -> float:
        return number(self.said["discount"])

    def discount(self, time: int) -> float:
        return (1 + self.rate) ** (-(self.world.starts[time] - self.world.starts[0]).days / 365.25)

    def charged(self, time: int, life: str | None) -> float:
        """Share of an outlay that falls in the plan."""
        if life is None:
            return 1.0
        years, left = number(life), (self.world.starts[-1] - self.world.starts[time]).days / 365.25
        within, grown = min(years, left), 1 + self.rate
        return within / years if self.rate == 0 else (1 - grown**-within) / (1 - grown**-years)

    def end_value(self, node: Node, material: str, site: str) -> float:
        """Stated, or what replaces a unit less a quarter of a year of carrying it."""
        part = self.stocked(material, site)
        if "value" in part.get("end", {}):
            return number(part["end"]["value"])
        lowest = min(self.replaced(one, material, site) for one in self.path(node))
        steps = self.said["demand"][f"{material} {site}"]["shortage"].values()
        lowest = lowest if math.isinf(lowest) else min(lowest, 0.99 * max(number(one["cost"]) for one in steps))
        holding = 3 * number(part.get("holding", 0))
        return 0.0 if math.isinf(lowest) else max((1 - self.rate / 4) * lowest - holding, 0.0)

    def replaced(self, node: Node, material: str, site: str) -> float:
        """Price of the last source that a month's need takes, cheapest first; of the dearest where all do not do."""
        sources = []
        for lane in self.lanes:
            if lane.site == site and self.of_offer(lane)["material"] == material:
                most = self.licence(node, lane)
                sold = self.mean(node, "spot", lane.offer, node[0])
                if sold > 0:
                    sources.append((self.price(node, lane) * self.deepest(lane), min(sold, most) * self.yields(lane)))
                for name in self.contracts(lane):
                    if term := self.within(name, node[0]):
                        volume = number(self.said["contracts"][name]["volume"]["at_most"]) * term
                        sources.append((self.agreed(node, name), min(volume, most) * self.yields(lane)))
        need = self.mean(node, "need", f"{material} {site}", node[0])
        for price, volume in sorted(sources):
            need -= volume
            if need <= 1e-12:
                return price
        return max((price for price, _ in sources), default=math.inf)

    def stocked(self, material: str, site: str) -> dict[str, Any]:
        return dict(self.said["stock"].get(f"{material} {site}", {}))
