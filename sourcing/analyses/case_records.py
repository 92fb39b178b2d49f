"""What is read off a solved case: cost, risk, shortage, stock, mix and decisions as plain records."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sourcing.analyses.case_solver import SolvedCase
from sourcing.analyses.choices import choices
from sourcing.outcome.outcome import NOTHING, Outcome

Record = dict[str, Any]


@dataclass(frozen=True)
class CaseRecords:
    """Records of one solved case, each a row of a table: one of its totals, several of the others."""

    totals: Record
    decisions: tuple[Record, ...]
    mix: tuple[Record, ...]
    stock: tuple[Record, ...]


def read(solved: SolvedCase) -> CaseRecords:
    """Everything that is read off a solved case."""
    decided = tuple(vars(choice) for choice in choices(solved.outcome))
    return CaseRecords(totals(solved), decided, _mix(solved), _stock(solved))


def totals(solved: SolvedCase) -> Record:
    """Cost [currency], proven bound, expected cost, mean of the worst part, expected margin lost to shortage,
    and the expected share of each need that is not met."""
    solution = solved.solution
    return {
        "status": solution.status.value,
        "cost": solved.cost,
        "bound": solved.bound,
        "gap": solution.gap,
        **course_totals(solved.outcome),
    }


def course_totals(outcome: Outcome) -> Record:
    """What a course of action comes to: expected cost, cost of the worst outcomes as the scenario counts them, worst
    regret where regret counts, expected margin lost to shortage [currency], and the expected share of each need that is
    not met."""
    return {
        "expected_cost": outcome.expected_cost,
        "worst_cost": outcome.worst_cost,
        **worst_regret(outcome),
        "margin_lost": outcome.margin_lost,
        **{f"unmet: {name}": share for name, share in unmet_by_need(outcome).items()},
    }


def worst_regret(outcome: Outcome) -> dict[str, float]:
    """Regret of the bad outcomes, as the scenario says which are [currency]; nothing where cost counts."""
    return {} if outcome.worst_regret is None else {"worst_regret": outcome.worst_regret}


def unmet(solved: SolvedCase) -> dict[str, float]:
    """Expected share of each need that is not met by a plan."""
    return unmet_by_need(solved.outcome)


def unmet_by_need(outcome: Outcome) -> dict[str, float]:
    """Expected share of each need that is not met by a course of action."""
    share = outcome.expected_unmet_share
    return {
        demand.name: float(share[row]) if share[row] > 1e-9 else 0.0 for row, demand in enumerate(outcome.case.demands)
    }


def _mix(solved: SolvedCase) -> tuple[Record, ...]:
    """Share of each supplier in what arrives of a material, expected over the horizon."""
    outcome = solved.outcome
    case, volume = outcome.case, outcome.expected(outcome.values["arriving"])
    arrived: dict[tuple[str, str, str], float] = {}
    for row, lane in enumerate(case.lanes):
        offer = case.offer[lane.offer]
        key = (offer.material, offer.title, offer.origin)
        arrived[key] = arrived.get(key, 0.0) + float(volume[row])
    whole: dict[str, float] = {}
    for (material, _, _), amount in arrived.items():
        whole[material] = whole.get(material, 0.0) + amount
    return tuple(
        {"material": key[0], "supplier": key[1], "country": key[2], "share": amount / whole[key[0]]}
        for key, amount in arrived.items()
        if amount > NOTHING
    )


def _stock(solved: SolvedCase) -> tuple[Record, ...]:
    """The largest stock of each material, in days of the need that follows, expected over the futures."""
    outcome = solved.outcome
    cover = np.minimum(outcome.days_of_cover, 1e6)
    expected = np.einsum("pft,f->pt", cover, outcome.data.tree.future_probability)
    return tuple(
        {"material": position.material, "site": position.site, "days_of_cover": float(expected[row].max())}
        for row, position in enumerate(outcome.case.positions)
    )
