"""Where the method stands: the clock and what it tells, the best point of a phase, the best plan."""

import math
import time
from dataclasses import dataclass, field

from sourcing.calendar import Array
from sourcing.solver.decomposition.recourse import DecidedSubtree
from sourcing.solver.halt import INTERRUPTED, MOMENT, SHORTEST, TIME_LIMIT, StoppedError
from sourcing.solver.highs import Progress, Watch, relative


class ImpossibleError(Exception):
    """No values of the columns satisfy all rows."""


@dataclass
class Clock:
    """What is told to the watch, and when to end. told: the cost and the bound that it was told last."""

    watch: Watch | None
    limit: float | None
    started: float = field(default_factory=time.monotonic)
    told: tuple[float, float] = (math.inf, -math.inf)

    @property
    def seconds(self) -> float:
        """Seconds that have passed since the start."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float | None:
        """Seconds that a run may still take, None: as many as it likes."""
        return None if self.limit is None else max(self.limit - self.seconds, SHORTEST)

    def tell(self, incumbent: float, bound: float) -> None:
        """Report, and raise StoppedError when it is time to end."""
        self.told = incumbent, bound
        self.check()

    def check(self) -> None:
        """Raise StoppedError when it is time to end."""
        if self.watch is not None and self.watch(Progress(self.seconds, *self.told, relative(*self.told))):
            raise StoppedError(INTERRUPTED)
        if self.limit is not None and self.seconds > self.limit:
            raise StoppedError(TIME_LIMIT)

    def hurry(self) -> None:
        """From here on nobody is asked, and there is as much time again as was taken so far: for a first plan."""
        self.watch, self.limit = None, 2 * self.seconds + MOMENT


@dataclass(frozen=True)
class IntegerPlan:
    """A plan with whole numbers: the master's values, each subtree's, prices of the master's rows, the cost in all."""

    values: Array
    subtrees: tuple[DecidedSubtree, ...]
    row_prices: Array
    objective: float


@dataclass(frozen=True)
class ConvergedPhase:
    """The best point of a phase with its value, and the bound of the phase."""

    values: Array
    value: float
    bound: float
