"""How much money leans on what may happen: probabilities, and the numbers of restrictions."""

import itertools
import math
from collections.abc import Iterator

import numpy as np

from sourcing.advice.marginal_values import MarginalValues
from sourcing.calendar import Array
from sourcing.case.records import Future, Restriction
from sourcing.futures.effects import strength_of
from sourcing.outcome.binding_restrictions import reach
from sourcing.outcome.outcome import Outcome, weighed
from sourcing.scenario.known_at import as_known
from sourcing.scenario.language import restrictions
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.paths import Path

FACTORS = ("price", "price_elsewhere")


def composed(scenario: Scenario) -> tuple[dict[Path, restrictions.FutureSpec], ...]:
    """The stated futures, by path, that each future of the case is made of, in its order."""
    named: dict[Path, restrictions.Futures] = {("futures",): scenario.futures} if scenario.futures else {}
    named.update({("risks", risk): group for risk, group in scenario.risks.items()})
    groups: list[list[tuple[Path, restrictions.FutureSpec]]] = [
        [((*path, name), part) for name, part in group.items()] for path, group in named.items()
    ]
    made = (dict(chosen) for chosen in itertools.product(*groups))
    return tuple(parts for parts in made if math.prod(part.probability.measure.number for part in parts.values()) > 0)


def probabilities(outcome: Outcome, step: float) -> Iterator[tuple[Path, float]]:
    """Change of the objective when a future is likelier by `step` (less likely where it cannot be), the others of its
    group in proportion, each future costing what it costs."""
    made = composed(outcome.case.scenario)
    present = outcome.data.tree.future_probability
    before = weighed(outcome, present)
    for path, part in {path: part for parts in made for path, part in parts.items()}.items():
        odds = part.probability.measure.number
        raised = odds + step if odds + step <= 1 else odds - step
        inside = np.array([path in parts for parts in made])
        if inside.all():
            continue
        changed = present * np.where(inside, raised / odds, (1 - raised) / (1 - odds))
        yield (*path, "probability"), weighed(outcome, changed / changed.sum()) - before


def measures(stakes: MarginalValues, step: float) -> Iterator[tuple[Path, float]]:
    """Change of the objective by `step` more approval, and by a price factor larger by `step` of itself.

    Where several measures reach a lane, the one that binds counts: the lowest approval, the largest factor.
    """
    scenario = as_known(stakes.case.scenario)
    made = composed(scenario)
    for number, future in enumerate(stakes.case.futures):
        parts = made[number] if stakes.case.sampling is None else {}  # those that are drawn are made of none
        for name, amount in _approvals(stakes, number, future, step):
            yield _origin(scenario, parts, name, "approval"), amount
        for name, field, amount in _factors(stakes, number, future, step):
            yield _origin(scenario, parts, name, field), amount


def _origin(scenario: Scenario, parts: dict[Path, restrictions.FutureSpec], name: str, field: str) -> Path:
    """Where the number of a measure in a future is stated: by the future, if it says something else than the file."""
    base = scenario.restrictions.get(name)
    for path, part in reversed(parts.items()):
        own = part.restrictions.get(name)
        if own is not None and (base is None or getattr(own, field) != getattr(base, field)):
            return (*path, "restrictions", name, field)
    return ("restrictions", name, field)


def _approvals(stakes: MarginalValues, number: int, future: Future, step: float) -> Iterator[tuple[str, float]]:
    case, stated = (
        stakes.case,
        [restriction for restriction in future.restrictions if not np.isnan(restriction.approval)],
    )
    reaches = {part.name: reach(case, part) for part in stated}
    let = {part.name: 1 - reaches[part.name] * (1 - part.approval) for part in stated}
    least = np.minimum.reduce([np.ones((len(case.lanes), len(case.calendar))), *let.values()])
    lane_of = {(lane.offer, case.country[lane.site]): row for row, lane in reversed(list(enumerate(case.lanes)))}
    for group, worth in stakes.worth("licence_limit").items():
        lane = lane_of[group]  # type: ignore[index]
        normal = case.offers[case.offer_row[group.offer]].licensable  # type: ignore[attr-defined]
        for name, strength in reaches.items():
            binds = (strength[lane] > 0) & (let[name][lane] <= least[lane] + 1e-9) & np.isfinite(normal)
            more = np.where(binds, strength[lane] * step * np.where(np.isfinite(normal), normal, 0.0), 0.0)
            yield name, stakes.within(worth, more, number)


def _factors(stakes: MarginalValues, number: int, future: Future, step: float) -> Iterator[tuple[str, str, float]]:
    stated = [
        (restriction.name, field, getattr(restriction, field), _strength(stakes, restriction, field))
        for restriction in future.restrictions
        for field in FACTORS
        if not np.isnan(getattr(restriction, field))
    ]
    present = [np.where(strength > 0, 1 + strength * (factor - 1), -np.inf) for _, _, factor, strength in stated]
    if not stated:
        return
    largest = np.maximum.reduce(present)
    for (name, field, factor, strength), made in zip(stated, present, strict=True):
        binds = (strength > 0) & (made >= largest - 1e-9) & (made > 0)
        share = np.where(binds, strength * step * factor / np.where(binds, made, 1.0), 0.0)
        paid = (stakes.within(stakes.prices[row], share[row], number) for row in np.flatnonzero(binds.any(axis=1)))
        yield name, field, sum(paid)


def _strength(stakes: MarginalValues, part: Restriction, field: str) -> Array:
    """How strongly a factor reaches each offer, shape (offers, periods)."""
    if field == "price":
        return strength_of(stakes.case, part)
    materials = {stakes.case.offer[name].material for name in part.offers}
    other = [offer.material in materials and offer.name not in part.offers for offer in stakes.case.offers]
    return np.asarray(np.array(other).reshape(-1, 1) * part.cover)
