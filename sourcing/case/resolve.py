"""resolve: from a Scenario to a Case."""

from dataclasses import replace

import numpy as np

from sourcing.case import delivery_terms
from sourcing.case.case import Case
from sourcing.case.countable_needs import countable
from sourcing.case.flows import drawn_positions
from sourcing.case.frame import Frame, calendar_of, yearly
from sourcing.case.generation.generated import happenings_of
from sourcing.case.holdings import demand_of, open_orders_of, positions_of
from sourcing.case.plausibility import senseless
from sourcing.case.purchases import contract_of, lanes_of, offer_of
from sourcing.case.remarks import remarks
from sourcing.errors import Problem, ScenarioError
from sourcing.files import dotted
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.scope import narrowed


def resolve(scenario: Scenario) -> Case:
    """Every number of a scenario per period, in units of its material, at the importer's size.

    What the scope leaves out is gone from the scenario of the case, and said in `scoped`.
    Offers whose price was not known at `as_of` and materials that nobody needs are left out and named in `notices`.
    Raises ScenarioError, whose problems have paths but no places, where no sensible plan is possible.
    """
    scoped_scenario, scoped = narrowed(scenario)
    scoped_scenario, counted = countable(scoped_scenario)
    case = replace(_resolve(scoped_scenario), scoped=scoped)
    if problems := senseless(case):
        raise ScenarioError(tuple(Problem(None, dotted(path), cause, cure) for path, cause, cure in problems))
    return replace(case, notices=(*case.notices, *counted, *remarks(case, scenario)))


def _resolve(scenario: Scenario) -> Case:
    time = calendar_of(scenario.horizon)
    frame = Frame(scenario, time)
    notices: list[str] = []
    demands = tuple(demand_of(frame, name, demand) for name, demand in scenario.demand.items())
    wanted = drawn_positions(demands)
    needed = {material for material, _ in wanted}
    offers = {
        name: offer_of(frame, name, offer_spec)
        for name, offer_spec in scenario.offers.items()
        if offer_spec.material in needed
    }
    unneeded = sorted({offer_spec.material for offer_spec in scenario.offers.values()} - needed)
    notices += [f"{material} is offered but nobody needs it: left out" for material in unneeded]
    for name in [name for name, offer in offers.items() if np.isnan(offer.price).any()]:
        notices.append(
            f"offer {name}: no price was known as of {scenario.as_of.text if scenario.as_of else ''}: left out"
        )
        del offers[name]
    notices += delivery_terms.notices(frame, offers)
    lanes = tuple(
        lane
        for lane_spec in scenario.lanes.values()
        for lane in lanes_of(frame, lane_spec)
        if lane.offer in offers and (offers[lane.offer].material, lane.site) in wanted
    )
    if not lanes:
        cause = "; ".join(["nothing that is offered reaches a demand", *notices])
        raise ScenarioError((Problem(None, "lanes", cause, "add a lane from an offer of a material that is needed"),))
    positions = positions_of(frame, demands, wanted, lanes, offers, notices)
    rate = yearly(scenario.discount.measure)
    elapsed = np.array([(edge - time.edges[0]).days for edge in time.edges[:-1]]) / 365.25
    futures, hidden, sampling = happenings_of(frame, offers, demands)
    return Case(
        scenario=scenario,
        calendar=time,
        discount=(1 + rate) ** -elapsed,
        unit={name: material.unit for name, material in scenario.materials.items()},
        offers=tuple(offers.values()),
        lanes=lanes,
        contracts=tuple(
            contract_of(frame, name, contract)
            for name, contract in scenario.contracts.items()
            if contract.offer in offers
        ),
        positions=positions,
        open_orders=open_orders_of(frame, offers, wanted, notices),
        demands=demands,
        futures=futures,
        rules=scenario.rules,
        shared={
            name: frame.flow(supplier.capacity, "kg")
            for name, supplier in scenario.suppliers.items()
            if supplier.capacity is not None
        },
        country={name: site.country for name, site in scenario.sites.items()},
        annual_rate=rate,
        notices=(*notices, *hidden),
        sampling=sampling,
    )
