"""value: what it would be worth to know the future, and what planning for the average costs."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Unpack

import pandas as pd

from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer, rows_by
from sourcing.analyses.case_records import Record, totals
from sourcing.analyses.case_solver import SolvedCase
from sourcing.analyses.choices import choices, differences
from sourcing.analyses.progress import StepCounter
from sourcing.analyses.registry import analysis
from sourcing.analyses.tradeoffs.mean_value_plan import MeanValuePlan, averaged
from sourcing.case import Case
from sourcing.case.attitude import neutral, without_service
from sourcing.figures import percent, show
from sourcing.outcome.hindsight import known
from sourcing.pipeline.formulated import Formulated, state, stated
from sourcing.pipeline.source import Source, prepare

KNOWN, PLAN, AVERAGE = "each future known", "plan", "planned for the average"
CLEAR = 0.01  # share of a value below which what is not proven of it is not worth a word


@dataclass(frozen=True, eq=False, repr=False)
class Value(Answer):
    """What the uncertainty is worth. courses: expected cost and shortage when each future is known from the start, of
    the plan, and of what is decided now for the average of all futures; futures: the cost of each; changes: what would
    be decided otherwise if a future were known.

    extra_cost: beside the plan. Costs are expected costs, whatever the risk weight.
    """

    courses: pd.DataFrame
    futures: pd.DataFrame
    changes: pd.DataFrame


@analysis(text="What it would be worth to know the future, and what planning for the average would cost.", gap=1e-6)
def value(source: Source, **options: Unpack[AnalysisKeywords]) -> Value:
    """Wait and see, here and now, and the plan for the average, all by expected cost: EVPI and VSS.

    Birge & Louveaux (2011), 4.1 and 4.2: EVPI = RP - WS, VSS = EEV - RP, where the first-stage decisions of the plan
    for the average are contracts, the qualifications started now and the orders of the first period; all later ones
    see what has been seen. A risk weight is set to 0 and `risk.service` left out. Raises ScenarioError, and SolveError
    when there is no plan.
    """
    asked = AnalysisOptions(**options)
    case = prepare(source, asked.overrides)
    steps = StepCounter(asked.progress, len(case.futures) + 3)
    weight = case.scenario.risk.weight
    indifferent = without_service(neutral(case))
    tree = state(indifferent)

    def best(program: Formulated) -> SolvedCase:
        """The plan of least cost, from nothing that was solved before."""
        solved = asked.case_solver().of(program)
        steps()
        return solved

    plan = best(tree)
    alone = [best(stated(known(tree.data, number))) for number in range(len(case.futures))]
    average = MeanValuePlan(best(stated(averaged(indifferent)))).carried_out(tree, best)
    courses = _courses(plan, alone, average)
    return Value(
        title=f"{case.scenario.title}: what the uncertainty is worth",
        currency=case.scenario.currency,
        sentences=tuple(_sentences(case, courses, plan, alone, weight)),
        courses=courses,
        futures=_futures(plan, alone, average),
        changes=_changes(plan, alone),
    )


def _courses(plan: SolvedCase, alone: Sequence[SolvedCase], average: SolvedCase | None) -> pd.DataFrame:
    odds = [future.probability for future in plan.case.futures]
    columns = [
        "expected_cost",
        "bound",
        *(name for name in totals(plan) if name == "margin_lost" or "unmet" in name),
    ]

    def numbers(solved: SolvedCase) -> dict[str, float]:
        return {name: float(amount) for name, amount in totals(solved).items() if name in columns}

    totals_by_future = [numbers(solved) for solved in alone]
    wait = {name: sum(share * one[name] for share, one in zip(odds, totals_by_future, strict=True)) for name in columns}
    rows = {
        KNOWN: wait,
        PLAN: numbers(plan),
        AVERAGE: numbers(average) if average else dict.fromkeys(columns, math.nan),
    }
    frame = pd.DataFrame([{"course": name, **rows[name]} for name in rows])
    frame.insert(2, "extra_cost", frame["expected_cost"] - frame["expected_cost"][1])
    return frame


def _futures(plan: SolvedCase, alone: Sequence[SolvedCase], average: SolvedCase | None) -> pd.DataFrame:
    tree = plan.stated.data.tree
    return pd.DataFrame(
        {
            "future": tree.futures,
            "probability": tree.future_probability,
            "cost_known": [solved.cost for solved in alone],
            "cost_plan": plan.outcome.future_cost,
            "cost_average": average.outcome.future_cost if average else math.nan,
        }
    )


def _changes(plan: SolvedCase, alone: Sequence[SolvedCase]) -> pd.DataFrame:
    planned = choices(plan.outcome)
    rows = [
        (solved.case.futures[0].name, *change)
        for solved in alone
        for change in differences(planned, choices(solved.outcome))
    ]
    return pd.DataFrame(rows, columns=["future", "decision", "subject", "before", "after"])


def _sentences(
    case: Case, courses: pd.DataFrame, plan: SolvedCase, alone: Sequence[SolvedCase], weight: float
) -> Iterator[str]:
    currency, rows = case.scenario.currency, rows_by(courses, "course")
    wait, plan_row, average = rows[KNOWN], rows[PLAN], rows[AVERAGE]
    worth = max(float(plan_row["expected_cost"] - wait["expected_cost"]), 0.0)
    part = percent(worth / max(abs(plan_row["expected_cost"]), 1e-9))
    yield f"Knowing the future today would be worth up to {show(worth, currency)}, {part} of the expected cost."
    extra = float(average["expected_cost"] - plan_row["expected_cost"])
    if math.isnan(extra):
        yield "Planning for the average of the futures cannot be carried out: it fails what is asked in some future."
    else:
        amount = show(max(extra, 0.0), currency)
        yield f"Planning for the average of the futures would cost {amount} more than the plan."
    yield from _shortages(case, wait, plan_row, average, currency)
    open_ = sum(solved.cost - solved.bound for solved in (plan, *alone))
    if open_ > CLEAR * max(worth, 0.0):
        yield f"Costs are proven to {show(open_, currency)} together; ask for a smaller --gap to tell less apart."
    if weight > 0:
        weight_told = f"the scenario's weight of the worst outcomes is {weight:g}"
        yield f"All of this is expected cost, as these values are defined; {weight_told}."
    if case.scenario.risk.service:
        yield "Limits on what may be missed hold over all futures together and are left out: a single future has none."


def _shortages(case: Case, wait: Record, plan_row: Record, average: Record, currency: str) -> Iterator[str]:
    """Margin lost, and the need that would gain most."""
    if plan_row["margin_lost"] <= 0 and not average["margin_lost"] > 0:
        return
    lost = [show(part["margin_lost"], currency) for part in (wait, plan_row)]
    planned = (
        ""
        if average["margin_lost"] != average["margin_lost"]
        else (f" and {show(average['margin_lost'], currency)} if one plans for the average")
    )
    yield f"Margin lost to shortage: {lost[1]} with the plan, {lost[0]} if the future were known{planned}."
    gains = {demand.name: plan_row[f"unmet: {demand.name}"] - wait[f"unmet: {demand.name}"] for demand in case.demands}
    name = max(gains, key=lambda one: gains[one])
    if gains[name] > 0.001:
        shares = f"{percent(plan_row[f'unmet: {name}'])} of the need to {percent(wait[f'unmet: {name}'])}"
        yield f"It would lower the shortage of {name} most: from {shares}."
