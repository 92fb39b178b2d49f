"""Checks of what generates futures: a chain of regimes, and how many futures are drawn."""

from collections.abc import Iterable, Iterator, Mapping

from sourcing.scenario import attributes
from sourcing.scenario.checks.lookups import PROBABILITY_TOLERANCE, Finding
from sourcing.scenario.checks.possible_futures import happenings
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.language.generation import ChainSpec
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import Attributes, SelectionError, Where, near, pick
from sourcing.units import per_month

WIDEST = 3.0  # standard deviations of a logarithm: a factor of twenty either way
FARTHEST = 100.0  # a factor on a price or a yearly need


def generates(scenario: Scenario) -> bool:
    """Whether futures are drawn and not typed."""
    parts = (part for _, part, _ in happenings(scenario) if part)
    moving = scenario.fluctuations.prices or scenario.fluctuations.demand
    return isinstance(scenario.regimes, ChainSpec) or bool(moving) or any(part.licences for part in parts)


def chains(scenario: Scenario) -> Iterator[Finding]:
    """States are named that exist; probabilities sum to 1, or to at most 1 in a month."""
    chain = scenario.regimes
    if not isinstance(chain, ChainSpec):
        return
    yield from _states(("regimes", "initial"), chain.initial, chain)
    yield from _sums(("regimes", "initial"), chain.initial)
    yield from _states(("regimes", "transitions"), chain.transitions, chain)
    for state, leave in chain.transitions.items():
        path = ("regimes", "transitions", state)
        yield from _states(path, leave, chain)
        if state in leave:
            yield (*path, state), "a state that is left for itself is not left", "leave it out; what is left stays"
        total = sum(per_month(quantity.measure) for quantity in leave.values())
        if total > 1 + PROBABILITY_TOLERANCE:
            yield path, f"probabilities of leaving '{state}' come to {total:.6g} a month, more than 1", "lower them"
    for name, decision in chain.decisions.items():
        outcomes_path = ("regimes", "decisions", name, "outcomes")
        yield from _states(outcomes_path, decision.outcomes, chain)
        for state, outcome in decision.outcomes.items():
            yield from _states((*outcomes_path, state), outcome, chain)
            yield from _sums((*outcomes_path, state), outcome)
    days = [decision.date.text for decision in chain.decisions.values()]
    for name, decision in chain.decisions.items():
        if days.count(decision.date.text) > 1:
            yield ("regimes", "decisions", name, "date"), "two decisions on one day", "put their outcomes into one"


def samples(scenario: Scenario) -> Iterator[Finding]:
    """What generates futures says how many, and stands alone."""
    if generates(scenario):
        if scenario.sample is None:
            yield ("sample",), "how many futures are drawn is not said", "add sample: {count: 500, seed: 1, keep: 40}"
        for other in ("futures", "risks"):
            if getattr(scenario, other):
                cause = f"{other} are typed, and others are generated"
                yield (other,), cause, "keep one: states and odds of the chain can say what typed futures say"
    elif scenario.sample is not None:
        yield (
            ("sample",),
            "nothing generates futures",
            "add regimes: {states, initial, transitions}, fluctuations or licences; or leave it out",
        )
    sample = scenario.sample
    if sample and sample.keep is not None and sample.keep > sample.count:
        yield ("sample", "keep"), f"{sample.keep} of {sample.count} cannot be kept", "keep fewer, or draw more"


def fluctuations(scenario: Scenario) -> Iterator[Finding]:
    """Groups pick something, and each thing once; jumps are by states, and are factors."""
    offers, demands = attributes.of_offers(scenario), attributes.of_demands(scenario)
    stated, chain = scenario.fluctuations, scenario.regimes
    groups = stated.prices.groups if stated.prices else {}
    programmes = stated.demand.programmes if stated.demand else {}
    yield from _once(("fluctuations", "prices", "groups"), {name: one.where for name, one in groups.items()}, offers)
    wheres = {name: one.where for name, one in programmes.items()}
    yield from _once(("fluctuations", "demand", "programmes"), wheres, demands)
    for name, group in groups.items():
        path = ("fluctuations", "prices", "groups", name)
        if group.jumps and not isinstance(chain, ChainSpec):
            yield (*path, "jumps"), "prices jump when a regime begins, and no chain of regimes is stated", "add regimes"
        elif isinstance(chain, ChainSpec):
            yield from _states((*path, "jumps"), group.jumps, chain)
        if group.half_life and group.half_life.measure.number == 0:
            yield (*path, "half_life"), "nothing is gone at once", "give a time, or leave it out for none"
        factors: dict[tuple[str, ...], Quantity] = {("jumps", state): one for state, one in group.jumps.items()}
        yield from _sensible(path, {"volatility": group.volatility, "jump_spread": group.jump_spread}, factors)
    for name, one in programmes.items():
        path = ("fluctuations", "demand", "programmes", name)
        yield from _sensible(path, {"volatility": one.volatility}, {("growth",): one.growth})


def _sensible(
    path: tuple[str, ...], spreads: Mapping[str, Quantity], factors: Mapping[tuple[str, ...], Quantity]
) -> Iterator[Finding]:
    """Spreads and factors that a price or a need may have."""
    for name, quantity in spreads.items():
        if quantity.measure.number > WIDEST:
            yield (*path, name), f"{quantity.measure.number:g} is wider than anything moves", f"give at most {WIDEST:g}"
    for key, quantity in factors.items():
        if not 1 / FARTHEST <= quantity.measure.number <= FARTHEST:
            cause = f"the factor {quantity.measure.number:g} is beyond anything seen"
            yield (*path, *key), cause, f"give a factor between {1 / FARTHEST:g} and {FARTHEST:g}"


def _once(path: tuple[str, ...], wheres: Mapping[str, Where], things: Mapping[str, Attributes]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name, where in wheres.items():
        try:
            picked = pick(where, things)
        except SelectionError as error:
            yield (*path, name, "where", error.key), error.cause, error.cure
            continue
        for thing in picked:
            if thing in seen:
                yield (*path, name, "where"), f"{thing} moves with '{seen[thing]}' already", "narrow one of the two"
                break
        seen |= dict.fromkeys(picked, name)


def _states(path: tuple[str, ...], names: Iterable[str], chain: ChainSpec) -> Iterator[Finding]:
    for name in names:
        if name not in chain.states:
            yield (*path, name), f"there is no state '{name}'", near(name, chain.states)


def _sums(path: tuple[str, ...], odds: Mapping[str, Quantity]) -> Iterator[Finding]:
    total = sum(quantity.measure.number for quantity in odds.values())
    if abs(total - 1) > PROBABILITY_TOLERANCE:
        yield path, f"probabilities of {'.'.join(path)} sum to {total:.6g}, must be 1", "mend them"
