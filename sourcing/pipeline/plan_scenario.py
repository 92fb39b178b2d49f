"""The composition: from a scenario file to a plan."""

from dataclasses import asdict, dataclass, replace

import pandas as pd

from sourcing import files
from sourcing.advice import caveats, sentences
from sourcing.advice.decisive_numbers import inputs
from sourcing.advice.marginal_values import MarginalValues
from sourcing.advice.questions import questions
from sourcing.audit import AuditedCommitments, audit
from sourcing.facts import datasets
from sourcing.files import Document
from sourcing.outcome import Audit, FileRead, Manifest, Plan, result_tables, risk_tables
from sourcing.outcome.cases_tried import CasesTried, HorizonsTried
from sourcing.outcome.outcome import Outcome
from sourcing.outcome.plan_files import digest as sha256
from sourcing.outcome.rules.comparisons import comparisons
from sourcing.outcome.rules.ladder import TODAY, followed
from sourcing.outcome.shadow_prices import prices
from sourcing.outcome.versions import versions
from sourcing.pipeline.drawn_futures import drawn
from sourcing.pipeline.formulated import Formulated, parts_by_cost, state
from sourcing.pipeline.nothing_bought import check_bought
from sourcing.pipeline.option_checks import check_options, check_workers
from sourcing.pipeline.source import Source, document, prepare
from sourcing.pipeline.trying_cases import further, tried
from sourcing.pipeline.why_not import why_not
from sourcing.scenario import Scenario
from sourcing.solver.decomposition.subtree_workers import Executor
from sourcing.solver.halt import Halt
from sourcing.solver.highs import Options, Status, Watch
from sourcing.solver.numerical_quality import coefficients, residuals
from sourcing.solver.other_choices import OtherChoices, otherwise
from sourcing.solver.solution import Solution
from sourcing.solver.solver import Solver
from sourcing.worker_processes import pool_of

NOTHING_COMMITTED = AuditedCommitments()


def solve(
    source: Source,
    *,
    gap: float = 1e-4,
    time_limit: float | None = None,
    threads: int = 1,
    overrides: tuple[str, ...] = (),
    watch: Watch | None = None,
    strategy: str = "auto",
    workers: int = 1,
    executor: Executor | None = None,
    quick: bool = False,
    stable: bool = False,
) -> Plan:
    """The plan for a scenario.

    source: a file, a mapping, a Scenario, or a plan, whose scenario is solved anew. gap: relative, of the yes-or-no
    decisions. time_limit: seconds of solving, each future by itself included where regret counts; the best plan found
    by then is the answer. overrides: as in `--set`. watch: called with Progress while the solver runs; returning True
    stops it and keeps the best plan found. strategy: auto; extensive, the program as one; or lshaped, the tree cut into
    subtrees. workers: processes that solve subtrees; 1: this one. executor: solves them instead, anything with the
    `map` of concurrent.futures. quick: leaves out the cases in which probabilities and costs of a shortage are half or
    double. stable: tries plans that look further, twice as far beyond the plan, or one and two years where the scenario
    looks no further than its end, and says in `depends_on_horizon` which decisions of now are others there.

    Raises ScenarioError when the input cannot be used, SolveError when there is no plan, saying why, or when the
    plan found does not add up.
    """
    check_workers(workers)
    options = Options(gap, time_limit, threads, strategy)
    with pool_of(workers if executor is None else 1) as processes:
        return answer(source, options, overrides, watch, executor or processes, quick, stable).plan


@dataclass(frozen=True)
class SolvedProgram:
    """A plan with the program and the solution that it was read off."""

    plan: Plan
    stated: Formulated
    solution: Solution


def answer(
    source: Source,
    options: Options,
    overrides: tuple[str, ...] = (),
    watch: Watch | None = None,
    executor: Executor | None = None,
    quick: bool = False,
    stable: bool = False,
) -> SolvedProgram:
    """The plan for a scenario, with what it was read off; arguments and errors as of `solve`."""
    check_options(options)
    read = source if isinstance(source, Scenario) and source.document is None else document(source, overrides)
    case = prepare(read)
    made_of = files_read(read)
    halt = Halt(options.time_limit, watch)
    stated = state(case, halt)
    solver = Solver(halt.within(options), watch, executor)
    solution = solver.solve(stated.formulation, stated.program)
    if solution.status not in (Status.OPTIMAL, Status.FEASIBLE):
        raise why_not(stated, solution, options, halt)
    check_bought(stated.data, stated.program, solution, parts_by_cost)
    proven = solution.status is Status.OPTIMAL
    other = otherwise(solver, stated.program, solution) if proven else None
    nonzeros = stated.program.matrix.nnz
    cases = tried(stated.outcome(solution.values), options, nonzeros, halt) if proven and not quick else None
    horizons = None
    if stable and proven and isinstance(read, Document):
        horizons = further(read, stated.outcome(solution.values), options, halt)
    plan = plan_of(stated, solution, options, other, made_of, tried=cases, horizons=horizons)
    said = (overrides,) if isinstance(overrides, str) else tuple(overrides)
    stated_by = read if isinstance(read, Document) else None
    plan = replace(plan, document=stated_by, manifest=replace(plan.manifest, overrides=said))
    return SolvedProgram(plan, stated, solution)


def files_read(source: Document | Scenario) -> tuple[FileRead, ...]:
    """What a document was read from and the data package, each with its hash as it now is; nothing of a Scenario."""
    paths = dict.fromkeys(source.files) if isinstance(source, Document) else ()
    read = (FileRead(files.shown(path), sha256(path.read_bytes())) for path in paths if path.is_file())
    return (*read, FileRead(*datasets.package()))


def plan_of(
    stated: Formulated,
    solution: Solution,
    options: Options,
    other: OtherChoices | None = None,
    files: tuple[FileRead, ...] = (),
    committed: AuditedCommitments = NOTHING_COMMITTED,
    tried: CasesTried | None = None,
    horizons: HorizonsTried | None = None,
) -> Plan:
    """The plan of a solution, audited. other: what the other choices would cost; files: what it was read from;
    committed: what an earlier plan decided; tried: what other cases decide, horizons: what plans that look further do.
    Raises SolveError when the plan does not add up."""
    plan = _plan(stated, solution, options, other, tried, horizons)
    written = plan
    if stated.case.calendar.beyond:  # what is not told is audited too
        everything = replace(stated.outcome(solution.values), beyond=True)
        written = replace(plan, **_tables(everything))  # type: ignore[arg-type]
    checked = audit(written, stated.case.scenario, drawn(stated.case), committed)
    return replace(plan, manifest=replace(plan.manifest, audit=checked, files=files))


def _plan(
    stated: Formulated,
    solution: Solution,
    options: Options,
    other: OtherChoices | None,
    cases: CasesTried | None,
    horizons: HorizonsTried | None,
) -> Plan:
    data, case = stated.data, stated.case
    outcome = stated.outcome(solution.values, other, cases, horizons)
    rules = followed(stated.formulation, data)
    beside = comparisons(outcome, rules)
    status = solution.status.value
    return Plan(
        title=case.scenario.title,
        currency=case.scenario.currency,
        minimised=caveats.minimised(case),
        status=status,
        reason=solution.reason,
        cost=solution.objective * data.money,
        bound=solution.bound * data.money,
        gap=solution.gap,
        questions=questions(case.scenario),
        advice=sentences.advice(outcome, rules[TODAY], beside),
        unkept=caveats.unkept(outcome, status, solution.reason, solution.gap),
        assumptions=caveats.assumptions(outcome),
        manifest=_manifest(stated, solution, options),
        **_tables(outcome),  # type: ignore[arg-type]
        costs=risk_tables.costs_by_kind(outcome),
        risk=risk_tables.risk(outcome),
        prices=prices(stated.formulation, data, solution),
        futures=risk_tables.futures(outcome),
        baseline=risk_tables.compared(outcome, rules[TODAY]),
        comparisons=beside,
        inputs=inputs(MarginalValues(outcome, stated.formulation, solution.row_prices)),
    )


def _tables(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """What is done: the tables of an outcome, by their name in a plan."""
    makers = (
        result_tables.supplier_mix,
        result_tables.stockpile,
        result_tables.contracts,
        result_tables.qualifications,
        result_tables.orders,
        result_tables.border,
        result_tables.arrivals,
        result_tables.shortage,
    )
    return {make.__name__: make(outcome) for make in makers}


def _manifest(stated: Formulated, solution: Solution, options: Options) -> Manifest:
    rows, columns = stated.program.matrix.shape
    sample = stated.case.scenario.sample
    return Manifest(
        inputs=sha256(repr(stated.case.scenario).encode()),
        versions=versions(),
        options=asdict(options),
        seconds=round(solution.seconds, 3),
        columns=columns,
        rows=rows,
        nonzeros=int(stated.program.matrix.nnz),
        nodes=stated.data.tree.nodes,
        strategy=solution.strategy,
        why=solution.why,
        audit=Audit(0, 0.0),
        sampling_seed=sample.seed if sample else None,
        solver_seed=options.seed,
        coefficients=coefficients(stated.program),
        residuals=residuals(stated.program, solution.values),
        derived=solution.loosened,
        worst_outcomes=risk_tables.worst_measure(stated.case.scenario.risk),
    )
