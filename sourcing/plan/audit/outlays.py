"""What is paid besides goods and their way: for placing orders, testing, signing, volumes not taken, and storing."""

import numpy as np

from sourcing.periods import Array
from sourcing.plan.audit.buying import Buying
from sourcing.plan.audit.check import HIDDEN
from sourcing.plan.audit.flows import Flows
from sourcing.plan.audit.numbers import Numbers
from sourcing.plan.audit.prices import Prices


def order_costs(numbers: Numbers, buying: Buying) -> Array:
    """Paid for orders placed, by lane, shape (lanes, nodes)."""
    costs = numbers.stack([numbers.case.offer[lane.offer].order_cost for lane in numbers.case.lanes])
    return np.asarray(costs * (buying.amounts.orders > HIDDEN))


def outlays(numbers: Numbers, buying: Buying, prices: Prices) -> Array:
    """Paid for qualification, signing and what contracts charge, in cash, by offer, shape (offers, nodes)."""
    case, amounts = numbers.case, buying.amounts
    paid = np.zeros((len(case.offers), numbers.tree.nodes))
    for number, row in enumerate(numbers.qualify):
        part = case.offers[row].qualification
        assert part is not None
        paid[row] += part.outlay.amount * amounts.started[number]
    for number, contract in enumerate(case.contracts):
        row = case.offer_row[contract.offer]
        paid[row, 0] += 0.0 if contract.signed else contract.signing.amount * amounts.signed[number]
        paid[row] += contract.shortfall_charge * prices.contract[number] * buying.shortfall[number]
    return paid


def storage(numbers: Numbers, flows: Flows) -> Array:
    """Paid for storing, at the sites and at the border, shape (nodes,)."""
    holding = numbers.stack([position.holding for position in numbers.case.positions])
    at_border = holding[numbers.position_of] * flows.amounts.waiting
    return np.asarray((holding * flows.amounts.stock).sum(axis=0) + at_border.sum(axis=0))
