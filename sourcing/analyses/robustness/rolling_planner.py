"""A future lived month by month: see, plan again on what may follow, do the first month, forget the rest.

The past is not cut off: every month the whole plan is stated, with what was done held as it was done. So stock, orders
under way, queues at the border, accounts of contracts and qualifications come out as in any plan.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import numpy as np

from sourcing.analyses.case_solver import CaseSolver, SolvedCase, UnprovenPlans
from sourcing.analyses.robustness.beliefs import Belief, believed
from sourcing.analyses.robustness.out_of_sample import LEVEL
from sourcing.analyses.robustness.outage import forbids, softened
from sourcing.calendar import Array
from sourcing.case import Case
from sourcing.case.attitude import without_service
from sourcing.case.records import Future, OpenOrder
from sourcing.errors import SolveError
from sourcing.futures.effects import Effects, effects, signals
from sourcing.futures.tree import Ints, Mask, grow
from sourcing.model.node_data import nodes
from sourcing.model.node_data.purchase_ways import controlled_lanes
from sourcing.model.templates import Stage
from sourcing.outcome.hindsight import foreseen
from sourcing.outcome.outcome import Outcome
from sourcing.pipeline.formulated import Formulated, stated
from sourcing.solver.highs import Options
from sourcing.solver.stamp import Program

ROOMS = (1e-7, 1e-6, 1e-5, 1e-4)  # how near what was done is held: as near as the rows of all periods together allow
LIVED, FORESIGHT = "the plan, lived", "perfect foresight"  # courses of action beside habits
MISSED = 1e-5  # share of a firm need below which it counts as met

Done = Mapping[str, Array]
"""What was done, by decision: contracts of shape (contracts, 1), the others (things, periods)."""

Believe = Callable[[Case, Future, int], Belief]
"""What an importer who lives a future takes the rest to be, up to and including a period."""


@dataclass(frozen=True)
class LivedFuture:
    """A future as it was lived. unseen: periods in which what had been seen is not what any future of the scenario
    says, with those it was taken for; loose: periods in which a rule or firm cover had to give way."""

    outcome: Outcome
    unseen: tuple[tuple[int, str], ...]
    loose: tuple[int, ...]

    @property
    def cost(self) -> float:
        """Discounted cost of the future [currency]."""
        return float(self.outcome.future_cost[0])

    @property
    def failed(self) -> tuple[str, ...]:
        """Firm needs that were missed."""
        missed = self.outcome.unmet.sum(axis=1) > MISSED * self.outcome.data.need.sum(axis=1)
        firm = self.outcome.case.scenario.demand
        names = (demand.name for demand, short in zip(self.outcome.case.demands, missed, strict=True) if short)
        return tuple(name for name in names if firm[name].firm)


def begun(plan: SolvedCase) -> Done:
    """What a plan does before anything else is seen: its contracts and the decisions of the first period."""
    return {name: plan.outcome.values[name][:, :1] for name in plan.stated.formulation.decided(*Stage)}


@dataclass
class RollingPlanner:
    """An importer who plans by a case and lives futures, one after the other. `case` is prepared by `ready`.

    begun: what the plan of the case does first; default: it is made here.
    """

    case: Case
    options: Options
    believe: Believe = believed
    begun: Done | None = None
    unproven: UnprovenPlans = field(default_factory=UnprovenPlans)

    def __post_init__(self) -> None:
        self._walk = self._solver()
        self._loose = loosened(self.case)

    def _solver(self) -> CaseSolver:
        return CaseSolver(self.options, unproven=self.unproven)

    @cached_property
    def plan(self) -> SolvedCase:
        """The plan of the scenario: what is done in the first period comes from it."""
        return self._walk.at(self.case)

    def live(self, future: Future, step: Callable[[], None] = lambda: None) -> LivedFuture:
        """Live a future. Raises SolveError when there is no way to live it, rules and firm cover aside.

        step: called after each period.
        """
        at_first = begun(self.plan) if self.begun is None else self.begun
        decided, opens = self.plan.stated.formulation.decided, self._opens_as_planned(future)
        names_held = decided(*Stage) if opens else decided(Stage.FIRST, Stage.EARLY)
        done: dict[str, Array] = {name: at_first[name] for name in names_held}
        unseen, loose = list[tuple[int, str]](), list[int]()
        for time in range(1 if opens else 0, len(self.case.calendar)):
            belief = self.believe(self.case, future, time)
            if not belief.foreseen:
                unseen.append((time, belief.name))
            solved, gave_way = self._month(belief, time, done)
            if gave_way:
                loose.append(time)
            node = solved.stated.data.tree.node_of[0, time]
            for name in decided(Stage.EARLY, Stage.LATE):
                before = done[name][:, :time] if name in done else solved.outcome.values[name][:, :0]
                done[name] = np.column_stack([before, solved.outcome.values[name][:, node]])
            step()
        return LivedFuture(self._whole(future, done), tuple(unseen), tuple(loose))

    def _opens_as_planned(self, future: Future) -> bool:
        """Whether the first period shows nothing that the plan did not know, so that all it does then can be done."""
        if any(shown != signals(self.case, future)[0] for shown, _ in self._openings):
            return False
        opening = _opening(self.case, future)
        return not future.shown or all(np.array_equal(numbers, opening) for _, numbers in self._openings)

    @cached_property
    def _openings(self) -> list[tuple[Hashable, Array]]:
        """What each future of the case shows in the first period, and its numbers then."""
        return [(signals(self.case, one)[0], _opening(self.case, one)) for one in self.case.futures]

    def _month(self, belief: Belief, time: int, done: Done) -> tuple[SolvedCase, bool]:
        """The plan from a period on, after what was done; whether rules and firm cover gave way."""
        program = _stated(self.case, belief, time)
        try:
            return pinned_plan(self._walk, program, done), False
        except SolveError:
            return pinned_plan(self._solver(), _stated(self._loose, belief, time), done), True

    def _whole(self, future: Future, done: Done) -> Outcome:
        """What came of it all, worked out on the future alone."""
        return pinned_plan(self._solver(), alone(self._loose, future), done).outcome


def ready(case: Case, others: Sequence[Future] = ()) -> Case:
    """The case as it is lived: with a queue at the border on every lane that some future restricts, whichever futures
    are left, and with firm needs that may be missed at a price above all others. others: futures besides its own."""
    controlled = controlled_lanes(case, [effects(case, future) for future in (*case.futures, *others)])
    lanes = [case.lane[name] for name in controlled]
    idle = tuple(OpenOrder(f"none on {lane.name}", lane.offer, lane.site, 0.0, "waiting", 0) for lane in lanes)
    return replace(softened(case), open_orders=(*case.open_orders, *idle))


def loosened(case: Case) -> Case:
    """The case without rules but those that forbid, without limits on what is missed, and with firm cover let go."""
    return replace(
        without_service(case),
        rules={name: rule for name, rule in case.rules.items() if forbids(rule)},
        positions=tuple(
            replace(entry, cover=None) if entry.cover and entry.cover.firm else entry for entry in case.positions
        ),
    )


def repriced(case: Case, future: Future) -> Case:
    """The case with what is missing at the end charged at the price level of then, see analyses/fresh.py.

    A charge as of the decision would let whoever runs down stock replace it at prices of long ago. The level is the
    lowest among the offers of a material; 1 where one of them has none.
    """
    levels = {offer.name: 1.0 for offer in case.offers}
    for change in future.changes:
        if change.name.startswith(LEVEL) and change.cover[-1] > 0:
            levels |= dict.fromkeys(change.names, change.factor)
    positions = []
    for entry in case.positions:
        level = min((levels[offer.name] for offer in case.offers if offer.material == entry.material), default=1.0)
        positions.append(replace(entry, end_shortfall_cost=level * entry.end_shortfall_cost))
    return replace(case, positions=tuple(positions))


def _opening(case: Case, future: Future) -> Array:
    """Every number of a future in the first period: within a cluster they may differ."""
    numbers = effects(case, future)
    return np.concatenate([getattr(numbers, declared.name)[:, 0] for declared in fields(Effects)])


def alone(case: Case, future: Future) -> Formulated:
    """The program of one future, known from the start."""
    alone_case = replace(repriced(case, future), futures=(replace(future, probability=1.0),))
    return stated(nodes(alone_case, grow([[None] * len(case.calendar)], [1.0], [future.name])))


def _stated(case: Case, belief: Belief, time: int) -> Formulated:
    believed_case = replace(
        repriced(case, belief.futures[0]), futures=belief.futures
    )  # they share what was seen of prices
    return stated(foreseen(nodes(believed_case, belief.tree(believed_case, time))))


def pinned_plan(solver: CaseSolver, program: Formulated, done: Done) -> SolvedCase:
    """The best plan after what was done. Raises SolveError when there is none.

    A solver keeps each row to a millionth; over many periods these add up, and what was done cannot be repeated to the
    last digit. It is held as near as it can be.
    """
    for tolerance in ROOMS[:-1]:
        try:
            return solver.of(replace(program, program=after(program, done, tolerance)))
        except SolveError:
            continue
    return solver.of(replace(program, program=after(program, done, ROOMS[-1])))


def after(stated: Formulated, done: Done, tolerance: float) -> Program:
    """The program with what was done held: contracts, and each period's decisions on the path all futures share."""
    program, path = stated.program, stated.data.tree.node_of[0]
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    for name, values in done.items():
        ids = program.columns[name].ids
        ids = ids if name in stated.formulation.decided(Stage.FIRST) else ids[:, path[: values.shape[1]]]
        _hold(lower, upper, ids, values, program.integer, tolerance)
    return replace(program, column_lower=lower, column_upper=upper)


def _hold(lower: Array, upper: Array, ids: Ints, values: Array, integer: Mask, tolerance: float) -> None:
    """Hold columns at values, within their bounds: whole ones exactly, others within some room, relative above 1."""
    present = ids >= 0
    at, value = ids[present], values[present]
    slack = np.where(integer[at], 0.0, tolerance * np.maximum(1.0, np.abs(value)))
    value = np.where(integer[at], np.round(value), value)
    low, high = np.maximum(lower[at], value - slack), np.minimum(upper[at], value + slack)
    lower[at], upper[at] = np.minimum(low, upper[at]), np.maximum(high, lower[at])
