"""The rows and costs of the statement; the headings of models/formulation.md that they restate are named."""

import math
from typing import Any

from .flows import arriving, crossing, orders, prices, released
from .futures import World, months_of, number
from .rules import rule
from .statement import MOST, Lane, Node, Statement, Terms


def least_cost(said: dict[str, Any], gap: float = 1e-9) -> float | None:
    """The least objective of a scenario as `generator.py` makes them; None: there is no plan."""
    stated = Statement(World(said))
    for lane in stated.lanes:
        buying(stated, lane)
        border(stated, lane)
    for node in stated.nodes:
        limits(stated, node)
    for name in said["contracts"]:
        contract(stated, name)
    for name, part in said["demand"].items():
        stock(stated, name, part["material"], part["site"])
    for name in said.get("rules", {}):
        rule(stated, said["rules"][name])
    objective(stated)
    return stated.program.least(gap)


def qualified(stated: Statement, node: Node, offer: str) -> Terms | None:
    """Starts that have made an offer usable; None where it always is. See formulation, qualification."""
    part = stated.said["offers"][offer].get("qualification")
    if part is None:
        return None
    return [(1.0, one) for before in stated.path(node) if node[0] - before[0] >= months_of(part["time"])
            for one in started(stated, before, offer)]  # fmt: skip


def started(stated: Statement, node: Node, offer: str) -> list[int]:
    """The column of a start, where it may be and is early enough."""
    part = stated.said["offers"][offer]["qualification"]
    in_time = node[0] + months_of(part["time"]) < stated.world.periods
    return [stated.column(node, "start", offer, high=1, whole=True)] if in_time and (
        part["decide"] == "any" or node[0] == 0) else []  # fmt: skip


def buying(stated: Statement, lane: Lane) -> None:
    """order_link, order_minimum, order_cost, source_price."""
    offer = stated.of_offer(lane)
    least, fixed = number(offer.get("minimum_order", 0)), number(offer.get("order_cost", 0))
    for node in stated.nodes:
        bought = orders(stated, node, lane)
        for price, one in prices(stated, node, lane):
            stated.pay(node, price, one)
        if len(stated.breaks(lane)) > 1:
            tiers(stated, node, lane)
        for name, one in zip(stated.contracts(lane), bought[1:], strict=True):
            stated.pay(node, stated.agreed(node, name), one)
        if least or fixed:
            placed = stated.column(node, "ordered", *lane, high=1, whole=True)
            most = min(MOST, stated.mean(node, "available", lane.offer, node[0]))
            stated.program.row([*((1.0, one) for one in bought), (-most, placed)], high=0)
            stated.program.row([*((1.0, one) for one in bought), (-least, placed)], low=0)
            stated.pay(node, fixed, placed)


def tiers(stated: Statement, node: Node, lane: Lane) -> None:
    """tier_sum, tier_most, tier_least, tier_one: at one price for all, or each part at its own."""
    parts, above = [one for _, one in prices(stated, node, lane)], [least for least, _ in stated.breaks(lane)]
    steps = stated.of_offer(lane)["tier_kind"] == "incremental"
    chosen = [stated.column(node, "break", *lane, number, high=1, whole=True) for number in range(len(parts))]
    stated.program.row([(1.0, orders(stated, node, lane)[0]), *((-1.0, one) for one in parts)], low=0, high=0)
    for row, (part, begins) in enumerate(zip(parts, above, strict=True)):
        ends = above[row + 1] if row + 1 < len(above) else MOST
        stated.program.row([(1.0, part), (-(ends - begins if steps else ends), chosen[row])], high=0)
        if steps and row + 1 < len(above):
            stated.program.row([(1.0, part), (begins - ends, chosen[row + 1])], low=0)
        elif not steps:
            stated.program.row([(1.0, part), (-begins, chosen[row])], low=0)
    if not steps:
        stated.program.row([(1.0, one) for one in chosen], high=1)


def limits(stated: Statement, node: Node) -> None:
    """spot_limit, capacity, licence_limit, qualification_once, qualification_charge."""
    for offer, said in stated.said["offers"].items():
        lanes = [lane for lane in stated.lanes if lane.offer == offer]
        free = [(1.0, orders(stated, node, lane)[0]) for lane in lanes]
        every = [(1.0, one) for lane in lanes for one in orders(stated, node, lane)]
        usable = qualified(stated, node, offer)
        for bought, what in ((free, "spot"), (every, "available")):
            most = stated.mean(node, what, offer, node[0])
            if usable is None:
                stated.program.row(bought, high=most)
            else:
                most = min(most, 2 * MOST)
                stated.program.row([*bought, *((-most, one) for _, one in usable)], high=0)
        if part := said.get("qualification"):
            for one in started(stated, node, offer):
                share = stated.charged(node[0], part.get("life"))
                stated.pay(node, share * number(part["cost"]), one, number(part["cost"]))
            ever = [(1.0, one) for before in stated.path(node) for one in started(stated, before, offer)]
            stated.program.row(ever or [(0.0, every[0][1])], high=1)
        for country in {stated.country(lane) for lane in lanes}:
            inside = [lane for lane in lanes if stated.country(lane) == country and stated.controlled(lane)]
            most = stated.licence(node, inside[0]) if inside else math.inf
            if math.isfinite(most):
                stated.program.row([(1.0, stated.column(node, "exported", *lane)) for lane in inside], high=most)


def due_at_border(stated: Statement, node: Node, lane: Lane) -> float:
    """border_cost: freight, which is an amount or a share of the price, and duty on the price."""
    said, price = stated.of_lane(lane), stated.price(node, lane)
    freight = number(said["freight"]) * (price if said["freight"].endswith("%") else 1)
    return freight + number(said["duty"]) * price


def border(stated: Statement, lane: Lane) -> None:
    """border_queue, border_cost, refund, and what waits stored."""
    queue = stated.controlled(lane)
    for node in stated.nodes:
        dues = due_at_border(stated, node, lane)
        for amount, one in crossing(stated, node, lane)[0]:
            stated.pay(node, amount * dues, one)
        fixed = crossing(stated, node, lane)[1]
        stated.pay(node, fixed * dues, stated.program.column("one", low=1, high=1))
        if not queue:
            continue
        material = stated.of_offer(lane)["material"]
        waits = stated.at_border(node, lane, "limited") > 0 or stated.seized_ever(lane)
        waiting = stated.column(node, "waiting", *lane, high=math.inf if waits else 0.0)
        cancels = stated.at_border(node, lane, "approval") < 1 and not stated.bound(lane)
        cancelled = stated.column(node, "cancelled", *lane, high=math.inf if cancels else 0.0)
        stated.pay(node, number(stated.stocked(material, lane.site).get("holding", 0)), waiting)
        stated.pay(node, -stated.refund(node, lane), cancelled)
        ready, opened = released(stated, node, lane)
        terms = [(1.0, waiting), (1.0, stated.column(node, "exported", *lane)), (1.0, cancelled)]
        terms += [(-1.0, one) for one in ready]
        if node[0]:
            terms.append((-1.0, stated.column(stated.before(node, node[0] - 1), "waiting", *lane)))
        else:
            opened += sum(stated.open_order(lane, "waiting", time) for time in range(stated.world.periods))
        stated.program.row(terms, low=opened, high=opened)


def contract(stated: Statement, name: str) -> None:
    """contract_at_least, contract_at_most, contract_ceiling, contract_floor, signing_charge, shortfall_price."""
    part, program = stated.said["contracts"][name], stated.program
    low, high = number(part["volume"]["at_least"]), number(part["volume"]["at_most"])
    signed = program.column("signed", name, low=float(part["signed"]), high=1, whole=True)
    volume = program.column("volume", name)
    program.row([(1.0, volume), (-low, signed)], low=0)
    program.row([(1.0, volume), (-high, signed)], high=0)
    if not part["signed"]:
        outlay = number(part["signing_cost"]) * stated.charged(0, part.get("life"))
        stated.pay(stated.nodes[0], outlay, signed, number(part["signing_cost"]))
    lanes = [lane for lane in stated.lanes if lane.offer == part["offer"]]
    last = max(time for time in range(stated.world.periods) if stated.within(name, time) > 0)
    for node in stated.nodes:
        calls = [(1.0, stated.column(node, "order", *lane, name)) for lane in lanes]
        program.row([*calls, (-stated.within(name, node[0]), volume)], high=0)
        if node[0] != last or not number(part["take_or_pay"]):
            continue
        due, taken = 0.0, []
        for one in stated.path(node):
            most = high * stated.within(name, one[0])
            has = min(stated.mean(one, "available", part["offer"], one[0]) / most, 1.0)
            passed = sum(stated.at_border(one, lane, "approval") for lane in lanes) / len(lanes)
            due += stated.within(name, one[0]) * passed * has
            taken += [(1.0, stated.column(one, "order", *lane, name)) for lane in lanes]
        short = stated.column(node, "shortfall", name)
        program.row([(1.0, short), *taken, (-number(part["take_or_pay"]) * due, volume)], low=0)
        stated.pay(node, number(part.get("shortfall_charge", 1)) * stated.agreed(node, name), short)


def stock(stated: Statement, demand: str, material: str, site: str) -> None:
    """stock_balance, shortage, cover, end_target, end_value, queued_value, holding."""
    part, need = stated.stocked(material, site), stated.said["demand"][demand]
    lanes = [lane for lane in stated.lanes if lane.site == site and stated.of_offer(lane)["material"] == material]
    opening = number(stated.said["opening_stock"][f"{material} {site}"]["quantity"])
    storage = number(part.get("storage", "inf"))
    for node in stated.nodes:
        wanted = stated.mean(node, "need", demand, node[0])
        held = stated.column(node, "stock", material, site, high=storage)
        gone = stated.column(node, "disposed", material, site, high=0.0 if math.isinf(storage) else math.inf)
        terms, fixed, rest = [(1.0, held), (1.0, gone)], -wanted, 1.0
        for step, said in need["shortage"].items():
            share = number(said["share"]) if "share" in said else rest
            rest -= share
            short = stated.column(node, "short", demand, step, high=share * wanted)
            terms.append((-1.0, short))
            stated.pay(node, number(said["cost"]), short, 0.0)
        for lane in lanes:
            come, due = arriving(stated, node, lane)
            terms += [(-amount, one) for amount, one in come]
            fixed += due
        if node[0]:
            terms.append((-1.0, stated.column(stated.before(node, node[0] - 1), "stock", material, site)))
        else:
            fixed += opening
        stated.program.row(terms, low=fixed, high=fixed)
        stated.pay(node, number(part.get("holding", 0)), held)
        if "cover" in part:
            cover(stated, node, part["cover"], demand, held)
        if node[0] in (stated.world.planned - 1, stated.world.periods - 1):
            end(stated, node, part.get("end", {}), demand, held, lanes)


def cover(stated: Statement, node: Node, part: dict[str, Any], demand: str, held: int) -> None:
    wanted = part.get("release", {}).get("restriction")
    measures = [stated.world.measures(future).get(wanted) for future in stated.futures(node)]
    of_china = [one["material"] for one in stated.said["offers"].values() if one["supplier"] == "china"]
    concerned = stated.said["demand"][demand]["material"] in of_china
    whole = [measure and concerned and stated.world.share(measure, node[0]) >= 1 - 1e-9 for measure in measures]
    if all(whole):
        return
    target = stated.mean(node, "ahead", demand, node[0], number(part["days"]))
    missing = stated.column(node, "uncovered", demand)
    stated.program.row([(1.0, held), (1.0, missing)], low=target)
    stated.pay(node, number(part["shortfall_cost"]), missing, 0.0)


def end(stated: Statement, node: Node, part: dict[str, Any], demand: str, held: int, lanes: list[Lane]) -> None:
    """What is held, on its way past the border, and not past it: wanted where the plan ends, worth something where
    nobody looks further."""
    said = stated.said["demand"][demand]
    last, leaf = node[0] == stated.world.planned - 1, node[0] == stated.world.periods - 1
    value = stated.end_value(node, said["material"], said["site"]) if leaf else 0.0
    stated.pay(node, -value, held, 0.0)
    there: Terms = [(1.0, held)]
    for lane in lanes:
        kept, queue = stated.yields(lane), stated.controlled(lane)
        crossed = node[0] - (0 if queue else stated.to_border(lane))
        for one in stated.path(node)[max(crossed - stated.transit(lane) + 1, 0) : max(crossed + 1, 0)]:
            gone = [stated.column(one, "exported", *lane)] if queue else orders(stated, one, lane)
            there += [(kept, column) for column in gone]
            for column in gone:
                stated.pay(node, -value * kept, column, 0.0)
        held_up = [stated.column(node, "waiting", *lane)] if queue else []
        there_by = stated.released(node, lane) if queue else crossed
        for one in stated.path(node)[max(there_by + 1, 0) :]:
            held_up += orders(stated, one, lane)
        worth = max(kept * value - due_at_border(stated, node, lane), 0.0) if leaf else 0.0
        if stated.at_border(node, lane, "approval") < 1:
            worth = min(0.0 if stated.bound(lane) else stated.refund(node, lane), worth)
        there += [(kept, column) for column in held_up]
        for column in held_up:
            stated.pay(node, -worth, column, 0.0)
    if "days" in part and last:
        missing = stated.column(node, "end shortfall", demand)
        target = stated.mean(node, "ahead", demand, node[0], number(part["days"]))
        stated.program.row([*there, (1.0, missing)], low=target)
        stated.pay(node, number(part["shortfall_cost"]), missing, 0.0)


def objective(stated: Statement) -> None:
    """cost_total, discount, excess_over_threshold, objective: (1 - w) expected cost + w CVaR."""
    weight, tail = stated.said["risk"]["weight"], stated.said["risk"]["tail"]
    for node, bill in stated.bill.items():
        share = (1 - weight) * stated.probability(node) * stated.discount(node[0])
        stated.program.pay((share * price, column) for price, column in bill)
    if not weight:
        return
    threshold = stated.program.column("threshold", low=-math.inf)
    stated.program.pay([(weight, threshold)])
    for leaf in (node for node in stated.nodes if node[0] == stated.world.periods - 1):
        beyond = stated.column(leaf, "excess")
        stated.program.pay([(weight / tail * stated.probability(leaf), beyond)])
        path = [(stated.discount(node[0]) * price, column) for node in stated.path(leaf)
                for price, column in stated.bill.get(node, [])]  # fmt: skip
        terms = [(-price, column) for price, column in path]
        stated.program.row([(1.0, beyond), (1.0, threshold), *terms], low=0)
