"""What a report is made of: a plan, and tables that analyses have made of it. An empty table leaves its part out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from types import MappingProxyType

import pandas as pd

from sourcing.outcome import Plan

MOST_DECISIONS = 5


def _table(columns: str) -> pd.DataFrame:
    """A table without rows; `columns`: their names, in order, with spaces between them."""
    return pd.DataFrame(columns=columns.split())


@dataclass(frozen=True)
class Findings:
    """A plan with what analyses found about it. Money is in `plan.currency`, shares are 0..1, periods are the labels
    of the plan (2027-01), dates ISO 8601; an unknown number is NaN, an unknown text "".

    decisions: at most five, most urgent first. decision: sign, qualify, prepare, hold, draw, order, or a sentence of
        its own (then the rest may be empty); amount and unit with per ("year", ""); price per price_unit
        ("USD/t"); last_date: the last on which it still does what it is to do; cost_of_waiting: of a month's delay.
    without_action, with_plan: one row a demand. first_short: the first period in which it may be short, "" never;
        probability of any shortage; worst_unmet: share of the need of the horizon in the worst future.
    cash: one row. peak_cash: most paid out in a period, which is peak_period; yearly_cost: expected cash in a year;
        loss_at_half_price: what the stock loses if prices halve; periods: of all that costs are over, beyond: how many
        of them lie past the end of the plan.
    deliverable: days that can still be delivered at the end of each period. subject: a demand, or a material; course:
        today, plan (both expected over the futures), future (under the plan, named in `future`).
    undo: decision and what as in decisions; last_date: until when it can be cancelled for nothing; loss: what is lost
        after that.
    break_evens: decision (contract, qualify, buy) on a subject, of a material, its choice and what it turns to; varied
        (price, probability, duration, limit) of what, its value now and where the choice turns [unit; "share"].
    odds: every probability with its author; what is decided, and its cost, at half and at double of it.
    tornado: each input at both ends: cost, margin lost, and what is decided there; NaN where there is no plan.
    frontier: points by falling shortage: expected cost, cost in the worst years, knee: the point of best return;
        next_million: what the next million buys, in a sentence.
    tree: nodes, parents first; node and parent are numbers, -1 before the root; futures and signals are texts.
    regimes: odds of being in each by period, and at some time; the futures in which it comes, or their number.
    restrictions: in force, with what they reach.
    survival: what is lost (kind: supplier, country, lane, site, feed, or none), with the stock of today or of the plan,
        how many days the demand ("" all that can be met) is met, the longest outage that can be bridged, what a month
        costs; hidden: little money is spent on it, and it stops every need.
    stress: fresh futures; course: lived (the plan, month by month), foresight, foresight_same (of the futures that
        were lived), or the name of a rule of thumb; cost with the ends of 95 %, and what is more than the plan as
        lived.
    history: its name, and the same courses in what is on record.

    Raises ValueError when a table has other columns than COLUMNS says, or there are more than five decisions.
    """

    plan: Plan
    decisions: pd.DataFrame = field(
        default_factory=partial(
            _table, "decision what material supplier country amount unit per price price_unit last_date cost_of_waiting"
        )
    )
    without_action: pd.DataFrame = field(default_factory=partial(_table, "demand first_short probability worst_unmet"))
    with_plan: pd.DataFrame = field(default_factory=partial(_table, "demand first_short probability worst_unmet"))
    cash: pd.DataFrame = field(
        default_factory=partial(_table, "peak_cash peak_period yearly_cost loss_at_half_price periods beyond")
    )
    deliverable: pd.DataFrame = field(default_factory=partial(_table, "subject course future period days"))
    undo: pd.DataFrame = field(default_factory=partial(_table, "decision what last_date loss"))
    break_evens: pd.DataFrame = field(
        default_factory=partial(_table, "decision subject material choice turns_to varied of value flips_at unit")
    )
    odds: pd.DataFrame = field(
        default_factory=partial(
            _table, "future probability author decisions_at_half cost_at_half decisions_at_double cost_at_double"
        )
    )
    tornado: pd.DataFrame = field(
        default_factory=partial(
            _table,
            "input low high unit cost_at_low cost_at_high lost_at_low lost_at_high decision_at_low "
            "decision_at_high changes_decision",
        )
    )
    frontier: pd.DataFrame = field(default_factory=partial(_table, "cost worst_cost shortage knee next_million"))
    tree: pd.DataFrame = field(default_factory=partial(_table, "node parent period probability futures signals"))
    regimes: pd.DataFrame = field(default_factory=partial(_table, "regime period probability odds_ever futures"))
    restrictions: pd.DataFrame = field(default_factory=partial(_table, "restriction what from until source confidence"))
    survival: pd.DataFrame = field(
        default_factory=partial(
            _table, "stock kind lost demand days_met recovery_needed cost_per_month share_of_spend hidden"
        )
    )
    stress: pd.DataFrame = field(
        default_factory=partial(
            _table, "course sample expected_cost cost_low cost_high margin_lost extra_cost share_dearer"
        )
    )
    history: pd.DataFrame = field(default_factory=partial(_table, "history course cost margin_lost extra_cost"))

    def __post_init__(self) -> None:
        for part in fields(self)[1:]:
            columns, wanted = list(getattr(self, part.name).columns), COLUMNS[part.name].split()
            if columns != wanted:
                raise ValueError(f"findings.{part.name} has the columns {columns}; give it {wanted}")
        if len(self.decisions) > MOST_DECISIONS:
            raise ValueError(
                f"{len(self.decisions)} decisions are too many for a page; keep the {MOST_DECISIONS} first"
            )


COLUMNS: Mapping[str, str] = MappingProxyType(
    {part.name: " ".join(part.default_factory().columns) for part in fields(Findings) if callable(part.default_factory)}
)
"""Columns of each table of Findings, in order; titles and units are in models/glossary.yaml."""


def empty(name: str) -> pd.DataFrame:
    """A table of Findings without rows."""
    return _table(COLUMNS[name])
