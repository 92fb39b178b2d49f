"""Checks of rules on the number of suppliers: what they want is there, and can be kept together."""

from collections.abc import Iterator

from sourcing.scenario import attributes
from sourcing.scenario.checks.lookups import Finding, lane_pairs
from sourcing.scenario.language.rule_specs import CountRule
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import grouped, matches

WHOLE = 1 + 1e-9  # shares of a whole, with what rounding leaves


def counts(scenario: Scenario) -> Iterator[Finding]:
    """A number from below says from which share a supplier counts, and so many suppliers are there."""
    for name, rule in scenario.rules.items():
        if rule.count:
            path = ("rules", name, "count")
            yield from _shape(path, rule.count)
            yield from _there(path, rule.count, scenario)


def _shape(path: tuple[str | int, ...], rule: CountRule) -> Iterator[Finding]:
    least, most, share = rule.at_least, rule.at_most, rule.each_at_least
    if least is not None and share is None:
        cause = f"from which share one of the {least} suppliers counts is not said"
        yield (*path, "at_least"), cause, "add each_at_least, for example each_at_least: 10 %"
    if share is not None and least is None:
        yield (*path, "each_at_least"), "how many suppliers must have that share is not said", "add at_least"
    if share is not None and share.measure.number <= 0:
        yield (*path, "each_at_least"), "nothing is no share", "give one above 0 %, for example 10 %"
    if least is not None and most is not None and least > most:
        yield (*path, "at_least"), f"at least {least} suppliers and at most {most}", "swap them or change one"
    if least is not None and share is not None and least * share.measure.number > WHOLE:
        cause = (
            f"{least} suppliers of {share.measure.number:.4g} each make {least * share.measure.number:.4g} of the whole"
        )
        yield (*path, "each_at_least"), cause, f"give at most {1 / least:.4g}, or want fewer suppliers"


def _there(path: tuple[str | int, ...], rule: CountRule, scenario: Scenario) -> Iterator[Finding]:
    """So many suppliers sell what the rule picks, and a lane leads from them to a site."""
    if rule.at_least is None:
        return
    known, reached = attributes.of_offers(scenario), {offer for offer, _ in lane_pairs(scenario)}
    picked = tuple(name for name, offer in known.items() if matches(rule.of, offer) and name in reached)
    for material, offers in (grouped(picked, "material", known) if rule.each else {"": picked}).items():
        suppliers = sorted({scenario.offers[name].supplier for name in offers})
        if len(suppliers) < rule.at_least:
            there = f"{len(suppliers)} of {material} are there" if material else f"{len(suppliers)} are there"
            cause = f"at least {rule.at_least} suppliers are wanted, {there} ({', '.join(suppliers) or 'none'})"
            yield (*path, "at_least"), cause, "want fewer, widen `of`, or add offers with lanes"
