"""Orders: what is bought from which offer, under contract or not, within what it can sell."""

import numpy as np

from sourcing.futures.tree import Mask
from sourcing.model.node_data import SPOT, Nodes, Purchase, open_sources
from sourcing.model.templates import Template, datum, own, rule


def purchases(node: Template, data: Nodes) -> None:
    """order, and its limits `spot_limit`, `capacity`, `shared_capacity`.

    See models/formulation.md#spot_limit. Orders [unit / period], shape (sources, nodes).
    """
    materials = [data.case.offer[data.case.lane[source.lane].offer].material for source in data.sources]
    own(node, "order", data.sources, at=_open(data), preference=1.0 / data.usual_need(materials))
    _limits(node, data)
    _shared(node, data)


def _open(data: Nodes) -> Mask:
    """Where an order is possible: within the contract's term; without contract, where the offer sells."""
    return open_sources(data.case, data.sources, data.spot, data.contract_scale)


def by_offer(data: Nodes) -> dict[str, list[Purchase]]:
    """Sources of each offer, in order."""
    found: dict[str, list[Purchase]] = {}
    for source in data.sources:
        found.setdefault(data.case.lane[source.lane].offer, []).append(source)
    return found


def _limits(node: Template, data: Nodes) -> None:
    model, sources = node.model, by_offer(data)
    row = data.case.offer_row
    finite = [name for name in sources if np.isfinite(data.spot[row[name]]).any()]
    spot = {name: [source for source in sources[name] if source.channel == SPOT] for name in finite}
    spot = {name: found for name, found in spot.items() if found}
    signed = {name: sources[name] for name in sources if any(source.channel != SPOT for source in sources[name])}
    signed = {name: found for name, found in signed.items() if np.isfinite(data.available[row[name]]).any()}
    for label, limited, values in (("spot", spot, data.spot), ("available", signed, data.available)):
        kept = values[[row[name] for name in limited]]
        names = tuple(limited)
        datum(node, label, names, np.where(np.isfinite(kept), kept, 0.0))
        rule(
            node,
            "spot_limit" if label == "spot" else "capacity",
            names,
            lambda name, limited=limited, label=label: (
                sum(model.order[source] for source in limited[name])
                <= getattr(model, label)[name] * _usable(node, name)
            ),
            at=np.isfinite(kept),
        )


def _usable(node: Template, offer: str) -> object:
    """1, or whether the offer is qualified where it needs to be."""
    return node.model.qualified[offer] if offer in (node.columns["qualified"].keys or ()) else 1.0


def _shared(node: Template, data: Nodes) -> None:
    """A supplier's resource used by several offers: `shared_capacity`."""
    model, case, sources = node.model, data.case, by_offer(data)
    names = tuple(case.shared)
    values = np.array([case.shared[name] for name in names]).reshape(len(names), len(case.calendar))
    datum(node, "shared", names, data.by_period(values))
    rule(
        node,
        "shared_capacity",
        names,
        lambda name: (
            sum(
                offer.uses * model.order[source]
                for offer in case.offers
                if offer.supplier == name
                for source in sources.get(offer.name, [])
            )
            <= model.shared[name]
        ),
    )
