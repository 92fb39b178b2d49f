"""alternatives: plans that cost almost the same and buy elsewhere: what is forced, what is free."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np
import pandas as pd

from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.case_records import course_totals
from sourcing.analyses.phrasing import in_the_worst, listed, more_or_less
from sourcing.analyses.registry import AnalysisOption, analysis
from sourcing.analyses.tradeoffs.near_optimal import NearOptimal
from sourcing.analyses.tradeoffs.supplier_shares import Key, shares
from sourcing.case import Case
from sourcing.errors import Problem, ScenarioError
from sourcing.figures import percent, stated_percent
from sourcing.outcome.outcome import Outcome
from sourcing.pipeline.source import Source, document, prepare
from sourcing.units import QuantityKind, UnitError, parse

PLAN = "this plan"
USED = 0.005  # share from which a supplier counts as used
SHIFT = 0.05  # share that must move for a plan to count as another
MOST = 4  # other plans
ALWAYS, NEVER, FREE, OPEN = "always", "never", "free", "not known"
NOWHERE = "in none found"
TOTALS = ("expected_cost", "worst_cost", "worst_regret", "margin_lost")


@dataclass(frozen=True, eq=False, repr=False)
class Alternatives(Answer):
    """Plans within a little more cost. suppliers: range of each share and whether it is forced; decisions: contracts
    and qualifications to start now, forced or free; plans, mixes: a few that differ most, and what they buy."""

    suppliers: pd.DataFrame
    decisions: pd.DataFrame
    plans: pd.DataFrame
    mixes: pd.DataFrame


@analysis(
    AnalysisOption("--within", "How much more a plan may cost than the best one."),
    text="""Plans that cost almost the same and buy elsewhere: what is forced, what is free.

    The range of every supplier's share, contracts and qualifications that every such plan needs or rules out, and a few
    whole plans that differ most from the best one.
    """,
)
def alternatives(
    source: Source,
    *,
    within: str | float = "2 %",
    **options: Unpack[AnalysisKeywords],
) -> Alternatives:
    """What is forced and what is free in plans that cost at most `within` more than the best one.

    Shares: the least and the largest that a plan was found for (modelling to generate alternatives: Brill, Chang &
    Hopkins 1982); `always` is proven by a bound on every plan. Decisions: the best plan with each turned over.

    Raises ScenarioError when the input cannot be used, SolveError when there is no plan.
    """
    share_more = _share(within)
    asked = AnalysisOptions(**options)
    case = prepare(document(source, asked.overrides))
    solved = asked.case_solver(replace(asked.solver, gap=min(asked.gap, share_more / 10))).at(case)
    near_optimal, progress = NearOptimal(solved, share_more, asked), asked.progress or (lambda done, whole: None)
    keys = [key for key in near_optimal.lanes if near_optimal.arrived(key[0]) > 0]
    turnable = _asked(near_optimal)
    whole = len(keys) + len(turnable) + MOST
    rows = []
    for number, key in enumerate(keys):
        rows.append(_range(case, near_optimal, key))
        progress(number + 1, whole)
    decisions = []
    for number, (decision, subject, which, chosen) in enumerate(turnable):
        decisions.append(_turned(near_optimal, decision, subject, which, chosen))
        progress(len(keys) + number + 1, whole)
    plans = _plans(case, near_optimal)
    progress(whole, whole)
    suppliers = pd.DataFrame(rows, columns=["material", "supplier", "share", "least_share", "largest_share", "forced"])
    forced = pd.DataFrame(
        decisions, columns=["decision", "subject", "choice", "forced", "cost_otherwise", "more_otherwise"]
    )
    return Alternatives(
        title=f"{case.scenario.title}: plans within {stated_percent(share_more)} of the cost of the best",
        currency=case.scenario.currency,
        sentences=tuple(_sentences(case, share_more, suppliers, forced, plans)),
        suppliers=suppliers,
        decisions=forced,
        plans=_plans_table(plans),
        mixes=_mixes(case, near_optimal, plans),
    )


def _share(within: str | float) -> float:
    try:
        share_more = parse(within, QuantityKind.SHARE).number
    except UnitError as error:
        raise ScenarioError((Problem(None, "within", error.cause, error.cure),)) from None
    if not 0 < share_more <= 1:
        raise ScenarioError((Problem(None, "within", f"{within} is out of range", "give a share, as 2 %"),))
    return share_more


def _title(case: Case, supplier: str) -> str:
    return next((offer.title for offer in case.offers if offer.supplier == supplier), supplier)


def _range(case: Case, near_optimal: NearOptimal, key: Key) -> tuple[object, ...]:
    """Share of a supplier in the plan, least and largest found, and whether every plan uses it."""
    share = near_optimal.shares[key]
    least, forced = near_optimal.share(key, 1.0) if share > 0 else (0.0, False)
    largest, _ = near_optimal.share(key, -1.0)
    status = ALWAYS if forced else FREE if least <= USED < largest else OPEN if least > USED else NOWHERE
    return key[0], _title(case, key[1]), share, min(least, share), max(largest, share), status


# Contracts and qualifications -----------------------------------------------------------------------------------------


def _asked(near_optimal: NearOptimal) -> list[tuple[str, str, int, bool]]:
    """Contracts to sign or not and qualifications to start now or not: kind, name, column, and what the plan does."""
    case, columns, values = (
        near_optimal.stated.case,
        near_optimal.stated.program.columns,
        near_optimal.best.solution.values,
    )
    decisions = [
        ("contract", contract.name, int(columns["contract_signed"].ids[row, 0]), "contract_signed", row)
        for row, contract in enumerate(case.contracts)
        if not contract.signed
    ]
    wanted = [offer.name for offer in case.offers if offer.qualification]
    started = columns["qualification_started"].ids
    decisions += [
        ("qualify", name, int(started[row, 0]), "qualification_started", row)
        for row, name in enumerate(wanted)
        if started[row, 0] >= 0
    ]
    return [
        (kind, name, which, bool(values[share_more][row, 0] > 0.5)) for kind, name, which, share_more, row in decisions
    ]


def _turned(near_optimal: NearOptimal, kind: str, name: str, which: int, chosen: bool) -> tuple[object, ...]:
    """A decision turned over: forced where every plan without it costs more than the cap."""
    cost, bound = near_optimal.otherwise(which, float(not chosen))
    money = near_optimal.stated.data.money
    status = FREE if cost <= near_optimal.cap else (ALWAYS if chosen else NEVER) if bound > near_optimal.cap else OPEN
    words = {"contract": ("sign", "do not sign"), "qualify": ("now", "not now")}[kind]
    cost_otherwise = cost * money if np.isfinite(cost) else np.nan
    return kind, name, words[0] if chosen else words[1], status, cost_otherwise, cost_otherwise - near_optimal.best.cost


# Whole plans ----------------------------------------------------------------------------------------------------------


def _plans(case: Case, near_optimal: NearOptimal) -> dict[str, Outcome]:
    """The best plan and a few that lean on others, by a name that says on whom."""
    plans = {PLAN: near_optimal.best.outcome}
    mixes = [near_optimal.shares]
    used = {key for key, share in near_optimal.shares.items() if share > USED}
    for _ in range(MOST):
        other = near_optimal.different(used)
        if other is None:
            break
        mix = shares(other.outcome, near_optimal.lanes)
        if min(max(abs(mix[key] - old[key]) for key in mix) for old in mixes) < SHIFT:
            break
        name = _name(case, near_optimal.shares, mix)
        plans[name if name not in plans else f"{name} ({len(plans)})"] = other.outcome
        mixes.append(mix)
        used |= {key for key, share in mix.items() if share > USED}
    return plans


def _name(case: Case, before: dict[Key, float], after: dict[Key, float]) -> str:
    """Who wins most, of what, and from whom."""
    key = max(after, key=lambda one: after[one] - before[one])
    loser = min((one for one in after if one[0] == key[0]), key=lambda one: after[one] - before[one])
    title = case.scenario.materials[key[0]].title or key[0]
    return f"more {title} from {_title(case, key[1])}, less from {_title(case, loser[1])}"


def _plans_table(plans: dict[str, Outcome]) -> pd.DataFrame:
    rows = [
        {"plan": name, **{key: record[key] for key in TOTALS if key in record}}
        for name, record in ((name, course_totals(outcome)) for name, outcome in plans.items())
    ]
    frame = pd.DataFrame(rows)
    frame["expected_difference"] = frame["expected_cost"] - frame["expected_cost"].iloc[0]
    frame["worst_difference"] = frame["worst_cost"] - frame["worst_cost"].iloc[0]
    return frame


def _mixes(case: Case, near_optimal: NearOptimal, plans: dict[str, Outcome]) -> pd.DataFrame:
    rows = [
        {
            "plan": name,
            "material": key[0],
            "supplier": _title(case, key[1]),
            "share": share,
            "difference": share - near_optimal.shares[key],
        }
        for name, outcome in plans.items()
        for key, share in shares(outcome, near_optimal.lanes).items()
        if share > USED or near_optimal.shares[key] > USED
    ]
    return pd.DataFrame(rows, columns=["plan", "material", "supplier", "share", "difference"])


def _sentences(
    case: Case, share_more: float, suppliers: pd.DataFrame, decisions: pd.DataFrame, plans: dict[str, Outcome]
) -> Iterator[str]:
    """What is forced first, then what is free, then the other plans."""
    titles = {name: material.title or name for name, material in case.scenario.materials.items()}
    forced = suppliers[suppliers["forced"] == ALWAYS].to_dict("records")
    told = [
        f"{row['supplier']} ({percent(row['least_share'])} to {percent(row['largest_share'])} of "
        f"{titles[row['material']]})"
        for row in forced
    ]
    within = f"Within {stated_percent(share_more)} of the least cost"
    yield (
        f"{within} every plan buys from: {listed(told, 10, '; ')}."
        if told
        else f"{within} no supplier is in every plan."
    )
    free = suppliers[(suppliers["forced"] == FREE) & (suppliers["largest_share"] - suppliers["least_share"] > SHIFT)]
    told = [
        f"{row['supplier']} (up to {percent(row['largest_share'])} of {titles[row['material']]})"
        for row in free.sort_values("largest_share", ascending=False, kind="stable").to_dict("records")
    ]
    if told:
        yield f"Some plan does without them, another buys much of them: {listed(told, 10, '; ')}."
    for status, words in (
        (ALWAYS, "Must be decided now"),
        (NEVER, "Costs more than that"),
        (FREE, "May be done or left"),
    ):
        rows = decisions[decisions["forced"] == status].to_dict("records")
        names = [f"{'sign' if row['decision'] == 'contract' else 'qualify'} {row['subject']}" for row in rows]
        if names:
            yield f"{words}: {listed(names, 10)}."
    currency, worst = case.scenario.currency, in_the_worst(case.scenario.risk)
    for row in _plans_table(plans).to_dict("records")[1:]:
        yield (
            f"Another plan: {row['plan']}; {more_or_less(row['expected_difference'], currency)} on average, "
            f"{more_or_less(row['worst_difference'], currency)} {worst}."
        )
