"""Which of several plans of equal cost is meant: weights that a planner would agree with, one of its own a column."""

import zlib
from collections.abc import Hashable
from functools import lru_cache

import numpy as np

from sourcing.calendar import Array
from sourcing.futures.tree import Ints, Mask, Tree
from sourcing.model.templates import Formulation
from sourcing.solver.layout import Block, own_columns

SPREAD = 0.37  # how far the weights of two columns alike may differ, so that no two plans weigh the same


def preferences(formulation: Formulation, columns: dict[str, Block], count: int) -> Array:
    """Weight of each column of a program: preference x probability x periods left x (1 + SPREAD x share).

    The share is drawn from the names of the column, so that it is the same wherever the column stands, in whichever
    unit and on every machine. Orders are dearest: as little and as late as possible is ordered. Shape (columns,).
    See models/formulation.md#canonical-plan.
    """
    tree, out = formulation.tree, np.zeros(count)
    places = _places(tree)
    for part, seen, mass, left in (
        (formulation.now, places[:1], np.ones(1), np.full(1, tree.periods)),
        (formulation.node, places, tree.probability, tree.periods - tree.period),
    ):
        for name, column in own_columns(part).items():
            ids = columns[name].ids
            weight = column.preference * mass * left * (1 + SPREAD * _shares(name, columns[name], seen))
            out[ids[ids >= 0]] = weight[ids >= 0]
    return out


def easings(formulation: Formulation, rows: dict[str, Block], count: int) -> Array:
    """By how much each row of a program is eased where several prices are right: 1 + SPREAD x share. Shape (rows,)."""
    places, out = _places(formulation.tree), np.ones(count)
    for name, block in rows.items():
        present = block.ids >= 0
        out[block.ids[present]] += SPREAD * _shares(name, block, places[: block.ids.shape[1]])[present]
    return out


def least_wanted_first(integer: Mask, preference: Array) -> Ints:
    """Ids of the integer columns, those of the largest weight first; as they stand where there are no weights."""
    integer_columns = np.flatnonzero(integer)
    return (
        integer_columns[np.argsort(-preference[integer_columns], kind="stable")] if len(preference) else integer_columns
    )


def _places(tree: Tree) -> Ints:
    """A number for each node that its period and its first future give, shape (nodes,)."""
    first = np.full(tree.nodes, len(tree.futures))
    for number in range(len(tree.futures)):
        nodes = tree.node_of[number]
        first[nodes] = np.minimum(first[nodes], number)
    return _hashed([f"{time} {tree.futures[number]}" for time, number in zip(tree.period, first, strict=True)])


@lru_cache(maxsize=256)
def _hashed_keys(name: str, keys: tuple[Hashable, ...]) -> tuple[int, ...]:
    """Hashes of the keys of a component; programs of one structure ask for the same."""
    return tuple(_hashed([f"{name} {key}" for key in keys]).tolist())


def _hashed(names: list[str]) -> Ints:
    return np.array([zlib.crc32(name.encode()) for name in names], np.int64)


def _shares(name: str, block: Block, places: Ints) -> Array:
    """A number from 0 to 1 for each key and node of a component, evenly spread: the finalizer of SplitMix64, Steele et
    al. (2014), of the hashes of both. Shape (keys, nodes)."""
    keys = np.array(_hashed_keys(name, block.keys or ("",)), np.uint64)
    mixed = keys[:, None] << np.uint64(32) | places.astype(np.uint64)[None, :]
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return np.asarray((mixed >> np.uint64(11)).astype(float) / 2.0**53)
