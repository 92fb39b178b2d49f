"""Where a dated number begins after the plan does, and where the plan begins before the day that was asked for."""

from collections.abc import Iterator

from sourcing.case.case import Case
from sourcing.scenario.language.base import Dated

MOST = 6  # names in a list; the others are counted


def begins_earlier(case: Case) -> Iterator[str]:
    """The plan has whole periods only: the first is the one that holds the start."""
    start, first, period = case.scenario.horizon.start, case.calendar.edges[0], case.calendar.period
    if start.first != first:
        shorter = {"year": "period: quarter or month", "quarter": "period: month", "month": "period: week"}[period]
        yield (
            f"horizon: {start.text} lies within a {period}, and periods are whole: the plan begins on {first}; write "
            f"start: {first:%Y-%m}, or {shorter} to begin on {start.first}"
        )


def begins_late(case: Case) -> Iterator[str]:
    """Rates are nothing before their first date; prices and costs hold before theirs. One sentence for each kind.

    What an offer can sell from a date on and states its row or its reason is meant so.
    """
    for kind, (what, names) in _late(case).items():
        if names:
            listed = ", ".join(f"{name} ({date})" for name, date in names[:MOST])
            more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
            yield f"{kind}: {what}: {listed}{more}; the plan begins on {case.calendar.edges[0]}"


def never_needed(case: Case) -> Iterator[str]:
    """Needs that are nothing all the time, whatever comes."""
    moved = {
        name
        for future in case.futures
        for change in future.changes
        if change.what == "need" and change.how != "times"
        for name in change.names
    }
    for demand in case.demands:
        if not demand.need.any() and demand.name not in moved:
            yield f"demand {demand.name}: nothing is needed in any period of the plan: it asks for no order"


def _late(case: Case) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """What is said of each kind of dated number, with the names of those that begin after the plan and their dates."""
    scenario = case.scenario
    offers = {offer.name: scenario.offers[offer.name] for offer in case.offers}
    selling = {offer_spec.supplier for offer_spec in offers.values()}
    kinds: dict[str, tuple[str, list[tuple[str, Dated | None]]]] = {
        "need": (
            "nothing is needed before its first date",
            [(n, demand.need) for n, demand in scenario.demand.items()],
        ),
        "expected": (
            "nothing runs before its first date",
            [(name, offer_spec.expected) for name, offer_spec in offers.items() if not _sourced(offer_spec.expected)],
        ),
        "committed": (
            "nothing is sold to others before its first date",
            [
                (name, offer_spec.committed)
                for name, offer_spec in offers.items()
                if not _sourced(offer_spec.committed) and not _first(case, offer_spec.expected)
            ],
        ),
        "capacity": (
            "there is none before its first date",
            [(name, supplier.capacity) for name, supplier in scenario.suppliers.items() if name in selling],
        ),
        "price": (
            "the first holds before its date too",
            [(name, offer_spec.price) for name, offer_spec in offers.items()],
        ),
        "contract price": (
            "the first holds before its date too",
            [
                (name, contract.price)
                for name, contract in scenario.contracts.items()
                if isinstance(contract.price, Dated)
            ],
        ),
        "shortage cost": (
            "the first holds before its date too",
            [(name, step.cost) for name, demand in scenario.demand.items() for step in demand.shortage.values()],
        ),
        "freight": ("the first holds before its date too", [(n, lane.freight) for n, lane in scenario.lanes.items()]),
    }
    return {
        kind: (what, list(dict.fromkeys((name, date) for name, dated in parts if (date := _first(case, dated)))))
        for kind, (what, parts) in kinds.items()
    }


def _sourced(dated: Dated | None) -> bool:
    """Whether the first of some dated numbers states where it comes from."""
    return dated is not None and bool(dated.steps[0][1].row or dated.steps[0][1].assumption)


def _first(case: Case, dated: Dated | None) -> str:
    """The first date of a dated number that is not nothing then, where it lies after the beginning of the plan."""
    if dated is None or dated.steady:
        return ""
    when, quantity = dated.steps[0]
    return when.text if when.first > case.calendar.edges[0] and quantity.measure.number > 0 else ""
