"""What parts of the formulation state: columns and when they are decided, data, rows, charges, the objective."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints, Mask, Tree
from sourcing.model.templates import Charge, Column, Expression, Keys, Row, Stage, Template, Terms


def template(name: str, nodes: int) -> Template:
    """A template without columns, data or rows, to be filled by the parts of the model."""
    return Template(name, nodes)


def _full(value: Array | float, shape: tuple[int, int]) -> Array:
    return np.broadcast_to(np.asarray(value, float), shape)


def own(
    target: Template,
    name: str,
    keys: Keys,
    *,
    lower: Array | float = 0.0,
    upper: Array | float = np.inf,
    integer: bool = False,
    at: Mask | bool = True,
    preference: Array | float = 0.01,
    stage: Stage | None = None,
) -> None:
    """A variable of each node. lower, upper, at, preference: broadcast to shape (keys, nodes); integer: yes or no;
    stage: when it is decided, None for what follows from the rest."""
    shape = (1 if keys is None else len(keys), target.nodes)
    top = np.minimum(_full(upper, shape), 1.0) if integer else _full(upper, shape)
    mask = np.broadcast_to(np.asarray(at, bool), shape)
    wanted = _full(preference, shape)
    target.columns[name] = Column(keys, None, np.zeros(shape), _full(lower, shape), top, integer, mask, wanted, stage)


def selected(
    target: Template, name: str, keys: Keys, terms: Sequence[Terms], offset: Array | float = 0.0, at: Mask | bool = True
) -> None:
    """A column that stands for a weighted sum of others. offset, at: broadcast to shape (keys, nodes)."""
    shape = (1 if keys is None else len(keys), target.nodes)
    free = _full(np.inf, shape)
    mask = np.broadcast_to(np.asarray(at, bool), shape)
    unwanted = np.zeros((1, 1))
    target.columns[name] = Column(keys, _together(terms), _full(offset, shape), -free, free, False, mask, unwanted)


def _together(terms: Sequence[Terms]) -> tuple[Terms, ...]:
    """The same terms, those of each variable in one."""
    of: dict[str, list[Terms]] = {}
    for part in terms:
        of.setdefault(part.variable, []).append(part)
    return tuple(parts[0] if len(parts) == 1 else _joined(name, parts) for name, parts in of.items())


def _joined(variable: str, parts: Sequence[Terms]) -> Terms:
    return Terms(
        variable,
        np.concatenate([part.index for part in parts]),
        np.concatenate([part.node for part in parts]),
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.ancestor for part in parts]),
        np.concatenate([part.weight for part in parts]),
    )


def before(target: Template, name: str, variable: str, tree: Tree, opening: Array | float = 0.0) -> None:
    """The variable one period earlier on the path; at the root the opening value, shape (keys,)."""
    column = target.columns[variable]
    nodes = np.flatnonzero(tree.parent >= 0)
    offset = np.zeros((column.size, tree.nodes))
    offset[:, 0] = opening
    selected(target, name, column.keys, [each(variable, column.size, nodes, tree.parent[nodes])], offset)


def broadcast(target: Template, name: str, variable: str, keys: Keys) -> None:
    """A decision taken now, in every node."""
    size, nodes = 1 if keys is None else len(keys), np.arange(target.nodes)
    selected(target, name, keys, [each(variable, size, nodes, np.zeros_like(nodes))])


def expected(target: Template, name: str, variable: str, weight: Array) -> None:
    """Weighted sum of a scalar node variable over all nodes, for the now template. weight: shape (nodes,)."""
    nodes = np.flatnonzero(weight)
    zero = np.zeros_like(nodes)
    selected(target, name, None, [Terms(variable, zero, zero, zero, nodes, weight[nodes])])


def each(variable: str, size: int, nodes: Ints, ancestors: Ints, weight: float = 1.0) -> Terms:
    """Terms that stand for the same variable in an ancestor node, key by key."""
    index = np.repeat(np.arange(size), len(nodes))
    weights = np.broadcast_to(float(weight), index.shape)
    return Terms(variable, index, np.tile(nodes, size), index, np.tile(ancestors, size), weights)


def at_lag(
    variable: str, index: int, source: int, tree: Tree, lag: int, weight: Array | float = 1.0, nodes: Ints | None = None
) -> Terms:
    """The variable `lag` periods ago on the path. weight: by node, shape (nodes,), or one for all."""
    positions = np.arange(tree.nodes) if nodes is None else nodes
    positions = positions[tree.period[positions] >= lag]
    ancestors = tree.path[positions, tree.period[positions] - lag]
    return _terms(variable, index, source, positions, ancestors, _weights(weight, positions))


def since(
    variable: str,
    index: Ints | int,
    source: Ints | int,
    tree: Tree,
    first: Ints,
    last: Ints,
    weight: Array | float,
    nodes: Ints,
) -> Terms:
    """The variable in every period from `first` to `last` (by node of `nodes`, clipped to the path).

    weight: by node, shape (nodes,), or one for all. Many at once: index, source, weight of shape (many, 1), first, last
    of shape (many, nodes).
    """
    low, high = np.maximum(first, 0), np.minimum(last, tree.period[nodes])
    count = np.maximum(high - low + 1, 0)
    if count.ndim == 1:
        node, repeated = np.repeat(nodes, count), count
        weights, indices, sources = _weights(weight, node), index, source
    else:
        repeated, low = count.ravel(), low.ravel()
        node = np.repeat(np.tile(nodes, len(count)), repeated)
        each_row = count.sum(axis=1)
        spread = (np.repeat(np.broadcast_to(of, (len(count), 1)), each_row) for of in (index, source, weight))
        indices, sources, weights = spread
    time = np.arange(len(node)) + np.repeat(low - (np.cumsum(repeated) - repeated), repeated)
    return _terms(variable, indices, sources, node, tree.path[node, time], weights)


def _weights(weight: Array | float, nodes: Ints) -> Array:
    """The weight of each of some nodes. weight: by node, shape (nodes,), or one for all."""
    return weight[nodes] if isinstance(weight, np.ndarray) else np.full(len(nodes), float(weight))


def _terms(variable: str, index: Ints | int, source: Ints | int, node: Ints, ancestor: Ints, weight: Array) -> Terms:
    indices, sources = (np.full(len(node), of) if isinstance(of, int) else of for of in (index, source))
    if weight.all():
        return Terms(variable, indices, node, sources, ancestor, weight)
    nonzero = weight != 0
    return Terms(variable, indices[nonzero], node[nonzero], sources[nonzero], ancestor[nonzero], weight[nonzero])


def datum(target: Template, name: str, keys: Keys, values: Array) -> None:
    """Data of the nodes: a Pyomo variable that the compiler treats as data. values: shape (keys, nodes)."""
    target.data_keys[name] = keys
    target.data[name] = np.asarray(values, float).reshape(1 if keys is None else len(keys), target.nodes)


def rule(
    target: Template,
    name: str,
    keys: Keys,
    expression: Expression,
    *,
    of: Any = (),
    at: Mask | Array | bool = True,
    derived: Ints | int = 0,
) -> None:
    """A constraint of each node, one per key.

    expression: a function of the Pyomo model, of `of` and of the key. of: names and constants that it needs besides, in
    tuples, mappings and named tuples that are compared by value; numbers that may differ between nodes are data. at:
    where it holds; derived: where a coefficient of its yes-or-no was worked out for the solver, see `Row`. Both are
    broadcast to shape (keys, nodes).
    """
    _sees_nothing_else(expression)
    shape = (1 if keys is None else len(keys), target.nodes)
    holds, worked_out = np.asarray(at, bool), np.asarray(derived, np.int64)
    target.rows[name] = Row(keys, expression, of, np.broadcast_to(holds, shape), np.broadcast_to(worked_out, shape))


def charge(
    target: Template,
    kind: str,
    price: str,
    amount: str,
    *,
    keys: Sequence[Hashable] | None = None,
    price_keys: Sequence[Hashable] | None = None,
    sign: float = 1.0,
    cash: str | None = None,
    lanes: Mapping[Any, Sequence[str]] | None = None,
    goods: bool = False,
) -> None:
    """A kind of cost of a node, see `Charge`.

    keys: of the column, all of them by default; price_keys: of the datum, for each of these, the same by default. cash:
    the price by default. lanes: of each of `keys` the lanes that it has to do with, none by default.
    """
    chosen = tuple((target.columns[amount].keys or ()) if keys is None else keys)
    pairs = tuple(zip(chosen if price_keys is None else price_keys, chosen, strict=True))
    priced, counted = numbers(target.data_keys[price] or ()), numbers(target.columns[amount].keys or ())
    places = tuple((priced[of], counted[key]) for of, key in pairs)
    paid = price if cash is None else cash
    concerned = tuple(tuple((lanes or {}).get(key, ())) for key in chosen)
    target.charges.append(Charge(kind, price, amount, pairs, places, sign, paid, concerned, goods))


def charged(model: Any, charge: Charge) -> Any:
    """What a charge comes to, in the terms of the Pyomo model."""
    price, amount = getattr(model, charge.price), getattr(model, charge.amount)
    return charge.sign * sum(price[of] * amount[key] for of, key in charge.pairs)


def minimise(target: Template, expression: Expression, of: Any = ()) -> None:
    """The objective of a template, as in `rule`."""
    _sees_nothing_else(expression)
    target.objective = (expression, of)


def _sees_nothing_else(expression: Any) -> None:
    """An expression that held on to something else could differ between templates of the same structure."""
    if getattr(expression, "__closure__", None) or getattr(expression, "__defaults__", None):
        raise TypeError(f"{expression.__qualname__} sees more than the model, what it is of and its key")


def numbers(names: Sequence[Hashable]) -> Mapping[Hashable, int]:
    """Position of each name in its sequence."""
    return {name: number for number, name in enumerate(names)}
