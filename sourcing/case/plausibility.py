"""What no plan can do or nobody can mean, found in the numbers of a case before anything is solved."""

from collections.abc import Iterator

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.change_bounds import most_available
from sourcing.case.countable_needs import too_small
from sourcing.case.flows import Flow
from sourcing.case.records import Contract, Lane, Offer, Position, Restriction
from sourcing.figures import show
from sourcing.scenario.checks.lookups import Finding

SLACK = 1 + 1e-9


def senseless(case: Case) -> list[Finding]:
    """Path, cause and cure of everything that stands in the way of a sensible plan."""
    return [
        *too_small(case),
        *too_much_stock(case),
        *too_much_promised(case),
        *too_large_orders(case),
        *cover_out_of_reach(case),
        *endless_hoarding(case),
    ]


def _amount(case: Case, number: float, material: str) -> str:
    return show(number, case.unit[material])


def _stock_name(case: Case, position: Position) -> str:
    """Name of the entry of `stock` that states a position."""
    place = (position.material, position.site)
    return next(name for name, stock in case.scenario.stock.items() if (stock.material, stock.site) == place)


def too_much_stock(case: Case) -> Iterator[Finding]:
    """Opening stock fits into storage."""
    for position in case.positions:
        if position.opening > position.storage * SLACK:
            pair = (position.material, position.site)
            entries = [name for name, lot in case.scenario.opening_stock.items() if (lot.material, lot.site) == pair]
            opening, storage = (_amount(case, n, position.material) for n in (position.opening, position.storage))
            cause = f"{opening} of {position.material} are held at {position.site}, where storage is {storage}"
            cure = f"correct one of them: this, or stock.{_stock_name(case, position)}.storage"
            yield ("opening_stock", entries[0], "quantity"), cause, cure


def promised(case: Case, contract: Contract) -> tuple[float, float]:
    """The least volume of a contract over its term in the plan, and the most that the offer may have for sale in it
    [unit]."""
    sold = most_available(case, case.offer[contract.offer])
    return contract.at_least * float(contract.scale.sum()), float(sold[contract.scale > 0].sum())


def too_much_promised(case: Case) -> Iterator[Finding]:
    """A signed contract's least volume can be delivered by the plant."""
    for contract in case.contracts:
        least, sold = promised(case, contract)
        if contract.signed and least > sold / _share(case, contract.offer) * SLACK and least > sold * SLACK:
            material = case.offer[contract.offer].material
            cause = (
                f"at least {_amount(case, least, material)} are to be taken within the plan, "
                f"and {contract.offer} has {_amount(case, sold, material)} for sale in that time"
            )
            cure = f"lower the volume, or raise offers.{contract.offer}.expected or nameplate"
            yield ("contracts", contract.name, "volume"), cause, cure


def _share(case: Case, offer: str) -> float:
    """This importer's share of what an offer has for sale; 1 where the file says what is for sale to it."""
    offer_spec = case.scenario.offers[offer]
    runs = offer_spec.expected.steps if offer_spec.expected else ()
    sold = [quantity for _, quantity in runs] or ([offer_spec.nameplate] if offer_spec.nameplate else [])
    return min((quantity.scale for quantity in sold), default=1.0)


def most_sold(case: Case, offer: Offer) -> float:
    """The most that an offer sells in any period, with a contract where there is one [unit]."""
    under_contract = any(contract.offer == offer.name for contract in case.contracts)
    most = most_available(case, offer)
    if under_contract or offer.spot_share == 1:
        return float(most.max())
    return float((offer.spot_share * most).max()) if offer.spot_share else 0.0


def too_large_orders(case: Case) -> Iterator[Finding]:
    """The smallest order is not above what the plant sells in any period."""
    for offer in case.offers:
        most = most_sold(case, offer)
        if most > 0 and offer.minimum_order > most / min(_share(case, offer.name), 1) * SLACK:
            least, sold = (_amount(case, n, offer.material) for n in (offer.minimum_order, most))
            cause = f"the smallest order is {least}, and at most {sold} are for sale in any {case.calendar.period}"
            cure = "lower it, raise the capacity, or plan in longer periods"
            yield ("offers", offer.name, "minimum_order"), cause, cure


# Firm cover -----------------------------------------------------------------------------------------------------------


def cover_out_of_reach(case: Case) -> Iterator[Finding]:
    """Firm cover fits into storage, and can be there in time without any restriction."""
    for position in case.positions:
        cover = position.cover
        if cover is None or not cover.firm or cover.release is not None or _numbers_move(case):
            continue
        wanted, reach = _wanted(case, position, cover.days), _reach(case, position)
        path = ("stock", _stock_name(case, position), "cover")
        most, storage = (_amount(case, n, position.material) for n in (float(wanted.max()), position.storage))
        if wanted.max() > position.storage * SLACK:
            cause = f"firm cover of {cover.days:g} days comes to {most}, and storage is {storage}"
            yield path, cause, "cover fewer days, or state more storage"
            continue
        late = np.flatnonzero(wanted > reach * SLACK + 1e-9)
        if late.size:
            time = int(late[0])
            least, there = (_amount(case, float(n), position.material) for n in (wanted[time], max(reach[time], 0.0)))
            cause = (
                f"firm cover of {cover.days:g} days is {least} in {case.calendar.labels[time]}, when opening stock, "
                f"open orders and all that can arrive by then come to {there}"
            )
            cure = "cover fewer days, hold more at the beginning, state a release beside firm, or leave out firm"
            yield path, cause, cure


def _numbers_move(case: Case) -> bool:
    """Whether needs or capacities may become other than stated; then only the solver can tell."""
    changed = any(change.what in ("need", "available") for future in case.futures for change in future.changes)
    measures = [measure for future in case.futures for measure in future.restrictions]
    return changed or any(max(m.capacity, m.capacity_elsewhere) > 1 for m in measures)


def _needed(case: Case, position: Position, firm: bool = False) -> Array:
    """What demands take of a position if all are met, or only the firm ones, shape (periods,) [unit]."""
    total = np.zeros(len(case.calendar))
    for flow in case.outflows[case.position_row[position.name]]:
        demand = case.demands[flow.row]
        if demand.firm or not firm:
            total += flow.rate * demand.need
    return total


def _wanted(case: Case, position: Position, days: float) -> Array:
    """Need of the next days, seen from the end of each period; past the plan the last need repeats [unit]."""
    lengths, daily = case.calendar.days, _needed(case, position) / case.calendar.days
    wanted = np.zeros(len(case.calendar))
    for time in range(len(case.calendar)):
        left = days
        for later in range(time + 1, len(case.calendar)):
            used = min(left, lengths[later])
            wanted[time] += used * daily[later]
            left -= used
        wanted[time] += left * daily[-1]
    return wanted


def _reach(case: Case, position: Position) -> Array:
    """The most that can be in stock at the end of each period while firm demands are served [unit]."""
    arriving = np.zeros(len(case.calendar))
    for flow in case.inflows[case.position_row[position.name]]:
        arriving += _arrivals(case, flow)
    for order in case.open_orders:
        if (case.offer[order.offer].material, order.site) == (position.material, position.site):
            arriving[min(order.period, len(arriving) - 1)] += order.quantity
    return position.opening + np.cumsum(arriving) - np.cumsum(_needed(case, position, firm=True))


def _arrivals(case: Case, flow: Flow) -> Array:
    """The most that a purchase can bring, shape (periods,) [unit]."""
    offer, count = case.offer[case.lanes[flow.row].offer], len(case.calendar)
    sold = offer.available.copy()
    if offer.qualification:
        starts = np.flatnonzero(offer.qualification.may_start)
        sold[: (int(starts[0]) if starts.size else count) + offer.qualification.time] = 0.0
    lead = min(flow.lag, count)
    return np.concatenate([np.zeros(lead), sold[: count - lead] * flow.rate if flow.rate else np.zeros(count - lead)])


# End ------------------------------------------------------------------------------------------------------------------


def endless_hoarding(case: Case) -> Iterator[Finding]:
    """Nothing whose supply has no limit is worth more at the end than it costs."""
    for position, flows in zip(case.positions, case.inflows, strict=True):
        if position.end_value is None:
            continue
        for lane in (case.lanes[flow.row] for flow in flows):
            offer = case.offer[lane.offer]
            if not offer.spot_share or np.isfinite(offer.spot).any():
                continue
            paid, gained = _gained(case, position, lane)
            if gained.max() > 1e-9 * position.end_value:
                per = f"{case.scenario.currency}/{case.unit[position.material]}"
                cause = (
                    f"what is left is worth {show(position.end_value, per)}, and {offer.name} delivers any amount "
                    f"for {show(float(paid[np.argmax(gained)]), per)}: the plan would buy without end"
                )
                cure = f"lower the value, leave it out, or state offers.{offer.name}.nameplate or the storage"
                yield ("stock", _stock_name(case, position), "end", "value"), cause, cure
                break


def _gained(case: Case, position: Position, lane: Lane) -> tuple[Array, Array]:
    """What a unit ordered in each period costs delivered, and what it brings beyond that by the end where no limit
    stops it, discounted: at the site, on its way, or short of the border, where freight and duty are still to be paid.
    Shape (periods,) [currency / unit]."""
    offer, count, discount = case.offer[lane.offer], len(case.calendar), case.discount
    crosses = np.arange(count) + offer.to_border
    arrives, shipped = crosses + lane.transit, np.minimum(crosses, count - 1)
    # The deepest price break: there is no limit.
    listed = offer.tiers.price.min(axis=0) if offer.tiers else offer.price
    border = offer.price * (lane.duty + lane.freight_share) + lane.freight
    carrying = np.append(np.cumsum((position.holding * discount)[::-1])[::-1], 0.0)  # from each period to the end
    assert position.end_value is not None
    worth = position.end_value * offer.yield_ * discount[-1] - listed * discount
    gained = worth - (border * discount)[shipped] - offer.yield_ * carrying[np.minimum(arrives, count)]
    if np.isfinite(position.storage):
        gained[arrives < count] = 0.0
    if _ever_seized(case, offer):  # there goods may wait at the border, where storage is no limit
        last = crosses == count - 1
        gained[last] = np.maximum(gained[last], (worth - border[-1] * discount[-1] - carrying[-2])[last])
    return listed + border[shipped], np.where(_unlicensed(case, offer)[shipped], gained, 0.0)


def _ever_seized(case: Case, offer: Offer) -> bool:
    return any(
        restriction.seizes and offer.name in restriction.offers
        for future in case.futures
        for restriction in future.restrictions
    )


def _unlicensed(case: Case, offer: Offer) -> Array:
    """Periods in which no approval limits what leaves in one future at least, shape (periods,)."""
    limited = [
        sum(
            (restriction.cover for restriction in future.restrictions if _limits(restriction, offer)),
            np.zeros(len(case.calendar)),
        )
        > 0
        for future in case.futures
    ]
    return np.asarray(~np.logical_and.reduce(limited))


def _limits(restriction: Restriction, offer: Offer) -> bool:
    return restriction.approval < 1 and (offer.name in restriction.offers or (restriction.links and offer.link > 0))
