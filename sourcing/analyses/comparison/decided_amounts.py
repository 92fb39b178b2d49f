"""What is decided now as amounts, so that two plans, or the steps from one to the other, can be subtracted."""

from collections.abc import Mapping
from typing import NamedTuple

from sourcing.analyses.case_solver import SolvedCase
from sourcing.analyses.comparison.anchored_program import way
from sourcing.analyses.comparison.last_plan import PlannedPeriod
from sourcing.analyses.first_stage import now_of
from sourcing.case import Case
from sourcing.model.node_data import Purchase
from sourcing.outcome import Plan

SAME = 0.005  # relative: amounts nearer than this are the same decision
LEAST = 1e-4  # differences below this [unit] are no change that anyone would place: 100 g of what is counted in tonnes


class DecidedAmount(NamedTuple):
    """One thing that is decided now. subject: an offer, or a contract; site and how: of orders."""

    decision: str
    subject: str
    site: str = ""
    how: str = ""


Amounts = Mapping[DecidedAmount, float]
"""Of an order units, of a contract its volume per its own time, of a qualification the probability that it starts."""


def decided(solved: SolvedCase, last: PlannedPeriod) -> Amounts:
    """What a plan decides now; qualifications that were started before are no decision any more."""
    now = now_of(solved.outcome)
    amounts = _orders(now.orders or {})
    amounts |= {DecidedAmount("contract", name): volume for name, volume in now.contracts.items()}
    return amounts | {DecidedAmount("qualify", name): 1.0 for name in sorted(now.qualified - set(last.started))}


def decided_before(last: PlannedPeriod) -> Amounts:
    """What the last plan decides for the same period."""
    amounts = _orders(last.orders)
    amounts |= {DecidedAmount("contract", name): volume for name, volume in last.signed.items()}
    return amounts | {DecidedAmount("qualify", name): share for name, share in last.starting.items()}


def _orders(amounts: Mapping[Purchase, float]) -> dict[DecidedAmount, float]:
    by_decision = {}
    for source, amount in amounts.items():
        offer, _, site = source.lane.rpartition(" > ")
        by_decision[DecidedAmount("order", offer, site, way(source))] = amount
    return by_decision


def moved(before: Amounts, after: Amounts) -> dict[DecidedAmount, float]:
    """By how much each decision differs, where it does, in the order of the first, then of the second."""
    differences = {name: after.get(name, 0.0) - before.get(name, 0.0) for name in dict.fromkeys([*before, *after])}
    size = {name: max(abs(before.get(name, 0.0)), abs(after.get(name, 0.0))) for name in differences}
    return {name: by for name, by in differences.items() if abs(by) > max(LEAST, SAME * size[name])}


def unit(case: Case, plan: Plan, name: DecidedAmount) -> str:
    """The unit of the amount of a decision; of what the case has no longer, as the plan says it."""
    if name.decision == "qualify":
        return "probability"
    if name.decision == "order":
        offer = case.offer.get(name.subject)
        return case.unit[offer.material] if offer else _said(plan, "orders", "offer", name.subject)["unit"]
    for contract in case.contracts:
        if contract.name == name.subject:
            return f"{case.unit[case.offer[contract.offer].material]}/{contract.time}"
    row = _said(plan, "contracts", "contract", name.subject)
    return f"{row['unit']}/{row['per']}"


def seller(case: Case, plan: Plan, name: DecidedAmount) -> tuple[str, str]:
    """Supplier and material of what is decided on."""
    offers = {contract.name: contract.offer for contract in case.contracts}
    offer = case.offer.get(offers.get(name.subject, name.subject) if name.decision == "contract" else name.subject)
    if offer:
        return offer.title, offer.material
    columns = {"order": ("orders", "offer"), "contract": ("contracts", "contract")}
    row = _said(plan, *columns.get(name.decision, ("qualifications", "offer")), name.subject)
    return row["supplier"], row["material"]


def _said(plan: Plan, table: str, column: str, subject: str) -> Mapping[str, str]:
    """The first row of a table of a plan that is of a subject."""
    frame = getattr(plan, table)
    return {str(key): str(value) for key, value in frame[frame[column] == subject].iloc[0].items()}
