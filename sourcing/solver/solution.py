"""What a run gave, by the names of the templates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sourcing.calendar import Array
from sourcing.errors import SolveError
from sourcing.futures.tree import Ints
from sourcing.model.templates import Formulation, Template
from sourcing.solver.highs import Status
from sourcing.solver.stamp import Program


@dataclass(frozen=True)
class Solution:
    """values: every template column by name, shape (keys, nodes); row_prices likewise by row, NaN where there is no
    row, None when there are none. objective and bound as in the program. strategy: how it was solved, and why so.
    loosened: whether it was solved again because a derived bound was reached, in words, or blank."""

    status: Status
    reason: str
    values: Mapping[str, Array]
    row_prices: Mapping[str, Array] | None
    objective: float
    bound: float
    gap: float
    seconds: float
    strategy: str = "extensive"
    why: str = ""
    loosened: str = ""


def without_integers(program: Program) -> Program:
    """The program with its yes-or-no decisions free between no and yes."""
    return replace(program, integer=np.zeros_like(program.integer))


def fixed(program: Program, which: Ints, values: Array) -> Program:
    """The program with some columns at given values. which: their ids; values: shape (ids,)."""
    return _between(program, which, values, values)


HELD = 1e-7  # relative: how far an amount of another solve may move when it is held


def pinned(program: Program, which: Ints, values: Array) -> Program:
    """The program with some columns held at the values of another solve.

    Whole numbers are rounded and stay so, as does what is nothing; an amount may move by `HELD` of itself, for a solver
    may leave it as far beyond its limit, and fixed there it would leave no plan. which: ids; values: shape (ids,).
    """
    integer = program.integer[which]
    wanted = np.where(integer, np.round(values), values)
    slack = np.where(integer, 0.0, HELD * np.abs(values))
    return _between(program, which, wanted - slack, wanted + slack)


def _between(program: Program, which: Ints, least: Array, most: Array) -> Program:
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    lower[which], upper[which] = least, most
    return replace(program, column_lower=lower, column_upper=upper)


def all_values(formulation: Formulation, program: Program, values: Array) -> dict[str, Array]:
    """Values of every column of the templates, own and selected, and the data: shape (keys, nodes), 0 where absent."""
    own = {
        name: np.where(block.ids >= 0, np.append(values, 0.0)[block.ids], 0.0)
        for name, block in program.columns.items()
    }
    selected = selected_values(formulation.now, own) | selected_values(formulation.node, own)
    return own | selected | formulation.node.data


def selected_values(part: Template, own: Mapping[str, Array]) -> dict[str, Array]:
    """Values of the selected columns of a template for given values of the own ones."""
    values_by_name = {}
    for name, column in part.columns.items():
        if column.terms is None:
            continue
        out = column.offset.copy()
        for term in column.terms:
            place = term.index * out.shape[1] + term.node
            amount = term.weight * own[term.variable][term.source, term.ancestor]
            out += np.bincount(place, amount, out.size).reshape(out.shape)
        values_by_name[name] = np.where(column.at, out, 0.0)
    return values_by_name


def by_row(program: Program, prices: Array) -> dict[str, Array]:
    """Row prices by row name, shape (keys, nodes), NaN where the row does not exist."""
    return {
        name: np.where(block.ids >= 0, np.append(prices, np.nan)[block.ids], np.nan)
        for name, block in program.rows.items()
    }


def failed(solution: Solution) -> SolveError:
    """What to say of a run without a plan, when nothing more is known."""
    words = {
        Status.INFEASIBLE: "no plan satisfies everything that is asked",
        Status.UNBOUNDED: "cost can fall without end: some price or value is wrong",
        Status.NOTHING: f"no plan was found before the end ({solution.reason}); allow more time",
    }
    return SolveError(words.get(solution.status, solution.reason))
