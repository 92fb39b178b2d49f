"""How far an analysis is: steps done, of all."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[int, int], None]
"""Called with the steps done and all of them."""


@dataclass
class StepCounter:
    """Counts steps done, never more than all, and tells who wants to know."""

    progress: Progress | None
    whole: int
    done: int = 0

    def __call__(self, steps: int = 1) -> None:
        self.done = min(self.done + steps, self.whole)
        if self.progress is not None:
            self.progress(self.done, self.whole)
