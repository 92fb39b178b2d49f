"""frontier: expected cost against the worst outcomes, and against shortage."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Unpack

import pandas as pd

from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.choices import Choice, choices, differences
from sourcing.analyses.phrasing import in_the_worst, listed
from sourcing.analyses.progress import StepCounter
from sourcing.analyses.registry import AnalysisOption, analysis
from sourcing.analyses.tradeoffs.frontier_points import FrontierPoint, front_of, totals, unmet_weights
from sourcing.analyses.tradeoffs.pareto import knee
from sourcing.case import Case
from sourcing.errors import Problem, ScenarioError
from sourcing.figures import ENGLISH, show
from sourcing.outcome.outcome import Outcome
from sourcing.pipeline.formulated import state
from sourcing.pipeline.source import Source, document, prepare

PLAN = "this plan"
MILLION = 1e6


@dataclass(frozen=True, eq=False, repr=False)
class Frontier(Answer):
    """Plans between the least expected cost and the least risk, and between it and the least shortage.

    risk, shortage: a row for each point, by expected cost, with what the way to the next one costs and buys;
    the plan of the file is its last row. decisions: contracts and qualifications at each point.
    """

    risk: pd.DataFrame
    shortage: pd.DataFrame
    decisions: pd.DataFrame


@analysis(
    AnalysisOption("--points", "Of each front.", int, 3, len(ascii_uppercase)),
    text="""Expected cost against the worst outcomes, and against shortage: the knee, and what the next million buys.

    Each point is the best plan for some weighting of the two; a step from one to the next says what it costs and what
    it buys. The weight of a point is what `risk: {weight: ...}` would choose it.
    """,
)
def frontier(
    source: Source,
    *,
    points: int = 7,
    **options: Unpack[AnalysisKeywords],
) -> Frontier:
    """Expected cost against the cost of the worst part of the outcomes, or their regret where the scenario counts that,
    and against the share of need unmet.

    Each point is the best plan for some weighting of the two; the next one is sought between the neighbours farthest
    apart, with the weights for which these are equally good (Aneja & Nair 1979, Bicriteria transportation problem,
    Management Science 25), until there are `points` of each front, 3 to 26, or nothing lies between. Dominated ones are
    left out. Plans that no weighting finds, which yes-or-no decisions may leave between two points, are not sought.

    Raises ScenarioError when the input cannot be used, SolveError when there is no plan.
    """
    if not 3 <= points <= len(ascii_uppercase):
        raise ScenarioError((Problem(None, "points", f"{points} points", f"ask for 3 to {len(ascii_uppercase)}"),))
    asked = AnalysisOptions(**options)
    base = document(source, asked.overrides)
    case = prepare(base)
    plan = asked.case_solver().at(case).outcome
    stated = state(prepare(document(base, ("risk.weight=1",))))
    stated = replace(stated, formulation=replace(stated.formulation, settle=False))
    counted = StepCounter(asked.progress, 2 * points)
    risk = front_of(stated, stated.program.cost, "worst_cost", plan, points, asked, counted)
    unmet = unmet_weights(stated)
    shortage = front_of(stated, unmet, "unmet", plan, points, asked, counted) if unmet.any() else []
    tables = [_table(front_points, plan, other) for front_points, other in ((risk, "worst_cost"), (shortage, "unmet"))]
    return Frontier(
        title=f"{case.scenario.title}: what less risk and less shortage cost",
        currency=case.scenario.currency,
        sentences=tuple(_sentences(case, risk, shortage)),
        risk=tables[0],
        shortage=tables[1].drop(columns="risk_weight"),
        decisions=_decisions({"risk": risk, "shortage": shortage}),
    )


# What is told ---------------------------------------------------------------------------------------------------------


def _table(points: Sequence[FrontierPoint], plan: Outcome, other: str) -> pd.DataFrame:
    """Points by expected cost; what the way to the next one costs, buys, and buys for a million."""
    bought = "less_worst" if other == "worst_cost" else "less_unmet"
    rows = [
        {"point": letter, "risk_weight": point.weight, **totals(point.outcome)} for letter, point in _lettered(points)
    ]
    worst = "worst_cost" if plan.regret is None else "worst_regret"
    names = ["point", "risk_weight", "expected_cost", worst, "margin_lost", "unmet"]
    frame = pd.DataFrame(rows, columns=names)
    frame["more_cost"] = frame["expected_cost"].shift(-1) - frame["expected_cost"]
    others = frame[worst if other == "worst_cost" else other]
    frame[bought] = others - others.shift(-1)
    frame[f"{bought}_per_million"] = frame[bought] / (frame["more_cost"] / MILLION)
    best = knee(frame["expected_cost"].tolist(), others.tolist())
    frame["knee"] = [number == best for number in range(len(frame))]
    plan_totals = {name: amount for name, amount in totals(plan).items() if name in names}
    own = {"point": PLAN, "risk_weight": plan.case.scenario.risk.weight, **plan_totals, "knee": False}
    return pd.concat([frame, pd.DataFrame([own])], ignore_index=True) if len(frame) else frame


def _lettered(points: Sequence[FrontierPoint]) -> Iterator[tuple[str, FrontierPoint]]:
    return zip(ascii_uppercase, points, strict=False)


def _decisions(points_by_name: dict[str, Sequence[FrontierPoint]]) -> pd.DataFrame:
    rows = [
        {"front": name, "point": letter, **vars(choice)}
        for name, points in points_by_name.items()
        for letter, point in _lettered(points)
        for choice in choices(point.outcome)
    ]
    return pd.DataFrame(rows, columns=["front", "point", "decision", "subject", "choice", "amount", "unit"])


def _sentences(case: Case, risk: Sequence[FrontierPoint], shortage: Sequence[FrontierPoint]) -> Iterator[str]:
    currency, worst, of = case.scenario.currency, in_the_worst(case.scenario.risk), case.scenario.risk.of
    less_of = "less" if of == "cost" else "less regret"
    yield from _told(
        risk, "worst_cost", f"the {of} {worst}", lambda less: f"{show(less, currency)} {less_of} {worst}", currency
    )
    if shortage:
        yield from _told(
            shortage, "unmet", "shortage", lambda less: f"{ENGLISH.gap(less)} less of the need unmet", currency
        )
        yield "Expected cost counts lost margin; needs count by what losing them costs."
    else:
        yield "No need may go short, so there is nothing to weigh against shortage."


def _told(
    points: Sequence[FrontierPoint], other: str, what: str, less: Callable[[float], str], currency: str
) -> Iterator[str]:
    """The knee, then what each step costs and buys, and which decisions it changes."""
    if len(points) == 1:
        yield f"One plan is best for expected cost and for {what}: nothing is to be weighed."
        return
    costs, others = ([point.read(name) for point in points] for name in ("expected_cost", other))
    best = knee(costs, others)
    if best is None:
        yield f"Against {what} no point stands out: more of one always buys about as much of the other."
    else:
        yield (
            f"Against {what} the knee is {ascii_uppercase[best]}: up to there {show(costs[best] - costs[0], currency)} "
            f"more expected cost buys {less(others[0] - others[best])}; beyond it "
            f"{show(costs[-1] - costs[best], currency)} more buys {less(others[best] - others[-1])}."
        )
    decided: list[tuple[Choice, ...]] = [choices(point.outcome) for point in points]
    for number in range(len(points) - 1):
        changed = [f"{subject}: {old} -> {new}" for _, subject, old, new in differences(*decided[number : number + 2])]
        yield (
            f"From {ascii_uppercase[number]} to {ascii_uppercase[number + 1]}: "
            f"{show(costs[number + 1] - costs[number], currency)} more expected cost, "
            f"{less(others[number] - others[number + 1])}"
            + (f" ({listed(changed, between='; ')})." if changed else ".")
        )
