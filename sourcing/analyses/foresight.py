"""Courses of a case on which less is unknown than on its tree: one future known from the start, or their average."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from sourcing.advise import Stated
from sourcing.analyses.solving import Solved
from sourcing.case import Case
from sourcing.errors import SolveError
from sourcing.formulation import formulate
from sourcing.nodes import Nodes, nodes
from sourcing.program.highs import Options, Status
from sourcing.program.solve import solve
from sourcing.program.stamp import Program, stamp
from sourcing.program.values import failed, fixed
from sourcing.tree import grow

NOW = ("contract_signed", "contract_volume")
ROOT = ("qualification_started", "order")


def stated(data: Nodes) -> Stated:
    """The program of some node data."""
    formulation = formulate(data)
    return Stated(data.case, data, formulation, stamp(formulation))


def known(data: Nodes, future: int) -> Nodes:
    """The numbers of a tree along the path of one of its futures, as if it were the only one.

    They are those of the tree, so that what the tree decides on that path can be done here too.
    """
    tree = data.tree
    chain = grow([[0] * tree.periods], [1.0], [tree.futures[future]])
    along: dict[str, Any] = {
        part.name: value[..., tree.node_of[future]]
        for part in fields(data)
        if isinstance(value := getattr(data, part.name), np.ndarray)
    }
    only = replace(data.case.futures[future], probability=1.0)
    return replace(data, case=replace(data.case, futures=(only,)), tree=chain, **along)


def averaged(case: Case) -> Nodes:
    """The numbers of a case when every period is the average of its futures: none can be told from another."""
    shown = [[0] * len(case.calendar)] * len(case.futures)
    names, odds = [future.name for future in case.futures], [future.probability for future in case.futures]
    return nodes(case, grow(shown, odds, names))


def neutral(case: Case) -> Case:
    """The case in which only expected cost counts."""
    risk = case.scenario.risk.model_copy(update={"weight": 0.0})
    return replace(case, scenario=case.scenario.model_copy(update={"risk": risk}))


def best(found: Stated, options: Options) -> Solved:
    """The plan of least cost of a program. Raises SolveError when there is none."""
    solution = solve(found.formulation, found.program, options)
    if solution.status not in (Status.OPTIMAL, Status.FEASIBLE):
        raise failed(solution)
    return Solved(found, solution)


@dataclass(frozen=True)
class Decided:
    """What is decided before anything is seen: contracts, qualifications started and orders of the first period."""

    plan: Solved

    def carried_out(self, found: Stated, options: Options) -> Solved | None:
        """The plan of least cost with these decisions; None when they cannot be carried out in every future."""
        program = found.program
        for name in NOW:
            program = self._held(program, name)
        for name in ROOT:
            program = self._held(program, name)
        try:
            return best(replace(found, program=program), options)
        except SolveError:
            return None

    def _held(self, program: Program, name: str) -> Program:
        """A decision held at its value in the first node."""
        ids, values = program.columns[name].ids[:, 0], self.plan.outcome.values[name][:, 0]
        integer = program.integer[ids[ids >= 0]]
        kept = values[ids >= 0]
        return fixed(program, ids[ids >= 0], np.where(integer, np.round(kept), np.maximum(kept, 0.0)))
