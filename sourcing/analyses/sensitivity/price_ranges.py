"""Between which prices the plan, with its yes-or-no decisions held, buys the same amounts."""

import math

import numpy as np

from sourcing.analyses.case_solver import SolvedCase
from sourcing.analyses.sensitivity.thresholds import Decision
from sourcing.calendar import Array
from sourcing.model.node_data import SPOT
from sourcing.solver.cost_ranging import cost_range


def price_range(solved: SolvedCase, decision: Decision, price: float) -> tuple[float, float]:
    """Lowest and highest price [as `price`] at which the amounts stay as they are; 0 and infinite where nothing ends
    it.

    Of a contract the price of what is called under it, of an offer what is paid for it without contract; duty and
    freight by value stand fast. Futures weigh as they do in the plan, which is exact where only the expected cost
    counts, else as long as the same outcomes are the worst.
    """
    if solved.solution.row_prices is None:
        return 0.0, math.inf
    low, high = cost_range(solved.stated.program, solved.solution, _spend(solved, decision))
    return max(price * (1 + low), 0.0), price * (1 + high)


def _spend(solved: SolvedCase, decision: Decision) -> Array:
    """What is paid per unit of each column, as it weighs in the objective, shape (columns,)."""
    data, program, case = solved.stated.data, solved.stated.program, solved.case
    assert solved.solution.row_prices is not None
    worth = np.abs(np.nan_to_num(solved.solution.row_prices["cost_total"])).reshape(-1) * data.discount
    out = np.zeros(len(program.cost))
    kind, name = decision
    tiered = {lane for lane, _ in data.tier_keys}
    for row, source in enumerate(data.sources):
        offer_rows = (
            source.channel == name if kind == "contract" else _offered(solved, source.lane, source.channel, name)
        )
        if offer_rows and not (source.channel == SPOT and source.lane in tiered):
            _put(out, program.columns["order"].ids[row], data.source_price[row] * worth)
    for row, (lane, _) in enumerate(data.tier_keys):
        if kind != "contract" and case.lane[lane].offer == name:
            _put(out, program.columns["tier_order"].ids[row], solved.outcome.values["tier_price"][row] * worth)
    owed = [contract.name for contract in case.contracts if contract.take_or_pay > 0]
    if kind == "contract" and name in owed:
        row = owed.index(name)
        short = solved.outcome.values["shortfall_price"][row] * worth
        _put(out, program.columns["contract_shortfall"].ids[row], short)
    return out


def _offered(solved: SolvedCase, lane: str, channel: str, offer: str) -> bool:
    return channel == SPOT and solved.case.lane[lane].offer == offer


def _put(out: Array, ids: Array, amounts: Array) -> None:
    present = ids >= 0
    out[ids[present].astype(int)] = amounts[present]
