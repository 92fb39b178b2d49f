"""Why there is no plan, in the user's words."""

from dataclasses import replace

import numpy as np

from sourcing.case import Case
from sourcing.case.attitude import without_service
from sourcing.case.records import STOP, Demand, ShortageCost
from sourcing.errors import SolveError
from sourcing.figures import show
from sourcing.outcome import result_tables
from sourcing.pipeline.formulated import Formulated, state_by_cost
from sourcing.solver.halt import Halt
from sourcing.solver.highs import Options, Status
from sourcing.solver.solution import Solution, failed
from sourcing.solver.solver import solve as solve_program


def why_not(stated: Formulated, solution: Solution, options: Options, halt: Halt) -> SolveError:
    """What stands in the way of a plan, in the user's words: firm demands first, then each rule and firm cover."""
    if solution.status is not Status.INFEASIBLE or halt.over:
        return failed(solution)
    case = stated.case
    soft = replace(case, demands=tuple(_softened(case, demand, stated.data.money) for demand in case.demands))
    again = _again(soft, options, halt)
    if again:
        blame = [
            f"the rule '{name}' stands in the way: without it there is a plan"
            for name in case.rules
            if _again(_without(case, name), options, halt)
        ]
        return SolveError("no plan: " + "; ".join([*_unmet(*again), *blame]))
    if case.scenario.risk.service and _again(without_service(soft), options, halt):
        return SolveError("no plan: what risk.service asks to be served cannot be; lower it, or find more to buy")
    for name in case.rules:
        if _again(_without(soft, name), options, halt):
            return SolveError(f"no plan: rules.{name} cannot be kept together with the rest; loosen or remove it")
    for position in case.positions:
        if position.cover and position.cover.firm:
            covers = tuple(replace(p, cover=None) if p is position else p for p in case.positions)
            if _again(replace(soft, positions=covers), options, halt):
                return SolveError(f"no plan: the firm cover of {position.name} cannot be held; allow a shortfall")
    return failed(solution)


def _softened(case: Case, demand: Demand, money: float) -> Demand:
    if not demand.firm:
        return demand
    cost = np.full(len(case.calendar), 1e4 * money)
    return replace(demand, firm=False, steps=(ShortageCost("unmet", 1.0, cost, STOP),))


def _without(case: Case, rule: str) -> Case:
    return replace(case, rules={name: stated for name, stated in case.rules.items() if name != rule})


def _again(case: Case, options: Options, halt: Halt) -> tuple[Formulated, Solution] | None:
    stated = state_by_cost(case)
    solution = solve_program(stated.formulation, stated.program, halt.within(options), halt.listen())
    return (stated, solution) if solution.status in (Status.OPTIMAL, Status.FEASIBLE) else None


def _unmet(stated: Formulated, solution: Solution) -> list[str]:
    """Firm demands that stay short: where, when, in which future, by how much."""
    frame = result_tables.shortage(stated.outcome(solution.values))
    frame = frame[frame["step"] == "unmet"]
    unmet = []
    for (demand, future), rows in frame.groupby(["demand", "future"], sort=False):
        first = rows.iloc[0]
        amount, total = show(first["quantity"], first["unit"]), show(rows["quantity"].sum(), first["unit"])
        unmet.append(
            f"the firm demand '{demand}' cannot be met in future '{future}': {amount} are missing in "
            f"{first['period']}, {total} in all"
        )
    return unmet or ["firm demands and the rest cannot hold together"]
