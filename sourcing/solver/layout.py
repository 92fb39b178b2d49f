"""Where everything stands in the program: ids of columns and rows by component, key and node."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sourcing.futures.tree import Ints, Mask
from sourcing.model.templates import Column, Formulation, Keys, Template


@dataclass(frozen=True)
class Block:
    """Where a component stands in the program: ids by key and node, -1 where it does not exist."""

    keys: Keys
    ids: Ints


def own_columns(part: Template) -> dict[str, Column]:
    return {name: column for name, column in part.columns.items() if column.terms is None}


def number_columns(formulation: Formulation) -> tuple[dict[str, Block], int]:
    """Ids of the program's columns, node by node."""
    blocks: dict[str, Block] = {}
    base = 0
    for template in (formulation.now, formulation.node):
        mine = own_columns(template)
        if not mine:
            continue
        exists = np.concatenate([column.at for column in mine.values()])
        ids = _count(exists, base)
        base += int(exists.sum())
        start = 0
        for name, column in mine.items():
            blocks[name] = Block(column.keys, ids[start : start + column.size])
            start += column.size
    return blocks, base


def _count(exists: Mask, base: int) -> Ints:
    """Numbers from `base`, node-major, -1 where nothing exists."""
    flat = exists.T.ravel()
    numbers = np.cumsum(flat) - 1 + base
    return np.ascontiguousarray(np.where(flat, numbers, -1).reshape(exists.shape[::-1]).T)


def number_rows(part: Template, said: Mapping[str, Mask], base: int) -> tuple[dict[str, Block], Ints, int]:
    """Ids of the program's rows; also stacked in template order, shape (template rows, nodes).

    said: by name of a row, for which of its keys it says anything; the others do not exist.
    """
    if not part.rows:
        return {}, np.zeros((0, part.nodes), np.int64), base
    exists = np.concatenate([row.at & said[name].reshape(-1, 1) for name, row in part.rows.items()])
    ids = _count(exists, base)
    blocks, start = {}, 0
    for name, row in part.rows.items():
        size = 1 if row.keys is None else len(row.keys)
        blocks[name] = Block(row.keys, ids[start : start + size])
        start += size
    return blocks, ids, base + int(exists.sum())
