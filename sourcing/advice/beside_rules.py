"""The plan beside rules of thumb, in sentences."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sourcing.advice.phrases import AdvicePhrases, listed
from sourcing.calendar import Array
from sourcing.outcome.outcome import Outcome
from sourcing.outcome.rules.ladder import TODAY

SAME = 1e-6  # relative: a difference this small is none
SLIGHT = 0.005  # of what is saved: parts of it below this are not told
PARTS = (("cash", "cash"), ("lost_margin", "lost margin"), ("made_do", "making do"), ("stock_left", "stock left"))


def beside(words: AdvicePhrases, today: Outcome, comparisons: pd.DataFrame) -> Iterator[str]:
    """How much of what is minimised the plan saves against the best rule, and what that is made of."""
    plan, *others = comparisons.to_dict("records")
    keeping = [rule for rule in others if not rule["breaks"]]
    rule = min(keeping or others, key=lambda one: float(one["objective"]))
    best, saved, size = rule["rule"], float(rule["objective"] - plan["objective"]), abs(float(plan["objective"]))
    where = "in the futures you typed" if words.case.sampling is None else "in the futures that it was made for"
    among = f"the best of {len(keeping)} rules of thumb" if keeping else "the cheapest rule of thumb"
    broken = [f"'{name}'" for name in str(rule["breaks"]).split(", ")]
    limits = "" if keeping else f", which does not keep {listed(broken, 'and')},"
    if abs(saved) <= SAME * size:
        yield f"Beside {among}, '{best}'{limits}, the plan comes to the same, {where}."
    else:
        does = "saves" if saved > 0 else "costs"
        more = "" if saved > 0 else " more"
        yield (
            f"Beside {among}, '{best}'{limits} the plan {does} {words.money(abs(saved))}{more} of what is minimised, "
            f"{where}{_made_of(words, plan, rule, abs(saved))}."
        )
    left_out = [other for other in others if other["breaks"]]
    if left_out and keeping:
        names = listed([f"'{other['rule']}'" for other in left_out], "and")
        extra = min(float(other["objective"]) for other in left_out) - float(plan["objective"])
        than = f"{words.money(abs(extra))} {'dearer' if extra > 0 else 'cheaper'} than the plan"
        subject = "it is" if len(left_out) == 1 else "the cheapest of them is"
        yield f"Not counted, for the limits of `rules:` are not kept: {names}; {subject} {than}."
    yield from _regretted(words, today)


def _made_of(words: AdvicePhrases, plan: Mapping[Hashable, Any], rule: Mapping[Hashable, Any], saved: float) -> str:
    """The parts of the difference in expected cost, without those that are slight."""
    told = []
    for name, title in PARTS:
        more = float(plan[name]) - float(rule[name])
        if abs(more) > SLIGHT * saved:
            told.append(f"{title} {words.money(abs(more))} {'more' if more > 0 else 'less'}")
    return f"; expected, {listed(told, 'and')}" if told else ""


def _regretted(words: AdvicePhrases, today: Outcome) -> Iterator[str]:
    """What the plan may be regretted for at worst, where regret counts."""
    mine, theirs = words.outcome.regret, today.regret
    if mine is None or theirs is None:
        return
    (most, plan_largest), (other, rule_largest) = _largest(words.outcome, mine), _largest(words.outcome, theirs)
    yield (
        f"At worst the plan turns out {words.money(most)} dearer than the best that could have been done had the "
        f"future been known (in '{plan_largest}'); '{TODAY}' {words.money(other)} (in '{rule_largest}')."
    )


def _largest(outcome: Outcome, regret: Array) -> tuple[float, str]:
    """The largest regret and its future; of futures as bad, as a plan of least regret has them, the first."""
    worst_futures = regret >= regret.max() - 1e-6 * np.abs(outcome.future_cost).max()
    return max(float(regret.max()), 0.0), outcome.data.tree.futures[int(worst_futures.argmax())]
