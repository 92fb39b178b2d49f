"""The multi-cut L-shaped method with in-out steps: a proven bound, and a plan with whole numbers.

First without whole numbers, started from a few subtrees alone. Then those of the master are rounded, or searched for
over the cuts that there are; those within subtrees are found subtree by subtree while the master stands still.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from sourcing.calendar import Array
from sourcing.errors import SolveError
from sourcing.solver.decomposition.cut import Cut
from sourcing.solver.decomposition.master import Master, MasterPoint
from sourcing.solver.decomposition.recourse import DecidedSubtree, SearchEffort, SubtreeAnswer, roundings
from sourcing.solver.decomposition.state import Clock, ConvergedPhase, ImpossibleError, IntegerPlan
from sourcing.solver.decomposition.subtree_workers import LocalSubtrees, RemoteSubtrees
from sourcing.solver.halt import StoppedError
from sourcing.solver.highs import HighsRun, Options, Status, hand_over, relative, run
from sourcing.solver.presolve import picked
from sourcing.solver.stamp import Program

FEW = 10  # subtrees of the reduced program that gives the first point
STEP = 0.5  # from the best point so far towards the master's: Ben-Ameur & Neto (2007), section 3
SHARE = 0.3  # of the gap that each phase may leave to the next, while there are whole numbers
ALONE = 0.9  # of the gap, where there are none: the rest is for what settling costs
LEFT = 0.7  # of what is then still allowed, that whole numbers within subtrees may take
MOST = 100  # iterations of one phase
SEARCHES = 5  # of the master's whole numbers, each with the cuts of those before


@dataclass
class Method:
    """The method on one program. plan, bound: the best plan and the proven bound so far. spare: how far beyond the gap
    of the options these may stay apart, since other parts of the whole did better."""

    program: Program
    cut: Cut
    place: LocalSubtrees | RemoteSubtrees
    options: Options
    clock: Clock
    spare: float = 0.0
    plan: IntegerPlan | None = None
    bound: float = -np.inf
    center: Array | None = None
    begun: bool = False

    def solve(self) -> HighsRun:
        """The best plan with its bound. Without any: INFEASIBLE, or NOTHING when stopped before the first."""
        reason = "optimal"
        try:
            self._whole(self._relaxed())
        except ImpossibleError:
            return _without(Status.INFEASIBLE, "infeasible", self.clock)
        except StoppedError as stopped:
            reason = stopped.reason
            if self.plan is None and self.center is not None:
                self._hurry(self.center)
        if self.plan is None:
            return _without(Status.NOTHING, reason, self.clock)
        return self._run(self.plan, reason)

    # Without whole numbers --------------------------------------------------------------------------------------------

    def _relaxed(self) -> ConvergedPhase:
        """The relaxation to within a share of the gap."""
        self.center = start = self._start()
        return self._converge(start, self._begun(start), whole=False)

    def _begun(self, start: Array) -> list[SubtreeAnswer]:
        """The master, from what the subtrees answer to the first point."""
        answers = self._ask(start)
        known = np.array([answer.value if answer.possible else 0.0 for answer in answers])
        self.master = Master(self.program, self.cut, start, known)
        self.row_prices, self.begun = np.zeros(len(self.cut.rows)), True
        return answers

    def _start(self) -> Array:
        """Values of the master's columns by a few subtrees alone, as if there were no others."""
        cut, program = self.cut, self.program
        some = [cut.subtrees[n] for n in sorted(set(np.linspace(0, len(cut.subtrees) - 1, FEW).astype(int).tolist()))]
        columns = np.concatenate([cut.columns, *(part.columns for part in some)])
        rows = np.concatenate([cut.rows, *(part.rows for part in some)])
        scale = np.ones(len(columns))
        scale[len(cut.columns) :] = 1.0 / sum(part.weight for part in some)
        few = picked(program, columns, rows)
        few = replace(few, cost=few.cost * scale, integer=np.zeros(len(columns), bool))
        solved = run(hand_over(few, Options(time_limit=self.clock.left)), False)
        if solved.status is Status.INFEASIBLE:
            raise ImpossibleError
        if solved.status is not Status.OPTIMAL:
            self.clock.check()
        values = solved.values if solved.status is Status.OPTIMAL else np.zeros(len(columns))
        lower, upper = program.column_lower[cut.columns], program.column_upper[cut.columns]
        return np.clip(values[: len(cut.columns)], lower, upper)

    def _ask(self, values: Array) -> list[SubtreeAnswer]:
        return self.place.ask(self._links(values))

    def _links(self, values: Array) -> list[Array]:
        """Values of the links of each subtree."""
        every = np.zeros(len(self.program.cost))
        every[self.cut.columns] = values
        return [every[subtree.links] for subtree in self.cut.subtrees]

    def _converge(self, values: Array, answers: list[SubtreeAnswer], *, whole: bool) -> ConvergedPhase:
        """Cuts until value and bound are within a share of the gap. whole: whether the master's whole numbers are held.

        Raises ImpossibleError when nothing keeps all cuts, SolveError when they do not meet.
        """
        best = ConvergedPhase(values, self.master.value(values, answers), -np.inf)
        self.master.add(values, answers)
        step, share = STEP, SHARE if self.program.integer.any() else ALONE
        for _ in range(MOST):
            point = self.master.solve(self.clock)
            if point is None:
                raise ImpossibleError
            best = replace(best, bound=max(best.bound, point.objective if point.bounds else -np.inf))
            self._note(best, whole)
            if self._within(best.value, best.bound, share) or (whole and self._beaten(best.bound)):
                break
            values = self._towards(best, point, step)
            answers = self._ask(values)
            value = self.master.value(values, answers)
            new = self.master.add(values, answers, point)
            if value < best.value:
                best = replace(best, values=values, value=value)
            if not new and step == 1.0:
                break
            step = STEP if new else 1.0
        else:
            raise SolveError(
                f"value and bound are {relative(best.value, best.bound):.1e} apart after {MOST} iterations"
            )
        return best

    def _towards(self, best: ConvergedPhase, point: MasterPoint, step: float) -> Array:
        """In-out: between the best point and the master's."""
        return point.values if np.isinf(best.value) else best.values + step * (point.values - best.values)

    def _note(self, best: ConvergedPhase, whole: bool) -> None:
        """Take over what a phase has shown, and report."""
        if not whole:
            self.bound = max(self.bound, best.bound)
            self.center = best.values
        incumbent = np.inf if self.plan is None else self.plan.objective
        if not self.program.integer.any():
            incumbent = min(incumbent, best.value)
        self.clock.tell(incumbent, self.bound)

    def _beaten(self, bound: float) -> bool:
        return self.plan is not None and bound >= self.plan.objective

    # Whole numbers ----------------------------------------------------------------------------------------------------

    def _whole(self, relaxed: ConvergedPhase) -> None:
        """Plans with whole numbers, until one is within the gap of the bound."""
        if not self.master.whole.any():
            self._plan(relaxed.values)
            return
        wanted = relaxed.values[self.master.whole]
        for decided in roundings(wanted):
            self._hold(decided, relaxed.values)
            if self._proven():
                return
        for decided in self._searched():
            self._hold(decided, relaxed.values)
            if self._proven():
                return

    def _hold(self, decided: Array, values: Array) -> None:
        """The best plan with the master's whole numbers as decided."""
        self.master.fix(decided)
        try:
            point = self.master.solve(self.clock)
            if point is None or (point.bounds and self._beaten(point.objective)):
                return
            there = np.array(values)
            there[self.master.whole] = decided
            values = there if self._keeps_rows(there) else point.values
            converged = self._converge(values, self._ask(values), whole=True)
            if np.isfinite(converged.value) and not self._beaten(converged.value):
                self._plan(converged.values)
        except ImpossibleError:
            return
        finally:
            self.master.fix(None)

    def _keeps_rows(self, values: Array) -> bool:
        """Whether the master's own rows hold."""
        master_program = self.master.program
        sums = master_program.matrix[:, : len(values)] @ values
        return bool(((sums >= master_program.row_lower - 1e-9) & (sums <= master_program.row_upper + 1e-9)).all())

    def _searched(self) -> Iterator[Array]:
        """Whole numbers that are best over the cuts so far, while they raise the bound or are new."""
        seen: set[bytes] = set()
        for _ in range(SEARCHES):
            searched = self.master.search(Options(gap=SHARE * self.options.gap, time_limit=self.clock.left), None)
            if searched.status not in (Status.OPTIMAL, Status.FEASIBLE):
                return
            self.bound = max(self.bound, searched.bound)
            decided = np.round(searched.values[: self.master.size][self.master.whole])
            if decided.tobytes() in seen:
                return
            seen.add(decided.tobytes())
            yield decided

    def _proven(self) -> bool:
        """Whether the best plan is within the gap of the bound; reports."""
        incumbent = np.inf if self.plan is None else self.plan.objective
        self.clock.tell(incumbent, self.bound)
        return self._within(incumbent, self.bound)

    def _within(self, value: float, bound: float, share: float = 1.0) -> bool:
        """Whether a value is within a share of the gap of a bound."""
        return bool(np.isfinite(value)) and value - bound <= share * self._allowed(value)

    def _allowed(self, value: float) -> float:
        return self.options.gap * abs(value) + self.spare

    def _plan(self, values: Array) -> None:
        """The best plan found where the master stands: whole numbers rounded, then searched for where that costs."""
        count, self.row_prices = len(self.cut.subtrees), self.master.row_prices()
        values = self.master.settled(values, self.clock)
        first = self._decided(values, [SearchEffort(None)] * count)
        self._keep(first)
        if first is None or self._proven():
            return
        weight = self.master.weight
        lost = weight * np.array(
            [subtree.value - subtree.relaxed for subtree in first.subtrees if subtree.value is not None]
        )
        relaxed = first.objective - float(lost.sum())
        allowed = LEFT * max(self._allowed(first.objective) - max(relaxed - self.bound, 0.0), 0.0)
        order = np.argsort(-lost, kind="stable")
        costly = order[np.cumsum(lost[order][::-1])[::-1] > allowed]
        effort = SearchEffort(SHARE * self.options.gap)
        efforts: list[SearchEffort | None] = [None] * count
        for number in costly:
            efforts[number] = effort
        self._keep(self._decided(values, efforts, first.subtrees))

    def _decided(
        self,
        values: Array,
        efforts: Sequence[SearchEffort | None],
        known: Sequence[DecidedSubtree | None] | None = None,
    ) -> IntegerPlan | None:
        """A plan by the efforts asked; where none is, what was known. None when a subtree has none."""
        decided = self.place.decide(self._links(values), efforts)
        before = known or [None] * len(decided)
        parts = [old if new is None else new for new, old in zip(decided, before, strict=True)]
        whole = [part for part in parts if part is not None and part.value is not None]
        if len(whole) < len(parts):
            return None
        costs = np.array([part.value for part in whole], float)
        objective = float(self.master.cost @ values + self.master.weight @ costs) + self.program.offset
        return IntegerPlan(values, tuple(whole), self.row_prices, objective)

    def _keep(self, plan: IntegerPlan | None) -> None:
        if plan is not None and (self.plan is None or plan.objective < self.plan.objective):
            self.plan = plan

    def _hurry(self, values: Array) -> None:
        """A first plan, if it can be had soon."""
        self.clock.hurry()
        with suppress(StoppedError):
            if not self.begun:
                self._begun(values)
            self._keep(self._rounded_at(values))

    def _rounded_at(self, values: Array) -> IntegerPlan | None:
        """A plan in a hurry: whole numbers rounded where the method was stopped."""
        whole = self.master.whole
        if whole.any():
            self.master.fix(np.where(values[whole] > 1e-6, 1.0, 0.0))
            point = self.master.solve(self.clock)
            if point is None:
                return None
            values = point.values
        self.row_prices = self.master.row_prices()
        return self._decided(self.master.settled(values, self.clock), [SearchEffort(None)] * len(self.cut.subtrees))

    # The answer -------------------------------------------------------------------------------------------------------

    def _run(self, plan: IntegerPlan, reason: str) -> HighsRun:
        """A plan as a run of the whole program."""
        values, prices = np.zeros(len(self.program.cost)), np.zeros(len(self.program.row_lower))
        values[self.cut.columns] = plan.values
        prices[self.cut.rows] = plan.row_prices
        for subtree, decided in zip(self.cut.subtrees, plan.subtrees, strict=True):
            values[subtree.columns] = decided.values
            prices[subtree.rows] = subtree.weight * decided.prices
        proven = self._within(plan.objective, self.bound)
        return HighsRun(
            status=Status.OPTIMAL if proven else Status.FEASIBLE,
            reason="optimal" if proven else reason if reason != "optimal" else "gap not closed",
            values=values,
            row_prices=prices,
            objective=plan.objective,
            bound=min(self.bound, plan.objective),
            gap=relative(plan.objective, self.bound),
            seconds=self.clock.seconds,
        )


def _without(status: Status, reason: str, clock: Clock) -> HighsRun:
    return HighsRun(status, reason, np.zeros(0), None, np.inf, -np.inf, np.inf, clock.seconds)
