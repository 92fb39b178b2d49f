"""A course of action and what follows from it: costs, shortages, days of cover."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps

import numpy as np
import pandas as pd

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.records import SUBSTITUTE, Position
from sourcing.case.scale import largest_need
from sourcing.futures.tree import Mask
from sourcing.model.demand import shortage_kinds, shortage_steps
from sourcing.model.node_data import Nodes
from sourcing.model.templates import Charge
from sourcing.outcome.binding_restrictions import limits
from sourcing.outcome.cases_tried import CasesTried, HorizonsTried
from sourcing.outcome.cost_terms import CostTerm, Values, costs, paid
from sourcing.outcome.metrics import days_of_cover, expected_cost, unmet_share, worst_cost
from sourcing.solver.other_choices import OtherChoices

NOTHING = (
    1e-6  # volumes below this [unit] are not shown, of materials that are needed by less a period less, see `shown`
)


@dataclass(frozen=True)
class Outcome:
    """A course of action: node data, what is charged in a node, and values, with what follows from them. otherwise:
    what the other choice would cost where it was tried; tried: what is decided in other cases, where that was asked;
    horizons: likewise where the plan looks further. beyond: whether tables tell what is done past the end of the plan
    too, where the program looks further. Shares of needs are of the plan, money is over all that it looks at."""

    data: Nodes
    charges: Sequence[Charge]
    values: Values
    otherwise: OtherChoices | None = None
    tried: CasesTried | None = None
    horizons: HorizonsTried | None = None
    beyond: bool = False
    tables: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What `once` keeps."""

    @property
    def case(self) -> Case:
        """The case that the course of action is for."""
        return self.data.case

    @property
    def told(self) -> int:
        """Number of periods that tables tell."""
        return len(self.case.calendar) if self.beyond else self.case.calendar.planned

    def more(self, component: str, row: int) -> float:
        """What is minimised rises by so much where a contract or qualification is decided the other way [money]; NaN
        where that was not tried."""
        return float(getattr(self.otherwise, component)[row]) * self.data.money if self.otherwise else np.nan

    def same_in(self, component: str, row: int) -> float:
        """In what share of the cases tried the same is decided now of a contract or qualification; NaN where none."""
        if self.tried is None or not self.tried.names:
            return np.nan
        return float(getattr(self.tried, component)[row]) / len(self.tried.names)

    def either(self, more: pd.Series) -> Mask:
        """Which differences [money] are within what is proven, so that either choice will do."""
        within = self.otherwise.within * self.data.money if self.otherwise else -np.inf
        return np.asarray(more.to_numpy(float) <= within, bool)

    @cached_property
    def costs(self) -> tuple[CostTerm, ...]:
        """Costs of the course of action by kind."""
        return costs(self.data, self.charges, self.values)

    @cached_property
    def limits(self) -> Array:
        """What limits each lane, shape (lanes, futures, periods), text, see `binding_restrictions`."""
        return limits(self.case)

    @cached_property
    def paid(self) -> Array:
        """Paid for what is ordered from each source [money], price breaks included, shape (sources, nodes)."""
        return paid(self.data, self.values) * self.data.money

    @cached_property
    def cash(self) -> Array:
        """Cash paid, not discounted [money], shape (nodes,)."""
        return np.asarray(sum((cost.cash for cost in self.costs), start=np.zeros(self.data.tree.nodes)))

    @cached_property
    def future_cost(self) -> Array:
        """Discounted cost of each future [money], shape (futures,)."""
        charge = sum((cost.charge for cost in self.costs), start=np.zeros(self.data.tree.nodes))
        return np.asarray((charge * self.data.discount)[self.data.tree.node_of].sum(axis=1))

    @cached_property
    def best_cost(self) -> Array | None:
        """Least discounted cost of each future, had it been known [money], shape (futures,); None: nobody asked."""
        best = self.data.best_cost
        return None if best is None else np.asarray(best[self.data.tree.node_of[:, -1]] * self.data.money)

    @cached_property
    def regret(self) -> Array | None:
        """Cost of each future beyond the best that could have been done in it [money], shape (futures,)."""
        return None if self.best_cost is None else self.future_cost - self.best_cost

    @cached_property
    def expected_cost(self) -> float:
        """Discounted cost, expected over the futures [money]."""
        return expected_cost(self.future_cost, self.data.tree.future_probability)

    @cached_property
    def worst_cost(self) -> float:
        """Discounted cost of the worst outcomes, as the scenario counts them [money]."""
        return worst_cost(self.future_cost, self.data.tree.future_probability, self.case.scenario.risk)

    @cached_property
    def worst_regret(self) -> float | None:
        """Regret of the worst outcomes, likewise [money]; None where it does not count."""
        odds, risk = self.data.tree.future_probability, self.case.scenario.risk
        return None if self.regret is None else worst_cost(self.regret, odds, risk)

    @cached_property
    def margin_lost(self) -> float:
        """Expected discounted margin lost to shortage [money]."""
        lost = [cost.charge for cost in self.costs if cost.kind == "shortage"]
        charge = sum(lost, start=np.zeros(self.data.tree.nodes)) * self.data.discount
        return float(charge @ self.data.tree.probability)

    def by_future(self, values: Array) -> Array:
        """Values (things, nodes) as (things, futures, periods), those that the program looks at beyond the plan too."""
        return np.asarray(values[:, self.data.tree.node_of])

    def planned(self, values: Array) -> Array:
        """Values (things, nodes) as (things, futures, periods of the plan)."""
        return self.by_future(values)[:, :, : self.case.calendar.planned]

    def expected(self, values: Array) -> Array:
        """Expected sum over the periods of values (things, nodes), shape (things,)."""
        return np.asarray(values @ self.data.tree.probability)

    @cached_property
    def missing(self) -> Array:
        """Need not served, whether it is made do without or not, by demand, shape (demands, nodes)."""
        return self._short(lambda kind: True)

    @cached_property
    def made_do(self) -> Array:
        """Need that is made do without, by demand, shape (demands, nodes)."""
        return self._short(lambda kind: kind == SUBSTITUTE)

    @cached_property
    def unmet(self) -> Array:
        """Need that is neither served nor made do without: rationed, or a line stands; shape (demands, nodes)."""
        return self._short(lambda kind: kind != SUBSTITUTE)

    @cached_property
    def unmet_share(self) -> Array:
        """Share of each need of the plan that is unmet in each future, shape (demands, futures)."""
        unmet, need = self.planned(self.unmet), self.planned(self.data.need)
        shares = [unmet_share(unmet[row].sum(axis=1), need[row].sum(axis=1)) for row in range(len(self.case.demands))]
        return np.array(shares).reshape(len(shares), len(self.data.tree.futures))

    @cached_property
    def expected_unmet_share(self) -> Array:
        """Share of each need that is unmet in a future, expected over the futures, shape (demands,)."""
        return np.array([share @ self.data.tree.future_probability for share in self.unmet_share])

    @cached_property
    def days_of_cover(self) -> Array:
        """Days of the coming need that the stocks last, shape (positions, futures, periods)."""
        stock, need = self.by_future(self.values["stock"]), self.by_future(self.data.position_need)
        rows = [self.case.position_row[position.name] for position in self.case.positions]
        return days_of_cover(stock, need[rows], self.case.calendar.days)

    def _short(self, counts: Callable[[str], bool]) -> Array:
        kinds, out = shortage_kinds(self.data), np.zeros((len(self.case.demands), self.data.tree.nodes))
        number = {demand.name: row for row, demand in enumerate(self.case.demands)}
        for row, step in enumerate(shortage_steps(self.data)):
            if counts(kinds[row]):
                out[number[step.demand]] += self.values["shortage"][row]
        return out


def once(make: Callable[[Outcome], pd.DataFrame]) -> Callable[[Outcome], pd.DataFrame]:
    """A table that is worked out once for each course of action, whoever asks for it; nobody changes it."""

    @wraps(make)
    def known(outcome: Outcome) -> pd.DataFrame:
        table = outcome.tables.get(make.__name__)
        return outcome.tables.setdefault(make.__name__, make(outcome)) if table is None else table

    return known


def shown(case: Case, material: str) -> float:
    """The amount of a material from which it is shown [unit]: a millionth, or one of its largest need in a period where
    that is less than a unit. Amounts counted in too large a unit add up in the tables too."""
    need = largest_need(case, material)
    return NOTHING * min(need, 1.0) if need > 0 else NOTHING


def _least(case: Case, columns: Sequence[str], things: Sequence[Sequence[str]]) -> Array:
    """From what amount each thing is shown, by its material, or by its demand, shape (things, 1, 1)."""
    if "material" in columns:
        least_of = {material: shown(case, material) for material in case.unit}
        place = list(columns).index("material")
    else:
        least_of = {demand.name: NOTHING * min(float(demand.need.max()) or 1.0, 1.0) for demand in case.demands}
        place = list(columns).index("demand")
    return np.array([least_of[thing[place]] for thing in things]).reshape(-1, 1, 1)


def long_table(
    outcome: Outcome,
    columns: Sequence[str],
    things: Sequence[Sequence[str]],
    amounts: dict[str, Array],
    beside: dict[str, Array] | None = None,
    texts: dict[str, Array] | None = None,
) -> pd.DataFrame:
    """One row per thing, future and told period with an amount above nothing.

    things: values of `columns` for each. amounts, beside: shape (things, nodes) each; what is beside is only shown.
    texts: shape (things, futures, periods) each, shown last.
    """
    tree, labels = outcome.data.tree, np.array(outcome.case.calendar.labels)
    numbers = {name: outcome.by_future(value) for name, value in (amounts | (beside or {})).items()}
    least = _least(outcome.case, columns, things)
    present = np.any([np.abs(numbers[name]) > least for name in amounts], axis=0)
    present[:, :, outcome.told :] = False
    thing, future, time = np.nonzero(present)
    frame = pd.DataFrame(things, columns=list(columns), dtype=object).iloc[thing].reset_index(drop=True)
    frame["future"] = np.array(tree.futures, dtype=object)[future]
    frame["period"] = labels.astype(object)[time]
    for name, value in (numbers | (texts or {})).items():
        frame[name] = value[thing, future, time]
    return frame


def needed(outcome: Outcome, position: Position) -> Array:
    """What all demands take of a position if they are served, shape (futures, periods) [unit]."""
    return np.asarray(outcome.by_future(outcome.data.position_need)[outcome.case.position_row[position.name]])


def bad_cost(outcome: Outcome, probability: Array) -> float:
    """What the bad outcomes cost [money]; counted by regret: that of the bad ones on top of what the best in each
    future costs on average."""
    risk = outcome.case.scenario.risk
    if outcome.best_cost is None or outcome.regret is None:
        return worst_cost(outcome.future_cost, probability, risk)
    return expected_cost(outcome.best_cost, probability) + worst_cost(outcome.regret, probability, risk)


def weighed(outcome: Outcome, probability: Array) -> float:
    """What is minimised [money]: expected cost and the bad outcomes by their weights. probability: of each future."""
    weight = outcome.case.scenario.risk.weight
    return (1 - weight) * expected_cost(outcome.future_cost, probability) + weight * bad_cost(outcome, probability)
