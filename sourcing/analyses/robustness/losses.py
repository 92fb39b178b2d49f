"""What an importer may lose: a supplier, a country, a route, a site, or a feed that several suppliers share."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sourcing.case import Case
from sourcing.scenario.checks.lookups import lane_pairs

FEED = re.compile(r"fed by (.+?)(?:,? (\d+(?:\.\d+)?) ?%)?")
LINKED = "China"  # what a `china_link` links to


@dataclass(frozen=True)
class Loss:
    """Something lost. offers: the share of each offer that is gone, 1 all of it; closed: lanes that are shut."""

    kind: str
    name: str
    offers: tuple[tuple[str, float], ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def shares(self) -> Mapping[float, tuple[str, ...]]:
        """Offers by the share that is gone."""
        offers_by_share: dict[float, tuple[str, ...]] = {}
        for offer, share in self.offers:
            offers_by_share[share] = (*offers_by_share.get(share, ()), offer)
        return offers_by_share

    def lanes(self, case: Case) -> tuple[str, ...]:
        """Names of the lanes of a case that this loss hits."""
        hit = {offer for offer, _ in self.offers}
        return tuple(lane.name for lane in case.lanes if lane.offer in hit or lane.name in self.closed)


def losses(case: Case) -> tuple[Loss, ...]:
    """Everything that can be lost by itself: sites, countries, shared feeds, routes, suppliers, in this order."""
    return (*_sites(case), *_countries(case), *_feeds(case), *_routes(case), *_suppliers(case))


def _suppliers(case: Case) -> Iterator[Loss]:
    for name in dict.fromkeys(offer.supplier for offer in case.offers):
        title = case.scenario.suppliers[name].title or name
        yield Loss("supplier", title, tuple((offer.name, 1.0) for offer in case.offers if offer.supplier == name))


def _countries(case: Case) -> Iterator[Loss]:
    """A country takes its own offers whole; China the share of others that is fed by it too, of the same materials."""
    for country in dict.fromkeys(offer.origin for offer in case.offers):
        own = tuple((offer.name, 1.0) for offer in case.offers if offer.origin == country)
        yield Loss("country", country, (*own, *_links(case)) if country == LINKED else own)


def _links(case: Case) -> tuple[tuple[str, float], ...]:
    return tuple((offer.name, offer.link) for offer in case.offers if offer.link > 0 and offer.origin != LINKED)


def _feeds(case: Case) -> Iterator[Loss]:
    """What lies behind several offers: tags `fed by Bayan Obo` or `fed by Bayan Obo, 50 %`, and Chinese feed."""
    fed: dict[str, list[tuple[str, float]]] = {}
    for offer in case.offers:
        for tag in offer.tags:
            if match := FEED.fullmatch(tag):
                fed.setdefault(match[1], []).append((offer.name, float(match[2] or 100) / 100))
    for name, offers in fed.items():
        yield Loss("feed", name, tuple(offers))
    if links := _links(case):
        yield Loss("feed", "Chinese feed of others", links)


def _routes(case: Case) -> Iterator[Loss]:
    pairs = lane_pairs(case.scenario)
    for name in dict.fromkeys(pairs.values()):
        closed = tuple(lane.name for lane in case.lanes if pairs.get((lane.offer, lane.site)) == name)
        if closed:
            yield Loss("lane", name, closed=closed)


def _sites(case: Case) -> Iterator[Loss]:
    """A site that nothing reaches lives on what it holds."""
    for name in dict.fromkeys(lane.site for lane in case.lanes):
        title = case.scenario.sites[name].title or name
        yield Loss("site", title, closed=tuple(lane.name for lane in case.lanes if lane.site == name))
