"""What a course of action comes to for those who depend on it: what stops first, how long deliveries last, cash."""

import numpy as np
import pandas as pd

from sourcing.outcome.outcome import NOTHING, Outcome
from sourcing.outcome.risk_tables import PROBABILITY, WORST, risk

SHORT = 0.001  # a shortage below this share of the need of a period stops nothing
DAYS = 36500.0


def shortages(outcome: Outcome) -> pd.DataFrame:
    """Each demand: the first period in which it may be short (blank: never), how likely it is short at all, and the
    share of its need that is not met in the worst future; how likely and how deep as the table `risk` has it."""
    case, measured = outcome.case, risk(outcome).set_index(["subject", "measure"])["value"]
    unmet, need = outcome.planned(outcome.unmet), outcome.planned(outcome.data.need)
    rows = []
    for row, demand in enumerate(case.demands):
        short = unmet[row] > SHORT * np.maximum(need[row], NOTHING)
        first = int(np.argmax(short.any(axis=0))) if short.any() else -1
        rows.append(
            {
                "demand": demand.name,
                "first_short": case.calendar.labels[first] if first >= 0 else "",
                "probability": float(measured[demand.name, PROBABILITY]),
                "worst_unmet": float(measured[demand.name, WORST]),
            }
        )
    return pd.DataFrame(rows, columns=["demand", "first_short", "probability", "worst_unmet"])


def deliverable(plan: Outcome, baseline: Outcome) -> pd.DataFrame:
    """Days that each demand can still be delivered at the end of each period if nothing more arrives: of its materials
    the one that is gone first, with all who draw on it drawing.

    course: today and plan, expected over the futures; future: each future under the plan.
    """
    case, probability = plan.case, plan.data.tree.future_probability
    ours, todays = (_days(outcome) for outcome in (plan, baseline))
    labels = case.calendar.labels[: case.calendar.planned]
    frames = []
    for row, demand in enumerate(case.demands):
        courses = [("today", "", todays[row].T @ probability), ("plan", "", ours[row].T @ probability)]
        courses += [("future", name, ours[row, number]) for number, name in enumerate(plan.data.tree.futures)]
        for course, future, days in courses:
            frame = pd.DataFrame({"period": labels, "days": days})
            frames.append(frame.assign(subject=demand.name, course=course, future=future))
    columns = ["subject", "course", "future", "period", "days"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _days(outcome: Outcome) -> np.ndarray:
    """Days by demand, future and period of the plan; for ever where nobody needs the materials of a demand any more."""
    case = outcome.case
    cover = np.minimum(outcome.days_of_cover[:, :, : case.calendar.planned], DAYS)
    days = np.full((len(case.demands), *cover.shape[1:]), DAYS)
    for row, flows in enumerate(case.inputs):
        for flow in flows:
            days[row] = np.minimum(days[row], cover[flow.position])
    return days


def cash(outcome: Outcome) -> pd.DataFrame:
    """One row: the most that is paid out in a period of the plan in a future, which period, cash a year, expected, over
    all that is looked at, and what the largest expected stock of the plan loses if prices halve [currency]; how many
    periods are looked at, and how many of them beyond the plan."""
    tree, case = outcome.data.tree, outcome.case
    paid = outcome.cash
    peak = int(np.argmax(np.where(tree.period < case.calendar.planned, paid, -np.inf)))
    years = float(case.calendar.days.sum()) / 365.25
    row = {
        "peak_cash": float(paid[peak]),
        "peak_period": case.calendar.labels[int(tree.period[peak])],
        "yearly_cost": float(paid @ tree.probability) / years,
        "loss_at_half_price": 0.5 * _stock_value(outcome),
        "periods": len(case.calendar),
        "beyond": case.calendar.beyond,
    }
    return pd.DataFrame([row])


def _stock_value(outcome: Outcome) -> float:
    """Largest expected worth of the stock at the end of a period of the plan, at the mean price paid of each
    material."""
    case, data, tree = outcome.case, outcome.data, outcome.data.tree
    worth, mass = np.zeros(tree.nodes), tree.probability * (tree.period < case.calendar.planned)
    for row, position in enumerate(case.positions):
        sources = [
            number
            for number, source in enumerate(data.sources)
            if case.offer[case.lane[source.lane].offer].material == position.material
        ]
        bought = float((outcome.values["order"][sources] @ mass).sum())
        spent = float((outcome.paid[sources] @ mass).sum())
        worth += outcome.values["stock"][row] * (spent / bought if bought > NOTHING else 0.0)
    return max(float((worth * tree.probability)[tree.period == time].sum()) for time in range(case.calendar.planned))
