"""Where the method stands: the clock and what it tells, the best point of a phase, the best plan."""

import time
from dataclasses import dataclass, field

from sourcing.periods import Array
from sourcing.program.decomposition.recourse import Decided
from sourcing.program.halt import INTERRUPTED, MOMENT, TIME_LIMIT
from sourcing.program.highs import Progress, Watch, relative


class StoppedError(Exception):
    """Time is over or the watch says so. `reason` as of a run."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ImpossibleError(Exception):
    """Nothing satisfies all rows."""


@dataclass
class Clock:
    """What is told to the watch, and when to end."""

    watch: Watch | None
    limit: float | None
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.started

    def tell(self, incumbent: float, bound: float) -> None:
        """Report, and raise StoppedError when it is time to end."""
        gap = relative(incumbent, bound)
        if self.watch is not None and self.watch(Progress(self.seconds, incumbent, bound, gap)):
            raise StoppedError(INTERRUPTED)
        self.check()

    def check(self) -> None:
        """Raise StoppedError when time is over."""
        if self.limit is not None and self.seconds > self.limit:
            raise StoppedError(TIME_LIMIT)

    def hurry(self) -> None:
        """From here on nobody is asked, and there is as much time again as was taken so far: for a first plan."""
        self.watch, self.limit = None, 2 * self.seconds + MOMENT


@dataclass(frozen=True)
class Plan:
    """A plan with whole numbers: the master's values, each subtree's, prices of the master's rows, the cost in all."""

    values: Array
    subtrees: tuple[Decided, ...]
    row_prices: Array
    objective: float


@dataclass(frozen=True)
class Converged:
    """The best point of a phase with its value, and the bound of the phase."""

    values: Array
    value: float
    bound: float
