"""Cases solved one after the other, each from where the last one ended."""

import math
from dataclasses import dataclass, field
from functools import cached_property

from sourcing.case import Case
from sourcing.errors import SolveError
from sourcing.figures import percent
from sourcing.outcome.outcome import Outcome, weighed
from sourcing.pipeline.formulated import Formulated, state
from sourcing.solver.deviation_penalty import DeviationPenalty
from sourcing.solver.highs import Options, Status, Watch
from sourcing.solver.solution import Solution, failed
from sourcing.solver.solver import Solver
from sourcing.worker_processes import Pool

AGREE = 1e-6  # relative: the objective and what the tables come to


@dataclass(frozen=True)
class SolvedCase:
    """A case with its best plan."""

    stated: Formulated
    solution: Solution

    @cached_property
    def outcome(self) -> Outcome:
        """What follows from the plan: costs, shortages, stocks."""
        return self.stated.outcome(self.solution.values)

    @property
    def case(self) -> Case:
        """The case that was solved."""
        return self.stated.case

    @property
    def cost(self) -> float:
        """What is minimised, at the plan [currency]."""
        return self.solution.objective * self.stated.data.money

    @property
    def bound(self) -> float:
        """Proven lower bound of the objective [currency]."""
        return self.solution.bound * self.stated.data.money

    @property
    def expected_cost(self) -> float:
        """Discounted cost of the plan, expected over the futures [currency]."""
        return self.outcome.expected_cost

    @property
    def worst_cost(self) -> float:
        """Discounted cost of the worst outcomes, as the scenario counts them [currency]."""
        return self.outcome.worst_cost

    def cost_of(self, other: "SolvedCase") -> float:
        """What the plan of another case costs in this one [currency]; NaN where it cannot be followed here."""
        values = other.solution.values
        if any(name not in values or values[name].shape != own.shape for name, own in self.solution.values.items()):
            return math.nan
        moved = {name: values[name] for name in self.solution.values} | self.stated.formulation.node.data
        return weighed(self.stated.outcome(moved), self.stated.data.tree.future_probability)


@dataclass
class UnprovenPlans:
    """Relative gaps of the plans that time cut short, as they are solved."""

    gaps: list[float] = field(default_factory=list)

    def note(self, status: str, gap: float) -> None:
        """Take down a plan that was not proven."""
        if status == Status.FEASIBLE:
            self.gaps.append(gap)

    def sentence(self) -> str:
        """What a reader must know of them; empty where there is none."""
        if not self.gaps:
            return ""
        plans = "1 plan was" if len(self.gaps) == 1 else f"{len(self.gaps)} plans were"
        worst = f"proven within {percent(max(self.gaps))} at worst" if math.isfinite(max(self.gaps)) else "not proven"
        return f"{plans} cut short by the time limit, {worst}: what is said of them may change with more time."


@dataclass
class CaseSolver:
    """Solves cases along a path: programs are changed in place where their sparsity is the same. prices: whether plans
    come with prices, see `Solver`. executor: solves the subtrees of large programs. unproven: where plans that time cut
    short are taken down."""

    options: Options = field(default_factory=Options)
    watch: Watch | None = None
    prices: bool = False
    executor: Pool | None = None
    unproven: UnprovenPlans = field(default_factory=UnprovenPlans)
    _solver: Solver | None = None

    def at(self, case: Case) -> SolvedCase:
        """The best plan of a case. Raises SolveError when there is none, or when it does not add up."""
        return self.of(state(case))

    def of(self, stated: Formulated, near: DeviationPenalty | None = None) -> SolvedCase:
        """The best plan of a program that was stated, or changed since. Raises as `at` does.

        near: charges what leaves wanted values while the plan is chosen; its cost is told without them.
        """
        if self._solver is None:
            self._solver = Solver(self.options, self.watch, self.executor, prices=self.prices)
        program = stated.program if near is None else near.onto(stated.program)
        solution = self._solver.solve(stated.formulation, program)
        if solution.status not in (Status.OPTIMAL, Status.FEASIBLE):
            raise failed(solution)
        self.unproven.note(solution.status, solution.gap)
        if near is not None:
            solution = near.off(solution)
        solved = SolvedCase(stated, solution)
        _reconcile(solved)
        return solved


def _reconcile(solved: SolvedCase) -> None:
    """Raise SolveError where the costs worked out from the decisions do not come to the objective."""
    odds = solved.stated.data.tree.future_probability
    objective = weighed(solved.outcome, odds)
    size = max(abs(solved.cost), abs(objective), 1.0)
    if solved.solution.status is Status.OPTIMAL and abs(objective - solved.cost) > AGREE * size:
        raise SolveError(
            f"the plan does not add up: its costs come to {objective:.9g}, the objective is {solved.cost:.9g}"
        )
