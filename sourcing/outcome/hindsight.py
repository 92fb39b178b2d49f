"""Hindsight: what each future would cost at best had it been known from the start, which regret is counted from."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from sourcing.calendar import Array
from sourcing.case import Case
from sourcing.case.attitude import neutral, with_risk
from sourcing.errors import SolveError
from sourcing.futures.tree import grow
from sourcing.model import formulate
from sourcing.model.node_data import Nodes
from sourcing.solver.halt import INTERRUPTED, TIME_LIMIT, Halt
from sourcing.solver.highs import Options, Status
from sourcing.solver.solution import failed
from sourcing.solver.solver import Solver
from sourcing.solver.stamp import stamp

GAP = 1e-6


def foreseen(data: Nodes, halt: Halt | None = None) -> Nodes:
    """The same data with what each leaf would cost at best, where the scenario counts regret. halt: when to end.

    Raises SolveError as `best_costs` does.
    """
    if data.case.scenario.risk.of == "cost":
        return data
    return replace(data, best_cost=best_costs(data, halt or Halt()))


def best_costs(data: Nodes, halt: Halt) -> Array:
    """Least cost of the path to each leaf, had it been known from the start, shape (nodes,), 0 elsewhere.

    It is the cost of a plan that was found, proven within GAP of the least: regret may be too small by that share of
    the cost of its future, never too large. Futures that share a leaf cannot be told apart and have one best. A path
    without a plan counts 0: then the tree has no plan either, and why is said there.
    Raises SolveError where a path cannot be solved otherwise, and where not all were solved when time was over.
    """
    tree, solver = data.tree, Solver(watch=halt.listen())
    last, costs = tree.node_of[:, -1], np.zeros(tree.nodes)
    leaves = np.flatnonzero(tree.leaf)
    for number, leaf in enumerate(leaves):
        formulation = formulate(known(data, int(np.argmax(last == leaf))))
        solver.options = halt.within(Options(GAP))
        solution = solver.solve(formulation, stamp(formulation))
        if solution.status is Status.INFEASIBLE:
            continue
        if solution.reason in (TIME_LIMIT, INTERRUPTED):
            raise SolveError(
                f"no plan was found before the end ({solution.reason}): regret is counted from the best plan of each "
                f"future, and {number} of {len(leaves)} were solved; allow more time"
            )
        if solution.status not in (Status.OPTIMAL, Status.FEASIBLE):
            raise failed(solution)
        costs[leaf] = solution.objective
    return costs


def known(data: Nodes, future: int) -> Nodes:
    """The numbers of a tree along the path of one of its futures, as if it were the only one; only cost counts.

    They are those of the tree, so that what the tree decides on that path can be done here too. So are rules, and the
    most that may be missed in any future; limits over all futures together say nothing of one, and are left out.
    """
    tree = data.tree
    chain = grow([[0] * tree.periods], [1.0], [tree.futures[future]])
    along: dict[str, Any] = {
        field.name: value[..., tree.node_of[future]]
        for field in fields(data)
        if isinstance(value := getattr(data, field.name), np.ndarray)
    }
    only = replace(data.case.futures[future], probability=1.0)
    case = replace(_by_cost(data.case), futures=(only,))
    return replace(data, **along | {"case": case, "tree": chain, "best_cost": None})


def _by_cost(case: Case) -> Case:
    """The case in which only expected cost counts, with limits on what may be missed in any future."""
    by_name = {
        name: service.model_copy(update={"on_average": None, "served": None})
        for name, service in case.scenario.risk.service.items()
        if service.at_worst is not None
    }
    return with_risk(neutral(case), service=by_name)
