"""Futures that are drawn and not typed: samples, reduced to few."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sourcing.case.apart import features
from sourcing.case.drawing import Drawn, drawn
from sourcing.case.frame import Frame
from sourcing.case.happenings import futures, notices_of
from sourcing.case.queues import said
from sourcing.case.stays import along
from sourcing.case.values import Demand, Future, Offer, Sampling
from sourcing.periods import Array
from sourcing.sampling.points import Ints
from sourcing.sampling.reduction import all_kept, nodes_of, ranked, weights
from sourcing.scenario.checks_generation import generates
from sourcing.scenario.generation import Sample
from sourcing.scenario.known import as_known


def happenings_of(
    frame: Frame, offers: Mapping[str, Offer], demands: tuple[Demand, ...]
) -> tuple[tuple[Future, ...], list[str], Sampling | None]:
    """The futures of a case, typed or drawn, notices of what was left out, and how they were drawn."""
    sample = frame.scenario.sample
    if not generates(frame.scenario) or sample is None:
        return *futures(frame, offers, demands), None
    known = replace(frame, scenario=as_known(frame.scenario))
    found, sampling = generated(known, offers, demands, sample)
    return found, [*notices_of(frame.scenario), *sampling.notes], sampling


def generated(
    frame: Frame, offers: Mapping[str, Offer], demands: tuple[Demand, ...], sample: Sample
) -> tuple[tuple[Future, ...], Sampling]:
    """The futures kept of those drawn, and how that went. See models/formulation.md#generated-futures."""
    every = drawn(frame, offers, demands, sample)
    rows, probability = _different(every)
    different = every.only(rows)
    shown = different.shown()
    numbers = features(different, tuple(offers))
    if sample.keep is not None and sample.keep >= len(rows):
        ranking = all_kept(numbers, probability)
    else:
        ranking = ranked(numbers, probability, lambda order, left: _enough(sample, shown, order, left))
    kept, odds = weights(ranking, probability)
    few = different.only(kept)
    found = tuple(
        _future(few, row, name, float(share), shown[kept[row]])
        for row, (name, share) in enumerate(zip(_names(few), odds, strict=True))
    )
    single, left = float(ranking.left[0]), float(ranking.left[-1])
    how = Sampling(sample.count, len(rows), len(kept), left, left / single if single > 0 else 0.0, ())
    said_of = (sentence for name, known in every.queues.items() for sentence in said(name, known))
    return found, replace(how, notes=(_in_words(how, sample), *said_of))


def _in_words(how: Sampling, sample: Sample) -> str:
    """How the futures came about."""
    return (
        f"{how.drawn} futures were drawn (seed {sample.seed}), {how.different} of them different, {how.kept} kept by "
        f"fast forward selection; these are {how.distance:.3g} from those drawn (Wasserstein distance), "
        f"{how.share:.0%} of what a single future leaves"
    )


def _different(every: Drawn) -> tuple[Ints, Array]:
    """The first of each set of equal samples, and how often each comes, as a share."""
    columns = [every.states, *every.licensed.values(), every.factors.reshape(len(every.states), -1)]
    whole = np.concatenate([np.round(column, 12) for column in columns], axis=1)
    _, first, counts = np.unique(whole, axis=0, return_index=True, return_counts=True)
    return first, counts / counts.sum()


def _enough(sample: Sample, shown: list[tuple[str, ...]], order: list[int], left: list[float]) -> bool:
    """Whether as many are kept as said, as come near enough, or as the tree may have nodes if one more comes."""
    if sample.keep is not None:
        return len(order) >= sample.keep
    if sample.tolerance is not None:
        return left[-1] <= sample.tolerance * left[0]
    assert sample.nodes is not None
    periods = len(shown[0])
    return nodes_of([shown[row] for row in order]) + periods - 1 > sample.nodes


def _future(few: Drawn, row: int, name: str, share: float, shown: tuple[str, ...]) -> Future:
    """One sample as a future."""
    licensed = {queue: held[row] for queue, held in few.licensed.items()}
    restrictions, changes = along(few.time, few.measures, few.states[row], licensed)
    moves = tuple(one.change(few.factors[row, number]) for number, one in enumerate(few.movements))
    last = np.searchsorted(few.time.period, np.arange(len(shown)), side="right") - 1
    states = tuple(few.names[state] for state in few.states[row, last])
    return Future(name, share, restrictions, (*changes, *moves), (), shown, states)


def _names(few: Drawn) -> list[str]:
    """The regimes of each sample with the day from which each holds; several of one name are numbered."""
    names = [_name(few, row) for row in range(len(few.states))]
    often, seen = Counter(names), Counter[str]()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name} ({seen[name]})" if often[name] > 1 else name)
    return found


def _name(few: Drawn, row: int) -> str:
    states, steps, labels = few.states[row], few.time.steps, few.time.calendar.labels
    words = [few.names[states[0]]]
    for step in np.flatnonzero(np.diff(states)) + 1:
        edge = steps.edges[step]
        day = labels[few.time.period[step]] if edge in few.time.calendar.edges else edge.isoformat()
        words.append(f"{few.names[states[step]]} {day}")
    return " then ".join(words)
