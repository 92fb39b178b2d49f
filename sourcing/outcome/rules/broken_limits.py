"""Which of the importer's own limits a course of action does not keep."""

import numpy as np

from sourcing.calendar import Array
from sourcing.model.node_data import windows
from sourcing.model.rules import RuleLimit, limits_of, summed
from sourcing.outcome.cost_terms import charged_amount
from sourcing.outcome.outcome import Outcome

SLACK = 1e-6  # relative, of what a limit bounds


def broken_limits(outcome: Outcome) -> tuple[str, ...]:
    """Names of shares, budgets and volumes of `rules:` that are not kept in some future."""
    broken = (limit.name for limit in limits_of(outcome.data) if not _is_kept(outcome, limit))
    return tuple(dict.fromkeys(broken))


def _is_kept(outcome: Outcome, limit: RuleLimit) -> bool:
    ends, carry = windows(outcome.data, limit.over, bool(limit.within))
    amount = _account(outcome, limit.basis, limit.of, carry)
    total = _account(outcome, limit.basis, limit.within, carry) if limit.within else np.ones(len(amount))
    for sign, bound in ((1.0, limit.at_most), (-1.0, limit.at_least)):
        if bound is not None:
            beyond = sign * (amount - bound * total)
            size = np.maximum(np.abs(amount), np.abs(bound * total)) + 1e-9
            if (beyond > SLACK * size + 1e-9)[ends].any():
                return False
    return True


def _account(outcome: Outcome, basis: str, lanes: tuple[str, ...], carry: Array) -> Array:
    """What lanes bring or cost since the window began, shape (nodes,)."""
    data, values = outcome.data, outcome.values
    parts = summed(outcome.charges, data, basis, lanes)
    total = np.zeros(data.tree.nodes)
    for lane, tonnes in parts.arrivals:
        total += tonnes * values["arriving"][data.case.lane_row[lane]]
    for charge in parts.paid:
        total += charged_amount(charge, charge.price, values)
    for time in range(1, data.tree.periods):
        now = np.flatnonzero(data.tree.period == time)
        total[now] += carry[now] * total[data.tree.parent[now]]
    return total
