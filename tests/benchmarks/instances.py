"""Instances of the Japanese model of any size: many futures, each with a ban of its own."""

import random
from typing import Any

import sourcing
from sourcing.scenario import Scenario

PERIODS = 24


def document(futures: int, seed: int = 1) -> dict[str, Any]:
    """Futures part in the second month, by a signal; about eleven thousand nonzeros each."""
    rng = random.Random(seed)
    return {
        "title": "generated",
        "extends": "japan",
        "horizon": {"start": "2027-01", "periods": PERIODS},
        "futures": {f"f{number}": _future(rng, number, 1 / futures) for number in range(futures)},
    }


def _future(rng: random.Random, number: int, probability: float) -> dict[str, Any]:
    start, length = rng.randrange(2, PERIODS - 6), rng.randrange(3, 12)
    ban = {
        "where": {"origin": "China"},
        "from": _month(start),
        "until": _month(start + length),
        "approval": round(rng.random() * 0.5, 3),
        "links": True,
        "price_elsewhere": round(1 + rng.random() * 2, 3),
    }
    return {"probability": probability, "restrictions": {"ban": ban}, "signals": {_month(1): f"s{number}"}}


def _month(number: int) -> str:
    return f"{2027 + number // 12}-{number % 12 + 1:02d}"


def decided_now(futures: int) -> Scenario:
    """The same with every qualification decided now: few whole numbers, so that the solver ends in minutes."""
    stated = document(futures)
    tested = [name for name, offer in sourcing.load(stated).offers.items() if offer.qualification]
    stated["offers"] = {name: {"qualification": {"decide": "now"}} for name in tested}
    return sourcing.load(stated)
