"""Fronts: plans between the least expected cost and the least of another thing, that no plan beats in both."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sourcing.analyses.analysis_options import AnalysisOptions
from sourcing.analyses.case_records import course_totals, worst_regret
from sourcing.analyses.tradeoffs.pareto import efficient
from sourcing.calendar import Array
from sourcing.case.records import SUBSTITUTE
from sourcing.errors import SolveError
from sourcing.model.demand import shortage_kinds, shortage_steps
from sourcing.model.node_data import Nodes
from sourcing.outcome.outcome import Outcome, bad_cost
from sourcing.pipeline.formulated import Formulated
from sourcing.solver.extra_rows import expected_cost, with_objective
from sourcing.solver.highs import Status
from sourcing.solver.solution import failed
from sourcing.solver.solver import Solver

TIE = 1e-4  # what one thing counts at the end of the other, relative to both, so that an end is not beaten for free
AGREE = 1e-6  # relative: the objective and what the tables come to
STEP = 1e-5  # relative: a point that is better by less than this is not told; well below it numbers are noise
MOST_TRIES = 2  # solves for each point wanted, as some find nothing new


@dataclass(frozen=True)
class FrontierPoint:
    """A plan on a front. weight: the attitude to risk that would choose it, as in `risk: {weight: ...}`."""

    outcome: Outcome
    weight: float

    @cached_property
    def totals(self) -> dict[str, float]:
        """What the plan comes to."""
        return totals(self.outcome)

    def read(self, name: str) -> float:
        """One of the totals of the plan, by its name."""
        return self.totals[name]


def totals(outcome: Outcome) -> dict[str, float]:
    """Expected cost, cost of the worst part, worst regret where it counts, expected margin lost [currency], share of
    need unmet."""
    totals_of_outcome, odds = course_totals(outcome), outcome.data.tree.future_probability
    return {
        "expected_cost": float(totals_of_outcome["expected_cost"]),
        "worst_cost": bad_cost(outcome, odds),
        **worst_regret(outcome),
        "margin_lost": float(totals_of_outcome["margin_lost"]),
        "unmet": unmet_of(outcome),
    }


def demand_weights(data: Nodes) -> Array:
    """What a unit of each need counts in the share of need unmet: what losing it costs on average over its steps,
    so that the weights of all that is needed add up to 1. Shape (demands,); 0 for firm needs."""
    steps, probability = shortage_steps(data), data.tree.probability
    need = data.need @ probability
    value = np.zeros(len(data.case.demands))
    for row, demand in enumerate(data.case.demands):
        share = {step.name: step.share for step in demand.steps}
        rows = [number for number, step in enumerate(steps) if step.demand == demand.name]
        shares = np.array([share[steps[number].step] for number in rows]).reshape(-1, 1)
        lost = (shares * data.shortage_cost[rows] * data.need[row]) @ probability
        value[row] = lost.sum() / max(need[row], 1e-12)
    total = float(value @ need)
    return value / total if total > 0 else value


def unmet_of(outcome: Outcome) -> float:
    """Expected share of the need that is not met, needs weighted by what losing them costs."""
    return float(demand_weights(outcome.data) @ outcome.unmet @ outcome.data.tree.probability)


def unmet_weights(stated: Formulated) -> Array:
    """`unmet_of` as a row over the columns of the program, shape (columns,)."""
    data, block = stated.data, stated.program.columns["shortage"]
    weight, row = demand_weights(data), {demand.name: number for number, demand in enumerate(data.case.demands)}
    weights = np.zeros(len(stated.program.cost))
    for number, (step, kind) in enumerate(zip(shortage_steps(data), shortage_kinds(data), strict=True)):
        counted = (block.ids[number] >= 0) & (kind != SUBSTITUTE)
        weights[block.ids[number][counted]] = (weight[row[step.demand]] * data.tree.probability)[counted]
    return weights


def front_of(
    stated: Formulated,
    other: Array,
    name: str,
    plan: Outcome,
    points: int,
    asked: AnalysisOptions,
    done: Callable[[], None],
) -> list[FrontierPoint]:
    """Points that nothing beats, from the least expected cost to the least of the other thing.

    other: it as a row over the columns of the program; name: among the totals. plan: for its size. See `frontier`.
    """
    cost, solver = expected_cost(stated.program, stated.data.tree), Solver(asked.solver, executor=asked.executor)
    money, scale = stated.data.money, stated.data.money if name == "worst_cost" else 1.0

    def least(weight: float) -> FrontierPoint:
        """The least of (1 - weight) expected cost + weight x the other thing, each in the unit of its range."""
        objective = (1 - weight) * cost + weight * other
        solution = solver.solve(stated.formulation, with_objective(stated.program, objective))
        if solution.status not in (Status.OPTIMAL, Status.FEASIBLE):
            raise failed(solution)
        asked.unproven.note(solution.status, solution.gap)
        done()
        outcome = stated.outcome(solution.values)
        _reconcile(stated, outcome, solution.objective, objective)
        return FrontierPoint(outcome, weight)

    def slope(before: FrontierPoint, after: FrontierPoint) -> float:
        """The weight for which two points are equally good."""
        more = (after.read("expected_cost") - before.read("expected_cost")) / money
        less = (before.read(name) - after.read(name)) / scale
        return more / (more + less)

    size = max(abs(totals(plan)["expected_cost"]) / money, 1e-9) / max(abs(totals(plan)[name]) / scale, 1e-6)
    tie = TIE * size / (1 + TIE * size)
    found_points = [replace(least(tie), weight=0.0), replace(least(size / (size + TIE)), weight=1.0)]
    found_points = _undominated(found_points, name)
    tried = set[tuple[float, float]]()  # neighbours by their weights: nothing lies between them
    while len(found_points) < points and len(tried) < MOST_TRIES * points:
        gaps = [pair for pair in itertools.pairwise(found_points) if (pair[0].weight, pair[1].weight) not in tried]
        if not gaps:
            break
        before, after = max(gaps, key=lambda pair: _length(found_points, pair, name))
        tried.add((before.weight, after.weight))
        found_points = _undominated([*found_points, least(slope(before, after))], name)
    return found_points


def _undominated(points: Sequence[FrontierPoint], name: str) -> list[FrontierPoint]:
    """Without those that another beats, or that are better by next to nothing."""
    others = [point.read(name) for point in points]
    tolerance = STEP * max(abs(other) for other in others)
    places = efficient([point.read("expected_cost") for point in points], others, tolerance)
    return [points[place] for place in places]


def _length(points: Sequence[FrontierPoint], pair: tuple[FrontierPoint, FrontierPoint], name: str) -> float:
    """Distance of two neighbours, both things scaled to their range on the front."""
    spans = [(one, abs(points[-1].read(one) - points[0].read(one)) or 1.0) for one in ("expected_cost", name)]
    return sum(((pair[1].read(one) - pair[0].read(one)) / span) ** 2 for one, span in spans)


def _reconcile(stated: Formulated, outcome: Outcome, objective: float, weights: Array) -> None:
    """Raise SolveError where what the tables come to is not what was minimised."""
    totals_of_outcome, money = totals(outcome), stated.data.money
    parts = expected_cost(stated.program, stated.data.tree), stated.program.cost, unmet_weights(stated)
    amounts = (
        totals_of_outcome["expected_cost"] / money,
        totals_of_outcome["worst_cost"] / money,
        totals_of_outcome["unmet"],
    )
    factors, *_ = np.linalg.lstsq(np.array(parts).T, weights, rcond=None)
    recomputed = float(factors @ np.array(amounts))
    if abs(recomputed - objective) > AGREE * max(abs(recomputed), abs(objective), 1e-6):
        raise SolveError(
            f"the plan does not add up: its tables come to {recomputed:.9g}, the objective is {objective:.9g}"
        )
