"""The room that a little more cost leaves: other plans within a cap on the cost."""

from dataclasses import dataclass, replace

import numpy as np

from sourcing.analyses.analysis_options import AnalysisOptions
from sourcing.analyses.case_solver import SolvedCase
from sourcing.analyses.tradeoffs.supplier_shares import ArrivalExpression, Key, arriving, lanes_of, shares
from sourcing.calendar import Array
from sourcing.outcome.outcome import NOTHING, Outcome
from sourcing.pipeline.formulated import Formulated
from sourcing.solver.extra_rows import with_objective, with_row
from sourcing.solver.highs import Status
from sourcing.solver.solution import fixed
from sourcing.solver.solver import Solver

ANY = 1.0  # gap with which the first good plan is taken: what counts is that it exists
TIE = 1e-3  # what cost counts beside shares, so that no money is spent for nothing
STEPS = 3  # of the ratio of two volumes; each at least doubles the digits
SMALL = 1e-6  # share


@dataclass(frozen=True)
class NearOptimalPlan:
    """A plan within the cap; surely: the proven least of what was asked for, in its own unit."""

    outcome: Outcome
    surely: float


class NearOptimal:
    """Plans of a case that cost at most `within` more than the best one, relative. asked: how long each may be looked
    for."""

    def __init__(self, solved: SolvedCase, within: float, asked: AnalysisOptions) -> None:
        program = solved.stated.program
        self.best = solved
        self.stated: Formulated = replace(solved.stated, formulation=replace(solved.stated.formulation, settle=False))
        self.cap = solved.solution.objective + within * abs(solved.solution.objective)
        self.program = with_row(program, "cost cap", program.cost, upper=self.cap - program.offset)
        self.lanes = lanes_of(self.stated)
        self.volumes = {key: arriving(self.stated, rows) for key, rows in self.lanes.items()}
        self.shares = shares(solved.outcome, self.lanes)
        self.unproven = asked.unproven
        self._solver = Solver(replace(asked.solver, gap=ANY), most_known=2, loosens=False)
        self._turning = Solver(replace(asked.solver, gap=within / 4), most_known=2)
        self._solver.solve(self.stated.formulation, self.program)  # its decisions are tried for every other question

    def arrived(self, material: str) -> float:
        """What arrives of a material in the best plan [unit]."""
        volume = self.best.outcome.expected(self.best.outcome.values["arriving"])
        return float(sum(volume[rows].sum() for key, rows in self.lanes.items() if key[0] == material))

    def least(self, objective: ArrivalExpression) -> NearOptimalPlan | None:
        """The least of a sum of volumes that was found within the cap, and what it is surely not below."""
        cost, size = self.stated.program.cost, max(abs(self.cap), 1e-9)
        asked = with_objective(self.program, objective.weight + TIE / size * cost, objective.offset + 1.0)
        solution = self._solver.solve(self.stated.formulation, asked)
        self.unproven.note(solution.status, solution.gap)
        if solution.status not in (Status.OPTIMAL, Status.FEASIBLE):
            return None
        tie = TIE * (self.cap - self.stated.program.offset) / size  # the most that cost adds within the cap
        return NearOptimalPlan(self.stated.outcome(solution.values), solution.bound - 1.0 - tie)

    def share(self, key: Key, sign: float) -> tuple[float, bool]:
        """The least (sign 1) or the largest (sign -1) share of a supplier that was found, and whether it is used in
        every plan within the cap, which is proven. Ratio of two volumes: Dinkelbach (1967)."""
        total_arriving = self.arrived(key[0])
        if total_arriving <= NOTHING:
            return 0.0, False
        arriving, share, forced = self.volumes[key], self.shares[key], False
        all_of = [volume for (material, _), volume in self.volumes.items() if material == key[0]]
        total = ArrivalExpression(
            sum((one.weight for one in all_of), np.zeros_like(arriving.weight)), sum(one.offset for one in all_of)
        )
        level = 0.0 if sign > 0 else 1.0  # first the least of its volume, or of all others': neither is without end
        for step in range(STEPS):
            scale = sign / total_arriving
            weight = scale * (arriving.weight - level * total.weight)
            least = self.least(ArrivalExpression(weight, scale * (arriving.offset - level * total.offset)))
            if least is None:
                break
            forced = forced or (sign > 0 and step == 0 and least.surely > SMALL)
            better = shares(least.outcome, self.lanes)[key]
            gained = sign * (share - better)
            share = better if gained > 0 else share
            if gained < 0.001 or share < SMALL:
                break
            level = share
        return share, forced

    def otherwise(self, which: int, value: float) -> tuple[float, float]:
        """Cost of the best plan found with a decision turned over, and the proven least cost of any [unit of money of
        the program]; infinite where there is none."""
        turned = fixed(self.stated.program, np.array([which]), np.array([value]))
        solution = self._turning.solve(self.stated.formulation, turned)
        self.unproven.note(solution.status, solution.gap)
        if solution.status is Status.INFEASIBLE:
            return np.inf, np.inf
        return solution.objective, solution.bound

    def different(self, used: set[Key]) -> NearOptimalPlan | None:
        """A plan that leans least on the suppliers used so far: hop, skip and jump (Brill, Chang & Hopkins 1982)."""
        weight: Array = np.zeros_like(self.program.cost)
        offset = 0.0
        for key in sorted(used):
            total = max(self.arrived(key[0]), NOTHING)
            weight = weight + self.volumes[key].weight / total
            offset += self.volumes[key].offset / total
        return self.least(ArrivalExpression(weight, offset))
