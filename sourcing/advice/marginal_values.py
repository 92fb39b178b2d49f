"""What the objective would change by were a number of a node twice as large, from the prices of the rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.frame import Frame
from sourcing.model.demand import ShortageStep, shortage_steps
from sourcing.model.node_data import SPOT, Nodes
from sourcing.model.templates import Formulation
from sourcing.outcome.outcome import Outcome
from sourcing.scenario.language.base import Dated
from sourcing.scenario.paths import Path


@dataclass(frozen=True)
class MarginalValues:
    """Money of the scenario's currency, shape (things, nodes). `row_prices` as of a Solution; None: nothing is scarce.

    By the envelope theorem: the decisions stand. So does what follows from a price elsewhere: freight and duty by
    value, refunds, what is left at the end.
    """

    outcome: Outcome
    formulation: Formulation
    row_prices: Mapping[str, Array] | None

    @property
    def data(self) -> Nodes:
        """Data of the nodes of the plan."""
        return self.outcome.data

    @property
    def case(self) -> Case:
        """The case that the plan is for."""
        return self.outcome.case

    @cached_property
    def frame(self) -> Frame:
        """Reads quantities as the scenario writes them: its currencies, calendar and units."""
        return Frame(self.case.scenario, self.case.calendar)

    @cached_property
    def weight(self) -> Array:
        """What a unit of money paid in a node counts: probability, adjusted for risk, discounted. Shape (nodes,)."""
        if self.row_prices is None:
            return np.asarray(self.data.tree.probability * self.data.discount)
        return np.asarray(np.abs(np.nan_to_num(self.row_prices["cost_total"][0])) * self.data.discount)

    def worth(self, kind: str) -> dict[object, Array]:
        """What one more unit of each limit saves, shape (nodes,) each, 0 where there is no limit."""
        if self.row_prices is None:
            return {}
        keys = self.formulation.node.rows[kind].keys or ()
        return dict(zip(keys, -np.nan_to_num(self.row_prices[kind]) * self.data.money, strict=True))

    @cached_property
    def prices(self) -> Array:
        """Paid at the price of each offer: without contract, and under formulas between floor and cap."""
        data, case = self.data, self.case
        contract = {entry.name: entry for entry in case.contracts}
        out = np.zeros((len(case.offers), data.tree.nodes))
        for row, source in enumerate(data.sources):
            offer = case.offer_row[case.lane[source.lane].offer]
            if source.channel == SPOT:
                out[offer] += self.outcome.paid[row] * self.weight
            elif (entry := contract[source.channel]).fixed is None:
                index = entry.times * data.price[offer]
                free = np.isclose(index + data.by_period(entry.plus) / data.money, data.source_price[row])
                out[offer] += free * index * self.outcome.values["order"][row] * self.weight * data.money
        return out

    @cached_property
    def volumes(self) -> Array:
        """Saved by what each offer sells without contract, and by what it sells at all where contracts share it."""
        out = np.zeros((len(self.case.offers), self.data.tree.nodes))
        for kind, volume in (("spot_limit", self.data.spot), ("capacity", self.data.available)):
            for name, worth in self.worth(kind).items():
                row = self.case.offer_row[str(name)]
                sold = np.where(np.isfinite(volume[row]), volume[row], 0.0)
                out[row] += worth * sold * self._usable(str(name))
        return out

    def _usable(self, name: str) -> Array:
        """1, or whether the offer is qualified where it needs to be, shape (nodes,)."""
        keys = self.formulation.node.columns["qualified"].keys or ()
        if name not in keys:
            return np.ones(self.data.tree.nodes)
        return np.asarray(self.outcome.values["qualified"][keys.index(name)])

    @cached_property
    def licences(self) -> Array:
        """Saved by what licences let through of each offer."""
        out = np.zeros((len(self.case.offers), self.data.tree.nodes))
        for row, (group, worth) in enumerate(self.worth("licence_limit").items()):
            out[self.case.offer_row[group.offer]] += worth * self.data.licence_limit[row]  # type: ignore[attr-defined]
        return out

    @cached_property
    def needs(self) -> Array:
        """Cost of each need: what its materials are worth in stock, less where more of it may only be missed."""
        data, worth = self.data, self.worth("stock_balance")
        out = np.zeros((len(self.case.demands), data.tree.nodes))
        if not worth:
            return out
        steps = shortage_steps(data)
        for row, demand in enumerate(self.case.demands):
            unit = sum(
                (flow.rate * worth[self.case.positions[flow.position].name] for flow in self.case.inputs[row]),
                start=np.zeros(data.tree.nodes),
            )
            out[row] = unit * data.need[row]
            for step in demand.steps:
                place = steps.index(ShortageStep(demand.name, step.name))
                most = step.share * data.need[row]
                missed = self.outcome.values["shortage"][place] >= most * (1 - 1e-9)
                charged = data.shortage_cost[place] * data.money * self.weight
                out[row] += missed * most * np.minimum(charged - unit, 0.0)
        return out

    @cached_property
    def shortages(self) -> Array:
        """Expected discounted cost of each step of shortage [money], shape (steps, nodes)."""
        data = self.data
        return np.asarray(data.shortage_cost * self.outcome.values["shortage"] * data.money * self.weight)

    def over(self, amounts: Array, window: Array) -> float:
        """Sum over the nodes of amounts, shape (nodes,), as far as a window, shape (periods,), holds."""
        return float(amounts @ window[self.data.tree.period])

    def within(self, amounts: Array, window: Array, future: int) -> float:
        """Sum as of `over`, counting in each node the part that belongs to one future."""
        tree = self.data.tree
        nodes = tree.node_of[future]
        return float((amounts[nodes] * window / tree.probability[nodes]).sum() * tree.future_probability[future])

    def windows(self, path: Path, dated: Dated) -> Iterator[tuple[Path, Array]]:
        """Each step of a dated number: its path and the share of each period that it holds in, the first before it
        begins too."""
        shares = [share for share, _ in self.frame.steps(dated)]
        for number, share in enumerate(shares):
            before = 1.0 - sum(shares) if number == 0 else 0.0
            yield (path if dated.steady else (*path, dated.steps[number][0].text)), share + before
