"""Stock, cover and what is left at the end."""

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np

from sourcing.case.flows import Flow
from sourcing.model.node_data import Nodes
from sourcing.model.statements import before, charge, datum, own, rule
from sourcing.model.templates import Stage, Template


def stocks(node: Template, data: Nodes) -> None:
    """stock, disposed, cover_shortfall, end_shortfall, and `stock_balance`, `cover`, `firm_cover`, `end_target`.

    See models/formulation.md#stock_balance. Volumes [unit], shape (positions, nodes).
    """
    case, tree = data.case, data.tree
    names = tuple(position.name for position in case.positions)
    storage = np.array([[position.storage] for position in case.positions]).reshape(-1, 1)
    usual = data.usual_need([position.material for position in case.positions])
    own(node, "stock", names, upper=storage, preference=0.1 / usual)
    before(node, "stock_before", "stock", tree, np.array([position.opening for position in case.positions]))
    full = np.array([np.isfinite(position.storage) for position in case.positions], bool)
    limited = tuple(name for name, ends in zip(names, full, strict=True) if ends)
    own(node, "disposed", limited, preference=0.5 / usual[full], stage=Stage.LATE)
    charge(node, "storage", "holding", "stock")
    flows = zip(names, case.inflows, case.outflows, full, strict=True)
    of = {name: _balanced(node, into, out, bool(ends)) for name, into, out, ends in flows}
    rule(node, "stock_balance", names, _balance, of=of)
    _cover(node, data)
    _end(node, data)


class _Drawn(NamedTuple):
    """What a need takes of a stock: its name, units per unit of need, and the steps of shortage by which it is less."""

    demand: str
    rate: float
    steps: tuple[Hashable, ...]


class _Balanced(NamedTuple):
    """What changes a stock: lanes that bring something, what needs take, and whether what no storage is left for may be
    disposed of."""

    lanes: tuple[str, ...]
    drawn: tuple[_Drawn, ...]
    disposed: bool


def _balanced(node: Template, into: tuple[Flow, ...], out: tuple[Flow, ...], disposed: bool) -> _Balanced:
    keys: Any = node.columns["shortage"].keys or ()
    steps = {flow.name: tuple(step for step in keys if step.demand == flow.name) for flow in out}
    drawn = (_Drawn(flow.name, flow.rate, steps[flow.name]) for flow in out)
    return _Balanced(tuple(flow.name for flow in into), tuple(drawn), disposed)


def _balance(model: Any, of: dict[str, _Balanced], name: str) -> Any:
    lanes, drawn, disposed = of[name]
    return model.stock[name] == (
        model.stock_before[name]
        + sum(model.arriving[lane] for lane in lanes)
        - sum(rate * model.need[demand] for demand, rate, _ in drawn)
        + sum(rate * sum(model.shortage[step] for step in steps) for _, rate, steps in drawn)
        - (model.disposed[name] if disposed else 0)
    )


def _cover(node: Template, data: Nodes) -> None:
    positions = data.case.positions
    soft = [row for row, position in enumerate(positions) if position.cover and not position.cover.firm]
    firm = [row for row, position in enumerate(positions) if position.cover and position.cover.firm]
    for rows, name in ((soft, "cover"), (firm, "firm_cover")):
        names = tuple(positions[row].name for row in rows)
        counted = ~data.released[rows]
        datum(node, f"{name}_target", names, data.cover_target[rows])
        if name == "cover":
            own(node, "cover_shortfall", names, at=counted)
            datum(node, "cover_cost", names, data.cover_cost[rows])
            charge(node, "cover missing", "cover_cost", "cover_shortfall", cash="")
        rule(node, name, names, _covered if name == "cover" else _covered_firmly, at=counted)


def _covered(model: Any, of: Any, position: str) -> Any:
    return model.stock[position] + model.cover_shortfall[position] >= model.cover_target[position]


def _covered_firmly(model: Any, of: Any, position: str) -> Any:
    return model.stock[position] >= model.firm_cover_target[position]


def _end(node: Template, data: Nodes) -> None:
    case, tree = data.case, data.tree
    rows = [row for row, position in enumerate(case.positions) if position.end_days > 0]
    names = tuple(case.positions[row].name for row in rows)
    own(node, "end_shortfall", names, at=data.plan_end)
    datum(node, "end_target_volume", names, data.end_target[rows])
    missing = [[case.positions[row].end_shortfall_cost / data.money] * tree.nodes for row in rows]
    datum(node, "end_cost", names, np.array(missing))
    charge(node, "end target missing", "end_cost", "end_shortfall", cash="")
    for amount in ("stock", "pipeline_sure"):
        charge(node, "value left at the end", "end_value", amount, sign=-1.0, cash="")
    rule(node, "end_target", names, _left_at_end, at=data.plan_end)


def _left_at_end(model: Any, of: Any, name: str) -> Any:
    return model.stock[name] + model.pipeline[name] + model.end_shortfall[name] >= model.end_target_volume[name]
