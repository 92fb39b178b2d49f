"""Two thousand mutants of what is shipped: read or refused, quickly and politely, and nothing is touched."""

import pytest

from tests.fuzz import run, scaled

MUTANTS, SEED = 2000, 20270101


def test_two_thousand_mutants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCING_DEBUG", raising=False)
    fates, failures = run(MUTANTS, SEED)
    assert not failures.count, "\n".join(f"{what}\n{told}" for what, (_, told) in failures.smallest.items())
    assert fates["refused"] + fates["accepted"] >= MUTANTS
    assert fates["refused"] > MUTANTS / 4, "the mutants are too tame"
    assert fates["accepted"] > MUTANTS / 8, "the mutants are too wild"


def test_a_mutation_takes_whole_numbers_beyond_any_float() -> None:
    """20,000 mutants once ended in a number of 400 digits, which the mutation itself could not scale."""
    assert scaled(10**400, 2.0) == -(10**400)
    assert scaled(5, 2.0) == 10
    assert scaled("3 t", 2.0) == "6 t"
