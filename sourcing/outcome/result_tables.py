"""Result tables: from the values of a course of action to tidy frames. models/glossary.yaml describes every column."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sourcing.case.case import Case
from sourcing.model.demand import shortage_kinds, shortage_steps
from sourcing.model.node_data import SPOT
from sourcing.outcome.metrics import unmet_share
from sourcing.outcome.outcome import NOTHING, Outcome, long_table, once, shown
from sourcing.outcome.tables import CONTRACTS, OFFER, QUALIFICATIONS, SUPPLIER_MIX

_OFFER = tuple(column.name for column in OFFER)


def _offer(case: Case, name: str) -> tuple[str, ...]:
    """Values of `OFFER`."""
    offer = case.offer[name]
    return offer.material, offer.title, offer.origin, offer.name, case.unit[offer.material]


@once
def supplier_mix(outcome: Outcome) -> pd.DataFrame:
    """Expected over the plan by material and supplier: share of the arrivals and their volume (open orders too),
    what is ordered (some of it to arrive later, or to be cancelled) and what those orders cost."""
    case, data = outcome.case, outcome.data
    mass = data.tree.probability * (data.tree.period < outcome.told)
    arrived = outcome.values["arriving"] @ mass
    lane_row = {lane.name: number for number, lane in enumerate(case.lanes)}
    paid, ordered = np.zeros(len(case.lanes)), np.zeros(len(case.lanes))
    for row, source in enumerate(data.sources):
        paid[lane_row[source.lane]] += float(outcome.paid[row] @ mass)
        ordered[lane_row[source.lane]] += float(outcome.values["order"][row] @ mass)
    rows = [
        {
            **dict(zip(_OFFER, _offer(case, lane.offer), strict=True)),
            "site": lane.site,
            "volume": arrived[number],
            "purchased": ordered[number],
            "spend": paid[number],
        }
        for number, lane in enumerate(case.lanes)
    ]
    frame = SUPPLIER_MIX.of(rows)
    total = frame.groupby("material")["volume"].transform("sum")
    least = frame["material"].map({material: shown(case, material) for material in case.unit}).astype(float)
    frame["share"] = np.where(total > least, frame["volume"] / total.where(total > 0, 1.0), 0.0)
    frame = frame[(frame["volume"] > least) | (frame["spend"] > NOTHING)]
    return frame.sort_values(["material", "volume"], ascending=[True, False], kind="stable").reset_index(drop=True)


@once
def stockpile(outcome: Outcome) -> pd.DataFrame:
    """Stock at the end of each period, with the days of coming need it lasts and the target."""
    case, tree = outcome.case, outcome.data.tree
    stock = outcome.by_future(outcome.values["stock"])[:, :, : outcome.told]
    target = outcome.by_future(outcome.data.cover_target)[:, :, : outcome.told]
    shape = stock.shape
    index = np.indices(shape).reshape(3, -1)
    least = np.array([shown(case, position.material) for position in case.positions]).reshape(-1, 1, 1)
    return pd.DataFrame(
        {
            "material": [case.positions[row].material for row in index[0]],
            "site": [case.positions[row].site for row in index[0]],
            "future": np.array(tree.futures)[index[1]],
            "period": np.array(case.calendar.labels)[index[2]],
            "stock": np.where(stock < least, 0.0, stock).ravel(),
            "unit": [case.unit[case.positions[row].material] for row in index[0]],
            "days_of_cover": outcome.days_of_cover[:, :, : outcome.told].ravel(),
            "target": target.ravel(),
        }
    )


@once
def contracts(outcome: Outcome) -> pd.DataFrame:
    """Each contract: signed already, to sign, or not; volume per time and in the plan, what is taken and paid."""
    case, data = outcome.case, outcome.data
    mass = data.tree.probability * (data.tree.period < outcome.told)
    rows = []
    for row, contract in enumerate(case.contracts):
        signed = bool(round(float(outcome.values["contract_signed"][row, 0])))
        volume = float(outcome.values["contract_volume"][row, 0])
        sources = [number for number, source in enumerate(data.sources) if source.channel == contract.name]
        taken = float((outcome.values["order"][sources] @ mass).sum())
        within = np.flatnonzero(contract.scale > 0)
        within = within[within < outcome.told] if (within < outcome.told).any() else within
        price = float(data.source_price[sources[0], 0]) * data.money if sources else np.nan
        labels = np.array(case.calendar.labels)[within]
        rows.append(
            {
                "contract": contract.name,
                **dict(zip(_OFFER, _offer(case, contract.offer), strict=True)),
                "decision": "signed" if contract.signed else "sign" if signed else "do not sign",
                "volume": volume if signed else 0.0,
                "per": contract.time,
                "volume_in_horizon": volume * float(contract.scale[: outcome.told].sum()) if signed else 0.0,
                "taken": taken,
                "take_or_pay": contract.take_or_pay,
                "price": price,
                "from": labels[0] if len(labels) else "",
                "until": labels[-1] if len(labels) else "",
                "outlay": contract.signing.amount if signed and not contract.signed else 0.0,
                "more_otherwise": outcome.more("contract", row),
                "same_in_cases": outcome.same_in("contract", row),
            }
        )
    later = [all_arrives_later(outcome, (contract.offer,), contract.name) for contract in case.contracts]
    return _by_horizon(outcome, _by_arrival(CONTRACTS.of(rows), later), "contract", range(len(rows)))


@once
def qualifications(outcome: Outcome) -> pd.DataFrame:
    """Which suppliers are qualified when: period of start, from when usable, with what probability."""
    case, tree, labels = outcome.case, outcome.data.tree, outcome.case.calendar.labels
    wanted = [offer for offer in case.offers if offer.qualification]
    rows = []
    for row, offer in enumerate(wanted):
        assert offer.qualification is not None
        started = np.round(outcome.values["qualification_started"][row])
        for time in range(outcome.told):
            nodes = np.flatnonzero((tree.period == time) & (started > 0))
            if len(nodes):
                usable = time + offer.qualification.time
                in_futures = [tree.futures[f] for f in range(len(tree.futures)) if tree.node_of[f, time] in nodes]
                rows.append(
                    {
                        **dict(zip(_OFFER, _offer(case, offer.name), strict=True)),
                        "start": labels[time],
                        "usable_from": labels[usable] if usable < len(labels) else "",
                        "probability": float(tree.probability[nodes].sum()),
                        "futures": ", ".join(in_futures) if len(in_futures) < len(tree.futures) else "all",
                        "outlay": offer.qualification.outlay.amount,
                        "more_otherwise": outcome.more("qualification", row),
                        "same_in_cases": outcome.same_in("qualification", row) if time == 0 else np.nan,
                    }
                )
    frame = QUALIFICATIONS.of(rows)
    place = {offer.name: row for row, offer in enumerate(wanted)}
    frame = _by_arrival(frame, [all_arrives_later(outcome, (name,)) for name in frame["offer"]])
    return _by_horizon(outcome, frame, "qualification", [place[name] for name in frame["offer"]])


def all_arrives_later(outcome: Outcome, offers: Sequence[str], channel: str | None = None) -> bool:
    """Whether something is ordered from some offers, and all of it arrives after the plan whatever comes.

    Goods that wait at a border may arrive later still. channel: how it is bought, by the name of a contract; None: in
    any way.
    """
    case, tree, planned = outcome.case, outcome.data.tree, outcome.case.calendar.planned
    ordered = False
    for row, source in enumerate(outcome.data.sources):
        lane = case.lane[source.lane]
        if lane.offer not in offers or channel not in (None, source.channel):
            continue
        least = shown(case, case.offer[lane.offer].material)
        arrives = tree.period + case.offer[lane.offer].to_border + lane.transit
        now = outcome.values["order"][row] > least
        if (now & (arrives < planned)).any():
            return False
        ordered |= bool(now.any())
    return ordered


def _by_arrival(frame: pd.DataFrame, later: Sequence[bool]) -> pd.DataFrame:
    """The table with `arrives_after_plan`, 1 or 0, where it is so of some line."""
    return frame.assign(arrives_after_plan=np.array(later, float)) if any(later) else frame


def _by_horizon(outcome: Outcome, frame: pd.DataFrame, component: str, rows: Sequence[int]) -> pd.DataFrame:
    """The table with `depends_on_horizon`, 1 or 0, where other horizons were tried. rows: place of each line."""
    if outcome.horizons is None:
        return frame
    depends = getattr(outcome.horizons, component)
    return frame.assign(depends_on_horizon=[float(depends[row]) for row in rows])


@once
def orders(outcome: Outcome) -> pd.DataFrame:
    """What is ordered when, from whom, how, at what price."""
    case, data = outcome.case, outcome.data
    lanes = [case.lane[source.lane] for source in data.sources]
    things = [
        (*_offer(case, lane.offer), lane.site, "without contract" if source.channel == SPOT else source.channel)
        for lane, source in zip(lanes, data.sources, strict=True)
    ]
    order = outcome.values["order"]
    least = np.array([[shown(case, thing[0])] for thing in things]).reshape(-1, 1)
    price = np.where(order > least, outcome.paid / np.maximum(order, least), data.source_price * data.money)
    return long_table(outcome, (*_OFFER, "site", "how"), things, {"quantity": order}, {"price": price})


@once
def border(outcome: Outcome) -> pd.DataFrame:
    """The queue at the border: waiting at the end of the period, exported, cancelled; share approved,
    and the regimes or restrictions that limit the lane then."""
    case, data = outcome.case, outcome.data
    names = [lane.name for lane in case.lanes]
    lanes = [case.lane[name] for name in data.controlled]
    things = [(*_offer(case, lane.offer), lane.site) for lane in lanes]
    flows = {name: outcome.values[name] for name in ("waiting", "exported", "cancelled")}
    rows = [names.index(name) for name in data.controlled]
    approval, named = {"approval": data.approval[rows]}, {"regimes": outcome.limits[rows]}
    return long_table(outcome, (*_OFFER, "site"), things, flows, approval, named)


@once
def arrivals(outcome: Outcome) -> pd.DataFrame:
    """Amounts that reach the sites, by lane, future and period."""
    case = outcome.case
    things = [(*_offer(case, lane.offer), lane.site) for lane in case.lanes]
    return long_table(outcome, (*_OFFER, "site"), things, {"quantity": outcome.values["arriving"]})


@once
def shortage(outcome: Outcome) -> pd.DataFrame:
    """Need not served, by demand and step, with its kind, its cost and its share of the need."""
    case, data = outcome.case, outcome.data
    row = {demand.name: number for number, demand in enumerate(case.demands)}
    steps = shortage_steps(data)
    things = [
        (step.demand, step.step, kind, case.demands[row[step.demand]].unit)
        for step, kind in zip(steps, shortage_kinds(data), strict=True)
    ]
    quantity = outcome.values["shortage"]
    need = data.need[[row[step.demand] for step in steps]]
    beside = {
        "cost": quantity * data.shortage_cost * data.money,
        "share_of_need": unmet_share(quantity, need),
    }
    return long_table(outcome, ("demand", "step", "kind", "unit"), things, {"quantity": quantity}, beside)
