"""What is to be decided today, and what a month's wait would cost: each decision put off, and solved again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.calendar import Array
from sourcing.case import Case
from sourcing.case.records import Contract, Offer
from sourcing.errors import SolveError
from sourcing.outcome.result_tables import all_arrives_later

MOST = 5
LEAST = 0.002  # an order below this share of the spend of the first period is not for a board
COLUMNS = [
    *("decision", "what", "material", "supplier", "country", "amount", "unit", "per", "price", "price_unit"),
    *("last_date", "cost_of_waiting"),
]


@dataclass(frozen=True)
class _Candidate:
    """A decision of the first period, and the case in which it comes a period later."""

    decision: str
    what: str
    material: str
    supplier: str
    country: str
    amount: float
    unit: str
    per: str
    price: float
    later: Case


def decide(
    solved: SolvedCase, solver: CaseSolver, most: int = MOST, unproven: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """The decisions that cannot wait, at most `most`: what binds (contracts, qualifications), then orders, each by
    what its wait costs; last what may wait. unproven: contracts and offers of which the other choice is as good.

    decision: sign, qualify, prepare (to qualify: all arrives after the plan) or order; what: the contract, the offer or
    the material; amount in unit, a contract's `per` time; supplier of an order: who sells most of it, and how many
    more; price in price_unit; last_date: the last day of the first period, for which the plan has it; blank where
    waiting costs nothing. cost_of_waiting: by how much what is minimised rises when it comes a period later [currency].
    """
    rows = []
    noise = max(2 * solver.options.gap * abs(solved.cost), 1.0)
    binding = (each for each in (*_contracts(solved), *_qualifications(solved)) if each.what not in unproven)
    for candidate in (*binding, *_orders(solved)):
        wait = _wait(solved, solver, candidate.later)
        shown = {name: value for name, value in vars(candidate).items() if name != "later"}
        last = solved.case.calendar.edges[1].toordinal() - 1
        day = solved.case.calendar.edges[0].fromordinal(last).isoformat()
        rows.append(
            {
                **shown,
                "price_unit": f"{solved.case.scenario.currency}/{candidate.unit}" if candidate.price else "",
                "last_date": day if not wait <= noise else "",
                "cost_of_waiting": max(wait, 0.0),
            }
        )
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame = frame.assign(waits=frame["last_date"] == "", routine=frame["decision"] == "order")
    ranked = frame.sort_values(["cost_of_waiting"], ascending=False, kind="stable", na_position="first")
    ranked = ranked.sort_values(["waits", "routine"], kind="stable")
    return ranked.head(most)[COLUMNS].reset_index(drop=True)


def _wait(solved: SolvedCase, solver: CaseSolver, later: Case) -> float:
    """What is minimised, more than without the wait [currency]; NaN where there is no plan any more."""
    try:
        return solver.at(later).cost - solved.cost
    except SolveError:
        return np.nan


def _contracts(solved: SolvedCase) -> Iterator[_Candidate]:
    """Contracts that are signed now; one that waits begins a period later."""
    case, values = solved.case, solved.solution.values
    for row, contract in enumerate(case.contracts):
        if contract.signed or values["contract_signed"][row, 0] < 0.5 or not contract.scale[0]:
            continue
        offer = case.offer[contract.offer]
        data = solved.stated.data
        sources = [number for number, source in enumerate(data.sources) if source.channel == contract.name]
        price = float(data.source_price[sources[0], 0]) * data.money if sources else 0.0
        volume = float(values["contract_volume"][row, 0])
        later = tuple(_begins_later(other) if other is contract else other for other in case.contracts)
        yield _candidate("sign", contract.name, offer, volume, case, price, replace(case, contracts=later), contract)


def _begins_later(contract: Contract) -> Contract:
    return replace(
        contract,
        scale=_without_first(contract.scale),
        year=np.concatenate([[-1], contract.year[1:]]).astype(contract.year.dtype),
    )


def _without_first(values: Array) -> Array:
    later = np.array(values, float)
    later[0] = 0.0
    return later


def _qualifications(solved: SolvedCase) -> Iterator[_Candidate]:
    """Qualifications that start now."""
    case, values = solved.case, solved.solution.values
    for row, offer in enumerate([offer for offer in case.offers if offer.qualification]):
        if values["qualification_started"][row, 0] < 0.5 or offer.qualification is None:
            continue
        waits = replace(
            offer,
            qualification=replace(offer.qualification, may_start=_without_first(offer.qualification.may_start)),
        )
        later = replace(case, offers=tuple(waits if other is offer else other for other in case.offers))
        yield _Candidate(
            "prepare" if all_arrives_later(solved.outcome, (offer.name,)) else "qualify",
            offer.name,
            offer.material,
            offer.title,
            offer.origin,
            offer.qualification.outlay.amount,
            case.scenario.currency,
            "",
            0.0,
            later,
        )


def _orders(solved: SolvedCase) -> Iterator[_Candidate]:
    """Orders of the first period by material; an importer that waits orders none of it then."""
    case, data = solved.case, solved.stated.data
    order, paid = solved.solution.values["order"][:, 0], solved.outcome.paid[:, 0]
    materials: dict[str, list[int]] = {}
    for row, source in enumerate(data.sources):
        if order[row] > 1e-6:
            materials.setdefault(case.offer[case.lane[source.lane].offer].material, []).append(row)
    for material, rows in materials.items():
        spend, amount = float(paid[rows].sum()), float(order[rows].sum())
        if spend < LEAST * max(float(paid.sum()), 1.0):
            continue
        sellers = [
            case.offer[case.lane[data.sources[row].lane].offer] for row in sorted(rows, key=lambda row: -order[row])
        ]
        offers = tuple(
            replace(offer, available=_without_first(offer.available), spot=_without_first(offer.spot))
            if offer.material == material
            else offer
            for offer in case.offers
        )
        later = replace(case, offers=offers)
        one = _candidate("order", material, sellers[0], amount, case, spend / amount, later)
        yield replace(one, supplier=_together([seller.title for seller in sellers]), country=_country(sellers))


def _together(titles: list[str]) -> str:
    """The seller of most, and how many more there are."""
    names = list(dict.fromkeys(titles))
    return names[0] if len(names) == 1 else f"{names[0]} + {len(names) - 1}"


def _country(sellers: list[Offer]) -> str:
    """Where all of it comes from; blank where it comes from several countries."""
    origins = {seller.origin for seller in sellers}
    return origins.pop() if len(origins) == 1 else ""


def _candidate(
    decision: str,
    what: str,
    offer: Offer,
    amount: float,
    case: Case,
    price: float,
    later: Case,
    contract: Contract | None = None,
) -> _Candidate:
    return _Candidate(
        decision,
        what,
        offer.material,
        offer.title,
        offer.origin,
        amount,
        case.unit[offer.material],
        contract.time if contract else "",
        price,
        later,
    )


def undo(solved: SolvedCase, decisions: pd.DataFrame) -> pd.DataFrame:
    """What of the decisions can be taken back: until when, and what is lost by then [currency].

    Orders may be cancelled until they pass the border, for their deposit, where nothing is paid for whether taken or
    not. Contracts and qualifications cannot be undone: last_date blank, loss not a number.
    """
    rows = [_undone(solved, str(row["decision"]), str(row["what"])) for row in decisions.to_dict("records")]
    return pd.DataFrame(rows, columns=["decision", "what", "last_date", "loss"])


def _undone(solved: SolvedCase, decision: str, what: str) -> dict[str, object]:
    case, data = solved.case, solved.stated.data
    free = {name for name, may in zip(data.controlled, data.can_cancel[:, 0], strict=True) if may}
    order, paid = solved.solution.values["order"][:, 0], solved.outcome.paid[:, 0]
    own = [
        row
        for row, source in enumerate(data.sources)
        if decision == "order"
        and order[row] > 1e-6
        and source.lane in free
        and case.offer[case.lane[source.lane].offer].material == what
    ]
    if not own:
        return {"decision": decision, "what": what, "last_date": "", "loss": np.nan}
    offers = [case.offer[case.lane[data.sources[row].lane].offer] for row in own]
    edge = case.calendar.edges[min(min(offer.to_border for offer in offers) + 1, len(case.calendar))]
    loss = sum(offer.deposit * float(paid[row]) for offer, row in zip(offers, own, strict=True))
    last = edge.fromordinal(edge.toordinal() - 1).isoformat()
    return {"decision": decision, "what": what, "last_date": last, "loss": loss}
