"""The course on which nothing more happens, with something lost from a period on: how long needs can be met."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from sourcing.analyses.case_solver import SolvedCase
from sourcing.analyses.robustness.losses import Loss
from sourcing.calendar import Array
from sourcing.case import Case
from sourcing.case.attitude import without_service
from sourcing.case.records import STOP, SUBSTITUTE, Demand, Future, OpenOrder, Position, Restriction, ShortageCost
from sourcing.figures import stated_percent
from sourcing.futures.tree import Ints
from sourcing.model.demand import ShortageStep, shortage_kinds, shortage_steps
from sourcing.model.node_data import Purchase
from sourcing.pipeline.formulated import Formulated, state_by_cost
from sourcing.scenario.language.rule_specs import Rule
from sourcing.solver.highs import Options, Status, hand_over, run
from sourcing.solver.solution import failed, pinned, without_integers
from sourcing.solver.solver import Solver
from sourcing.solver.stamp import Program

UNMET = 100.0  # times the dearest price: a firm demand is short only where it has to be
NEAR = 1e-6  # share of a need that counts as nothing; the solver's own tolerance is below it


@dataclass(frozen=True)
class PriorDecisions:
    """What was decided before the loss: periods that are past, contracts and what was started and ordered by then.

    signed, volume: shape (contracts,). started: (offers to qualify, past). order, shortage: by source and by step of
    shortage, shape (past,) each.
    """

    periods: int
    signed: Array
    volume: Array
    started: Array
    order: dict[Purchase, Array]
    shortage: dict[ShortageStep, Array]

    def of_part(self, whole: Case, part: Case) -> "PriorDecisions":
        """The decisions that concern one component of the case."""
        names = {contract.name for contract in part.contracts}
        signed = [contract.name in names for contract in whole.contracts]
        started = [offer.name in part.offer for offer in whole.offers if offer.qualification]
        return replace(self, signed=self.signed[signed], volume=self.volume[signed], started=self.started[started])


def before(solved: SolvedCase, future: int, periods: int) -> PriorDecisions:
    """What a plan has decided by the end of some periods of a future."""
    values, path = solved.outcome.values, solved.stated.data.tree.node_of[future, :periods]
    data = solved.stated.data
    return PriorDecisions(
        periods=periods,
        signed=np.round(values["contract_signed"][:, 0]),
        volume=values["contract_volume"][:, 0],
        started=np.round(values["qualification_started"][:, path]),
        order={source: values["order"][row, path] for row, source in enumerate(data.sources)},
        shortage={step: values["shortage"][row, path] for row, step in enumerate(shortage_steps(data))},
    )


def in_outage(case: Case, future: Future) -> Case:
    """The case of one future as it is lived in an outage.

    Reserves are there to be used, needs may be missed, and of the importer's own rules those that forbid stand.
    Everything waits at the border if it must: every lane has a queue. Money is not discounted.
    """
    idle = tuple(OpenOrder(f"none on {lane.name}", lane.offer, lane.site, 0.0, "waiting", 0) for lane in case.lanes)
    return replace(
        softened(without_service(case)),
        futures=(replace(future, probability=1.0),),
        discount=np.ones_like(case.discount),
        positions=tuple(_free(position) for position in case.positions),
        open_orders=(*case.open_orders, *idle),
        rules={name: rule for name, rule in case.rules.items() if forbids(rule)},
    )


def forbids(rule: Rule) -> bool:
    """Whether a rule forbids something altogether, as a law does; other rules are set aside in an outage."""
    part = rule.share or rule.volume
    most = part.at_most if part else None
    return most is not None and most.measure.number == 0


def softened(case: Case) -> Case:
    """The case in which firm needs may be missed, at a price above all others."""
    dearest = max(float(offer.price.max()) for offer in case.offers)
    return replace(case, demands=tuple(_soft(demand, UNMET * dearest) for demand in case.demands))


def _soft(demand: Demand, cost: float) -> Demand:
    if not demand.firm:
        return demand
    return replace(demand, firm=False, steps=(ShortageCost("unmet", 1.0, np.full(len(demand.need), cost), STOP),))


def _free(position: Position) -> Position:
    return replace(position, cover=None, end_days=0.0, end_shortfall_cost=0.0)


@dataclass(frozen=True)
class Outage:
    """A case in which something is lost from period `begins` on, for `lasts` periods. past: what was decided by then;
    None: nothing, it is lost at once."""

    case: Case
    loss: Loss | None
    begins: int
    lasts: int
    past: PriorDecisions | None

    @cached_property
    def stated(self) -> Formulated:
        """The program, with the past as it was."""
        future = self.case.futures[0]
        changed = replace(future, restrictions=(*future.restrictions, *self._measures()))
        stated = state_by_cost(replace(self.case, futures=(changed,)))
        return replace(stated, program=self._with_past(stated, self._closed(stated)))

    def _measures(self) -> list[Restriction]:
        cover = np.zeros(len(self.case.calendar))
        cover[self.begins : self.begins + self.lasts] = 1.0
        nothing = math.nan
        return [
            Restriction(
                name=f"loss of {stated_percent(share)}",
                regime="",
                basis="assumed",
                offers=offers,
                targets=None,
                cover=cover,
                known_from=self.begins,
                until_known=False,
                begins=self.begins,
                age=0,
                ends=self.begins + self.lasts,
                approval=1 - share,
                delay=0,
                price=nothing,
                capacity=1 - share,
                price_elsewhere=nothing,
                capacity_elsewhere=nothing,
                links=False,
                seizes=False,
            )
            for share, offers in (self.loss.shares.items() if self.loss else ())
        ]

    def _closed(self, stated: Formulated) -> Program:
        """Nothing passes on lanes that are shut; it waits."""
        program, closed = stated.program, set(self.loss.closed if self.loss else ())
        rows = [row for row, name in enumerate(stated.data.controlled) if name in closed]
        shut, upper = slice(self.begins, self.begins + self.lasts), program.column_upper.copy()
        for name, most in (("exported", 0.0), ("waiting", np.inf)):
            ids = program.columns[name].ids[rows][:, shut].ravel()
            upper[ids[ids >= 0]] = most
        return replace(program, column_upper=upper)

    def _with_past(self, stated: Formulated, program: Program) -> Program:
        past = self.past
        if past is None:
            return program
        nothing = np.zeros(past.periods)
        order = np.array([past.order.get(source, nothing) for source in stated.data.sources])
        known = (
            ("contract_signed", past.signed.reshape(-1, 1)),
            ("contract_volume", past.volume.reshape(-1, 1)),
            ("qualification_started", past.started),
            ("order", order.reshape(len(stated.data.sources), past.periods)),
        )
        for name, values in known:
            ids = program.columns[name].ids[:, : values.shape[1]]
            program = pinned(program, ids[ids >= 0], values[ids >= 0])
        upper = program.column_upper.copy()
        ids = program.columns["shortage"].ids[:, : past.periods]
        missed = np.array([past.shortage.get(step, nothing) for step in shortage_steps(stated.data)])
        upper[ids[ids >= 0]] = (missed * (1 + NEAR) + NEAR)[ids >= 0]
        return replace(program, column_upper=upper)

    # How long needs are met -------------------------------------------------------------------------------------

    def days_met(self, demands: Collection[str]) -> float:
        """Days from the loss on which some demands are met together, all else being rearranged for them.

        Found by halving the periods met in full, each a linear program; the part of the next one is what can be served
        of it, with what arrives in it. Yes-or-no decisions may be halves here, which makes it an upper bound. See
        Simchi-Levi et al. (2015): time to survive.
        """
        days = self.case.calendar.days[self.begins :]
        reach = _LargestShortage.of(self.stated, demands, self.begins)
        full, short = 0, len(days) + 1
        while short - full > 1:
            middle = (full + short) // 2
            full, short = (middle, short) if reach.served(middle) is not None else (full, middle)
        part = (reach.served(full, full) or 0.0) if full < len(days) else 0.0
        return float(days[:full].sum() + (part * days[full] if full < len(days) else 0.0))

    def met_throughout(self, demands: Collection[str]) -> bool:
        """Whether some demands are met together to the end of the plan."""
        return (
            _LargestShortage.of(self.stated, demands, self.begins).served(len(self.case.calendar) - self.begins)
            is not None
        )

    def cheapest(self, solver: Solver) -> SolvedCase:
        """The response of least cost. solver: of the outages before. Raises SolveError when there is none."""
        solution = solver.solve(self.stated.formulation, self.stated.program)
        if solution.status not in (Status.OPTIMAL, Status.FEASIBLE):
            raise failed(solution)
        return SolvedCase(self.stated, solution)


@dataclass(frozen=True)
class _LargestShortage:
    """The program with one more column: the largest share missing of some demands in a period.

    shortage: ids by demand and period from the loss on, with their needs; rows: of the largest share.
    """

    program: Program
    shortage: tuple[tuple[Ints, Array], ...]
    first: int

    @staticmethod
    def of(stated: Formulated, demands: Collection[str], begins: int) -> "_LargestShortage":
        program, kinds = without_integers(stated.program), shortage_kinds(stated.data)
        steps = [
            step.demand if kind != SUBSTITUTE else ""
            for step, kind in zip(shortage_steps(stated.data), kinds, strict=True)
        ]
        names, pieces = [], []
        count = program.matrix.shape[1]
        for row, demand in enumerate(stated.case.demands):
            if demand.name in demands:
                mine = [number for number, name in enumerate(steps) if name == demand.name]
                ids, need = program.columns["shortage"].ids[mine][:, begins:], stated.data.need[row, begins:]
                names.append((ids, need))
                pieces += [_shares(ids[:, time], float(need[time]), count) for time in range(len(need))]
        added = sparse.vstack(pieces, format="csc")
        widest = sparse.csc_array(np.ones((len(pieces), 1)))
        left = sparse.vstack([program.matrix, -added], format="csc")
        right = sparse.vstack([sparse.csc_array((program.matrix.shape[0], 1)), widest], format="csc")
        whole = replace(
            program,
            matrix=sparse.csc_array(sparse.hstack([left, right], format="csc")),
            row_lower=np.append(program.row_lower, np.full(len(pieces), -np.inf)),
            row_upper=np.append(program.row_upper, np.full(len(pieces), np.inf)),
            column_lower=np.append(program.column_lower, 0.0),
            column_upper=np.append(program.column_upper, 1.0),
            cost=np.append(np.zeros(count), 1.0),
            offset=0.0,
            integer=np.zeros(count + 1, bool),
        )
        return _LargestShortage(whole, tuple(names), program.matrix.shape[0])

    def served(self, periods: int, part: int | None = None) -> float | None:
        """Share that can be served of every demand in period `part` when all before `periods` are met in full; 1 where
        no part is asked, None where they cannot be met."""
        upper, lower = self.program.column_upper.copy(), self.program.row_lower.copy()
        for number, (ids, need) in enumerate(self.shortage):
            full = ids[:, :periods]
            upper[full[full >= 0]] = 0.0
            if part is not None:
                lower[self.first + number * len(need) + part] = 0.0
        solved = run(hand_over(replace(self.program, column_upper=upper, row_lower=lower), Options()), False)
        if solved.status is not Status.OPTIMAL:
            return None
        share = 1.0 - solved.objective
        return 1.0 if share > 1 - NEAR else 0.0 if share < NEAR else share


def _shares(ids: Ints, need: float, count: int) -> sparse.csr_array:
    """A row: the share of a need that is missing."""
    present = ids[ids >= 0] if need > 0 else ids[:0]
    return sparse.csr_array(
        (np.full(len(present), 1 / max(need, 1e-12)), (np.zeros(len(present), int), present)), (1, count)
    )
