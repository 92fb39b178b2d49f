"""The plan of many futures on MPI beside that of this process: the same cost, contracts and first orders.

mpiexec -n 3 python -m mpi4py.futures tests/environments/mpi.py
"""

import sys
from pathlib import Path

from mpi4py.futures import MPIPoolExecutor

import sourcing

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "japan_regimes.yaml"
TYPED, VARIED = EXAMPLE.with_name("magnet_maker.yaml"), ["size=0.04:0.06:7"]
SMALLER = ("sample.count=60", "sample.keep=24", "horizon.periods=10")
NEAR = 1e-6


def alike(one: list[float], other: list[float], near: float = NEAR) -> bool:
    """Whether two lists hold the same numbers."""
    return len(one) == len(other) and all(abs(left - right) < near for left, right in zip(one, other, strict=True))


def main() -> int:
    """How many of four comparisons fail."""
    whole = sourcing.solve(EXAMPLE, gap=1e-5, strategy="extensive", overrides=SMALLER)
    with MPIPoolExecutor() as pool:
        found = sourcing.solve(EXAMPLE, gap=1e-5, strategy="lshaped", executor=pool, overrides=SMALLER)
        swept = sourcing.sweep(TYPED, VARIED, executor=pool).points
    alone = sourcing.sweep(TYPED, VARIED).points
    first = whole.stockpile["period"].min()
    orders, others = (plan.orders[plan.orders["period"] == first].reset_index(drop=True) for plan in (whole, found))
    wrong = [
        name
        for name, same in (
            ("cost", abs(found.cost / whole.cost - 1) < NEAR),
            ("contracts", whole.contracts["decision"].equals(found.contracts["decision"])),
            ("points of a sweep", alike(alone["cost"].tolist(), [*swept["cost"]], NEAR * alone["cost"].max())),
            ("first orders", alike(orders["quantity"].tolist(), others["quantity"].tolist())),
        )
        if not same
    ]
    print(f"{found.manifest.strategy} on MPI, {found.cost:.6g} beside {whole.cost:.6g}: {', '.join(wrong) or 'equal'}")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
