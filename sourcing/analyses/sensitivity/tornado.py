"""tornado: every uncertain number at both ends: what it does to the bill and to the decision."""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Unpack

import numpy as np
import pandas as pd

from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.case_records import totals
from sourcing.analyses.case_solver import CaseSolver, SolvedCase, UnprovenPlans
from sourcing.analyses.choices import Choice, choices, differences
from sourcing.analyses.phrasing import differences as told
from sourcing.analyses.progress import StepCounter
from sourcing.analyses.registry import AnalysisOption, analysis
from sourcing.analyses.sensitivity.uncertain_numbers import UncertainNumber, uncertain
from sourcing.case import Case, resolve
from sourcing.errors import Problem, ScenarioError, SolveError
from sourcing.figures import ENGLISH, show
from sourcing.pipeline.formulated import Formulated, state
from sourcing.pipeline.source import Source, document, prepare
from sourcing.scenario.regime_expansion import pull_in
from sourcing.solver.highs import Options
from sourcing.solver.stamp import Program
from sourcing.worker_processes import portions

TOGETHER = 5  # numbers that one worker takes to their ends, one after the other
EXACT = 1e-7  # gap at which a change of the decision is confirmed
COLUMNS = [
    *("input", "title", "low", "value", "high", "unit", "cost_at_low", "cost_at_high", "effect_on_cost"),
    *("lost_at_low", "lost_at_high", "effect_on_shortage", "changes_decision", "decision_at_low", "decision_at_high"),
    "source",
]
SAME, NO_PLAN = "as now", "no plan"


@dataclass(frozen=True, eq=False, repr=False)
class Tornado(Answer):
    """What each uncertain number does. bars: one row each, the largest effect on cost first; the ends in `unit`; cost
    as the plan minimises it; margin lost to shortage, expected; what the plan that wins at an end decides otherwise."""

    bars: pd.DataFrame


@dataclass(frozen=True)
class NumberEnd:
    """A number at one of its ends: cost, margin lost, the choices of the plan that wins; NaN where there is none, and
    why."""

    cost: float
    lost: float
    choices: tuple[Choice, ...]
    reason: str = ""


@dataclass(frozen=True)
class TornadoBar:
    """A number at both ends."""

    number: UncertainNumber
    ends: tuple[NumberEnd, NumberEnd]

    def swing(self, field: str, now: NumberEnd) -> float:
        """Largest less smallest over both ends and now; infinite where an end has no plan."""
        values = [getattr(end, field) for end in (*self.ends, now)]
        return math.inf if any(math.isnan(value) for value in values) else max(values) - min(values)


@analysis(
    AnalysisOption("--default", "Range of prices, needs, capacities without one: 0.2.", float, metavar="SHARE"),
    AnalysisOption("--confirm", "Bars solved once more.", int, 0),
    text="""Every number with a low and a high at both ends: what it does to cost and shortage, and to the decision.

    Probabilities without a range are taken at half and double. Changes of the decision of the longest bars are solved
    once more, to a gap of 1e-7, so that none is a tie.
    """,
)
def tornado(
    source: Source,
    *,
    default: float | None = None,
    confirm: int = 20,
    inputs: Collection[str] | None = None,
    **options: Unpack[AnalysisKeywords],
) -> Tornado:
    """Every number that states a low or a high at both ends, probabilities at half and double where they state none.

    inputs: only these numbers, by their path in the file, such as those on which a plan leans most; None: all.
    default: a range for prices, needs and capacities that state none, 0.2 for 20 % down and up; None: they stand fast.
    Each end is a plan of its own, solved to `gap`; what makes no difference to the program is not solved again. Of the
    `confirm` longest bars the changes of the decision are solved to a gap of 1e-7, so that they are no ties.

    Raises ScenarioError where the scenario cannot be used, SolveError where it has no plan.
    """
    if default is not None and not 0 < default <= 1:
        raise ScenarioError((Problem(None, "--default", f"{default:g} is no range", "give 20 % as 0.2"),))
    asked = AnalysisOptions(**options)
    merged = pull_in(document(source, asked.overrides))
    case = prepare(merged)
    numbers = [number for number in uncertain(merged, case, default) if inputs is None or number.name in inputs]
    exact = asked.case_solver(replace(asked.solver, gap=min(EXACT, asked.gap) if confirm else asked.gap))
    stated = state(case)
    plan = exact.of(stated)
    now = _end(plan)
    bars = _bars(numbers, stated, now, asked)
    bars.sort(key=lambda bar: -bar.swing("cost", now))
    bars[:confirm] = [_confirmed(bar, stated, now, exact) for bar in bars[:confirm]]
    bars.sort(key=lambda bar: -bar.swing("cost", now))
    frame = pd.DataFrame([_row(case, bar, now) for bar in bars], columns=COLUMNS)
    return Tornado(
        title=f"{case.scenario.title}: what each uncertain number does",
        currency=case.scenario.currency,
        sentences=tuple(_sentences(frame, plan, asked.gap)),
        bars=frame,
    )


@dataclass(frozen=True)
class NumbersTask:
    """Numbers to be taken to both ends one after the other, beside the plan now."""

    case: Case
    now: NumberEnd
    numbers: tuple[UncertainNumber, ...]
    options: Options


def _bars(
    numbers: Sequence[UncertainNumber], stated: Formulated, now: NumberEnd, asked: AnalysisOptions
) -> list[TornadoBar]:
    """Each number at both ends, in their order."""
    steps = StepCounter(asked.progress, len(numbers))
    if asked.executor is None:
        return list(_swung(numbers, stated, now, asked.case_solver(), steps))
    tasks = [NumbersTask(stated.case, now, batch, asked.solver) for batch in portions(numbers, TOGETHER)]
    batches = asked.results_in_order(swung, tasks, lambda batch: steps(len(batch)))
    return [bar for batch in batches for bar in batch]


def swung(task: NumbersTask, unproven: UnprovenPlans) -> list[TornadoBar]:
    """Each number of a task at both ends."""
    solver = CaseSolver(task.options, unproven=unproven)
    return list(_swung(task.numbers, state(task.case), task.now, solver, lambda: None))


def _swung(
    numbers: Sequence[UncertainNumber],
    stated: Formulated,
    now: NumberEnd,
    solver: CaseSolver,
    step: Callable[[], None],
) -> Iterator[TornadoBar]:
    solver.of(stated)  # from which each end sets out
    for number in numbers:
        yield TornadoBar(number, (_at(number, 0, stated, now, solver), _at(number, 1, stated, now, solver)))
        step()


def _at(number: UncertainNumber, end: int, stated: Formulated, now: NumberEnd, solver: CaseSolver) -> NumberEnd:
    """The best plan with a number at an end; that of now where it makes no difference."""
    scenario = number.at(stated.case.scenario, end)
    if scenario is None:
        return now
    try:
        changed = state(resolve(scenario))
        return now if _same(changed.program, stated.program) else _end(solver.of(changed))
    except (ScenarioError, SolveError) as error:
        return NumberEnd(math.nan, math.nan, (), str(error).splitlines()[0])


def _same(one: Program, other: Program) -> bool:
    """Whether two programs are equal in every number."""
    if one.matrix.shape != other.matrix.shape or one.matrix.nnz != other.matrix.nnz or one.offset != other.offset:
        return False
    pairs = [(one.matrix.data, other.matrix.data), (one.matrix.indices, other.matrix.indices)]
    pairs += [(one.matrix.indptr, other.matrix.indptr), (one.cost, other.cost), (one.integer, other.integer)]
    pairs += [(one.column_lower, other.column_lower), (one.column_upper, other.column_upper)]
    pairs += [(one.row_lower, other.row_lower), (one.row_upper, other.row_upper)]
    return all(np.array_equal(left, right) for left, right in pairs)


def _end(solved: SolvedCase) -> NumberEnd:
    return NumberEnd(solved.cost, float(totals(solved)["margin_lost"]), choices(solved.outcome))


def _confirmed(bar: TornadoBar, stated: Formulated, now: NumberEnd, exact: CaseSolver) -> TornadoBar:
    """A bar whose ends that change the decision are solved to the smaller gap."""
    ends = [
        _at(bar.number, side, stated, now, exact) if end.choices and differences(now.choices, end.choices) else end
        for side, end in enumerate(bar.ends)
    ]
    return replace(bar, ends=(ends[0], ends[1]))


def _row(case: Case, bar: TornadoBar, now: NumberEnd) -> tuple[object, ...]:
    low, high = bar.ends
    decided = [_decision(case, end, now) for end in bar.ends]
    return (
        *(bar.number.name, bar.number.title, bar.number.ends[0], bar.number.value, bar.number.ends[1], bar.number.unit),
        *(low.cost, high.cost, bar.swing("cost", now), low.lost, high.lost, bar.swing("lost", now)),
        *(any(text != SAME for text in decided), *decided, bar.number.source),
    )


def _decision(case: Case, end: NumberEnd, now: NumberEnd) -> str:
    """What the plan that wins at an end decides otherwise."""
    if math.isnan(end.cost):
        return end.reason if end.reason.startswith(NO_PLAN) else f"{NO_PLAN}: {end.reason}"
    return told(case, differences(now.choices, end.choices)) or SAME


def _sentences(bars: pd.DataFrame, plan: SolvedCase, gap: float) -> Iterator[str]:
    currency, rows = plan.case.scenario.currency, bars.to_dict("records")
    if not rows:
        yield "No number states a low or a high: add them, or give prices, needs and capacities a range, --default 0.2."
        return
    yield f"Varied one at a time: {len(rows)} numbers. The plan costs {show(plan.cost, currency)} with all as stated."
    planned = [row for row in rows if math.isfinite(row["effect_on_cost"])]
    if planned:
        yield f"Most for the bill: {_leaders(planned, 'effect_on_cost', currency)}."
    short = sorted(planned, key=lambda row: -row["effect_on_shortage"])
    if planned and short[0]["effect_on_shortage"] > 1e-6 * abs(plan.cost):
        yield f"Most for the margin lost to shortage: {_leaders(short, 'effect_on_shortage', currency)}."
    turning = [row for row in rows if row["changes_decision"]]
    if not turning:
        yield "None of them changes a contract or a qualification: they change the bill only."
        return
    yield f"{len(turning)} of {len(rows)} change a contract or a qualification, the others only the bill."
    for row in turning[:5]:
        for side in ("low", "high"):
            if (decided := row[f"decision_at_{side}"]) != SAME:
                at, now = _number(row, side), _number(row, "value")
                yield f"{row['title'].capitalize()}, {side} end {at} ({now} now): {decided}."
    small = gap * abs(plan.cost)
    yield f"Effects on the bill below {show(small, currency)} are within the gap of the plans and rank by chance."


def _leaders(rows: Sequence[dict[Any, Any]], effect: str, currency: str) -> str:
    """The three longest bars."""
    return "; ".join(f"{row['title']} ({show(row[effect], currency)})" for row in rows[:3])


def _number(row: dict[Any, Any], field: str) -> str:
    value, unit = row[field], row["unit"]
    return ENGLISH.plain(value) if unit == "1" else f"{ENGLISH.plain(value)} {unit}"
