"""A solver kept between programs: each next one starts from the basis and the yes-or-no decisions of those before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints
from sourcing.model.templates import Formulation
from sourcing.solver.canonical import canonical, canonical_prices
from sourcing.solver.decomposition.subtree_workers import Executor
from sourcing.solver.derived_bounds import beyond_derived
from sourcing.solver.extra_rows import expected_cost
from sourcing.solver.halt import MOMENT, Halt
from sourcing.solver.highs import HighsRun, Options, Progress, Status, Watch, hand_over, relative, run
from sourcing.solver.preference import least_wanted_first
from sourcing.solver.rounding import CostFloor, Trials, best_near, decided_by_price, with_fewer
from sourcing.solver.second_search import preferred
from sourcing.solver.solution import Solution, all_values, by_row, fixed, without_integers
from sourcing.solver.stamp import Program
from sourcing.solver.strategy import choose
from sourcing.solver.tail_settlement import least_expected_cost, settled
from sourcing.solver.warm_program import WarmProgram

MOST_NONZEROS = 400_000  # up to which one plan of several alike is defined: what is larger is solved in subtrees
TIE = 1e-6  # relative: plans this near cost the same; a dearer one is not taken for its fewer suppliers
MOST_KNOWN = 12  # yes-or-no decisions of earlier programs that are tried again, the latest; each takes a solve


@dataclass
class Solver:
    """Solves programs one after the other; what was learnt of one serves the next.

    The relaxation without integers gives the bound. Its roundings, and the decisions that were best in earlier
    programs, give plans; the best of them is proven when it is within the gap of the bound, as it mostly is, for the
    relaxation is tight. Else HiGHS searches, without being told of it: HiGHS 1.15.1 has called such a start the optimum
    where it was 0.5 % off, and took longer from it. Prices hold for the integers chosen.
    Where only the worst outcomes count, expected cost is minimised afterwards, see `settling`. loosens: whether derived
    bounds that a plan reaches are loosened; not where the objective asks how much of something a plan can have, for
    which orders beyond all uses are no answer. prices: whether the one system of prices is worked out; else there are
    none where several may be right.
    """

    options: Options = field(default_factory=Options)
    watch: Watch | None = None
    executor: Executor | None = None
    most_known: int = MOST_KNOWN
    loosens: bool = True
    prices: bool = True
    _relaxed: WarmProgram | None = None
    _fixed: WarmProgram | None = None
    _known: list[Array] = field(default_factory=list)
    _halt: Halt = field(default_factory=Halt)

    def solve(self, formulation: Formulation, program: Program) -> Solution:
        """The best values of a program, with prices. Statuses other than optimal and feasible come without values.

        Where the plan reaches a bound that was only worked out for the solver, it is solved again, see `derived`.
        """
        self._halt = Halt(self.options.time_limit, self.watch)
        if not self.loosens:
            return self._solve(formulation, program)
        return beyond_derived(self._solve, formulation, program)

    def _solve(self, formulation: Formulation, program: Program) -> Solution:
        way = choose(formulation, program, self.options, self.watch, whole, self.executor)
        best = self._found(program) if way.run is None else way.run
        if best.status not in (Status.OPTIMAL, Status.FEASIBLE):
            return Solution(best.status, best.reason, {}, None, math.inf, best.bound, math.inf, best.seconds)
        defined = program.matrix.nnz <= MOST_NONZEROS and len(program.preference) > 0
        if defined and (best.status is Status.OPTIMAL or not self._halt.over):
            best = self._canonical(formulation, program, best)
        elif formulation.settle and best.status is Status.OPTIMAL:
            best = self._settled(formulation, program, best)
        prices = best.row_prices
        return Solution(
            status=best.status,
            reason=best.reason,
            values=all_values(formulation, program, best.values),
            row_prices=None if prices is None else by_row(program, prices),
            objective=best.objective,
            bound=best.bound,
            gap=best.gap,
            seconds=best.seconds,
            strategy=way.strategy.value,
            why=way.why,
        )

    def _settled(self, formulation: Formulation, program: Program, best: HighsRun) -> HighsRun:
        """The best, settled, with the row prices of the objective. Other whole numbers may be better within the gap."""
        options, watch = self._halt.within(self.options), self._halt.listen(best.objective, best.bound)
        values, prices, more = settled(formulation, program, best, options, watch)
        objective = min(best.objective, float(program.cost @ values) + program.offset)
        seconds, reason = best.seconds + more, self._halt.reason if self._halt.over else best.reason
        return replace(_proven(best, objective), values=values, row_prices=prices, seconds=seconds, reason=reason)

    def _canonical(self, formulation: Formulation, program: Program, best_run: HighsRun) -> HighsRun:
        """The one plan of its cost with the whole numbers found, and the one system of prices, see `canonical`."""
        integer_columns, free = least_wanted_first(program.integer, program.preference), without_integers(program)
        decided, seconds = np.round(best_run.values[integer_columns]), best_run.seconds
        if formulation.settle and len(integer_columns) and best_run.status is Status.OPTIMAL:
            options, watch = self._halt.within(self.options), self._halt.listen(best_run.objective, best_run.bound)
            expected = least_expected_cost(formulation, program, best_run, options, watch)
            decided, seconds = np.round(expected.values[integer_columns]), seconds + expected.seconds
        best = self._fix(fixed(free, integer_columns, decided), best_run.bound)
        if best.status is not Status.OPTIMAL or self._fixed is None:
            return self._cut_short(formulation, best_run)
        goal = best.objective + min(TIE, self.options.gap) * abs(best.objective)
        trials = self._trials(free, integer_columns, goal, best_run.bound)
        if not formulation.settle:  # else the objective says nothing of most futures
            may_be_no, size = program.column_lower[integer_columns] < 1, program.matrix.nnz
            decided, best = with_fewer((decided, best), trials.goal, may_be_no, size, trials)
            decided = self._preferred(program, integer_columns, (decided, best), trials)
        self._remember(decided)
        chosen = self._one(fixed(free, integer_columns, decided), formulation)
        if chosen is None:
            return self._cut_short(formulation, best_run)
        return replace(
            _proven(best_run, chosen.objective),
            values=chosen.values,
            row_prices=chosen.row_prices,
            seconds=seconds + trials.seconds + chosen.seconds,
        )

    def _cut_short(self, formulation: Formulation, best: HighsRun) -> HighsRun:
        """What was found; where the objective leaves decisions open, time ended before expected cost was made least."""
        return replace(best, reason=self._halt.reason) if formulation.settle and self._halt.over else best

    def _preferred(self, program: Program, whole: Ints, best: tuple[Array, HighsRun], trials: Trials) -> Array:
        """The whole numbers that a second search prefers among those that cost the same, else those that are best."""
        left = self._halt.within(replace(self.options, gap=min(self.options.gap, TIE)))
        searched = preferred(program, whole, trials.goal, left)
        if searched is None or np.array_equal(searched, best[0]):
            return best[0]
        tried = trials(searched)
        return searched if tried.status is Status.OPTIMAL and tried.objective <= trials.goal else best[0]

    def _one(self, program: Program, formulation: Formulation) -> HighsRun | None:
        """The one plan with given whole numbers: least cost, then least expected cost, then what is preferred; None
        where time is over."""
        best = self._fix(program, -np.inf)
        if best.status is not Status.OPTIMAL or self._fixed is None:
            return None
        basis = self._fixed.highs.getBasis()
        risk = [expected_cost(program, formulation.tree)] if "threshold" in program.columns else []
        chosen = canonical(self._fixed, best, [*risk, program.preference])
        self._fixed.highs.setBasis(basis)
        if not self.prices:
            return replace(chosen, row_prices=None)
        chosen = canonical_prices(self._fixed, program, chosen)
        self._fixed.highs.setBasis(basis)
        return chosen

    def _trials(
        self, free: Program, whole: Ints, goal: float, bound: float, floors: Sequence[CostFloor] = ()
    ) -> Trials:
        """Trials of whole numbers of a program, until time is over. bound: what is proven of them."""

        def trial(decided: Array) -> HighsRun:
            return self._fix(fixed(free, whole, decided), bound)

        return Trials(trial, whole, goal, list(floors), ended=lambda: self._halt.over)

    def run(self, program: Program) -> HighsRun:
        """The best of a program as it stands, with its proven bound and the seconds of all that was run."""
        self._halt = Halt(self.options.time_limit, self.watch)
        return self._found(program)

    def _found(self, program: Program) -> HighsRun:
        searched, bound, seconds = self._searched(program)
        gap = relative(searched.objective, bound)
        return replace(searched, bound=bound, gap=gap, seconds=seconds)

    def bounds(self, program: Program, most: float) -> tuple[float, float]:
        """Proven least cost of a program, and the least found near its relaxation; inf where there is none, NaN where
        the time is up. Nothing is sought where the proven least is above `most`."""
        integer_columns, relaxed = (
            least_wanted_first(program.integer, program.preference),
            self._relax(without_integers(program)),
        )
        if relaxed.status is not Status.OPTIMAL:
            nothing = np.inf if relaxed.status is Status.INFEASIBLE else np.nan
            return nothing, nothing
        if relaxed.objective > most or not len(integer_columns):
            return relaxed.objective, relaxed.objective
        best, _ = self._nearby(program, integer_columns, relaxed)
        return relaxed.objective, best[1].objective if best else np.inf

    def _nearby(self, program: Program, whole: Ints, relaxed: HighsRun) -> tuple[tuple[Array, HighsRun] | None, float]:
        """The best whole numbers near a relaxation or known, and the seconds that finding them took."""
        wanted, floor = self._wanted(program, whole, relaxed), CostFloor.of(relaxed, whole, relaxed.values[whole])
        goal = _most(relaxed.objective, self.options.gap)
        trials = self._trials(without_integers(program), whole, goal, relaxed.objective, [floor] if floor else [])
        known = [decided for decided in self._known if _allowed(program, whole, decided)]
        return best_near(wanted, known, trials), trials.seconds

    def _searched(self, program: Program) -> tuple[HighsRun, float, float]:
        """The best found with its integers fixed, the proven bound, and the seconds that all runs took."""
        integer_columns, free = least_wanted_first(program.integer, program.preference), without_integers(program)
        relaxed = self._relax(free)
        if not len(integer_columns) or relaxed.status is not Status.OPTIMAL:
            return relaxed, relaxed.objective, relaxed.seconds
        best, seconds = self._nearby(program, integer_columns, relaxed)
        spent = relaxed.seconds + seconds
        if best and self._enough(best[1], relaxed.objective, spent):
            self._remember(best[0])
            return best[1], relaxed.objective, spent
        if self._halt.over:
            last_run = replace(best[1], status=Status.FEASIBLE) if best else HighsRun.nothing()
            return replace(last_run, reason=self._halt.reason), relaxed.objective, spent
        left = fixed(program, *decided_by_price(relaxed, integer_columns, best[1])) if best else program
        searched = self._search(left, best[1] if best else None)
        spent += searched.seconds
        if searched.status not in (Status.OPTIMAL, Status.FEASIBLE):
            last_run = replace(best[1], status=Status.FEASIBLE, reason=searched.reason) if best else searched
            return last_run, relaxed.objective if best else max(searched.bound, relaxed.objective), spent
        decided = np.round(searched.values[integer_columns])
        polished = self._polish(fixed(free, integer_columns, decided))
        spent += polished.seconds
        last_run = polished if polished.status is Status.OPTIMAL else searched
        if best and best[1].objective <= last_run.objective:
            decided, last_run = best
        self._remember(decided)
        # What prices decide was ruled out as no better than the best.
        bound = max(min(searched.bound, last_run.objective), relaxed.objective)
        return replace(last_run, status=searched.status, reason=searched.reason), bound, spent

    def _relax(self, program: Program) -> HighsRun:
        if self._relaxed is None:
            self._relaxed = WarmProgram.of(program, self.options)
        self._relaxed.limit = self._halt.left
        return self._relaxed.run(program, self._halt.listen())

    def _wanted(self, program: Program, whole: Ints, relaxed: HighsRun) -> Array:
        """What the one relaxation that is preferred makes of the integer columns, shape (integers,): roundings of any
        other would depend on the solver. relaxed: the last that was solved."""
        if self._relaxed is None or not len(program.preference):
            return relaxed.values[whole]
        basis = self._relaxed.highs.getBasis()
        solved = canonical(self._relaxed, relaxed, [program.preference])
        self._relaxed.highs.setBasis(basis)
        return solved.values[whole]

    def _fix(self, program: Program, bound: float) -> HighsRun:
        """Solve with integers fixed, first from the basis of the relaxation; nothing once time is over."""
        if self._halt.over:
            return HighsRun.nothing(self._halt.reason)
        return self._fixing(program, self._halt.left).run(program, self._halt.listen(bound=bound))

    def _polish(self, program: Program) -> HighsRun:
        """The plan of a search with integers fixed, for its prices: a moment is spent on it whatever the time is."""
        left = self._halt.left
        return self._fixing(program, None if left is None else max(left, MOMENT)).run(program, None)

    def _fixing(self, program: Program, limit: float | None) -> WarmProgram:
        if self._fixed is None:
            self._fixed = WarmProgram.of(program, self.options)
            if self._relaxed is not None:
                self._fixed.highs.setBasis(self._relaxed.highs.getBasis())
        self._fixed.limit = limit
        return self._fixed

    def _enough(self, best: HighsRun, bound: float, seconds: float) -> bool:
        """Whether the best is proven within the gap; the watch is told where things stand."""
        gap = relative(best.objective, bound)
        self._halt.tell(Progress(seconds, best.objective, bound, gap))
        return gap <= self.options.gap

    def _search(self, program: Program, best: HighsRun | None) -> HighsRun:
        """Let HiGHS search; the watch is told of the best known while HiGHS has none as good.

        HiGHS is told from what cost on a plan is of no interest: less than the gap below the best known. Where there is
        none below it, the best is proven; that takes a fraction of a search for the optimum.
        """
        options = self._halt.within(self.options)
        if best is None:
            return run(hand_over(program, options), True, self._beside(best))
        cutoff = best.objective - self.options.gap * abs(best.objective)
        searched = run(hand_over(program, options, cutoff), True, self._beside(best))
        if searched.status is Status.INFEASIBLE:
            return replace(best, bound=cutoff, gap=relative(best.objective, cutoff), seconds=searched.seconds)
        return searched

    def _beside(self, best: HighsRun | None) -> Watch | None:
        if self.watch is None or best is None:
            return None if self.watch is None else self._halt.tell

        def told(progress: Progress) -> bool:
            incumbent = min(progress.incumbent, best.objective)
            return self._halt.tell(replace(progress, incumbent=incumbent, gap=relative(incumbent, progress.bound)))

        return told

    def _remember(self, decided: Array) -> None:
        """Keep decisions for the next program, the latest first, each once."""
        others = [known for known in self._known if not np.array_equal(known, decided)]
        self._known = [decided, *others][: self.most_known]


def _most(bound: float, gap: float) -> float:
    """The largest objective that a bound proves within a relative gap."""
    share = 1 - gap if bound > 0 else 1 + gap
    return bound / share if share > 0 else np.inf


def _proven(best: HighsRun, objective: float) -> HighsRun:
    """What was found with another objective of the same plan, or of one as good."""
    bound = min(best.bound, objective)
    return replace(best, objective=objective, bound=bound, gap=relative(objective, bound))


def _allowed(program: Program, whole: Ints, decided: Array) -> bool:
    """Whether decisions of an earlier program keep the bounds of this one, in which some may be fixed."""
    if len(decided) != len(whole):
        return False
    return bool(np.all((decided >= program.column_lower[whole]) & (decided <= program.column_upper[whole])))


def whole(program: Program, options: Options, watch: Watch | None) -> HighsRun:
    """The best of a program as it stands, as `Solver.run`."""
    return Solver(options, watch).run(program)


def solve(
    formulation: Formulation,
    program: Program,
    options: Options,
    watch: Watch | None = None,
    executor: Executor | None = None,
) -> Solution:
    """The best values of one program, with prices. See `Solver`."""
    return Solver(options, watch, executor).solve(formulation, program)
