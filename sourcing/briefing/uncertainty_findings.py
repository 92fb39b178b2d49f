"""What a report says of what may come: time to survive, fresh futures lived, history lived."""

import pandas as pd

from sourcing.analyses.robustness.history import history
from sourcing.analyses.robustness.rolling_planner import FORESIGHT, LIVED
from sourcing.analyses.robustness.stock_endurance import EVERY
from sourcing.analyses.robustness.stress import stress
from sourcing.analyses.robustness.stress_sentences import THE_SAME
from sourcing.analyses.robustness.survival import Stocks, hidden, survival
from sourcing.files import Document
from sourcing.reports.findings import COLUMNS
from sourcing.worker_processes import Pool

COURSES = {LIVED: "lived", FORESIGHT: "foresight", THE_SAME: "foresight_same"}  # the others are rules of thumb
MOST_LOSSES = 12
FUTURES, LIVE, SEED = 200, 10, 1  # fresh futures of a deep report, and how many of them are lived


def outages(base: Document, stock: Stocks, pool: Pool | None = None) -> pd.DataFrame:
    """What bites when it is lost: hidden single points of failure first, then what stops needs soonest.

    Of losses that do the same only the first is told; at most `MOST_LOSSES`, besides the needs that are missed anyway.
    """
    frame = survival(base, stock=stock, executor=pool).survival
    frame = frame.assign(hidden=hidden(frame))
    missed = frame[frame["kind"] == "none"]
    bites = frame[(frame["demand"] == EVERY) & frame["days_met"].notna()].assign(demand="")
    others = bites[~bites["hidden"]].drop_duplicates(["stock", "days_met", "cost_per_month", "materials"])
    others = others.sort_values("days_met", kind="stable")
    return _frame("survival", pd.concat([bites[bites["hidden"]], others]).head(MOST_LOSSES), missed)


def _frame(name: str, *parts: pd.DataFrame) -> pd.DataFrame:
    full = [part for part in parts if len(part)]
    frame = pd.concat(full) if full else pd.DataFrame()
    return frame.reindex(columns=COLUMNS[name].split()).reset_index(drop=True)


def fresh_futures(base: Document, pool: Pool | None = None) -> pd.DataFrame:
    """Courses of action in fresh futures, the plan lived month by month first."""
    answer = stress(base, futures=FUTURES, live=LIVE, seed=SEED, replications=0, executor=pool)
    beside = answer.gaps[["course", "extra_cost", "share_dearer"]]
    courses = answer.courses.merge(beside, on="course", how="left")
    courses = courses.assign(course=courses["course"].replace(COURSES))
    return _frame("stress", courses[courses["course"] == "lived"], courses[courses["course"] != "lived"])


def recorded(base: Document, name: str) -> pd.DataFrame:
    """Courses of action in recorded events. Raises ScenarioError for a name that is none, or a file without `as_of`."""
    courses = history(base, name).courses
    whole = courses.rename(columns={"expected_cost": "cost"})
    return _frame("history", whole.assign(history=name, course=whole["course"].replace(COURSES)))
