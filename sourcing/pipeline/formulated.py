"""A case with its node data, its formulation and its program."""

from dataclasses import dataclass

from sourcing.case import Case
from sourcing.futures.effects import tree_of
from sourcing.model import formulate
from sourcing.model.node_data import Nodes, nodes
from sourcing.model.templates import Formulation
from sourcing.outcome.cases_tried import CasesTried, HorizonsTried
from sourcing.outcome.cost_terms import Values
from sourcing.outcome.hindsight import foreseen
from sourcing.outcome.outcome import Outcome
from sourcing.pipeline.forbidding_rules import check_rules
from sourcing.solver.halt import Halt
from sourcing.solver.other_choices import OtherChoices
from sourcing.solver.stamp import Program, stamp


@dataclass(frozen=True)
class Formulated:
    """A scenario on its way to the solver."""

    case: Case
    data: Nodes
    formulation: Formulation
    program: Program

    def outcome(
        self,
        values: Values,
        otherwise: OtherChoices | None = None,
        tried: CasesTried | None = None,
        horizons: HorizonsTried | None = None,
    ) -> Outcome:
        """What follows from values of its columns; arguments as of `Outcome`."""
        return Outcome(self.data, self.formulation.node.charges, values, otherwise, tried, horizons)


def state(case: Case, halt: Halt | None = None) -> Formulated:
    """The program of a case; where regret counts, each future is solved for itself first. halt: when to end.

    Raises SolveError where rules allow no purchase of what is needed.
    """
    data = nodes(case, tree_of(case))
    check_rules(data)
    return stated(foreseen(data, halt))


def state_by_cost(case: Case) -> Formulated:
    """The program of a case with cost counted as it is, also where regret is asked for: whether there is a plan, how
    large the program is, and what a single future costs depend on no other."""
    return stated(nodes(case, tree_of(case)))


def parts_by_cost(case: Case) -> tuple[Nodes, Formulation, Program]:
    program = state_by_cost(case)
    return program.data, program.formulation, program.program


def stated(data: Nodes) -> Formulated:
    """Formulate and stamp the program of the given node data."""
    formulation = formulate(data)
    return Formulated(data.case, data, formulation, stamp(formulation))
