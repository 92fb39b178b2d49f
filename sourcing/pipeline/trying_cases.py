"""The decisions of now where probabilities and the costs of a shortage are half or double what is stated, and where the
plan looks further."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sourcing.calendar import Array
from sourcing.case import Case, resolve
from sourcing.errors import ScenarioError, SolveError
from sourcing.files import Document
from sourcing.futures.effects import tree_of
from sourcing.model import formulate
from sourcing.model.node_data import nodes
from sourcing.outcome.cases_tried import CasesTried, HorizonsTried
from sourcing.outcome.cost_terms import Values
from sourcing.outcome.outcome import Outcome
from sourcing.pipeline.source import prepare
from sourcing.scenario.language.restrictions import Futures
from sourcing.scenario.paths import Path
from sourcing.scenario.probability_groups import at_odds
from sourcing.solver.halt import Halt
from sourcing.solver.highs import Options, Status
from sourcing.solver.solver import Solver
from sourcing.solver.stamp import stamp

FACTORS = (0.5, 2.0)
MOST_CASES = 8
GAP = 1e-4  # of the cases, though the plan be proven to less
MOST_NONZEROS = 400_000  # of all programs together: so that the cases take at most some three times the plan itself


def tried(outcome: Outcome, options: Options, nonzeros: int, halt: Halt) -> CasesTried:
    """The cases of largest stakes, as many as the size of the program allows; where regret counts none.

    outcome: of the plan; nonzeros: of its program; halt: when to end. But for that the number of cases does not depend
    on the machine.
    """
    case, most = outcome.case, min(MOST_CASES, MOST_NONZEROS // max(nonzeros, 1))
    solver, names = _solver(options, halt), list[str]()
    mine = _now(outcome.values)
    same = [np.zeros(len(values)) for values in mine]
    for name, other in _cases(outcome) if case.scenario.risk.of != "regret" else ():
        if len(names) >= most or halt.over:
            break
        theirs = _decided(solver, other)
        if theirs is None:
            continue
        names.append(name)
        for row, (planned, otherwise) in enumerate(zip(mine, theirs, strict=True)):
            same[row] += planned == otherwise
    return CasesTried(tuple(names), *same)


def _solver(options: Options, halt: Halt) -> Solver:
    return Solver(replace(halt.within(options), gap=max(options.gap, GAP)), halt.listen(), prices=False)


def _cases(outcome: Outcome) -> Iterator[tuple[str, Case]]:
    """Cases in order of their stakes: the costs of a shortage, then the futures that move the bill most."""
    case = outcome.case
    for factor in FACTORS:
        yield f"costs of a shortage x {factor:g}", _dearer(case, factor)
    for path, odds in _futures(outcome):
        for factor in FACTORS:
            if odds * factor < 1:
                try:
                    other = resolve(at_odds(case.scenario, path, odds * factor))
                except ScenarioError:
                    continue
                yield f"probability of '{path[-1]}' x {factor:g}", other


def _dearer(case: Case, factor: float) -> Case:
    return replace(
        case,
        demands=tuple(
            replace(demand, steps=tuple(replace(step, cost=factor * step.cost) for step in demand.steps))
            for demand in case.demands
        ),
    )


def _futures(outcome: Outcome) -> list[tuple[Path, float]]:
    """Typed futures that have an alternative, with their probability; those that move the expected cost most first."""
    scenario, tree = outcome.case.scenario, outcome.data.tree
    groups: list[tuple[Path, Futures]] = [(("futures",), scenario.futures)]
    groups += [(("risks", name), group) for name, group in scenario.risks.items()]
    futures = []
    for path, group in groups:
        if len(group) < 2:
            continue
        for name, future in group.items():
            rows = [row for row, future_spec in enumerate(tree.futures) if name in future_spec.split(" + ")]
            mass = tree.future_probability[rows]
            stake = abs(float(outcome.future_cost[rows] @ mass) - outcome.expected_cost * float(mass.sum()))
            futures.append((stake, (*path, name), future.probability.measure.number))
    return [(path, odds) for _, path, odds in sorted(futures, key=lambda one: -one[0])]


def _decided(solver: Solver, case: Case) -> tuple[Array, Array] | None:
    """The decisions of now of a case; None where it has no plan."""
    formulation = formulate(nodes(case, tree_of(case)))
    try:
        solution = solver.solve(formulation, stamp(formulation))
    except SolveError:
        return None
    return _now(solution.values) if solution.status in (Status.OPTIMAL, Status.FEASIBLE) else None


def _now(values: Values) -> tuple[Array, Array]:
    """Which contracts are signed, and which qualifications begin now."""
    signed, started = (np.round(values[name][:, 0]) for name in ("contract_signed", "qualification_started"))
    return signed, started


# Further horizons ---------------------------------------------------------------------------------------------------

FURTHER = (1, 2)  # years, of a plan that looks no further than its end


def further(stated: Document, outcome: Outcome, options: Options, halt: Halt) -> HorizonsTried | None:
    """Whether what is decided now is another where the plan looks twice as far beyond its end, or one and two years
    where it looks no further; None where that has no plan, or time is over. stated: what the plan was made of."""
    calendar, mine = outcome.case.calendar, _now(outcome.values)
    solver = _solver(options, halt)
    more, differs = list[int](), [np.zeros(len(values), bool) for values in mine]
    further_on = (calendar.beyond,) if calendar.beyond else [round(years * calendar.per_year) for years in FURTHER]
    for added in further_on:
        try:
            case = prepare(stated, (f"horizon.beyond={calendar.beyond + added}",))
        except ScenarioError:
            return None
        theirs = None if halt.over else _decided(solver, case)
        if theirs is None or any(len(planned) != len(decided) for planned, decided in zip(mine, theirs, strict=True)):
            return None
        more.append(added)
        for row, (planned, decided) in enumerate(zip(mine, theirs, strict=True)):
            differs[row] |= planned != decided
    return HorizonsTried(tuple(more), *differs)
