"""What last month's plan says of the month that begins now: orders it planned, and what it has committed to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sourcing.analyses.first_stage import WITHOUT_CONTRACT
from sourcing.case import Case
from sourcing.case.frame import KILOGRAMS, PER_YEAR
from sourcing.case.records import Contract, Offer, Outlay
from sourcing.errors import Problem, ScenarioError
from sourcing.model.node_data import SPOT, Purchase
from sourcing.outcome import Plan


@dataclass(frozen=True)
class PlannedPeriod:
    """What a saved plan says of a later period.

    orders: expected over its futures, by source [unit of the case]. signed: volumes of contracts, per their own time.
    started: periods that are left of the qualification of an offer which was started. starting: probability that one
    starts now.
    """

    orders: Mapping[Purchase, float]
    signed: Mapping[str, float]
    started: Mapping[str, int]
    starting: Mapping[str, float]


def planned(plan: Plan, case: Case) -> PlannedPeriod:
    """What a plan says of the first period of a case. Raises ScenarioError when it does not reach it, or counts in
    another currency."""
    first, periods = case.calendar.labels[0], list(dict.fromkeys(plan.stockpile["period"]))
    onward = list(dict.fromkeys((*periods, *case.calendar.labels)))
    if first not in periods:
        said = f"{periods[0]} to {periods[-1]}" if periods else "no period"
        cause, cure = f"says nothing of {first}: it covers {said}", "name the plan of the period before"
        raise ScenarioError((Problem(None, "the last plan", cause, cure),))
    if plan.currency != case.scenario.currency:
        cause = f"counts in {plan.currency}, the scenario in {case.scenario.currency}"
        raise ScenarioError((Problem(None, "the last plan", cause, "keep one currency"),))
    contracts, started = plan.contracts, plan.qualifications
    signed = contracts[contracts["decision"].isin(("sign", "signed"))].to_dict("records")
    begun = started[started["start"] == periods[0]].to_dict("records")
    now = started[started["start"] == first].groupby("offer")["probability"].sum()
    elapsed = periods.index(first)
    return PlannedPeriod(
        _orders(plan, case, first),
        {
            row["contract"]: row["volume"]
            * _scale(case, row["offer"], row["unit"])
            * _time(case, row["contract"], row["per"])
            for row in signed
        },
        {row["offer"]: max(onward.index(row["usable_from"]) - elapsed, 0) for row in begun} if elapsed else {},
        {str(name): float(share) for name, share in now.items()},
    )


def _orders(plan: Plan, case: Case, period: str) -> dict[Purchase, float]:
    likely = dict(zip(plan.futures["future"], plan.futures["probability"], strict=True))
    orders: dict[Purchase, float] = {}
    for row in plan.orders[plan.orders["period"] == period].to_dict("records"):
        how = SPOT if row["how"] == WITHOUT_CONTRACT else row["how"]
        source = Purchase(f"{row['offer']} > {row['site']}", how)
        amount = likely[row["future"]] * row["quantity"] * _scale(case, row["offer"], row["unit"])
        orders[source] = orders.get(source, 0.0) + amount
    return orders


def _scale(case: Case, offer: str, unit: str) -> float:
    """Units of the case in a unit of the plan."""
    if offer not in case.offer:
        return 1.0
    return KILOGRAMS[unit] / KILOGRAMS[case.unit[case.offer[offer].material]]


def _time(case: Case, name: str, per: str) -> float:
    """Times of the case's contract in a time of the plan's: a volume a month is twelve a year."""
    now = next((contract.time for contract in case.contracts if contract.name == name), per)
    return PER_YEAR[per] / PER_YEAR[now]


# What is committed ----------------------------------------------------------------------------------------------------


def committed(case: Case, last: PlannedPeriod) -> Case:
    """The case in which contracts that were signed are signed, at their volume, and what was spent on them, and on
    qualifications that were started, is spent: it is no cost of this plan. A qualification needs only what is left of
    its time. What the case itself says is signed stays as it says."""
    return replace(
        case,
        contracts=tuple(_signed(contract, last.signed.get(contract.name)) for contract in case.contracts),
        offers=tuple(_started(offer, last.started.get(offer.name)) for offer in case.offers),
    )


def _signed(contract: Contract, volume: float | None) -> Contract:
    if volume is None or contract.signed:
        return contract
    return replace(contract, signed=True, at_least=volume, at_most=volume, signing=Outlay(0.0, None))


def _started(offer: Offer, left: int | None) -> Offer:
    qualification = offer.qualification
    if left is None or qualification is None:
        return offer
    may = qualification.may_start.copy()
    may[0] = 1.0
    return replace(offer, qualification=replace(qualification, outlay=Outlay(0.0, None), time=left, may_start=may))
