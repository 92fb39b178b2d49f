"""A Markov chain over regimes, with shortest stays and dates on which somebody decides."""

from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.sampling.quasi_random import Ints, Mask


@dataclass(frozen=True)
class DecisionStep:
    """What happens at the beginning of step `step` to whoever is in a state it `concerns`, shape (states,): the next
    state has the probabilities of its row of `outcomes`, shape (states, states)."""

    step: int
    concerns: Mask
    outcomes: Array


@dataclass(frozen=True)
class RegimeChain:
    """States by number. Steps are parts of periods: a decision within a period begins a new one.

    period: of each step, shape (steps,). initial: probabilities, shape (states,). leave: probability of going from one
    state to another at the end of a period, shape (states, states), diagonal 0. stay: fewest periods in a state, shape
    (states,). since: periods spent in the first state before the plan.
    """

    period: Ints
    initial: Array
    leave: Array
    stay: Ints
    since: int
    decisions: tuple[DecisionStep, ...]

    @property
    def dimensions(self) -> int:
        """Random numbers that one path takes."""
        return len(self.period)


def per_period(monthly: Array, months: float) -> Array:
    """Probabilities of leaving a state in a month as those of leaving it in a period, shape (states, states).

    The share that stays is raised to the number of months, what leaves is divided as in a month: one change in a period
    at most, exact where a period is a month.

    >>> per_period(np.array([[0.0, 0.1], [0.0, 0.0]]), 2.0).round(4).tolist()  # 1 - 0.9^2
    [[0.0, 0.19], [0.0, 0.0]]
    """
    total = monthly.sum(axis=1, keepdims=True)
    left = 1 - (1 - np.minimum(total, 1.0)) ** months
    return np.asarray(np.divide(monthly, total, out=np.zeros_like(monthly), where=total > 0) * left)


def sample(chain: RegimeChain, uniforms: Array) -> Ints:
    """Paths by inversion, shape (paths, steps); uniforms in (0, 1) of the same shape.

    In a step that begins a period the chain moves with its probabilities once the shortest stay is over; on a decision
    whoever it concerns moves with those of the decision instead. Each state entered begins a stay, and so does a
    decision that confirms one.
    """
    states = np.zeros(uniforms.shape, np.int64)
    states[:, 0] = _drawn(np.broadcast_to(chain.initial, (len(uniforms), len(chain.initial))), uniforms[:, 0])
    entered = np.full(len(uniforms), chain.period[0] - chain.since)
    stays = chain.leave + np.diag(1 - chain.leave.sum(axis=1))
    still = np.eye(len(chain.initial))
    by_step = {decision.step: decision for decision in chain.decisions}
    for step in range(1, len(chain.period)):
        now, decision = states[:, step - 1], by_step.get(step)
        new_period = chain.period[step] != chain.period[step - 1]
        free = new_period & (chain.period[step] - entered >= chain.stay[now])
        odds = np.where(free[:, None], stays[now], still[now])
        decided = np.zeros(len(now), bool)
        if decision:
            decided = decision.concerns[now]
            odds = np.where(decided[:, None], decision.outcomes[now], odds)
        states[:, step] = _drawn(odds, uniforms[:, step])
        entered = np.where(decided | (states[:, step] != now), chain.period[step], entered)
    return states


def _drawn(odds: Array, uniform: Array) -> Ints:
    """The state whose share of (0, 1) holds the number."""
    reached = np.cumsum(odds, axis=1)
    last = odds.shape[1] - 1 - np.argmax(odds[:, ::-1] > 0, axis=1)  # rounding must not reach a state of probability 0
    return np.asarray(np.minimum((uniform[:, None] >= reached).sum(axis=1), last))
