"""How little the best plan could cost: the same problem made from other samples, and solved."""

import math
from dataclasses import dataclass, replace

import numpy as np
import scipy

from sourcing.analyses.case_solver import CaseSolver, UnprovenPlans
from sourcing.analyses.robustness.rolling_planner import alone, loosened
from sourcing.calendar import Array
from sourcing.case import Case
from sourcing.case.attitude import neutral
from sourcing.case.generation.generated import afresh, merged
from sourcing.solver.highs import Options

SURE = 0.95  # of an interval, both its ends together


@dataclass(frozen=True)
class Replica:
    """One problem to be made and solved. case: prepared as it is lived; futures: how many are drawn; number: from 1."""

    case: Case
    options: Options
    futures: int
    seed: int
    number: int


@dataclass(frozen=True)
class ReplicaResult:
    """What the best plan of a replication comes to, its proven bound, and what its futures come to on average when each
    is known from the start [currency]."""

    cost: float
    bound: float
    known: float


def replicated(task: Replica, unproven: UnprovenPlans) -> ReplicaResult:
    """The best plan for another sample of the case, by expected cost, rules aside. Raises SolveError without one.

    Futures are drawn, equally likely, and none is left out: a plan for the true problem that decides by what the tree
    shows (regimes, lots licensed, bands of prices and needs) can be carried out on this tree too, and its mean cost
    there is right on average; the best plan of the tree costs no more. So the mean of such optima is at most the true
    optimum: Mak, Morton and Wood (1999), Oper. Res. Lett. 24; of trees Shapiro (2003), Math. Program. 97. That needs
    futures drawn and not chosen: kept ones would not be right on average. It holds for plans that decide by what the
    tree shows; who re-plans every month sees every price besides.
    """
    drawn = merged(afresh(task.case, task.futures, task.seed, task.number))
    loose = neutral(loosened(task.case))
    solved = CaseSolver(task.options, unproven=unproven).at(replace(loose, futures=drawn.futures))
    solver = CaseSolver(task.options, unproven=unproven)
    known = [solver.of(alone(loose, future)).cost for future in drawn.futures]
    return ReplicaResult(solved.cost, solved.bound, float(drawn.probability @ np.array(known)))


@dataclass(frozen=True)
class OptimalityGap:
    """How much less a better plan could cost at most [currency]. mean: what it is taken to be; at_most: its one-sided
    end, 95 % sure."""

    mean: float
    at_most: float


def improvable(lived: Array, best: Array) -> OptimalityGap:
    """Gap between a plan in futures lived and the best plans of replications, each less foresight in its own futures.

    lived: what the plan costs more than foresight in each future lived; best: what the bound of each replication is
    above foresight in its futures. Foresight has the same mean in both, so that it cancels, and with it most of what
    chance does to either (a control variate). The ends of both are added (Bonferroni), each by Student's t: Mak, Morton
    and Wood (1999), section 3; Bayraksan and Morton (2006), Math. Program. 108.

    >>> found = improvable(np.array([11.0, 12.0, 13.0]), np.array([9.0, 10.0, 11.0]))
    >>> found.mean, round(found.at_most, 3)  # 2 + 2 x 4.303 / sqrt(3)
    (2.0, 6.968)
    """
    gap = float(lived.mean() - best.mean())
    return OptimalityGap(gap, gap + half_width(lived) + half_width(best))


def half_width(values: Array) -> float:
    """Half of the interval of 95 % of a mean (Student's t)."""
    count = len(values)
    return float(scipy.stats.t.ppf((1 + SURE) / 2, count - 1) * np.std(values, ddof=1) / math.sqrt(count))
