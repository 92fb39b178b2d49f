"""Subtrees joined by cuts: published optima, arithmetic by hand, and the extensive form."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pandas as pd
import pytest
from distributed import Client, LocalCluster
from scipy import sparse

import sourcing
from sourcing.calendar import Array
from sourcing.case import resolve
from sourcing.errors import SolveError
from sourcing.futures.tree import Tree, grow
from sourcing.outcome.plan import Plan
from sourcing.pipeline.formulated import state
from sourcing.solver.decomposition.cut import Cut, Subtree, cut, cut_period
from sourcing.solver.decomposition.lshaped import Method
from sourcing.solver.decomposition.recourse import Recourse, SubtreeAnswer
from sourcing.solver.decomposition.similar_subtrees import (
    ComponentKinds,
    ComponentPlaces,
    PassedBasis,
    kinds,
    places_of_columns,
    places_of_rows,
)
from sourcing.solver.decomposition.state import Clock
from sourcing.solver.decomposition.subtree_workers import Executor, LocalSubtrees, place
from sourcing.solver.halt import StoppedError
from sourcing.solver.highs import HighsRun, Options, Progress, Status, Watch, hand_over, run
from sourcing.solver.presolve import reduced
from sourcing.solver.solver import solve
from sourcing.solver.stamp import Program
from tests.building import small
from tests.checkout import EXAMPLES

FREE = np.inf


def fan(*probability: float) -> Tree:
    """A root and a leaf for each future."""
    names = [f"f{number}" for number in range(len(probability))]
    return grow([["", name] for name in names], probability, names)


def program(
    rows: Sequence[Sequence[float]],
    bounds: Sequence[tuple[float, float]],
    cost: Sequence[float],
    integer: Sequence[int] = (),
    upper: Sequence[float] | None = None,
) -> Program:
    """minimise cost x, every row between its bounds, 0 <= x <= upper."""
    low, high = np.array(bounds, float).T
    whole = np.zeros(len(cost), bool)
    whole[list(integer)] = True
    top = np.full(len(cost), FREE) if upper is None else np.array(upper, float)
    matrix = sparse.csc_array(np.array(rows, float))
    return Program(matrix, low, high, np.zeros(len(cost)), top, np.array(cost, float), 0.0, whole, {}, {})


def places(stated: Program, node: Sequence[int]) -> tuple[ComponentPlaces, ComponentPlaces]:
    """Of columns, each of its own component, and of rows, which are in no node."""
    rows = len(stated.row_lower)
    return ComponentPlaces(np.arange(len(node)), np.array(node)), ComponentPlaces(np.arange(rows), np.full(rows, -1))


def lshaped(
    stated: Program,
    node: Sequence[int],
    tree: Tree,
    gap: float = 1e-9,
    watch: Watch | None = None,
    executor: Executor | None = None,
) -> HighsRun:
    made = cut(stated, *places(stated, node), tree, 1)
    assert isinstance(made, Cut)
    return Method(stated, made, place(made.subtrees, executor), Options(gap=gap), Clock(watch, None)).solve()


# Two stages by hand ---------------------------------------------------------------------------------------------------


def farmer() -> tuple[Program, list[int], Tree]:
    """Birge & Louveaux, section 1.1: acres of wheat, corn and beets; bought, sold, beets sold beyond the quota."""
    count = 3 + 3 * 6  # acres; by future: wheat bought, corn bought, wheat sold, corn sold, beets sold, beets at 10
    rows, bounds, cost = [[1.0] * 3 + [0.0] * (count - 3)], [(-FREE, 500.0)], [150.0, 230.0, 260.0]
    for future, factor in enumerate((1.2, 1.0, 0.8)):
        first = 3 + 6 * future
        for crop, (harvest, need) in enumerate(((2.5, 200.0), (3.0, 240.0), (20.0, 0.0))):
            row = [0.0] * count
            row[crop] = harvest * factor
            for column, sign in (((first, 1), (first + 2, -1)), ((first + 1, 1), (first + 3, -1)), ((first + 4, -1), (first + 5, -1)))[crop]:  # fmt: skip # noqa: E501
                row[column] = sign
            rows.append(row)
            bounds.append((need, FREE))
        cost += [price / 3 for price in (238, 210, -170, -150, -36, -10)]
    upper = [500.0] * 3 + [FREE, FREE, FREE, FREE, 6000.0, FREE] * 3
    node = [-1] * 3 + [1 + future for future in range(3) for _ in range(6)]
    return program(rows, bounds, cost, upper=upper), node, fan(1 / 3, 1 / 3, 1 / 3)


def test_the_farmer_earns_what_the_book_says() -> None:
    found = lshaped(*farmer())
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(-108390, abs=1)
    assert found.values[:3] == pytest.approx([170, 80, 250])
    assert found.bound == pytest.approx(found.objective)


def test_prices_hold_with_what_is_decided_before_the_cut() -> None:
    stated, node, tree = farmer()
    found = lshaped(stated, node, tree)
    acres = np.append(found.values[:3], np.zeros(18))
    planted = replace(
        stated,
        column_lower=np.where(np.arange(21) < 3, acres, 0.0),
        column_upper=np.where(np.arange(21) < 3, acres, stated.column_upper),
    )

    def cost(row: int, change: float) -> float:
        lower = planted.row_lower + change * (np.arange(10) == row)
        return run(hand_over(replace(planted, row_lower=lower), Options()), False).objective

    assert found.row_prices is not None
    for row in range(1, 10):  # a price lies between what one more and one less unit of need costs
        assert cost(row, 0) - cost(row, -1) - 1e-6 <= found.row_prices[row] <= cost(row, 1) - cost(row, 0) + 1e-6


def unsure() -> tuple[Program, list[int], Tree]:
    """Capacity x at 1; a need of 3 or 5, of which at most 1 can be met otherwise (at 0.1): x = 4, cost 4 + 0.1."""
    rows = [[1, 1, 0], [1, 0, 1]]
    return program(rows, [(3, FREE), (5, FREE)], [1, 0.05, 0.05], upper=[10, 1, 1]), [-1, 1, 2], fan(0.5, 0.5)


def test_what_leaves_a_subtree_without_a_plan_is_cut_off() -> None:
    stated, node, tree = unsure()
    made = cut(stated, *places(stated, node), tree, 1)
    assert made is not None
    answer = Recourse(made.subtrees[1]).ask(np.zeros(1))
    # Of the need of 5 at most 1 is met otherwise: 4 are missing, and each unit of capacity mends one.
    assert (answer.possible, answer.value, answer.slope.tolist()) == (False, 4.0, [-1.0])
    found = lshaped(stated, node, tree)
    # The second future needs 1 otherwise; the first, with 4 for 3, needs nothing.
    assert found.objective == pytest.approx(4 + 0.05)
    assert found.values == pytest.approx([4, 0, 1])


def test_no_plan_at_all_is_said() -> None:
    stated = program([[1, 1, 0], [1, 0, 1]], [(3, FREE), (5, FREE)], [1, 0.05, 0.05], upper=[2, 1, 1])
    assert lshaped(stated, [-1, 1, 2], fan(0.5, 0.5)).status is Status.INFEASIBLE


def test_whole_numbers_of_the_master_are_proven() -> None:
    # Open at 5 for a capacity of 10, or miss the need of 4 or 8 at 1 each: missing 6 on average costs 6, opening 5.
    # Relaxed: y = 0.8 at 4, and the bound comes from the search over the cuts.
    rows = [[10, 1, 0], [10, 0, 1]]
    stated = program(rows, [(4, FREE), (8, FREE)], [5, 0.5, 0.5], integer=[0], upper=[1, FREE, FREE])
    found = lshaped(stated, [-1, 1, 2], fan(0.5, 0.5))
    assert found.status is Status.OPTIMAL
    assert found.values == pytest.approx([1, 0, 0])
    assert (found.objective, found.bound) == pytest.approx((5, 5))


def test_whole_numbers_of_subtrees_give_a_plan_and_an_honest_bound() -> None:
    # Each future may open its own 10 for 5, or miss its need of 2 or 8 at 1 each: 2 are missed, for 8 it opens:
    # 0.5 * 2 + 0.5 * 5. Relaxed, both open the share that they need: 0.5 * 1 + 0.5 * 4.
    rows = [[1, 10, 1, 0, 0], [1, 0, 0, 10, 1]]
    cost, upper = [9, 2.5, 0.5, 2.5, 0.5], [1, 1, FREE, 1, FREE]
    stated = program(rows, [(2, FREE), (8, FREE)], cost, integer=[1, 3], upper=upper)
    found = lshaped(stated, [-1, 1, 1, 2, 2], fan(0.5, 0.5))
    assert (found.status, found.reason) == (Status.FEASIBLE, "gap not closed")
    assert found.values == pytest.approx([0, 0, 2, 1, 0])
    assert (found.objective, found.bound) == pytest.approx((3.5, 2.5))


def test_a_row_across_subtrees_cannot_be_cut() -> None:
    stated = program([[1, 1, 1]], [(1, FREE)], [1, 1, 1])
    assert cut(stated, *places(stated, [-1, 1, 2]), fan(0.5, 0.5), 1) is None


def test_the_cut_comes_where_enough_subtrees_begin() -> None:
    assert cut_period(fan(0.5, 0.5)) == 1
    assert cut_period(fan(1.0)) is None
    late = grow([["", "", name] for name in "abc"], [0.2, 0.3, 0.5], list("abc"))
    assert cut_period(late, 3) == 2


# Interrupted ----------------------------------------------------------------------------------------------------------


def test_stopped_at_once_it_keeps_a_plan_and_a_bound() -> None:
    stated, node, tree = farmer()
    found = lshaped(stated, node, tree, watch=lambda progress: True)
    assert (found.status, found.reason) == (Status.FEASIBLE, "interrupted")
    assert found.bound <= -108390 + 1 <= found.objective + 2
    assert (stated.matrix @ found.values >= stated.row_lower - 1e-6).all()
    assert stated.cost @ found.values == pytest.approx(found.objective)


def test_the_watch_sees_the_bound_rise_to_the_plan() -> None:
    seen: list[Progress] = []
    lshaped(*farmer(), watch=lambda progress: bool(seen.append(progress)))
    bounds = [progress.bound for progress in seen]
    assert bounds == sorted(bounds)
    assert seen[-1].gap == pytest.approx(0, abs=1e-9)
    assert seen[-1].incumbent == pytest.approx(-108390, abs=1)


class Watched(Recourse):
    """A subtree that notes its number when it is asked."""

    def __init__(self, subtree: Subtree, number: int, seen: list[int]) -> None:
        super().__init__(subtree)
        self.number, self.seen = number, seen

    def ask(self, at: Array, seconds: float | None = None) -> SubtreeAnswer:
        self.seen.append(self.number)
        return super().ask(at, seconds)


def asked_until(clock: Clock) -> tuple[list[int], str]:
    """Which subtrees of the farmer were looked at in this process before its clock ended that, and why it did."""
    stated, node, tree = farmer()
    made = cut(stated, *places(stated, node), tree, 1)
    assert isinstance(made, Cut)
    seen: list[int] = []

    here, at = LocalSubtrees(made.subtrees, clock), [np.zeros(len(part.links)) for part in made.subtrees]
    here.recourses = [Watched(part, number, seen) for number, part in enumerate(made.subtrees)]
    with pytest.raises(StoppedError) as stopped:
        here.ask(at)
    return seen, stopped.value.reason


def test_the_end_comes_after_a_subtree_and_not_after_all() -> None:
    assert asked_until(Clock(lambda progress: True, None)) == ([0], "interrupted")
    assert asked_until(Clock(None, 0.0)) == ([0], "time limit")


def test_the_end_comes_on_an_executor_too() -> None:
    stated, node, tree = farmer()
    made = cut(stated, *places(stated, node), tree, 1)
    assert isinstance(made, Cut)
    at = [np.zeros(len(part.links)) for part in made.subtrees]
    with ThreadPoolExecutor(1) as pool, pytest.raises(StoppedError, match="interrupted"):
        place(made.subtrees, pool, Clock(lambda progress: True, None)).ask(at)


def test_a_subtree_that_takes_longer_than_is_left_is_broken_off() -> None:
    """400 rows of 400 random entries take the simplex method many times the millisecond that is given."""
    draw = np.random.default_rng(1)
    entries = draw.uniform(0.1, 1, (400, 401))
    stated = program(entries, [(float(need), FREE) for need in draw.uniform(50, 100, 400)], draw.uniform(1, 2, 401))
    made = cut(stated, *places(stated, [-1, *[1] * 400]), fan(0.5, 0.5), 1)
    assert isinstance(made, Cut)
    subtree = Recourse(made.subtrees[0])
    with pytest.raises(StoppedError, match="time limit"):
        subtree.ask(np.zeros(1), seconds=0.0)
    assert subtree.ask(np.zeros(1)).possible


# Elsewhere ------------------------------------------------------------------------------------------------------------


class Counted:
    """An executor that counts what it is sent."""

    def __init__(self, inner: Executor) -> None:
        self.inner, self.sent = inner, 0

    def map(self, function: Callable[..., Any], /, *iterables: Iterable[Any]) -> Iterator[Any]:
        given = [list(each) for each in iterables]
        self.sent += len(given[0])
        return self.inner.map(function, *given)


def test_workers_find_what_this_process_finds() -> None:
    alone = lshaped(*farmer())
    with ProcessPoolExecutor(2, get_context("spawn")) as processes, ThreadPoolExecutor(2) as threads:
        for executor in (processes, threads):
            found = lshaped(*farmer(), executor=executor)
            assert found.objective == pytest.approx(alone.objective, rel=1e-9)
            assert found.values == pytest.approx(alone.values, abs=1e-6)


def assert_alike(one: Plan, other: Plan) -> None:
    """The same cost and the same tables."""
    assert one.cost == pytest.approx(other.cost, rel=1e-7)
    for name, frame in one.tables():
        pd.testing.assert_frame_equal(frame, getattr(other, name), rtol=1e-5, atol=1e-6)


def test_subtrees_give_the_plan_of_the_whole_here_and_in_threads() -> None:
    whole = sourcing.solve(many(24), strategy="extensive", gap=1e-7)
    with ThreadPoolExecutor(2) as pool:
        for executor in (None, pool):
            found = sourcing.solve(many(24), strategy="lshaped", gap=1e-7, executor=executor)
            assert found.manifest.strategy == "lshaped"
            assert_alike(found, whole)


def test_a_dask_client_finds_what_this_process_finds() -> None:
    alone = sourcing.solve(many(24), strategy="lshaped", gap=1e-7)
    cluster = LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None)
    with cluster, Client(cluster) as client:
        executor = Counted(client.get_executor())
        found = sourcing.solve(many(24), strategy="lshaped", gap=1e-7, executor=executor)
    assert executor.sent >= 24
    assert found.manifest.strategy == "lshaped"
    assert (found.cost, found.bound) == pytest.approx((alone.cost, alone.bound), rel=2e-7)
    assert_alike(found, alone)


# The real models ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_example_costs_what_the_extensive_form_says(file: Path) -> None:
    stated = state(resolve(sourcing.load(file)))
    whole = solve(stated.formulation, stated.program, Options(gap=1e-3, strategy="extensive"))
    apart = solve(stated.formulation, stated.program, Options(gap=1e-3, strategy="lshaped"))
    assert apart.status is Status.OPTIMAL
    assert apart.why
    # Each stands within its gap of the same optimum.
    assert apart.bound <= whole.objective * (1 + 1e-9)
    assert whole.bound <= apart.objective * (1 + 1e-9)
    assert apart.objective == pytest.approx(whole.objective, rel=2e-3)
    for name, block in stated.program.columns.items():
        ids = block.ids[block.ids >= 0]
        values = apart.values[name][:, : block.ids.shape[1]][block.ids >= 0]
        assert (values >= stated.program.column_lower[ids] - 1e-6).all(), name
        assert (values <= stated.program.column_upper[ids] + 1e-6).all(), name


def many(count: int, **more: object) -> dict[str, object]:
    """Futures that part in the second month: one supplier late, another dear, by number."""
    months = [f"2027-{month:02d}" for month in range(1, 5)]
    whole = small(
        4,
        start=months[0],
        materials={"oxide": {}},
        site="plant",
        suppliers={"near": "Japan", "far": "China"},
        offers={"near": {"price": "9 USD/t"}, "far": {"price": "5 USD/t", "nameplate": "12 t/month"}},
        lanes={"sea": {"where": {"material": "oxide"}, "site": "plant", "transit": "1 month"}},
        stock={"oxide": {"storage": "30 t", "holding": "0.2 USD/t/month"}},
        opening_stock={"oxide": {"quantity": "10 t"}},
        demand={"plant": {"need": "10 t/month", "shortage": {"lost": {"cost": "40 USD/t"}}}},
        futures={
            f"f{number}": {
                "probability": 1 / count,
                "restrictions": {
                    "halt": {
                        "where": {"origin": "China"},
                        "from": months[1],
                        "until": months[1 + number % 3],
                        "approval": 0,
                    }
                },
                "signals": {months[1]: f"s{number}"},
                "changes": {
                    "dearer": {
                        "where": {"supplier": "near"},
                        "field": "price",
                        "times": 1 + number / count,
                        "from": months[1],
                    }
                },
            }
            for number in range(count)
        },
    )
    return whole | more


@pytest.mark.parametrize("risk", [{}, {"tail": 0.2, "weight": 0.5}, {"weight": 0.5, "worst": True}], ids=str)
def test_risk_passes_through_the_cut(risk: dict[str, object]) -> None:
    """The plan is audited: its cost is worked out again from the costs of the futures, tail included."""
    stated = many(24, risk=risk) if risk else many(24)
    whole = sourcing.solve(stated, strategy="extensive", gap=1e-9)
    apart = sourcing.solve(stated, strategy="lshaped", gap=1e-7)
    assert apart.manifest.strategy == "lshaped"
    assert "24 subtrees" in apart.manifest.why
    assert apart.cost == pytest.approx(whole.cost, rel=2e-7)
    assert apart.bound <= whole.cost * (1 + 1e-9)


def test_what_is_not_cut_says_why() -> None:
    assert sourcing.solve(many(3)).manifest.why == "small"
    assert sourcing.solve(many(1), strategy="lshaped").manifest.why == "the futures never part"
    worst = sourcing.solve(many(3, risk={"tail": 0.5, "weight": 1}), strategy="lshaped").manifest
    assert (worst.strategy, worst.why) == ("extensive", "only the worst outcomes count, which is settled on the whole")
    assert sourcing.solve(many(3), strategy="extensive").manifest.why == "asked for"


def test_an_interrupted_plan_is_audited_and_marked() -> None:
    plan = sourcing.solve(many(24), strategy="lshaped", gap=1e-9, watch=lambda progress: True)
    best = sourcing.solve(many(24), strategy="extensive", gap=1e-9)
    assert (plan.status, plan.reason) == ("feasible", "interrupted")
    assert plan.bound <= best.cost * (1 + 1e-9) <= plan.cost * (1 + 2e-9)


def test_a_demand_that_cannot_be_met_is_an_error_with_its_cause() -> None:
    firm = {"plant": {"site": "plant", "material": "oxide", "need": "10 t/month", "firm": True}}
    with pytest.raises(SolveError, match="cannot be met"):
        sourcing.solve(many(3, demand=firm, opening_stock={}), strategy="lshaped")


def test_places_are_where_the_columns_stand() -> None:
    stated = state(resolve(sourcing.load(many(3))))
    found = places_of_columns(stated.formulation, stated.program)
    stock = stated.program.columns["stock"].ids
    assert (found.node[stock[0]] == np.arange(stated.data.tree.nodes)).all()
    assert len(np.unique(found.entry[stock[stock >= 0]])) == len(stock)


# One future after the other -------------------------------------------------------------------------------------------


def test_what_is_alike_in_two_subtrees_has_the_same_kind() -> None:
    # Root; two nodes of the second period; four of the third. Of one key in all nodes, and one before the tree.
    tree = grow([["", "a", "c"], ["", "a", "d"], ["", "b", "e"], ["", "b", "f"]], [0.25] * 4, list("wxyz"))
    everywhere = ComponentPlaces(np.array([0, *[1] * tree.nodes]), np.arange(-1, tree.nodes))
    found = kinds(everywhere, tree, 1)
    by_node = found[1:]
    second, third = np.flatnonzero(tree.period == 1), np.flatnonzero(tree.period == 2)
    assert len(set(by_node[second])) == 1
    assert sorted(by_node[third]) == sorted([*set(by_node[third])] * 2)
    first = tree.path[third, 1] == second[0]
    assert set(by_node[third][first]) == set(by_node[third][~first])
    assert len(set(found)) == 1 + 1 + 1 + 2  # before the tree, the root, and three within a subtree


def test_a_basis_goes_over_column_by_column() -> None:
    basic, low, upper = (
        highspy.HighsBasisStatus.kBasic,
        highspy.HighsBasisStatus.kLower,
        highspy.HighsBasisStatus.kUpper,
    )
    passed, basis = PassedBasis(), highspy.HighsBasis()
    basis.col_status, basis.row_status = [basic, low, upper], [low]
    known = ComponentKinds(np.array([7, 3, 5]), np.array([2]))
    assert passed.to(known) is None
    passed.keep(known, basis)
    assert passed.to(known) is basis
    other = passed.to(ComponentKinds(np.array([5, 7, 9]), np.array([2, 4])))
    assert other is not None
    assert list(other.col_status) == [upper, basic, highspy.HighsBasisStatus.kNonbasic]
    assert list(other.row_status) == [low, basic]


def test_a_start_from_another_future_ends_where_none_does() -> None:
    """The same value and slope from any start, in fewer steps; futures of which some have lost columns."""
    stated = state(resolve(sourcing.load(EXAMPLES / "japan_regimes.yaml")))
    inner = reduced(stated.program)
    columns = places_of_columns(stated.formulation, stated.program).of(inner.columns)
    rows = places_of_rows(stated.formulation, stated.program).of(inner.rows)
    made = cut(inner.program, columns, rows, stated.data.tree, cut_period(stated.data.tree) or 1)
    assert made is not None
    assert len({part.matrix.shape for part in made.subtrees}) > 1
    at = [np.clip(np.zeros(len(part.links)), part.lower[: len(part.links)], part.upper[: len(part.links)]) for part in made.subtrees]  # fmt: skip # noqa: E501
    here = LocalSubtrees(made.subtrees)
    answers = here.ask(at)
    alone = [Recourse(part) for part in made.subtrees]
    for part, values, answer in zip(alone, at, answers, strict=True):
        cold = part.ask(values)
        assert (answer.possible, answer.value) == (cold.possible, pytest.approx(cold.value))

    def steps(held: Sequence[Recourse]) -> int:
        return sum(each.highs.getInfo().simplex_iteration_count for each in held)

    assert steps(here.recourses) < 0.75 * steps(alone)
