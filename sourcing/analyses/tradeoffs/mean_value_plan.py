"""What is decided for the average of the futures, and what comes of it on the tree."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sourcing.analyses.case_solver import SolvedCase
from sourcing.case import Case
from sourcing.errors import SolveError
from sourcing.futures.tree import grow
from sourcing.model.node_data import Nodes, nodes
from sourcing.model.templates import Stage
from sourcing.pipeline.formulated import Formulated
from sourcing.solver.solution import pinned
from sourcing.solver.stamp import Program


def averaged(case: Case) -> Nodes:
    """The numbers of a case when every period is the average of its futures: none can be told from another."""
    shown = [[0] * len(case.calendar)] * len(case.futures)
    names, odds = [future.name for future in case.futures], [future.probability for future in case.futures]
    return nodes(case, grow(shown, odds, names))


@dataclass(frozen=True)
class MeanValuePlan:
    """What is decided before anything is seen: contracts, qualifications started and orders of the first period."""

    plan: SolvedCase

    def carried_out(self, tree: Formulated, best: Callable[[Formulated], SolvedCase]) -> SolvedCase | None:
        """The plan of least cost with these decisions; None when they cannot be carried out in every future.

        best: the plan of least cost of a program, raises SolveError where there is none.
        """
        program = tree.program
        for name in tree.formulation.decided(Stage.FIRST, Stage.EARLY):
            program = self._pinned(program, name)
        try:
            return best(replace(tree, program=program))
        except SolveError:
            return None

    def _pinned(self, program: Program, name: str) -> Program:
        """A decision held at its value in the first node."""
        ids, values = program.columns[name].ids[:, 0], self.plan.outcome.values[name][:, 0]
        return pinned(program, ids[ids >= 0], np.maximum(values[ids >= 0], 0.0))
