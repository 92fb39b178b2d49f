"""Futures that are drawn and not typed: samples, reduced to few."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.frame import Frame
from sourcing.case.future_distance import features
from sourcing.case.generation.drawing import DrawnSamples, drawn
from sourcing.case.generation.drawn_courses import DrawnCourses, courses, numbered, paths
from sourcing.case.generation.licence_queues import said
from sourcing.case.records import Demand, Future, Offer, Sampling
from sourcing.case.resolved_futures import futures, notices_of
from sourcing.figures import percent
from sourcing.sampling.quasi_random import Ints
from sourcing.sampling.reduction import all_kept, nodes_of, ranked, weights
from sourcing.scenario.checks.generated_futures import generates
from sourcing.scenario.known_at import as_known
from sourcing.scenario.language.generation import SampleSpec

OTHERS = 1  # of the seeds made from a seed: those of futures that the scenario does not have


def happenings_of(
    frame: Frame, offers: Mapping[str, Offer], demands: tuple[Demand, ...]
) -> tuple[tuple[Future, ...], list[str], Sampling | None]:
    """The futures of a case, typed or drawn, notices of what was left out, and how they were drawn."""
    sample = frame.scenario.sample
    if not generates(frame.scenario) or sample is None:
        return *futures(frame, offers, demands), None
    known = replace(frame, scenario=as_known(frame.scenario))
    happenings, sampling = generated(known, offers, demands, sample)
    return happenings, [*notices_of(frame.scenario), *sampling.notes], sampling


def generated(
    frame: Frame, offers: Mapping[str, Offer], demands: tuple[Demand, ...], sample: SampleSpec
) -> tuple[tuple[Future, ...], Sampling]:
    """The futures kept of those drawn, and how that went. See models/formulation.md#generated-futures."""
    every = drawn(frame, offers, demands, sample)
    courses, how = _reduced(every, tuple(offers), sample)
    said_of = (sentence for name, known in every.queues.items() for sentence in said(name, known))
    return courses.futures, replace(how, notes=(_in_words(how, sample), *said_of))


def _reduced(every: DrawnSamples, offers: tuple[str, ...], sample: SampleSpec) -> tuple[DrawnCourses, Sampling]:
    """The courses kept, and how far they are from all."""
    rows, probability = _different(every)
    different = every.only(rows)
    shown = different.shown()
    numbers = features(different, offers).whole
    if sample.keep is not None and sample.keep >= len(rows):
        ranking = all_kept(numbers, probability)
    else:
        ranking = ranked(numbers, probability, lambda order, distance: _enough(sample, shown, order, distance))
    rows_kept, odds = weights(ranking, probability)
    samples = different.only(rows_kept)
    single, distance = float(ranking.left[0]), float(ranking.left[-1])
    sampling = Sampling(sample.count, len(rows), len(rows_kept), distance, distance / single if single > 0 else 0.0, ())
    return courses(samples, offers, numbered(paths(samples)), odds), sampling


# Drawn again ----------------------------------------------------------------------------------------------------------


def kept_of(case: Case) -> DrawnCourses:
    """The futures of a case that were drawn, with what they were drawn as."""
    every, sample = _drawn(case, {})
    return _reduced(every, tuple(case.offer), sample)[0]


def afresh(case: Case, count: int, *seeds: int) -> DrawnCourses:
    """Other futures by the generator of a case, equally likely, equal ones still apart.

    seeds: the same ones draw the same. What comes of them never is the seed of the scenario's own sample: its points
    and those drawn here are scrambled independently.
    """
    every, _ = _drawn(case, {"count": count, "seed": _stream(case, seeds)})
    names = [f"fresh {number}" for number in range(1, count + 1)]
    return courses(every, tuple(case.offer), names, np.full(count, 1 / count))


def merged(drawn: DrawnCourses) -> DrawnCourses:
    """Equal courses as one that is as likely as all of them."""
    rows, shares = _different(drawn.drawn)
    return replace(drawn.only(rows), probability=shares)


def firsts(drawn: DrawnCourses) -> Ints:
    """The first of the courses that each is equal to, itself or one before, shape (courses,)."""
    _, first, same = np.unique(_whole(drawn.drawn), axis=0, return_index=True, return_inverse=True)
    return first[same.reshape(-1)]


def _stream(case: Case, seeds: tuple[int, ...]) -> int:
    """A seed made from others, unlike that of the scenario's sample."""
    sample = case.scenario.sample
    scenario_seed = sample.seed if sample else -1
    states = np.random.SeedSequence(list(seeds), spawn_key=(OTHERS,)).generate_state(2) >> 1
    return next(int(state) for state in states if state != scenario_seed)


def _drawn(case: Case, changes: Mapping[str, int]) -> tuple[DrawnSamples, SampleSpec]:
    """Samples of a case as its scenario says, or with another count and seed."""
    if case.scenario.sample is None:
        raise ValueError("the futures of this case were typed and not drawn")
    sample = case.scenario.sample.model_copy(update=dict(changes))
    frame = Frame(as_known(case.scenario), case.calendar)
    return drawn(frame, case.offer, case.demands, sample), sample


def _in_words(sampling: Sampling, sample: SampleSpec) -> str:
    """A sentence on how many futures were drawn, kept, and how far the kept ones are from the drawn."""
    return (
        f"{sampling.drawn} futures were drawn (seed {sample.seed}), {sampling.different} of them different, "
        f"{sampling.kept} kept by fast forward selection; these are {sampling.distance:.3g} from those drawn "
        f"(Wasserstein distance), {percent(sampling.share)} of what a single future leaves"
    )


def _different(every: DrawnSamples) -> tuple[Ints, Array]:
    """The first of each set of equal samples, and how often each comes, as a share."""
    _, first, counts = np.unique(_whole(every), axis=0, return_index=True, return_counts=True)
    return first, counts / counts.sum()


def _whole(every: DrawnSamples) -> Array:
    """All that was drawn of each sample, shape (samples, numbers)."""
    columns = [every.states, *every.licensed.values(), every.factors.reshape(len(every.states), -1)]
    return np.concatenate([np.round(column, 12) for column in columns], axis=1)


def _enough(sample: SampleSpec, shown: list[tuple[str, ...]], order: list[int], distances: list[float]) -> bool:
    """Whether as many are kept as said, as come near enough, or as the tree may have nodes if one more comes."""
    if sample.keep is not None:
        return len(order) >= sample.keep
    if sample.tolerance is not None:
        return distances[-1] <= sample.tolerance * distances[0]
    assert sample.nodes is not None
    periods = len(shown[0])
    return nodes_of([shown[row] for row in order]) + periods - 1 > sample.nodes
