"""Everything that a report says of a scenario or of a saved plan."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from sourcing.analyses import plan_context
from sourcing.analyses.analysis_options import AnalysisOptions
from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.sensitivity.breakeven import ThresholdSearch
from sourcing.analyses.sensitivity.tornado import tornado
from sourcing.analyses.tradeoffs.frontier import PLAN, frontier
from sourcing.briefing.board import Step, board, in_columns
from sourcing.briefing.uncertainty_findings import fresh_futures, outages, recorded
from sourcing.case.records import Contract
from sourcing.errors import Problem, ScenarioError, SolveError
from sourcing.figures import show
from sourcing.files import Document, dotted
from sourcing.outcome import Plan, load_plan
from sourcing.pipeline.option_checks import check_workers
from sourcing.pipeline.plan_scenario import SolvedProgram, answer
from sourcing.pipeline.source import Source, document
from sourcing.reports.findings import Findings, empty
from sourcing.solver.highs import Options, Watch
from sourcing.worker_processes import Pool, pool_of

MOST_TURNS = 6
POINTS = 5  # of each front
IN_COST = ("risk.of=cost",)  # which the page tells, whatever the scenario counts
TURNS_GAP = 1e-4
FEW = 3  # futures and contracts that are searched for turns, each
SAME = 1e-6  # relative: a plan that costs this much more or less is another


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
    accept_edited: bool = False,
    workers: int = 1,
    executor: Pool | None = None,
) -> Findings:
    """The plan of a source with everything that a report says of it.

    Arguments as of `solve`, time_limit for the plan alone; step: called with the name of each part before it is worked
    out. deep: also what losses do to the plan's stock, and fresh futures lived month by month, which takes many times
    as long. history: recorded events to live the decision through, see `sourcing.history`. Of a saved plan its own
    scenario is solved again, with the options that it was solved with, and everything is worked out of that: the report
    is the one of the file. accept_edited: a plan that is not as it was saved is taken as it is. workers, executor: as
    of every analysis, for those that the report asks. Which decisions of now depend on the end of the horizon is asked
    too, as by `solve(stable=True)`.

    Raises as `solve` does; SolveError where a saved plan does not come out again, as one that time cut short may not.
    """
    saved, tell = _saved(source, overrides, accept_edited), step or (lambda part: None)
    base = document(saved or source, overrides)
    if history is not None:  # first, for a file may not be fit for it
        tell("history")
    past = empty("history") if history is None else recorded(base, history)
    tell("plan")
    options = Options(gap, time_limit) if saved is None else _options(saved)
    check_workers(workers)
    with pool_of(workers, executor) as pool:
        made = answer(base, options, watch=watch, executor=pool, stable=True)
        plan = made.plan if saved is None else _come_out_again(saved, made.plan)
        return replace(_worked_out(base, plan, made, options.gap, tell, deep, pool), history=past)


def _worked_out(
    base: Document, plan: Plan, made: SolvedProgram, gap: float, tell: Step, deep: bool, pool: Pool | None
) -> Findings:
    """Everything but the history, of a plan and what it was read off; arguments as of `brief`."""
    solved = SolvedCase(made.stated, made.solution)
    findings = board(plan, solved, CaseSolver(Options(gap), executor=pool), tell)
    tell("turning points")
    findings = replace(findings, break_evens=_turns(base, solved))
    tell("tornado")
    bars = tornado(base, gap=gap, confirm=0, inputs=set(plan.inputs["input"]), executor=pool).bars
    tell("frontier")
    front = frontier(base, overrides=IN_COST, points=POINTS, gap=gap, executor=pool).risk
    tell("time to survive")
    lost = outages(base, "both" if deep else "today", pool)
    if deep:
        tell("fresh futures")
        findings = replace(findings, stress=fresh_futures(base, pool))
    return replace(
        findings,
        tornado=in_columns("tornado", bars.assign(input=bars["title"], unit=bars["unit"].replace("1", "share"))),
        frontier=_frontier(front, plan.currency),
        tree=plan_context.nodes(solved.case, solved.stated.data.tree),
        regimes=plan_context.regimes(solved.case),
        restrictions=plan_context.restrictions(solved.case),
        survival=lost,
    )


def _saved(source: Source, overrides: tuple[str, ...], accept_edited: bool) -> Plan | None:
    """The plan that a report is asked of; None where it is asked of a scenario."""
    if isinstance(source, str | Path) and Path(source).is_dir():
        source = load_plan(source, accept_edited=accept_edited)
    if not isinstance(source, Plan):
        return None
    if overrides:
        cure = "report the scenario file with the change, or solve it anew"
        raise ScenarioError((Problem(None, "overrides", "a plan is made, and its scenario not to be changed", cure),))
    return source


def _options(plan: Plan) -> Options:
    """The options that a plan was solved with, as its manifest has them."""
    known: dict[str, Any] = {name: plan.manifest.options.get(name) for name in ("gap", "time_limit", "threads")}
    return Options(**{name: value for name, value in known.items() if value is not None})


def _come_out_again(saved: Plan, again: Plan) -> Plan:
    """The saved plan, when its scenario gives it again, with what its decisions of now depend on. One that was edited
    is not compared: the report says so."""
    if saved.manifest.edited:
        return saved
    if abs(again.cost - saved.cost) <= SAME * max(abs(saved.cost), 1.0):
        return replace(saved, advice=again.advice, contracts=again.contracts, qualifications=again.qualifications)
    was, now = show(saved.cost, saved.currency), show(again.cost, again.currency)
    raise SolveError(
        f"the saved plan, {saved.status} at {was}, does not come out again: its scenario gives {now} now "
        f"({again.status}). Other versions, other data or a time limit can do that; solve the scenario again and "
        "report that plan"
    )


def _turns(base: Document, solved: SolvedCase) -> pd.DataFrame:
    """Where choices turn: by the odds of each future, and contracts that are on the table by their price."""
    search = ThresholdSearch.of(base, AnalysisOptions(gap=TURNS_GAP))
    futures = [dotted(("futures", name)) for name in solved.case.scenario.futures][:FEW]
    open_ = [contract for contract in solved.case.contracts if not contract.signed and contract.scale.any()]
    contracts = [dotted(("contracts", part.name)) for part in sorted(open_, key=lambda one: -_worth(solved, one))[:FEW]]
    frames = [
        search.breakeven(of, (by,)).flips
        for by, names in (("probability", futures if len(futures) > 1 else []), ("price", contracts))
        for of in names
    ]
    turning = [frame[frame["turns_to"].notna() & frame["flips_at"].notna()] for frame in frames]
    if not any(len(frame) for frame in turning):
        return in_columns("break_evens", pd.DataFrame())
    flips = pd.concat([frame for frame in turning if len(frame)], ignore_index=True)
    near = (flips["flips_at"] - flips["value"]).abs() / flips["value"].abs().clip(lower=1e-9)
    flips = flips.assign(near=near).sort_values("near", kind="stable").head(MOST_TURNS)
    unit = flips["unit"].replace("1", "share")
    offers = [solved.case.offer.get(subject) for subject in flips["subject"]]
    subject = [one.title if one else name for one, name in zip(offers, flips["subject"], strict=True)]
    material = [one.material if one else "" for one in offers]
    return in_columns("break_evens", flips.assign(subject=subject, material=material, unit=unit))


def _worth(solved: SolvedCase, contract: Contract) -> float:
    """The most that a contract may come to within the plan [currency]."""
    price = solved.case.offer[contract.offer].price
    return float((contract.at_most * contract.scale * price).sum())


def _frontier(front: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Points from cheap to safe; the plan's own point is not one of them."""
    points = front[front["point"] != PLAN]
    bought = [_bought(row, currency) for row in points.to_dict("records")]
    named = points.rename(columns={"expected_cost": "cost", "unmet": "shortage"})
    return in_columns("frontier", named.assign(next_million=bought))


def _bought(row: dict[object, object], currency: str) -> str:
    """What the next million of expected cost buys in the worst outcomes."""
    less = float(row["less_worst_per_million"])  # type: ignore[arg-type]
    return f"{show(less, currency)} less in the worst outcomes" if less == less else ""
