"""Needs so small that the solver could not tell them from nothing in the unit of their material."""

from collections.abc import Iterator

from sourcing.case.case import Case
from sourcing.case.frame import KILOGRAMS, Frame, calendar_of
from sourcing.figures import show, written
from sourcing.scenario.checks.lookups import Finding
from sourcing.scenario.language.scenario import Scenario

LEAST = 1e-4
"""Smallest need of a period that is planned with, in the unit of its material: a thousand times what a solver takes
for nothing."""


def countable(scenario: Scenario) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario with what it counts in tonnes and needs grams of counted in kilograms, and a sentence for each."""
    needs = _needs(scenario)
    small = [
        name
        for name, material in scenario.materials.items()
        if material.unit == "t" and 0 < needs.get(name, 0.0) < LEAST * KILOGRAMS["t"]
    ]
    if not small:
        return scenario, ()
    in_kilograms = {name: scenario.materials[name].model_copy(update={"unit": "kg"}) for name in small}
    demand = {
        name: demand_spec.model_copy(update={"unit": "kg"})
        if set(demand_spec.materials or ()) & set(small)
        else demand_spec
        for name, demand_spec in scenario.demand.items()
    }
    sentences = (
        f"{name}: at most {show(1000 * needs[name], 'g')} are needed in a period: counted in kg; write unit: kg"
        for name in small
    )
    update = {"materials": {**scenario.materials, **in_kilograms}, "demand": demand}
    return scenario.model_copy(update=update), tuple(sentences)


def too_small(case: Case) -> Iterator[Finding]:
    """Findings on materials of which too little is needed to be told from nothing; a small need may stand beside a
    large one."""
    largest: dict[str, float] = {}
    for demand in case.demands:
        for material, ratio in demand.proportions:
            largest[material] = max(largest.get(material, 0.0), ratio * float(demand.need.max()))
    for demand in case.demands:
        most = float(demand.need.max())
        if most > 0 and all(largest[material] < LEAST for material in demand.materials):
            cause = f"at most {show(most, demand.unit)} are needed in a {case.calendar.period}, too little to plan with"
            cure = f"state {written(LEAST, demand.unit)} or more, plan in longer periods, or leave the demand out"
            yield ("demand", demand.name, "need"), cause, cure


def _needs(scenario: Scenario) -> dict[str, float]:
    """The largest need of a period of each material [kg]."""
    frame = Frame(scenario, calendar_of(scenario.horizon))
    needs: dict[str, float] = {}
    for demand in scenario.demand.values():
        most = float(frame.flow(demand.need, "kg").max())
        shares = demand.materials or ({demand.material: 1.0} if demand.material else {})
        for material, ratio in shares.items():
            needs[material] = max(needs.get(material, 0.0), ratio * most)
    return needs
