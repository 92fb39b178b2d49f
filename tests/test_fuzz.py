"""Two thousand mutants of what is shipped: read or refused, quickly and politely, and nothing is touched."""

import pytest

from .fuzz import run

MUTANTS, SEED = 2000, 20270101


def test_two_thousand_mutants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCING_DEBUG", raising=False)
    fates, failures = run(MUTANTS, SEED)
    assert not failures.count, "\n".join(f"{what}\n{told}" for what, (_, told) in failures.smallest.items())
    assert fates["refused"] + fates["accepted"] >= MUTANTS
    assert fates["refused"] > MUTANTS / 4, "the mutants are too tame"
    assert fates["accepted"] > MUTANTS / 8, "the mutants are too wild"
