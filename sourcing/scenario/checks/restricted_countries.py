"""Checks of the countries that measures are aimed at: a country written otherwise than here is reached by nothing."""

import unicodedata
from collections import Counter
from collections.abc import Iterator

from sourcing.scenario.checks.lookups import Finding
from sourcing.scenario.checks.possible_futures import happenings
from sourcing.scenario.language.scenario import Scenario

ALSO = {
    "United States": ("us", "usa", "unitedstatesofamerica", "america", "米国"),
    "United Kingdom": ("uk", "gb", "greatbritain", "英国"),
    "South Korea": ("korea", "republicofkorea", "kr", "rok", "韓国"),
    "Japan": ("jp", "jpn", "nippon", "日本"),
}
"""Other names of countries that importers of these models sit in, without spaces and points."""


def targets(scenario: Scenario) -> Iterator[Finding]:
    """A target that is a country of a site or a supplier is written as there."""
    countries = {site.country for site in scenario.sites.values()}
    countries |= {supplier.country for supplier in scenario.suppliers.values()}
    known = {word: country for country in countries for word in (_plain(country), *ALSO.get(country, ()))}
    for path, restriction, _ in happenings(scenario):
        for target in (restriction.targets or ()) if restriction else ():
            meant = known.get(_plain(target))
            if meant and target not in countries:
                cause = f"'{target}' is written '{meant}' here, so that the restriction would reach nobody there"
                yield (*path, "targets"), cause, f"write {meant}"


def countries(scenario: Scenario) -> Iterator[Finding]:
    """A country is written in one way: selections and targets pick by it."""
    written = {("sites", name): site.country for name, site in scenario.sites.items()}
    written |= {("suppliers", name): supplier.country for name, supplier in scenario.suppliers.items()}
    count = Counter(written.values())
    usual: dict[str, str] = {}
    for country in count:
        usual[_plain(country)] = max(usual.get(_plain(country), country), country, key=lambda name: count[name])
    for path, country in written.items():
        if country != usual[_plain(country)]:
            cause = (
                f"'{country}' is written '{usual[_plain(country)]}' elsewhere, and nothing that picks one finds both"
            )
            yield (*path, "country"), cause, f"write {usual[_plain(country)]}"


def _plain(name: str) -> str:
    """A name without spaces and points, in one case."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign not in " .-_")
