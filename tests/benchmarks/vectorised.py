"""A part of the formulation written in linopy as its users write: whole arrays of xarray from the same data.

The part: orders, the queue at the border with its licences, arrivals, the balance of stock and its cover, shortage.
Delays and targets of the last period are left out of the data, for linopy has no words for sums over a varying past.
"""

from dataclasses import dataclass, replace
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from sourcing.model.border import border
from sourcing.model.demand import demand, shortage_steps
from sourcing.model.node_data import Nodes, open_sources
from sourcing.model.statements import own, template
from sourcing.model.stocks import stocks
from sourcing.model.templates import Formulation


def narrowed(data: Nodes) -> Nodes:
    """The data without delays at the border and targets at the end."""
    positions = tuple(replace(position, end_days=0.0) for position in data.case.positions)
    return replace(data, case=replace(data.case, positions=positions), delay=np.zeros_like(data.delay))


def ours(data: Nodes) -> Formulation:
    """The part by the functions that the whole is made of."""
    now, node = template("now", 1), template("node", data.tree.nodes)
    own(node, "order", data.sources, at=open_sources(data.case, data.sources, data.spot, data.contract_scale))
    border(node, data)
    demand(node, data)
    stocks(node, data)
    return Formulation(now, node, data.tree)


@dataclass(frozen=True)
class Given:
    """What stands before the tree: what is on its way and released or arrives, shape (lanes, nodes)."""

    ready: Any
    arriving: Any

    @classmethod
    def of(cls, formulation: Formulation) -> "Given":
        """Read off our columns, which linopy gets for nothing."""
        columns = formulation.node.columns
        return cls(columns["ready"].offset, columns["arriving"].offset)


class Part:
    """The model on its way."""

    def __init__(self, data: Nodes, given: Given) -> None:
        self.data, self.case, self.tree, self.given = data, data.case, data.tree, given
        self.model = linopy.Model()
        lanes = [self.case.lane[source.lane] for source in data.sources]
        self.lane = np.array([self.case.lane_row[lane.name] for lane in lanes])
        self.controlled = np.array([self.case.lane_row[name] for name in data.controlled])
        self.queued = np.isin(self.lane, self.controlled)
        self.order = self._variable("order", "source", len(lanes), mask=self._open())
        self.exported = self._variable("exported", "queue", len(self.controlled))

    def _open(self) -> Any:
        return open_sources(self.case, self.data.sources, self.data.spot, self.data.contract_scale)

    def _variable(self, name: str, dim: str, size: int, upper: Any = np.inf, mask: Any = None) -> linopy.Variable:
        coords = {dim: np.arange(size), "node": np.arange(self.tree.nodes)}
        shape = (size, self.tree.nodes)
        top = xr.DataArray(np.broadcast_to(upper, shape), coords)
        here = None if mask is None else xr.DataArray(np.broadcast_to(mask, shape), coords)
        return self.model.add_variables(0.0, top, name=name, mask=here)

    def _lagged(self, variable: linopy.Variable, dim: str, rows: Any, lag: Any) -> linopy.Variable:
        """Some rows of a variable, each as many periods ago as its lag says; missing before the root."""
        time = self.tree.period[None] - lag[:, None]
        at = self.tree.path[np.arange(self.tree.nodes)[None], np.maximum(time, 0)]
        index = {dim: xr.DataArray(rows, dims=dim), "node": xr.DataArray(at, dims=(dim, "node"))}
        coords = {dim: np.arange(len(rows)), "node": np.arange(self.tree.nodes)}
        found = variable.isel(index).assign_coords(coords)
        return found.where(xr.DataArray(time >= 0, coords))

    def _before(self, variable: linopy.Variable, dim: str, size: int) -> linopy.Variable:
        return self._lagged(variable, dim, np.arange(size), np.ones(size, np.int64))

    def _by(self, expression: Any, dim: str, group: Any, name: str, size: int) -> Any:
        """Summed by what each row belongs to; nothing where no row does."""
        of = pd.Series(group, index=pd.Index(np.arange(len(group)), name=dim), name=name)
        return expression.groupby(of).sum().reindex({name: np.arange(size)})

    def queue(self) -> None:
        """`border_queue` and `licence_limit`."""
        data, size = self.data, len(self.controlled)
        row = {lane: number for number, lane in enumerate(self.controlled)}
        waiting = self._variable("waiting", "queue", size)
        reached = (data.approval[self.controlled] < 1) & data.can_cancel
        cancelled = self._variable("cancelled", "queue", size, mask=reached)
        mine = np.flatnonzero(self.queued)
        to_border = np.array([self.case.offer[lane.offer].to_border for lane in self.case.lanes])
        released = self._lagged(self.order, "source", mine, to_border[self.lane[mine]])
        ready = self._by(1.0 * released, "source", [row[lane] for lane in self.lane[mine]], "queue", size)
        left = waiting - self._before(waiting, "queue", size) - ready + self.exported + cancelled
        opening = np.zeros((size, self.tree.nodes))
        names = [self.case.lanes[lane] for lane in self.controlled]
        opening[:, 0] = [
            sum(
                order.quantity
                for order in self.case.open_orders
                if order.state == "waiting" and (order.offer, order.site) == (lane.offer, lane.site)
            )
            for lane in names
        ]
        self.model.add_constraints(left == self._known(opening + self.given.ready, "queue"), name="border_queue")
        number = {group: place for place, group in enumerate(data.groups)}
        group = [number.get((lane.offer, self.case.country[lane.site]), -1) for lane in names]
        some = np.flatnonzero(np.array(group) >= 0)
        exported = 1.0 * self.exported.isel(queue=some).assign_coords(queue=np.arange(len(some)))
        whole = self._by(exported, "queue", [group[place] for place in some], "group", len(data.groups))
        limit, here = (self._known(values, "group") for values in (data.licence_limit, data.limited))
        self.model.add_constraints(whole <= limit, name="licence_limit", mask=here)

    def balance(self) -> None:
        """`stock_balance` with arrivals, need and shortage; `cover`."""
        data, case = self.data, self.case
        positions = case.positions
        at = np.array([case.position_row[case.stocked_at(lane)] for lane in case.lanes])
        weight = np.array([case.offer[lane.offer].yield_ for lane in case.lanes])[:, None] * data.arriving
        transit = np.array([lane.transit for lane in case.lanes])
        to_border = np.array([case.offer[lane.offer].to_border for lane in case.lanes])
        storage = np.array([[position.storage] for position in positions])
        stock = self._variable("stock", "position", len(positions), upper=storage)
        rows, free = np.arange(len(self.controlled)), np.flatnonzero(~self.queued)
        shipped = self._lagged(self.exported, "queue", rows, transit[self.controlled])
        shipped = shipped * self._known(weight[self.controlled], "queue")
        direct = self._lagged(self.order, "source", free, (to_border + transit)[self.lane[free]])
        direct = direct * self._known(weight[self.lane[free]], "source")
        left = stock - self._before(stock, "position", len(positions))
        left = left - self._by(shipped, "queue", at[self.controlled], "position", len(positions))
        left = left - self._by(direct, "source", at[self.lane[free]], "position", len(positions)) - self._shortage()
        limited = np.isfinite(storage[:, 0])
        if limited.any():
            left = left + self._variable("disposed", "position", len(positions), mask=limited[:, None])
        self.model.add_constraints(left == self._known(self._rest(at), "position"), name="stock_balance")
        soft = [row for row, position in enumerate(positions) if position.cover and not position.cover.firm]
        if soft:
            held = ~data.released[soft]
            missing = self._variable("cover_shortfall", "position", len(soft), mask=held)
            has = stock.isel(position=soft).assign_coords(position=np.arange(len(soft))) + missing
            target = self._known(data.cover_target[soft], "position")
            self.model.add_constraints(has >= target, name="cover", mask=self._known(held, "position"))

    def _uses(self) -> list[tuple[int, int, float]]:
        """Position, demand and ratio of each material that a demand takes."""
        return [
            (self.case.position_row[f"{material} @ {demand.site}"], number, ratio)
            for number, demand in enumerate(self.case.demands)
            for material, ratio in demand.proportions
        ]

    def _shortage(self) -> Any:
        """What is not taken from each position, with the shortage it stands for."""
        data, steps = self.data, shortage_steps(self.data)
        row = {demand.name: number for number, demand in enumerate(self.case.demands)}
        share = [step.share for demand in self.case.demands for step in demand.steps]
        of = np.array([row[step.demand] for step in steps])
        upper = np.array(share)[:, None] * data.need[of]
        shortage = self._variable("shortage", "step", len(steps), upper=upper)
        taken = [
            (position, step, ratio) for position, demand, ratio in self._uses() for step in np.flatnonzero(of == demand)
        ]
        position, step, ratio = (np.array(part) for part in zip(*taken, strict=True))
        each = shortage.isel(step=step).assign_coords(step=np.arange(len(step)))
        return self._by(
            each * xr.DataArray(ratio, {"step": np.arange(len(step))}),
            "step",
            position,
            "position",
            len(self.case.positions),
        )

    def _rest(self, at: Any) -> Any:
        """What is there without a decision, less what is needed, shape (positions, nodes)."""
        rest = np.zeros((len(self.case.positions), self.tree.nodes))
        rest[:, 0] = [position.opening for position in self.case.positions]
        np.add.at(rest, at, self.given.arriving)
        for position, number, ratio in self._uses():
            rest[position] -= ratio * self.data.need[number]
        return rest

    def _known(self, values: Any, dim: str) -> xr.DataArray:
        return xr.DataArray(values, {dim: np.arange(len(values)), "node": np.arange(self.tree.nodes)})


def linopys(data: Nodes, given: Given) -> linopy.Model:
    """The part in linopy."""
    part = Part(data, given)
    part.queue()
    part.balance()
    part.model.add_objective(0.0 * part.exported.isel(queue=0, node=0))
    return part.model
