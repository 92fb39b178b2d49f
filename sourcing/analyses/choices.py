"""What a plan decides: contracts and qualifications as choices that can be compared between plans."""

from dataclasses import dataclass

import pandas as pd

from sourcing.analyses.case_solver import SolvedCase
from sourcing.outcome.outcome import Outcome

COLUMNS = ["decision", "subject", "choice", "amount", "unit"]
NOW, LATER, NEVER = "now", "later", "no"


@dataclass(frozen=True)
class Choice:
    """One decision of a plan. choice: sign or not; qualify now, later (in some future) or not. amount in unit."""

    decision: str
    subject: str
    choice: str
    amount: float
    unit: str


def choices(outcome: Outcome) -> tuple[Choice, ...]:
    """Contracts and qualifications, in the order of the file; those signed already are no choice.

    amount: of a contract its volume per its own time; of a qualification the probability that it is started.
    """
    case, values, tree = outcome.case, outcome.values, outcome.data.tree
    chosen = []
    for row, contract in enumerate(case.contracts):
        if contract.signed:
            continue
        signed = values["contract_signed"][row, 0] > 0.5
        volume = float(values["contract_volume"][row, 0]) if signed else 0.0
        unit = f"{case.unit[case.offer[contract.offer].material]}/{contract.time}"
        chosen.append(Choice("contract", contract.name, "sign" if signed else "do not sign", volume, unit))
    wanted = [offer for offer in case.offers if offer.qualification]
    for row, offer in enumerate(wanted):
        started = values["qualification_started"][row] > 0.5
        choice = NOW if started[0] else LATER if started.any() else NEVER
        chosen.append(Choice("qualify", offer.name, choice, float(tree.probability @ started), "probability"))
    return tuple(chosen)


def differences(before: tuple[Choice, ...], after: tuple[Choice, ...]) -> list[tuple[str, str, str, str]]:
    """Decision, subject, choice before and after, where two plans choose differently."""
    old = {(choice.decision, choice.subject): choice.choice for choice in before}
    new = {(choice.decision, choice.subject): choice.choice for choice in after}
    names = list(dict.fromkeys([*old, *new]))
    changed = [name for name in names if old.get(name) != new.get(name)]
    return [(*name, old.get(name, "not there"), new.get(name, "not there")) for name in changed]


def table(solved: SolvedCase) -> pd.DataFrame:
    """Choices of a plan as a table."""
    return pd.DataFrame([vars(choice) for choice in choices(solved.outcome)], columns=COLUMNS)
