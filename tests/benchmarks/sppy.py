"""mpi-sppy on the same instances beside ours: `python tests/benchmarks/sppy.py [FUTURES ...]`. Needs `distributed`.

The relaxed fan of the Japanese model, gap 1e-4. Scenarios are the subtrees of our cut, of the program without fixed
columns and rows that bound one column, and first-stage is what our master holds: it is told all that we find out of the
tree. A plan is what its first-stage values cost in the subtrees, worked out by us and not on its clock; it ends as soon
as that is within the gap of its bound.
"""

import contextlib
import io
import json
import logging
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
from mpisppy.opt.ef import ExtensiveForm
from mpisppy.opt.lshaped import LShapedMethod
from mpisppy.opt.ph import PH
from mpisppy.utils.sputils import attach_root_node
from pyomo.core.expr import LinearExpression
from task import _stated

from sourcing.solver.decomposition.cut import Cut, cut, cut_period
from sourcing.solver.decomposition.similar_subtrees import places_of_columns, places_of_rows
from sourcing.solver.decomposition.state import relative
from sourcing.solver.decomposition.subtree_workers import LocalSubtrees
from sourcing.solver.highs import Options, Status, hand_over, run
from sourcing.solver.presolve import picked, reduced
from sourcing.solver.solver import solve
from sourcing.solver.stamp import Program

GAP = 1e-4
PATIENT = 60  # seconds of the process for each method
RHO = 0.1  # of progressive hedging: 0.01 and 1 reach the same at five futures


# The instance, as mpi-sppy wants it -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Instance:
    """The relaxed program, reduced and cut."""

    program: Program
    made: Cut

    @property
    def names(self) -> list[str]:
        """Of the scenarios."""
        return [f"s{number}" for number in range(len(self.made.subtrees))]

    def scenario(self, name: str, **_: Any) -> pyo.ConcreteModel:
        """One subtree with all before it."""
        part = self.made.subtrees[self.names.index(name)]
        columns = np.concatenate([self.made.columns, part.columns])
        rows = np.concatenate([self.made.rows, part.rows])
        return _model(self.program, columns, rows, len(self.made.columns), part.weight)


def _instance(stated: Any) -> Instance:
    free = replace(stated.program, integer=np.zeros_like(stated.program.integer))
    reduction, tree = reduced(free), stated.data.tree
    columns = places_of_columns(stated.formulation, free).of(reduction.columns)
    rows = places_of_rows(stated.formulation, free).of(reduction.rows)
    made = cut(reduction.program, columns, rows, tree, cut_period(tree) or 1)
    assert made is not None
    return Instance(reduction.program, made)


def _model(program: Program, columns: Any, rows: Any, first: int, weight: float) -> pyo.ConcreteModel:
    """The program over some columns and rows, the first of them first-stage."""
    model, matrix = pyo.ConcreteModel(), program.matrix.tocsr()[rows][:, columns].tocsr()
    ends = list(zip(_ends(program.column_lower[columns]), _ends(program.column_upper[columns]), strict=True))
    lower, upper = _ends(program.row_lower[rows]), _ends(program.row_upper[rows])
    model.x = pyo.Var(range(len(columns)), bounds=lambda _, at: ends[at])
    x = list(model.x.values())

    def row(_: Any, at: int) -> Any:
        here = slice(matrix.indptr[at], matrix.indptr[at + 1])
        terms = [x[column] for column in matrix.indices[here]]
        body = LinearExpression(linear_coefs=matrix.data[here].tolist(), linear_vars=terms)
        return body == lower[at] if lower[at] == upper[at] else (lower[at], body, upper[at])

    model.row = pyo.Constraint(range(len(rows)), rule=row)
    cost = program.cost[columns].copy()
    cost[first:] /= weight
    model.now = pyo.Expression(expr=program.offset + _sum(cost, x, range(first)))
    model.cost = pyo.Objective(expr=model.now + _sum(cost, x, range(first, len(x))))
    attach_root_node(model, model.now, [model.x[at] for at in range(first)])
    model._mpisppy_probability = weight
    return model


def _ends(bounds: Any) -> list[float | None]:
    return [bound if finite else None for bound, finite in zip(bounds.tolist(), np.isfinite(bounds), strict=True)]


def _sum(cost: Any, x: list[Any], places: range) -> Any:
    return sum(float(cost[at]) * x[at] for at in places if cost[at])


# What is found, and when to stop --------------------------------------------------------------------------------------


@dataclass
class Standing:
    """The best bound and plan so far, and the seconds of the process without those of finding out what a plan costs."""

    instance: Instance
    limit: float
    started: float = field(default_factory=time.process_time)
    aside: float = 0.0
    bound: float = -np.inf
    value: float = np.inf
    rounds: int = 0

    @property
    def seconds(self) -> float:
        """On its clock."""
        return time.process_time() - self.started - self.aside

    def __post_init__(self) -> None:
        self.here = LocalSubtrees(self.instance.made.subtrees)

    def tried(self, values: Any) -> None:
        """What the whole costs with the first stage at values."""
        before = time.process_time()
        program, made = self.instance.program, self.instance.made
        every = np.zeros(len(program.cost))
        lower, upper = program.column_lower[made.columns], program.column_upper[made.columns]
        every[made.columns] = np.clip(values, lower, upper)
        sums = (program.matrix @ every)[made.rows]
        kept = (sums >= program.row_lower[made.rows] - 1e-6) & (sums <= program.row_upper[made.rows] + 1e-6)
        answers = self.here.ask([every[part.links] for part in made.subtrees])
        if kept.all() and all(answer.possible for answer in answers):
            later = sum(part.weight * answer.value for part, answer in zip(made.subtrees, answers, strict=True))
            self.value = min(self.value, float(program.cost @ every) + program.offset + later)
        self.aside += time.process_time() - before

    def over(self, bound: float) -> bool:
        """Whether to stop."""
        self.rounds += 1
        self.bound = max(self.bound, bound)
        return relative(self.value, self.bound) <= GAP or self.seconds > self.limit

    def numbers(self) -> dict[str, float]:
        """Of the run; a gap of 1 is none."""
        gap = min(relative(self.value, self.bound), 1.0)
        found = {"seconds": self.seconds, "rounds": self.rounds, "gap": gap}
        return found | {"bound": self.bound, "value": self.value}


# Methods --------------------------------------------------------------------------------------------------------------


def lshaped(instance: Instance, standing: Standing) -> None:
    """Its multi-cut L-shaped method; costs of the scenarios are bounded by what each costs if all before it is free
    to choose, which it finds out itself; one scenario stands in its root (with more 0.14.0 fails: it asks the root for
    `nlens`)."""

    class Watch:
        """Asked after each round."""

        def __init__(self, method: Any, *_: Any) -> None:
            self.method = method

        def convergence_value(self) -> None:
            """Values stand in the root's columns."""
            standing.tried([pyo.value(column) for column in self.method.root_vars])

        def is_converged(self) -> bool:
            """Whether to stop."""
            return standing.over(float(self.method._LShaped_bound))

    options = {"root_solver": "highs", "sp_solver": "highs", "tol": 1e-7, "max_iter": 10_000, "verbose": False}
    options |= {"sp_solver_options": {"dual_feasibility_tolerance": 1e-9}}
    method = LShapedMethod(options | {"root_scenarios": instance.names[:1]}, instance.names, instance.scenario)
    method.lshaped_algorithm(converger=Watch)


def hedging(instance: Instance, standing: Standing) -> None:
    """Its progressive hedging, with the linear proximal terms that HiGHS needs; the bound by its multipliers, found
    out off the clock at the end."""

    class Watch:
        """Asked after each round."""

        def __init__(self, method: Any) -> None:
            self.method, self.conv = method, None

        def is_converged(self) -> bool:
            """Whether to stop; the first round gives the wait-and-see bound."""
            some = next(iter(self.method.local_scenarios.values()))
            means = some._mpisppy_model.xbars  # in no order
            standing.tried([pyo.value(means["ROOT", at]) for at in range(len(means))])
            return standing.over(self.method.trivial_bound)

        def post_loops(self) -> None:
            """Nothing."""

    options = {
        "solver_name": "appsi_highs",
        "PHIterLimit": 100_000,
        "defaultPHrho": RHO,
        "convthresh": 1e-12,
        "verbose": False,
        "display_progress": False,
        "display_timing": False,
        "linearize_proximal_terms": True,
        "linearize_binary_proximal_terms": False,
        "proximal_linearization_tolerance": 1e-3,
        "iter0_solver_options": {},
        "iterk_solver_options": {},
        "smoothed": 0,
    }
    method = PH(options, instance.names, instance.scenario, ph_converger=Watch)
    method.ph_main(finalize=False)
    before = time.process_time()
    standing.bound = max(standing.bound, _lagrangian(instance, method))
    standing.aside += time.process_time() - before


def _lagrangian(instance: Instance, method: PH) -> float:
    """The bound that its multipliers prove, worked out by us: solves of its own that fail would leave old numbers."""
    program, first, found = instance.program, len(instance.made.columns), instance.program.offset
    for part, name in zip(instance.made.subtrees, instance.names, strict=True):
        weights = method.local_scenarios[name]._mpisppy_model.W
        columns = np.concatenate([instance.made.columns, part.columns])
        one = picked(program, columns, np.concatenate([instance.made.rows, part.rows]))
        cost = one.cost.copy()
        cost[first:] /= part.weight
        cost[:first] += [pyo.value(weights["ROOT", at]) for at in range(first)]
        ended = run(hand_over(replace(one, cost=cost), Options()), False)
        if ended.status is not Status.OPTIMAL:
            return -np.inf  # multipliers pull a column without upper bound up for ever
        found += part.weight * ended.objective
    return found


def extensive(instance: Instance, standing: Standing) -> None:
    """Its extensive form, which HiGHS solves as it likes."""
    method = ExtensiveForm({"solver": "appsi_highs"}, instance.names, instance.scenario)
    method.solve_extensive_form(solver_options={"time_limit": standing.limit})
    first = method.get_root_solution()
    standing.tried([first[f"x[{at}]"] for at in range(len(instance.made.columns))])
    standing.over(method.get_objective_value())


METHODS: dict[str, tuple[str, Callable[[Instance, Standing], None]]] = {
    "lshaped": ("mpi-sppy, L-shaped", lshaped),
    "hedging": ("mpi-sppy, progressive hedging", hedging),
    "extensive": ("mpi-sppy, extensive form", extensive),
}


def one(name: str, futures: str, limit: str) -> dict[str, float]:
    """One method in this process. Building the scenarios counts."""
    stated = _stated("fan", futures)
    instance = _instance(stated)
    standing = Standing(instance, float(limit))
    if name == "ours":
        free = replace(stated.program, integer=np.zeros_like(stated.program.integer))
        found = solve(stated.formulation, free, Options(gap=GAP, strategy="lshaped"))
        standing.value, standing.bound = found.objective, found.bound
    else:
        METHODS[name][1](instance, standing)
    return standing.numbers() | {"nonzeros": stated.program.matrix.nnz}


# The table ------------------------------------------------------------------------------------------------------------


def line(what: str, found: dict[str, float], ours: dict[str, float]) -> str:
    """A line of the table."""
    if found["bound"] > ours["value"] * (1 + 1e-6):
        ended = f"its bound is no bound; plan {relative(found['value'], ours['bound']):.1e} above ours"
    elif found["gap"] > GAP:
        ended = "time was out"
    else:
        ended = "equal" if ours["bound"] <= found["value"] * (1 + 1e-9) else "NOT EQUAL"
    times = found["seconds"] / ours["seconds"]
    return (
        f"{what:44} {found['nonzeros'] / 1e6:8.2f} {found['seconds']:9.1f} {found['rounds']:7.0f} "
        f"{found['bound']:12.2f} {found['value']:12.2f} {found['gap']:9.1e} {times:8.1f}  {ended}"
    )


def main(sizes: tuple[int, ...]) -> None:
    """Print the table as it comes, each method in a process of its own."""
    print(f"{'':44} {'million':>8} {'seconds':>9} {'rounds':>7} {'bound':>12} {'plan':>12} {'gap':>9}    times")
    for futures in sizes:
        ours: dict[str, float] = {}
        for name in ("ours", *METHODS):
            command = [sys.executable, __file__, "--one", name, str(futures), str(PATIENT)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            title = f"fan {futures}: {METHODS[name][0] if name in METHODS else 'ours'}"
            if done.returncode:
                print(f"{title}: failed: {done.stderr.strip()[-300:]}", flush=True)
                continue
            found = json.loads(done.stdout.splitlines()[-1])
            ours = ours or found
            print(line(title, found, ours), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        with contextlib.redirect_stdout(io.StringIO()):
            numbers = one(*sys.argv[2:])
        print("\n" + json.dumps(numbers))
    else:
        main(tuple(map(int, sys.argv[1:])) or (5, 10, 20, 50))
