"""What `size` scaled and what it left, in one sentence."""

from collections.abc import Iterator

from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.paths import Path
from sourcing.scenario.size import amounts

WORDS = {
    "suppliers": "shared capacity",
    "offers": "volumes for sale",
    "contracts": "contract volumes",
    "stock": "storage",
    "opening_stock": "opening stock",
    "open_orders": "open orders",
    "demand": "need",
}
"""What the amounts of each subject are called."""

MOST = 4  # names in a list; the others are counted


def sizing(scenario: Scenario) -> Iterator[str]:
    """One sentence where `size` is not 1: what it scaled, and what stands as typed."""
    if scenario.size == 1:
        return
    scaled, typed = dict[str, list[str]](), dict[str, list[str]]()
    for path, quantity in amounts(scenario):
        names = (typed if quantity.scale == 1 else scaled).setdefault(_word(path), [])
        names += [] if _name(path) in names else [_name(path)]
    never = "prices, costs, shares, days, smallest orders, price breaks and amounts of rules are never scaled"
    if not scaled:
        yield (
            f"size {scenario.size:g} scales nothing: no amount is inherited from a file above the one that states it, "
            "and what is typed there is at this importer's own scale; leave size out, or extend a nation's model"
        )
        return
    left = f"{_listed(typed)} stand as typed" if typed else "nothing else is typed beside it or below"
    yield f"size {scenario.size:g} scaled what is inherited: {_counted(scaled)}; {left}; {never}"


def _word(path: Path) -> str:
    return WORDS.get(str(path[0]), "changes") if "changes" not in path else "changes"


def _name(path: Path) -> str:
    return str(path[path.index("changes") + 1] if "changes" in path else path[1])


def _counted(names_by_kind: dict[str, list[str]]) -> str:
    return ", ".join(f"{word} ({names[0] if len(names) == 1 else len(names)})" for word, names in names_by_kind.items())


def _listed(names_by_kind: dict[str, list[str]]) -> str:
    return ", ".join(f"{word} of {_some(names)}" for word, names in names_by_kind.items())


def _some(names: list[str]) -> str:
    if len(names) <= MOST:
        return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
    return f"{', '.join(names[: MOST - 1])} and {len(names) - MOST + 1} more"
