"""Futures are alike: where the solver ended in one subtree is where it starts in the next, column by column.

Subtrees rarely have the same shape, for what a ban fixes leaves the program. Their columns are alike by what they are:
component, key, and where their node stands in the subtree.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import highspy
import numpy as np

from sourcing.futures.tree import Ints, Tree
from sourcing.model.templates import Formulation
from sourcing.solver.layout import Block
from sourcing.solver.stamp import Program


class ComponentKinds(NamedTuple):
    """What columns and rows are, in whichever subtree: the same number for the same component, key and place in it."""

    columns: Ints
    rows: Ints


class ComponentPlaces(NamedTuple):
    """Of each column or row a number for its component and key, and its node, -1 for what comes before the tree."""

    entry: Ints
    node: Ints

    def of(self, ids: Ints) -> "ComponentPlaces":
        """Places restricted to the given ids."""
        return ComponentPlaces(self.entry[ids], self.node[ids])


def places_of_columns(formulation: Formulation, program: Program) -> ComponentPlaces:
    """Places of the columns of a program."""
    return _places(program.columns, formulation.node.columns, len(program.cost))


def places_of_rows(formulation: Formulation, program: Program) -> ComponentPlaces:
    """Places of the rows of a program."""
    return _places(program.rows, formulation.node.rows, len(program.row_lower))


def _places(blocks: Mapping[str, Block], in_nodes: Collection[str], count: int) -> ComponentPlaces:
    # There are as many as columns, of which there may be ten million: 32 bits.
    places, base = ComponentPlaces(np.full(count, -1, np.int32), np.full(count, -1, np.int32)), 0
    for name, block in blocks.items():
        key, node = np.nonzero(block.ids >= 0)
        ids = block.ids[key, node]
        places.entry[ids] = base + key
        if name in in_nodes:
            places.node[ids] = node
        base += len(block.ids)
    return places


def kinds(places: ComponentPlaces, tree: Tree, period: int) -> Ints:
    """Kinds of columns or rows when the tree is cut before a period."""
    rank = _ranks(tree, period)
    stands = np.append(rank * tree.periods + tree.period + 1, 0)  # the last: before the tree
    codes = places.entry * (stands.max() + 1) + stands[places.node]
    small = codes.max(initial=0) < np.iinfo(np.int32).max
    return np.asarray(codes.astype(np.int32) if small else codes)


def _ranks(tree: Tree, period: int) -> Ints:
    """Number of each node among those of its period in its subtree, shape (nodes,)."""
    root = tree.path[:, period]
    order = np.lexsort((tree.period, root))
    new = np.append(True, (np.diff(root[order]) != 0) | (np.diff(tree.period[order]) != 0))
    first = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - first
    return ranks


def in_order(subtrees: Sequence[ComponentKinds]) -> list[int]:
    """Numbers of subtrees so that those with like columns follow each other."""
    return sorted(range(len(subtrees)), key=lambda number: subtrees[number].columns.astype(">i8").tobytes())


class PassedBasis:
    """The basis where the solver ended last, for a subtree that is alike."""

    def __init__(self) -> None:
        self.kinds: ComponentKinds | None = None
        self.basis: highspy.HighsBasis | None = None

    def keep(self, kinds: ComponentKinds, basis: highspy.HighsBasis) -> None:
        """Where the solver ended in a subtree of these kinds."""
        self.kinds, self.basis = kinds, basis

    def to(self, kinds: ComponentKinds) -> highspy.HighsBasis | None:
        """Where to start in a subtree of these kinds, None in the first; what is new there stands outside the basis."""
        if self.kinds is None or self.basis is None:
            return None
        if np.array_equal(self.kinds.columns, kinds.columns) and np.array_equal(self.kinds.rows, kinds.rows):
            return self.basis
        made = highspy.HighsBasis()
        made.col_status = _matched(self.kinds.columns, kinds.columns, self.basis.col_status, _STATUS.kNonbasic)
        made.row_status = _matched(self.kinds.rows, kinds.rows, self.basis.row_status, _STATUS.kBasic)
        made.valid = made.alien = True  # it may have too many or too few in the basis, which HiGHS mends
        return made


def _matched(
    known: Ints, wanted: Ints, status: Sequence[highspy.HighsBasisStatus], new: highspy.HighsBasisStatus
) -> list[highspy.HighsBasisStatus]:
    """Status of each wanted kind where it is known."""
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)]
    values = np.array([*status, new], object)
    statuses: list[highspy.HighsBasisStatus] = values[np.where(known[at] == wanted, at, len(known))].tolist()
    return statuses


_STATUS = highspy.HighsBasisStatus
