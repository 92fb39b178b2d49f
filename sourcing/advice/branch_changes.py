"""What each future changes against the one in which least happens, for which the advice is told."""

from collections.abc import Iterator

import numpy as np

from sourcing.advice.phrases import AdvicePhrases, listed, quoted
from sourcing.figures import percent
from sourcing.outcome.binding_restrictions import named

SHORT = 0.001  # a shortage below this share of the need is not worth a sentence
MOST = 12  # futures; more are not told one by one


def branches(words: AdvicePhrases) -> Iterator[str]:
    """The future in which least happens, then each other: since when it is seen, what it changes."""
    tree = words.outcome.data.tree
    if len(tree.futures) == 1:
        return
    odds = percent(tree.future_probability[words.quiet])
    short = [f"{percent(share)} of {name}" for name, share in _unmet(words, words.quiet).items() if share > SHORT]
    told = f"short there of {listed(short, 'and')}" if short else "nothing is short there"
    yield f"The stocks above are those of '{tree.futures[words.quiet]}' ({odds}), in which least happens; {told}."
    if len(tree.futures) <= MOST:
        for number in range(len(tree.futures)):
            parts = int(np.argmax(tree.node_of[number] != tree.node_of[words.quiet]))
            if number != words.quiet and parts < words.case.calendar.planned:
                yield _branch(words, number, parts)


def _branch(words: AdvicePhrases, number: int, parts: int) -> str:
    tree, labels = words.outcome.data.tree, words.case.calendar.labels
    odds = percent(tree.future_probability[number])
    return (
        f"If '{tree.futures[number]}' ({odds}), seen from {labels[parts]}{_measures(words, number, parts)}: "
        f"{_lowest(words, number, parts)}; {_short(words, number)}."
    )


def _measures(words: AdvicePhrases, number: int, parts: int) -> str:
    """What newly limits exports from where a future parts, and what does no longer."""
    in_branch, in_quiet = _in_force(words, number, parts), _in_force(words, words.quiet, parts)
    new = [name for name in _limiting(words, number, parts) if name not in in_quiet]
    lifted = [name for name in _limiting(words, words.quiet, parts) if name not in in_branch]
    told = [f"{word} {listed(quoted(names), 'and')}" for word, names in (("under", new), ("without", lifted)) if names]
    return f" ({'; '.join(told)})" if told else ""


def _limiting(words: AdvicePhrases, number: int, parts: int) -> list[str]:
    cells = words.limits[:, number, parts : words.case.calendar.planned].ravel()
    return list(dict.fromkeys(name for cell in cells for name in named(cell)))


def _in_force(words: AdvicePhrases, number: int, parts: int) -> set[str]:
    measures = words.case.futures[number].restrictions
    return {part.regime or part.name for part in measures if part.cover[parts:].any()}


def _lowest(words: AdvicePhrases, number: int, parts: int) -> str:
    """How low stocks fall that fall lower than in the quiet future, by days."""
    outcome = words.outcome
    cover = outcome.days_of_cover[:, :, parts : words.case.calendar.planned].min(axis=2)
    lower: dict[str, list[str]] = {}
    for row in np.argsort(cover[:, number], kind="stable"):
        days, without = (f"{cover[row, future]:.0f}" for future in (number, words.quiet))
        if days != without and cover[row, number] < cover[row, words.quiet]:
            lower.setdefault(days, []).append(words.material(words.case.positions[row].material))
    told = [f"{days} days of {listed(names, 'and', '; ')}" for days, names in lower.items()]
    return f"stocks fall as low as {listed(told, 'and')}" if told else "stocks fall no lower"


def _short(words: AdvicePhrases, number: int) -> str:
    """Shortages that differ from those of the quiet future, which are told in brackets."""
    in_branch, in_quiet = _unmet(words, number), _unmet(words, words.quiet)
    told = [
        f"{percent(share)} of {name} ({percent(in_quiet[name])} without it)"
        for name, share in in_branch.items()
        if max(share, in_quiet[name]) > SHORT and percent(share) != percent(in_quiet[name])
    ]
    return f"short of {listed(told, 'and')}" if told else "nothing more is short"


def _unmet(words: AdvicePhrases, number: int) -> dict[str, float]:
    """Share of the need of each demand that is unmet in a future."""
    outcome = words.outcome
    shares = outcome.unmet_share[:, number]
    return {demand.name: float(share) for demand, share in zip(outcome.case.demands, shares, strict=True)}
