"""What is compared: scenarios, each solved, and saved plans."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.choices import LATER, NEVER, NOW, Choice, choices
from sourcing.analyses.first_stage import FirstStage, now_of, now_of_plan
from sourcing.files import Document
from sourcing.outcome import Plan
from sourcing.outcome.plan import load_plan
from sourcing.outcome.plan_files import is_plan
from sourcing.pipeline.source import Source, document, prepare


@dataclass(frozen=True)
class ComparedPlan:
    """A scenario with what its file says and its best plan, or a saved plan, of which the file is not known.

    label: what tells it from the others. choices: contracts, qualifications and orders of the first period.
    """

    label: str
    currency: str
    now: FirstStage
    choices: tuple[Choice, ...]
    document: Document | None
    solved: SolvedCase | None
    plan: Plan | None


def compared_plans(
    sources: Sequence[Source], overrides: tuple[str, ...], solver: CaseSolver, accept_edited: bool = False
) -> list[ComparedPlan]:
    """Scenarios, read and solved, and saved plans, read; overrides change every scenario. accept_edited: also plans
    that are not as they were saved.

    Raises ScenarioError when one cannot be used, SolveError when a scenario has no plan.
    """
    plans = [
        _saved(source, accept_edited) if _is_plan(source) else _solved(source, overrides, solver) for source in sources
    ]
    titles = [compared.label for compared in plans]
    return [
        compared if titles.count(compared.label) == 1 else replace(compared, label=_other_label(source, number))
        for number, (source, compared) in enumerate(zip(sources, plans, strict=True), 1)
    ]


def _is_plan(source: Source) -> bool:
    return isinstance(source, Plan) or (isinstance(source, str | Path) and is_plan(source))


def _other_label(source: Source, number: int) -> str:
    """The name of the file or folder where titles are the same, with its number as those may be too."""
    return f"{Path(source).stem} ({number})" if isinstance(source, str | Path) else f"scenario {number}"


def _solved(source: Source, overrides: tuple[str, ...], solver: CaseSolver) -> ComparedPlan:
    read = document(source, overrides)
    case = prepare(read)
    solved = solver.at(case)
    now = now_of(solved.outcome)
    decided = (
        *choices(solved.outcome),
        *_orders(now, {offer.name: case.unit[offer.material] for offer in case.offers}),
    )
    return ComparedPlan(case.scenario.title, case.scenario.currency, now, decided, read, solved, None)


def _saved(source: Source, accept_edited: bool) -> ComparedPlan:
    plan = load_plan(source, accept_edited=accept_edited) if isinstance(source, str | Path) else source
    assert isinstance(plan, Plan)  # else it is solved
    now = now_of_plan(plan)
    units = dict(zip(plan.orders["offer"], plan.orders["unit"], strict=True))
    return ComparedPlan(plan.title, plan.currency, now, (*_choices(plan), *_orders(now, units)), None, None, plan)


def _choices(plan: Plan) -> list[Choice]:
    """Contracts and qualifications of a saved plan; its table does not name who is never qualified."""
    contracts = [
        Choice("contract", row["contract"], row["decision"], row["volume"], f"{row['unit']}/{row['per']}")
        for row in plan.contracts.to_dict("records")
        if row["decision"] != "signed"
    ]
    first = plan.stockpile["period"].iloc[0] if len(plan.stockpile) else ""
    for offer, rows in plan.qualifications.groupby("offer", sort=False):
        choice = NOW if (rows["start"] == first).any() else LATER
        contracts.append(Choice("qualify", str(offer), choice, float(rows["probability"].sum()), "probability"))
    return contracts


def _orders(now: FirstStage, units: dict[str, str]) -> list[Choice]:
    """Orders of the first period by offer, over its lanes and ways of buying."""
    amounts: dict[str, float] = {}
    for source, amount in (now.orders or {}).items():
        offer = source.lane.rpartition(" > ")[0]
        amounts[offer] = amounts.get(offer, 0.0) + amount
    return [Choice("order", offer, "order now", amount, units.get(offer, "")) for offer, amount in amounts.items()]


def absent(choice: Choice) -> Choice:
    """What it means that another plan does not name a choice."""
    word = {"contract": "not there", "qualify": NEVER}.get(choice.decision, "nothing now")
    return Choice(choice.decision, choice.subject, word, 0.0, choice.unit)
