"""Yes-or-no decisions near a relaxation: rounded, then each doubtful one tried the other way."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints, Mask
from sourcing.solver.highs import HighsRun, Status

CLEAR = 1e-6  # as near to yes or no as this is one of them
MOST = 40  # trials after which no single neighbour is tried; counted, for trials are the same on every machine
PAIRS = 3  # times as many trials after which no pair is tried: a search of HiGHS takes longer
FEWER = 200, 1_000_000  # yeses that are tried without at most, and nonzeros of all programs that this solves
BETTER = 1e-9  # relative: a smaller gain is the noise of the solver


def decided_by_price(relaxed: HighsRun, whole: Ints, best: HighsRun) -> tuple[Ints, Array]:
    """Which yes-or-no decisions no better plan can turn over, and how they stand: the relaxation alone would cost more
    than the best plan known. Reduced-cost fixing: Dantzig, Fulkerson & Johnson (1954), Crowder et al. (1983).

    whole: ids of the integer columns. Returns ids and their values.
    """
    if relaxed.reduced_costs is None:
        return np.zeros(0, np.int64), np.zeros(0)
    slack = max(best.objective - relaxed.objective, 0.0) * (1 + 1e-6) + BETTER * max(abs(best.objective), 1.0)
    cost, value = relaxed.reduced_costs[whole], relaxed.values[whole]
    no, yes = (value < CLEAR) & (cost > slack), (value > 1 - CLEAR) & (cost < -slack)
    return whole[no | yes], np.where(yes, 1.0, 0.0)[no | yes]


class CostFloor(NamedTuple):
    """What any decisions y cost at least: level + slope @ y, slope of shape (integers,)."""

    level: float
    slope: Array

    @classmethod
    def of(cls, relaxed: HighsRun, whole: Ints, decided: Array) -> "CostFloor | None":
        """What a solved program says of all decisions: the reduced costs of the integer columns, Benders (1962)."""
        if relaxed.status is not Status.OPTIMAL or relaxed.reduced_costs is None:
            return None
        slope = relaxed.reduced_costs[whole]
        return cls(relaxed.objective - float(slope @ decided), slope)


@dataclass
class Trials:
    """Solves a program with its yes-or-no decisions at given values, and counts what that takes.

    solve: values of the integer columns, shape (integers,), to what comes of them. whole: ids of these columns. goal:
    the cost at which decisions are good enough; as long as they are not, pairs are tried as well. floors: what is
    proven of all decisions by those that were solved. most: trials after which no further neighbour is tried. ended:
    whether time is over.
    """

    solve: Callable[[Array], HighsRun]
    whole: Ints
    goal: float
    floors: list[CostFloor] = field(default_factory=list)
    most: int = MOST
    count: int = 0
    seconds: float = 0.0
    ended: Callable[[], bool] = lambda: False

    def __call__(self, decided: Array) -> HighsRun:
        """The best plan with the given decisions."""
        solved = self.solve(decided)
        self.count += 1
        self.seconds += solved.seconds
        if floor := CostFloor.of(solved, self.whole, decided):
            self.floors.append(floor)
        return solved

    def least(self, decided: Array) -> float:
        """What some decisions cost at least, as far as proven."""
        return max((floor.level + float(floor.slope @ decided) for floor in self.floors), default=-np.inf)


def best_near(relaxed: Array, known: Sequence[Array], trials: Trials) -> tuple[Array, HighsRun] | None:
    """The best decisions found near a relaxation, with their solution; None when none can be kept.

    relaxed: values of the integer columns, shape (integers,). known: decisions that were best elsewhere, after their
    own neighbours had been tried; where one of them is best again, these are not.
    """
    best: tuple[Array, HighsRun] | None = None
    for decided in known:
        best = _better(best, decided, trials)
    incumbent = best
    tried = {decided.tobytes() for decided in known}
    for decided in _roundings(relaxed):
        if decided.tobytes() not in tried:
            tried.add(decided.tobytes())
            best = _better(best, decided, trials)
    return best if best is None or best is incumbent else _improved(best, relaxed, trials)


def _roundings(relaxed: Array) -> tuple[Array, ...]:
    """Ways to round a relaxation.

    A flow needs its opening, so that rounding up keeps what the relaxation wants and costs the openings alone; a tenth
    of an opening is often the trickle that a minimum volume forbids.
    """
    return tuple(np.where(relaxed > least, 1.0, 0.0) for least in (CLEAR, 0.1, 0.5))


def _improved(best: tuple[Array, HighsRun], relaxed: Array, trials: Trials) -> tuple[Array, HighsRun]:
    """Doubtful decisions the other way, one after the other, kept where that is better; then two at once, a yes for a
    no, such as a test that begins earlier: HiGHS would search for that many times as long."""
    doubtful: list[int] = np.flatnonzero((relaxed > CLEAR) & (relaxed < 1 - CLEAR)).tolist()
    for column in doubtful:
        if trials.count >= trials.most or trials.ended():
            break
        best = _turned(best, [column], trials)
    for pair in itertools.combinations(doubtful, 2):
        if best[1].objective <= trials.goal or trials.count >= PAIRS * trials.most or trials.ended():
            break
        if best[0][pair[0]] != best[0][pair[1]]:
            best = _turned(best, list(pair), trials)
    return best


def with_fewer(
    best: tuple[Array, HighsRun], allowed: float, free: Mask, nonzeros: int, trials: Trials
) -> tuple[Array, HighsRun]:
    """The decisions with as few yeses as a cost allows, each tried without, the least wanted first.

    allowed: the most that the plan may cost. free: which decisions may be a no, shape (integers,); the integer columns
    stand in the order in which they are tried. nonzeros: of the program; of a large one fewer are tried.
    """
    first, most = trials.count, min(FEWER[0], FEWER[1] // max(nonzeros, 1))
    for column in np.flatnonzero((best[0] > 0.5) & free):
        if trials.count - first >= most:
            break
        other = best[0].copy()
        other[column] = 0.0
        if trials.least(other) > allowed:
            continue
        trial = trials(other)
        if trial.status is Status.OPTIMAL and trial.objective <= allowed:
            best = other, trial
    return best


def _turned(best: tuple[Array, HighsRun], columns: list[int], trials: Trials) -> tuple[Array, HighsRun]:
    """The better of the best and of it with some decisions turned over."""
    other = best[0].copy()
    other[columns] = 1.0 - other[columns]
    return _better(best, other, trials) or best


def _better(best: tuple[Array, HighsRun] | None, decided: Array, trials: Trials) -> tuple[Array, HighsRun] | None:
    """The better of the best so far and of what comes of some decisions, which are not solved where those solved
    before prove that they cost no less."""
    wanted = best[1].objective - BETTER * max(abs(best[1].objective), 1.0) if best else np.inf
    if trials.least(decided) >= wanted:
        return best
    trial = trials(decided)
    return (decided, trial) if trial.status is Status.OPTIMAL and trial.objective < wanted else best
