"""When one probability is changed, the others of its group scale in proportion."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sourcing import files
from sourcing.errors import Problem, ScenarioError
from sourcing.files import Document, dotted
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.restrictions import Futures
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.paths import Path
from sourcing.scenario.replaced_numbers import with_numbers


def at_odds(scenario: Scenario, path: Path, probability: float) -> Scenario:
    """The scenario with the probability of a future, by its path, at another value.

    Raises ScenarioError where no other future of its group could take the rest.
    """
    group = group_of(scenario, (*path, "probability"))
    if probability < 1 and not any(part.probability.measure.number for name, part in group.items() if name != path[-1]):
        cure = "state another future that may come instead"
        raise ScenarioError((Problem(None, dotted(path), f"{probability:g} leaves the rest to no other future", cure),))
    return with_numbers(scenario, scaled_quantities(scenario, (*path, "probability"), probability))


def scaled_quantities(scenario: Scenario, path: Path, probability: float) -> Mapping[Path, Quantity]:
    """Every probability of the group of one, by its path, when that one is at another value."""
    group, changed = group_of(scenario, path), path[-2]
    others_sum = sum(part.probability.measure.number for name, part in group.items() if name != changed)
    factor = (1 - probability) / others_sum if others_sum > 0 else 0.0
    odds = {
        name: probability if name == changed else factor * part.probability.measure.number
        for name, part in group.items()
    }
    return {
        (*path[:-2], name, "probability"): replace(
            part.probability, measure=replace(part.probability.measure, number=odds[name])
        )
        for name, part in group.items()
    }


def group_of(scenario: Scenario, path: Path) -> Futures:
    """The futures among which one stands, by its path."""
    return scenario.risks[str(path[1])] if path[0] == "risks" else scenario.futures


def scaled_probabilities(before: Document, after: Document) -> Document:
    """When one probability of a group of futures was changed, the others scale in proportion."""
    for path in _groups(after):
        old, new = _probabilities(before, path), _probabilities(after, path)
        changed = [name for name in new if old.get(name) != new[name]]
        others_sum = sum(new[name] for name in new if name not in changed)
        if old.keys() == new.keys() and len(changed) == 1 and others_sum > 0 and 0 <= new[changed[0]] <= 1:
            factor = (1 - new[changed[0]]) / others_sum
            patch: dict[str, Any] = {
                name: {"probability": factor * value} for name, value in new.items() if name != changed[0]
            }
            for key in reversed(path):
                patch = {key: patch}
            after = files.amend(after, patch)
    return after


def _groups(document: Document) -> list[tuple[str, ...]]:
    """Paths of the groups of futures."""
    risks = document.value.get("risks")
    return [("futures",), *(("risks", name) for name in (risks if isinstance(risks, dict) else {}))]


def _probabilities(document: Document, path: tuple[str, ...]) -> dict[str, float]:
    """Probabilities of a group that are plain numbers, by future."""
    group: Any = document.value
    for key in path:
        group = group.get(key) if isinstance(group, dict) else None
    futures = group.items() if isinstance(group, dict) else ()
    stated = {name: part.get("probability") for name, part in futures if isinstance(part, dict)}
    plain = {name: value for name, value in stated.items() if isinstance(value, int | float)}
    return {name: float(value) for name, value in plain.items()} if len(plain) == len(stated) else {}
