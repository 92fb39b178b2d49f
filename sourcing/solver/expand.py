"""expand: the same program the slow way, as an ordinary Pyomo model: the readable reference and the proof of stamp.

Every template row is written out for every node with its columns replaced by what they select. Use it on small trees,
or to hand the model to another solver or decomposition package.
"""

from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.visitor import replace_expressions

from sourcing.model.templates import Column, Formulation, Template, members

Substitutes = dict[int, Any]


def expand(formulation: Formulation) -> pyo.ConcreteModel:
    """The whole program as a Pyomo model: block `now`, and block `node[n]` with variables and rows of node n."""
    model = pyo.ConcreteModel(name="program")
    model.now = pyo.Block()
    model.node = pyo.Block(list(range(formulation.node.nodes)))
    parts = ((formulation.now, [model.now]), (formulation.node, [model.node[n] for n in range(formulation.node.nodes)]))
    home: dict[str, list[Any]] = {}
    for part, blocks in parts:
        for name, column in part.columns.items():
            if column.terms is None:
                home[name] = blocks
                for number, block in enumerate(blocks):
                    _declare(block, name, column, number)
    for part, blocks in parts:
        for number, block in enumerate(blocks):
            substitutes = _substitutes(part, number, home)
            _rows(part, number, block, substitutes)
            for objective in part.model.component_objects(pyo.Objective, active=True):
                if part is formulation.now and objective.name == "objective":
                    model.objective = pyo.Objective(expr=_replaced(objective.expr, substitutes))
    return model


def _declare(block: Any, name: str, column: Column, number: int) -> None:
    """The variables of one node that exist there, by position of their key."""
    positions = [position for position in range(column.size) if column.at[position, number]]
    variable = pyo.Var(positions, domain=pyo.Binary if column.integer else pyo.Reals)
    block.add_component(name, variable)
    for position in positions:
        low, high = column.lower[position, number], column.upper[position, number]
        variable[position].setlb(None if np.isneginf(low) else float(low))
        variable[position].setub(None if np.isposinf(high) else float(high))


def _substitutes(part: Template, number: int, home: dict[str, list[Any]]) -> Substitutes:
    """What each template column and datum stands for in one node."""
    substitutes: Substitutes = {}
    for name, column in part.columns.items():
        entries = members(getattr(part.model, name), column.keys)
        for position, entry in enumerate(entries):
            if not column.at[position, number]:
                substitutes[id(entry)] = 0.0
            elif column.terms is None:
                substitutes[id(entry)] = home[name][number].component(name)[position]
            else:
                substitutes[id(entry)] = _sum(column, position, number, home)
    for name, values in part.data.items():
        for entry, value in zip(getattr(part.model, name).values(), values, strict=True):
            substitutes[id(entry)] = float(value[number])
    return substitutes


def _sum(column: Column, position: int, number: int, home: dict[str, list[Any]]) -> Any:
    total = float(column.offset[position, number])
    for term in column.terms or ():
        for entry in np.flatnonzero((term.index == position) & (term.node == number)):
            variable = home[term.variable][term.ancestor[entry]].component(term.variable)
            if term.source[entry] in variable:
                total = total + float(term.weight[entry]) * variable[int(term.source[entry])]
    return total


def _rows(part: Template, number: int, block: Any, substitutes: Substitutes) -> None:
    for name, row in part.rows.items():
        component = getattr(part.model, name)
        rows = pyo.Constraint(pyo.Any)
        block.add_component(name, rows)
        for position, key in enumerate([None] if row.keys is None else row.keys):
            if key in component and row.at[position, number]:
                constraint = component[key]
                body = _replaced(constraint.body, substitutes)
                lower, upper = (_replaced(bound, substitutes) for bound in (constraint.lower, constraint.upper))
                if isinstance(body, int | float) and not any(hasattr(bound, "args") for bound in (lower, upper)):
                    continue
                if lower is not None and upper is not None:
                    rows[position] = body == upper
                else:
                    rows[position] = body <= upper if lower is None else body >= lower


def _replaced(expression: Any, substitutes: Substitutes) -> Any:
    if expression is None or isinstance(expression, int | float):
        return expression
    return replace_expressions(expression, substitutes, remove_named_expressions=True)
