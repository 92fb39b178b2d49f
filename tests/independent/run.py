"""Compare many random scenarios with the independent statement.

    PYTHONPATH=. python tests/independent/run.py 5000         # a second number is the first seed

prints every seed whose costs differ, and ends with code 1 if there is any.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.independent.compare import compared


def main(count: int, first: int = 0) -> int:
    """Seeds from `first` on, every fourth of them with rules; how many differ."""
    differ = refused = none = 0
    for seed in range(first, first + count):
        found = compared(seed, rules=seed % 4 == 3)
        refused += bool(found.refused)
        none += not found.refused and found.mine is None
        if not found.equal:
            differ += 1
            print(found, flush=True)
    print(f"{count} scenarios: {differ} differ, {none} have no plan in both, {refused} were refused")
    return differ


if __name__ == "__main__":
    sys.exit(int(main(*map(int, sys.argv[1:3] or ["2000"])) > 0))
