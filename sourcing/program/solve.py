"""Solve a program: integers first, then prices with them fixed, then no arbitrary cost outside the tail."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy import sparse

from sourcing.errors import SolveError
from sourcing.formulation.roles import Formulation, Template
from sourcing.periods import Array
from sourcing.program.decomposition.workers import Executor
from sourcing.program.highs import LIMIT, Options, Run, Status, Watch, hand_over, run
from sourcing.program.stamp import Program
from sourcing.program.strategy import Strategy, choose
from sourcing.tree import Mask


@dataclass(frozen=True)
class Solution:
    """values: every template column by name, shape (keys, nodes); row_prices likewise by row, NaN where there is no
    row, None when there are none. objective and bound as in the program."""

    status: Status
    reason: str
    values: Mapping[str, Array]
    row_prices: Mapping[str, Array] | None
    objective: float
    bound: float
    gap: float
    seconds: float
    strategy: str = Strategy.EXTENSIVE.value
    why: str = ""


def solve(
    formulation: Formulation,
    program: Program,
    options: Options,
    watch: Watch | None = None,
    executor: Executor | None = None,
) -> Solution:
    """The best values of a program, with prices.

    Where only the worst outcomes count, the objective is held and expected cost minimised with `now` fixed, so that
    decisions outside the tail are not arbitrary. After a program with integers these are fixed and the rest solved
    again, so that prices hold for the integers chosen.
    Status INFEASIBLE, UNBOUNDED or NOTHING come without values.
    """
    chosen_way = choose(formulation, program, options, watch, whole, executor)
    solution = (
        _extensive(formulation, program, options, watch)
        if chosen_way.run is None
        else _of_run(formulation, program, chosen_way.run)
    )
    return replace(solution, strategy=chosen_way.strategy.value, why=chosen_way.why)


def whole(program: Program, options: Options, watch: Watch | None) -> Run:
    """A program as it stands: integers first, then the rest with these fixed, for prices."""
    if not program.integer.any():
        return run(hand_over(program, options), False, watch)
    found = run(hand_over(program, options), True, watch)
    if found.status not in (Status.OPTIMAL, Status.FEASIBLE):
        return found
    fixed = _fixed(program, program.integer, np.round(found.values))
    polished = run(hand_over(fixed, replace(options, time_limit=None)), False, None)
    if polished.status is not Status.OPTIMAL:
        return found
    seconds = found.seconds + polished.seconds
    return replace(polished, status=found.status, reason=found.reason, bound=found.bound, seconds=seconds)


def _of_run(formulation: Formulation, program: Program, found: Run) -> Solution:
    """A solution by names from a run of the whole program."""
    if found.status not in (Status.OPTIMAL, Status.FEASIBLE):
        return Solution(found.status, found.reason, {}, None, math.inf, found.bound, math.inf, found.seconds)
    return Solution(
        status=found.status,
        reason=found.reason,
        values=all_values(formulation, program, found.values),
        row_prices=None if found.row_prices is None else by_row(program, found.row_prices),
        objective=found.objective,
        bound=found.bound,
        gap=max(found.objective - found.bound, 0.0) / max(abs(found.objective), 1e-9),
        seconds=found.seconds,
    )


def _extensive(formulation: Formulation, program: Program, options: Options, watch: Watch | None) -> Solution:
    """The program as one."""
    integers = bool(program.integer.any())
    found = run(hand_over(program, options), integers, watch)
    if found.status not in (Status.OPTIMAL, Status.FEASIBLE):
        return Solution(found.status, found.reason, {}, None, math.inf, found.bound, math.inf, found.seconds)
    chosen = found
    if formulation.settle and found.status is Status.OPTIMAL:
        chosen = _settled(formulation, program, found, options, watch)
    fixed = _fixed(program, program.integer, np.round(chosen.values)) if integers else program
    unlimited = replace(options, time_limit=None)
    polished = run(hand_over(fixed, unlimited), False, watch) if integers else found
    if polished.status is not Status.OPTIMAL:
        polished = found
    values = polished.values if chosen is found else chosen.values
    if chosen is not found and polished is not found:
        # Settled anew with whole integers, so that nothing is ordered on a millionth of a yes.
        values = _settled(formulation, fixed, polished, unlimited, watch).values
    objective = polished.objective
    bound = found.bound if integers else objective
    return Solution(
        status=found.status,
        reason=found.reason,
        values=all_values(formulation, program, values),
        row_prices=None if polished.row_prices is None else by_row(program, polished.row_prices),
        objective=objective,
        bound=bound,
        gap=max(objective - bound, 0.0) / max(abs(objective), 1e-9),
        seconds=found.seconds
        + (chosen.seconds if chosen is not found else 0.0)
        + (polished.seconds if integers else 0.0),
    )


def _fixed(program: Program, which: Mask, values: Array) -> Program:
    """The program with some columns at given values and no integers."""
    return replace(
        program,
        column_lower=np.where(which, values, program.column_lower),
        column_upper=np.where(which, values, program.column_upper),
        integer=np.zeros_like(program.integer),
    )


def _settled(formulation: Formulation, program: Program, found: Run, options: Options, watch: Watch | None) -> Run:
    """With `now` fixed and the objective held, the least expected cost; what was found when that cannot be had."""
    now = np.zeros(len(program.cost), bool)
    for name, column in formulation.now.columns.items():
        if column.terms is None and name != "threshold":
            ids = program.columns[name].ids
            now[ids[ids >= 0]] = True
    values = np.where(program.integer, np.round(found.values), found.values)
    held = replace(
        program,
        column_lower=np.where(now, values, program.column_lower),
        column_upper=np.where(now, values, program.column_upper),
    )
    room = LIMIT * max(abs(found.objective), 1.0)
    row = sparse.csr_array(program.cost.reshape(1, -1))
    cost = np.zeros_like(program.cost)
    ids = program.columns["cost"].ids[0]
    cost[ids] = formulation.tree.probability
    held = replace(
        held,
        matrix=sparse.csc_array(sparse.vstack([program.matrix, row], format="csc")),
        row_lower=np.append(program.row_lower, -np.inf),
        row_upper=np.append(program.row_upper, found.objective - program.offset + room),
        cost=cost,
        offset=0.0,
    )
    highs = hand_over(held, options)
    start = highspy.HighsSolution()
    start.col_value = found.values.tolist()
    highs.setSolution(start)
    settled = run(highs, bool(program.integer.any()), watch)
    return settled if settled.status in (Status.OPTIMAL, Status.FEASIBLE) else found


# Values by name -------------------------------------------------------------------------------------------------------


def all_values(formulation: Formulation, program: Program, values: Array) -> dict[str, Array]:
    """Values of every column of the templates, own and selected, and the data: shape (keys, nodes), 0 where absent."""
    own = {
        name: np.where(block.ids >= 0, np.append(values, 0.0)[block.ids], 0.0)
        for name, block in program.columns.items()
    }
    selected = selected_values(formulation.now, own) | selected_values(formulation.node, own)
    return own | selected | formulation.node.data


def selected_values(part: Template, own: Mapping[str, Array]) -> dict[str, Array]:
    """Values of the selected columns of a template for given values of the own ones."""
    found = {}
    for name, column in part.columns.items():
        if column.terms is None:
            continue
        out = column.offset.copy()
        for term in column.terms:
            np.add.at(out, (term.index, term.node), term.weight * own[term.variable][term.source, term.ancestor])
        found[name] = np.where(column.at, out, 0.0)
    return found


def by_row(program: Program, prices: Array) -> dict[str, Array]:
    """Row prices by row name, shape (keys, nodes), NaN where the row does not exist."""
    return {
        name: np.where(block.ids >= 0, np.append(prices, np.nan)[block.ids], np.nan)
        for name, block in program.rows.items()
    }


def failed(solution: Solution) -> SolveError:
    """What to say of a run without a plan, when nothing more is known."""
    words = {
        Status.INFEASIBLE: "no plan satisfies everything that is asked",
        Status.UNBOUNDED: "cost can fall without end: some price or value is wrong",
        Status.NOTHING: f"no plan was found before the end ({solution.reason}); allow more time",
    }
    return SolveError(words.get(solution.status, solution.reason))
