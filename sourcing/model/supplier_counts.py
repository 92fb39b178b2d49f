"""How many suppliers are in use: with a real share of what arrives, or ordered from at all."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.frame import KILOGRAMS
from sourcing.futures.tree import Mask
from sourcing.model.node_data import LargestAmounts, Nodes, Purchase, windows
from sourcing.model.statements import before, datum, own, rule
from sourcing.model.templates import Template
from sourcing.scenario import attributes
from sourcing.scenario.language.rule_specs import CountRule
from sourcing.selection import grouped, matches


class CountedSupplier(NamedTuple):
    """A supplier that a rule counts."""

    rule: str
    supplier: str


class CountedLane(NamedTuple):
    """A lane of a supplier that a rule counts."""

    rule: str
    lane: str


@dataclass(frozen=True)
class CountGroup:
    """What one count is over: its rule, the lanes of its offers, and their suppliers. ends: where its window ends;
    carry: 1 where it goes on from the node before; shape (nodes,)."""

    part: CountRule
    lanes: tuple[str, ...]
    suppliers: tuple[str, ...]
    ends: Mask
    carry: Array

    def lanes_of(self, supplier: str, case: Case) -> tuple[str, ...]:
        """Lanes of one of the suppliers."""
        return tuple(lane for lane in self.lanes if case.offer[case.lane[lane].offer].supplier == supplier)


def counts(node: Template, data: Nodes) -> None:
    """supplier_counted and supplier_used, and the rows that tie them to what arrives and what is ordered.

    See models/formulation.md#rule_count_at_least.
    """
    groups = groups_of(data)
    _shares(node, data, {name: group for name, group in groups.items() if group.part.at_least is not None})
    _used(node, data, {name: group for name, group in groups.items() if group.part.at_most is not None})


def groups_of(data: Nodes) -> dict[str, CountGroup]:
    """Suppliers and lanes that each rule on a count is over, by name."""
    case, planned = data.case, _planned(data)
    known = attributes.of_offers(case.scenario)
    groups: dict[str, CountGroup] = {}
    for name, entry in case.rules.items():
        if entry.count is None:
            continue
        picked = tuple(offer.name for offer in case.offers if matches(entry.count.of, known[offer.name]))
        ends, carry = windows(data, entry.count.over)
        for label, offers in (grouped(picked, "material", known) if entry.count.each else {"": picked}).items():
            lanes = tuple(lane.name for lane in case.lanes if lane.offer in offers)
            suppliers = tuple(dict.fromkeys(case.offer[case.lane[lane].offer].supplier for lane in lanes))
            title = ": ".join(piece for piece in (name, label) if piece)
            groups[title] = CountGroup(entry.count, lanes, suppliers, ends & planned, carry)
    return groups


def _planned(data: Nodes) -> Mask:
    """Nodes of the plan: beyond it suppliers are not counted, shape (nodes,)."""
    return np.asarray(data.tree.period < data.case.calendar.planned)


def _keys(groups: dict[str, CountGroup]) -> tuple[CountedSupplier, ...]:
    return tuple(CountedSupplier(name, supplier) for name, group in groups.items() for supplier in group.suppliers)


def _masks(groups: dict[str, CountGroup], names: tuple[str, ...], data: Nodes) -> tuple[Mask, Array]:
    """Where the windows of groups end and whether they go on, by name, shape (names, nodes)."""
    shape = (len(names), data.tree.nodes)
    ends = np.array([groups[name].ends for name in names], bool).reshape(shape)
    return ends, np.array([groups[name].carry for name in names], float).reshape(shape)


# With a real share ----------------------------------------------------------------------------------------------------


def _shares(node: Template, data: Nodes, groups: dict[str, CountGroup]) -> None:
    """`supplier_counted`: whether a supplier brings its share of what arrives in the window."""
    case, keys, names = data.case, _keys(groups), tuple(groups)
    _account(
        node, data, "counted_amount", keys, [groups[key.rule].lanes_of(key.supplier, case) for key in keys], groups
    )
    _account(node, data, "counted_whole", names, [groups[name].lanes for name in names], groups)
    ends, _ = _masks(groups, tuple(key.rule for key in keys), data)
    own(node, "supplier_counted", keys, integer=True, at=ends)
    share = {name: _share(group.part) for name, group in groups.items()}
    sizes = LargestAmounts(data)
    most = {name: sizes.arriving(group.lanes) for name, group in groups.items()}
    largest = [[share[key.rule] * most[key.rule][0]] * data.tree.nodes for key in keys]
    datum(node, "counted_room", keys, np.array(largest, float).reshape(len(keys), data.tree.nodes))
    derived = np.array([most[key.rule][1] for key in keys], np.int64).reshape(len(keys), 1)
    rule(node, "counted_share", keys, _brings_its_share, of=share, at=ends, derived=derived)
    enough = {name: _Suppliers(_of(keys, name), groups[name].part.at_least or 0) for name in names}
    rule(node, "rule_count_at_least", names, _counted_at_least, of=enough, at=_masks(groups, names, data)[0])


class _Suppliers(NamedTuple):
    """Suppliers that a rule counts, and the number that it asks for or allows."""

    keys: tuple[CountedSupplier, ...]
    number: int


def _of(keys: tuple[CountedSupplier, ...], name: str) -> tuple[CountedSupplier, ...]:
    return tuple(key for key in keys if key.rule == name)


def _brings_its_share(model: Any, of: dict[str, float], key: CountedSupplier) -> Any:
    missing = of[key.rule] * model.counted_whole[key.rule] - model.counted_amount[key]
    return missing <= model.counted_room[key] * (1 - model.supplier_counted[key])


def _counted_at_least(model: Any, of: dict[str, _Suppliers], name: str) -> Any:
    return sum(model.supplier_counted[key] for key in of[name].keys) >= of[name].number


def _share(part: CountRule) -> float:
    return part.each_at_least.measure.number if part.each_at_least else 0.0


def _account(
    node: Template,
    data: Nodes,
    column: str,
    keys: tuple[CountedSupplier, ...] | tuple[str, ...],
    lanes: list[tuple[str, ...]],
    groups: dict[str, CountGroup],
) -> None:
    """What lanes bring since the window began [t], for each of the keys."""
    arrivals = {
        key: tuple((lane, _tonnes(data.case, lane)) for lane in some) for key, some in zip(keys, lanes, strict=True)
    }
    names = tuple(key.rule if isinstance(key, CountedSupplier) else key for key in keys)
    own(node, column, keys)
    before(node, f"{column}_before", column, data.tree)
    datum(node, f"{column}_carry", keys, _masks(groups, names, data)[1])
    rule(node, f"{column}_account", keys, _arrived, of=_Arrivals(column, arrivals))


class _Arrivals(NamedTuple):
    """A column that adds up arrivals, and of each of its keys the lanes with the tonnes in a unit of them."""

    column: str
    lanes: dict[Any, tuple[tuple[str, float], ...]]


def _arrived(model: Any, of: _Arrivals, key: Any) -> Any:
    total, carry, previous = (getattr(model, f"{of.column}{part}")[key] for part in ("", "_carry", "_before"))
    return total == carry * previous + sum(tonnes * model.arriving[lane] for lane, tonnes in of.lanes[key])


def _tonnes(case: Case, lane: str) -> float:
    """Tonnes in a unit of what a lane brings."""
    return KILOGRAMS[case.unit[case.offer[case.lane[lane].offer].material]] / KILOGRAMS["t"]


# Ordered from at all --------------------------------------------------------------------------------------------------


def _used(node: Template, data: Nodes, groups: dict[str, CountGroup]) -> None:
    """`supplier_used`: whether anything has been ordered from a supplier since the window began."""
    case, keys, names, planned = data.case, _keys(groups), tuple(groups), _planned(data)
    _, carry = _masks(groups, tuple(key.rule for key in keys), data)
    own(node, "supplier_used", keys, integer=True, at=planned)
    before(node, "supplier_used_before", "supplier_used", data.tree)
    datum(node, "used_carry", keys, carry)
    rule(node, "used_until_end", keys, _used_until_end, at=(carry > 0) & planned)
    supplier = {
        CountedLane(key.rule, lane): key for key in keys for lane in groups[key.rule].lanes_of(key.supplier, case)
    }
    lanes = tuple(supplier)
    sizes = LargestAmounts(data)
    largest = [sizes.order(case.lane[key.lane]) for key in lanes]
    shape = (len(lanes), data.tree.nodes)
    datum(node, "largest_counted_order", lanes, np.array([entry.most for entry in largest]).reshape(shape))
    derived = np.array([entry.derived for entry in largest], np.int64).reshape(shape)
    ordered = {
        key: (tuple(source for source in data.sources if source.lane == key.lane), supplier[key]) for key in lanes
    }
    rule(node, "order_counted", lanes, _order_counted, of=ordered, at=planned, derived=derived)
    allowed = {name: _Suppliers(_of(keys, name), groups[name].part.at_most or 0) for name in names}
    rule(node, "rule_count_at_most", names, _used_at_most, of=allowed, at=_masks(groups, names, data)[0])


def _used_until_end(model: Any, of: Any, key: CountedSupplier) -> Any:
    return model.supplier_used[key] >= model.used_carry[key] * model.supplier_used_before[key]


def _order_counted(
    model: Any, of: dict[CountedLane, tuple[tuple[Purchase, ...], CountedSupplier]], key: CountedLane
) -> Any:
    sources, supplier = of[key]
    ordered = sum(model.order[source] for source in sources)
    return ordered <= model.largest_counted_order[key] * model.supplier_used[supplier]


def _used_at_most(model: Any, of: dict[str, _Suppliers], name: str) -> Any:
    return sum(model.supplier_used[key] for key in of[name].keys) <= of[name].number
