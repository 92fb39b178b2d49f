"""Checks across the subjects of a scenario: each yields the path, the cause and the cure in the user's words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sourcing.scenario import attributes
from sourcing.scenario.checks import (
    count_rules,
    data_rows,
    demands_and_rules,
    generated_futures,
    licence_evidence,
    possible_futures,
    price_terms,
    restricted_countries,
)
from sourcing.scenario.checks.lookups import Finding, picks
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.numbers import magnitudes
from sourcing.scenario.paths import stated
from sourcing.scenario.regime_library import regimes
from sourcing.scenario.scope import scope
from sourcing.selection import Attributes, SelectionError, near, pick
from sourcing.units import CURRENCIES


@dataclass(frozen=True)
class ScenarioCheck:
    """A check, and what its findings rest on beside the part they are of: subjects of which every entry must be there
    (`entries`), subjects of which nothing may be wrong (`numbers`)."""

    find: Callable[[Scenario], Iterable[Finding]]
    entries: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


PICKED = ("materials", "suppliers", "offers", "sites", "lanes", "demand", "restrictions", "futures", "risks", "regimes")
"""What selections pick among."""

OFFERED = ("materials", "suppliers", "offers", "sites", "lanes")


def numbered() -> tuple[ScenarioCheck, ...]:
    """Checks of single numbers and names, which need nothing but the types; then those between the parts wait."""
    return (
        ScenarioCheck(absent, ("demand", "offers", "lanes")),
        ScenarioCheck(currencies, numbers=("currency", "rates", "rates_in")),
        ScenarioCheck(magnitudes),
        ScenarioCheck(data_rows.rows),
        ScenarioCheck(data_rows.rates, numbers=("currency", "rates_in")),
    )


def between() -> tuple[ScenarioCheck, ...]:
    """Checks between the parts, which need names and selections that hold."""
    return (
        ScenarioCheck(scope, ("materials", "demand")),
        ScenarioCheck(lanes, OFFERED),
        ScenarioCheck(price_terms.bases, numbers=("materials", "offers")),
        ScenarioCheck(price_terms.terms, OFFERED, ("lanes",)),
        ScenarioCheck(possible_futures.probabilities, numbers=("futures", "risks")),
        ScenarioCheck(possible_futures.crowds, numbers=("futures", "risks")),
        ScenarioCheck(generated_futures.chains, numbers=("regimes",)),
        ScenarioCheck(licence_evidence.licences, numbers=("licences", "restrictions", "regimes")),
        ScenarioCheck(generated_futures.fluctuations, numbers=("fluctuations", "regimes")),
        ScenarioCheck(generated_futures.samples, numbers=("sample", "regimes")),
        ScenarioCheck(possible_futures.dates),
        ScenarioCheck(restricted_countries.targets, numbers=("sites", "suppliers")),
        ScenarioCheck(restricted_countries.countries, numbers=("sites", "suppliers")),
        ScenarioCheck(possible_futures.effects),
        ScenarioCheck(possible_futures.licensable, numbers=("offers",)),
        ScenarioCheck(demands_and_rules.demands),
        ScenarioCheck(demands_and_rules.reach, OFFERED),
        ScenarioCheck(demands_and_rules.stocks),
        ScenarioCheck(demands_and_rules.contracts),
        ScenarioCheck(demands_and_rules.rules),
        ScenarioCheck(count_rules.counts, OFFERED),
        ScenarioCheck(demands_and_rules.service, numbers=("risk", "demand")),
        ScenarioCheck(demands_and_rules.baseline, numbers=("baseline", "offers")),
    )


def absent(scenario: Scenario) -> Iterator[Finding]:
    """There is something to buy, a way for it, and a need."""
    if not scenario.demand:
        yield ("demand",), "nothing is needed", "add a demand"
    if not scenario.offers:
        yield ("offers",), "nothing is offered", "add an offer"
    elif not scenario.lanes:
        yield ("lanes",), "no lane leads from any offer to a site", "add a lane"


SUBJECTS = {
    "material": "materials",
    "site": "sites",
    "supplier": "suppliers",
    "offer": "offers",
    "contract": "contracts",
    "demand": "demand",
    "regime": "regimes of the library",
    "question": "answered by a regime",
}


@dataclass(frozen=True)
class Mention:
    """A name that must exist: where it is mentioned, what it names, and the subject that must have it."""

    path: tuple[str | int, ...]
    kind: str
    name: str
    subject: str
    known: tuple[str, ...]

    def finding(self, guess: bool = True) -> Finding:
        """What is to be said when it does not, with a guess of what was meant."""
        return self.path, f"there is no {self.kind} '{self.name}'", near(self.name, self.known, guess)


def unknown(scenario: Scenario) -> list[Mention]:
    """Names that are mentioned and do not exist."""
    materials, sites, suppliers, offers = scenario.materials, scenario.sites, scenario.suppliers, scenario.offers
    wanted: list[tuple[tuple[str | int, ...], str, str, Iterable[str]]] = []
    for name, offer in offers.items():
        wanted.append((("offers", name, "supplier"), "supplier", offer.supplier, suppliers))
        wanted.append((("offers", name, "material"), "material", offer.material, materials))
    for name, lane in scenario.lanes.items():
        wanted += [(("lanes", name, "site"), "site", site, sites) for site in lane.site]
        wanted += [
            (("lanes", name, "duty_regimes"), "regime", regime_name, regimes()) for regime_name in lane.duty_regimes
        ]
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
    mixes: list[tuple[tuple[str, ...], Mapping[str, Mapping[str, object]]]] = [(("baseline",), scenario.baseline.mix)]
    for rule, thumb in scenario.rules_of_thumb.items():
        own = ("rules_of_thumb", rule)
        mixes.append((own, thumb.mix))
        wanted += [((*own, "sign"), "contract", name, scenario.contracts) for name in thumb.sign]
        wanted += [((*own, "qualify"), "offer", name, offers) for name in thumb.qualify]
    for mixed, mix_of in mixes:
        for material, mix in mix_of.items():
            wanted.append(((*mixed, "mix", material), "material", material, materials))
            wanted += [((*mixed, "mix", material, offer), "offer", offer, offers) for offer in mix]
    wanted += [(("risk", "service", name), "demand", name, scenario.demand) for name in scenario.risk.service]
    for key in ("left_out", "caveats"):
        for name, remark in getattr(scenario, key).items():
            wanted += [((key, name, "about"), "material", material, materials) for material in remark.about]
    open_switches = [name for name, regime in regimes().items() if regime.switch] if scenario.answered else []
    wanted += [(("answered", name), "question", name, open_switches) for name in scenario.answered]
    missing = ((path, kind, name, tuple(known)) for path, kind, name, known in wanted if name not in known)
    return [Mention(path, kind, name, SUBJECTS[kind], known) for path, kind, name, known in missing]


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


PAID = ("offers", "lanes", "contracts", "stock", "demand", "rules")


def used_currencies(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Paths of prices and costs with their currency."""
    seen: dict[tuple[tuple[str | int, ...], str], None] = {}
    for path, value in stated(scenario):
        if isinstance(value, Quantity) and value.measure.currency:
            if path[0] in PAID:
                seen[path[:2], value.measure.currency] = None
            elif "changes" in path:
                seen[path[: path.index("changes") + 2], value.measure.currency] = None
    yield from seen


def selections(scenario: Scenario) -> Iterator[Finding]:
    """Findings on every `where` that picks nothing."""
    offers, demands = attributes.of_offers(scenario), attributes.of_demands(scenario)
    for name, lane in scenario.lanes.items():
        yield from picks(("lanes", name, "where"), lane.where, offers)
    for path, restriction, change in possible_futures.happenings(scenario):
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
    served = {offer for offer, _ in seen}
    for name, contract in scenario.contracts.items():
        if contract.offer not in served:
            yield ("contracts", name, "offer"), f"no lane leads from {contract.offer} to any site", "add a lane"
