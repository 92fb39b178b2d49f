"""A case in parts that share nothing: each with materials of its own, and so with answers of its own."""

from dataclasses import replace

from sourcing.case import Case
from sourcing.case.records import Future, Restriction


def components(case: Case) -> tuple[Case, ...]:
    """A case of a single future in parts, in order of its demands.

    Materials belong together that one demand takes in proportion, or that one plant's capacity makes. The case must
    have no other tie: no budget, no limit on a share of several materials, no service level; `in_outage` leaves none.
    Costs, needs and amounts of the parts add up to those of the case.
    """
    return tuple(_part(case, group) for group in _groups(case))


def _groups(case: Case) -> list[set[str]]:
    """Materials that belong together."""
    ties = [set(demand.materials) for demand in case.demands]
    ties += [{offer.material for offer in case.offers if offer.supplier == name} for name in case.shared]
    sold = [case.offer[lane.offer].material for lane in case.lanes]
    ties.append({sold[0], *(material for tie in ties for material in tie if material not in sold)})  # alone: no program
    groups: list[set[str]] = []
    for tie in ties:
        joined = [group for group in groups if group & tie]
        groups = [group for group in groups if not group & tie] + [tie.union(*joined)]
    order = [material for demand in case.demands for material in demand.materials]
    return sorted((group for group in groups if group), key=lambda group: min(map(order.index, group)))


def _part(case: Case, materials: set[str]) -> Case:
    offers = tuple(offer for offer in case.offers if offer.material in materials)
    names = {offer.name for offer in offers}
    suppliers = {offer.supplier for offer in offers}
    return replace(
        case,
        offers=offers,
        lanes=tuple(lane for lane in case.lanes if lane.offer in names),
        contracts=tuple(contract for contract in case.contracts if contract.offer in names),
        positions=tuple(position for position in case.positions if position.material in materials),
        open_orders=tuple(order for order in case.open_orders if order.offer in names),
        demands=tuple(demand for demand in case.demands if materials & set(demand.materials)),
        futures=tuple(_of_offers(future, names) for future in case.futures),
        shared={name: capacity for name, capacity in case.shared.items() if name in suppliers},
    )


def _of_offers(future: Future, names: set[str]) -> Future:
    """The future with what its restrictions do to some offers."""
    left = (_only(measure, names) for measure in future.restrictions)
    return replace(future, restrictions=tuple(measure for measure in left if measure.offers))


def _only(measure: Restriction, names: set[str]) -> Restriction:
    return replace(measure, offers=tuple(name for name in measure.offers if name in names))
