"""Which measures limit a lane: those with the lowest approval and the longest delay, and those that seize."""

import itertools

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.records import Future, Restriction
from sourcing.futures.effects import strength_of


def limits(case: Case) -> Array:
    """Names of the regimes, else of the restrictions, that limit each lane, shape (lanes, futures, periods), text."""
    names = np.empty((len(case.lanes), len(case.futures), len(case.calendar)), dtype=object)
    for number, future in enumerate(case.futures):
        names[:, number] = _in_future(case, future)
    return names


def named(cell: object) -> list[str]:
    """Names in a cell of `limits`."""
    return [name for name in str(cell).split("; ") if name]


def throughout(case: Case, cells: Array, position: str) -> list[str]:
    """What limits some lane to a stock position in every period of cells of `limits`, shape (lanes, periods)."""
    lanes = [row for row, lane in enumerate(case.lanes) if case.stocked_at(lane) == position]
    return sorted({name for row in lanes for name in set.intersection(*(set(named(cell)) for cell in cells[row]))})


def added(cells: Array, others: Array) -> list[str]:
    """What limits any lane in some cells of `limits` and none in others."""
    known = {name for cell in others.ravel() for name in named(cell)}
    names = dict.fromkeys(name for cell in cells.ravel() for name in named(cell))
    return [name for name in names if name not in known]


def in_force(case: Case, future: Future) -> tuple[str, ...]:
    """Regimes that hold in some period of a future and are aimed at a site of the importer."""
    countries = set(case.country.values())
    aimed = [
        restriction
        for restriction in future.restrictions
        if restriction.targets is None or countries & set(restriction.targets)
    ]
    return tuple(dict.fromkeys(part.regime for part in aimed if part.regime and part.offers))


def _in_future(case: Case, future: Future) -> Array:
    lanes, periods = len(case.lanes), len(case.calendar)
    if not future.restrictions or not lanes:
        return np.full((lanes, periods), "", dtype=object)
    reaches = {measure.name: reach(case, measure) for measure in future.restrictions}
    let = {
        restriction.name: 1 - reaches[restriction.name] * (1 - restriction.approval)
        for restriction in future.restrictions
    }
    let = {name: value for name, value in let.items() if not np.isnan(value).all()}
    least = np.minimum.reduce([np.ones((lanes, periods)), *let.values()])
    direct = {
        restriction.name: np.array([[lane.offer in restriction.offers] for lane in case.lanes])
        for restriction in future.restrictions
    }
    waits = {
        restriction.name: reaches[restriction.name] * direct[restriction.name] * restriction.delay
        for restriction in future.restrictions
    }
    longest = np.maximum.reduce([np.zeros((lanes, periods)), *waits.values()])
    bound = np.zeros((len(future.restrictions), lanes, periods), bool)
    for number, restriction in enumerate(future.restrictions):
        binds = (waits[restriction.name] > 0) & (waits[restriction.name] >= longest - 1e-9)
        if restriction.name in let:
            binds |= (let[restriction.name] < 1 - 1e-9) & (let[restriction.name] <= least + 1e-9)
        if restriction.seizes:
            binds |= (reaches[restriction.name] * direct[restriction.name]) > 0
        bound[number] = binds
    names = [restriction.regime or restriction.name for restriction in future.restrictions]
    kinds, kind = np.unique(bound.reshape(len(names), lanes * periods), axis=1, return_inverse=True)
    texts = ["; ".join(dict.fromkeys(itertools.compress(names, reached))) for reached in kinds.T]
    return np.array(texts, dtype=object)[kind.ravel()].reshape(lanes, periods)


def reach(case: Case, measure: Restriction) -> Array:
    """How strongly a measure reaches each lane, shape (lanes, periods)."""
    rows = [case.offer_row[lane.offer] for lane in case.lanes]
    aimed = np.array([measure.targets is None or case.country[lane.site] in measure.targets for lane in case.lanes])
    return np.asarray(strength_of(case, measure)[rows] * aimed.reshape(-1, 1))
