"""Scheduled switches: which are past at the time of a scenario, and what of the scenario they are about."""

import datetime as dt
from collections.abc import Iterator, Mapping

from sourcing.scenario import attributes
from sourcing.scenario.language.generation import ChainSpec
from sourcing.scenario.language.restrictions import RestrictionSpec
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.regime_library import LibraryRegime, ScheduledSwitch, regimes
from sourcing.selection import matches

MONTH = dt.timedelta(days=31)
"""By when the outcome of a switch is announced: a measure of which one hears later is another one."""


def today(scenario: Scenario) -> dt.date:
    """Up to when a switch is past: `as_of` or the first day of the horizon, whichever is later."""
    first = scenario.horizon.start.first
    return max(first, scenario.as_of.last) if scenario.as_of else first


def is_known(scenario: Scenario, regime: LibraryRegime) -> bool:
    """Whether a regime was announced by `as_of`."""
    return scenario.as_of is None or (regime.announced or regime.from_).first <= scenario.as_of.last


def is_later(scenario: Scenario, switch: ScheduledSwitch) -> bool:
    """Whether the past that the scenario plays in has not come to a switch."""
    return scenario.as_of is not None and switch.date.last > today(scenario)


def is_decided(scenario: Scenario, switch: ScheduledSwitch) -> bool:
    """Whether the scenario takes the outcome as open: a decision of its chain of regimes is on that date."""
    chain = scenario.regimes
    return isinstance(chain, ChainSpec) and any(one.date.last == switch.date.last for one in chain.decisions.values())


def concerns(scenario: Scenario, switch: ScheduledSwitch) -> bool:
    """Whether a switch is about a material and a site of the scenario."""
    countries = {site.country for site in scenario.sites.values()}
    return bool(set(switch.materials) & set(scenario.materials)) and switch.concerns(countries)


def returning(name: str) -> tuple[str, ...]:
    """Regimes that are in force again if a suspension lapses: those that quote the row of its switch."""
    switch = regimes()[name].switch
    return tuple(other for other, regime in regimes().items() if switch and regime.row == switch.row)


def at_stake(
    scenario: Scenario, name: str, parts: Mapping[str, RestrictionSpec | None]
) -> Iterator[tuple[str, RestrictionSpec]]:
    """Of some restrictions those that may be what the switch of a regime decides: begun on or after its date and not
    announced long after it, on offers of its materials from a country that restricts them, aimed at a site here,
    holding goods back, and of no other regime."""
    regime = regimes()[name]
    assert regime.switch
    again = (*returning(name), name, *(other for other, entry in regimes().items() if entry.row == regime.row))
    origins = {
        country
        for other in again
        for restriction in regimes()[other].restrictions.values()
        for country in _listed(restriction["where"].get("origin", ()))
    }
    offers = {
        offer: entry
        for offer, entry in attributes.of_offers(scenario).items()
        if set(entry["material"]) & set(regime.switch.materials) and set(entry["origin"]) & origins
    }
    countries = {site.country for site in scenario.sites.values()}
    for key, part in parts.items():
        if part is None or (part.regime and part.regime not in again) or not holds_back(part):
            continue
        aimed = not part.targets or bool(set(part.targets) & countries)
        if aimed and _since(part, regime.switch) and any(matches(part.where, offer) for offer in offers.values()):
            yield key, part


def holds_back(part: RestrictionSpec) -> bool:
    """Whether a measure keeps goods from leaving or holds them up."""
    shares = (number.measure.number for number in (part.approval, part.capacity) if number is not None)
    return any(share < 1 for share in shares) or part.delay is not None or part.seizes or bool(part.licences)


def _since(restriction: RestrictionSpec, switch: ScheduledSwitch) -> bool:
    """Whether a measure may be the outcome of a switch: not older than it, lasting beyond its date, and not announced
    later."""
    begins = restriction.from_ is None or restriction.from_.last >= switch.date.first
    known = restriction.announced is None or restriction.announced.first <= switch.date.last + MONTH
    return begins and known and (restriction.until is None or restriction.until.last > switch.date.last)


def _listed(names: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
