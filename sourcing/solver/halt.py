"""When a solve must end: its time is over, or who watches it says so."""

import math
import time
from dataclasses import dataclass, field, replace

from sourcing.solver.highs import Options, Progress, Watch, relative

SHORTEST = 1e-3  # seconds that a run is given at least: HiGHS takes 0 for none at all
MOMENT = 1.0  # seconds beyond the end that may be taken for what makes a plan of what was found
TIME_LIMIT = "time limit"
INTERRUPTED = "interrupted"


class StoppedError(Exception):
    """Time is over or the watch says so. `reason` as of a run."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Halt:
    """One end for all the runs that a solve is made of. limit: seconds from now, None: no limit.

    reason: why it ends, "" while it goes on. Once it has ended it stays so.
    """

    limit: float | None = None
    watch: Watch | None = None
    reason: str = ""
    started: float = field(default_factory=lambda: time.monotonic())

    @property
    def seconds(self) -> float:
        """Seconds that have passed since the start."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float | None:
        """Seconds that a run may still take, None: as many as it likes."""
        return None if self.limit is None else max(self.limit - self.seconds, SHORTEST)

    @property
    def over(self) -> bool:
        """Whether the time is up or the watch asked to stop."""
        if not self.reason and self.limit is not None and self.seconds >= self.limit:
            self.reason = TIME_LIMIT
        return bool(self.reason)

    def within(self, options: Options) -> Options:
        """Copy of the options with the time that is left as their limit."""
        return replace(options, time_limit=self.left)

    def tell(self, progress: Progress) -> bool:
        """A watch for one of the runs: passes on where it stands; True where it must end. Time HiGHS keeps itself."""
        if self.watch is not None and self.watch(progress):
            self.reason = self.reason or INTERRUPTED
        return self.reason == INTERRUPTED

    def listen(self, incumbent: float = math.inf, bound: float = -math.inf) -> Watch | None:
        """A watch for a run that says nothing of the whole, of which these are known; None where nobody watches."""
        if self.watch is None:
            return None
        gap = relative(incumbent, bound)
        return lambda progress: self.tell(Progress(self.seconds, incumbent, bound, gap))
