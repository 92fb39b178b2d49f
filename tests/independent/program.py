"""A linear program with yes-or-no columns, stated row by row and solved by scipy."""

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Terms = Iterable[tuple[float, int]]
"""Coefficients and columns."""


@dataclass
class Program:
    """Columns by name with their cost and bounds, and rows low <= sum of terms <= high."""

    columns: dict[Hashable, int] = field(default_factory=dict)
    cost: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def column(self, *name: Hashable, high: float = math.inf, low: float = 0.0, whole: bool = False) -> int:
        """The column of a name, made where there is none."""
        if name not in self.columns:
            self.columns[name] = len(self.cost)
            self.cost.append(0.0)
            self.low.append(low)
            self.high.append(high)
            self.whole.append(int(whole))
        return self.columns[name]

    def pay(self, terms: Terms) -> None:
        """Add terms to the objective."""
        for number, column in terms:
            self.cost[column] += number

    def row(self, terms: Terms, low: float = -math.inf, high: float = math.inf) -> None:
        """Add a row."""
        summed: dict[int, float] = {}
        for number, column in terms:
            summed[column] = summed.get(column, 0.0) + number
        self.rows.append((summed, low, high))

    def least(self, gap: float = 1e-9, seconds: float = 60.0) -> float | None:
        """The least value of the objective; None where there is no solution. Raises RuntimeError where neither is
        proven in time."""
        at = [(row, column, number) for row, (terms, _, _) in enumerate(self.rows) for column, number in terms.items()]
        rows, columns, numbers = (np.array(part) for part in zip(*at, strict=True))
        matrix = csr_array((numbers, (rows, columns)), shape=(len(self.rows), len(self.cost)))
        limits = LinearConstraint(matrix, [low for _, low, _ in self.rows], [high for _, _, high in self.rows])
        found = milp(
            np.array(self.cost),
            integrality=np.array(self.whole),
            bounds=Bounds(np.array(self.low), np.array(self.high)),
            constraints=limits,
            options={"mip_rel_gap": gap, "time_limit": seconds},
        )
        if found.status == 2:
            return None
        if found.status != 0:
            raise RuntimeError(found.message)
        return float(found.fun)
