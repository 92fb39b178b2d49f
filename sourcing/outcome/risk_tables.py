"""Tables of costs by kind, of risk and of futures, and of two courses of action side by side."""

import numpy as np
import pandas as pd

from sourcing.figures import stated_percent
from sourcing.outcome.metrics import cvar_cost, expected_cost, max_cost, unmet_share
from sourcing.outcome.outcome import Outcome, once
from sourcing.outcome.tables import COSTS, RISK, UNMET
from sourcing.scenario.language.horizon_and_risk import RiskSpec

WORST_OF_ALL = "worst"
PROBABILITY, WORST = "probability of shortage", "worst share of need unmet"  # measures of a demand


def costs_by_kind(outcome: Outcome) -> pd.DataFrame:
    """Costs by kind, expected and in each future: discounted charge, and cash paid (not discounted)."""
    tree, discount = outcome.data.tree, outcome.data.discount
    rows = []
    for cost in outcome.costs:
        charge = (cost.charge * discount)[tree.node_of].sum(axis=1)
        cash = cost.cash[tree.node_of].sum(axis=1)
        expected = [expected_cost(amounts, tree.future_probability) for amounts in (charge, cash)]
        rows.append({"kind": cost.kind, "future": "expected", "charge": expected[0], "cash": expected[1]})
        rows += [
            {"kind": cost.kind, "future": name, "charge": float(charge[f]), "cash": float(cash[f])}
            for f, name in enumerate(tree.futures)
        ]
    return COSTS.of(rows)


def mean_of_worst(part: RiskSpec) -> str:
    """Name of the measure of the worst `tail` of the outcomes."""
    return f"mean of the worst {stated_percent(part.tail)}"


def worst_measure(part: RiskSpec) -> str:
    """Name of the measure by which the worst outcomes count."""
    return WORST_OF_ALL if part.worst else mean_of_worst(part)


@once
def risk(outcome: Outcome) -> pd.DataFrame:
    """What can go wrong: cost expected, in the worst part, at worst; regret likewise where it counts; shortage of each
    demand, likely and deep."""
    case, tree = outcome.case, outcome.data.tree
    risk_spec, probability = case.scenario.risk, tree.future_probability
    cost, currency = outcome.future_cost, case.scenario.currency
    deepest_part = mean_of_worst(risk_spec)
    rows: list[dict[str, object]] = [
        _measure("cost", "expected", outcome.expected_cost, currency),
        _measure("cost", deepest_part, cvar_cost(cost, probability, risk_spec.tail), currency),
        _measure("cost", WORST_OF_ALL, max_cost(cost), currency),
        _measure("cost", "best", float(cost.min()), currency),
    ]
    if outcome.regret is not None:
        deep = cvar_cost(outcome.regret, probability, risk_spec.tail)
        rows += [
            _measure("regret", "expected", expected_cost(outcome.regret, probability), currency),
            _measure("regret", deepest_part, deep, currency),
            _measure("regret", WORST_OF_ALL, max_cost(outcome.regret), currency),
        ]
    unmet, need = outcome.planned(outcome.unmet), outcome.planned(outcome.data.need)
    for row, demand in enumerate(case.demands):
        total, share = unmet[row].sum(axis=1), outcome.unmet_share[row]
        deepest = unmet_share(unmet[row], need[row])
        rows += [
            _measure(demand.name, PROBABILITY, float(probability[share > 1e-6].sum()), "share"),
            _measure(demand.name, "expected shortage", float(total @ probability), demand.unit),
            _measure(demand.name, "expected share of need unmet", float(outcome.expected_unmet_share[row]), "share"),
            _measure(demand.name, WORST, float(share.max()), "share"),
            _measure(demand.name, "worst period, share unmet", float(deepest.max()), "share"),
        ]
    return RISK.of(rows)


def _measure(subject: str, measure: str, value: float, unit: str) -> dict[str, object]:
    return {"subject": subject, "measure": measure, "value": value, "unit": unit}


def futures(outcome: Outcome) -> pd.DataFrame:
    """Each future: probability, discounted cost, share of each demand unmet; where regret counts, also the cost of the
    best had the future been known, and how much more the plan's is."""
    tree = outcome.data.tree
    frame = pd.DataFrame({"future": tree.futures, "probability": tree.future_probability, "cost": outcome.future_cost})
    if outcome.regret is not None:
        frame["best_cost"], frame["regret"] = outcome.best_cost, outcome.regret
    for demand, share in zip(outcome.case.demands, outcome.unmet_share, strict=True):
        frame[f"{UNMET}{demand.name}"] = np.where(share < 1e-9, 0.0, share)
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
    cash = outcome.cash[tree.node_of]
    lost = sum((cost.charge for cost in outcome.costs if cost.kind == "shortage"), start=np.zeros(tree.nodes))
    rows = [
        _measure("cash", "expected", expected_cost(cash.sum(axis=1), tree.future_probability), currency),
        _measure("cash", "peak in a period", float(cash.max()), currency),
        _measure("margin lost to shortage", "expected", float(lost @ tree.probability), currency),
    ]
    return pd.DataFrame(rows)
