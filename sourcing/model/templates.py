"""Templates and roles: the mathematics of one node, and what its columns mean in the whole program.

A template is a Pyomo model of one node. Each of its columns is an affine selection of program columns,
`column = S x + s0` (see models/formulation.md#roles): the node's own variable, or terms over variables of the node,
its ancestors, all nodes, or the decisions taken now.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyomo.core as pyo

from sourcing.calendar import Array
from sourcing.errors import SolveError
from sourcing.futures.tree import Ints, Mask, Tree

Keys = tuple[Hashable, ...] | None


@dataclass(frozen=True)
class Terms:
    """Entries of a selection: column `index` at `node` takes `weight` x `variable[source]` of `ancestor`.

    All arrays have shape (entries,). For a variable of the now template `ancestor` is 0.
    """

    variable: str
    index: Ints
    node: Ints
    source: Ints
    ancestor: Ints
    weight: Array


class Stage(StrEnum):
    """When something is decided: before the tree, once for all futures; in a period before what it shows is seen; or
    after."""

    FIRST = "before the tree"
    EARLY = "before the period is seen"
    LATE = "when the period is seen"


@dataclass(frozen=True)
class Column:
    """A template variable and its role. `terms` None: the node's own, with bounds and integrality; else a selection
    with `offset`. Arrays have shape (keys, nodes); `at`: where it exists; `preference`: how little of it is wanted
    where cost does not tell, per unit (see models/formulation.md#canonical-plan); `stage`: when it is decided, None for
    what follows from the rest."""

    keys: Keys
    terms: tuple[Terms, ...] | None
    offset: Array
    lower: Array
    upper: Array
    integer: bool
    at: Mask
    preference: Array
    stage: Stage | None = None

    @property
    def size(self) -> int:
        """Number of keys."""
        return 1 if self.keys is None else len(self.keys)


Expression = Callable[[Any, Any, Any], Any]
"""What a row or an objective says: of the Pyomo model, of what the row is `of`, and of its key. It sees no more."""


class Row(NamedTuple):
    """A template constraint: keys; what it says; what that is of, which holds names and constants and no data; where it
    holds; and where what it links a yes or no to was worked out for the solver and is no limit of the world (1: from
    all uses, 2: a guess), shape (keys, nodes). See sourcing/solver/derived_bounds.py."""

    keys: Keys
    expression: Expression
    of: Any
    at: Mask
    derived: Ints


class Charge(NamedTuple):
    """A kind of cost of a node: the sum over `pairs` of sign x price x amount.

    price: a datum; amount: a column; pairs: key of the datum and key of the column; places: the same as numbers. cash:
    the datum that is paid for each unit, as `price` is what counts in the plan, with the same keys; blank where nothing
    is paid. lanes: of each pair the lanes that it has to do with. goods: whether it is paid for goods.
    """

    kind: str
    price: str
    amount: str
    pairs: tuple[tuple[Hashable, Hashable], ...]
    places: tuple[tuple[int, int], ...]
    sign: float
    cash: str
    lanes: tuple[tuple[str, ...], ...]
    goods: bool


@dataclass(eq=False)
class Template:
    """The mathematics of one node: roles of its columns, data of its nodes, its rows and what is minimised.

    Its Pyomo model is made when it is first asked for. Two templates of the same `structure` have the same model but
    for the numbers in `data`, so that what is worked out of one serves the other.
    """

    name: str
    nodes: int
    columns: dict[str, Column] = field(default_factory=dict)
    data_keys: dict[str, Keys] = field(default_factory=dict)
    data: dict[str, Array] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    charges: list[Charge] = field(default_factory=list)
    objective: tuple[Expression, Any] | None = None

    @property
    def structure(self) -> tuple[Any, ...]:
        """All that the Pyomo model depends on."""
        return (
            self.name,
            tuple((name, column.keys, column.integer) for name, column in self.columns.items()),
            tuple(self.data_keys.items()),
            tuple((name, row.keys, row.expression, row.of) for name, row in self.rows.items()),
            self.objective,
        )

    @cached_property
    def model(self) -> pyo.ConcreteModel:
        """The Pyomo model: a variable for each column and each datum, the rows, the objective."""
        model = pyo.ConcreteModel(name=self.name)
        for name, column in self.columns.items():
            domain = pyo.Binary if column.integer else pyo.Reals
            model.add_component(name, pyo.Var(*_index(column.keys), domain=domain))
        for name, keys in self.data_keys.items():
            model.add_component(name, pyo.Var(*_index(keys)))
        for name, row in self.rows.items():
            model.add_component(name, pyo.Constraint(*_index(row.keys), rule=_stated(model, name, row)))
        expression, of = self.objective or (_nothing, None)
        model.objective = pyo.Objective(expr=expression(model, of, None))
        return model


@dataclass(frozen=True)
class Formulation:
    """The two templates: rows over decisions before the tree, and one node.

    settle: whether the objective leaves decisions open that cost still tells apart.
    """

    now: Template
    node: Template
    tree: Tree
    settle: bool = False

    def decided(self, *stages: Stage) -> tuple[str, ...]:
        """Names of the columns that are decided at some stages, in order."""
        parts = (self.now, self.node)
        return tuple(name for part in parts for name, column in part.columns.items() if column.stage in stages)


def template(name: str, nodes: int) -> Template:
    """An empty template."""
    return Template(name, nodes)


def _nothing(model: Any, of: Any, key: Any) -> float:
    """The objective of a template that has none."""
    return 0.0


def _stated(model: pyo.ConcreteModel, name: str, row: Row) -> Callable[..., Any]:
    """The rule of a Pyomo constraint."""

    def stated(_: pyo.ConcreteModel, *key: Any) -> Any:
        asked = None if row.keys is None else key[0] if len(key) == 1 else type_of(row.keys)(key)
        found = row.expression(model, row.of, asked)
        if found is False:
            raise SolveError(f"{name} {' '.join(map(str, key))} can never hold")
        return pyo.Constraint.Skip if found is True else found

    return stated


def members(component: Any, keys: Keys) -> list[Any]:
    """The data objects of a component, in order of its keys."""
    return [component] if keys is None else [component[key] for key in keys]


def _index(keys: Keys) -> tuple[Any, ...]:
    return () if keys is None else (list(keys),)


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
    target.columns[name] = Column(keys, tuple(terms), _full(offset, shape), -free, free, False, mask, unwanted)


def before(target: Template, name: str, variable: str, tree: Tree, opening: Array | float = 0.0) -> None:
    """The variable one period earlier on the path; at the root the opening value, shape (keys,)."""
    of = target.columns[variable]
    nodes = np.flatnonzero(tree.parent >= 0)
    offset = np.zeros((of.size, tree.nodes))
    offset[:, 0] = opening
    selected(target, name, of.keys, [each(variable, of.size, nodes, tree.parent[nodes])], offset)


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
    """The same variable of an ancestor, key by key."""
    index = np.repeat(np.arange(size), len(nodes))
    weights = np.broadcast_to(float(weight), index.shape)
    return Terms(variable, index, np.tile(nodes, size), index, np.tile(ancestors, size), weights)


def at_lag(
    variable: str, index: int, source: int, tree: Tree, lag: int, weight: Array | float = 1.0, nodes: Ints | None = None
) -> Terms:
    """The variable `lag` periods ago on the path. weight: by node, shape (nodes,), or one for all."""
    here = np.arange(tree.nodes) if nodes is None else nodes
    here = here[tree.period[here] >= lag]
    ancestors = tree.path[here, tree.period[here] - lag]
    weights = np.broadcast_to(np.asarray(weight, float), (tree.nodes,))[here]
    return _terms(variable, index, source, here, ancestors, weights)


def since(
    variable: str, index: int, source: int, tree: Tree, first: Ints, last: Ints, weight: Array | float, nodes: Ints
) -> Terms:
    """The variable in every period from `first` to `last` (by node of `nodes`, clipped to the path).

    weight: by node, shape (nodes,), or one for all.
    """
    weights = np.broadcast_to(np.asarray(weight, float), (tree.nodes,))
    low, high = np.maximum(first, 0), np.minimum(last, tree.period[nodes])
    here, times = [], []
    for step in range(int(np.max(high - low, initial=-1)) + 1):
        inside = low + step <= high
        here.append(nodes[inside])
        times.append((low + step)[inside])
    node = np.concatenate(here) if here else np.zeros(0, np.int64)
    time = np.concatenate(times) if times else np.zeros(0, np.int64)
    return _terms(variable, index, source, node, tree.path[node, time], weights[node])


def _terms(variable: str, index: int, source: int, node: Ints, ancestor: Ints, weight: Array) -> Terms:
    kept = weight != 0
    node, ancestor, weight = node[kept], ancestor[kept], weight[kept]
    indices, sources = np.broadcast_to(index, node.shape), np.broadcast_to(source, node.shape)
    return Terms(variable, indices, node, sources, ancestor, weight)


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


def type_of(keys: tuple[Hashable, ...]) -> Callable[[Any], Any]:
    """What turns a tuple of Pyomo's back into a key: a named tuple keeps its names."""
    kind = type(keys[0])
    make = getattr(kind, "_make", None)
    return make if make is not None else tuple


def numbers(names: Sequence[Hashable]) -> Mapping[Hashable, int]:
    """Position of each name."""
    return {name: number for number, name in enumerate(names)}
