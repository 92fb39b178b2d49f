"""The plan beside rules of thumb: what each comes to, in money that adds up."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sourcing.calendar import Array
from sourcing.case.frame import KILOGRAMS
from sourcing.outcome.metrics import unmet_share
from sourcing.outcome.outcome import Outcome, weighed
from sourcing.outcome.rules.broken_limits import broken_limits
from sourcing.outcome.tables import COMPARISONS

PLAN = "plan"


def comparisons(plan: Outcome, rules: Mapping[str, Outcome]) -> pd.DataFrame:
    """One row for the plan and one for each rule, expected over the futures and discounted [currency].

    objective: what is minimised. cost = cash + lost_margin + made_do - stock_left: what is paid, lasting outlays with
    the part that falls within the plan; margin lost to what is rationed or stands; what making do costs; and what is
    left at the end, less what is charged for stock below its targets; all of it over the periods that the program
    looks at. unmet_share: of the need of the plan, what is rationed or stands, by mass. breaks: limits of the
    importer's own that it does not keep.
    """
    return COMPARISONS.of(_row(name, outcome) for name, outcome in {PLAN: plan, **rules}.items())


def _row(name: str, outcome: Outcome) -> dict[str, object]:
    mass = outcome.data.tree.probability * outcome.data.discount
    money = {cost.kind: float(cost.charge @ mass) for cost in outcome.costs}
    lost, made_do = money.pop("shortage"), money.pop("making do")
    left = -sum(money.pop(kind) for kind in ("value left at the end", "cover missing", "end target missing"))
    cash = sum(money.values())
    return {
        "rule": name,
        "objective": weighed(outcome, outcome.data.tree.future_probability),
        "cost": cash + lost + made_do - left,
        "cash": cash,
        "lost_margin": lost,
        "made_do": made_do,
        "stock_left": left,
        "unmet_share": _unmet_by_mass(outcome),
        "breaks": ", ".join(broken_limits(outcome)),
    }


def _unmet_by_mass(outcome: Outcome) -> float:
    """Expected share of all needs of the plan that is rationed or stands, by mass."""
    weights = np.array([KILOGRAMS[demand.unit] for demand in outcome.case.demands])
    tree = outcome.data.tree
    mass = tree.probability * (tree.period < outcome.case.calendar.planned)

    def expected(amounts: Array) -> Array:
        return np.asarray(weights @ amounts @ mass)

    return float(unmet_share(expected(outcome.unmet), expected(outcome.data.need)))
