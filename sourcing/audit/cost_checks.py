"""Every cost by kind, discounted cost of each future, expectation, the worst part and the objective."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sourcing.audit.audited_numbers import AuditedNumbers
from sourcing.audit.check import HIDDEN, RELATIVE, AuditCheck, at_most, equal
from sourcing.audit.flow_checks import AuditedFlows
from sourcing.audit.outlays import making_do
from sourcing.audit.plan_days import Array
from sourcing.audit.price_checks import AuditedPrices
from sourcing.audit.purchase_checks import AuditedPurchases
from sourcing.audit.reported_amounts import places
from sourcing.figures import stated_percent
from sourcing.outcome.plan import Plan

SLACK = ("take-or-pay", "cover missing", "end target missing")
"""Kinds that a plan without proof may state too high: what is missing is at least so much."""
HINDSIGHT = 2e-6
"""Share of its cost by which the best of a future may be dearer than the plan in it: proven within a millionth."""


@dataclass(frozen=True)
class AuditedCost:
    """A kind of cost [money, undiscounted], shape (nodes,): charged, and paid in cash."""

    charge: Array
    cash: Array


def costs(
    numbers: AuditedNumbers, prices: AuditedPrices, buying: AuditedPurchases, flows: AuditedFlows, bills: Array
) -> dict[str, AuditedCost]:
    """What a plan costs by kind. bills: paid without contract by lane, shape (lanes, nodes)."""
    importer, amounts, leaf = numbers.importer, buying.amounts, numbers.tree.leaf
    freight, duty = prices.border
    holding = numbers.stack([position.holding for position in importer.positions])
    lots = numbers.stack([importer.offer[lane.offer].order_cost for lane in importer.lanes])
    charge = np.array([[contract.shortfall_charge] for contract in importer.contracts]).reshape(-1, 1) * prices.contract
    # What waits is stored as what lies at the position it goes to.
    stored = (holding * amounts.stock).sum(axis=0) + (holding[numbers.position_of] * amounts.waiting).sum(axis=0)
    paid = {
        "purchases": bills.sum(axis=0),
        "contract purchases": (prices.contract * buying.called).sum(axis=0),
        "freight": (freight * flows.crossing).sum(axis=0),
        "duty": (duty * flows.crossing).sum(axis=0),
        "refunds of cancelled orders": -(prices.refund * amounts.cancelled).sum(axis=0),
        "order costs": (lots * (amounts.orders > HIDDEN)).sum(axis=0),
        "take-or-pay": (charge * buying.shortfall).sum(axis=0),
        "storage": stored,
    }
    short = numbers.mean("shortage") * amounts.short
    makes_do = np.array([step.makes_do for demand in importer.demands for step in demand.steps], bool)
    paid["making do"] = making_do(numbers, flows)
    sure = flows.by_position(flows.past_border)
    arrives = np.array([importer.offer[lane.offer].yield_ for lane in importer.lanes]).reshape(-1, 1)
    come, back = arrives * prices.left[numbers.position_of], prices.refund * ~numbers.bound[:, None]
    come = np.maximum(come - freight - duty, 0.0)  # both are paid when it crosses the border
    queued = np.where(numbers.approval < 1, np.minimum(back, come), come) * flows.not_released
    value = (prices.left * (amounts.stock + sure)).sum(axis=0) + queued.sum(axis=0)
    last = numbers.tree.period == numbers.days.planned.sum() - 1
    missing = np.maximum(flows.end_target - amounts.stock - flows.pipeline, 0.0) * last
    late = np.array([[entry.end_cost if entry.end_days > 0 else 0.0] for entry in importer.positions])
    charged = {
        "cover missing": _cover(numbers, flows),
        "shortage": short[~makes_do].sum(axis=0),
        "end target missing": (late * missing).sum(axis=0),
        "value left at the end": -value * leaf,
    }
    nothing = np.zeros(numbers.tree.nodes)
    by_kind = {kind: AuditedCost(amount, amount) for kind, amount in paid.items()}
    by_kind |= {kind: AuditedCost(amount, nothing) for kind, amount in charged.items()}
    return by_kind | _lasting(numbers, prices, buying)


def _cover(numbers: AuditedNumbers, flows: AuditedFlows) -> Array:
    out = np.zeros(numbers.tree.nodes)
    for row, position in enumerate(numbers.importer.positions):
        if position.cover and not position.cover.firm:
            short = np.maximum(flows.cover_target[row] - flows.amounts.stock[row], 0.0)
            out += numbers.by_node(position.cover.cost) * np.where(flows.released_cover[row], 0.0, short)
    return out


def _lasting(numbers: AuditedNumbers, prices: AuditedPrices, buying: AuditedPurchases) -> dict[str, AuditedCost]:
    """Outlays: cash when they are paid, charged by the share of the annuity within the plan."""
    importer, nodes = numbers.importer, numbers.tree.nodes
    by_kind = {kind: AuditedCost(np.zeros(nodes), np.zeros(nodes)) for kind in ("qualification", "signing")}
    for number, row in enumerate(numbers.qualify):
        qualification = importer.offers[row].qualification
        assert qualification is not None
        paid = qualification.outlay.amount * buying.amounts.started[number]
        by_kind["qualification"].cash[:] += paid
        by_kind["qualification"].charge[:] += paid * numbers.by_node(prices.annuity(qualification.outlay))
    for row, contract in enumerate(importer.contracts):
        if not contract.signed:
            amount = contract.signing.amount * buying.amounts.signed[row]
            by_kind["signing"].cash[0] += amount
            by_kind["signing"].charge[0] += amount * prices.annuity(contract.signing)[0]
    return by_kind


def worst_part(cost: Array, probability: Array, tail: float) -> float:
    """Mean of the worst `tail` of outcomes: dearest first, until their probability is used up.

    >>> worst_part(np.array([1.0, 2.0, 9.0]), np.array([0.5, 0.3, 0.2]), 0.4)
    5.5
    """
    total, left = 0.0, min(tail, float(probability.sum()))
    whole = left
    for place in np.argsort(cost)[::-1]:
        part = min(left, float(probability[place]))
        total, left = total + part * float(cost[place]), left - part
        if left <= 0:
            break
    return total / (whole - left)


def cost_checks(numbers: AuditedNumbers, by_kind: Mapping[str, AuditedCost], plan: Plan) -> Iterator[AuditCheck]:
    """Costs against the tables of costs, futures and risk, and against the objective of the solver."""
    tree = numbers.tree
    discount = numbers.importer.discount[tree.period]
    charge = {kind: (cost.charge * discount)[tree.node_of].sum(axis=1) for kind, cost in by_kind.items()}
    cash = {kind: cost.cash[tree.node_of].sum(axis=1) for kind, cost in by_kind.items()}
    probability = tree.odds
    total = np.sum(list(charge.values()), axis=0)
    gross = np.sum([np.abs(values) for values in charge.values()], axis=0)
    tolerance = RELATIVE * np.append(gross, float(gross @ probability)) * 0.1 + 1e-9
    tight = _proven(plan, numbers.scenario.risk.weight)
    where = [*tree.futures, "expected"]
    said = _said(plan.costs, where)
    unknown = sorted(set(plan.costs["kind"]) ^ set(by_kind))
    yield equal("kinds of costs", ["costs"], np.array([float(len(unknown))]), np.zeros(1))
    for kind in (kind for kind in by_kind if kind not in unknown):
        for column, values in (("charge", charge[kind]), ("cash", cash[kind])):
            mine = np.append(values, float(values @ probability))
            compare = equal if tight or kind not in SLACK else at_most
            yield compare(f"{column} of {kind}", where, mine, said[column][kind], tolerance, numbers.scenario.currency)
    yield from _summed(numbers, total, plan, tolerance, tight)
    listed = np.sum([said["charge"][kind][:-1] for kind in by_kind if kind not in unknown], axis=0)
    reported = plan.futures.drop_duplicates("future").set_index("future").reindex(list(tree.futures))["cost"].to_numpy()
    yield equal("sum of costs", tree.futures, listed, reported, tolerance[:-1], numbers.scenario.currency)


def _proven(plan: Plan, weight: float) -> bool:
    """Whether every cost counts in a proven optimum; else what is missing may be stated too high."""
    return plan.status == "optimal" and weight < 1


def _said(frame: pd.DataFrame, where: list[str]) -> dict[str, dict[str, Array]]:
    """Charge and cash of the table by kind, in order of the futures; not a number where a line is missing."""
    kinds = list(dict.fromkeys(frame["kind"]))
    row, place = places(frame["kind"], kinds), places(frame["future"], where)
    by_kind = {}
    for column in ("charge", "cash"):
        table = np.full((len(kinds), len(where) + 1), np.nan)
        table[row, place] = frame[column].to_numpy()
        by_kind[column] = dict(zip(kinds, table[:, :-1], strict=True))
    return by_kind


def _summed(numbers: AuditedNumbers, total: Array, plan: Plan, tolerance: Array, tight: bool) -> Iterator[AuditCheck]:
    tree, risk = numbers.tree, numbers.scenario.risk
    probability, currency = tree.odds, numbers.scenario.currency
    compare = equal if tight else at_most
    reported = plan.futures.drop_duplicates("future").set_index("future").reindex(list(tree.futures))
    yield equal("probability", tree.futures, probability, reported["probability"].to_numpy(), 1e-9)
    yield compare("cost of a future", tree.futures, total, reported["cost"].to_numpy(), tolerance[:-1], currency)
    expected, worst = float(total @ probability), worst_part(total, probability, risk.tail)
    measures = {"expected": expected, f"mean of the worst {stated_percent(risk.tail)}": worst, "worst": total.max()}
    rows = plan.risk[plan.risk["subject"] == "cost"].drop_duplicates("measure").set_index("measure")["value"]
    mine = np.array(list(measures.values()), dtype=float)
    yield compare(
        "risk of cost", list(measures), mine, rows.reindex(list(measures)).to_numpy(), tolerance[-1], currency
    )
    deep = float(total.max()) if risk.worst else worst
    if risk.of == "regret":
        best = reported["best_cost"].to_numpy(dtype=float)
        yield from _regretted(numbers, total, best, plan, tolerance, tight)
        regret = total - best
        deep = float(best @ probability) + (regret.max() if risk.worst else worst_part(regret, probability, risk.tail))
    objective = (1 - risk.weight) * expected + risk.weight * deep if risk.weight > 0 else expected
    bound = np.array([plan.bound])
    yield at_most("bound", ["cost of the plan"], bound, np.array([plan.cost]), tolerance[-1], currency)
    yield compare(
        "objective", ["cost of the plan"], np.array([objective]), np.array([plan.cost]), tolerance[-1], currency
    )


def _regretted(
    numbers: AuditedNumbers, total: Array, best: Array, plan: Plan, tolerance: Array, tight: bool
) -> Iterator[AuditCheck]:
    """Regret against its tables. The best of a future is no dearer than the plan in it, and one for those that nothing
    tells apart; that no plan is cheaper was proven when it was solved."""
    tree, currency, tail = numbers.tree, numbers.scenario.currency, numbers.scenario.risk.tail
    compare = equal if tight else at_most
    reported = plan.futures.drop_duplicates("future").set_index("future").reindex(list(tree.futures)).astype(float)
    regret = (reported["cost"] - reported["best_cost"]).to_numpy()
    yield equal("regret", tree.futures, regret, reported["regret"].to_numpy(), tolerance[:-1], currency)
    yield at_most("best cost", tree.futures, best, total, tolerance[:-1] + HINDSIGHT * np.abs(total), currency)
    _, first, same = np.unique(tree.node_of[:, -1], return_index=True, return_inverse=True)
    yield equal("best cost of futures alike", tree.futures, best, best[first][same], 0.0, currency)
    worst = worst_part(total - best, tree.odds, tail)
    measures = {
        "expected": float((total - best) @ tree.odds),
        f"mean of the worst {stated_percent(tail)}": worst,
        "worst": float((total - best).max()),
    }
    rows = plan.risk[plan.risk["subject"] == "regret"].drop_duplicates("measure").set_index("measure")["value"]
    mine, said = np.array(list(measures.values())), rows.reindex(list(measures)).to_numpy(dtype=float)
    yield compare("risk of regret", list(measures), mine, said, tolerance[-1], currency)
