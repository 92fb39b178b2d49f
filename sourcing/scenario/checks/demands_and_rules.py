"""Checks of what is needed and not accepted: demand, contracts, rules, baseline."""

import itertools
from collections.abc import Iterator

from sourcing.scenario import attributes
from sourcing.scenario.checks.lookups import PROBABILITY_TOLERANCE, Finding, lane_pairs, picks
from sourcing.scenario.language.demand_and_stock import DemandSpec
from sourcing.scenario.language.horizon_and_risk import BaselineSpec, RuleOfThumbSpec
from sourcing.scenario.language.rule_specs import EachSpec, Rule
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.language.supply import ContractSpec, PriceFormulaSpec, VolumeRangeSpec
from sourcing.selection import Where
from sourcing.units import QuantityKind, days


def demands(scenario: Scenario) -> Iterator[Finding]:
    """A demand says what it needs and what missing it costs; steps get dearer."""
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
        yield from _steps(path, demand)


def reach(scenario: Scenario) -> Iterator[Finding]:
    """Something reaches a demand that must be met."""
    reached = {(scenario.offers[offer].material, site) for offer, site in lane_pairs(scenario)}
    for name, demand in scenario.demand.items():
        for material in demand.materials or (demand.material,):
            if material and demand.firm and (material, demand.site) not in reached:
                yield ("demand", name), f"no lane brings {material} to {demand.site}", "add a lane or an offer"


def stocks(scenario: Scenario) -> Iterator[Finding]:
    """A material at a site is stocked in one way."""
    stated: dict[tuple[str, str], str] = {}
    for name, stock in scenario.stock.items():
        at = (stock.material, stock.site)
        if at in stated:
            cause = f"stock '{stated[at]}' says how {stock.material} is stocked at {stock.site} already"
            yield ("stock", name), cause, "make them one, or remove one"
        stated.setdefault(at, name)


def _steps(path: tuple[str | int, ...], demand: DemandSpec) -> Iterator[Finding]:
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


def _contract(path: tuple[str | int, ...], contract: ContractSpec) -> Iterator[Finding]:
    volume = contract.volume
    if isinstance(volume, VolumeRangeSpec):
        low, high = volume.at_least.measure, volume.at_most.measure
        if low.time != high.time and low.number > 0:
            yield (*path, "volume"), f"at_least is per {low.time}, at_most per {high.time}", "use one unit of time"
        elif low.number > high.number:
            yield (*path, "volume"), "at_least is above at_most", "swap them"
    if isinstance(contract.price, PriceFormulaSpec) and contract.price.floor and contract.price.cap:
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
                yield from picks((*path, kinds[0], key), where, things)
        if part.at_most is None and getattr(part, "at_least", None) is None:
            yield (*path, kinds[0]), "the rule limits nothing", "give at_most or at_least"
        yield from _rule_shape(path, rule)


def _rule_shape(path: tuple[str | int, ...], rule: Rule) -> Iterator[Finding]:
    if rule.share and isinstance(rule.share.of, EachSpec) and rule.share.at_least is not None:
        yield (*path, "share"), "at_least cannot hold for each one", "name whom it is for"
    if rule.volume:
        for limit in (rule.volume.at_most, rule.volume.at_least):
            if limit and limit.measure.kind is QuantityKind.MASS_RATE and rule.volume.over != "period":
                yield (*path, "volume"), "a limit per time is for over: period", "give a mass, or over: period"


def baseline(scenario: Scenario) -> Iterator[Finding]:
    """Shares of a mix, of today or of a rule of thumb, sum to 1."""
    known: list[tuple[tuple[str, ...], BaselineSpec | RuleOfThumbSpec]] = [(("baseline",), scenario.baseline)]
    known += [(("rules_of_thumb", name), rule) for name, rule in scenario.rules_of_thumb.items()]
    for path, part in known:
        for material, mix in part.mix.items():
            total = sum(share.measure.number for share in mix.values())
            if abs(total - 1) > PROBABILITY_TOLERANCE:
                yield (*path, "mix", material), f"shares sum to {total:.6g}, must be 1", "change one"
            for offer in mix:
                if scenario.offers[offer].material != material:
                    sold = scenario.offers[offer].material
                    yield (*path, "mix", material, offer), f"{offer} sells {sold}", f"pick an offer of {material}"
        if part.days is not None and days(part.days.measure) > 3650:
            yield (*path, "days"), "more than ten years of stock", "give the days held today"


def service(scenario: Scenario) -> Iterator[Finding]:
    """A limit on what may be missed says one; a probability is of a share served."""
    for name, service_spec in scenario.risk.service.items():
        path = ("risk", "service", name)
        if service_spec.on_average is None and service_spec.at_worst is None and service_spec.served is None:
            yield path, "it limits nothing", "say on_average, at_worst or served"
        if service_spec.served is None and "probability" in service_spec.model_fields_set:
            yield (*path, "probability"), "what must be served is not said", "add served: 95 %, or leave it out"
