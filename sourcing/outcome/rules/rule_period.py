"""One period of a rule of thumb: the values of selected columns, and what crosses the border."""

import itertools

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints
from sourcing.model.node_data import Nodes
from sourcing.model.templates import Column, Formulation

Slices = list[list[tuple[str, Ints, Ints, Ints, Ints, Array]]]


def by_period(column: Column, data: Nodes) -> Slices:
    """Terms of a selected column by the period of their node."""
    slices: Slices = [[] for _ in range(data.tree.periods)]
    for term in column.terms or ():
        period = data.tree.period[term.node]
        order = np.argsort(period, kind="stable")
        ends = np.searchsorted(period[order], np.arange(data.tree.periods + 1))
        for time, (first, end) in enumerate(itertools.pairwise(ends)):
            nodes = order[first:end]
            slices[time].append(
                (
                    term.variable,
                    term.index[nodes],
                    term.node[nodes],
                    term.source[nodes],
                    term.ancestor[nodes],
                    term.weight[nodes],
                )
            )
    return slices


def evaluate(
    formulation: Formulation, name: str, coming: dict[str, Slices], own: dict[str, Array], now: Ints, time: int
) -> Array:
    """A selected column in the nodes of one period, shape (keys, nodes of the period). time: number of that period."""
    column = formulation.node.columns[name]
    out = column.offset[:, now]
    for variable, index, node, source, ancestor, weight in coming[name][time]:
        place = index * len(now) + np.searchsorted(now, node)
        out += np.bincount(place, weight * own[variable][source, ancestor], out.size).reshape(out.shape)
    return np.asarray(out)


def cross_border(
    formulation: Formulation,
    data: Nodes,
    own: dict[str, Array],
    coming: dict[str, Slices],
    before: Ints,
    now: Ints,
    time: int,
) -> None:
    """What is ready goes as far as licences reach; the rest waits."""
    queue = evaluate(formulation, "ready", coming, own, now, time)
    if time:
        queue = queue + own["waiting"][:, before]
    else:
        queue = queue + formulation.node.columns["waiting_before"].offset[:, now]
    licensed = {
        group: np.where(data.limited[row, now], data.licence_limit[row, now], np.inf)
        for row, group in enumerate(data.groups)
    }
    for row, name in enumerate(data.controlled):
        lane = data.case.lane[name]
        key = next((g for g in data.groups if g == (lane.offer, data.case.country[lane.site])), None)
        exported = queue[row] if key is None else np.minimum(queue[row], licensed[key])
        if key is not None:
            licensed[key] = licensed[key] - exported
        own["exported"][row, now] = exported
        own["waiting"][row, now] = queue[row] - exported


def arrived(data: Nodes, arriving: Array) -> Array:
    """Arrivals by stock position [unit], shape (positions, nodes of the period). arriving: by lane."""
    amounts = np.zeros((len(data.case.positions), arriving.shape[1]))
    for flow in (flow for flows in data.case.inflows for flow in flows):
        amounts[flow.position] += arriving[flow.row]
    return amounts
