"""Bounds made for the solver: none cuts off a plan, and one that is reached is not believed."""

import itertools
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import pytest

import sourcing
from sourcing.errors import SolveError, SourcingError
from sourcing.outcome import Plan
from sourcing.pipeline.formulated import Formulated, state
from sourcing.pipeline.source import prepare
from sourcing.solver.derived_bounds import _without_end, beyond_derived, derived
from sourcing.solver.highs import Options, Status
from sourcing.solver.solution import Solution
from sourcing.solver.solver import Solver
from tests.building import small

LOST = {"lost": {"cost": "1000 USD/t"}}
KEPT = {"material": "oil", "site": "plant"}


def scenario(offers: dict[str, dict[str, Any]], **parts: Any) -> dict[str, Any]:
    """Ten tonnes a month for two months, all of it needed; suppliers are named as their offers; nothing is worth
    anything at the end."""
    named = {name: {"supplier": name, "material": "oil", **offer} for name, offer in offers.items()}
    countries = dict(zip(named, ("Malaysia", "Japan", "Chile"), strict=False))
    whole = small(
        2,
        materials={"oil": {}},
        site="plant",
        suppliers={name: {"country": country} for name, country in countries.items()},
        offers=named,
        lanes={"sea": {"where": {"material": "oil"}, "site": "plant"}},
        stock={"oil": {**KEPT, "end": {"value": "0 USD/t"}}},
        demand={"d": {"need": "10 t/month", "firm": True}},
    )
    return whole | parts


def solve(offers: dict[str, dict[str, Any]], **parts: Any) -> Plan:
    return sourcing.solve(scenario(offers, **parts), gap=1e-9, quick=True)


# A use of a unit for each -------------------------------------------------------------------------------------------

CHEAP, DEAR = {"price": "1 USD/t"}, {"price": "2 USD/t"}
ENDS = {"oil": {**KEPT, "end": {"value": "5 USD/t"}}}
LOT = {"order_cost": "5 USD"}
COVER = {"days": "28 days", "shortfall_cost": "100 USD/t/month"}
TEST = {"qualification": {"cost": "5 USD", "time": "0 days", "decide": "now"}}
USES = {
    # Half of it arrives: 40 t in one order.
    "need, yield": ({"a": {**CHEAP, **LOT, "yield": 0.5}}, {}, 45.0),
    # 200 t at 1, 180 of them left at 5: 200 + 2 x 5 - 900.
    "end value, order cost": ({"a": {**CHEAP, **LOT, "nameplate": "100 t/month"}}, {"stock": ENDS}, -690.0),
    # The same after tests that cost 5 once.
    "end value, tests": ({"a": {**CHEAP, **TEST, "nameplate": "100 t/month"}}, {"stock": ENDS}, -695.0),
    # 100 t a month at half the price from 50 t on: 100 - 900.
    "end value, price breaks": (
        {"a": {**CHEAP, "nameplate": "100 t/month", "tiers": {"many": {"above": "50 t", "price": "0.5 USD/t"}}}},
        {"stock": ENDS},
        100.0 - 900.0,
    ),
    # Thirty tonnes fit: 50 t at 1 in two orders, 30 left at 5; supply without limit.
    "end value, storage": ({"a": {**CHEAP, **LOT}}, {"stock": {"oil": {**ENDS["oil"], "storage": "30 t"}}}, -90.0),
    # Half of it arrives: 100 t a month at 1, 100 t arrive, 80 left at 5.
    "end value, yield": ({"a": {**CHEAP, **LOT, "nameplate": "100 t/month", "yield": 0.5}}, {"stock": ENDS}, -190.0),
    "a rule on volume": (
        {"a": {**CHEAP, **TEST}, "b": DEAR},
        {"rules": {"r": {"volume": {"of": {"supplier": "a"}, "over": "horizon", "at_least": "50 t"}}}},
        55.0,
    ),
    # 30 t in each of two months, though 10 t are needed; half of it arrives: 120 t ordered, and two orders.
    "a rule on volume by period, yield": (
        {"a": {**CHEAP, **LOT, "yield": 0.5}, "b": DEAR},
        {"rules": {"r": {"volume": {"of": {"supplier": "a"}, "over": "period", "at_least": "30 t"}}}},
        130.0,
    ),
    # The signed 40 t of b at 2 are half of all: a brings 40 t at 1, in one order.
    "a rule on a share": (
        {"a": {**CHEAP, **LOT}, "b": DEAR},
        {
            "rules": {
                "r": {"share": {"of": {"supplier": "a"}, "at_least": 0.5}},
                "s": {"volume": {"of": {"supplier": "b"}, "over": "horizon", "at_least": "40 t"}},
            }
        },
        40 * 2 + 40 + 5.0,
    ),
    # b may be a fifth of all and has 40 t to bring: 160 t of a at 1, in one order.
    "a rule on the share of others": (
        {"a": {**CHEAP, **LOT}, "b": DEAR},
        {
            "rules": {
                "r": {"share": {"of": {"supplier": "b"}, "at_most": 0.2}},
                "s": {"volume": {"of": {"supplier": "b"}, "over": "horizon", "at_least": "40 t"}},
            }
        },
        40 * 2 + 160 + 5.0,
    ),
    # Two suppliers, each with three tenths of what arrives: b has 40 t to bring, a 40 x 3 / 7 t in one order.
    "a rule on a number of suppliers": (
        {"a": {**CHEAP, **LOT}, "b": DEAR},
        {
            "rules": {
                "r": {"count": {"of": {"material": "oil"}, "at_least": 2, "each_at_least": 0.3}},
                "s": {"volume": {"of": {"supplier": "b"}, "over": "horizon", "at_least": "40 t"}},
            }
        },
        40 * 2 + 40 * 3 / 7 + 5.0,
    ),
    # The same with a third supplier, who need not have that share.
    "a number of some of the suppliers": (
        {"a": {**CHEAP, **LOT}, "b": DEAR, "c": {"price": "3 USD/t"}},
        {
            "rules": {
                "r": {"count": {"of": {"material": "oil"}, "at_least": 2, "each_at_least": 0.3}},
                "s": {"volume": {"of": {"supplier": "b"}, "over": "horizon", "at_least": "40 t"}},
            }
        },
        40 * 2 + 40 * 3 / 7 + 5.0,
    ),
    # One supplier: 200 t at 1 and 180 left at 5; 50 t that a rule asks for; 70 t in a smallest order.
    "one supplier, end value": (
        {"a": {**CHEAP, "nameplate": "100 t/month"}, "b": {**DEAR, "nameplate": "100 t/month"}},
        {"stock": ENDS, "rules": {"r": {"count": {"of": {"material": "oil"}, "at_most": 1}}}},
        -700.0,
    ),
    "one supplier, a rule on volume": (
        {"a": CHEAP, "b": DEAR},
        {
            "rules": {
                "r": {"count": {"of": {"material": "oil"}, "at_most": 1}},
                "s": {"volume": {"of": {"supplier": "b"}, "over": "horizon", "at_least": "50 t"}},
            }
        },
        100.0,
    ),
    "one supplier, smallest order": (
        {"a": {**CHEAP, "minimum_order": "70 t"}, "b": {"price": "9 USD/t"}},
        {"rules": {"r": {"count": {"of": {"material": "oil"}, "at_most": 1}}}},
        70.0,
    ),
    # 80 % of 40 t a month are to be taken, and missing ones cost all of the price: 64 t at 1, two orders.
    "take-or-pay": (
        {"a": {**CHEAP, **LOT, "spot_share": 0}},
        {
            "contracts": {
                "c": {"offer": "a", "signed": True, "volume": "40 t/month", "price": "1 USD/t", "take_or_pay": 0.8}
            },
            "stock": {"oil": {**KEPT, "end": {"value": "0.5 USD/t"}}},
        },
        # 64 t at 1 in two orders, 44 left at 0.5; a charge of 44 is paid otherwise.
        64 + 10 - 22.0,
    ),
    # Cover of 28 days at the end of each month, missing tonnes at 100 a month: 30 t in one order.
    "cover": (
        {"a": {**CHEAP, **LOT}},
        {"stock": {"oil": {**KEPT, "end": {"value": "0 USD/t"}, "cover": COVER}}},
        30.0 + 5.0,
    ),
    # 28 days at the end, February's need: 30 t in one order.
    "end target": (
        {"a": {**CHEAP, **LOT}},
        {"stock": {"oil": {**KEPT, "end": {"days": "28 days", "shortfall_cost": "100 USD/t", "value": "0 USD/t"}}}},
        30.0 + 5.0,
    ),
    # An order has 70 t: 50 of them are left.
    "smallest order": ({"a": {**CHEAP, "minimum_order": "70 t"}}, {}, 70.0),
    # From 60 t on a tonne costs a tenth: 60 t for 6, not 20 t for 20.
    "price break": ({"a": {**CHEAP, "tiers": {"many": {"above": "60 t", "price": "0.1 USD/t"}}}}, {}, 6.0),
}  # fmt: skip


@pytest.mark.parametrize(("offers", "parts", "cost"), USES.values(), ids=USES)
def test_no_use_of_a_unit_is_cut_off(offers: dict, parts: dict, cost: float) -> None:
    plan = solve(offers, **parts)
    assert plan.cost == pytest.approx(cost, abs=1e-6)
    assert plan.manifest.derived == ""


# What is reached is not believed --------------------------------------------------------------------------------------

REACHED = {
    "order_link": ({"a": {**CHEAP, **LOT}}, {}),
    "qualified_first": ({"a": {**CHEAP, **TEST}}, {}),
    "tier_most": ({"a": {**CHEAP, "tiers": {"many": {"above": "2 t", "price": "0.5 USD/t"}}}}, {}),
    "order_counted": ({"a": CHEAP, "b": DEAR}, {"rules": {"r": {"count": {"of": {"material": "oil"}, "at_most": 1}}}}),
    "counted_share": (
        {"a": CHEAP, "b": DEAR, "c": DEAR},
        {"rules": {"r": {"count": {"of": {"material": "oil"}, "at_least": 2, "each_at_least": 0.3}}}},
    ),
}


def stated(offers: dict[str, dict[str, Any]], parts: dict[str, Any]) -> Formulated:
    return state(prepare(scenario(offers, **parts)))


@pytest.mark.parametrize("name", REACHED)
def test_a_bound_that_binds_is_loosened_and_said(name: str) -> None:
    """Bounds a hundredth of what they are, below what is needed, give no plan or a dearer one: it is solved again."""
    offers, parts = REACHED[name]
    case = stated(offers, parts)
    bounds = derived(case.formulation, case.program)
    assert name in bounds.rows
    right = Solver(Options(1e-9)).solve(case.formulation, case.program)
    assert right.loosened == ""
    found = Solver(Options(1e-9)).solve(case.formulation, bounds.loosened(case.program, 0.01))
    assert found.objective == pytest.approx(right.objective, rel=1e-9)
    assert name in found.loosened
    assert found.loosened.endswith("times as large")


def test_a_bound_that_decides_nothing_keeps_the_plan() -> None:
    """Left at 1 USD what costs 1 USD: any amount beyond the 20 t needed is as good, and no lower cost is found."""
    offers = {"a": {**CHEAP, "tiers": {"many": {"above": "2 t", "price": "1 USD/t"}}}}
    case = stated(offers, {"stock": {"oil": {**KEPT, "end": {"value": "1 USD/t"}}}})
    found = Solver(Options(1e-9)).solve(case.formulation, case.program)
    assert found.objective * case.data.money == pytest.approx(20.0)


def test_cost_that_falls_without_end_is_refused() -> None:
    """In one of two futures the price falls to a half in February, below what is left is worth, and nothing limits
    orders: every bound is reached."""
    half = {"half": {"where": {"material": "oil"}, "field": "price", "times": 0.5, "from": "2027-02"}}
    futures = {"calm": {"probability": 0.5}, "glut": {"probability": 0.5, "changes": half}}
    stock = {"oil": {**KEPT, "end": {"value": "0.8 USD/t"}}}
    with pytest.raises(SolveError, match="cost falls without end"):
        solve({"a": {**CHEAP, **LOT}}, futures=futures, stock=stock)


def test_what_can_be_had_is_no_derived_bound() -> None:
    """With a limit of supply below every use nothing is marked, and a plan at that limit is solved once."""
    case = stated({"a": {**CHEAP, **LOT, "nameplate": "10 t/month"}}, {})
    assert not derived(case.formulation, case.program).rows
    assert Solver(Options(1e-9)).solve(case.formulation, case.program).loosened == ""


def test_bounds_are_tight_where_uses_end() -> None:
    """Twenty tonnes are needed from January on and ten from February on, a ten-thousandth more so as not to bind."""
    data = stated({"a": {**CHEAP, **LOT}}, {}).formulation.node.data["largest_order"]
    assert data == pytest.approx(np.array([[20.0, 10.0]]), rel=2e-4)
    assert (data > [[20.0, 10.0]]).all()


# A guess --------------------------------------------------------------------------------------------------------------

# b brings the 20 t of oil at 1 if it is a hundredth at most of what a and b bring: 1,980 t of a's ore at 0.001, besides
# what opens a. c brings them at 100: 2,000, and the ore that is needed is missed, 0.2. Ten times all needs are 202 t.
OPENED = {
    "order cost": ({"order_cost": "1000 USD"}, 20 + 1.98 + 1000),
    "two order costs": ({"order_cost": "1000 USD", "nameplate": "990 t/month"}, 2000.2),
    "qualification": ({"qualification": {"cost": "900 USD", "time": "0 days", "decide": "now"}}, 20 + 1.98 + 900),
    "an order cost above what it saves": ({"order_cost": "1979 USD"}, 2000.2),
    "a price break": ({"price": "3 USD/t", "tiers": {"ton": {"above": "900 t", "price": "0.5 USD/t"}}}, 20 + 990),
}


@pytest.mark.parametrize("opened", OPENED)
def test_a_yes_that_is_only_worth_it_beyond_a_guess_is_found(opened: str) -> None:
    offer, cost = OPENED[opened]
    few = {"share": {"of": {"supplier": "b"}, "within": {"supplier": ["a", "b"]}, "at_most": 0.01}}
    said = scenario(
        {"a": {"price": "0.001 USD/t", **offer}, "b": CHEAP, "c": {"price": "100 USD/t"}},
        materials={"oil": {}, "ore": {}},
        lanes={"sea": {"where": {"material": ["oil", "ore"]}, "site": "plant"}},
        rules={"few": few},
    )
    said["offers"]["a"]["material"] = "ore"
    said["stock"]["ore"] = {"material": "ore", "site": "plant", "end": {"value": "0 USD/t"}}
    small = {"site": "plant", "material": "ore", "need": "0.1 t/month", "shortage": {"lost": {"cost": "1 USD/t"}}}
    said["demand"]["small"] = small
    assert sourcing.solve(said, gap=1e-9).cost == pytest.approx(cost)


# Many at once ---------------------------------------------------------------------------------------------------------


def drawn(seed: int) -> dict[str, Any]:
    """A small scenario with whatever opens an order by a yes or no, uses of every kind, and rules."""
    pick = Random(seed)
    offers: dict[str, dict[str, Any]] = {}
    for name in ("a", "b", "c")[: pick.randint(2, 3)]:
        openings = (
            {"order_cost": f"{pick.choice([3, 30])} USD"},
            {"minimum_order": f"{pick.choice([3, 9])} t"},
            {"tiers": {"many": {"above": f"{pick.choice([8, 40])} t", "price": "0.6 USD/t"}}},
            {"qualification": {"cost": f"{pick.choice([2, 60])} USD", "time": "0 days", "decide": "any"}},
            {},
        )
        offers[name] = {
            "price": f"{pick.choice([1, 2, 5, 20])} USD/t",
            **({"nameplate": f"{pick.choice([12, 60])} t/month"} if pick.random() < 0.7 else {}),
            "yield": pick.choice([0.5, 1, 1]),
            **pick.choice(openings),
        }
    ends = ({"value": "0 USD/t"}, {"value": "0.5 USD/t"}, {"days": "20 days", "shortfall_cost": "9 USD/t"})
    rules = (
        {"volume": {"of": {"supplier": "a"}, "over": "horizon", "at_least": "50 t"}},
        {"share": {"of": {"supplier": "a"}, "at_least": 0.5}},
        {"share": {"of": {"each": "origin"}, "over": "period", "at_most": 0.7}},
        {"share": {"of": {"supplier": "b"}, "basis": "spend", "at_most": 0.4}},
        {"count": {"of": {"material": "oil"}, "at_least": 2, "each_at_least": 0.3}},
        {"count": {"of": {"material": "oil"}, "over": "period", "at_most": 1}},
    )
    grows = {"where": {"material": "oil"}, "field": "need", "times": 2, "from": "2027-02"}
    return scenario(
        offers,
        stock={"oil": {**KEPT, "holding": "0.1 USD/t/month", "end": pick.choice(ends)}},
        demand={"d": {"site": "plant", "material": "oil", "need": "10 t/month", "shortage": LOST}},
        rules={f"r{number}": rule for number, rule in enumerate(pick.sample(rules, pick.randint(0, 2)))},
        futures={"calm": {"probability": 0.6}, "more": {"probability": 0.4, "changes": {"grows": grows}}},
    )


@pytest.mark.parametrize("first", [0, 10, 20, 30])
def test_looser_bounds_bring_no_cheaper_plan(first: int) -> None:
    """Ten random scenarios each: with derived bounds a hundred times as large the cost is the same. Some are refused or
    have no plan, with either bounds."""
    solved = 0
    for seed in range(first, first + 10):
        try:
            case = state(prepare(drawn(seed)))
        except SourcingError:
            continue
        solver = Solver(Options(1e-9))
        loose = derived(case.formulation, case.program).loosened(case.program, 100.0)
        found, other = (solver.solve(case.formulation, program) for program in (case.program, loose))
        assert found.status == other.status, seed
        assert found.objective == pytest.approx(other.objective, rel=1e-6, abs=1e-6), seed
        solved += 1
    assert solved >= 5


@dataclass(frozen=True)
class AlwaysReached:
    """Bounds that every plan reaches, however large."""

    def reached(self, program: Any, solution: Solution) -> tuple[str, ...]:
        return ("order_link",)

    def loosened(self, program: Any, factor: float) -> Any:
        return program


@pytest.mark.parametrize("unproven_from", [2, 5, 99])
def test_cost_that_falls_without_end_is_no_plan_whether_the_solver_proves_it_or_not(unproven_from: int) -> None:
    """With numbers that large a solver may end with an error of its own. Below a thousand times all uses its plan is
    the best so far, and says that it is not proven; from there on it is none."""
    costs = itertools.count(1)

    def found(status: Status, cost: float) -> Solution:
        return Solution(status, "", {}, None, cost, cost, 0.0, 0.0)

    def solve(*_: Any) -> Solution:
        number = next(costs)
        return found(Status.FEASIBLE if number >= unproven_from else Status.OPTIMAL, -(10.0**number))

    bounds: Any = AlwaysReached()
    if unproven_from == 2:
        told = _without_end(solve, None, None, bounds, found(Status.OPTIMAL, 0.0))
        assert (told.status, "not proven" in told.reason) == (Status.FEASIBLE, True)
        return
    with pytest.raises(SolveError, match="falls without end"):
        _without_end(solve, None, None, bounds, found(Status.OPTIMAL, 0.0))


@pytest.mark.parametrize(("reason", "bound"), [("time limit", -12.5), ("interrupted", -np.inf), ("time limit", np.nan)])
def test_the_first_plan_is_kept_where_the_second_solve_ends_without_one(reason: str, bound: float) -> None:
    """A plan of -10 that reaches a bound; solving again without it proves at most that nothing is below -12.5, a
    quarter of 10 away."""
    first = Solution(Status.OPTIMAL, "", {}, None, -10.0, -10.0, 0.0, 1.0)
    nothing = Solution(Status.NOTHING, reason, {}, None, np.inf, bound, np.inf, 2.0)
    bounds: Any = AlwaysReached()
    told = _without_end(lambda *_: nothing, None, None, bounds, first)
    assert (told.status, told.reason, told.objective, told.seconds) == (Status.FEASIBLE, reason, -10.0, 3.0)
    assert told.gap == (pytest.approx(0.25) if bound == -12.5 else np.inf)
    assert "not solved again" in told.loosened


def test_what_is_impossible_within_derived_bounds_alone_is_not_called_impossible_where_time_ends() -> None:
    case = stated({"a": {**CHEAP, **LOT}}, {})
    ends = iter([(Status.INFEASIBLE, ""), (Status.NOTHING, "time limit")])

    def solve(*_: Any) -> Solution:
        status, reason = next(ends)
        return Solution(status, reason, {}, None, np.inf, -np.inf, np.inf, 1.0)

    told = beyond_derived(solve, case.formulation, case.program)
    assert (told.status, told.reason) == (Status.NOTHING, "time limit")
