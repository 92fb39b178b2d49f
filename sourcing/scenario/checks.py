"""Checks across the subjects of a scenario: each yields the path, the cause and the cure in the user's words."""

import itertools
from collections.abc import Iterable, Iterator, Mapping

from pydantic_core import PydanticCustomError

from sourcing.scenario import attributes
from sourcing.scenario.base import Dated, Part, When, when
from sourcing.scenario.events import Change, Future, Restriction
from sourcing.scenario.needs import Demand
from sourcing.scenario.numbers import magnitudes
from sourcing.scenario.rules import Each, Rule
from sourcing.scenario.scenario import Scenario
from sourcing.scenario.trade import Contract, PriceFormula, VolumeRange
from sourcing.selection import Attributes, SelectionError, Where, near, pick
from sourcing.units import CURRENCIES, Kind, days

Finding = tuple[tuple[str | int, ...], str, str]

PROBABILITY_TOLERANCE = 1e-6


def check(scenario: Scenario) -> list[Finding]:
    """Everything that is wrong between the parts of a scenario; names first, for nothing else makes sense before."""
    names = [*absent(scenario), *references(scenario), *currencies(scenario), *magnitudes(scenario)]
    if names:
        return names
    picks = [*selections(scenario)]
    if picks:
        return picks
    return [
        *lanes(scenario),
        *probabilities(scenario),
        *dates(scenario),
        *effects(scenario),
        *licensable(scenario),
        *demands(scenario),
        *contracts(scenario),
        *rules(scenario),
        *baseline(scenario),
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
    for path, kind, found, known in wanted:
        if found not in known:
            yield path, f"there is no {kind} '{found}'", near(found, known)


def currencies(scenario: Scenario) -> Iterator[Finding]:
    """Every currency used has a rate."""
    if scenario.currency not in CURRENCIES:
        yield ("currency",), f"'{scenario.currency}' is not a currency known", near(scenario.currency, CURRENCIES)
    for path, currency in used_currencies(scenario):
        if currency != scenario.currency and currency not in scenario.rates:
            yield path, f"no rate of {currency}", f"add rates: {{{currency}: <{scenario.currency} per {currency}>}}"


def used_currencies(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Paths of prices and costs with their currency."""
    for subject in ("offers", "lanes", "contracts", "stock", "demand", "rules"):
        for name, part in getattr(scenario, subject).items():
            seen = set(_currencies_of(part))
            yield from (((subject, name), currency) for currency in sorted(seen))
    for path, _, change in happenings(scenario):
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


def _picks(path: tuple[str | int, ...], where: Where, things: Mapping[str, Attributes]) -> Iterator[Finding]:
    try:
        pick(where, things)
    except SelectionError as error:
        yield (*path, error.key), error.cause, error.cure


def happenings(
    scenario: Scenario,
) -> Iterator[tuple[tuple[str | int, ...], Restriction | None, Change | None]]:
    """Every restriction and change with its path: of the file and of each future."""
    for name, restriction in scenario.restrictions.items():
        yield ("restrictions", name), restriction, None
    for name, change in scenario.changes.items():
        yield ("changes", name), None, change
    for path, future in futures(scenario):
        yield from (((*path, "restrictions", name), part, None) for name, part in future.restrictions.items() if part)
        yield from (((*path, "changes", name), None, part) for name, part in future.changes.items() if part)


def futures(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], Future]]:
    """Every future with its path."""
    for name, future in scenario.futures.items():
        yield ("futures", name), future
    for risk, group in scenario.risks.items():
        for name, future in group.items():
            yield ("risks", risk, name), future


def selections(scenario: Scenario) -> Iterator[Finding]:
    """Every `where` picks something."""
    offers, demands = attributes.of_offers(scenario), attributes.of_demands(scenario)
    for name, lane in scenario.lanes.items():
        yield from _picks(("lanes", name, "where"), lane.where, offers)
    for path, restriction, change in happenings(scenario):
        if restriction:
            yield from _picks((*path, "where"), restriction.where, offers)
        if change:
            on_demands = change.field in ("need", "shortage_cost")
            yield from _picks((*path, "where"), change.where, demands if on_demands else offers)
    # A basis may be named before any restriction has it: a scenario may add one.
    bases = {f"any {basis}": {"basis": (basis,)} for basis in ("official", "observed", "assumed")}
    measures: dict[str, Attributes] = {**attributes.of_restrictions(scenario), **bases}
    for name, stock in scenario.stock.items():
        if stock.cover and stock.cover.release:
            yield from _picks(("stock", name, "cover", "release"), stock.cover.release, measures)


def lane_pairs(scenario: Scenario) -> dict[tuple[str, str], str]:
    """(offer, site) pairs with the lane that serves them."""
    offers = attributes.of_offers(scenario)
    pairs: dict[tuple[str, str], str] = {}
    for name, lane in scenario.lanes.items():
        try:
            picked = pick(lane.where, offers)
        except SelectionError:
            continue
        pairs |= {(offer, site): name for offer in picked for site in lane.site}
    return pairs


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


def probabilities(scenario: Scenario) -> Iterator[Finding]:
    """Probabilities of a group of futures sum to 1."""
    groups = [(("futures",), scenario.futures)] if scenario.futures else []
    groups += [(("risks", name), group) for name, group in scenario.risks.items()]  # type: ignore[misc]
    for path, group in groups:
        total = sum(future.probability.measure.number for future in group.values())
        if abs(total - 1) > PROBABILITY_TOLERANCE:
            missing = 1 - total
            cure = f"add a future of {missing:.6g} or raise one" if missing > 0 else f"lower one by {-missing:.6g}"
            last = list(group)[-1]
            yield (*path, last, "probability"), f"probabilities of {'.'.join(path)} sum to {total:.6g}, must be 1", cure


def _ordered(path: tuple[str | int, ...], first: When | None, last: When | None) -> Iterator[Finding]:
    if first and last and first.first > last.last:
        yield (*path, "until"), f"until {last.text} is before from {first.text}", "swap them or change one"


def dates(scenario: Scenario) -> Iterator[Finding]:
    """Nothing ends before it begins; announcements come first; signals carry dates."""
    for name, contract in scenario.contracts.items():
        yield from _ordered(("contracts", name), contract.from_, contract.until)
    for path, restriction, change in happenings(scenario):
        part = restriction or change
        assert part is not None
        yield from _ordered(path, part.from_, part.until)
        if part.announced and part.from_ and part.announced.first > part.from_.last:
            cause = f"announced {part.announced.text} is after from {part.from_.text}"
            yield (*path, "announced"), cause, "announce it earlier, or leave it out"


def effects(scenario: Scenario) -> Iterator[Finding]:
    """A measure does something; a change says how; days of signals are dates."""
    fields = ("approval", "delay", "price", "capacity", "price_elsewhere", "capacity_elsewhere")
    for path, restriction, change in happenings(scenario):
        if restriction and not restriction.seizes and all(getattr(restriction, field) is None for field in fields):
            yield path, "the restriction has no effect", f"give one of {', '.join(fields)}, seizes"
        if change:
            ways = [way for way in ("times", "plus", "to") if getattr(change, way) is not None]
            if len(ways) != 1:
                yield path, f"a change has {' and '.join(ways) or 'no'} way", "give one of times, plus, to"
            elif change.field == "freight" and ways != ["times"]:
                yield (*path, ways[0]), "freight can only be multiplied", "give times"
            elif ways != ["times"]:
                yield from _change_kind(path, change)
    for path, future in futures(scenario):
        for day in future.signals:
            try:
                when(day)
            except PydanticCustomError:
                yield (*path, "signals", day), f"'{day}' is not a date", "write a month as 2027-04"


def licensable(scenario: Scenario) -> Iterator[Finding]:
    """A share of the normal take can only be let through where that is known."""
    offers = attributes.of_offers(scenario)
    for path, restriction, _ in happenings(scenario):
        if restriction is None or restriction.approval is None or restriction.approval.measure.number == 0:
            continue
        for name in pick(restriction.where, offers):
            offer = scenario.offers[name]
            if offer.licensable is None and offer.expected is None and offer.nameplate is None:
                cause = f"a share of what offer {name} normally sells is let through, and that is not stated"
                yield (*path, "approval"), cause, f"add offers.{name}.licensable, expected or nameplate"


def _change_kind(path: tuple[str | int, ...], change: Change) -> Iterator[Finding]:
    wanted = Kind.MASS_RATE if change.field in ("need", "available") else Kind.PRICE
    dated = change.plus or change.to
    assert dated is not None
    if any(quantity.measure.kind is not wanted for _, quantity in dated.steps):
        yield path, f"{change.field} is {wanted}", "write the amount in that unit"


def demands(scenario: Scenario) -> Iterator[Finding]:
    """A demand says what it needs and what missing it costs; steps get dearer; something reaches it."""
    reached = {(scenario.offers[offer].material, site) for offer, site in lane_pairs(scenario)}
    for name, demand in scenario.demand.items():
        path = ("demand", name)
        if bool(demand.material) == bool(demand.materials):
            yield path, "a demand needs one of material and materials", "name one material, or several in proportion"
            continue
        if demand.firm and demand.shortage:
            yield path, "a firm demand has no shortage steps", "leave out firm or shortage"
        if not demand.firm and not demand.shortage:
            cure = "add shortage: {lost: {cost: ...}}, or firm: true if there is no plan without it"
            yield path, "what missing it costs is not said", cure
        for material in demand.materials or (demand.material,):
            if material and demand.firm and (material, demand.site) not in reached:
                yield path, f"no lane brings {material} to {demand.site}", "add a lane or an offer"
        yield from _steps(path, demand)


def _steps(path: tuple[str | int, ...], demand: Demand) -> Iterator[Finding]:
    steps = list(demand.shortage.items())
    for name, step in steps[:-1]:
        if step.share is None:
            yield (*path, "shortage", name), "only the last step may leave out its share", "give it a share"
    stated = sum(step.share.measure.number for _, step in steps if step.share)
    if stated > 1 + 1e-9:
        yield (*path, "shortage"), f"shares sum to {stated:g}, at most 1 is possible", "lower one"
    if steps and steps[-1][1].share is not None and stated < 1 - 1e-9:
        yield (
            (*path, "shortage"),
            f"shares sum to {stated:g}",
            "leave out the share of the last step: it takes the rest",
        )
    for (_, before), (name, step) in itertools.pairwise(steps):
        if step.cost.steps[0][1].measure.number < before.cost.steps[0][1].measure.number:
            yield (*path, "shortage", name, "cost"), "a later step costs less than the one before", "order them by cost"


def contracts(scenario: Scenario) -> Iterator[Finding]:
    """Ranges run upwards; floors lie below caps."""
    for name, contract in scenario.contracts.items():
        yield from _contract(("contracts", name), contract)


def _contract(path: tuple[str | int, ...], contract: Contract) -> Iterator[Finding]:
    volume = contract.volume
    if isinstance(volume, VolumeRange):
        low, high = volume.at_least.measure, volume.at_most.measure
        if low.time != high.time and low.number > 0:
            yield (*path, "volume"), f"at_least is per {low.time}, at_most per {high.time}", "use one unit of time"
        elif low.number > high.number:
            yield (*path, "volume"), "at_least is above at_most", "swap them"
    if isinstance(contract.price, PriceFormula) and contract.price.floor and contract.price.cap:
        floor, cap = (dated.steps[0][1].measure for dated in (contract.price.floor, contract.price.cap))
        if floor.currency == cap.currency and floor.number > cap.number:
            yield (*path, "price"), "the floor is above the cap", "swap them"


def rules(scenario: Scenario) -> Iterator[Finding]:
    """A rule is of one kind, picks something, and limits it."""
    offers = attributes.of_offers(scenario)
    pairs = {f"{offer} > {site}": (offer, site) for offer, site in lane_pairs(scenario)}
    lane_things = attributes.of_lanes(scenario, pairs)
    for name, rule in scenario.rules.items():
        path: tuple[str | int, ...] = ("rules", name)
        kinds = [kind for kind in ("share", "count", "budget", "volume") if getattr(rule, kind) is not None]
        if len(kinds) != 1:
            yield path, f"a rule has {' and '.join(kinds) or 'nothing'}", "give one of share, count, budget, volume"
            continue
        part = getattr(rule, kinds[0])
        things = offers if kinds[0] == "count" else lane_things
        for key in ("of", "within"):
            where = getattr(part, key, None)
            if isinstance(where, Where):
                yield from _picks((*path, kinds[0], key), where, things)
        if part.at_most is None and getattr(part, "at_least", None) is None:
            yield (*path, kinds[0]), "the rule limits nothing", "give at_most or at_least"
        yield from _rule_shape(path, rule)


def _rule_shape(path: tuple[str | int, ...], rule: Rule) -> Iterator[Finding]:
    if rule.share and isinstance(rule.share.of, Each) and rule.share.at_least is not None:
        yield (*path, "share"), "at_least cannot hold for each one", "name whom it is for"
    if rule.volume:
        for limit in (rule.volume.at_most, rule.volume.at_least):
            if limit and limit.measure.kind is Kind.MASS_RATE and rule.volume.over != "period":
                yield (*path, "volume"), "a limit per time is for over: period", "give a mass, or over: period"


def baseline(scenario: Scenario) -> Iterator[Finding]:
    """Shares of today's mix sum to 1."""
    for material, mix in scenario.baseline.mix.items():
        total = sum(share.measure.number for share in mix.values())
        if abs(total - 1) > PROBABILITY_TOLERANCE:
            yield ("baseline", "mix", material), f"shares sum to {total:.6g}, must be 1", "change one"
        for offer in mix:
            if scenario.offers[offer].material != material:
                sold = scenario.offers[offer].material
                yield ("baseline", "mix", material, offer), f"{offer} sells {sold}", f"pick an offer of {material}"
    if days(scenario.baseline.days.measure) > 3650:
        yield ("baseline", "days"), "more than ten years of stock", "give the days held today"
