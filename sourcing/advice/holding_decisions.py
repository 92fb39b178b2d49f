"""What is decided now in every case tried, before anything that would change it."""

from collections.abc import Iterator

from sourcing.advice.phrases import AdvicePhrases, listed
from sourcing.outcome import result_tables

WHAT = "probabilities and costs of a shortage, at half and at double"


def holding(words: AdvicePhrases) -> Iterator[str]:
    """Decisions of now that are the same in all cases tried; then those that are not, with how often they are."""
    yield from _further(words)
    outcome = words.outcome
    if outcome.tried is None or not outcome.tried.names:
        return
    count, decisions = len(outcome.tried.names), list(_decisions(words))
    always = [(what, name) for what, name, share in decisions if share == 1]
    if always:
        groups = [f"{what} {listed(_of(always, what), 'and')}" for what in dict.fromkeys(what for what, _ in always)]
        yield f"The same in all {count} cases tried ({WHAT}): {'; '.join(groups)}."
    some = [f"{what} {name} (in {round(share * count)} of {count})" for what, name, share in decisions if share < 1]
    if some:
        yield f"Not the same in all {count} cases tried ({WHAT}): {'; '.join(some)}."


def _further(words: AdvicePhrases) -> Iterator[str]:
    """Which decisions of now are others where the plan looks further."""
    outcome, horizons = words.outcome, words.outcome.horizons
    if horizons is None:
        return
    tested = [offer for offer in words.case.offers if offer.qualification]
    changed = [
        f"contract {contract.name}"
        for contract, other in zip(words.case.contracts, horizons.contract, strict=True)
        if other
    ]
    for offer, other in zip(tested, horizons.qualification, strict=True):
        changed += [f"qualifying {offer.title} for {words.material(offer.material)} now"] if other else []
    more = listed([str(count) for count in horizons.more], "or")
    period = outcome.case.calendar.period
    if changed:
        yield f"Decided otherwise if the plan looks {more} {period}s further: {listed(changed, 'and', '; ')}."
    else:
        yield f"Everything is decided now as it would be if the plan looked {more} {period}s further."


def _of(decisions: list[tuple[str, str]], what: str) -> list[str]:
    return [name for decided, name in decisions if decided == what]


def _decisions(words: AdvicePhrases) -> Iterator[tuple[str, str, float]]:
    """What is decided now, without what either choice will do for, and in what share of the cases."""
    outcome, case = words.outcome, words.case
    contracts, started = result_tables.contracts(outcome), result_tables.qualifications(outcome)
    for row in contracts[~outcome.either(contracts["more_otherwise"])].to_dict("records"):
        if row["decision"] != "signed":
            yield str(row["decision"]), str(row["contract"]), float(row["same_in_cases"])
    started = started[~outcome.either(started["more_otherwise"])]
    for row in started[started["start"] == case.calendar.labels[0]].to_dict("records"):
        offer = case.offer[row["offer"]]
        yield "qualify now", f"{offer.title} for {words.material(offer.material)}", float(row["same_in_cases"])
