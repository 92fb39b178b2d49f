"""Shares and volumes of the statement: rule_at_most and rule_at_least on every path, at the end of each window."""

from typing import Any

from .flows import arriving, orders, prices
from .futures import number
from .statement import MOST, Lane, Node, Statement, Terms


def rule(stated: Statement, said: dict[str, Any]) -> None:
    """One rule."""
    if "share" in said:
        part = said["share"]
        groups = {_value(stated, lane, part["each"]) for lane in stated.lanes} if "each" in part else {""}
        for group in groups:
            whole = [lane for lane in stated.lanes if _picked(stated, lane, part.get("within", {}))]
            if group:
                whole = [lane for lane in whole if _value(stated, lane, part["each"]) == group]
            some = [lane for lane in whole if _picked(stated, lane, part["of"])]
            if whole:
                _share(stated, part, some, whole)
    elif "volume" in said:
        _volume(stated, said["volume"])
    elif "budget" in said:
        for window in _windows(stated, said["budget"]["over"], amount=True):
            paid = [term for node in window for term in stated.till[node]]
            stated.program.row(paid, high=number(said["budget"]["at_most"]))
    else:
        _count(stated, said["count"])


def _value(stated: Statement, lane: Lane, key: str) -> str:
    offer = stated.of_offer(lane)
    country = stated.said["suppliers"][offer["supplier"]]["country"]
    return str({"origin": country, "site": lane.site, **offer}[key])


def _picked(stated: Statement, lane: Lane, where: dict[str, str]) -> bool:
    return all(_value(stated, lane, key) == value for key, value in where.items())


def _share(stated: Statement, part: dict[str, Any], some: list[Lane], whole: list[Lane]) -> None:
    flow = _spent if part["basis"] == "spend" else _arrived
    for window in _windows(stated, part["over"]):
        of, fixed_of = _summed(flow, stated, window, some)
        every, fixed = _summed(flow, stated, window, whole)
        for side in ("at_most", "at_least"):
            if side in part:
                share = number(part[side])
                terms = [*of, *((-share * amount, column) for amount, column in every)]
                bound = share * fixed - fixed_of
                stated.program.row(_or_nothing(stated, terms), **{"high" if side == "at_most" else "low": bound})


def _volume(stated: Statement, part: dict[str, Any]) -> None:
    lanes = [lane for lane in stated.lanes if _picked(stated, lane, part["of"])]
    for window in _windows(stated, part["over"], amount=True):
        terms, fixed = _summed(_arrived, stated, window, lanes)
        for side, end in (("at_most", "high"), ("at_least", "low")):
            if side in part:
                stated.program.row(_or_nothing(stated, terms), **{end: number(part[side]) - fixed})


def _count(stated: Statement, part: dict[str, Any]) -> None:
    """counted_share, rule_count_at_least, order_counted, rule_count_at_most, over the whole plan."""
    lanes = [lane for lane in stated.lanes if _picked(stated, lane, part["of"])]
    suppliers = sorted({_value(stated, lane, "supplier") for lane in lanes})
    for window in _windows(stated, "horizon", amount=True):
        every, fixed = _summed(_arrived, stated, window, lanes)
        counted, used = [], []
        for supplier in suppliers:
            mine = [lane for lane in lanes if _value(stated, lane, "supplier") == supplier]
            if "at_least" in part:
                share, brought = number(part["each_at_least"]), _summed(_arrived, stated, window, mine)
                one = stated.column(window[-1], "counted", str(part), supplier, high=1, whole=True)
                terms = [*((share * amount, column) for amount, column in every), (share * MOST, one)]
                terms += [(-amount, column) for amount, column in brought[0]]
                stated.program.row(terms, high=share * (MOST - fixed) + brought[1])
                counted.append((1.0, one))
            if "at_most" in part:
                one = stated.column(window[-1], "used", str(part), supplier, high=1, whole=True)
                for node in window:
                    for lane in mine:
                        placed = [(1.0, column) for column in orders(stated, node, lane)]
                        most = min(MOST, stated.mean(node, "available", lane.offer, node[0]))
                        stated.program.row([*placed, (-most, one)], high=0)
                used.append((1.0, one))
        if counted:
            stated.program.row(counted, low=part["at_least"])
        if used:
            stated.program.row(used, high=part["at_most"])


def _or_nothing(stated: Statement, terms: Terms) -> Terms:
    return terms or [(0.0, stated.program.column("one", low=1, high=1))]


def _windows(stated: Statement, over: str, amount: bool = False) -> list[list[Node]]:
    """Nodes of each window: a month; or, as no plan here is longer than a year, the whole path to the end of the plan,
    and what follows it, where an amount over the horizon is not limited."""
    if over == "period":
        return [[node] for node in stated.nodes]
    planned, periods = stated.world.planned, stated.world.periods
    windows = [stated.path(node) for node in stated.nodes if node[0] == planned - 1]
    if periods > planned and not (amount and over == "horizon"):
        windows += [stated.path(node)[planned:] for node in stated.nodes if node[0] == periods - 1]
    return windows


def _summed(flow: Any, stated: Statement, window: list[Node], lanes: list[Lane]) -> tuple[Terms, float]:
    terms: Terms = []
    fixed = 0.0
    for node in window:
        for lane in lanes:
            more, due = flow(stated, node, lane)
            terms += more
            fixed += due
    return terms, fixed


def _arrived(stated: Statement, node: Node, lane: Lane) -> tuple[Terms, float]:
    return arriving(stated, node, lane)


def _spent(stated: Statement, node: Node, lane: Lane) -> tuple[Terms, float]:
    """Paid for orders less what is refunded, not discounted."""
    _, *called = orders(stated, node, lane)
    terms = prices(stated, node, lane)
    terms += [(stated.agreed(node, name), one) for name, one in zip(stated.contracts(lane), called, strict=True)]
    if stated.controlled(lane):
        terms.append((-stated.refund(node, lane), stated.column(node, "cancelled", *lane)))
    return terms, 0.0
