"""What a plan was made for: its tree, and the restrictions in force with their sources."""

import pandas as pd

from sourcing.case import Case
from sourcing.case.values import Future
from sourcing.scenario.regimes import regimes
from sourcing.tree import Tree

TREE = ["node", "parent", "period", "probability", "futures", "signals"]
RESTRICTIONS = ["restriction", "what", "from", "until", "source", "confidence"]


def nodes(case: Case, tree: Tree) -> pd.DataFrame:
    """Nodes of the tree, parents first: number, parent (-1 at the root), period, probability, the futures that share it
    and what is seen there first (measures that begin or are announced, free signals)."""
    future = {future.name: future for future in case.futures}
    rows = []
    for node in range(tree.nodes):
        inside, time = tree.futures_of(node), int(tree.period[node])
        seen = [_seen(future[name], time) for name in inside]
        common = [text for text in seen[0] if all(text in other for other in seen)]
        rows.append(
            {
                "node": node,
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
    found = []
    for part in future.restrictions:
        holds = part.cover > 0
        if holds[time] and (time == 0 or not holds[time - 1]):
            found.append(f"{part.name} in force")
        elif not holds[time] and time and holds[time - 1]:
            found.append(f"{part.name} ends")
        elif part.known_from == time < part.begins:
            found.append(f"{part.name} announced")
    return found + [text for period, text in future.signals if period == time]


def restrictions(case: Case) -> pd.DataFrame:
    """Every restriction that holds in some future: what it reaches, its dates within the horizon, and its source."""
    found: dict[str, dict[str, object]] = {}
    labels = case.calendar.labels
    for future in case.futures:
        for part in future.restrictions:
            held = [label for label, cover in zip(labels, part.cover, strict=True) if cover > 0]
            if not held:
                continue
            materials = dict.fromkeys(case.offer[name].material for name in part.offers)
            regime = regimes().get(part.regime)
            row = found.setdefault(
                part.name,
                {
                    "restriction": part.name,
                    "what": ", ".join(materials),
                    "from": held[0],
                    "until": held[-1],
                    "source": regime.source if regime else "the author of the scenario",
                    "confidence": regime.confidence if regime else "assumption",
                },
            )
            row["from"], row["until"] = min(str(row["from"]), held[0]), max(str(row["until"]), held[-1])
    return pd.DataFrame(found.values(), columns=RESTRICTIONS)
