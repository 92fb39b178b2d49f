"""How many suppliers must stand ready: contracted, or qualified by the end of the horizon."""

from typing import Any, NamedTuple

from sourcing.formulation.roles import Template, own, rule
from sourcing.nodes import Nodes
from sourcing.scenario import attributes
from sourcing.scenario.rules import CountRule
from sourcing.selection import grouped, matches


class Counted(NamedTuple):
    """A supplier that a rule counts."""

    rule: str
    supplier: str


def counts(node: Template, data: Nodes) -> None:
    """supplier_counted, and `counted_at_most`, `counted_at_least`, `rule_count_at_least`, `rule_count_at_most`.

    See models/formulation.md#rule_count_at_least.
    """
    model, case = node.model, data.case
    stated = _groups(data)
    suppliers = {
        Counted(name, case.offer[offer].supplier): None for name, (offers, _) in stated.items() for offer in offers
    }
    keys = tuple(suppliers)
    offers_of = {
        key: [offer for offer in stated[key.rule][0] if case.offer[offer].supplier == key.supplier] for key in keys
    }
    pairs = tuple((key.rule, offer) for key in keys for offer in offers_of[key])
    supplier_of = {(key.rule, offer): key for key in keys for offer in offers_of[key]}
    leaf = data.tree.leaf
    own(node, "supplier_counted", keys, upper=1.0, at=leaf)
    rule(
        node,
        "counted_at_most",
        keys,
        lambda key: model.supplier_counted[key] <= sum(_counted(node, data, offer) for offer in offers_of[key]),
        at=leaf,
    )
    rule(
        node,
        "counted_at_least",
        pairs,
        lambda pair: model.supplier_counted[supplier_of[pair]] >= _counted(node, data, pair[1]),
        at=leaf,
    )
    for side, sign in (("at_least", 1), ("at_most", -1)):
        names = tuple(name for name, (_, part) in stated.items() if getattr(part, side) is not None)
        rule(
            node,
            f"rule_count_{side}",
            names,
            lambda name, side=side, sign=sign: (
                sign * sum(model.supplier_counted[key] for key in keys if key.rule == name)
                >= sign * getattr(stated[name][1], side)
            ),
            at=leaf,
        )


def _groups(data: Nodes) -> dict[str, tuple[tuple[str, ...], CountRule]]:
    """Offers that each count is over."""
    known = attributes.of_offers(data.case.scenario)
    kept = {offer.name: known[offer.name] for offer in data.case.offers}
    found: dict[str, tuple[tuple[str, ...], CountRule]] = {}
    for name, entry in data.case.rules.items():
        if entry.count:
            picked = tuple(offer for offer in kept if matches(entry.count.of, kept[offer]))
            groups = grouped(picked, "material", kept) if entry.count.each else {"": picked}
            for label, group in groups.items():
                found[": ".join(piece for piece in (name, label) if piece)] = group, entry.count
    return found


def _counted(node: Template, data: Nodes, offer: str) -> Any:
    """1 where an offer may be bought as things stand; else whether it is qualified, or a contract on it signed."""
    if offer in node.model.qualified_ever:
        return node.model.qualified_ever[offer]
    signed = [contract.name for contract in data.case.contracts if contract.offer == offer]
    if data.case.offer[offer].spot.any() or not signed:
        return 1.0
    return sum(node.model.contract_signed[name] for name in signed)
