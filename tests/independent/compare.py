"""One scenario solved by sourcing and by the statement."""

from dataclasses import dataclass
from typing import Any

import sourcing
from sourcing.errors import ScenarioError, SolveError

from .generator import scenario
from .rows import least_cost

GAP = 1e-9
RELATIVE = 1e-6


@dataclass(frozen=True)
class Compared:
    """The least cost of both, None where there is no plan; refused: why the scenario is no sensible one."""

    seed: int
    mine: float | None = None
    other: float | None = None
    refused: str = ""

    @property
    def equal(self) -> bool:
        """To a millionth of the cost, or of one dollar."""
        if self.mine is None or self.other is None:
            return self.mine is self.other
        return abs(self.mine - self.other) <= RELATIVE * max(abs(self.mine), abs(self.other), 1.0)

    def __str__(self) -> str:
        return f"seed {self.seed}: sourcing {self.mine}, statement {self.other}"


def compared(seed: int, rules: bool = False, beyond: bool = False) -> Compared:
    """Both answers for the scenario of a seed."""
    said: dict[str, Any] = scenario(seed, rules, beyond)
    try:
        mine = sourcing.solve(said, gap=GAP, quick=True).cost
    except ScenarioError as error:
        return Compared(seed, refused=str(error))
    except SolveError as error:
        if "no plan" not in str(error):
            raise
        if "no purchase" in str(error):  # kept by buying nothing, which nobody means
            return Compared(seed, refused=str(error))
        mine = None
    return Compared(seed, mine, least_cost(said, GAP))
