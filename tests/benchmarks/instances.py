"""Instances of the Japanese model of any size: many futures, each with a ban of its own."""

import random
from collections import Counter
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


# A tree in which regimes follow each other ----------------------------------------------------------------------------

REGIMES = {
    "relief": {"relief": 0.70, "as now": 0.25, "ban": 0.05},
    "as now": {"relief": 0.15, "as now": 0.65, "ban": 0.20},
    "ban": {"relief": 0.05, "as now": 0.35, "ban": 0.60},
}
QUARTER = 3


def markov(futures: int, seed: int = 1) -> dict[str, Any]:
    """Futures sampled from a chain of regimes that may change each quarter, seen when it does; a future that comes
    twice counts twice."""
    rng = random.Random(seed)
    paths = Counter(_path(rng) for _ in range(futures))
    return {
        "title": "generated chain",
        "extends": "japan",
        "horizon": {"start": "2027-01", "periods": PERIODS},
        "futures": {f"f{number}": _chain(path, count / futures) for number, (path, count) in enumerate(paths.items())},
    }


def _path(rng: random.Random) -> tuple[str, ...]:
    state, found = "as now", []
    for _ in range(PERIODS // QUARTER):
        found.append(state)
        state = rng.choices(list(REGIMES[state]), list(REGIMES[state].values()))[0]
    return tuple(found)


def _chain(path: tuple[str, ...], probability: float) -> dict[str, Any]:
    """Of each quarter its regime: nothing more than today's measures, less of them, or a ban with dear alternatives."""
    measures = {}
    for number, state in enumerate(path):
        begin, end = _month(number * QUARTER), _month(number * QUARTER + QUARTER - 1)
        if state == "ban":
            measures[f"ban {number}"] = {
                "where": {"origin": "China"},
                "from": begin,
                "until": end,
                "approval": 0.1,
                "links": True,
                "price_elsewhere": 2.0,
            }
        elif state == "relief":
            measures[f"calm {number}"] = {"where": {"origin": "China"}, "from": begin, "until": end, "price": 0.9}
    return {"probability": probability, "restrictions": measures}
