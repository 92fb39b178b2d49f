"""What a check finds, and what several checks use."""

from collections.abc import Iterator, Mapping

from sourcing.scenario import attributes
from sourcing.scenario.language.base import When
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import Attributes, SelectionError, Where, pick

Finding = tuple[tuple[str | int, ...], str, str]
"""Path, cause and cure of what is wrong."""

PROBABILITY_TOLERANCE = 1e-6


def picks(path: tuple[str | int, ...], where: Where, things: Mapping[str, Attributes]) -> Iterator[Finding]:
    try:
        pick(where, things)
    except SelectionError as error:
        yield (*path, error.key), error.cause, error.cure


def ordered(path: tuple[str | int, ...], first: When | None, last: When | None) -> Iterator[Finding]:
    if first and last and first.first > last.last:
        yield (*path, "until"), f"until {last.text} is before from {first.text}", "swap them or change one"


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
