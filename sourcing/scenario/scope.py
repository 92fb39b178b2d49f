"""`scope`: a narrow question put to a whole importer. It picks materials; what hangs on none of them goes."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from sourcing.scenario import attributes
from sourcing.scenario.checks.lookups import Finding, picks
from sourcing.scenario.language.demand_and_stock import DemandSpec
from sourcing.scenario.language.remark import Remark
from sourcing.scenario.language.restrictions import ChangeSpec, FutureSpec, RestrictionSpec
from sourcing.scenario.language.rule_specs import Rule
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import Attributes, Where, matches, pick

T = TypeVar("T")


def scope(scenario: Scenario) -> Iterator[Finding]:
    """What is wrong with the scope: it picks nothing, or nothing is needed of what it picks alone."""
    if scenario.scope is None:
        return
    wrong = [*picks(("scope",), scenario.scope, attributes.of_materials(scenario))]
    yield from wrong
    in_scope = set() if wrong else _materials(scenario)
    if wrong or any(_needs(demand) <= in_scope for demand in scenario.demand.values()):
        return
    also = {
        name: ", ".join(sorted(_needs(demand) - in_scope))
        for name, demand in scenario.demand.items()
        if _needs(demand) & in_scope
    }
    cure = "; ".join(f"'{name}' also needs {materials}" for name, materials in also.items())
    yield (
        ("scope",),
        f"no demand is for {' and '.join(sorted(in_scope))} alone",
        f"widen it: {cure}" if also else "widen it",
    )


def narrowed(scenario: Scenario) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario with what its scope picks, and sentences that name what went although the scope touches it, or
    that what is asked elsewhere in the file no longer reaches anything. The scenario must have been checked.
    """
    if scenario.scope is None:
        return scenario, ()
    materials = _materials(scenario)
    remaining = _of_materials(scenario, materials)
    offers, demands = attributes.of_offers(remaining), attributes.of_demands(remaining)

    def reaches(part: RestrictionSpec | ChangeSpec) -> bool:
        of_demands = isinstance(part, ChangeSpec) and part.field in ("need", "shortage_cost")
        return _any(part.where, demands if of_demands else offers)

    def happening(part: Scenario | FutureSpec) -> dict[str, object]:
        return {
            "restrictions": _left(part.restrictions, lambda measure: measure is None or reaches(measure)),
            "changes": _left(part.changes, lambda change: change is None or reaches(change)),
        }

    def each(group: Mapping[str, FutureSpec]) -> dict[str, FutureSpec]:
        return {name: future.model_copy(update=happening(future)) for name, future in group.items()}

    narrow = remaining.model_copy(
        update={
            **happening(remaining),
            "futures": each(remaining.futures),
            "risks": {risk: each(group) for risk, group in remaining.risks.items()},
            "rules": _left(remaining.rules, lambda rule: _limits(rule, offers)),
        }
    )
    return narrow, tuple(_said(scenario, narrow))


# What stays -----------------------------------------------------------------------------------------------------------


def _of_materials(scenario: Scenario, materials: set[str]) -> Scenario:
    """The scenario with some of its materials, and with what is of them: offers, needs, stock, contracts, orders."""
    offers = _left(scenario.offers, lambda offer: offer.material in materials)
    sold = {offer.supplier for offer in scenario.offers.values()} - {offer.supplier for offer in offers.values()}
    things = {
        name: attributes_of_offer
        for name, attributes_of_offer in attributes.of_offers(scenario).items()
        if name in offers
    }

    def about(remark: Remark) -> bool:
        return not remark.about or bool(set(remark.about) & materials)

    demand = _left(scenario.demand, lambda demand: _needs(demand) <= materials)
    service = {name: limit for name, limit in scenario.risk.service.items() if name in demand}
    baseline = {material: mix for material, mix in scenario.baseline.mix.items() if material in materials}
    stated = {"mix": baseline} if "mix" in scenario.baseline.model_fields_set else {}
    return scenario.model_copy(
        update={
            "materials": {
                name: material_spec for name, material_spec in scenario.materials.items() if name in materials
            },
            "suppliers": {name: supplier for name, supplier in scenario.suppliers.items() if name not in sold},
            "offers": offers,
            "lanes": _left(scenario.lanes, lambda lane: _any(lane.where, things)),
            "contracts": _left(scenario.contracts, lambda contract: contract.offer in offers),
            "stock": _left(scenario.stock, lambda stock: stock.material in materials),
            "opening_stock": _left(scenario.opening_stock, lambda held: held.material in materials),
            "open_orders": _left(scenario.open_orders, lambda order: order.offer in offers),
            "demand": demand,
            "risk": scenario.risk.model_copy(update={"service": service}),
            **({"baseline": scenario.baseline.model_copy(update=stated)} if stated else {}),
            "left_out": _left(scenario.left_out, about),
            "caveats": _left(scenario.caveats, about),
        }
    )


def _left(parts: Mapping[str, T], stays: Callable[[T], bool]) -> dict[str, T]:
    return {name: part for name, part in parts.items() if stays(part)}


def _materials(scenario: Scenario) -> set[str]:
    assert scenario.scope is not None
    return set(pick(scenario.scope, attributes.of_materials(scenario)))


def _needs(demand: DemandSpec) -> set[str]:
    return set(demand.materials or ((demand.material,) if demand.material else ()))


def _any(where: Where, things: Mapping[str, Attributes]) -> bool:
    return any(matches(where, thing) for thing in things.values())


def _limits(rule: Rule, offers: Mapping[str, Attributes]) -> bool:
    """Whether a rule still picks something."""
    part = rule.share or rule.count or rule.budget or rule.volume
    picked = (getattr(part, key, None) for key in ("of", "within"))
    return all(_limited(where, offers) for where in picked if isinstance(where, Where))


def _limited(where: Where, offers: Mapping[str, Attributes]) -> bool:
    """Sites are not narrowed: a rule that picks by them picks lanes, and any offer left may have one there."""
    keys = tuple((key, names) for key, names in where.keys if key != "site")
    return _any(Where(keys), offers)


# What is said of what went --------------------------------------------------------------------------------------------


def _said(whole: Scenario, remaining: Scenario) -> Iterator[str]:
    of_each = {
        key: (len(getattr(remaining, key)), len(getattr(whole, key))) for key in ("materials", "offers", "demand")
    }
    materials, offers, demands = (f"{left} of {all_of_it}" for left, all_of_it in of_each.values())
    yield f"scope: {materials} materials; {offers} offers, {demands} demands"
    for name, demand in whole.demand.items():
        if name not in remaining.demand and _needs(demand) & set(remaining.materials):
            missing = ", ".join(sorted(_needs(demand) - set(remaining.materials)))
            yield f"scope: demand {name} also needs {missing}: left out"
    gone = {
        "restriction": _gone(whole.restrictions, remaining.restrictions),
        "change": _gone(whole.changes, remaining.changes),
    }
    gone["rule"] = _gone(whole.rules, remaining.rules)
    futures = attributes.every_future(remaining)
    for name, future in attributes.every_future(whole).items():
        gone[f"future {name}: restriction"] = _gone(future.restrictions, futures[name].restrictions)
        gone[f"future {name}: change"] = _gone(future.changes, futures[name].changes)
    for kind, names in gone.items():
        if names:
            yield f"scope: {kind} {', '.join(names)}: reaches nothing that is left, left out"


def _gone(before: Mapping[str, T], after: Mapping[str, T]) -> list[str]:
    return [name for name in before if name not in after]
