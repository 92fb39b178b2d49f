"""How much of a need may be missed: on average, at worst, and how likely it is served well enough."""

from typing import Any

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints
from sourcing.model.node_data import Nodes
from sourcing.model.statements import datum, numbers, own, rule, selected, since
from sourcing.model.templates import Template, Terms


def service(node: Template, data: Nodes) -> None:
    """missed, need_failed, and `shortage_at_worst`, `service_kept`. See models/formulation.md#service_kept.

    Volumes [unit of need] within the plan on the path to a leaf, shape (demands, nodes).
    """
    tree = data.tree
    parts = {name: part for name, part in data.case.scenario.risk.service.items() if name in _missable(node)}
    names = tuple(parts)
    leaves = np.flatnonzero(tree.leaf)
    first, last = np.zeros(len(leaves), np.int64), np.full(len(leaves), data.case.calendar.planned - 1)
    terms = [
        since("shortage", row, step, tree, first, last, 1.0, leaves)
        for row, name in enumerate(names)
        for step in _steps(node, name)
    ]
    selected(node, "missed", names, terms, at=tree.leaf)
    need = _need(data)
    worst = {name: part.at_worst.measure.number for name, part in parts.items() if part.at_worst is not None}
    datum(node, "most_missed", tuple(worst), _scaled(need, worst, data))
    rule(node, "shortage_at_worst", tuple(worst), _missed_at_most, at=tree.leaf)
    served = {name: part.served.measure.number for name, part in parts.items() if part.served is not None}
    own(node, "need_failed", tuple(served), integer=True, at=tree.leaf)
    datum(
        node, "failing_above", tuple(served), _scaled(need, {name: 1 - share for name, share in served.items()}, data)
    )
    datum(node, "failing_room", tuple(served), _scaled(need, served, data))
    rule(node, "service_kept", tuple(served), _kept_or_failed, at=tree.leaf)


def _missed_at_most(model: Any, of: Any, name: str) -> Any:
    return model.missed[name] <= model.most_missed[name]


def _kept_or_failed(model: Any, of: Any, name: str) -> Any:
    return model.missed[name] <= model.failing_above[name] + model.failing_room[name] * model.need_failed[name]


def service_odds(now: Template, node: Template, data: Nodes) -> None:
    """expected_missed, expected_failed, and `shortage_on_average`, `service_probability`.

    See models/formulation.md#service_probability.
    """
    tree, parts = data.tree, data.case.scenario.risk.service
    mean = tuple(name for name in node.columns["missed"].keys or () if parts[str(name)].on_average is not None)
    planned = np.flatnonzero(tree.period < data.case.calendar.planned)
    terms = [
        _weighted("shortage", row, step, planned, tree.probability[planned])
        for row, name in enumerate(mean)
        for step in _steps(node, str(name))
    ]
    selected(now, "expected_missed", mean, terms)
    names = (demand.name for demand in data.case.demands)
    need = dict(zip(names, data.need[:, planned] @ tree.probability[planned], strict=True))
    most = {name: part.on_average.measure.number for name, part in parts.items() if part.on_average is not None}
    allowed = {name: float(most[str(name)] * need[str(name)]) for name in mean}
    rule(now, "shortage_on_average", mean, _expected_missed_at_most, of=allowed)
    failing = node.columns["need_failed"].keys or ()
    leaves = np.flatnonzero(tree.leaf)
    failed = [_weighted("need_failed", row, row, leaves, tree.probability[leaves]) for row in range(len(failing))]
    selected(now, "expected_failed", tuple(failing), failed)
    odds = {name: 1 - part.probability.measure.number for name, part in parts.items()}
    rule(now, "service_probability", tuple(failing), _failed_at_most, of={name: odds[str(name)] for name in failing})


def _expected_missed_at_most(model: Any, of: dict[str, float], name: str) -> Any:
    return model.expected_missed[name] <= of[name]


def _failed_at_most(model: Any, of: dict[str, float], name: str) -> Any:
    return model.expected_failed[name] <= of[name]


def _missable(node: Template) -> set[str]:
    """Demands that may be missed: firm ones have no steps."""
    return {str(key[0]) for key in node.columns["shortage"].keys or ()}  # type: ignore[index]


def _steps(node: Template, demand: str) -> list[int]:
    keys = node.columns["shortage"].keys or ()
    return [row for key, row in numbers(keys).items() if key[0] == demand]  # type: ignore[index]


def _need(data: Nodes) -> dict[str, Array]:
    """Need within the plan on the path to each node, by demand."""
    ancestors = data.tree.path[:, : data.case.calendar.planned]
    path, inside = np.maximum(ancestors, 0), ancestors >= 0
    return {
        demand.name: np.where(inside, data.need[row][path], 0.0).sum(axis=1)
        for row, demand in enumerate(data.case.demands)
    }


def _scaled(need: dict[str, Array], share: dict[str, float], data: Nodes) -> Array:
    rows = [share[name] * need[name] for name in share]
    return np.array(rows).reshape(len(share), data.tree.nodes)


def _weighted(variable: str, index: int, source: int, nodes: Ints, weight: Array) -> Terms:
    """A variable of some nodes, weighted, in a column of the now template."""
    one = np.ones(len(nodes), np.int64)
    return Terms(variable, index * one, 0 * one, source * one, nodes, weight)
