"""A case beside last month's plan: its program with what is frozen held, and a charge on changing its first orders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sourcing.analyses.comparison.last_plan import PlannedPeriod, committed
from sourcing.case import Case
from sourcing.errors import Problem, ScenarioError
from sourcing.model.node_data import SPOT, Purchase
from sourcing.pipeline.formulated import Formulated, state
from sourcing.scenario import attributes
from sourcing.selection import SelectionError, Where, near, pick
from sourcing.solver.deviation_penalty import DeviationPenalty
from sourcing.solver.solution import fixed

Frozen = Sequence[str] | Mapping[str, str | Sequence[str]]
"""Names of offers, or a selection of them as `where`."""


@dataclass(frozen=True)
class AnchoredProgram:
    """A program that keeps to a plan. held: the orders of now that are frozen, by source [unit]; gone: orders that
    were planned and for which the scenario has no way of buying any more."""

    stated: Formulated
    nearness: DeviationPenalty
    held: Mapping[Purchase, float]
    gone: tuple[Purchase, ...]


def frozen_offers(case: Case, frozen: Frozen) -> tuple[str, ...]:
    """Names of the offers that are frozen. Raises ScenarioError for a name or a selection that is none."""
    if not isinstance(frozen, Mapping):
        names = (frozen,) if isinstance(frozen, str) else tuple(frozen)
        unknown = [name for name in names if name not in case.offer]
        if unknown:
            cure = near(unknown[0], case.offer)
            raise ScenarioError((Problem(None, "frozen", f"there is no offer '{unknown[0]}'", cure),))
        return names
    where = Where(
        tuple((key, (wanted,) if isinstance(wanted, str) else tuple(wanted)) for key, wanted in frozen.items())
    )
    things = {name: wanted for name, wanted in attributes.of_offers(case.scenario).items() if name in case.offer}
    try:
        return pick(where, things)
    except SelectionError as error:
        raise ScenarioError((Problem(None, f"frozen: {error.key}", error.cause, error.cure),)) from None


def beside(case: Case, last: PlannedPeriod, frozen: Sequence[str], charge: float) -> AnchoredProgram:
    """The program of a case that keeps to a plan. charge: share of the price, of each unit ordered more or less now
    than was planned; that money is not spent, it only says how much a change must save to be worth it."""
    stated = state(committed(case, last))
    sources, ids = stated.data.sources, stated.program.columns["order"].ids[:, 0]
    present = np.flatnonzero(ids >= 0)
    wanted = np.array([last.orders.get(source, 0.0) for source in sources])
    hold = np.array([stated.case.lane[source.lane].offer in frozen for source in sources], bool)
    frozen_ids = present[hold[present]]
    program = fixed(stated.program, ids[frozen_ids], wanted[frozen_ids])
    program = fixed(program, *_running(stated, last))
    rate = charge * stated.data.source_price[present, 0] * stated.data.discount[0]
    return AnchoredProgram(
        replace(stated, program=program),
        DeviationPenalty("order", present, ids[present], wanted[present], rate),
        {sources[row]: float(wanted[row]) for row in frozen_ids},
        tuple(source for source in last.orders if source not in {sources[row] for row in present}),
    )


def _running(stated: Formulated, last: PlannedPeriod) -> tuple[np.ndarray, np.ndarray]:
    """Columns of qualifications that were started before, where there is still a use for them: they go on."""
    block = stated.program.columns["qualification_started"]
    rows = [row for row, name in enumerate(block.keys or ()) if name in last.started]
    ids = block.ids[np.array(rows, np.int64), 0]
    return ids[ids >= 0], np.ones(int((ids >= 0).sum()))


def thawed(
    case: Case, last: PlannedPeriod, frozen: Sequence[str], charge: float
) -> Iterator[tuple[str, AnchoredProgram]]:
    """The program with each of the offers that are frozen let go in turn, to find which stands in the way."""
    for name in frozen:
        yield name, beside(case, last, [other for other in frozen if other != name], charge)


def way(source: Purchase) -> str:
    """How something is bought, as the tables say it."""
    return "without contract" if source.channel == SPOT else source.channel
