"""What a scenario says without effect: no mistake perhaps, but worth knowing before the answer is believed."""

from collections.abc import Iterator

import numpy as np

from sourcing.case.case import Case
from sourcing.case.currency_rates import odd_rates
from sourcing.case.late_dates import begins_earlier, begins_late, never_needed
from sourcing.case.odd_tonnes import odd_tonnes
from sourcing.case.plausibility import most_sold, promised
from sourcing.case.size_remark import sizing
from sourcing.case.unheeded_answers import unheeded
from sourcing.figures import show
from sourcing.scenario import attributes
from sourcing.scenario.language.base import When
from sourcing.scenario.language.restrictions import ChangeSpec, RestrictionSpec
from sourcing.scenario.language.scenario import Scenario
from sourcing.selection import Selectables, Where, near


def remarks(case: Case, whole: Scenario) -> tuple[str, ...]:
    """One sentence each; `whole` is the scenario before its scope: a name that the scope leaves out is no mistake."""
    scenario = case.scenario
    lines = (
        *(sizing(scenario), unheeded(scenario, whole), begins_earlier(case), begins_late(case)),
        *(never_needed(case), odd_rates(whole), odd_tonnes(whole), outside(case), late(case), above_our_share(case)),
        *(no_such_names(whole), unweighed(case), times_nothing(case)),
    )
    return tuple(sentence for sentences in lines for sentence in sentences)


def unweighed(case: Case) -> Iterator[str]:
    """Regret that is asked for and has no weight."""
    risk = case.scenario.risk
    if risk.of == "regret" and risk.weight == 0:
        yield "risk.of: regret is told and changes nothing while risk.weight is 0; weight: 1 makes it all that counts"


def times_nothing(case: Case) -> Iterator[str]:
    """Changes that multiply what is nothing then."""
    stated = {
        "price": {offer.name: offer.price for offer in case.offers},
        "available": {offer.name: offer.available for offer in case.offers},
        "need": {demand.name: demand.need for demand in case.demands},
    }
    without_effect = dict[tuple[str, str], list[str]]()
    for future in case.futures:
        values = {what: dict(numbers) for what, numbers in stated.items()}
        for change in future.changes:
            for name in change.names if change.what in values and change.cover.any() else ():
                before = values[change.what][name]
                if change.how == "times" and not before[change.cover > 0].any():
                    names = without_effect.setdefault((change.name, change.what), [])
                    names += [] if name in names else [name]
                values[change.what][name] = change.applied(before, name)
    for (change_name, what), names in without_effect.items():
        yield (
            f"{change_name}: `times` changes nothing of {what} of {', '.join(names)}, which is 0 then; "
            "write the amount with `to`"
        )


def outside(case: Case) -> Iterator[str]:
    """Contracts, and what futures add, that lie wholly outside the plan."""
    plan = f"outside the plan ({case.calendar.labels[0]} to {case.calendar.labels[-1]}): it changes nothing"
    for contract in case.contracts:
        if not contract.scale.any():
            yield f"contract {contract.name}: its term lies {plan}"
    everywhere = {*case.scenario.restrictions, *case.scenario.changes}  # what is lifted may end before the plan
    for name, future in attributes.every_course(case.scenario).items():
        for key, part in (*future.restrictions.items(), *future.changes.items()):
            if part and key not in everywhere and not _within(case, part.from_, part.until):
                yield f"{name}: {key} {_seen_alone(case, part) or f'lies {plan}'}"


def _seen_alone(case: Case, part: RestrictionSpec | ChangeSpec) -> str:
    """What is said of an event that begins after the plan and is announced within it; blank for others."""
    last = case.calendar.edges[-1]
    if not (part.announced and part.from_) or not part.announced.first < last <= part.from_.first:
        return ""
    return (
        f"is announced in {part.announced.text} and begins after the plan, in {part.from_.text}: it changes no number, "
        "and the future is known from then on"
    )


def _within(case: Case, first: When | None, last: When | None) -> bool:
    return bool(case.calendar.cover(first.first if first else None, last.last if last else None).any())


def late(case: Case) -> Iterator[str]:
    """Qualifications that end after the plan."""
    unusable, too_late = [], []
    for offer in case.offers:
        if offer.qualification:
            starts = np.flatnonzero(offer.qualification.may_start)
            if not starts.size:
                unusable.append(offer.name)
            elif starts[0] + offer.qualification.time >= len(case.calendar):
                too_late.append(offer.name)
    if unusable:
        yield f"{', '.join(unusable)}: qualification may start at no time within the plan: never usable"
    if too_late:
        yield f"{', '.join(too_late)}: qualification ends after the plan: never usable in it"


def above_our_share(case: Case) -> Iterator[str]:
    """Least volumes and smallest orders above what is for sale to an importer of this size."""
    for contract in case.contracts:
        least, sold = promised(case, contract)
        if least > sold * (1 + 1e-9):
            unit = case.unit[case.offer[contract.offer].material]
            yield (
                f"contract {contract.name}: its least volume within the plan is {show(least, unit)}, "
                f"and {show(sold, unit)} of {contract.offer} are for sale to this importer in that time"
            )
    for offer in case.offers:
        most = most_sold(case, offer)
        if offer.minimum_order > most * (1 + 1e-9):
            smallest, largest = (show(number, case.unit[offer.material]) for number in (offer.minimum_order, most))
            yield f"offer {offer.name}: its smallest order is {smallest}, at most {largest} are for sale: too little"


def no_such_names(scenario: Scenario) -> Iterator[str]:
    """Names in a list of a `where` that nothing has, while another name of the list picks something."""
    offers, demands = attributes.of_offers(scenario), attributes.of_demands(scenario)
    wheres: list[tuple[str, Where, Selectables]] = [
        (f"lane {name}", lane.where, offers) for name, lane in scenario.lanes.items()
    ]
    wheres += [
        (f"restriction {name}", restriction.where, offers) for name, restriction in scenario.restrictions.items()
    ]
    for name, future in attributes.every_course(scenario).items():
        wheres += [
            (f"{name}, {key}", restriction.where, offers)
            for key, restriction in future.restrictions.items()
            if restriction
            and not (key in scenario.restrictions and scenario.restrictions[key].where == restriction.where)
        ]
        wheres += [
            (f"{name}, {key}", change.where, demands if change.field in ("need", "shortage_cost") else offers)
            for key, change in future.changes.items()
            if change
        ]
    for place, where, selectables in wheres:
        for key, names in where.keys:
            names_known = selectables.index.get(key, {})
            for missing in names:
                if missing not in names_known:
                    yield f"{place}: no {key} is '{missing}'; {near(missing, names_known)}"
