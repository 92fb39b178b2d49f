"""What page one of a report is made of, all but where choices turn: the plan, what is to be done, and what if not."""

from collections.abc import Callable

import pandas as pd

from sourcing.analyses import outlook
from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.phrasing import offer
from sourcing.analyses.sensitivity.scaled_probabilities import odds
from sourcing.analyses.tradeoffs import delayed_decisions
from sourcing.outcome import Plan
from sourcing.outcome.rules.ladder import todays_rule
from sourcing.outcome.rules.order_up_to import live
from sourcing.reports.findings import COLUMNS, Findings

Step = Callable[[str], None]
"""Called with what is worked out next."""


def board(plan: Plan, solved: SolvedCase, solver: CaseSolver, tell: Step) -> Findings:
    """The tables of page one, of a plan and the case that it solves. solver: solves the case with something changed."""
    stated = solved.stated
    today = stated.outcome(live(stated.formulation, stated.data, todays_rule(stated.data)))
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
        odds=at_odds,
    )


def in_columns(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A table of Findings: its columns in their order, those that are missing empty."""
    return frame.reindex(columns=COLUMNS[name].split()).reset_index(drop=True)


def _named(solved: SolvedCase, decisions: pd.DataFrame) -> pd.DataFrame:
    """Decisions with the names that a reader knows: of a material its title, of an offer who sells what."""
    case, shown = solved.case, decisions.copy()
    titles = {name: material.title or name for name, material in case.scenario.materials.items()}
    shown["what"] = [
        titles.get(what, what)
        if decision == "order"
        else offer(case, what)
        if decision in ("qualify", "prepare")
        else what
        for decision, what in zip(decisions["decision"], decisions["what"], strict=True)
    ]
    return shown
