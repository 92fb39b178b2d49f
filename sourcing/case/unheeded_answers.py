"""Answers of the file that its futures do not follow: an answer in words changes no number by itself."""

from collections.abc import Iterable, Iterator, Mapping

from sourcing.case.frame import calendar_of
from sourcing.figures import percent
from sourcing.scenario.known_at import as_known
from sourcing.scenario.language.generation import ChainSpec, StateSpec
from sourcing.scenario.language.restrictions import FutureSpec, RestrictionSpec
from sourcing.scenario.language.scenario import Scenario
from sourcing.scenario.regime_library import regimes
from sourcing.scenario.switches import at_stake, concerns, is_decided, is_known, is_later, returning


def unheeded(planned: Scenario, whole: Scenario) -> Iterator[str]:
    """One sentence for each answer that the futures leave open, that nothing states, or that is about nothing here.

    planned: the scenario that is planned, of which `whole` is all before its scope.
    """
    for name, words in whole.answered.items():
        regime = regimes()[name]
        if regime.switch is None or not is_known(whole, regime) or is_later(whole, regime.switch):
            continue
        said = f"answered: {name} ('{words}')"
        if not concerns(whole, regime.switch):
            aimed = f" for {', '.join(regime.switch.targets)}" if regime.switch.targets else ""
            yield f"{said} is about {', '.join(regime.switch.materials)}{aimed}: nothing of it is here"
        elif concerns(planned, regime.switch):
            yield from _left_open(as_known(planned), name, said)


def _left_open(scenario: Scenario, name: str, said: str) -> Iterator[str]:
    switch = regimes()[name].switch
    assert switch
    if is_decided(scenario, switch):
        yield (
            f"{said} changes no number by itself, and the chain of regimes still draws what happens on "
            f"{switch.date.text}; take that decision out of it and let the chain begin in the state that came about"
        )
        return
    everywhere = _within(scenario, at_stake(scenario, name, scenario.restrictions))
    stated = bool(everywhere)
    for group in _groups(scenario):
        measures = {
            course: _within(scenario, at_stake(scenario, name, {**scenario.restrictions, **part.restrictions}))
            for course, (part, _) in group.items()
        }
        stated = stated or any(measures.values())
        if open_ := _open(measures):
            yield f"{said} changes no number by itself{_odds(group, measures, open_)}"
    if not stated:
        again = returning(name)
        back = f", for example restrictions: {{back: {{regime: {again[0]}}}}}" if again else ""
        yield (
            f"{said} changes no number by itself, and no restriction and no future states it: the plan counts on what "
            f"was suspended staying so; where the answer says otherwise, state what holds{back}"
        )


def _within(scenario: Scenario, parts: Iterable[tuple[str, RestrictionSpec]]) -> dict[str, RestrictionSpec]:
    """Those in force on some day of the plan: what comes after it decides nothing here."""
    time = calendar_of(scenario.horizon)
    return {
        key: part
        for key, part in parts
        if time.cover(part.from_.first if part.from_ else None, part.until.last if part.until else None).any()
    }


def _groups(scenario: Scenario) -> Iterator[dict[str, tuple[FutureSpec | StateSpec, str]]]:
    """What may come, one group for each risk: its parts that are possible, with their odds in words."""
    for futures in (scenario.futures, *scenario.risks.values()):
        yield {
            name: (future, f"{name} ({percent(future.probability.measure.number)})")
            for name, future in futures.items()
            if future.probability.measure.number > 0
        }
    if isinstance(scenario.regimes, ChainSpec):
        yield {name: (state, name) for name, state in scenario.regimes.states.items()}


def _open(measures: Mapping[str, Mapping[str, RestrictionSpec]]) -> list[str]:
    """Measures in force in some courses and not in others, unless one that is as tight is in force in all of them."""
    names = dict.fromkeys(key for by_measure in measures.values() for key in by_measure)
    common = [key for key in names if all(key in by_measure for by_measure in measures.values())]
    floor = min((_approval(by_measure[key]) for by_measure in measures.values() for key in common), default=1.0)
    return [
        key
        for key in names
        if key not in common
        and (
            not common
            or any(_approval(by_measure[key]) < floor for by_measure in measures.values() if key in by_measure)
        )
    ]


def _approval(restriction: RestrictionSpec) -> float:
    return 1.0 if restriction.approval is None else restriction.approval.measure.number


def _odds(
    group: Mapping[str, tuple[FutureSpec | StateSpec, str]],
    measures: Mapping[str, Mapping[str, RestrictionSpec]],
    open_: list[str],
) -> str:
    """Which measures hold where, with odds; and the cure. A measure that is not pulled in by its regime may be what the
    answer settles or a new one that is feared beside it: only the author knows."""
    told, mine = [], [by_measure[key] for by_measure in measures.values() for key in open_ if key in by_measure]
    for key in open_:
        holds = [words for name, (_, words) in group.items() if key in measures[name]]
        others = [words for name, (_, words) in group.items() if key not in measures[name]]
        told.append(f"'{key}' is in force in {' and '.join(holds)}, not in {' and '.join(others)}")
    cure = "give what it rules out the probability 0, or state what holds under restrictions, for all futures"
    if all(part.regime for part in mine):
        return f", and the futures still leave it open: {'; '.join(told)}; {cure}"
    return (
        f". Futures differ in what it may be about: {'; '.join(told)}. If the answer settles it, {cure}; "
        "if it is a new measure that is feared beside it, leave it as it is"
    )
