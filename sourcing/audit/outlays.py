"""What is paid besides goods and their way: placing orders, testing, signing, volumes not taken, storing, making do."""

import numpy as np

from sourcing.audit.audited_numbers import AuditedNumbers
from sourcing.audit.check import HIDDEN
from sourcing.audit.flow_checks import AuditedFlows
from sourcing.audit.plan_days import Array
from sourcing.audit.price_checks import AuditedPrices
from sourcing.audit.purchase_checks import AuditedPurchases


def order_costs(numbers: AuditedNumbers, buying: AuditedPurchases) -> Array:
    """Paid for orders placed, by lane, shape (lanes, nodes)."""
    costs = numbers.stack([numbers.importer.offer[lane.offer].order_cost for lane in numbers.importer.lanes])
    return np.asarray(costs * (buying.amounts.orders > HIDDEN))


def outlays(numbers: AuditedNumbers, buying: AuditedPurchases, prices: AuditedPrices) -> Array:
    """Paid for qualification, signing and what contracts charge, in cash, by offer, shape (offers, nodes)."""
    importer, amounts = numbers.importer, buying.amounts
    names = [offer.name for offer in importer.offers]
    paid = np.zeros((len(importer.offers), numbers.tree.nodes))
    for number, row in enumerate(numbers.qualify):
        qualification = importer.offers[row].qualification
        assert qualification is not None
        paid[row] += qualification.outlay.amount * amounts.started[number]
    for number, contract in enumerate(importer.contracts):
        row = names.index(contract.offer)
        paid[row, 0] += 0.0 if contract.signed else contract.signing.amount * amounts.signed[number]
        paid[row] += contract.shortfall_charge * prices.contract[number] * buying.shortfall[number]
    return paid


def storage(numbers: AuditedNumbers, flows: AuditedFlows) -> Array:
    """Paid for storing, at the sites and at the border, shape (nodes,)."""
    holding = numbers.stack([position.holding for position in numbers.importer.positions])
    at_border = holding[numbers.position_of] * flows.amounts.waiting
    return np.asarray((holding * flows.amounts.stock).sum(axis=0) + at_border.sum(axis=0))


def making_do(numbers: AuditedNumbers, flows: AuditedFlows) -> Array:
    """Paid for what is made do without, shape (nodes,)."""
    makes_do = np.array([step.makes_do for demand in numbers.importer.demands for step in demand.steps], bool)
    return np.asarray((numbers.mean("shortage") * flows.amounts.short)[makes_do].sum(axis=0))
