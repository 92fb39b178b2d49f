"""A plan's decisions of now, taken off it and held in another program: what they come to in other circumstances."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.errors import SolveError
from sourcing.model.node_data import SPOT, Purchase
from sourcing.outcome import Plan
from sourcing.outcome.outcome import Outcome
from sourcing.pipeline.formulated import Formulated
from sourcing.solver.solution import pinned

NOTHING = 1e-7  # volumes below this [unit] are the noise of the solver
WITHOUT_CONTRACT = "without contract"  # as the table of orders says it


@dataclass(frozen=True)
class FirstStage:
    """What is decided before anything is seen.

    contracts: volumes of those signed, per their own time, by name. qualified: offers whose qualification starts now.
    orders: volumes of the first period [unit]; None where they are left open.
    """

    contracts: Mapping[str, float]
    qualified: frozenset[str]
    orders: Mapping[Purchase, float] | None


def now_of(outcome: Outcome) -> FirstStage:
    """Decisions of now of a course of action."""
    case, data, values = outcome.case, outcome.data, outcome.values
    wanted = [offer.name for offer in case.offers if offer.qualification]
    return FirstStage(
        {
            contract.name: float(values["contract_volume"][row, 0])
            for row, contract in enumerate(case.contracts)
            if values["contract_signed"][row, 0] > 0.5
        },
        frozenset(name for row, name in enumerate(wanted) if values["qualification_started"][row, 0] > 0.5),
        {
            source: float(values["order"][row, 0])
            for row, source in enumerate(data.sources)
            if values["order"][row, 0] > NOTHING
        },
    )


def now_of_plan(plan: Plan) -> FirstStage:
    """Decisions of now of a plan, from its tables; the first period is the first of the table of stocks."""
    first = plan.stockpile["period"].iloc[0] if len(plan.stockpile) else ""
    contracts, started, orders = plan.contracts, plan.qualifications, plan.orders
    signed = contracts[contracts["decision"].isin(("sign", "signed"))]
    placed = orders[orders["period"] == first].drop_duplicates(["offer", "site", "how"])
    return FirstStage(
        dict(zip(signed["contract"], signed["volume"].astype(float), strict=True)),
        frozenset(started.loc[started["start"] == first, "offer"]),
        {
            Purchase(f"{row['offer']} > {row['site']}", SPOT if row["how"] == WITHOUT_CONTRACT else row["how"]): row[
                "quantity"
            ]
            for row in placed.to_dict("records")
        },
    )


def strangers(now: FirstStage, stated: Formulated) -> tuple[str, ...]:
    """What is decided now that another scenario does not have, in words."""
    case, columns = stated.case, stated.program.columns
    contracts = {contract.name for contract in case.contracts}
    may_start = columns["qualification_started"]
    startable = {
        str(name) for name, present in zip(may_start.keys or (), may_start.ids[:, 0] >= 0, strict=True) if present
    }
    order = columns["order"]
    open_now = {source for source, present in zip(order.keys or (), order.ids[:, 0] >= 0, strict=True) if present}
    return (
        *(f"the contract {name}" for name in now.contracts if name not in contracts),
        *(f"the qualification of {name}" for name in sorted(now.qualified - startable)),
        *(f"an order from {source.lane}" for source in now.orders or () if source not in open_now),
    )


def hold(stated: Formulated, now: FirstStage) -> Formulated:
    """The program with decisions of now fixed; what it does not have is left out, what they do not name is not done."""
    case, columns = stated.case, stated.program.columns
    ids, values = list[int](), list[float]()
    for row, contract in enumerate(case.contracts):
        volume = now.contracts.get(contract.name)
        if volume is None and contract.signed:
            continue  # signed in this scenario, unknown to who decided: its volume stays free
        ids += [int(columns["contract_signed"].ids[row, 0]), int(columns["contract_volume"].ids[row, 0])]
        values += [float(volume is not None), volume or 0.0]
    ids += columns["qualification_started"].ids[:, 0].tolist()
    values += [float(name in now.qualified) for name in columns["qualification_started"].keys or ()]
    if now.orders is not None:
        ids += columns["order"].ids[:, 0].tolist()
        values += [now.orders.get(source, 0.0) for source in columns["order"].keys or ()]  # type: ignore[call-overload]
    present = np.array(ids, np.int64) >= 0
    program = pinned(stated.program, np.array(ids, np.int64)[present], np.array(values)[present])
    return replace(stated, program=program)


def best_after(solver: CaseSolver, stated: Formulated, now: FirstStage) -> SolvedCase | None:
    """The best that can be done once decisions of now are taken; None where they leave no plan."""
    try:
        return solver.of(hold(stated, now))
    except SolveError:
        return None
