"""Contracts: signing, volume, what is called, and what is charged when too little is taken."""

from typing import Any

import numpy as np

from sourcing.model.node_data import Nodes, Purchase, charged_share
from sourcing.model.statements import before, broadcast, charge, datum, own, rule
from sourcing.model.templates import Stage, Template


def signing(now: Template, data: Nodes) -> None:
    """contract_signed and contract_volume, with `contract_at_least` and `contract_at_most`.

    See models/formulation.md#contract_at_most. Volume per unit of time of the contract, shape (contracts, 1).
    """
    contracts = data.case.contracts
    names = tuple(contract.name for contract in contracts)
    signed = np.array([[float(contract.signed)] for contract in contracts]).reshape(-1, 1)
    own(now, "contract_signed", names, lower=signed, upper=1.0, integer=True, preference=1.0, stage=Stage.FIRST)
    materials = [data.case.offer[contract.offer].material for contract in contracts]
    own(now, "contract_volume", names, preference=1.0 / data.usual_need(materials), stage=Stage.FIRST)
    low = {contract.name: contract.at_least for contract in contracts}
    high = {contract.name: contract.at_most for contract in contracts}
    rule(now, "contract_at_least", names, _volume_at_least, of=low)
    rule(now, "contract_at_most", names, _volume_at_most, of=high)


def _volume_at_least(model: Any, of: dict[str, float], name: str) -> Any:
    return model.contract_volume[name] >= of[name] * model.contract_signed[name]


def _volume_at_most(model: Any, of: dict[str, float], name: str) -> Any:
    return model.contract_volume[name] <= of[name] * model.contract_signed[name]


def contracts(node: Template, data: Nodes) -> None:
    """contract_taken, contract_shortfall, and `contract_ceiling`, `contract_account`, `contract_floor`.

    See models/formulation.md#contract_floor.
    """
    tree, signed = data.tree, data.case.contracts
    names = tuple(contract.name for contract in signed)
    called = {name: tuple(source for source in data.sources if source.channel == name) for name in names}
    broadcast(node, "contract_volume", "contract_volume", names)
    broadcast(node, "contract_signed", "contract_signed", names)
    datum(node, "contract_period", names, data.contract_scale)
    rule(node, "contract_ceiling", names, _called_at_most, of=called, at=data.contract_scale > 0)
    owed = [row for row, contract in enumerate(signed) if contract.take_or_pay > 0]
    owing = tuple(names[row] for row in owed)
    inside = data.contract_scale[owed] > 0
    own(node, "contract_taken", owing, at=inside)
    before(node, "contract_taken_before", "contract_taken", tree)
    datum(node, "contract_carry", owing, data.contract_carry[owed])
    rule(node, "contract_account", owing, _taken, of={name: called[name] for name in owing}, at=inside)
    review = data.contract_review[owed]
    own(node, "contract_shortfall", owing, at=review)
    datum(node, "contract_due", owing, data.contract_floor[owed])
    rule(node, "contract_floor", owing, _shortfall, at=review)
    _prices(node, data)


Called = dict[str, tuple[Purchase, ...]]
"""Ways of buying under each contract."""


def _called_at_most(model: Any, of: Called, name: str) -> Any:
    return sum(model.order[source] for source in of[name]) <= model.contract_period[name] * model.contract_volume[name]


def _taken(model: Any, of: Called, name: str) -> Any:
    carried = model.contract_carry[name] * model.contract_taken_before[name]
    return model.contract_taken[name] == carried + sum(model.order[source] for source in of[name])


def _shortfall(model: Any, of: Any, name: str) -> Any:
    due = model.contract_due[name] * model.contract_volume[name]
    return model.contract_shortfall[name] >= due - model.contract_taken[name]


def _prices(node: Template, data: Nodes) -> None:
    """Charges: on signing, at the root, and on what is not taken."""
    tree, signed = data.tree, data.case.contracts
    names = tuple(contract.name for contract in signed)
    charged, outlay = np.zeros((len(names), tree.nodes)), np.zeros((len(names), tree.nodes))
    shortfall = np.zeros((len(names), tree.nodes))
    for row, contract in enumerate(signed):
        outlay[row, 0] = 0.0 if contract.signed else contract.signing.amount / data.money
        charged[row, 0] = outlay[row, 0] * charged_share(data.case, contract.signing, 0)
        rows = [number for number, source in enumerate(data.sources) if source.channel == contract.name]
        shortfall[row] = contract.shortfall_charge * data.source_price[rows].mean(axis=0)
    datum(node, "signing_charge", names, charged)
    datum(node, "signing_outlay", names, outlay)
    owed = [row for row, contract in enumerate(signed) if contract.take_or_pay > 0]
    datum(node, "shortfall_price", tuple(names[row] for row in owed), shortfall[owed])
    lanes = {contract.name: data.case.lanes_of.get(contract.offer, ()) for contract in signed}
    charge(node, "take-or-pay", "shortfall_price", "contract_shortfall", lanes=lanes)
    charge(node, "signing", "signing_charge", "contract_signed", cash="signing_outlay", lanes=lanes)
