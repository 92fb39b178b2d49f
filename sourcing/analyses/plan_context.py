"""What a plan was made for: its tree, the regimes and their odds, and the restrictions in force with their sources."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sourcing.calendar import Array
from sourcing.case import Case
from sourcing.case.records import Future
from sourcing.futures.tree import MOST_NAMES, Tree
from sourcing.scenario.language.generation import ChainSpec
from sourcing.scenario.regime_library import regimes as library

TREE = ["node", "parent", "period", "probability", "futures", "signals"]
REGIMES = ["regime", "period", "probability", "odds_ever", "futures"]
RESTRICTIONS = ["restriction", "what", "from", "until", "source", "confidence"]


def nodes(case: Case, tree: Tree) -> pd.DataFrame:
    """Nodes of the tree within the plan, parents first: number, parent (-1 at the root), period, probability, the
    futures that share it and what is seen there first (measures that begin or are announced, free signals)."""
    future = {future.name: future for future in case.futures}
    rows = []
    for node in map(int, np.flatnonzero(tree.period < case.calendar.planned)):
        inside, time = tree.futures_of(node), int(tree.period[node])
        seen = [_seen(future[name], time) for name in inside]
        common = [text for text in seen[0] if all(text in other for other in seen)]
        rows.append(
            {
                "node": int(node),
                "parent": int(tree.parent[node]),
                "period": case.calendar.labels[time],
                "probability": float(tree.probability[node]),
                "futures": ", ".join(inside),
                "signals": "; ".join(common),
            }
        )
    return pd.DataFrame(rows, columns=TREE)


def _seen(future: Future, time: int) -> list[str]:
    """What a future shows in a period and not in the one before."""
    seen = []
    for restriction in future.restrictions:
        holds = restriction.cover > 0
        if holds[time] and (time == 0 or not holds[time - 1]):
            seen.append(f"{restriction.name} in force")
        elif not holds[time] and time and holds[time - 1]:
            seen.append(f"{restriction.name} ends")
        elif restriction.known_from == time < restriction.begins:
            seen.append(f"{restriction.name} announced")
    return seen + [text for period, text in future.signals if period == time]


def regimes(case: Case) -> pd.DataFrame:
    """Odds of each regime by period, of being in it at some time, and the futures in which it comes, or their number.

    Where futures are drawn from a chain of regimes: its states, one of which holds at the end of every period. Where
    they are typed: the measures, of which several may hold in a period; half a period counts as half.
    """
    odds = np.array([future.probability for future in case.futures])
    labels = case.calendar.labels[: case.calendar.planned]
    rows: list[dict[str, object]] = []
    for name, shares_by_period in _regimes(case):
        inside = np.asarray(shares_by_period[:, : len(labels)].any(axis=1), bool)
        names = [future.name for future, one in zip(case.futures, inside, strict=True) if one]
        said = ", ".join(names) if len(names) <= MOST_NAMES else str(len(names))
        shares, ever = np.asarray(odds @ shares_by_period), float(odds @ inside)
        rows += [
            dict(zip(REGIMES, (name, label, float(share), ever, said), strict=True))
            for label, share in zip(labels, shares[: len(labels)], strict=True)
        ]
    return pd.DataFrame(rows, columns=REGIMES)


def _regimes(case: Case) -> Iterator[tuple[str, Array]]:
    """Each regime with the share of every period in which it holds, by future, shape (futures, periods)."""
    chain, states = case.scenario.regimes, [future.states for future in case.futures]
    if isinstance(chain, ChainSpec) and all(states):
        for name, state in chain.states.items():
            shares = np.array([[one == name for one in path] for path in states], float)
            if shares.any():
                yield state.title or name, shares
        return
    for name in dict.fromkeys(restriction.name for future in case.futures for restriction in future.restrictions):
        parts = (
            [restriction.cover for restriction in future.restrictions if restriction.name == name]
            for future in case.futures
        )
        none = np.zeros(len(case.calendar))
        shares = np.array([np.minimum(sum(covers, none), 1.0) for covers in parts])
        if shares.any():
            yield name, shares


def restrictions(case: Case) -> pd.DataFrame:
    """Every restriction that holds in some future: what it reaches, its dates within the horizon, and its source."""
    rows: dict[str, dict[str, object]] = {}
    labels = case.calendar.labels
    for future in case.futures:
        for restriction in future.restrictions:
            in_force = [label for label, cover in zip(labels, restriction.cover, strict=True) if cover > 0]
            if not in_force:
                continue
            materials = dict.fromkeys(case.offer[name].material for name in restriction.offers)
            regime = library().get(restriction.regime)
            row = rows.setdefault(
                restriction.name,
                {
                    "restriction": restriction.name,
                    "what": ", ".join(materials),
                    "from": in_force[0],
                    "until": in_force[-1],
                    "source": regime.source if regime else "the author of the scenario",
                    "confidence": regime.confidence if regime else "assumption",
                },
            )
            row["from"], row["until"] = min(str(row["from"]), in_force[0]), max(str(row["until"]), in_force[-1])
    return pd.DataFrame(rows.values(), columns=RESTRICTIONS)
