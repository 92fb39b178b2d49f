"""quote: whether to take a lot that is offered once, and the most to pay for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Unpack

import pandas as pd

from sourcing import files
from sourcing.analyses.analysis_options import AnalysisKeywords, AnalysisOptions
from sourcing.analyses.answer import Answer
from sourcing.analyses.case_records import totals
from sourcing.analyses.case_solver import SolvedCase
from sourcing.analyses.case_with_lot import NOT_STATED, QuotedLot, lot_of, with_lot
from sourcing.analyses.choices import choices, differences
from sourcing.analyses.phrasing import Difference, material, price
from sourcing.analyses.phrasing import differences as told
from sourcing.analyses.progress import StepCounter
from sourcing.analyses.registry import AnalysisOption, analysis
from sourcing.case import Case
from sourcing.errors import Problem, ScenarioError
from sourcing.figures import ENGLISH, show
from sourcing.pipeline.source import Source, document
from sourcing.scenario.language.quoted_lot import quoted

TIMES = (0.5, 1.0, 2.0, 4.0)  # of the volume offered: where the curve is worked out
CURVE = [
    *("volume", "unit", "worth", "worth_low", "worth_high", "most_to_pay", "further_to_pay", "price", "price_unit"),
    "advice",
]
CHANGES = ["decision", "subject", "before", "after"]
TAKE, LEAVE, CLOSE = "take", "leave", "too close to call"
QUICK = 1e-4  # gap of the plans that are made first
NOISE = 1e-9  # relative: a difference this small is the solver's


@dataclass(frozen=True, eq=False, repr=False)
class Quote(Answer):
    """Whether to take a lot. curve: what volumes of it are worth, in money of the day of payment, and per kilogram the
    most to pay for all of it and for what is beyond the volume before; changes: what the plan decides otherwise."""

    curve: pd.DataFrame
    changes: pd.DataFrame


@dataclass(frozen=True)
class LotValue:
    """What some kilograms of a lot are worth on the day of payment, with what is proven: at least low, at most high."""

    volume: float
    amount: float
    low: float
    high: float

    def advice(self, price: float) -> str:
        """Take it or not, at a price [money / kg]."""
        paid = price * self.volume
        noise = NOISE * max(abs(self.amount), paid)
        if paid <= self.low - noise:
            return TAKE
        return LEAVE if paid > self.high + noise else CLOSE


@analysis(
    AnalysisOption("--offer", "supplier, material, volume, price, arrives; see above.", metavar="LOT"),
    text="""Whether to take a lot that is not in the file, the most to pay for it, and what other volumes are worth.

    --offer "supplier: trader, material: dysprosium-oxide, volume: 500 kg, price: 900 USD/kg, arrives: 2027-02".
    Besides: `site` where several need the material, `from` its country of origin, `paid` if it is not on arrival.
    """,
    gap=1e-7,
    time_limit=20.0,
)
def quote(
    source: Source,
    offer: str | Mapping[str, Any],
    **options: Unpack[AnalysisKeywords],
) -> Quote:
    """Whether to take a lot that is offered once, all of it or none.

    offer: "supplier: trader, material: dysprosium-oxide, volume: 500 kg, price: 900 USD/kg, arrives: 2027-02", or the
    same as a mapping; `site` where several need it, `from` its country of origin, `paid` if not on arrival.

    Worth is what the plan saves when the lot costs nothing, for the plan may do otherwise with it: the difference of
    two best plans, carried to the day of payment. As the payment is the same in every future, the best plan that buys
    the lot costs that much more. The gap is that of the plans where 1e-4 leaves a verdict open. What gap and time limit
    leave open is shown as a range.

    Raises ScenarioError where the lot or the scenario cannot be used, as one that counts regret, SolveError where there
    is no plan.
    """
    asked = AnalysisOptions(**options)
    stated = files.inline(offer, "--offer") if isinstance(offer, str) else offer
    case, lot = lot_of(document(source, asked.overrides), quoted(stated))
    if case.scenario.risk.of == "regret":
        cause = "what a lot is worth is what it saves; regret is no saving, for the lot changes what it is counted from"
        raise ScenarioError((Problem(None, "risk.of: regret", cause, "ask with --set risk.of=cost"),))
    proofs = (QUICK, asked.gap) if asked.gap < QUICK else (asked.gap,)
    steps = StepCounter(asked.progress, len(proofs) * (1 + len(TIMES)))
    for proof in proofs:
        solver, plans = asked.case_solver(replace(asked.solver, gap=proof)), dict[float, SolvedCase]()
        for times in (0.0, *TIMES):
            plans[times] = solver.at(with_lot(case, lot, times * lot.volume))
            steps()
        worths = [_worth(lot, times, plans[0.0], plans[times]) for times in TIMES]
        if all(worth.advice(lot.price) != CLOSE for worth in worths):
            break
    changed = _changed(plans[0.0], plans[1.0])
    whole = worths[TIMES.index(1.0)]
    return Quote(
        title=_verdict(case, lot, whole),
        currency=case.scenario.currency,
        sentences=tuple(_sentences(lot, whole, worths, plans[0.0], plans[1.0], changed)),
        curve=pd.DataFrame(_rows(case, lot, worths), columns=CURVE),
        changes=pd.DataFrame(changed, columns=CHANGES),
    )


def _worth(lot: QuotedLot, times: float, without: SolvedCase, with_it: SolvedCase) -> LotValue:
    discount = float(without.case.discount[lot.paid])
    amount, low, high = (
        before - after
        for before, after in (
            (without.cost, with_it.cost),
            (without.bound, with_it.cost),
            (without.cost, with_it.bound),
        )
    )
    return LotValue(times * lot.volume, amount / discount, low / discount, high / discount)


def _rows(case: Case, lot: QuotedLot, worths: Sequence[LotValue]) -> Iterator[tuple[object, ...]]:
    further = [worths[0].amount / worths[0].volume] + [
        (more.amount - less.amount) / (more.volume - less.volume) for less, more in pairwise(worths)
    ]
    for worth, beyond in zip(worths, further, strict=True):
        yield (
            *(worth.volume, "kg", worth.amount, worth.low, worth.high, worth.amount / worth.volume, beyond),
            *(lot.price, f"{case.scenario.currency}/kg", worth.advice(lot.price)),
        )


def _changed(without: SolvedCase, with_it: SolvedCase) -> list[Difference]:
    """What is decided otherwise with the lot; that the lot itself is none to qualify stands in both."""
    return differences(choices(without.outcome), choices(with_it.outcome))


def _kilograms(volume: float) -> str:
    """A volume as it was offered, with its digits."""
    return ENGLISH.joined(ENGLISH.plain(volume), "kg")


def _verdict(case: Case, lot: QuotedLot, whole: LotValue) -> str:
    currency, most = case.scenario.currency, whole.amount / whole.volume
    size, asked = _kilograms(lot.volume), price(lot.price, currency)
    match whole.advice(lot.price):
        case "take":
            return f"Take it: {size} at {asked}; worth at most {price(most, currency)}"
        case "leave":
            return f"Do not take it: worth at most {price(most, currency)} for {size}; {asked} is asked"
    return f"Too close to call: worth some {price(most, currency)} for {size}; {asked} is asked"


def _sentences(
    lot: QuotedLot,
    whole: LotValue,
    worths: Sequence[LotValue],
    without: SolvedCase,
    with_it: SolvedCase,
    changed: Sequence[Difference],
) -> Iterator[str]:
    case, currency = without.case, without.case.scenario.currency
    cost, size = lot.price * whole.volume, f"{_kilograms(lot.volume)} of {material(case, lot.material)}"
    arrives, paid = (case.calendar.labels[period] for period in (lot.arrives, lot.paid))
    yield (
        f"The lot: {size} from {lot.supplier}, at {lot.site} in {arrives}, paid in {paid}. It is worth "
        f"{show(whole.amount, currency)} to the plan and costs {show(cost, currency)}: a "
        f"{'gain' if whole.amount >= cost else 'loss'} of {show(abs(whole.amount - cost), currency)}."
    )
    before, after = (totals(plan)["margin_lost"] for plan in (without, with_it))
    if before - after > 1e-6 * abs(whole.amount) + 1:
        yield f"With it {show(before - after, currency)} less margin is lost to shortage, expected over the futures."
    if changed:
        yield f"With it the plan decides: {told(case, changed)}."
    else:
        yield "It changes no contract and no qualification."
    curve = "; ".join(f"{_kilograms(worth.volume)} {price(worth.amount / worth.volume, currency)}" for worth in worths)
    yield f"The most to pay by volume: {curve}."
    taken = [worth.volume for worth in worths if worth.advice(lot.price) == TAKE]
    if whole.advice(lot.price) == LEAVE and taken:
        yield f"At the price asked {_kilograms(max(taken))} would be worth taking."
    yield from _caveats(case, lot, whole)


def _caveats(case: Case, lot: QuotedLot, whole: LotValue) -> Iterator[str]:
    """What the reader must know of how the lot was taken."""
    if lot.origin == NOT_STATED:
        yield "Its origin is not stated: no restriction by origin reaches it. If it is Chinese, say from: China."
    if whole.high - whole.low > 0.01 * max(abs(whole.amount), 1.0):
        low, high = (price(end / whole.volume, case.scenario.currency) for end in (whole.low, whole.high))
        open_ = whole.advice(lot.price) == CLOSE
        cure = "a smaller --gap or a longer --time-limit narrows it" if open_ else "the verdict holds for all of it"
        yield f"Proven is a worth between {low} and {high}; {cure}."
    yield "The price is taken as delivered, freight and duty paid, without tax; nothing else of the seller is for sale."
    if any(rule.budget or (rule.share and rule.share.basis == "spend") for rule in case.rules.values()):
        yield "What is paid for the lot counts against no budget."
