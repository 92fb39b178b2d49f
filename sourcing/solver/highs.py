"""HiGHS in the process: hand a program over, run it, change its numbers in place."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import highspy
import numpy as np

from sourcing.calendar import Array
from sourcing.errors import SolveError
from sourcing.solver.silence import silent
from sourcing.solver.stamp import Program

VERSION = f"{highspy.HIGHS_VERSION_MAJOR}.{highspy.HIGHS_VERSION_MINOR}.{highspy.HIGHS_VERSION_PATCH}"  # of HiGHS
LIMIT = 1e-9  # of the objective, relative: what a hold on it may give away


class Status(StrEnum):
    """What there is when the solver stops."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Options:
    """How to solve: relative gap of the integers, seconds (None: no limit), threads, which way (auto, extensive or
    lshaped, see `strategy`), and the seed of the solver, which changes nothing but its path."""

    gap: float = 1e-4
    time_limit: float | None = None
    threads: int = 1
    strategy: str = "auto"
    seed: int = 0


@dataclass(frozen=True)
class Progress:
    """Where a run stands: seconds, best cost found, proven bound, relative gap (inf: not yet)."""

    seconds: float
    incumbent: float
    bound: float
    gap: float


@dataclass(frozen=True)
class HighsRun:
    """What a run gave. `reason`: optimal, time limit, interrupted, or the solver's own word.

    values: shape (columns,). row_prices: change of the objective per unit of row bound, shape (rows,), None for a
    program with integers. seconds: of the solver alone. steps: of the simplex method.
    reduced_costs: change of the objective per unit of a column, shape (columns,), None as row_prices.
    """

    status: Status
    reason: str
    values: Array
    row_prices: Array | None
    objective: float
    bound: float
    gap: float
    seconds: float
    steps: int = 0
    reduced_costs: Array | None = None

    @classmethod
    def nothing(cls, reason: str = "") -> "HighsRun":
        """A run that ended before it gave anything."""
        return cls(Status.NOTHING, reason, np.zeros(0), None, np.inf, -np.inf, np.inf, 0.0)


Watch = Callable[[Progress], bool]
"""Called while the solver runs; returning True stops it."""


_FIRST = threading.Lock()


def instance() -> highspy.Highs:
    """An instance of HiGHS, the only door to one. HiGHS 1.16 prints two lines on stdout when a process makes its first,
    whatever the options, and nothing later; 1.15 prints nothing. So one is made in silence first."""
    with _FIRST:
        _first()
    return highspy.Highs()


@cache
def _first() -> None:
    """The first instance of this process, dropped with what is printed: 0.3 ms, never during a run."""
    with silent():
        highspy.Highs()


def hand_over(program: Program, options: Options, cutoff: float = math.inf) -> highspy.Highs:
    """A HiGHS instance that holds the program. cutoff: the objective from which on a plan is of no interest. Raises
    SolveError when HiGHS refuses an option or the program."""
    highs = instance()
    wanted: dict[str, Any] = {
        "output_flag": False,
        "mip_rel_gap": options.gap,
        "threads": options.threads,
        "random_seed": options.seed,
        # Leaves of small probability have small costs: at the default 1e-7 they would not be optimised.
        "dual_feasibility_tolerance": 1e-9,
    }
    if cutoff < math.inf:
        wanted["objective_bound"] = cutoff
    if options.time_limit is not None:
        wanted["time_limit"] = options.time_limit
    for name, value in wanted.items():
        if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
            raise SolveError(f"the solver refuses {name} = {value}")
    pass_model(highs, program)
    return highs


def pass_model(highs: highspy.Highs, program: Program) -> None:
    """Give a program to an instance, replacing what it holds."""
    rows, columns = program.matrix.shape
    status = highs.passModel(
        columns,
        rows,
        program.matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        program.offset,
        program.cost,
        program.column_lower,
        program.column_upper,
        program.row_lower,
        program.row_upper,
        program.matrix.indptr.astype(np.int32, copy=False),
        program.matrix.indices.astype(np.int32, copy=False),
        program.matrix.data,
        program.integer.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise SolveError("the solver refuses the program; this is a defect, please report the scenario")


def run(highs: highspy.Highs, integers: bool, watch: Watch | None = None) -> HighsRun:
    """Solve what an instance holds. integers: whether any column must be whole."""
    before = time.process_time()
    if watch is not None:
        _watch(highs, watch)
    if highs.run() == highspy.HighsStatus.kError and highs.getModelStatus() == _MODEL.kNotset:
        highs.resetGlobalScheduler(True)  # an instance before this one asked for another number of threads
        highs.run()
    if highs.getModelStatus() == _MODEL.kUnboundedOrInfeasible:
        highs.setOptionValue("presolve", "off")  # presolve cannot tell which of the two it is
        highs.run()
    seconds = time.process_time() - before
    info, status = highs.getInfo(), highs.getModelStatus()
    solution = highs.getSolution()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    stopped = _STATUS.get(status, Status.NOTHING)
    outcome = Status.FEASIBLE if stopped is Status.NOTHING and feasible and integers else stopped
    has = outcome in (Status.OPTIMAL, Status.FEASIBLE)
    bound = info.mip_dual_bound if integers else info.objective_function_value
    priced = has and not integers
    return HighsRun(
        status=outcome,
        reason=_REASON.get(status) or highs.modelStatusToString(status).lower(),
        values=_array(solution.col_value) if has else np.zeros(0),
        row_prices=_array(solution.row_dual) if priced else None,
        objective=info.objective_function_value if has else np.inf,
        bound=bound if has else -np.inf,
        gap=relative(info.objective_function_value, bound) if has else np.inf,
        seconds=seconds,
        steps=int(info.simplex_iteration_count),
        reduced_costs=_array(solution.col_dual) if priced else None,
    )


def _array(numbers: list[float]) -> Array:
    """Numbers as they come out of HiGHS; twice as fast as np.array."""
    return np.fromiter(numbers, float, len(numbers))


def allow(highs: highspy.Highs, seconds: float | None) -> None:
    """Let an instance run for so many seconds from now on, None: as long as it likes."""
    highs.setOptionValue("time_limit", math.inf if seconds is None else highs.getRunTime() + seconds)


def relative(value: float, bound: float) -> float:
    """Relative gap, inf while either is missing."""
    return max(value - bound, 0.0) / max(abs(value), 1e-9) if np.isfinite(value) and np.isfinite(bound) else np.inf


_MODEL = highspy.HighsModelStatus
_STATUS = {
    _MODEL.kOptimal: Status.OPTIMAL,
    _MODEL.kInfeasible: Status.INFEASIBLE,
    _MODEL.kUnbounded: Status.UNBOUNDED,
    _MODEL.kUnboundedOrInfeasible: Status.INFEASIBLE,
    _MODEL.kObjectiveBound: Status.INFEASIBLE,  # of what lies below a cutoff there is nothing
}
_REASON = {
    _MODEL.kOptimal: "optimal",
    _MODEL.kTimeLimit: "time limit",
    _MODEL.kInterrupt: "interrupted",
}


def _watch(highs: highspy.Highs, watch: Watch) -> None:
    """Call `watch` at every chance to interrupt."""
    kinds = highspy.cb.HighsCallbackType
    started = time.monotonic()

    def called(kind: int, message: str, out: Any, into: Any, data: Any) -> None:
        mip = kind == kinds.kCallbackMipInterrupt
        seconds = time.monotonic() - started
        incumbent = out.mip_primal_bound if mip else np.inf
        bound = out.mip_dual_bound if mip else -np.inf
        gap = relative(incumbent, bound) if mip else np.inf
        if watch(Progress(seconds, incumbent, bound, gap)):
            into.user_interrupt = True

    highs.setCallback(called, None)
    for kind in (kinds.kCallbackMipInterrupt, kinds.kCallbackSimplexInterrupt, kinds.kCallbackIpmInterrupt):
        highs.startCallback(kind)
