"""Result tables: from the values of a course of action to tidy frames. models/glossary.yaml describes every column."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sourcing.case.values import Case
from sourcing.formulation.demand import shortage_steps
from sourcing.nodes import SPOT, Nodes
from sourcing.periods import Array
from sourcing.plan.costs import Cost, Values, costs

NOTHING = 1e-6  # volumes below this [unit] are not shown


@dataclass(frozen=True)
class Outcome:
    """A course of action: node data and values, with what follows from them."""

    data: Nodes
    values: Values

    @property
    def case(self) -> Case:
        """The case."""
        return self.data.case

    @cached_property
    def costs(self) -> tuple[Cost, ...]:
        """Costs by kind."""
        return costs(self.data, self.values)

    @cached_property
    def future_cost(self) -> Array:
        """Discounted cost of each future [money], shape (futures,)."""
        charge = sum((cost.charge for cost in self.costs), start=np.zeros(self.data.tree.nodes))
        return np.asarray((charge * self.data.discount)[self.data.tree.node_of].sum(axis=1))

    def by_future(self, values: Array) -> Array:
        """Values (things, nodes) as (things, futures, periods)."""
        return np.asarray(values[:, self.data.tree.node_of])

    def expected(self, values: Array) -> Array:
        """Expected sum over the periods of values (things, nodes), shape (things,)."""
        return np.asarray(values @ self.data.tree.probability)

    @cached_property
    def unmet(self) -> Array:
        """Need not served, by demand, shape (demands, nodes)."""
        steps = shortage_steps(self.data)
        out = np.zeros((len(self.case.demands), self.data.tree.nodes))
        for row, demand in enumerate(self.case.demands):
            rows = [number for number, step in enumerate(steps) if step.demand == demand.name]
            out[row] = self.values["shortage"][rows].sum(axis=0)
        return out


def _long(outcome: Outcome, things: Sequence[dict[str, object]], values: dict[str, Array], threshold: float = NOTHING) -> pd.DataFrame:
    """One row per thing, future and period where any value is above the threshold. values: (things, nodes) each."""
    tree, labels = outcome.data.tree, np.array(outcome.case.calendar.labels)
    if not things:
        return pd.DataFrame(columns=["future", "period", *values])
    by_future = {name: outcome.by_future(value) for name, value in values.items()}
    present = np.any([np.abs(value) > threshold for value in by_future.values()], axis=0)
    thing, future, time = np.nonzero(present)
    frame = pd.DataFrame({key: [entry[key] for entry in things] for key in things[0]}).iloc[thing].reset_index(drop=True)
    frame["future"] = np.array(tree.futures)[future]
    frame["period"] = labels[time]
    for name, value in by_future.items():
        frame[name] = value[thing, future, time]
    return frame


def _offer_columns(case: Case, offer_name: str) -> dict[str, object]:
    offer = case.offer[offer_name]
    return {
        "material": offer.material,
        "supplier": offer.title,
        "country": offer.origin,
        "offer": offer.name,
        "unit": case.unit[offer.material],
    }


def supplier_mix(outcome: Outcome) -> pd.DataFrame:
    """Expected arrivals and spend over the horizon by material and supplier; share of the material's arrivals."""
    case, data = outcome.case, outcome.data
    arrived = outcome.expected(outcome.values["arriving"])
    lane_row = {lane.name: number for number, lane in enumerate(case.lanes)}
    paid = np.zeros(len(case.lanes))
    for row, source in enumerate(data.sources):
        spent = data.source_price[row] * outcome.values["order"][row]
        paid[lane_row[source.lane]] += float(spent @ data.tree.probability) * data.money
    rows = [
        {**_offer_columns(case, lane.offer), "site": lane.site, "volume": arrived[number], "spend": paid[number]}
        for number, lane in enumerate(case.lanes)
    ]
    frame = pd.DataFrame(rows, columns=["material", "supplier", "country", "offer", "site", "unit", "volume", "spend"])
    total = frame.groupby("material")["volume"].transform("sum")
    frame.insert(4, "share", np.where(total > NOTHING, frame["volume"] / total.where(total > 0, 1.0), 0.0))
    frame = frame[(frame["volume"] > NOTHING) | (frame["spend"] > NOTHING)]
    return frame.sort_values(["material", "volume"], ascending=[True, False], kind="stable").reset_index(drop=True)


def days_of_cover(outcome: Outcome, stock: Array) -> Array:
    """Days of the coming need that a stock lasts, by position: (positions, futures, periods); inf where no need."""
    case, calendar = outcome.case, outcome.case.calendar
    need = outcome.by_future(outcome.data.need)
    edges = np.concatenate([[0.0], np.cumsum(calendar.days)])
    out = np.zeros(stock.shape)
    for row, position in enumerate(case.positions):
        daily = np.zeros(need.shape[1:])
        for number, demand in enumerate(case.demands):
            if demand.site == position.site:
                daily += dict(demand.proportions).get(position.material, 0.0) * need[number] / calendar.days
        for future in range(stock.shape[1]):
            used = np.concatenate([[0.0], np.cumsum(daily[future] * calendar.days)])
            left = used[1:] + stock[row, future]
            inside = np.interp(left, used, edges) - edges[1:]
            last = max(float(daily[future, -1]), 1e-12)
            beyond = np.maximum(left - used[-1], 0.0) / last
            out[row, future] = np.where(left > used[-1], edges[-1] - edges[1:] + beyond, inside)
    return np.where(out > 36500, np.inf, out)


def stockpile(outcome: Outcome) -> pd.DataFrame:
    """Stock at the end of each period, with the days of coming need it lasts and the target."""
    case, tree = outcome.case, outcome.data.tree
    stock = outcome.by_future(outcome.values["stock"])
    cover = days_of_cover(outcome, stock)
    target = outcome.by_future(outcome.data.cover_target)
    shape = stock.shape
    index = np.indices(shape).reshape(3, -1)
    return pd.DataFrame(
        {
            "material": [case.positions[row].material for row in index[0]],
            "site": [case.positions[row].site for row in index[0]],
            "future": np.array(tree.futures)[index[1]],
            "period": np.array(case.calendar.labels)[index[2]],
            "stock": np.where(stock < NOTHING, 0.0, stock).ravel(),
            "unit": [case.unit[case.positions[row].material] for row in index[0]],
            "days_of_cover": cover.ravel(),
            "target": target.ravel(),
        }
    )


def contracts(outcome: Outcome) -> pd.DataFrame:
    """Each contract: signed already, to sign, or not; volume per time and in the horizon, what is taken and paid."""
    case, data = outcome.case, outcome.data
    rows = []
    for row, contract in enumerate(case.contracts):
        signed = bool(round(float(outcome.values["contract_signed"][row, 0])))
        volume = float(outcome.values["contract_volume"][row, 0])
        sources = [number for number, source in enumerate(data.sources) if source.channel == contract.name]
        taken = float((outcome.values["order"][sources] @ data.tree.probability).sum())
        within = contract.scale > 0
        price = float(data.source_price[sources[0], 0]) * data.money if sources else np.nan
        labels = np.array(case.calendar.labels)[within]
        rows.append(
            {
                "contract": contract.name,
                **_offer_columns(case, contract.offer),
                "decision": "signed" if contract.signed else "sign" if signed else "do not sign",
                "volume": volume if signed else 0.0,
                "per": contract.time,
                "volume_in_horizon": volume * float(contract.scale.sum()) if signed else 0.0,
                "taken": taken,
                "take_or_pay": contract.take_or_pay,
                "price": price,
                "from": labels[0] if len(labels) else "",
                "until": labels[-1] if len(labels) else "",
                "outlay": contract.signing.amount if signed and not contract.signed else 0.0,
            }
        )
    columns = ["contract", "material", "supplier", "country", "offer", "unit", "decision", "volume", "per"]
    columns += ["volume_in_horizon", "taken", "take_or_pay", "price", "from", "until", "outlay"]
    return pd.DataFrame(rows, columns=columns)


def qualifications(outcome: Outcome) -> pd.DataFrame:
    """Which suppliers are qualified when: period of start, from when usable, with what probability."""
    case, tree, labels = outcome.case, outcome.data.tree, outcome.case.calendar.labels
    wanted = [offer for offer in case.offers if offer.qualification]
    rows = []
    for row, offer in enumerate(wanted):
        assert offer.qualification is not None
        started = np.round(outcome.values["qualification_started"][row])
        for time in range(tree.periods):
            nodes = np.flatnonzero((tree.period == time) & (started > 0))
            if len(nodes):
                usable = time + offer.qualification.time
                in_futures = [tree.futures[f] for f in range(len(tree.futures)) if tree.node_of[f, time] in nodes]
                rows.append(
                    {
                        **_offer_columns(case, offer.name),
                        "start": labels[time],
                        "usable_from": labels[usable] if usable < len(labels) else "",
                        "probability": float(tree.probability[nodes].sum()),
                        "futures": ", ".join(in_futures) if len(in_futures) < len(tree.futures) else "all",
                        "outlay": offer.qualification.outlay.amount,
                    }
                )
    columns = ["material", "supplier", "country", "offer", "unit", "start", "usable_from", "probability", "futures"]
    return pd.DataFrame(rows, columns=[*columns, "outlay"])


def orders(outcome: Outcome) -> pd.DataFrame:
    """What is ordered when, from whom, how, at what price."""
    case, data = outcome.case, outcome.data
    things = [
        {**_offer_columns(case, case.lane[source.lane].offer), "site": case.lane[source.lane].site, "how": _how(source.channel)}
        for source in data.sources
    ]
    frame = _long(outcome, things, {"quantity": outcome.values["order"]})
    price = _long(outcome, things, {"quantity": outcome.values["order"], "price": data.source_price * data.money}, 0.0)
    merged = frame.merge(price, how="left", on=[c for c in frame.columns if c != "quantity"], suffixes=("", "_again"))
    return merged.drop(columns="quantity_again")


def _how(channel: str) -> str:
    return "without contract" if channel == SPOT else channel


def border(outcome: Outcome) -> pd.DataFrame:
    """The queue at the border: waiting at the end of the period, exported, cancelled; share approved."""
    case, data = outcome.case, outcome.data
    names = [lane.name for lane in case.lanes]
    things = [
        {**_offer_columns(case, case.lane[name].offer), "site": case.lane[name].site} for name in data.controlled
    ]
    flows = {name: outcome.values[name] for name in ("waiting", "exported", "cancelled")}
    frame = _long(outcome, things, flows)
    approval = _long(outcome, things, {"approval": data.approval[[names.index(name) for name in data.controlled]]}, -1.0)
    return frame.merge(approval, how="left", on=[c for c in frame.columns if c not in flows])


def arrivals(outcome: Outcome) -> pd.DataFrame:
    """What reaches the sites."""
    case = outcome.case
    things = [{**_offer_columns(case, lane.offer), "site": lane.site} for lane in case.lanes]
    return _long(outcome, things, {"quantity": outcome.values["arriving"]})


def shortage(outcome: Outcome) -> pd.DataFrame:
    """Need not served, by demand and step, with its cost."""
    case, data = outcome.case, outcome.data
    unit = {demand.name: demand.unit for demand in case.demands}
    need = {demand.name: row for row, demand in enumerate(case.demands)}
    steps = shortage_steps(data)
    things = [{"demand": step.demand, "step": step.step, "unit": unit[step.demand]} for step in steps]
    quantity = outcome.values["shortage"]
    cost = quantity * data.shortage_cost * data.money
    frame = _long(outcome, things, {"quantity": quantity, "cost": cost})
    share = np.divide(quantity, np.maximum(data.need[[need[step.demand] for step in steps]], 1e-12))
    shares = _long(outcome, things, {"quantity": quantity, "share_of_need": share}, 0.0).drop(columns="quantity")
    return frame.merge(shares, how="left", on=["demand", "step", "unit", "future", "period"])


def costs_by_kind(outcome: Outcome) -> pd.DataFrame:
    """Costs by kind, expected and in each future: discounted charge, and cash paid (not discounted)."""
    tree, discount = outcome.data.tree, outcome.data.discount
    rows = []
    for cost in outcome.costs:
        charge = (cost.charge * discount)[tree.node_of].sum(axis=1)
        cash = cost.cash[tree.node_of].sum(axis=1)
        expected = (float(charge @ tree.future_probability), float(cash @ tree.future_probability))
        rows.append({"kind": cost.kind, "future": "expected", "charge": expected[0], "cash": expected[1]})
        rows += [
            {"kind": cost.kind, "future": name, "charge": float(charge[f]), "cash": float(cash[f])}
            for f, name in enumerate(tree.futures)
        ]
    return pd.DataFrame(rows, columns=["kind", "future", "charge", "cash"])


def tail_mean(cost: Array, probability: Array, tail: float) -> float:
    """Mean of the worst `tail` of a discrete distribution, the atom at the quantile split.

    cost, probability: shape (outcomes,); tail in (0, 1]. Rockafellar & Uryasev (2002), Proposition 8.

    >>> tail_mean(np.array([1.0, 2.0, 9.0]), np.array([0.5, 0.3, 0.2]), 0.4)
    5.5
    """
    order = np.argsort(-cost, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(probability[order])[:-1]])
    share = np.clip(tail - before, 0.0, probability[order])
    return float(cost[order] @ share / share.sum())


def risk(outcome: Outcome) -> pd.DataFrame:
    """What can go wrong: cost expected, in the worst part, at worst; shortage of each demand, likely and deep."""
    case, tree = outcome.case, outcome.data.tree
    part, probability = case.scenario.risk, tree.future_probability
    cost, currency = outcome.future_cost, case.scenario.currency
    rows: list[dict[str, object]] = [
        _measure("cost", "expected", float(cost @ probability), currency),
        _measure("cost", f"mean of the worst {part.tail:.0%}", tail_mean(cost, probability, part.tail), currency),
        _measure("cost", "worst", float(cost.max()), currency),
        _measure("cost", "best", float(cost.min()), currency),
    ]
    unmet, need = outcome.by_future(outcome.unmet), outcome.by_future(outcome.data.need)
    for row, demand in enumerate(case.demands):
        total, share = unmet[row].sum(axis=1), unmet[row].sum(axis=1) / np.maximum(need[row].sum(axis=1), 1e-12)
        deep = (unmet[row] / np.maximum(need[row], 1e-12)).max(axis=1)
        rows += [
            _measure(demand.name, "probability of shortage", float(probability[share > 1e-6].sum()), "share"),
            _measure(demand.name, "expected shortage", float(total @ probability), demand.unit),
            _measure(demand.name, "expected share of need unmet", float(share @ probability), "share"),
            _measure(demand.name, "worst share of need unmet", float(share.max()), "share"),
            _measure(demand.name, "worst period, share unmet", float(deep.max()), "share"),
        ]
    return pd.DataFrame(rows, columns=["subject", "measure", "value", "unit"])


def _measure(subject: str, measure: str, value: float, unit: str) -> dict[str, object]:
    return {"subject": subject, "measure": measure, "value": value, "unit": unit}


def futures(outcome: Outcome) -> pd.DataFrame:
    """Each future: probability, discounted cost, share of each demand unmet."""
    tree = outcome.data.tree
    frame = pd.DataFrame(
        {"future": tree.futures, "probability": tree.future_probability, "cost": outcome.future_cost}
    )
    unmet, need = outcome.by_future(outcome.unmet), outcome.by_future(outcome.data.need)
    for row, demand in enumerate(outcome.case.demands):
        share = unmet[row].sum(axis=1) / np.maximum(need[row].sum(axis=1), 1e-12)
        frame[f"unmet: {demand.name}"] = np.where(share < 1e-9, 0.0, share)
    return frame


def compared(outcome: Outcome, baseline: Outcome) -> pd.DataFrame:
    """The plan beside what is done today: cost, cash, shortage, measure by measure."""
    frame = pd.concat([risk(outcome), _cash(outcome)], ignore_index=True).rename(columns={"value": "plan"})
    other = pd.concat([risk(baseline), _cash(baseline)], ignore_index=True)
    frame.insert(3, "baseline", other["value"])
    frame.insert(4, "difference", frame["plan"] - frame["baseline"])
    return frame


def _cash(outcome: Outcome) -> pd.DataFrame:
    tree, currency = outcome.data.tree, outcome.case.scenario.currency
    cash = sum((cost.cash for cost in outcome.costs), start=np.zeros(tree.nodes))[tree.node_of]
    lost = sum((cost.charge for cost in outcome.costs if cost.kind == "shortage"), start=np.zeros(tree.nodes))
    rows = [
        _measure("cash", "expected", float(cash.sum(axis=1) @ tree.future_probability), currency),
        _measure("cash", "peak in a period", float(cash.max()), currency),
        _measure("margin lost to shortage", "expected", float(lost @ tree.probability), currency),
    ]
    return pd.DataFrame(rows)
