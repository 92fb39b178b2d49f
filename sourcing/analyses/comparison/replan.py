"""replan: this month's orders beside last month's plan: what changes, and because of what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Unpack

import pandas as pd

from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.comparison.anchored_program import AnchoredProgram, Frozen, beside, frozen_offers, thawed
from sourcing.analyses.comparison.decided_amounts import Amounts, decided, decided_before
from sourcing.analyses.comparison.input_differences import input_differences
from sourcing.analyses.comparison.input_steps import InputStep, input_steps, merged
from sourcing.analyses.comparison.last_plan import PlannedPeriod, planned
from sourcing.analyses.comparison.replan_sentences import decisions_kept, leaning, said
from sourcing.analyses.comparison.replan_tables import InputGroupStep, causes, changes, moves, purchases
from sourcing.analyses.progress import Progress
from sourcing.analyses.registry import analysis
from sourcing.audit import AuditedCommitments
from sourcing.case import Case
from sourcing.errors import Problem, ScenarioError, SolveError
from sourcing.files import Document
from sourcing.outcome import FileRead, Plan, load_plan
from sourcing.outcome.plan import edited_since
from sourcing.pipeline.plan_scenario import files_read, plan_of
from sourcing.pipeline.source import Source, document, prepare
from sourcing.solver.highs import Options

NO_INPUT = "no input"


@dataclass(frozen=True, eq=False, repr=False)
class Replan(Answer):
    """This month's plan beside last month's.

    plan: this month's, to be saved for the next; its cost is without the charge on changes. charged: that charge for
    what changes [currency]. purchases: what to order now; changes: decisions that differ from what was planned for
    this period, with the inputs that changed them; moves: how far each group of inputs moved each decision, which adds
    up to the change; causes: the groups, each with what it does to the cost; inputs: every value that differs.
    """

    plan: Plan
    charged: float
    purchases: pd.DataFrame
    changes: pd.DataFrame
    moves: pd.DataFrame
    causes: pd.DataFrame
    inputs: pd.DataFrame


@analysis()
def replan(
    source: Source,
    last_source: Source,
    last_plan: Plan | str | Path,
    *,
    frozen: Frozen = (),
    charge: float = 0.01,
    accept_edited: bool = False,
    **options: Unpack[AnalysisKeywords],
) -> Replan:
    """The plan of a month, which keeps to what the plan of the month before decided.

    source: this month's scenario, its first period one that the last plan covers. last_source, last_plan: last month's
    scenario and its plan, or the folder it was saved in. frozen: offers, by name or as `where`, whose orders now are
    those that the last plan expected to be placed. charge: share of the price of a unit ordered more or less now than
    planned, that a change must save to be made; it is no cost of the plan. Contracts signed and qualifications started
    by the last plan stay so, and what they cost is spent. overrides: as in `--set`, of this month's scenario.
    accept_edited: a folder that is not as it was saved is taken as it is, and the first sentence says so.

    Inputs are taken over group by group, each time solved anew with the same held and charged, see `input_steps`; a
    decision moves where its amount does.

    Raises ScenarioError when an input cannot be used, SolveError when there is no plan with what is frozen.
    """
    if not 0 <= charge < float("inf"):
        raise ScenarioError((Problem(None, "charge", f"{charge} is out of range", "give a share such as 0.02"),))
    plan = last_plan if isinstance(last_plan, Plan) else load_plan(last_plan, accept_edited=accept_edited)
    asked = AnalysisOptions(**options)
    before, after = document(last_source), document(source, asked.overrides)
    anchor = _Anchor(plan, frozen_offers(prepare(after), frozen), charge)
    solver_options = replace(asked.solver, strategy="extensive")  # see DeviationPenalty.onto
    states = list(input_steps(before, after)) or [InputStep((NO_INPUT,), after, ())]
    steps = list(_taken(states, anchor, asked.case_solver(solver_options), asked.progress))
    last = steps[-1]
    remarks = (*edited_since(plan), *_other_files(plan, before))
    answer = _answer(anchor, last, steps, input_differences(before, after), solver_options, files_read(after))
    return replace(answer, sentences=(*remarks, *answer.sentences))


def _other_files(plan: Plan, last: Document) -> Iterator[str]:
    """A remark where the last plan was made of other files than those that are named as last month's."""
    made_of = {file.sha256 for file in plan.manifest.files}
    other = [file.name for file in files_read(last) if file.sha256 not in made_of]
    if len(made_of) > 1 and last.files and other:
        yield (
            f"Changed since the last plan was solved: {', '.join(other)}; what differs there counts as if it had been "
            "planned with."
        )


@dataclass(frozen=True)
class _Anchor:
    """What of the last plan every step keeps to: orders that are frozen, and what a change of another must save."""

    plan: Plan
    frozen: tuple[str, ...]
    charge: float

    def offers(self, case: Case) -> tuple[str, ...]:
        """Offers that are frozen, of those that a case has."""
        return tuple(name for name in self.frozen if name in case.offer)


def _taken(
    states: Sequence[InputStep], anchor: _Anchor, solver: CaseSolver, progress: Progress | None
) -> Iterator[InputGroupStep]:
    """Each step solved; one without a scenario or a plan is taken together with the next."""
    waiting: InputStep | None = None
    for number, state in enumerate(states, 1):
        step = merged(waiting, state) if waiting else state
        if number == len(states):
            yield _last(step, anchor, solver)
        else:
            try:
                case = prepare(step.document)
                yield _solved(step, case, planned(anchor.plan, case), anchor, solver)
                waiting = None
            except (ScenarioError, SolveError):
                waiting = step
        if progress is not None:
            progress(number, len(states))


def _solved(step: InputStep, case: Case, last: PlannedPeriod, anchor: _Anchor, solver: CaseSolver) -> InputGroupStep:
    anchored = beside(case, last, anchor.offers(case), anchor.charge)
    solved = solver.of(anchored.stated, anchored.nearness)
    return InputGroupStep(step.name, step.paths, decided(solved, last), solved, anchored, last)


def _last(step: InputStep, anchor: _Anchor, solver: CaseSolver) -> InputGroupStep:
    """This month's scenario. Raises SolveError that names what is frozen and stands in the way."""
    case = prepare(step.document)
    last = planned(anchor.plan, case)
    try:
        return _solved(step, case, last, anchor, solver)
    except SolveError as error:
        guilty = [name for name, other in thawed(case, last, anchor.frozen, anchor.charge) if _has_plan(other, solver)]
        if guilty:
            names = " and ".join(f"'{name}'" for name in guilty)
            cause = f"no plan: the orders now of {names}, held as last planned, stand in the way; do not freeze "
            raise SolveError(cause + ("it" if len(guilty) == 1 else "one of them")) from None
        raise error


def _has_plan(other: AnchoredProgram, solver: CaseSolver) -> bool:
    try:
        solver.of(other.stated, other.nearness)
    except SolveError:
        return False
    return True


def _answer(
    anchor: _Anchor,
    last: InputGroupStep,
    steps: Sequence[InputGroupStep],
    inputs: Sequence[tuple[str, str, str]],
    options: Options,
    files: tuple[FileRead, ...],
) -> Replan:
    case, plan = last.solved.case, anchor.plan
    before: Amounts = decided_before(last.last)
    bought, changed = purchases(last), changes(before, steps, plan)
    why = causes(before, steps, plan)
    charged = _charged(last.solved, last.anchored)
    committed = AuditedCommitments(last.last.signed, last.last.started)
    new_plan = plan_of(last.anchored.stated, last.solved.solution, options, files=files, committed=committed)
    assumptions = (*decisions_kept(last), *leaning(anchor.charge))
    return Replan(
        title=f"{case.scenario.title}: orders of {case.calendar.labels[0]}",
        currency=case.scenario.currency,
        sentences=tuple(said(last, bought, changed, why, anchor.charge, charged)),
        plan=replace(new_plan, assumptions=(*new_plan.assumptions, *assumptions)),
        charged=charged,
        purchases=bought,
        changes=changed,
        moves=moves(before, steps, plan),
        causes=why,
        inputs=pd.DataFrame(inputs, columns=["path", "before", "after"]),
    )


def _charged(solved: SolvedCase, anchored: AnchoredProgram) -> float:
    return float(anchored.nearness.charged(solved.solution).sum()) * solved.stated.data.money
