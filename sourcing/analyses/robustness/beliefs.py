"""What an importer who has lived some periods of a future takes the rest to be: the futures of the scenario that look
like it so far, each continued from what was seen."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sourcing.analyses.robustness.out_of_sample import LEVEL
from sourcing.calendar import Array
from sourcing.case import Case
from sourcing.case.records import Change, Future, Restriction
from sourcing.futures.effects import signals
from sourcing.futures.tree import Tree, grow

HALF = 0.5  # weight of a period beside the one after it: what is seen now counts more than all that was before
NUMBERS = 0.25  # a measure of the same name with other numbers, beside one that is missing, which counts 1
SOONER = 0.75  # a measure that comes sooner than a future says, beside one that it does not know, which counts 1
OTHER = 0.2  # a measure taken for one of another name
ALIKE = 0.2  # difference of the shares let through up to which two measures are alike
SAME = 1e-9
MOST_NAMES = 3  # futures that are named; of more the likeliest is


@dataclass(frozen=True)
class Belief:
    """Futures that may follow what was seen, with probabilities; foreseen: whether all came when one of them says so.

    Numbers may have been others.
    """

    futures: tuple[Future, ...]
    foreseen: bool

    @property
    def name(self) -> str:
        """The futures by name; of many the likeliest, and how many others."""
        if len(self.futures) <= MOST_NAMES:
            return " or ".join(one.name for one in self.futures)
        likeliest = max(self.futures, key=lambda one: one.probability)
        return f"{likeliest.name} or {len(self.futures) - 1} others"

    def tree(self, case: Case, time: int) -> Tree:
        """One path to period `time`; from then on futures part as their signals do."""
        shown = [[None] * (time + 1) + signals(case, future)[time + 1 :] for future in self.futures]
        return grow(shown, [one.probability for one in self.futures], [one.name for one in self.futures])


def believed(case: Case, lived: Future, time: int) -> Belief:
    """The futures of a case that look most like a lived one up to and including a period, continued from it.

    Where what was seen is that of some futures of the scenario to the last period, they are those, as on its tree.
    Else they are the nearest: by measures and signals seen, the latest period first, then by numbers.
    """
    like = [renamed(lived, future, time) for future in case.futures]
    far = [
        distance(seen, future, time) + (0.0 if seen is lived else OTHER)
        for seen, future in zip(like, case.futures, strict=True)
    ]
    nearest = [(seen, case.futures[row]) for row, seen in enumerate(like) if far[row] <= min(far) + SAME]
    total = sum(future.probability for _, future in nearest)
    return Belief(
        tuple(
            continued(seen, replace(future, probability=future.probability / total), time) for seen, future in nearest
        ),
        any(_as_foreseen(lived, future, time) for _, future in nearest),
    )


def renamed(lived: Future, other: Future, time: int) -> Future:
    """The lived future with measures that another calls otherwise by the names they have there.

    A measure in force is taken for one of another name when it lets about the same share of most of the same offers
    through: the halt that came for the ban that was feared.
    """
    own_names, restrictions = {measure.name for measure in lived.restrictions}, list(other.restrictions)
    names: dict[str, str] = {}
    for measure in lived.restrictions:
        if measure.cover[time] > 0 and all(measure.name != ahead.name for ahead in restrictions):
            like = [ahead.name for ahead in restrictions if ahead.name not in own_names and _alike(measure, ahead)]
            names |= {measure.name: like[0]} if like and like[0] not in names.values() else {}
    if not names:
        return lived
    return replace(
        lived, restrictions=tuple(replace(one, name=names.get(one.name, one.name)) for one in lived.restrictions)
    )


def _alike(one: Restriction, other: Restriction) -> bool:
    shared = len(set(one.offers) & set(other.offers))
    most = shared >= HALF * min(len(one.offers), len(other.offers)) > 0
    return most and abs(one.approval - other.approval) <= ALIKE  # neither where one of them says nothing of approval


# How near -------------------------------------------------------------------------------------------------------------


def distance(lived: Future, other: Future, time: int) -> float:
    """How unlike two futures looked up to a period: 0 where all that was seen is the same."""
    return sum(HALF ** (time - past) * _unlike(lived, other, past) for past in range(time + 1))


def _as_foreseen(lived: Future, other: Future, time: int) -> bool:
    periods = range(time + 1)
    return all(dict(_seen(lived, past)).keys() == dict(_seen(other, past)).keys() for past in periods)


def _unlike(lived: Future, other: Future, time: int) -> float:
    seen, expected = dict(_seen(lived, time)), dict(_seen(other, time))
    ahead = {("in force", measure.name) for measure in other.restrictions}
    sooner = len((seen.keys() - expected.keys()) & ahead)
    differing = len(seen.keys() ^ expected.keys()) - (1 - SOONER) * sooner
    numbers = sum(_distance(seen[key], expected[key]) for key in seen.keys() & expected.keys())
    return differing + NUMBERS * min(numbers, 1.0) * HALF


Shown = tuple[float, ...]


def _seen(future: Future, time: int) -> Iterator[tuple[tuple[str, str], Shown]]:
    """What can be seen of a future in a period, by kind and name, with its numbers. Price levels tell nothing."""
    for measure in (*future.restrictions, *future.announced):
        if measure.cover[time] > 0:
            yield ("in force", measure.name), (*_numbers(measure), float(measure.cover[time]))
        elif measure.known_from <= time < measure.begins:
            yield ("announced", measure.name), (float(measure.begins),)
    for change in future.changes:
        if change.cover[time] > 0 and not change.name.startswith(LEVEL):
            amounts = (float(amount[time]) for amount in change.amount.values())
            yield ("changed", change.name), (change.factor, *amounts, float(change.cover[time]))
    for period, text in future.signals:
        if period == time:
            yield ("signal", text), ()


def _numbers(measure: Restriction) -> Shown:
    elsewhere = (measure.price_elsewhere, measure.capacity_elsewhere)
    return (measure.approval, float(measure.delay), measure.price, measure.capacity, *elsewhere)


def _distance(one: Shown, other: Shown) -> float:
    """Sum of relative differences; what is not stated changes nothing, and is 1."""
    if len(one) != len(other):
        return 1.0
    return sum(_relative(a, b) for a, b in zip(one, other, strict=True))


def _relative(a: float, b: float) -> float:
    a, b = (1.0 if math.isnan(number) else number for number in (a, b))
    return abs(a - b) / max(abs(a), abs(b), 1e-9) if a != b else 0.0


# Continued ------------------------------------------------------------------------------------------------------------


def continued(lived: Future, future: Future, time: int) -> Future:
    """A future that was the lived one up to a period, and goes on as another."""
    return Future(
        name=future.name,
        probability=future.probability,
        restrictions=tuple(_measures(lived.restrictions, future.restrictions, time)),
        changes=tuple(_changes(lived.changes, future.changes, time)),
        signals=(
            *((period, text) for period, text in lived.signals if period <= time),
            *((period, text) for period, text in future.signals if period > time),
        ),
        shown=future.shown,
        announced=tuple(_measures(lived.announced, future.announced, time)),
    )


def _measures(lived: Sequence[Restriction], other: Sequence[Restriction], time: int) -> Iterator[Restriction]:
    ahead = {measure.name: measure for measure in other}
    known = {
        measure.name: measure for measure in lived if measure.known_from <= time or measure.cover[: time + 1].any()
    }
    for name, measure in known.items():
        yield _seen_before(measure, ahead.get(name), time)
    for name, measure in ahead.items():
        if name not in known:
            yield _still_to_come(measure, time)


def _seen_before(measure: Restriction, ahead: Restriction | None, time: int) -> Restriction:
    """A measure that was seen: it was as lived, and goes on as the other future says."""
    cover = measure.cover.copy()
    later = slice(time + 1, None)
    if measure.cover[time] > 0:
        cover[later] = _goes_on(measure, ahead, time)
    elif measure.begins > time:
        pass  # announced: it comes as announced
    else:
        begins_again = ahead is not None and ahead.begins > time
        cover[later] = ahead.cover[later] if ahead is not None and begins_again else 0.0
    return replace(measure, cover=cover, ends=_end(cover, measure))


def _goes_on(measure: Restriction, ahead: Restriction | None, time: int) -> Array:
    """Cover after a period in which a measure was in force."""
    later = slice(time + 1, None)
    if measure.until_known and measure.known_from <= time:
        return measure.cover[later]
    if ahead is None:
        return np.ones(len(measure.cover) - time - 1)  # nobody has said that it ends
    if ahead.cover[time] > 0:
        return ahead.cover[later]
    length = int(np.count_nonzero(ahead.cover))
    cover = np.zeros(len(measure.cover))
    cover[measure.begins : measure.begins + length] = 1.0
    return cover[later]


def _still_to_come(measure: Restriction, time: int) -> Restriction:
    """A measure of the other future that was not seen: it comes when that says, or next if it should have come."""
    if measure.begins > time:
        return replace(measure, known_from=max(measure.known_from, time + 1))
    length, cover = int(np.count_nonzero(measure.cover)), np.zeros(len(measure.cover))
    cover[time + 1 : time + 1 + length] = 1.0
    return replace(measure, cover=cover, begins=time + 1, known_from=time + 1, age=0, ends=_end(cover, measure))


def _end(cover: Array, measure: Restriction) -> int:
    """Last period in force; as stated where that is the end of the plan."""
    last = int(np.flatnonzero(cover)[-1]) if cover.any() else -1
    return measure.ends if last == len(cover) - 1 and measure.ends >= last else last


def _changes(lived: Sequence[Change], other: Sequence[Change], time: int) -> Iterator[Change]:
    """Changes seen go on where nothing else is said, so do price levels; those of the other future come after."""
    ahead = {change.name: change for change in other}
    for change in lived:
        seen, cover = change.cover[: time + 1].any(), change.cover.copy()
        if change.name not in ahead:
            cover[time + 1 :] = change.cover[time] if seen else 0.0
            yield replace(change, cover=cover)
        else:
            cover[time + 1 :] = 0.0
            yield replace(change, cover=cover)
    for change in other:
        cover = change.cover.copy()
        cover[: time + 1] = 0.0
        yield replace(change, cover=cover, known_from=max(change.known_from, time + 1))
