"""Stock, cover and what is left at the end."""

from typing import Any

import numpy as np

from sourcing.model.node_data import Nodes
from sourcing.model.templates import Template, before, datum, own, rule


def stocks(node: Template, data: Nodes) -> None:
    """stock, disposed, cover_shortfall, end_shortfall, and `stock_balance`, `cover`, `firm_cover`, `end_target`.

    See models/formulation.md#stock_balance. Volumes [unit], shape (positions, nodes).
    """
    model, case, tree = node.model, data.case, data.tree
    names = tuple(position.name for position in case.positions)
    storage = np.array([[position.storage] for position in case.positions]).reshape(-1, 1)
    usual = data.usual_need([position.material for position in case.positions])
    own(node, "stock", names, upper=storage, preference=0.1 / usual)
    before(node, "stock_before", "stock", tree, np.array([position.opening for position in case.positions]))
    full = np.array([np.isfinite(position.storage) for position in case.positions], bool)
    limited = tuple(name for name, ends in zip(names, full, strict=True) if ends)
    own(node, "disposed", limited, preference=0.5 / usual[full])
    into, out = dict(zip(names, case.inflows, strict=True)), dict(zip(names, case.outflows, strict=True))
    rule(
        node,
        "stock_balance",
        names,
        lambda name: (
            model.stock[name]
            == model.stock_before[name]
            + sum(model.arriving[flow.name] for flow in into[name])
            - sum(flow.rate * model.need[flow.name] for flow in out[name])
            + sum(flow.rate * _shortage(node, flow.name) for flow in out[name])
            - (model.disposed[name] if name in limited else 0)
        ),
    )
    _cover(node, data)
    _end(node, data)


def _shortage(node: Template, demand: str) -> Any:
    keys = node.columns["shortage"].keys or ()
    return sum(node.model.shortage[key] for key in keys if key[0] == demand)  # type: ignore[index]


def _cover(node: Template, data: Nodes) -> None:
    model, positions = node.model, data.case.positions
    soft = [row for row, position in enumerate(positions) if position.cover and not position.cover.firm]
    firm = [row for row, position in enumerate(positions) if position.cover and position.cover.firm]
    for rows, name in ((soft, "cover"), (firm, "firm_cover")):
        names = tuple(positions[row].name for row in rows)
        held = ~data.released[rows]
        datum(node, f"{name}_target", names, data.cover_target[rows])
        if name == "cover":
            own(node, "cover_shortfall", names, at=held)
            datum(node, "cover_cost", names, data.cover_cost[rows])
        rule(
            node,
            name,
            names,
            lambda position, name=name: (
                model.stock[position] + (model.cover_shortfall[position] if name == "cover" else 0)
                >= getattr(model, f"{name}_target")[position]
            ),
            at=held,
        )


def _end(node: Template, data: Nodes) -> None:
    model, case, tree = node.model, data.case, data.tree
    rows = [row for row, position in enumerate(case.positions) if position.end_days > 0]
    names = tuple(case.positions[row].name for row in rows)
    own(node, "end_shortfall", names, at=tree.leaf)
    datum(node, "end_target_volume", names, data.end_target[rows])
    rule(
        node,
        "end_target",
        names,
        lambda name: (
            model.stock[name] + model.pipeline[name] + model.end_shortfall[name] >= model.end_target_volume[name]
        ),
        at=tree.leaf,
    )
