"""How much money leans on each number of a scenario: by how much a tenth of it moves what is minimised."""

from collections.abc import Iterator

import numpy as np

from sourcing.advice.marginal_values import MarginalValues
from sourcing.advice.probability_sensitivity import measures, probabilities
from sourcing.model.demand import shortage_steps
from sourcing.scenario.paths import Path

STEP = 0.1
"""Of a number itself; of probabilities and approvals, which are shares of something, of the whole: ten points."""


def leaning(stakes: MarginalValues) -> dict[Path, float]:
    """Change of the objective [money] by a tenth of each number, by its path; a number that is not covered is left out.

    First order and with the plan as it is (see Stakes): what weighs nothing may still decide once it is off by more,
    such as the price of an offer that is not bought. Covered are probabilities, approvals and price factors of
    restrictions, prices and volumes of offers, fixed prices of contracts, needs and costs of shortage; and the days
    held today, on which not the plan leans but what it is compared with. Where regret counts, the best of each future
    stands as it is too, though a price or a need would move it.
    """
    weights: dict[Path, float] = {}
    parts = (_offers(stakes), _contracts(stakes), _demands(stakes), measures(stakes, STEP))
    for path, amount in (*probabilities(stakes.outcome, STEP), *(entry for part in parts for entry in part)):
        weights[path] = weights.get(path, 0.0) + amount
    return {path: abs(amount) for path, amount in weights.items()} | {("baseline", "days"): 0.0}


def _offers(stakes: MarginalValues) -> Iterator[tuple[Path, float]]:
    """Prices; what runs, what of it is sold to others, what is sold without contract; what is normally taken."""
    case, ones = stakes.case, np.ones(len(stakes.case.calendar))
    for row, offer in enumerate(case.offers):
        stated, path = case.scenario.offers[offer.name], ("offers", offer.name)
        for name, window in stakes.windows((*path, "price"), stated.price):
            yield name, STEP * stakes.over(stakes.prices[row], window)
        if stated.licensable:
            yield (*path, "licensable"), STEP * stakes.over(stakes.licences[row], ones)
        saved = stakes.volumes[row] + (0.0 if stated.licensable else stakes.licences[row])
        unit = case.unit[offer.material]
        sells = (offer.available > 0) & np.isfinite(offer.available)
        share = np.where(sells, 1.0 / np.where(sells, offer.available, 1.0), 0.0)
        if stated.expected:
            of_all = stakes.frame.flow(stated.expected, unit) * share
            for name, window in stakes.windows((*path, "expected"), stated.expected):
                yield name, STEP * stakes.over(saved, window * of_all)
        elif stated.nameplate:
            of_all = stakes.frame.per_period(stated.nameplate, unit) * share
            yield (*path, "nameplate"), STEP * stakes.over(saved, of_all)
        if "committed" in stated.model_fields_set:
            of_all = stakes.frame.flow(stated.committed, unit) * share
            for name, window in stakes.windows((*path, "committed"), stated.committed):
                yield name, -STEP * stakes.over(saved, window * of_all)


def _contracts(stakes: MarginalValues) -> Iterator[tuple[Path, float]]:
    """Fixed prices of contracts."""
    for contract in stakes.case.contracts:
        if contract.fixed is None:
            continue
        rows = [row for row, source in enumerate(stakes.data.sources) if source.channel == contract.name]
        paid = stakes.outcome.paid[rows].sum(axis=0) * stakes.weight
        dated = stakes.case.scenario.contracts[contract.name].price
        for name, window in stakes.windows(("contracts", contract.name, "price"), dated):  # type: ignore[arg-type]
            yield name, STEP * stakes.over(paid, window)


def _demands(stakes: MarginalValues) -> Iterator[tuple[Path, float]]:
    """Needs, and what missing them costs."""
    for row, demand in enumerate(stakes.case.demands):
        stated, path = stakes.case.scenario.demand[demand.name], ("demand", demand.name)
        for name, window in stakes.windows((*path, "need"), stated.need):
            yield name, STEP * stakes.over(stakes.needs[row], window)
    for row, step in enumerate(shortage_steps(stakes.data)):
        dated = stakes.case.scenario.demand[step.demand].shortage[step.step].cost
        for name, window in stakes.windows(("demand", step.demand, "shortage", step.step, "cost"), dated):
            yield name, STEP * stakes.over(stakes.shortages[row], window)
