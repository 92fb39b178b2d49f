"""Sentences of replan: what to order, what changes and why, what is held."""

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from sourcing.analyses.comparison.replan_tables import InputGroupStep
from sourcing.analyses.first_stage import WITHOUT_CONTRACT
from sourcing.analyses.phrasing import listed, material, more_or_less
from sourcing.analyses.phrasing import offer as named
from sourcing.figures import percent, show, stated_percent

NOTHING = 1e-7  # of the cost: a charge below it is the noise of the solver


def said(
    step: InputGroupStep, bought: pd.DataFrame, changed: pd.DataFrame, why: pd.DataFrame, charge: float, charged: float
) -> Iterator[str]:
    """Sentences that stand first in the answer, for the planner."""
    yield _bought(step, bought)
    yield from _changed(step, changed)
    yield from _causes(step, why)
    yield from decisions_kept(step)
    if charged > NOTHING * abs(step.solved.cost):
        money = show(charged, step.solved.case.scenario.currency)
        yield (
            f"A change of the orders of now had {stated_percent(charge)} of the price of what it moves "
            f"counted against it, {money} in all; that is no cost of the plan."
        )
    yield from _to_write(step)


def _bought(step: InputGroupStep, bought: pd.DataFrame) -> str:
    case = step.solved.case
    period, currency = case.calendar.labels[0], case.scenario.currency
    if bought.empty:
        return f"Order nothing in {period}."
    rows = bought.sort_values("spend", ascending=False, kind="stable").to_dict("records")
    told = [f"{show(r['quantity'], r['unit'])} {material(case, r['material'])} from {r['supplier']}" for r in rows]
    return f"Order in {period}, for {show(bought['spend'].sum(), currency)}: {listed(told, between='; ')}."


def _changed(step: InputGroupStep, changed: pd.DataFrame) -> Iterator[str]:
    if changed.empty:
        yield "Nothing changes against what last month's plan meant to decide now."
        return
    rows = changed.to_dict("records")
    first = sorted(rows, key=lambda row: -abs(row["difference"]) / max(abs(row["planned"]), abs(row["now"])))
    count = f"{len(rows)} decision{'s' * (len(rows) != 1)} of now differ{'s' * (len(rows) == 1)}"
    yield f"{count} from last month's plan: {listed([_change(step, row) for row in first], between='; ')}."


def _change(step: InputGroupStep, row: dict[Hashable, Any]) -> str:
    case = step.solved.case
    cause = f", because of {row['cause']}" if row["cause"] else ""
    if row["decision"] == "qualify":
        does = "start" if row["now"] else "do not start"
        return f"{does} the qualification of {row['supplier']}, {_meant(row['planned'])}{cause}"
    before, after = (show(row[key], row["unit"]) for key in ("planned", "now"))
    what = f"contract {row['subject']}"
    if row["decision"] == "order":
        known = row["material"] in case.scenario.materials
        what = f"{row['supplier']} for {material(case, row['material']) if known else row['material']}"
        what += "" if row["how"] == WITHOUT_CONTRACT else f" under {row['how']}"
    return f"{what}: {after} instead of {before}{cause}"


def _meant(probability: float) -> str:
    """Whether a qualification was to start now; the last plan may have left it to what is seen by then."""
    if probability in (0.0, 1.0):
        return "which was planned" if probability else "which was not planned"
    return f"which was {percent(probability)} likely to be wanted"


def _causes(step: InputGroupStep, why: pd.DataFrame) -> Iterator[str]:
    """What each group of inputs does to the cost; of the calendar that a period is over and another one joins."""
    currency = step.solved.case.scenario.currency
    told = [f"{row['cause']} {more_or_less(row['effect_on_cost'], currency)}" for row in why.to_dict("records")]
    yield f"The plan costs {show(step.solved.cost, currency)}. Against last month's: {listed(told, between='; ')}."


def decisions_kept(step: InputGroupStep) -> tuple[str, ...]:
    """What is held of last month's plan."""
    case, sentences = step.solved.case, []
    if step.anchored.held:
        told = [
            f"{show(amount, case.unit[case.offer[case.lane[source.lane].offer].material])} from "
            f"{named(case, case.lane[source.lane].offer)}"
            for source, amount in step.anchored.held.items()
        ]
        sentences.append(f"Held as last month's plan has it, because it is frozen: {listed(told)}.")
    return tuple(sentences)


def leaning(charge: float) -> Iterator[str]:
    """What the plan, and the bound of its cost, lean on when changes are charged."""
    if charge:
        yield (
            f"Orders of the first period are chosen with {stated_percent(charge)} of the price counted against "
            "each unit that differs from last month's plan; the bound of the cost counts that too."
        )


def _to_write(step: InputGroupStep) -> Iterator[str]:
    """What last month's plan decided and this month's scenario does not say."""
    case = step.solved.case
    stated = {contract.name: case.scenario.contracts[contract.name] for contract in case.contracts}
    signed = [name for name in step.last.signed if name in stated and not stated[name].signed]
    if signed:
        yield f"Taken as signed, as last month's plan signs it: {listed(signed)}. Say `signed: true` once it is."
    lost = [name for name in step.last.signed if name not in stated]
    if lost:
        yield f"Signed in last month's plan, and not in this month's scenario: {listed(lost)}."
    running = [name for name in step.last.started if name in case.offer and case.offer[name].qualification]
    if running:
        told = [named(case, name) for name in running]
        yield f"Taken as under way since last month, and paid: the qualification of {listed(told)}."
    if step.anchored.gone:
        told = [source.lane.replace(" > ", " to ") for source in step.anchored.gone]
        yield f"Planned for now, and no longer to be had: {listed(told)}."
