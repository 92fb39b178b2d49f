"""What `where` may pick things by."""

from collections.abc import Mapping
from functools import lru_cache

from sourcing.scenario.language.generation import ChainSpec, StateSpec
from sourcing.scenario.language.restrictions import FutureSpec
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import Attributes, Selectables


def of_materials(scenario: Scenario) -> dict[str, Attributes]:
    """Attributes of every material, by its name."""
    return {name: {"material": (name,), "stage": (material.stage,)} for name, material in scenario.materials.items()}


def of_offers(scenario: Scenario) -> Selectables:
    """Attributes of every offer, by its name."""
    suppliers, materials = scenario.suppliers, scenario.materials
    return _offers(
        tuple(
            (name, offer.supplier, offer.material, of.country, materials[offer.material].stage, (*of.tags, *offer.tags))
            for name, offer in scenario.offers.items()
            for of in (suppliers[offer.supplier],)
        )
    )


@lru_cache(maxsize=32)
def _offers(stated: tuple[tuple[str, str, str, str, str, tuple[str, ...]], ...]) -> Selectables:
    """Attributes of offers, of each its name, supplier, material, origin, stage and tags; scenarios that differ in
    numbers alone share them, and what was picked among them."""
    return Selectables(
        {
            name: {
                "offer": (name,),
                "supplier": (supplier,),
                "material": (material,),
                "origin": (origin,),
                "stage": (stage,),
                "tag": tags,
            }
            for name, supplier, material, origin, stage, tags in stated
        }
    )


def of_lanes(scenario: Scenario, lanes: Mapping[str, tuple[str, str]]) -> dict[str, Attributes]:
    """Attributes of lanes given as name: (offer, site)."""
    offers = of_offers(scenario)
    return {name: {**offers[offer], "site": (site,)} for name, (offer, site) in lanes.items()}


def of_demands(scenario: Scenario) -> Selectables:
    """Attributes of every demand, by its name."""
    return Selectables(
        {
            name: {
                "demand": (name,),
                "site": (demand.site,),
                "end_use": (demand.end_use,) if demand.end_use else (),
                "material": tuple(demand.materials or ((demand.material,) if demand.material else ())),
            }
            for name, demand in scenario.demand.items()
        }
    )


def of_restrictions(scenario: Scenario) -> dict[str, Attributes]:
    """Attributes of every restriction of the file and of its futures, by its name."""
    everything = dict(scenario.restrictions)
    for future in every_course(scenario).values():
        everything |= {
            name: restriction for name, restriction in future.restrictions.items() if restriction is not None
        }
    return {
        name: {"restriction": (name, part.regime) if part.regime else (name,), "basis": (part.basis,)}
        for name, part in everything.items()
    }


def every_future(scenario: Scenario) -> Mapping[str, FutureSpec]:
    """All futures that the file states, those of risks as 'risk: future'."""
    grouped = {f"{risk}: {name}": future for risk, group in scenario.risks.items() for name, future in group.items()}
    return {**scenario.futures, **grouped}


def every_course(scenario: Scenario) -> Mapping[str, FutureSpec | StateSpec]:
    """All futures that the file states as 'future NAME', and the states of its chain as 'regime NAME'."""
    states = scenario.regimes.states if isinstance(scenario.regimes, ChainSpec) else {}
    courses: dict[str, FutureSpec | StateSpec] = {
        f"future {name}": future for name, future in every_future(scenario).items()
    }
    return courses | {f"regime {name}": state for name, state in states.items()}
