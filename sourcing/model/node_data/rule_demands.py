"""What rules ask of lanes: least volumes, and shares by which buying on one lane calls for buying on another."""

from collections.abc import Iterator, Mapping

from sourcing.case.case import Case
from sourcing.case.frame import Frame
from sourcing.scenario import attributes
from sourcing.scenario.language.rule_specs import EachSpec, ShareRule, VolumeRule
from sourcing.selection import Attributes, grouped, matches
from sourcing.units import QuantityKind


def pulled(case: Case) -> frozenset[str]:
    """Lanes that may be bought on for the sake of what is bought on others: a share from below pulls what it is of, one
    from above everything else of its whole, a number of suppliers in use whom it counts."""
    lanes, pulled_lanes = _lanes(case), set[str]()
    for rule in case.rules.values():
        if rule.share:
            pulled_lanes.update(*_pulled_by_share(rule.share, lanes))
        if rule.count and rule.count.at_least is not None:
            pulled_lanes.update(name for name, known in lanes.items() if matches(rule.count.of, known))
    return frozenset(pulled_lanes)


def _pulled_by_share(rule: ShareRule, lanes: Mapping[str, Attributes]) -> Iterator[tuple[str, ...]]:
    within = tuple(name for name, known in lanes.items() if rule.within is None or matches(rule.within, known))
    for base in (grouped(within, rule.each, lanes) if rule.each else {"": within}).values():
        groups = (
            tuple(grouped(base, rule.of.each, lanes).values())
            if isinstance(rule.of, EachSpec)
            else (tuple(name for name in base if matches(rule.of, lanes[name])),)
        )
        for group in groups:
            if rule.at_least is not None and len(group) < len(base):
                yield group
            if rule.at_most is not None and group:
                yield tuple(name for name in base if name not in group)


def least_volumes(case: Case) -> Mapping[str, float]:
    """What rules ask to arrive at the least on each lane, which may have to bring all of it: in all windows [t]."""
    lanes, frame, volumes = _lanes(case), Frame(case.scenario, case.calendar), dict[str, float]()
    for rule in case.rules.values():
        if rule.volume and rule.volume.at_least is not None:
            least = _in_all_windows(frame, rule.volume)
            for name, known in lanes.items():
                if matches(rule.volume.of, known):
                    volumes[name] = volumes.get(name, 0.0) + least
    return volumes


def _in_all_windows(frame: Frame, rule: VolumeRule) -> float:
    assert rule.at_least is not None
    if rule.at_least.measure.kind is QuantityKind.MASS_RATE:
        return float(frame.per_period(rule.at_least, "t").sum())
    periods = len(frame.calendar)
    years = periods / frame.calendar.per_year + 1.0 + bool(frame.calendar.beyond)
    windows = {"period": float(periods), "year": years, "horizon": 1.0}[rule.over]
    return windows * frame.number(rule.at_least, "t")


def _lanes(case: Case) -> dict[str, Attributes]:
    return attributes.of_lanes(case.scenario, {lane.name: (lane.offer, lane.site) for lane in case.lanes})
