"""What the plan could not promise, and what its answer leans on."""

from collections.abc import Iterator

from sourcing import units
from sourcing.advice.phrases import ended, proof
from sourcing.advice.questions import answers
from sourcing.case.case import Case
from sourcing.case.delivery_terms import conversions
from sourcing.facts import datasets
from sourcing.figures import percent, stated_percent
from sourcing.model.node_data import Nodes
from sourcing.outcome import result_tables
from sourcing.outcome.binding_restrictions import in_force
from sourcing.outcome.outcome import NOTHING, Outcome
from sourcing.scenario import attributes
from sourcing.scenario.known_at import hidden, is_hidden, kept_as_assumptions, names_later, reason
from sourcing.scenario.language.generation import ChainSpec
from sourcing.scenario.numbers import quantities
from sourcing.scenario.regime_library import regimes

SHORT = 0.001  # a shortage below this share of the need is not worth a sentence
MOST_ASSUMPTIONS = 10


def unkept(outcome: Outcome, status: str, reason: str, gap: float) -> tuple[str, ...]:
    """Sentences on what the plan could not promise: limits not kept, shortages, notices."""
    remarks = []
    if status != "optimal":
        remarks.append(f"The plan is not proven best: {proof(status, reason, gap)}.")
    elif reason != "optimal":
        remarks.append(
            f"{ended(reason).capitalize()} before expected cost was made least where the worst outcomes leave it open: "
            "what is decided for other outcomes may cost more than it must."
        )
    probability = outcome.data.tree.future_probability
    for row, demand in enumerate(outcome.case.demands):
        share, expected = outcome.unmet_share[row], outcome.expected_unmet_share[row]
        if share.max() > SHORT:
            likely = float(probability[share > SHORT].sum())
            remarks.append(
                f"{demand.name}: short with probability {percent(likely)}, by {percent(float(expected))} of "
                f"its need expected and {percent(float(share.max()))} at worst."
            )
    remarks += uncovered(outcome)
    if outcome.data.spread[0] > 1e-9:
        remarks.append(
            "Futures differ already in the first period; it takes their mean, so its orders know none of them."
        )
    remarks += [*outcome.case.notices, *hoarding(outcome.data), *aged(outcome.case)]
    left_out = outcome.case.scenario.left_out
    if left_out:
        remarks.append(f"Left out, for reasons that `sourcing check` gives: {'; '.join(left_out)}.")
    return tuple(remarks)


def uncovered(outcome: Outcome) -> Iterator[str]:
    """In what share of the periods, expected over the futures, each stock is below its days of cover, and how many of
    these are released: the reserve may be used in them."""
    probability = outcome.data.tree.future_probability
    missing = outcome.planned(outcome.data.cover_target) - outcome.planned(outcome.values["stock"]) > NOTHING
    released = outcome.planned(outcome.data.released.astype(float)) > 0
    for row, position in enumerate(outcome.case.positions):
        if position.cover is None or not missing[row].any():
            continue
        below = float(missing[row].mean(axis=1) @ probability)
        free = float((missing[row] & released[row]).mean(axis=1) @ probability)
        title = outcome.case.scenario.materials[position.material].title or position.material
        sentence = f"{title}: stock is below its {position.cover.days:.0f} days in {percent(below)} of the periods"
        if free > 0:
            why = f"while its release holds ({position.cover.release})"
            unreleased = below - free
            periods = f"in {percent(free)} {why}, in {percent(unreleased)} although none does"
            sentence += f": {periods}" if unreleased > 1e-9 else f", always {why}"
        yield f"{sentence}."


def minimised(case: Case) -> str:
    """What the objective is, in words."""
    risk, calendar = case.scenario.risk, case.calendar
    over = f" over {len(calendar)} {calendar.period}s ({calendar.beyond} of them beyond the plan)"
    over = over if calendar.beyond else ""
    worst = "worst outcome" if risk.worst else f"mean of the worst {stated_percent(risk.tail)}"
    if risk.of == "regret":
        regret = "largest regret" if risk.worst else f"mean of the worst {stated_percent(risk.tail)} of regrets"
        worst = f"expected cost of the best with foresight + {regret}:"
    if risk.weight == 0:
        return f"expected cost{over}"
    if risk.weight == 1:
        return f"{worst.removesuffix(':')}{over}:" if over or worst.endswith(":") else worst
    worst = f"({worst.removesuffix(':')})" if risk.of == "regret" else worst
    return f"{stated_percent(1 - risk.weight)} expected cost + {stated_percent(risk.weight)} {worst}{over}:"


def hoarding(data: Nodes) -> list[str]:
    """Stated end values above the lowest price of the last period, which pay for hoarding."""
    case, leaves, materials = data.case, data.tree.leaf, []
    for row, position in enumerate(case.positions):
        rows = [n for n, source in enumerate(data.sources) if case.stocked_at(case.lane[source.lane]) == position.name]
        if position.end_value is None or not rows:
            continue
        if (data.end_value[row, leaves] > data.source_price[rows][:, leaves].min(axis=0) + 1e-12).any():
            materials.append(
                f"{position.name}: its end value is above the lowest price of the last period: hoarding pays"
            )
    return materials


def aged(case: Case) -> Iterator[str]:
    """Prices older than the scenario allows at `as_of`, else at the start of the horizon: one sentence for each row."""
    scenario, limit = case.scenario, case.scenario.price_age
    if limit is None:
        return
    leaning: dict[str, list[str]] = {}
    offered = {offer.name for offer in case.offers}
    for path, quantity in quantities(scenario):
        if quantity.row and quantity.row.startswith("prices/") and (path[0] != "offers" or path[1] in offered):
            names = leaning.setdefault(quantity.row.partition(".")[0], [])
            names += [] if str(path[1]) in names else [str(path[1])]
    day = scenario.as_of.last if scenario.as_of else scenario.horizon.start.first
    for reference, names in leaning.items():
        last_known = datasets.months_old(reference, day, scenario.as_of.text if scenario.as_of else None)
        if last_known and last_known[1] * 30.4375 > units.days(limit.measure):
            row, months = last_known
            most = f"{limit.measure.number:g} {limit.measure.time}" + ("s" if limit.measure.number != 1 else "")
            yield (
                f"Price of {', '.join(names)} is {months:.1f} months old (prices/{row['id']}, as of {row['as_of']}), "
                f"older than {most}: look for a newer one."
            )


def assumptions(outcome: Outcome) -> tuple[str, ...]:
    """Numbers without a source on which the answer leans: probabilities, measures, shortage costs, offers by spend."""
    case = outcome.case
    remarks = []
    for name, future in attributes.every_future(case.scenario).items():
        author = future.author or "the author of the scenario"
        remarks.append(f"{name}: probability {percent(future.probability.measure.number)}, by {author}")
    chain = case.scenario.regimes
    if isinstance(chain, ChainSpec):
        remarks.append(f"odds of the regimes: by {chain.author or 'the author of the scenario'}")
    mix = result_tables.supplier_mix(outcome)
    spend = {str(offer): float(paid) for offer, paid in mix.groupby("offer")["spend"].sum().items()}
    ranked: list[tuple[float, str]] = []
    unknown, as_of = hidden(case.scenario), case.scenario.as_of.text if case.scenario.as_of else None
    for path, quantity in quantities(case.scenario):
        if quantity.row is None and quantity.assumption and not is_hidden(path, unknown):
            weight = _weight(path, spend)
            text = ".".join(str(part) for part in path)
            ranked.append((weight, f"{text}: {reason(quantity.assumption, as_of)}"))
    ranked.sort(key=lambda entry: -entry[0])
    leaning = (text for weight, text in ranked[:MOST_ASSUMPTIONS] if weight > 0)
    if "baseline" not in case.scenario.model_fields_set:
        remarks.append(
            "what is done today is not stated: a plain rule of 30 days of stock and the normal mix stands for it"
        )
    remarks += conversions(case.scenario, [offer.name for offer in case.offers])
    measures = (*_in_force(case), *_assumed_from_later(case))
    return (*remarks, *answers(case.scenario), *measures, _of_prices(case), *leaning, *_caveats(case))


def _in_force(case: Case) -> Iterator[str]:
    """Regimes that hold in all futures, and those of some."""
    by_future = {future.name: in_force(case, future) for future in case.futures}
    names = dict.fromkeys(name for in_future in by_future.values() for name in in_future)
    always = [name for name in names if all(name in in_future for in_future in by_future.values())]
    if always:
        yield f"regimes in force: {'; '.join(f'{name} ({regimes()[name].basis})' for name in always)}"
    for future, in_future in by_future.items():
        if some := [name for name in in_future if name not in always]:
            yield f"regimes in {future}: {'; '.join(f'{name} ({regimes()[name].basis})' for name in some)}"


def _assumed_from_later(case: Case) -> Iterator[str]:
    """Numbers that a scenario of the past takes from later rows."""
    if count := kept_as_assumptions(case.scenario):
        yield f"{count} numbers come from rows not known at {case.scenario.as_of.text}: they stand as assumptions"  # type: ignore[union-attr]


def _caveats(case: Case) -> Iterator[str]:
    """What the model says a reader must know; not what was not known at `as_of`."""
    as_of = case.scenario.as_of.text if case.scenario.as_of else None
    for name, text in ((name, caveat.text) for name, caveat in case.scenario.caveats.items()):
        if not names_later(f"{name} {text}", as_of) and reason(text, as_of) == text:
            yield f"{name}: {text}"


def _of_prices(case: Case) -> str:
    """What the worth of one more unit holds for."""
    adjusted = ", and are risk-adjusted: bad outcomes weigh more in them" if case.scenario.risk.weight > 0 else ""
    return f"worth of one more unit: prices hold for the contracts and qualifications chosen{adjusted}"


def _weight(path: tuple[str | int, ...], spend: dict[str, float]) -> float:
    """How much money leans on a number, roughly."""
    total = sum(spend.values()) or 1.0
    if path[0] == "offers":
        factor = {"price": 1.0, "expected": 0.8, "committed": 0.6, "licensable": 0.7}.get(str(path[2]), 0.1)
        return factor * spend.get(str(path[1]), 0.0)
    if path[0] == "demand":
        return 0.9 * total if path[2] == "shortage" else 0.7 * total
    if path[0] in ("regimes", "licences", "fluctuations"):
        return 0.98 * total  # what futures are drawn from
    return 0.95 * total if path[0] in ("restrictions", "futures") else 0.0
