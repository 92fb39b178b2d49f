"""Orders: what is bought from which offer, under contract or not, within what it can sell."""

from typing import Any, NamedTuple

import numpy as np

from sourcing.futures.tree import Mask
from sourcing.model.node_data import SPOT, Nodes, Purchase, open_sources
from sourcing.model.statements import charge, datum, own, rule
from sourcing.model.templates import Stage, Template


def purchases(node: Template, data: Nodes) -> None:
    """order, and its limits `spot_limit`, `capacity`, `shared_capacity`.

    See models/formulation.md#spot_limit. Orders [unit / period], shape (sources, nodes).
    """
    materials = [data.case.offer[data.case.lane[source.lane].offer].material for source in data.sources]
    usual = data.usual_need(materials)
    own(node, "order", data.sources, at=_open(data), preference=1.0 / usual, stage=Stage.EARLY)
    tiered = {lane for lane, _ in data.tier_keys}
    lanes = {source: (source.lane,) for source in data.sources}
    spot = [source for source in data.sources if source.channel == SPOT and source.lane not in tiered]
    called = [source for source in data.sources if source.channel != SPOT]
    for kind, sources in (("purchases", spot), ("contract purchases", called)):
        charge(node, kind, "source_price", "order", keys=sources, lanes=lanes, goods=True)
    _limits(node, data)
    _shared(node, data)


def _open(data: Nodes) -> Mask:
    """Where an order is possible: within the contract's term; without contract, where the offer sells."""
    return open_sources(data.case, data.sources, data.spot, data.contract_scale)


def by_offer(data: Nodes) -> dict[str, list[Purchase]]:
    """Sources of each offer, in order."""
    purchases: dict[str, list[Purchase]] = {}
    for source in data.sources:
        purchases.setdefault(data.case.lane[source.lane].offer, []).append(source)
    return purchases


def _limits(node: Template, data: Nodes) -> None:
    sources, row = by_offer(data), data.case.offer_row
    tested = set(node.columns["qualified"].keys or ())
    finite = [name for name in sources if np.isfinite(data.spot[row[name]]).any()]
    spot = {name: [source for source in sources[name] if source.channel == SPOT] for name in finite}
    spot = {name: purchases for name, purchases in spot.items() if purchases}
    signed = {name: sources[name] for name in sources if any(source.channel != SPOT for source in sources[name])}
    signed = {name: purchases for name, purchases in signed.items() if np.isfinite(data.available[row[name]]).any()}
    for label, limited, values in (("spot", spot, data.spot), ("available", signed, data.available)):
        limits = values[[row[name] for name in limited]]
        names = tuple(limited)
        datum(node, label, names, np.where(np.isfinite(limits), limits, 0.0))
        of = _Sold(
            label,
            {name: tuple(purchases) for name, purchases in limited.items()},
            frozenset(name for name in names if name in tested),
        )
        rule(node, "spot_limit" if label == "spot" else "capacity", names, _sold_at_most, of=of, at=np.isfinite(limits))


class _Sold(NamedTuple):
    """What limits orders: a datum by offer, the ways of buying each offer, and which offers must be qualified."""

    limit: str
    sources: dict[str, tuple[Purchase, ...]]
    qualified: frozenset[str]


def _sold_at_most(model: Any, of: _Sold, offer: str) -> Any:
    usable = model.qualified[offer] if offer in of.qualified else 1.0
    return sum(model.order[source] for source in of.sources[offer]) <= getattr(model, of.limit)[offer] * usable


def _shared(node: Template, data: Nodes) -> None:
    """A supplier's resource used by several offers: `shared_capacity`."""
    case, sources = data.case, by_offer(data)
    names = tuple(case.shared)
    values = np.array([case.shared[name] for name in names]).reshape(len(names), len(case.calendar))
    datum(node, "shared", names, data.by_period(values))
    used = {
        name: tuple(
            (source, offer.uses)
            for offer in case.offers
            if offer.supplier == name
            for source in sources.get(offer.name, [])
        )
        for name in names
    }
    rule(node, "shared_capacity", names, _shared_at_most, of=used)


def _shared_at_most(model: Any, of: dict[str, tuple[tuple[Purchase, float], ...]], name: str) -> Any:
    return sum(uses * model.order[source] for source, uses in of[name]) <= model.shared[name]
