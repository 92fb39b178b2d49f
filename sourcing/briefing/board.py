"""What page one of a report is made of, all but where choices turn: the plan, what is to be done, and what if not."""

from collections.abc import Callable, Mapping

import pandas as pd

from sourcing.analyses import outlook
from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.phrasing import offer
from sourcing.analyses.rules_of_thumb import habits_table, lived
from sourcing.analyses.sensitivity.scaled_probabilities import odds
from sourcing.analyses.tradeoffs import delayed_decisions
from sourcing.analyses.tradeoffs.frontier_points import demand_weights, unmet_of
from sourcing.briefing.uncertainty_findings import HABITS
from sourcing.outcome import Plan
from sourcing.outcome.metrics import unmet_share
from sourcing.outcome.outcome import Outcome
from sourcing.outcome.rules.ladder import TODAY
from sourcing.reports.findings import COLUMNS, Findings

MOST_INPUTS = 8  # numbers on page one

Step = Callable[[str], None]
"""Called with what is worked out next."""


def board(plan: Plan, solved: SolvedCase, solver: CaseSolver, tell: Step) -> Findings:
    """The tables of page one, of a plan and the case that it solves. solver: solves the case with something changed."""
    followed = lived(solved.stated)
    today = followed[TODAY]
    tell("decisions")
    decisions = delayed_decisions.decide(solved, solver, unproven=plan.unproven)
    tell("odds")
    at_odds = odds(solved, solver)
    shown = _named(solved, decisions)
    return Findings(
        plan,
        decisions=in_columns("decisions", shown),
        without_action=outlook.shortages(today),
        with_plan=outlook.shortages(solved.outcome),
        cash=outlook.cash(solved.outcome),
        deliverable=outlook.deliverable(solved.outcome, today),
        undo=in_columns("undo", delayed_decisions.undo(solved, decisions).assign(what=shown["what"])),
        assumptions=_assumptions(plan),
        odds=at_odds,
        habits=_habits(solved.outcome, followed),
    )


def in_columns(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A table of Findings: its columns in their order, those that are missing empty."""
    return frame.reindex(columns=COLUMNS[name].split()).reset_index(drop=True)


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
    return in_columns(
        "assumptions",
        frame.assign(
            source=frame["source"].where(row, frame["assumption"]),
            confidence=frame["confidence"].where(row, "assumption"),
            age=frame["age"] * 30.4375,
        ),
    )


def _habits(plan: Outcome, followed: Mapping[str, Outcome]) -> pd.DataFrame:
    """Cost of each habit, more than the plan's, and the share of all need that it leaves unmet, expected and at worst.

    Needs weigh what losing them costs.
    """
    table = habits_table(plan, followed).iloc[1:]  # the plan stands first
    named = table.rename(columns={"expected_cost": "cost", "expected_difference": "difference"})
    outcomes = [followed[name] for name in table["habit"]]
    return in_columns(
        "habits",
        named.assign(
            habit=[HABITS.get(name, name) for name in table["habit"]],
            expected_unmet=[unmet_of(outcome) for outcome in outcomes],
            worst_unmet=[_worst_unmet(outcome) for outcome in outcomes],
        ),
    )


def _worst_unmet(outcome: Outcome) -> float:
    """Share of all need unmet in the worst future."""
    weights = demand_weights(outcome.data)
    unmet, need = (outcome.planned(amounts).sum(axis=2) for amounts in (outcome.unmet, outcome.data.need))
    return float(unmet_share(weights @ unmet, weights @ need).max()) if len(weights) else 0.0
