"""From orders to arrivals in the statement: what is released to the border, crosses it, and reaches a site."""

from .statement import Lane, Node, Statement, Terms

FREE = "without contract"


def orders(stated: Statement, node: Node, lane: Lane) -> list[int]:
    """Columns of what is ordered on a lane in a node, without contract and under each."""
    return [stated.column(node, "order", *lane, how) for how in (FREE, *stated.contracts(lane))]


def prices(stated: Statement, node: Node, lane: Lane) -> Terms:
    """What is bought without contract at its price: the order, or the part of it at each price break."""
    price, breaks = stated.price(node, lane), stated.breaks(lane)
    if len(breaks) == 1:
        return [(price, stated.column(node, "order", *lane, FREE))]
    return [(price * share, stated.column(node, "part", *lane, number)) for number, (_, share) in enumerate(breaks)]


def released(stated: Statement, node: Node, lane: Lane) -> tuple[list[int], float]:
    """Orders that join the queue in a node, and what was made before the plan and joins it."""
    latest = stated.released(node, lane)
    earlier = stated.released(stated.before(node, node[0] - 1), lane) if node[0] else -(10**6)
    ready = [one for time in range(max(earlier + 1, 0), latest + 1)
             for one in orders(stated, stated.before(node, time), lane)]  # fmt: skip
    made = sum(
        stated.open_order(lane, "making", due)
        for due in range(stated.world.periods)
        if earlier < due - stated.to_border(lane) <= latest
    )
    return ready, made


def crossing(stated: Statement, node: Node, lane: Lane) -> tuple[Terms, float]:
    """What passes the border in a node: exported, or without a queue what was ordered so long ago."""
    if stated.controlled(lane):
        return [(1.0, stated.column(node, "exported", *lane))], 0.0
    then = node[0] - stated.to_border(lane)
    bought = [(1.0, one) for one in orders(stated, stated.before(node, then), lane)] if then >= 0 else []
    return bought, stated.open_order(lane, "making", node[0])


def arriving(stated: Statement, node: Node, lane: Lane) -> tuple[Terms, float]:
    """What reaches the site in a node."""
    share = stated.yields(lane) * (1 - stated.at_border(node, lane, "seized"))
    then = node[0] - stated.transit(lane)
    terms, fixed = crossing(stated, stated.before(node, then), lane) if then >= 0 else ([], 0.0)
    due = fixed + stated.open_order(lane, "transit", node[0])
    return [(share * amount, one) for amount, one in terms], share * due
