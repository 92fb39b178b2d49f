"""What was known at `as_of`: measures, rows of data/, and the reasons given for numbers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sourcing.errors import DataError
from sourcing.facts import datasets
from sourcing.scenario import attributes
from sourcing.scenario.language.generation import ChainSpec, StateSpec
from sourcing.scenario.language.restrictions import ChangeSpec, Futures, FutureSpec, RestrictionSpec
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.numbers import quantities
from sourcing.scenario.paths import Path
from sourcing.scenario.regime_library import LibraryRegime, regimes

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT = tuple(month[:3] for month in _MONTHS.split("|"))
_ROW = re.compile(r"\b([a-z_]+/[a-z0-9]+(?:-[a-z0-9]+)*)")
_MONTH = re.compile(rf"\b({_MONTHS}|{'|'.join(_SHORT)}) (?:\d\d?, )?(\d{{4}})\b|\b(\d{{4}}-(?:0[1-9]|1[0-2]))(?!\d)")


def is_known(scenario: Scenario, part: RestrictionSpec | ChangeSpec | LibraryRegime) -> bool:
    """Whether a measure or a change was announced by `as_of`; one without dates always was."""
    first = part.announced or part.from_
    return scenario.as_of is None or first is None or first.first <= scenario.as_of.last


def hidden(scenario: Scenario) -> tuple[Path, ...]:
    """Paths of the measures and changes that were announced after `as_of`.

    What the file states, and the regimes, must have been announced by then. A future may fear what nobody has
    announced, but it does not bring back what the file states and was not known.
    """
    return tuple(_hidden(scenario)) if scenario.as_of else ()


def _hidden(scenario: Scenario) -> Iterator[Path]:
    unknown = {
        **{
            name: "restrictions"
            for name, restriction in scenario.restrictions.items()
            if not is_known(scenario, restriction) or _late_regime(scenario, restriction.regime)
        },
        **{name: "changes" for name, change in scenario.changes.items() if not is_known(scenario, change)},
    }
    yield from ((subject, name) for name, subject in unknown.items())
    paths: dict[str, Path] = {f"future {name}": ("futures", name) for name in scenario.futures}
    for risk, group in scenario.risks.items():
        paths |= {f"future {risk}: {name}": ("risks", risk, name) for name in group}
    if isinstance(scenario.regimes, ChainSpec):
        paths |= {f"regime {name}": ("regimes", "states", name) for name in scenario.regimes.states}
    for name, future in attributes.every_course(scenario).items():
        for key, restriction in future.restrictions.items():
            if (restriction is not None and _late_regime(scenario, restriction.regime)) or unknown.get(
                key
            ) == "restrictions":
                yield (*paths[name], "restrictions", key)
        for key in future.changes:
            if unknown.get(key) == "changes":
                yield (*paths[name], "changes", key)


def _late_regime(scenario: Scenario, name: str) -> bool:
    """Whether a restriction is that of a regime announced after `as_of`, whatever dates a future gives it."""
    regime = regimes().get(name)
    return regime is not None and not is_known(scenario, regime)


def as_known(scenario: Scenario) -> Scenario:
    """The scenario without the measures and changes that were announced after `as_of`."""
    late = set(hidden(scenario))
    if not late:
        return scenario

    def left(path: Path, parts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: part for name, part in parts.items() if (*path, name) not in late}

    def happening(path: Path, part: Scenario | FutureSpec | StateSpec) -> dict[str, Any]:
        return {
            "restrictions": left((*path, "restrictions"), part.restrictions),
            "changes": left((*path, "changes"), part.changes),
        }

    def each(path: Path, group: Futures) -> Futures:
        return {name: part.model_copy(update=happening((*path, name), part)) for name, part in group.items()}

    def states(chain: ChainSpec) -> ChainSpec:
        known = {
            name: state.model_copy(update=happening(("regimes", "states", name), state))
            for name, state in chain.states.items()
        }
        return chain.model_copy(update={"states": known})

    risks = {risk: each(("risks", risk), group) for risk, group in scenario.risks.items()}
    chain = states(scenario.regimes) if isinstance(scenario.regimes, ChainSpec) else scenario.regimes
    update = {**happening((), scenario), "futures": each(("futures",), scenario.futures), "risks": risks}
    return scenario.model_copy(update={**update, "regimes": chain})


def is_hidden(path: Path, unknown: tuple[Path, ...]) -> bool:
    """Whether a path lies in what is hidden."""
    return any(path[: len(start)] == start for start in unknown)


def row_known(reference: str, as_of: str) -> bool:
    """Whether a row, quoted as `table/id` or `table/id.column`, is not later than a date; one that is none is."""
    try:
        return datasets.is_known(reference.partition(".")[0], as_of)
    except DataError:
        return True


def kept_as_assumptions(scenario: Scenario) -> int:
    """How many numbers quote a row later than `as_of` for which no earlier one stands in, and keep their value."""
    as_of, unknown = scenario.as_of, hidden(scenario)
    if as_of is None:
        return 0
    return sum(
        quantity.row is not None
        and not quantity.row.startswith("prices/")
        and not row_known(quantity.row, as_of.text)
        and not is_hidden(path, unknown)
        for path, quantity in quantities(scenario)
    )


def reason(assumption: str, as_of: str | None) -> str:
    """Why a number is assumed; of a reason that quotes later rows or months only that it does."""
    if as_of is None:
        return assumption
    later = any(not row_known(row, as_of) for row in _ROW.findall(assumption))
    if later or names_later(assumption, as_of):
        return f"its reason rests on what was not known at {as_of}"
    return assumption


def names_later(text: str, as_of: str | None) -> bool:
    """Whether a text names a month after `as_of`."""
    if as_of is None:
        return False
    last = as_of if len(as_of) > 4 else f"{as_of}-12"
    return any(_month(match) > last for match in _MONTH.finditer(text))


def _month(match: re.Match[str]) -> str:
    name, year, written = match.groups()
    return written or f"{year}-{_SHORT.index(name[:3]) + 1:02d}"
