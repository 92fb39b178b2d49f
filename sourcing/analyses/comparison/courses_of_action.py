"""Courses of action beside each other in one scenario: its plan, other plans' decisions of now, habits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sourcing.analyses.case_records import Record, course_totals
from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.compared_plans import ComparedPlan
from sourcing.analyses.comparison.regret import CourseOfAction, regrets
from sourcing.analyses.firm_needs import firm_unmet
from sourcing.analyses.first_stage import best_after, now_of, strangers
from sourcing.analyses.phrasing import in_the_worst, listed, more_or_less
from sourcing.figures import percent, show
from sourcing.outcome.outcome import weighed
from sourcing.outcome.rules.ladder import TODAY, followed

OWN = "this plan"
SAME = 0.005  # relative: regrets nearer than this are the same


@dataclass(frozen=True)
class CourseComparison:
    """What stands beside each other in one scenario, and in sentences."""

    totals: pd.DataFrame
    regret: pd.DataFrame
    sentences: tuple[str, ...]


def compare_courses(
    compared: ComparedPlan,
    solved: SolvedCase,
    plans: Sequence[ComparedPlan],
    solver: CaseSolver,
    steps: Callable[[], None],
) -> CourseComparison:
    """A scenario's plan beside the decisions of now of the others, rules of thumb.

    steps: called after each future.
    """
    others, left_out = _others(compared, solved, plans, solver)
    rules = followed(solved.stated.formulation, solved.stated.data)
    habits = [CourseOfAction(name, now_of(outcome), outcome) for name, outcome in rules.items()]
    courses = [CourseOfAction(OWN, compared.now, solved.outcome), *others, *habits]
    regret = regrets(solved.stated.data, courses, solver, steps)
    totals = _totals(solved, courses, regret)
    totals.insert(0, "scenario", compared.label)
    regret.insert(0, "scenario", compared.label)
    sentences = (*left_out, *_beside(compared, solved, totals), *_regretted(compared, regret), *_firm(courses))
    return CourseComparison(totals, regret, sentences)


def _others(
    compared: ComparedPlan, solved: SolvedCase, plans: Sequence[ComparedPlan], solver: CaseSolver
) -> tuple[list[CourseOfAction], tuple[str, ...]]:
    """The decisions of now of the other plans in this scenario; and what of them has no place there."""
    courses, said = [], []
    for other in plans:
        if other is compared:
            continue
        name, now = f"plan of {other.label}", other.now
        unknown = strangers(now, solved.stated)
        if unknown:
            said.append(f"Left out of the plan of '{other.label}' in '{compared.label}': {listed(unknown)}.")
        after = best_after(solver, solved.stated, now)
        if after is None:
            now = replace(now, orders=None)
            after = best_after(solver, solved.stated, now)
            said.append(
                f"The first orders of the plan of '{other.label}' cannot stand in '{compared.label}'; its contracts "
                "and qualifications alone are held."
                if after
                else f"What the plan of '{other.label}' decides now leaves no plan in '{compared.label}'."
            )
        courses.append(CourseOfAction(name, now, after.outcome if after else None))
    return courses, tuple(said)


def _totals(solved: SolvedCase, courses: Sequence[CourseOfAction], regret: pd.DataFrame) -> pd.DataFrame:
    rows = []
    own = course_totals(solved.outcome)
    for course in courses:
        mine = regret[regret["course"] == course.name]
        said = _read(course)
        rows.append(
            {
                "course": course.name,
                "cost": _objective(solved, course),
                "expected_cost": said.pop("expected_cost", np.nan),
                "worst_cost": said.pop("worst_cost", np.nan),
                "margin_lost": said.pop("margin_lost", np.nan),
                "expected_regret": float(mine["regret"].to_numpy() @ mine["probability"].to_numpy()),
                "largest_regret": float(mine["regret"].max(skipna=False)),
                **said,
            }
        )
    frame = pd.DataFrame(rows)
    frame.insert(4, "expected_difference", frame["expected_cost"] - own["expected_cost"])
    frame.insert(5, "worst_difference", frame["worst_cost"] - own["worst_cost"])
    return frame


def _read(course: CourseOfAction) -> Record:
    return {} if course.outcome is None else course_totals(course.outcome) | _firm_columns(course)


def _firm_columns(course: CourseOfAction) -> dict[str, float]:
    missing = {} if course.outcome is None else firm_unmet(course.outcome)
    return {f"unmet: {name}": share for name, share in missing.items()}


def _objective(solved: SolvedCase, course: CourseOfAction) -> float:
    """What the scenario minimises, of a course [currency]."""
    if course.outcome is None:
        return np.nan
    return weighed(course.outcome, course.outcome.data.tree.future_probability)


def _beside(compared: ComparedPlan, solved: SolvedCase, totals: pd.DataFrame) -> Iterator[str]:
    currency, worst = compared.currency, in_the_worst(solved.case.scenario.risk)
    own, *others = totals.to_dict("records")
    yield (
        f"{compared.label}: the plan costs {show(own['expected_cost'], currency)} with lost margin on average, "
        f"{show(own['worst_cost'], currency)} {worst}."
    )
    for row in others:
        if np.isfinite(row["expected_cost"]):
            name = f"{row['course'][0].upper()}{row['course'][1:]}"
            yield (
                f"{name}: {more_or_less(row['expected_difference'], currency)} on average than the plan, "
                f"{more_or_less(row['worst_difference'], currency)} {worst}."
            )


def _regretted(compared: ComparedPlan, regret: pd.DataFrame) -> Iterator[str]:
    """What the plan and today's way can be regretted for; and what would be regretted less, where anything would."""
    largest = regret.groupby("course", sort=False)["regret"].max()
    known = regret.dropna(subset=["regret"])
    for name, whose in ((OWN, "the plan's decisions of now"), (TODAY, "the first orders of what is done today")):
        mine = known[known["course"] == name].sort_values("regret", kind="stable").to_dict("records")
        if mine:
            worst = mine[-1]
            share = worst["regret"] / max(abs(worst["best_cost"]), 1e-9)
            yield (
                f"Had the future been known, {whose} would turn out at most {show(worst['regret'], compared.currency)} "
                f"too dear (in '{worst['future']}', {percent(share)} of its cost)."
            )
    least = str(largest.idxmin()) if largest.notna().any() else OWN
    if least != OWN and largest[OWN] > largest[least] + SAME * abs(largest[OWN]):
        yield f"Least to be regretted at worst: {least}, {show(largest[least], compared.currency)} at most."


def _firm(courses: Sequence[CourseOfAction]) -> Iterator[str]:
    """Where a habit leaves a firm need unmet, its cost does not count that."""
    for course in courses:
        missing = {} if course.outcome is None else firm_unmet(course.outcome)
        if missing:
            told = listed([f"{percent(share)} of {name}" for name, share in missing.items()])
            yield f"{course.name} leaves firm needs unmet, on average {told}; its cost does not count that."
