"""Rationing told as the decision that it is: whom, how much, from when to when."""

from collections.abc import Iterator

import numpy as np

from sourcing.advice.phrases import AdvicePhrases, listed
from sourcing.figures import percent
from sourcing.futures.tree import MOST_NAMES
from sourcing.outcome.metrics import unmet_share

ALIKE = 0.005  # of a need: shares this near are the same
LEAST = 0.01  # of the need of a period, below which nobody is told that it goes without


def rationing(words: AdvicePhrases) -> Iterator[str]:
    """One sentence for each need and each group of futures that go short of it alike."""
    outcome, case = words.outcome, words.case
    unmet, need = outcome.planned(outcome.unmet), outcome.planned(outcome.data.need)
    share = unmet_share(unmet, need)
    for row, demand in enumerate(case.demands):
        groups: dict[tuple[int, int], list[int]] = {}
        for future in range(share.shape[1]):
            short = np.flatnonzero(share[row, future] > LEAST)
            if len(short):
                groups.setdefault((int(short[0]), int(short[-1])), []).append(future)
        for (first, last), futures in groups.items():
            inside = np.ix_([row], futures, range(first, last + 1))
            mean = float(unmet_share(unmet[inside].sum(), need[inside].sum()))
            missed = _mean_and_most(mean, float(share[inside].max()))
            yield f"{_if(words, futures)}ation {demand.name} {_span(words, first, last)}: {missed}."


def _if(words: AdvicePhrases, futures: list[int]) -> str:
    """Blank, with a capital to go on with, where it is so in every future."""
    names = words.outcome.data.tree.futures
    if len(futures) == len(names):
        return "R"
    odds = float(words.outcome.data.tree.future_probability[futures].sum())
    if len(futures) <= MOST_NAMES:
        phrases = listed([f"'{names[future]}'" for future in futures], "or")
    else:
        phrases = f"any of {len(futures)} of the {len(names)} futures"
    return f"If it comes to {phrases} ({percent(odds)}), r"


def _span(words: AdvicePhrases, first: int, last: int) -> str:
    labels = words.case.calendar.labels
    return f"in {labels[first]}" if first == last else f"from {labels[first]} to {labels[last]}"


def _mean_and_most(mean: float, most: float) -> str:
    """60 % of its need goes unserved; or on average, and at most in a period."""
    phrases = f"{percent(mean)} of its need goes unserved"
    return phrases if most - mean < ALIKE else f"{phrases} on average, at most {percent(most)} in a period"
