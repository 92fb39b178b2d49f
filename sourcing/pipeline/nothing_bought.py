"""A plan that buys nothing of what is missing: whether rules allow no purchase at all, and which.

A budget below the cost of one order or a volume below the smallest order forbid buying as surely as shares that
contradict each other, see `forbidden`. See models/formulation.md#rules-that-forbid-buying.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import sparse

from sourcing.case import Case
from sourcing.model.node_data import Nodes
from sourcing.model.templates import Formulation
from sourcing.pipeline.forbidding_rules import forbidding
from sourcing.scenario.language.rule_specs import Rule
from sourcing.solver.highs import Options, Status, hand_over, run
from sourcing.solver.solution import Solution
from sourcing.solver.stamp import Program

SOME = 1e-4  # of the need: so much bought is more than nothing
SECONDS = 20.0  # after which it is taken for possible

State = Callable[[Case], tuple[Nodes, Formulation, Program]]


def check_bought(data: Nodes, program: Program, solution: Solution, state: State) -> None:
    """Raise SolveError naming the rules under which nothing can be bought of a material that the plan lacks and does
    not buy. state: makes the program of a case.
    """
    if not data.case.rules:
        return
    for row in _lacking(data, solution):
        if _can_buy(data, program, row):
            continue
        guilty = _guilty(data.case, row, state)
        if guilty and not all(_says_nothing(data.case.rules[name]) for name in guilty):
            raise forbidding(data, row, guilty)


def _lacking(data: Nodes, solution: Solution) -> list[int]:
    """Positions of which nothing is ordered in any node while a demand that takes them is short."""
    case = data.case
    short = {demand.name: 0.0 for demand in case.demands}
    steps = [demand.name for demand in case.demands for _ in demand.steps]
    for name, amount in zip(steps, solution.values["shortage"], strict=True):
        short[name] += float(amount.sum())
    ordered = solution.values["order"].sum(axis=1)
    lacking = []
    for row, (into, out) in enumerate(zip(case.inflows, case.outflows, strict=True)):
        bought = sum(float(ordered[list(data.sources_of[flow.name])].sum()) for flow in into)
        if into and bought <= SOME * data.most_drawn(row) and any(short[flow.name] > 0 for flow in out):
            lacking.append(row)
    return lacking


def _can_buy(data: Nodes, program: Program, row: int) -> bool:
    """Whether any plan orders some of a position."""
    sources = [number for flow in data.case.inflows[row] for number in data.sources_of[flow.name]]
    ids = program.columns["order"].ids[sources].ravel()
    chosen = sparse.lil_array((1, len(program.cost)))
    chosen[0, ids[ids >= 0]] = 1.0
    asked = replace(
        program,
        matrix=sparse.csc_array(sparse.vstack([program.matrix, sparse.csr_array(chosen)])),
        row_lower=np.append(program.row_lower, SOME * data.most_drawn(row)),
        row_upper=np.append(program.row_upper, np.inf),
        cost=np.zeros(len(program.cost)),
    )
    return (
        run(hand_over(asked, Options(time_limit=SECONDS)), bool(program.integer.any())).status is not Status.INFEASIBLE
    )


def _guilty(case: Case, row: int, state: State) -> tuple[str, ...]:
    """The fewest rules that together allow nothing; none where it is not the rules."""

    def allows(names: tuple[str, ...]) -> bool:
        data, _, program = state(replace(case, rules={name: case.rules[name] for name in names}))
        return _can_buy(data, program, row)

    if not allows(()):
        return ()
    rules = tuple(case.rules)
    for name in rules:
        fewer = tuple(other for other in rules if other != name)
        if not allows(fewer):
            rules = fewer
    return rules


def _says_nothing(rule: Rule) -> bool:
    """Whether a rule says outright that nothing may be bought."""
    if rule.count:
        return rule.count.at_most == 0
    part = rule.volume or rule.budget
    return bool(part and part.at_most is not None and part.at_most.measure.number == 0)
