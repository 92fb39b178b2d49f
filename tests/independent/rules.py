"""Shares and volumes of the statement: rule_at_most and rule_at_least on every path, at the end of each window."""

from typing import Any

from .flows import arriving, orders
from .futures import number
from .statement import Lane, Node, Statement, Terms


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
    else:
        _volume(stated, said["volume"])


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
    for window in _windows(stated, part["over"]):
        terms, fixed = _summed(_arrived, stated, window, lanes)
        for side, end in (("at_most", "high"), ("at_least", "low")):
            if side in part:
                stated.program.row(_or_nothing(stated, terms), **{end: number(part[side]) - fixed})


def _or_nothing(stated: Statement, terms: Terms) -> Terms:
    return terms or [(0.0, stated.program.column("one", low=1, high=1))]


def _windows(stated: Statement, over: str) -> list[list[Node]]:
    """Nodes of each window: a month; or, as no plan here is longer than a year, the whole path to a leaf."""
    if over == "period":
        return [[node] for node in stated.nodes]
    return [stated.path(node) for node in stated.nodes if node[0] == stated.world.periods - 1]


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
    free, *called = orders(stated, node, lane)
    terms = [(stated.price(node, lane), free)]
    terms += [(stated.agreed(node, name), one) for name, one in zip(stated.contracts(lane), called, strict=True)]
    if stated.controlled(lane):
        terms.append((-stated.refund(node, lane), stated.column(node, "cancelled", *lane)))
    return terms, 0.0
