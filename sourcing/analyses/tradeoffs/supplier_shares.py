"""Shares of suppliers in what arrives of a material: of an outcome, and as rows over the columns of a program."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sourcing.calendar import Array
from sourcing.outcome.outcome import NOTHING, Outcome
from sourcing.pipeline.formulated import Formulated

Key = tuple[str, str]
"""Material and supplier."""


@dataclass(frozen=True)
class ArrivalExpression:
    """Expected arrivals [unit]: weight x + offset over the columns of a program, weight of shape (columns,)."""

    weight: Array
    offset: float


def lanes_of(stated: Formulated) -> Mapping[Key, list[int]]:
    """Places of the lanes of each supplier by material, in order of the lanes."""
    case, rows = stated.case, dict[Key, list[int]]()
    for row, lane in enumerate(case.lanes):
        offer = case.offer[lane.offer]
        rows.setdefault((offer.material, offer.supplier), []).append(row)
    return rows


def arriving(stated: Formulated, lanes: list[int]) -> ArrivalExpression:
    """Expected arrivals over some lanes, those of open orders too."""
    column, probability = stated.formulation.node.columns["arriving"], stated.data.tree.probability
    weight = np.zeros(len(stated.program.cost))
    for term in column.terms or ():
        own_rows = np.isin(term.index, lanes)
        ids = stated.program.columns[term.variable].ids[term.source[own_rows], term.ancestor[own_rows]]
        present = ids >= 0
        np.add.at(weight, ids[present], (term.weight[own_rows] * probability[term.node[own_rows]])[present])
    return ArrivalExpression(weight, float((column.offset[lanes] @ probability).sum()))


def shares(outcome: Outcome, lanes: Mapping[Key, list[int]]) -> dict[Key, float]:
    """Share of each supplier in what arrives of a material, expected over the horizon; 0 where nothing arrives."""
    volume = outcome.expected(outcome.values["arriving"])
    own_rows = {key: float(volume[rows].sum()) for key, rows in lanes.items()}
    total: dict[str, float] = {}
    for (material, _), amount in own_rows.items():
        total[material] = total.get(material, 0.0) + amount
    return {key: amount / total[key[0]] if total[key[0]] > NOTHING else 0.0 for key, amount in own_rows.items()}
