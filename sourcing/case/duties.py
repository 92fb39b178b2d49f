"""A duty counts once: where a lane's `duty` holds that of a regime already, the regime does not move the price."""

from collections.abc import Iterable, Iterator

import numpy as np

from sourcing.case.records import Future
from sourcing.scenario.checks.lookups import lane_pairs
from sourcing.scenario.language.scenario import Scenario


def stated(scenario: Scenario, regime: str) -> tuple[str, ...]:
    """Offers all of whose lanes name a regime under `duty_regimes`."""
    if not any(regime in lane.duty_regimes for lane in scenario.lanes.values()):
        return ()  # as of most, and asked of every measure of every future
    holds: dict[str, bool] = {}
    for (offer, _), lane in lane_pairs(scenario).items():
        holds[offer] = holds.get(offer, True) and regime in scenario.lanes[lane].duty_regimes
    return tuple(offer for offer, every in holds.items() if every)


def notices(futures: Iterable[Future]) -> Iterator[str]:
    """Which prices a measure would have moved twice; one sentence per measure."""
    named = set()
    for future in futures:
        for measure in future.restrictions:
            twice = [name for name in measure.offers if name in measure.duty_stated]
            if twice and not np.isnan(measure.price) and measure.name not in named:
                named.add(measure.name)
                yield (
                    f"{measure.name}: the duty of the lanes of {', '.join(twice)} holds that of {measure.regime} "
                    "already, so their price is left alone; a higher duty is a change of the lane"
                )
