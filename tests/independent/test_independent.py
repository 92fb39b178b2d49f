"""Random small scenarios cost what an independent statement of the mathematics says."""

import pytest

from .compare import compared

SEEDS = 200
RULES = 50
STEP = 25


@pytest.mark.parametrize("first", range(0, SEEDS, STEP))
def test_two_statements_agree(first: int) -> None:
    """Two futures, CVaR, lots, order costs, stock, capacity, prices, border, contracts, ends and discounting."""
    found = [compared(seed) for seed in range(first, first + STEP)]
    assert not [str(one) for one in found if not one.equal]
    assert sum(not one.refused for one in found) >= STEP - 3


@pytest.mark.parametrize("first", range(0, RULES, STEP))
def test_two_statements_agree_on_rules(first: int) -> None:
    """The same with shares, budgets, volumes and numbers of suppliers."""
    found = [compared(seed, rules=True) for seed in range(10_000 + first, 10_000 + first + STEP)]
    assert not [str(one) for one in found if not one.equal]
    assert sum(not one.refused for one in found) >= STEP - 3
