"""From a plan to what a report says of it: what the plan's own tables give."""

import math

import pandas as pd

from sourcing.outcome import Plan
from sourcing.reports.findings import COLUMNS, MOST_DECISIONS, Findings
from sourcing.reports.report_model import records

UNKNOWN = math.nan


def briefing(plan: Plan) -> Findings:
    """Findings of a plan alone; what takes further solves (break-evens, tornado, frontier) stays empty."""
    return Findings(
        plan,
        decisions=decisions(plan),
        without_action=shortages(plan, "baseline"),
        with_plan=shortages(plan, "plan"),
        cash=cash(plan),
        deliverable=deliverable(plan),
        undo=undo(plan),
        odds=odds(plan),
        habits=habits(plan),
    )


def _frame(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS[name].split())


def _measures(plan: Plan, course: str) -> dict[tuple[str, str], float]:
    """What a course (plan, baseline) comes to, by subject and measure."""
    frame = plan.baseline
    return dict(zip(zip(frame["subject"], frame["measure"], strict=True), map(float, frame[course]), strict=True))


def decisions(plan: Plan) -> pd.DataFrame:
    """What is decided whatever comes: contracts to sign, the largest first, then suppliers to qualify now."""
    proven = ~plan.contracts["contract"].isin(plan.unproven)
    signed = plan.contracts[(plan.contracts["decision"] == "sign") & proven]
    worth = (signed["volume_in_horizon"] * signed["price"]).sort_values(ascending=False, kind="stable")
    first = plan.stockpile["period"].iloc[0] if len(plan.stockpile) else ""
    started = plan.qualifications[~plan.qualifications["offer"].isin(plan.unproven)]
    now = started[(started["probability"] > 1 - 1e-9) & (started["start"] == first)]
    rows = [
        {
            **{name: row[name] for name in ("material", "supplier", "country", "unit", "per", "price")},
            "decision": "sign",
            "what": row["contract"],
            "amount": row["volume"],
            "price_unit": f"{plan.currency}/{row['unit']}",
            "last_date": row["from"],
            "cost_of_waiting": UNKNOWN,
        }
        for row in records(signed.loc[worth.index])
    ]
    rows += [
        {
            **{name: row[name] for name in ("material", "supplier", "country", "unit")},
            "decision": "qualify",
            "what": row["offer"],
            "amount": UNKNOWN,
            "per": "",
            "price": UNKNOWN,
            "price_unit": "",
            "last_date": row["start"],
            "cost_of_waiting": UNKNOWN,
        }
        for row in records(now)
    ]
    return _frame("decisions", rows[:MOST_DECISIONS])


def shortages(plan: Plan, course: str) -> pd.DataFrame:
    """What falls short under the plan, or by today's habit (`baseline`); the plan alone knows when under the plan."""
    demands = [name.removeprefix("unmet: ") for name in plan.futures.columns if name.startswith("unmet: ")]
    value = _measures(plan, course)
    first = plan.shortage.groupby("demand")["period"].min() if course == "plan" else pd.Series(dtype=object)
    rows: list[dict[str, object]] = [
        {
            "demand": name,
            "first_short": str(first.get(name, "")),
            "probability": value[name, "probability of shortage"],
            "expected_unmet": value[name, "expected share of need unmet"],
            "worst_unmet": value[name, "worst share of need unmet"],
        }
        for name in demands
    ]
    return _frame("with_plan", rows)


def years(plan: Plan) -> float:
    """Length of the plan in years, from its first and last period."""
    labels = list(dict.fromkeys(plan.stockpile["period"]))
    per_year = {4: 1.0, 7: 12.0 if labels and labels[0][5:6] != "Q" else 4.0, 10: 365.25 / 7}
    return len(labels) / per_year[len(labels[0])] if labels else UNKNOWN


def cash(plan: Plan) -> pd.DataFrame:
    """Peak and yearly cash, and half of what the largest expected stock was paid for."""
    value = _measures(plan, "plan")
    row: dict[str, object] = {
        "peak_cash": value["cash", "peak in a period"],
        "peak_period": "",
        "yearly_cost": value["cash", "expected"] / years(plan),
        "loss_at_half_price": 0.5 * largest_stock(plan),
    }
    return _frame("cash", [row])


def largest_stock(plan: Plan) -> float:
    """Largest expected worth of the stock at the end of a period, at the mean price ordered at [currency]."""
    odds = plan.futures.set_index("future")["probability"]
    orders = plan.orders.assign(weight=plan.orders["quantity"] * plan.orders["future"].map(odds).astype(float))
    paid = (orders["weight"] * orders["price"]).groupby(orders["material"]).sum()
    price = paid / orders.groupby("material")["weight"].sum()
    stock = plan.stockpile
    worth = stock["stock"] * stock["material"].map(price).fillna(0.0) * stock["future"].map(odds).astype(float)
    return float(worth.groupby(stock["period"]).sum().max()) if len(stock) else 0.0


def deliverable(plan: Plan) -> pd.DataFrame:
    """Days of cover of each material, under the plan as expected and in each future."""
    stock = plan.stockpile.merge(plan.futures[["future", "probability"]], on="future")
    many = stock["site"].nunique() > 1
    stock["subject"] = stock["material"] + (" @ " + stock["site"] if many else "")
    stock["days"] = stock["days_of_cover"].clip(upper=36500.0)
    stock["part"] = stock["days"] * stock["probability"]
    expected = stock.groupby(["subject", "period"], sort=False)["part"].sum().reset_index()
    expected = expected.assign(days=expected["part"], course="plan", future="")
    columns = COLUMNS["deliverable"].split()
    return pd.concat([expected[columns], stock.assign(course="future")[columns]], ignore_index=True)


def undo(plan: Plan) -> pd.DataFrame:
    """What is signed or begun now: until it begins nothing is lost; after that take-or-pay, or the outlay."""
    signed = plan.contracts[plan.contracts["decision"] == "sign"]
    owed = signed["take_or_pay"] * signed["volume_in_horizon"] * signed["price"] + signed["outlay"]
    rows: list[dict[str, object]] = [
        {"decision": "sign", "what": row["contract"], "last_date": row["from"], "loss": loss}
        for row, loss in zip(records(signed), owed, strict=True)
    ]
    now = plan.qualifications[plan.qualifications["probability"] > 1 - 1e-9]
    rows += [
        {"decision": "qualify", "what": row["supplier"], "last_date": row["start"], "loss": row["outlay"]}
        for row in records(now)
    ]
    return _frame("undo", rows)


def odds(plan: Plan) -> pd.DataFrame:
    """Probabilities of the futures; the plan alone does not know whose they are."""
    rows: list[dict[str, object]] = [
        {"future": name, "probability": probability, "author": "", "decisions_at_half": "", "decisions_at_double": ""}
        for name, probability in zip(plan.futures["future"], plan.futures["probability"], strict=True)
    ]
    return _frame("odds", rows)


def habits(plan: Plan) -> pd.DataFrame:
    """What is done today, beside the plan: expected cost with lost margin."""
    key = ("cost", "expected")
    mine, today = _measures(plan, "plan")[key], _measures(plan, "baseline")[key]
    row: dict[str, object] = {"habit": "today", "cost": today, "difference": today - mine}
    return _frame("habits", [row])
