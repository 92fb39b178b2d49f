"""The whole cost of a node, in one place."""

import numpy as np

from sourcing.model.node_data import Nodes
from sourcing.model.templates import Template, datum, own, rule


def prices(node: Template, data: Nodes) -> None:
    """Data that costs and spend rules share: source_price, border_cost [money / unit]."""
    datum(node, "source_price", data.sources, data.source_price)
    datum(node, "border_cost", tuple(lane.name for lane in data.case.lanes), data.border_cost)


def costs(node: Template, data: Nodes) -> None:
    """cost: what a node costs, discounted [money], by `cost_total`. See models/formulation.md#cost_total."""
    model, case = node.model, data.case
    positions = tuple(position.name for position in case.positions)
    datum(node, "discount", None, data.discount)
    datum(node, "refund", data.controlled, data.refund[[case.lane_row[name] for name in data.controlled]])
    datum(node, "queued_value", tuple(lane.name for lane in case.lanes), data.queued_value)
    datum(node, "holding", positions, data.holding)
    leaf = data.tree.leaf.astype(float)
    datum(node, "end_value", positions, data.end_value * leaf)
    ending = [row for row, position in enumerate(case.positions) if position.end_days > 0]
    charge = [[case.positions[row].end_shortfall_cost / data.money] * data.tree.nodes for row in ending]
    datum(node, "end_cost", tuple(positions[row] for row in ending), np.array(charge))
    own(node, "cost", None, lower=-np.inf, preference=0.0)
    stocked = {name: case.stocked_at(case.lane[name]) for name in data.controlled}
    tiered = {key.lane for key in node.columns["tier_order"].keys or ()}  # type: ignore[attr-defined]
    listed = [source for source in data.sources if source.channel != "spot" or source.lane not in tiered]
    rule(
        node,
        "cost_total",
        None,
        lambda: (
            model.cost
            == model.discount
            * (
                sum(model.source_price[source] * model.order[source] for source in listed)
                + _each(model.tier_price, model.tier_order)
                + _each(model.order_cost, model.ordered)
                + sum(model.border_cost[lane] * model.exported[lane] for lane in data.controlled)
                + sum(model.border_cost[lane] * model.departing[lane] for lane in model.departing)
                - _each(model.refund, model.cancelled)
                + _each(model.signing_charge, model.contract_signed)
                + _each(model.shortfall_price, model.contract_shortfall)
                + _each(model.qualification_charge, model.qualification_started)
                + _each(model.holding, model.stock)
                + _each(model.cover_cost, model.cover_shortfall)
                + _each(model.shortage_cost, model.shortage)
                + _each(model.end_cost, model.end_shortfall)
                + sum(model.holding[stocked[lane]] * model.waiting[lane] for lane in data.controlled)
                - sum(model.end_value[name] * (model.stock[name] + model.pipeline_sure[name]) for name in positions)
                - _each(model.queued_value, model.queued)
            )
        ),
    )


def _each(price: object, amount: object) -> object:
    return sum(price[key] * amount[key] for key in amount)  # type: ignore[index,attr-defined]
