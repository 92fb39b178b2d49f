"""Findings of a scenario: its plan, and what analyses find about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from sourcing.analyses import outlook, plan_context
from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.phrasing import offer
from sourcing.analyses.rules_of_thumb import TODAY, habits_table, lived
from sourcing.analyses.sensitivity.breakeven import ThresholdSearch
from sourcing.analyses.sensitivity.scaled_probabilities import odds
from sourcing.analyses.sensitivity.tornado import tornado
from sourcing.analyses.tradeoffs import delayed_decisions
from sourcing.analyses.tradeoffs.frontier import PLAN, frontier
from sourcing.analyses.tradeoffs.frontier_points import demand_weights, unmet_of
from sourcing.briefing.uncertainty_findings import HABITS, fresh_futures, outages, recorded
from sourcing.case.case import Contract
from sourcing.files import Document, dotted
from sourcing.outcome import Plan
from sourcing.outcome.outcome import Outcome
from sourcing.pipeline.plan_scenario import answer
from sourcing.pipeline.source import Source, document
from sourcing.reports.findings import COLUMNS, Findings, empty
from sourcing.solver.highs import Options, Watch

MOST_INPUTS = 8  # numbers on page one
MOST_TURNS = 6
POINTS = 5  # of each front
TURNS_GAP = 1e-4
FEW = 3  # futures and contracts that are searched for turns, each

Step = Callable[[str], None]
"""Called with what is worked out next."""


@dataclass(frozen=True)
class _BriefInputs:
    base: Document
    solved: SolvedCase
    plan: Plan
    walk: CaseSolver


def brief(
    source: Source,
    *,
    overrides: tuple[str, ...] = (),
    gap: float = 1e-4,
    time_limit: float | None = None,
    watch: Watch | None = None,
    step: Step | None = None,
    deep: bool = False,
    history: str | None = None,
) -> Findings:
    """The plan of a scenario with everything that a report says of it.

    Arguments as of `solve`, time_limit for the plan alone; step: called with the name of each part before it is worked
    out. deep: also what losses do to the plan's stock, and fresh futures lived month by month, which takes many times
    as long. history: recorded events to live the decision through (analyses/history.py). Raises as `solve` does.
    """
    base, tell = document(source, overrides), step or _silent
    if history is not None:  # first, for a file may not be fit for it
        tell("history")
    past = empty("history") if history is None else recorded(base, history)
    tell("plan")
    made = answer(base, Options(gap, time_limit), watch=watch)
    walk = CaseSolver(Options(gap))
    asked = _BriefInputs(base, SolvedCase(made.stated, made.solution), made.plan, walk)
    found = _page_one(asked, tell)
    tell("tornado")
    bars = tornado(base, gap=gap, confirmed=0, inputs=set(made.plan.inputs["input"])).bars
    tell("frontier")
    front = frontier(base, overrides=("risk.of=cost",), points=POINTS, gap=gap).risk  # what the page tells is cost
    case, tree = asked.solved.case, asked.solved.stated.data.tree
    tell("time to survive")
    lost = outages(base, "both" if deep else "today")
    if deep:
        tell("fresh futures")
        found = replace(found, stress=fresh_futures(base))
    return replace(
        found,
        tornado=_frame("tornado", bars.assign(input=bars["title"], unit=bars["unit"].replace("1", "share"))),
        frontier=_frontier(front),
        tree=plan_context.nodes(case, tree),
        regimes=plan_context.regimes(case),
        restrictions=plan_context.restrictions(case),
        survival=lost,
        history=past,
    )


def _silent(part: str) -> None:
    """Nobody wants to know."""


def _frame(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.reindex(columns=COLUMNS[name].split()).reset_index(drop=True)


def _page_one(asked: _BriefInputs, tell: Step) -> Findings:
    solved, plan = asked.solved, asked.plan
    followed = lived(solved.stated)
    today = followed[TODAY]
    tell("decisions")
    decisions = delayed_decisions.decide(solved, asked.walk, unproven=plan.unproven)
    tell("odds")
    at_odds = odds(solved, asked.walk)
    tell("turning points")
    turns = _turns(asked)
    shown = _named(solved, decisions)
    return Findings(
        plan,
        decisions=_frame("decisions", shown),
        without_action=outlook.shortages(today),
        with_plan=outlook.shortages(solved.outcome),
        cash=outlook.cash(solved.outcome),
        deliverable=outlook.deliverable(solved.outcome, today),
        undo=_frame("undo", delayed_decisions.undo(solved, decisions).assign(what=shown["what"])),
        break_evens=turns,
        assumptions=_assumptions(plan),
        odds=at_odds,
        habits=_habits(solved.outcome, followed),
    )


def _named(solved: SolvedCase, decisions: pd.DataFrame) -> pd.DataFrame:
    """Decisions with the names that a reader knows: of a material its title, of an offer who sells what."""
    case, shown = solved.case, decisions.copy()
    titles = {name: part.title or name for name, part in case.scenario.materials.items()}
    shown["what"] = [
        titles.get(what, what) if decision == "order" else offer(case, what) if decision == "qualify" else what
        for decision, what in zip(decisions["decision"], decisions["what"], strict=True)
    ]
    return shown


def _assumptions(plan: Plan) -> pd.DataFrame:
    """The numbers that the plan leans on most; where there is no row, why the number is what it is. Age in days."""
    frame = plan.inputs.head(MOST_INPUTS)
    row = frame["source"].astype(bool)
    return _frame(
        "assumptions",
        frame.assign(
            source=frame["source"].where(row, frame["assumption"]),
            confidence=frame["confidence"].where(row, "assumption"),
            age=frame["age"] * 30.4375,
        ),
    )


def _turns(asked: _BriefInputs) -> pd.DataFrame:
    """Where choices turn: by the odds of each future, and contracts that are on the table by their price."""
    solved, search = asked.solved, ThresholdSearch.of(asked.base, TURNS_GAP)
    futures = [dotted(("futures", name)) for name in solved.case.scenario.futures][:FEW]
    open_ = [part for part in solved.case.contracts if not part.signed and part.scale.any()]
    contracts = [dotted(("contracts", part.name)) for part in sorted(open_, key=lambda one: -_worth(solved, one))[:FEW]]
    frames = [
        search.breakeven(of, (by,)).flips
        for by, names in (("probability", futures if len(futures) > 1 else []), ("price", contracts))
        for of in names
    ]
    found = [frame[frame["turns_to"].notna() & frame["flips_at"].notna()] for frame in frames]
    if not any(len(frame) for frame in found):
        return _frame("break_evens", pd.DataFrame())
    flips = pd.concat([frame for frame in found if len(frame)], ignore_index=True)
    near = (flips["flips_at"] - flips["value"]).abs() / flips["value"].abs().clip(lower=1e-9)
    flips = flips.assign(near=near).sort_values("near", kind="stable").head(MOST_TURNS)
    unit = flips["unit"].replace("1", "share")
    offers = [solved.case.offer.get(subject) for subject in flips["subject"]]
    subject = [one.title if one else name for one, name in zip(offers, flips["subject"], strict=True)]
    material = [one.material if one else "" for one in offers]
    return _frame("break_evens", flips.assign(subject=subject, material=material, unit=unit))


def _worth(solved: SolvedCase, contract: Contract) -> float:
    """The most that a contract may come to within the plan [currency]."""
    price = solved.case.offer[contract.offer].price
    return float((contract.at_most * contract.scale * price).sum())


def _habits(plan: Outcome, followed: Mapping[str, Outcome]) -> pd.DataFrame:
    """Cost of each habit, more than the plan's, and the share of all need that it leaves unmet, expected and at worst.

    Needs weigh what losing them costs.
    """
    table = habits_table(plan, followed).iloc[1:]  # the plan stands first
    named = table.rename(columns={"expected_cost": "cost", "expected_difference": "difference"})
    outcomes = [followed[name] for name in table["habit"]]
    return _frame(
        "habits",
        named.assign(
            habit=[HABITS[name] for name in table["habit"]],
            expected_unmet=[unmet_of(outcome) for outcome in outcomes],
            worst_unmet=[_worst_unmet(outcome) for outcome in outcomes],
        ),
    )


def _worst_unmet(outcome: Outcome) -> float:
    """Share of all need unmet in the worst future."""
    weights = demand_weights(outcome.data)
    unmet = outcome.by_future(outcome.unmet).sum(axis=2)
    need = outcome.by_future(outcome.data.need).sum(axis=2)
    return float(((weights @ unmet) / (weights @ need).clip(1e-12)).max()) if len(weights) else 0.0


def _frontier(front: pd.DataFrame) -> pd.DataFrame:
    """Points from cheap to safe; the plan's own point is not one of them."""
    points = front[front["point"] != PLAN]
    bought = [_bought(row) for row in points.to_dict("records")]
    named = points.rename(columns={"expected_cost": "cost", "unmet": "shortage"})
    return _frame("frontier", named.assign(next_million=bought))


def _bought(row: dict[object, object]) -> str:
    """What the next million of expected cost buys in the worst years."""
    less = float(row["less_worst_per_million"])  # type: ignore[arg-type]
    return f"{less / 1e6:,.2f} million less in the worst years" if less == less else ""
