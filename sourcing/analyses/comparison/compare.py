"""compare: plans beside each other, beside rules of thumb; regret."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import pandas as pd

from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.choices import Choice
from sourcing.analyses.compared_plans import ComparedPlan, absent, compared_plans
from sourcing.analyses.comparison.courses_of_action import compare_courses
from sourcing.analyses.comparison.input_differences import input_differences
from sourcing.analyses.phrasing import listed
from sourcing.analyses.progress import StepCounter
from sourcing.analyses.registry import analysis
from sourcing.errors import Problem, ScenarioError
from sourcing.figures import show
from sourcing.files import dotted
from sourcing.outcome import Plan
from sourcing.outcome.plan import edited_since
from sourcing.pipeline.source import Source
from sourcing.scenario.size import amounts, with_share

SAME = 0.005  # relative: amounts nearer than this are the same decision


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Answer):
    """Plans compared. totals: each course of action in each scenario, cost, risk, shortage, regret; regret: in each of
    its futures; decisions: of each plan; changes, inputs: what differs from the first."""

    totals: pd.DataFrame
    changes: pd.DataFrame
    inputs: pd.DataFrame
    regret: pd.DataFrame
    decisions: pd.DataFrame


@analysis()
def compare(
    sources: Sequence[Source],
    *,
    accept_edited: bool = False,
    **options: Unpack[AnalysisKeywords],
) -> Comparison:
    """Scenarios (files or mappings) and saved plans (folders) compared; of one file, its plan with the habits.

    In each scenario its plan, the decisions of now of every other plan, rules of thumb are
    followed without foresight; then the decisions of now of each are priced in every future, see `regrets`.
    accept_edited: saved plans that are not as they were saved are taken as they are, and the first sentences say so.

    Raises ScenarioError when a source cannot be used, SolveError when a scenario has no plan.
    """
    if not sources:
        raise ScenarioError((Problem(None, "compare", "nothing is compared", "name a scenario file"),))
    asked = AnalysisOptions(**options)
    solver = asked.case_solver()
    plans = compared_plans(sources, asked.overrides, solver, accept_edited)
    _one_currency(plans)
    scenarios = [(compared, compared.solved) for compared in plans if compared.solved is not None]
    steps = StepCounter(asked.progress, sum(len(solved.case.futures) for _, solved in scenarios))
    stands = [compare_courses(compared, solved, plans, solver, steps) for compared, solved in scenarios]
    totals = pd.concat([*(stand.totals for stand in stands), *_as_saved(plans)], ignore_index=True)
    changes = pd.DataFrame(_changes(plans), columns=["scenario", "decision", "subject", "before", "after"])
    inputs = pd.DataFrame(_inputs(plans), columns=["scenario", "path", "before", "after"])
    return Comparison(
        title="Compared: " + ", ".join(compared.label for compared in plans),
        currency=plans[0].currency,
        sentences=(
            *_edited(plans),
            *_differ(plans, inputs, changes),
            *(line for stand in stands for line in stand.sentences),
        ),
        totals=totals,
        changes=changes,
        inputs=inputs,
        regret=pd.concat([stand.regret for stand in stands], ignore_index=True) if stands else pd.DataFrame(),
        decisions=pd.DataFrame([{"scenario": m.label, **vars(choice)} for m in plans for choice in m.choices]),
    )


def _edited(plans: Sequence[ComparedPlan]) -> Iterator[str]:
    for compared in plans:
        if compared.plan is not None:
            yield from (f"{compared.label}: {line}" for line in edited_since(compared.plan))


def _one_currency(plans: Sequence[ComparedPlan]) -> None:
    for compared in plans:
        if compared.currency != plans[0].currency:
            cause = f"{compared.label} counts in {compared.currency}, {plans[0].label} in {plans[0].currency}"
            raise ScenarioError((Problem(None, "currency", cause, "compare what counts in one currency"),))


# Between the files ----------------------------------------------------------------------------------------------------


def _as_saved(plans: Sequence[ComparedPlan]) -> Iterator[pd.DataFrame]:
    """What saved plans said of themselves, one row each."""
    for compared in plans:
        if compared.plan is not None:
            yield pd.DataFrame([{"scenario": compared.label, "course": "as saved", **_saved_totals(compared.plan)}])


def _saved_totals(plan: Plan) -> dict[str, Any]:
    compared = plan.baseline.set_index(["subject", "measure"])["plan"]
    tail = next(name for name in compared["cost"].index if name.startswith("mean of the worst"))
    lost = plan.costs[(plan.costs["kind"] == "shortage") & (plan.costs["future"] == "expected")]
    unmet = compared[compared.index.get_level_values("measure") == "expected share of need unmet"]
    return {
        "cost": plan.cost,
        "expected_cost": compared["cost", "expected"],
        "worst_cost": compared["cost", plan.manifest.worst_outcomes or tail],
        "margin_lost": float(lost["charge"].sum()),
        **{f"unmet: {name}": share for name, share in unmet.droplevel("measure").items()},
    }


def _changes(plans: Sequence[ComparedPlan]) -> Iterator[tuple[str, ...]]:
    """Decisions of each plan that are not those of the first."""
    first = {(choice.decision, choice.subject): choice for choice in plans[0].choices}
    for compared in plans[1:]:
        mine = {(choice.decision, choice.subject): choice for choice in compared.choices}
        for key in dict.fromkeys([*first, *mine]):
            one, other = first.get(key), mine.get(key)
            before, after = one or absent(mine[key]), other or absent(first[key])
            if not _same(before, after):
                yield compared.label, *key, _told(before), _told(after)


def _same(before: Choice, after: Choice) -> bool:
    size = max(abs(before.amount), abs(after.amount), 1e-9)
    alike = abs(before.amount - after.amount) <= SAME * size or before.decision == "qualify"
    return before.choice == after.choice and alike


def _told(choice: Choice) -> str:
    if choice.decision == "qualify" or not choice.amount:
        return choice.choice
    return f"{choice.choice} {show(choice.amount, choice.unit)}"


def _inputs(plans: Sequence[ComparedPlan]) -> Iterator[tuple[str, str, str, str]]:
    if plans[0].document is None:
        return
    ours = _shares(plans[0])
    for compared in plans[1:]:
        if compared.document is not None:
            theirs = _shares(compared)
            for path, before, after in input_differences(plans[0].document, compared.document):
                yield compared.label, path, ours.get(path, before), theirs.get(path, after)


def _shares(compared: ComparedPlan) -> dict[str, str]:
    """What `size` made of amounts, and of what they are a share, by the paths at which a file may state them."""
    scaled = amounts(compared.solved.case.scenario) if compared.solved else ()
    told = [(dotted(path), with_share(number)) for path, number in scaled if number.scale != 1]
    return {at: words for path, words in told for at in (path, f"{path}.value")}


def _differ(plans: Sequence[ComparedPlan], inputs: pd.DataFrame, changes: pd.DataFrame) -> Iterator[str]:
    """What differs from the first, each in a sentence; of saved plans the file is not known."""
    first = plans[0]
    for compared in plans[1:]:
        two = f"'{compared.label}'", f"'{first.label}'"
        if first.document is None or compared.document is None:
            yield f"What {two[1]} and {two[0]} were given cannot be compared: a saved plan keeps its answer alone."
        else:
            mine = inputs[inputs["scenario"] == compared.label].to_dict("records")
            differences = [f"{row['path']}: {row['before']} -> {row['after']}" for row in mine]
            number = f"{len(differences)} input{'s' * (len(differences) != 1)}"
            yield f"{two[0]} differs from {two[1]} in {number}" + (
                f": {listed(differences, 4, '; ')}." if differences else "."
            )
        rows = changes[(changes["scenario"] == compared.label) & (changes["decision"] != "order")].to_dict("records")
        differences = [f"{row['subject']}: {row['before']} -> {row['after']}" for row in rows]
        yield (
            f"{two[0]} decides otherwise than {two[1]}: {listed(differences, between='; ')}."
            if differences
            else f"{two[0]} signs and qualifies what {two[1]} does."
        )
