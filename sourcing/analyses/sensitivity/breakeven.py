"""breakeven: the price, probability or duration at which a choice turns."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Unpack

import pandas as pd

from sourcing import files
from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.case_solver import CaseSolver, SolvedCase
from sourcing.analyses.choices import LATER, NEVER, NOW
from sourcing.analyses.progress import Progress
from sourcing.analyses.registry import AnalysisOption, analysis
from sourcing.analyses.sensitivity import levers
from sourcing.analyses.sensitivity.levers import Lever
from sourcing.analyses.sensitivity.price_ranges import price_range
from sourcing.analyses.sensitivity.threshold_sentences import by_lever, why
from sourcing.analyses.sensitivity.thresholds import (
    BOUGHT,
    NOT_BOUGHT,
    Decision,
    LeverSearch,
    States,
    Threshold,
    states,
)
from sourcing.case import Case
from sourcing.errors import Problem, ScenarioError
from sourcing.files import Document, dotted
from sourcing.pipeline.source import Source, document, prepare
from sourcing.selection import near

QUICK = 1e-4  # gap of the plans that look for a turn; both sides of what they find are solved to the gap asked for
SUBJECTS = ("suppliers", "offers", "contracts", "futures", "risks", "rules")
WIDE = ("futures", "risks", "rules")  # not choices themselves: every contract and qualification is asked about
KINDS = ("price", "probability", "duration", "limit")
COLUMNS = [
    *("decision", "subject", "choice", "varied", "of", "unit", "value", "flips_at", "turns_to"),
    *("last_kept", "first_turned", "searched_to", "ranging_low", "ranging_high"),
]


@dataclass(frozen=True, eq=False, repr=False)
class Breakeven(Answer):
    """Where choices turn. flips: one row for each choice, lever and side, in the unit of the lever: its value now,
    where the choice turns, the values on both sides that were solved; blank where none turns up to `searched_to`. Of
    prices also LP ranging: with contracts and qualifications held, the amounts stay best at least within it; not where
    regret counts."""

    flips: pd.DataFrame


@analysis(
    AnalysisOption("--of", "suppliers.X, offers.X, contracts.X, futures.X, rules.X.", metavar="NAME"),
    AnalysisOption("--by", "What is varied; default all.", choices=KINDS, multiple=True),
    text="""Why not otherwise: the price, probability or duration at which a choice turns.

    --of suppliers.lynas, offers.'lynas dy' or contracts.'lynas dy offtake': what would turn its choices. --of
    futures.'full ban' or rules.'no single country': which contracts and qualifications it turns, and where.
    """,
)
def breakeven(
    source: Source,
    of: str,
    *,
    by: Sequence[str] = KINDS,
    **options: Unpack[AnalysisKeywords],
) -> Breakeven:
    """Where choices turn: of a supplier, an offer or a contract ("suppliers.lynas"), by its price, by the probability
    of each future and by how long each measure of a future lasts; of a future ("futures.'full ban'") or a rule,
    whatever contract or qualification turns by it.

    Each search tries a few values on both sides and narrows the first interval in which the choice differs, by plans
    to a gap of 1e-4; the two sides of a turn, and the end where none was found, are solved to `gap`. Where the plans of
    both sides cost the same within that, the choice is even between them. by: of price, probability, duration, limit.

    Raises ScenarioError where the name or the scenario cannot be used, SolveError where there is no plan.
    """
    asked = AnalysisOptions(**options)
    return ThresholdSearch.of(document(source, asked.overrides), asked).breakeven(of, by)


@dataclass(frozen=True)
class ThresholdSearch:
    """A plan, and the walks on which turns of its choices are looked for and proven: one for several questions."""

    base: Document
    plan: SolvedCase
    quick: CaseSolver
    exact: CaseSolver
    progress: Progress | None

    @classmethod
    def of(cls, base: Document, asked: AnalysisOptions) -> "ThresholdSearch":
        """What is asked of a file; where the gap is no smaller than that of looking, what is found is proven."""
        exact = asked.case_solver()
        plan = asked.case_solver(prices=True).at(prepare(base))
        quick = exact if asked.gap >= QUICK else asked.case_solver(replace(asked.solver, gap=QUICK))
        return cls(base, plan, quick, exact, asked.progress)

    def breakeven(self, of: str, by: Sequence[str] = KINDS) -> Breakeven:
        """Where choices turn, see the function `breakeven`."""
        case, now = self.plan.case, states(self.plan)
        keys = _keys(of, case)
        decisions_asked = _mine(of, keys, case, now)
        chosen = [lever for lever in _levers(keys, self.base, case, decisions_asked) if lever.kind in by]
        if not chosen:
            raise _wrong(of, f"it has no {' or '.join(by)} to vary", f"vary {', '.join(KINDS)}")
        thresholds: list[Threshold] = []
        for number, lever in enumerate(chosen, 1):
            concerned = [decision for decision in decisions_asked if lever.kind != "price" or lever.name == decision[1]]
            thresholds += self._thresholds(lever, concerned)
            if self.progress:
                self.progress(number, len(chosen))
        wide = keys[0] in WIDE
        shown_thresholds = [threshold for threshold in thresholds if threshold.found or not wide]
        ranges = {
            one.decision: price_range(self.plan, one.decision, one.lever.now)
            for one in shown_thresholds
            if _priced(one) and self.plan.outcome.regret is None  # else the best of each future moves with the price
        }
        whys = (why(case, one, now[one], shown_thresholds, ranges.get(one)) for one in decisions_asked)
        return Breakeven(
            title=f"{case.scenario.title}: what would turn the choices of {of}",
            currency=case.scenario.currency,
            sentences=tuple(by_lever(case, chosen, shown_thresholds) if wide else whys),
            flips=pd.DataFrame([_row(threshold, ranges) for threshold in shown_thresholds], columns=COLUMNS),
        )

    def _thresholds(self, lever: Lever, concerned: Sequence[Decision]) -> Iterator[Threshold]:
        """The turns of some choices by one lever: looked for quickly, and confirmed."""
        now, search = states(self.plan), LeverSearch(lever, self.quick, {lever.now: self.plan})
        proof = search if self.quick is self.exact else LeverSearch(lever, self.exact, {lever.now: self.plan})
        for decision in concerned:
            for threshold in search.flips(decision, _sides(lever, now[decision])):
                yield threshold if proof is search else proof.confirmed(threshold)


def _keys(of: str, case: Case) -> tuple[str, ...]:
    """The names of "suppliers.'new one'", the last as the file has it; part of its title will do for a supplier."""
    try:
        keys = files.assigned(f"{of}=")[0]
    except ScenarioError:
        raise _wrong(
            of, "is no name", "write for example suppliers.lynas, names with spaces or dots in quotes"
        ) from None
    if keys[0] not in SUBJECTS or len(keys) != (3 if keys[0] == "risks" else 2):
        raise _wrong(
            of, "is nothing that can be asked about", f"name one of {', '.join(f'{k}.NAME' for k in SUBJECTS)}"
        )
    known: Any = getattr(case.scenario, keys[0])
    known = known.get(keys[1], {}) if keys[0] == "risks" else known
    if keys[-1] not in known:
        titled = [
            name
            for name, supplier in case.scenario.suppliers.items()
            if keys[-1].casefold() in supplier.title.casefold()
        ]
        if keys[0] != "suppliers" or len(titled) != 1:
            raise _wrong(of, f"there is no '{keys[-1]}'", near(keys[-1], known))
        keys = (keys[0], titled[0])
    return keys


def _mine(of: str, keys: tuple[str, ...], case: Case, now: States) -> list[Decision]:
    """The choices asked about: of a future or a rule every contract and qualification."""
    if keys[0] in WIDE:
        return [decision for decision in now if decision[0] != "buy"]
    name = keys[1]
    if keys[0] == "contracts":
        decisions = [decision for decision in now if decision == ("contract", name)]
        cause = "it is signed already, or left out as its offer is"
    else:
        offers = {
            offer.name for offer in case.offers if name == (offer.supplier if keys[0] == "suppliers" else offer.name)
        }
        of_offers = {contract.name for contract in case.contracts if contract.offer in offers}
        decisions = [one for one in now if one[1] in (of_offers if one[0] == "contract" else offers)]
        cause = "nothing of it is in play: nobody needs it, or its price is not known"
    if not decisions:
        raise _wrong(of, cause, "ask about one that is a choice; `sourcing solve` lists them")
    return decisions


def _levers(keys: tuple[str, ...], base: Document, case: Case, decisions_asked: Sequence[Decision]) -> Iterator[Lever]:
    if keys[0] == "rules":
        yield from levers.limits(base, case, keys[1])
        return
    for decision, subject in decisions_asked if keys[0] not in WIDE else ():
        yield levers.contract_price(case, subject) if decision == "contract" else levers.offer_price(case, subject)
    group = dotted(keys) if keys[0] in WIDE else ""
    futures = (*levers.probabilities(case), *levers.durations(base, case))
    yield from (lever for lever in futures if not group or lever.path.startswith(f"{group}."))


def _sides(lever: Lever, choice: str) -> tuple[bool, bool]:
    """On which sides of its value a lever may turn a choice: what is bought already is no less so at a lower price."""
    if lever.kind != "price" or choice == LATER:
        return True, True
    return choice in ("do not sign", NEVER, NOT_BOUGHT), choice in ("sign", NOW, BOUGHT)


def _priced(threshold: Threshold) -> bool:
    return threshold.lever.kind == "price"


def _row(threshold: Threshold, ranges: Mapping[Decision, tuple[float, float]]) -> tuple[object, ...]:
    lever, none = threshold.lever, (math.nan, math.nan)
    last, first, to = (
        (threshold.inner, threshold.outer, math.nan) if threshold.found else (math.nan, math.nan, threshold.outer)
    )
    return (
        *(*threshold.decision, threshold.choice, lever.kind, lever.name, lever.unit, lever.now, threshold.value),
        *(threshold.other, last, first, to, *ranges.get(threshold.decision, none)),
    )


def _wrong(of: str, cause: str, cure: str) -> ScenarioError:
    return ScenarioError((Problem(None, f"--of {of}", cause, cure),))
