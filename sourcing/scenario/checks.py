"""Checks across the subjects of a scenario: each yields the path, the cause and the cure in the user's words."""

from collections.abc import Iterable, Iterator, Mapping

from sourcing.scenario import attributes, checks_events, checks_needs, checks_rows, checks_terms
from sourcing.scenario.base import Dated, Part
from sourcing.scenario.finding import Finding, picks
from sourcing.scenario.numbers import magnitudes
from sourcing.scenario.scenario import Scenario
from sourcing.selection import Attributes, SelectionError, near, pick
from sourcing.units import CURRENCIES


def check(scenario: Scenario) -> list[Finding]:
    """Everything that is wrong between the parts of a scenario; names first, for nothing else makes sense before."""
    names = [*absent(scenario), *references(scenario), *currencies(scenario), *magnitudes(scenario)]
    names += [*checks_rows.rows(scenario), *checks_rows.rates(scenario)]
    if names:
        return names
    picks = [*selections(scenario)]
    if picks:
        return picks
    return [
        *lanes(scenario),
        *checks_terms.bases(scenario),
        *checks_terms.terms(scenario),
        *checks_events.probabilities(scenario),
        *checks_events.crowds(scenario),
        *checks_events.dates(scenario),
        *checks_events.effects(scenario),
        *checks_events.licensable(scenario),
        *checks_needs.demands(scenario),
        *checks_needs.contracts(scenario),
        *checks_needs.rules(scenario),
        *checks_needs.baseline(scenario),
        *checks_needs.service(scenario),
    ]


def absent(scenario: Scenario) -> Iterator[Finding]:
    """There is something to buy, a way for it, and a need."""
    if not scenario.demand:
        yield ("demand",), "nothing is needed", "add a demand"
    if not scenario.offers:
        yield ("offers",), "nothing is offered", "add an offer"
    elif not scenario.lanes:
        yield ("lanes",), "no lane leads from any offer to a site", "add a lane"


def references(scenario: Scenario) -> Iterator[Finding]:
    """Names that must exist."""
    materials, sites, suppliers, offers = scenario.materials, scenario.sites, scenario.suppliers, scenario.offers
    wanted: list[tuple[tuple[str | int, ...], str, str, Iterable[str]]] = []
    for name, offer in offers.items():
        wanted.append((("offers", name, "supplier"), "supplier", offer.supplier, suppliers))
        wanted.append((("offers", name, "material"), "material", offer.material, materials))
    for name, lane in scenario.lanes.items():
        wanted += [(("lanes", name, "site"), "site", site, sites) for site in lane.site]
    for name, contract in scenario.contracts.items():
        wanted.append((("contracts", name, "offer"), "offer", contract.offer, offers))
    for key in ("stock", "opening_stock"):
        for name, part in getattr(scenario, key).items():
            wanted.append(((key, name, "material"), "material", part.material, materials))
            wanted.append(((key, name, "site"), "site", part.site, sites))
    for name, order in scenario.open_orders.items():
        wanted.append((("open_orders", name, "offer"), "offer", order.offer, offers))
        wanted.append((("open_orders", name, "site"), "site", order.site, sites))
    for name, demand in scenario.demand.items():
        wanted.append((("demand", name, "site"), "site", demand.site, sites))
        for material in demand.materials or ((demand.material,) if demand.material else ()):
            wanted.append((("demand", name), "material", material, materials))
    for material, mix in scenario.baseline.mix.items():
        wanted.append((("baseline", "mix", material), "material", material, materials))
        wanted += [(("baseline", "mix", material, offer), "offer", offer, offers) for offer in mix]
    wanted += [(("risk", "service", name), "demand", name, scenario.demand) for name in scenario.risk.service]
    for path, kind, found, known in wanted:
        if found not in known:
            yield path, f"there is no {kind} '{found}'", near(found, known)


def currencies(scenario: Scenario) -> Iterator[Finding]:
    """Every currency used has a rate, and so has the one of the results."""
    stated_in = scenario.rates_in or scenario.currency
    known = (stated_in, *scenario.rates)
    if scenario.currency not in CURRENCIES:
        yield ("currency",), f"'{scenario.currency}' is not a currency known", near(scenario.currency, CURRENCIES)
    elif scenario.currency not in known:
        cure = f"add rates: {{{scenario.currency}: <{stated_in} for one {scenario.currency}>}}"
        yield ("currency",), f"no rate of {scenario.currency}", cure
    else:
        for path, currency in used_currencies(scenario):
            if currency not in known:
                yield path, f"no rate of {currency}", f"add rates: {{{currency}: <{stated_in} for one {currency}>}}"


def used_currencies(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Paths of prices and costs with their currency."""
    for subject in ("offers", "lanes", "contracts", "stock", "demand", "rules"):
        for name, part in getattr(scenario, subject).items():
            seen = set(_currencies_of(part))
            yield from (((subject, name), currency) for currency in sorted(seen))
    for path, _, change in checks_events.happenings(scenario):
        yield from ((path, currency) for currency in sorted(set(_currencies_of(change))))


def _currencies_of(part: object) -> Iterator[str]:
    if isinstance(part, Dated):
        yield from (currency for _, quantity in part.steps if (currency := quantity.measure.currency))
    elif hasattr(part, "measure"):
        yield from (currency for currency in [part.measure.currency] if currency)
    elif isinstance(part, Part):
        for field in type(part).model_fields:
            yield from _currencies_of(getattr(part, field))
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from _currencies_of(value)


def selections(scenario: Scenario) -> Iterator[Finding]:
    """Every `where` picks something."""
    offers, demands = attributes.of_offers(scenario), attributes.of_demands(scenario)
    for name, lane in scenario.lanes.items():
        yield from picks(("lanes", name, "where"), lane.where, offers)
    for path, restriction, change in checks_events.happenings(scenario):
        if restriction:
            yield from picks((*path, "where"), restriction.where, offers)
        if change:
            on_demands = change.field in ("need", "shortage_cost")
            yield from picks((*path, "where"), change.where, demands if on_demands else offers)
    # A basis may be named before any restriction has it: a scenario may add one.
    bases = {f"any {basis}": {"basis": (basis,)} for basis in ("official", "observed", "assumed")}
    measures: dict[str, Attributes] = {**attributes.of_restrictions(scenario), **bases}
    for name, stock in scenario.stock.items():
        if stock.cover and stock.cover.release:
            yield from picks(("stock", name, "cover", "release"), stock.cover.release, measures)


def lanes(scenario: Scenario) -> Iterator[Finding]:
    """One lane per offer and site; open orders and contracts have one."""
    offers = attributes.of_offers(scenario)
    seen: dict[tuple[str, str], str] = {}
    for name, lane in scenario.lanes.items():
        try:
            picked = pick(lane.where, offers)
        except SelectionError:
            continue
        for pair in ((offer, site) for offer in picked for site in lane.site):
            if pair in seen:
                cause = f"offer {pair[0]} reaches {pair[1]} by lane '{seen[pair]}' already"
                yield ("lanes", name, "where"), cause, "narrow one of the two"
            seen.setdefault(pair, name)
    for name, order in scenario.open_orders.items():
        if (order.offer, order.site) not in seen:
            yield ("open_orders", name), f"no lane leads from {order.offer} to {order.site}", "add a lane"
    for name, contract in scenario.contracts.items():
        if not any(offer == contract.offer for offer, _ in seen):
            yield ("contracts", name, "offer"), f"no lane leads from {contract.offer} to any site", "add a lane"
