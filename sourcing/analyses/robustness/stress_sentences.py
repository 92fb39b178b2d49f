"""What came of a plan in fresh futures, in words."""

from collections.abc import Iterator, Sequence

import pandas as pd

from sourcing.analyses.answer import rows_by
from sourcing.analyses.case_records import Record
from sourcing.analyses.robustness.outage import UNMET, forbids
from sourcing.analyses.robustness.rolling_planner import FORESIGHT, LIVED
from sourcing.analyses.robustness.simulation import FutureRun, StressInputs
from sourcing.case import Case
from sourcing.figures import percent, show

THE_SAME = f"{FORESIGHT}, those lived"
BEST = "the best plan, at least"


def sentences(
    asked: StressInputs, courses: pd.DataFrame, gaps: pd.DataFrame, lived: Sequence[FutureRun]
) -> Iterator[str]:
    """What came of a plan in fresh futures. courses, gaps: tables of the answer; lived: the futures that were lived."""
    case, currency = asked.case, asked.case.scenario.currency
    by, gaps_by = rows_by(courses, "course"), rows_by(gaps, "course")
    cost = by[LIVED]
    mean, low, high = (show(float(cost[name]), currency) for name in ("expected_cost", "cost_low", "cost_high"))
    yield f"Lived month by month the plan costs {mean} on average (95 % sure: {low} to {high})."
    yield f"By the file's own futures it is {show(asked.importer.plan.expected_cost, currency)}."
    most, least = _saving(gaps_by[THE_SAME], currency)
    yield f"Perfect foresight would save {most} a future (95 % sure: at most {least}); no better plan saves more."
    if BEST in gaps_by:
        yield from _improvable(case, gaps_by[BEST], currency)
    yield from (_beside(name, row, currency) for name, row in gaps_by.items() if name not in (THE_SAME, BEST))
    yield from _what_went_wrong(case, lived)


def _saving(row: Record, currency: str) -> list[str]:
    """What another course saves on average, and at most."""
    return [show(max(-float(row[name]), 0.0), currency) for name in ("extra_cost", "cost_low")]


def _improvable(case: Case, row: Record, currency: str) -> Iterator[str]:
    """The gap by replication, in words."""
    most, sure = _saving(row, currency)
    other = f"the best plans for {row['sample']} other draws of futures"
    if float(row["cost_low"]) >= 0:
        yield f"Beside {other} nothing is left that a better plan could save (95 % sure)."
        return
    yield f"Beside {other} a better plan could save some {most} a future (95 % sure: at most {sure})."
    aside = ["caution"] if case.scenario.risk.weight > 0 else []
    aside += ["rules"] if not all(forbids(rule) for rule in case.rules.values()) else []
    aside += ["limits on what may be missed"] if case.scenario.risk.service else []
    if aside:
        yield f"Those plans have only the mean cost in mind: what {' and '.join(aside)} cost is in that saving."


def _beside(name: str, row: Record, currency: str) -> str:
    """A habit beside the plan."""
    difference, low, high = (float(row[key]) for key in ("extra_cost", "cost_low", "cost_high"))
    word = "more" if difference >= 0 else "less"
    ends = sorted((abs(low), abs(high))) if low * high > 0 else []
    sure = f"95 % sure: {show(ends[0], currency)} to {show(ends[1], currency)}" if ends else "not sure at 95 %"
    dearer = percent(row["share_dearer"])
    said = f"{name[0].upper()}{name[1:]}: {show(abs(difference), currency)} {word} than the plan"
    return f"{said} ({sure}); dearer in {dearer} of the futures."


def _what_went_wrong(case: Case, lived: Sequence[FutureRun]) -> Iterator[str]:
    months = sum(len(run.lived.unseen) for run in lived if run.lived)
    share = percent(months / (len(lived) * len(case.calendar)))
    if months:
        yield f"In {share} of the months lived what was seen is in no future of the file; the nearest was believed."
    loose = sum(run.lived.gave_way for run in lived if run.lived)
    if loose:
        yield f"In {loose} of {len(lived)} futures lived a rule or firm cover had to give way."
    failed = sum(run.lived.missed for run in lived if run.lived)
    if failed:
        price = f"charged {UNMET:.0f} times the dearest price"
        yield f"In {failed} of {len(lived)} futures lived a firm need was missed; what is missing is {price}."
