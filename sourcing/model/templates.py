"""Templates and roles: the mathematics of one node, and what its columns mean in the whole program.

A template is a Pyomo model of one node. Each of its columns is an affine selection of program columns,
`column = S x + s0` (see models/formulation.md#roles): the node's own variable, or terms over variables of the node,
its ancestors, all nodes, or the decisions taken now.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

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
        """Number of keys; 1 for a column without keys."""
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


def _nothing(model: Any, of: Any, key: Any) -> float:
    """The objective of a template that has none."""
    return 0.0


def _stated(model: pyo.ConcreteModel, name: str, row: Row) -> Callable[..., Any]:
    """The rule of a Pyomo constraint."""

    def stated(_: pyo.ConcreteModel, *key: Any) -> Any:
        asked = None if row.keys is None else key[0] if len(key) == 1 else type_of(row.keys)(key)
        expression = row.expression(model, row.of, asked)
        if expression is False:
            raise SolveError(f"{name} {' '.join(map(str, key))} can never hold")
        return pyo.Constraint.Skip if expression is True else expression

    return stated


def members(component: Any, keys: Keys) -> list[Any]:
    """The data objects of a component, in order of its keys."""
    return [component] if keys is None else [component[key] for key in keys]


def _index(keys: Keys) -> tuple[Any, ...]:
    return () if keys is None else (list(keys),)


def type_of(keys: tuple[Hashable, ...]) -> Callable[[Any], Any]:
    """What turns a tuple of Pyomo's back into a key: a named tuple keeps its names."""
    kind = type(keys[0])
    make = getattr(kind, "_make", None)
    return make if make is not None else tuple
