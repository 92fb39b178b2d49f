"""What the plan costs where it comes out worst, told by futures, odds and span."""

from collections.abc import Iterator

from sourcing.advice.phrases import AdvicePhrases, listed
from sourcing.figures import percent
from sourcing.futures.tree import MOST_NAMES
from sourcing.outcome.metrics import cvar_cost, tail_futures


def worst(words: AdvicePhrases) -> Iterator[str]:
    """One sentence where there are several futures: their mean, and the worst of them."""
    outcome, case, tree = words.outcome, words.case, words.outcome.data.tree
    if len(tree.futures) < 2:
        return
    risk, odds, cost = case.scenario.risk, tree.future_probability, outcome.future_cost
    tail = float(odds[cost.argmax()]) if risk.worst else risk.tail
    among = tail_futures(tree.futures, odds, cost, tail)
    span, expected = _span(words), words.money(outcome.expected_cost)
    money = words.money(cvar_cost(cost, odds, tail))
    if len(among) == 1:
        condition = f"If '{among[0].name}' comes ({percent(among[0].probability)}), the plan costs {money} {span}"
    elif len(among) <= MOST_NAMES:
        named = listed([f"'{future.name}' ({percent(future.probability)})" for future in among], "and")
        condition = f"In the dearest futures, {named}, the plan costs {money} on average {span}"
    else:
        total = sum(future.probability for future in among)
        condition = (
            f"In the dearest {len(among)} of the {len(tree.futures)} futures ({percent(total)}) the plan costs {money} "
            f"on average {span}"
        )
    yield f"{condition}; expected over all futures it costs {expected}."


def _span(words: AdvicePhrases) -> str:
    """Over 18 months; over 1 month; over 30 months (12 of them beyond the plan)."""
    calendar = words.case.calendar
    beyond = f" ({calendar.beyond} of them beyond the plan)" if calendar.beyond else ""
    return f"over {len(calendar)} {calendar.period}{'s' if len(calendar) > 1 else ''}{beyond}"
