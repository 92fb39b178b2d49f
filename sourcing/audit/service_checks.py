"""What is missed of a need over the plan: on average, at worst, and in how many futures too much."""

from collections.abc import Iterator

import numpy as np

from sourcing.audit.audited_numbers import AuditedNumbers
from sourcing.audit.check import HIDDEN, AuditCheck, at_most
from sourcing.audit.flow_checks import AuditedFlows
from sourcing.audit.plan_days import Array
from sourcing.scenario.language.horizon_and_risk import ServiceSpec

NEAR = 1e-6  # share of a need that a table may hide


def service_checks(numbers: AuditedNumbers, flows: AuditedFlows) -> Iterator[AuditCheck]:
    """Every limit of `risk.service`, future by future, over the periods of the plan."""
    tree, need, planned = numbers.tree, numbers.need, numbers.days.planned
    for row, demand in enumerate(numbers.importer.demands):
        service = numbers.scenario.risk.service.get(demand.name)
        if service is None or not demand.steps:
            continue
        missed = (flows.unmet[row][tree.node_of] * planned).sum(axis=1)
        wanted = (need[row][tree.node_of] * planned).sum(axis=1)
        yield from _checks(demand.name, service, missed, wanted, tree.odds, len(demand.steps) * tree.periods)


def _checks(
    name: str, service: ServiceSpec, missed: Array, wanted: Array, odds: Array, entries: int
) -> Iterator[AuditCheck]:
    """missed, wanted: of each future; entries: numbers of a table that are summed."""
    room = HIDDEN * entries
    if service.at_worst is not None:
        most = service.at_worst.measure.number * wanted
        yield at_most("shortage_at_worst", [name], missed.reshape(1, -1), most.reshape(1, -1), room)
    if service.on_average is not None:
        most = np.array([service.on_average.measure.number * float(wanted @ odds)])
        yield at_most("shortage_on_average", [name], np.array([float(missed @ odds)]), most, room)
    if service.served is not None:
        failed = missed > (1 - service.served.measure.number) * wanted * (1 + NEAR) + room
        allowed = np.array([1 - service.probability.measure.number])
        yield at_most("service_probability", [name], np.array([float(odds[failed].sum())]), allowed, 1e-9)
