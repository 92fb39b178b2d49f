"""The plan in sentences: what to do now, what to hold, what each branch changes, how it compares with today."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sourcing.advice.beside_rules import beside
from sourcing.advice.branch_changes import branches
from sourcing.advice.holding_decisions import holding
from sourcing.advice.orders_at_risk import orders_at_risk
from sourcing.advice.phrases import AdvicePhrases, listed, quiet_future, quoted
from sourcing.advice.rationed_needs import rationing
from sourcing.advice.worst_futures import worst
from sourcing.calendar import Array
from sourcing.figures import ENGLISH
from sourcing.futures.tree import MOST_NAMES
from sourcing.outcome import result_tables
from sourcing.outcome.binding_restrictions import named, throughout
from sourcing.outcome.outcome import NOTHING, Outcome, needed

LEAST = 0.002  # an order below this share of what is ordered of the material now is not worth a sentence


def advice(outcome: Outcome, today: Outcome, comparisons: pd.DataFrame) -> tuple[str, ...]:
    """What to do, most urgent first.

    today: what comes of going on as today; comparisons: the plan beside the rules of thumb, one row each.
    """
    words = AdvicePhrases(outcome, quiet_future(outcome.case), outcome.limits)
    return (
        *holding(words),
        *_contracts(words),
        *_qualifications(words),
        *_either_will_do(words),
        *_stocks(words),
        *_first_orders(words),
        *orders_at_risk(words),
        *branches(words),
        *rationing(words),
        *worst(words),
        *beside(words, today, comparisons),
    )


def _contracts(words: AdvicePhrases) -> Iterator[str]:
    frame = result_tables.contracts(words.outcome)
    either = words.outcome.either(frame["more_otherwise"])
    for row in frame[(frame["decision"] == "sign") & ~either].to_dict("records"):
        offer = words.case.offer[row["offer"]]
        price = _price(words, row["price"], offer.material)
        what = (
            f"{row['contract']}: {words.volume(row['volume'], offer.material)} a {row['per']} of "
            f"{words.material(offer.material)} from {words.seller(offer)}, {row['from']} to {row['until']}, at {price}"
        )
        if row.get("arrives_after_plan"):
            yield f"Prepare {what}; {_why_later(words)}."
        else:
            yield f"Sign {what}{_unused(words, [offer.name])}."
    refused = list(frame[(frame["decision"] == "do not sign") & ~either]["contract"])
    if refused:
        yield f"Do not sign {listed(refused, 'or')}."


def _unused(words: AdvicePhrases, offers: list[str]) -> str:
    """Says so where nothing is ordered from some offers in any future."""
    case, values = words.case, words.outcome.values
    arriving = values["arriving"][[lane.offer in offers for lane in case.lanes]]
    ordered = values["order"][[case.lane[source.lane].offer in offers for source in words.outcome.data.sources]]
    unused = max(arriving.max(initial=0.0), ordered.max(initial=0.0)) <= NOTHING
    return "; nothing is ordered from it" if unused else ""


def _why_later(words: AdvicePhrases) -> str:
    """Why something is prepared of which nothing arrives within the plan."""
    calendar = words.case.calendar
    after = f"what it sends arrives after {calendar.labels[calendar.planned - 1]}"
    if calendar.beyond:
        return f"{after}, for the needs of the {calendar.beyond} {calendar.period}s beyond the plan"
    return f"{after}, for what is left at the end of the plan"


def _price(words: AdvicePhrases, price: float, material: str) -> str:
    return ENGLISH.price(price, f"{words.case.scenario.currency}/{words.case.unit[material]}")


def _sentence(text: str) -> str:
    """The text with a capital to begin a sentence; NdPr stays NdPr."""
    return text[:1].upper() + text[1:]


def _any_of(futures: set[str], words: AdvicePhrases) -> str:
    """A, B or C, in the order of the file; many are counted."""
    if len(futures) <= MOST_NAMES:
        return listed([f"'{name}'" for name in words.outcome.data.tree.futures if name in futures], "or")
    return f"any of {len(futures)} of the {len(words.case.futures)} futures"


def _qualifications(words: AdvicePhrases) -> Iterator[str]:
    """What to qualify whatever comes, by start and material; then what to be ready for, by supplier and futures."""
    frame, case = result_tables.qualifications(words.outcome), words.case
    frame = frame[~words.outcome.either(frame["more_otherwise"])]
    sure = frame[frame["probability"] > 1 - 1e-9]
    sure = sure.assign(later=[result_tables.all_arrives_later(words.outcome, (offer,)) for offer in sure["offer"]])
    for _, rows in sure.groupby(["start", "usable_from", "material", "outlay", "later"], sort=False):
        first = rows.iloc[0]
        when = "now" if first["start"] == case.calendar.labels[0] else f"in {first['start']}"
        usable, money = first["usable_from"], f"{words.money(first['outlay'])}{' each' if len(rows) > 1 else ''}"
        sellers = "; ".join(
            words.seller(case.offer[offer]) + _unused(words, [offer]).replace(";", ",") for offer in rows["offer"]
        )
        begin, why = ("Prepare to qualify", f"; {_why_later(words)}") if first["later"] else ("Qualify", "")
        yield f"{begin} for {words.material(first['material'])} {when} (usable from {usable}, {money}): {sellers}{why}."
    yield from _to_be_ready_for(words, frame[frame["probability"] <= 1 - 1e-9])


def _either_will_do(words: AdvicePhrases) -> Iterator[str]:
    """Contracts and qualifications of which neither choice is proven better: they are told, not advised."""
    outcome, case = words.outcome, words.case
    if outcome.otherwise is None:
        return
    contracts, started = result_tables.contracts(outcome), result_tables.qualifications(outcome)
    contracts = contracts[outcome.either(contracts["more_otherwise"])]
    started = started[outcome.either(started["more_otherwise"])].drop_duplicates("offer")
    done = [
        f"signing {row['contract']} ({_effect(words, row['more_otherwise'], row['decision'] == 'sign')})"
        for row in contracts.to_dict("records")
    ]
    for row in started.to_dict("records"):
        now = "qualifying" if row["start"] == case.calendar.labels[0] else "being ready to qualify"
        when = " now" if now == "qualifying" else ""
        what = f"{now} {case.offer[row['offer']].title} for {words.material(row['material'])}{when}"
        done.append(f"{what} ({_effect(words, row['more_otherwise'], True)})")
    if done:
        within = words.money(outcome.otherwise.within * outcome.data.money)
        yield (
            f"Either choice will do, for each moves what is minimised by less than {within}, up to which the plan is "
            f"proven: {'; '.join(done)}."
        )


def _effect(words: AdvicePhrases, more: float, decided: bool) -> str:
    """What doing a thing saves or costs. more: by how much the other choice is dearer; decided: whether it is done."""
    saved = more if decided else -more
    return f"saves {words.money(saved)}" if saved >= 0 else f"costs {words.money(-saved)} more"


def _to_be_ready_for(words: AdvicePhrases, frame: pd.DataFrame) -> Iterator[str]:
    """One sentence for what a supplier is qualified for in the same futures."""
    groups: dict[tuple[str, frozenset[str]], tuple[list[str], set[str]]] = {}
    for offer in dict.fromkeys(frame["offer"]):
        rows = frame[frame["offer"] == offer]
        supplier = str(rows["supplier"].iloc[0])
        futures = frozenset(name for names in rows["futures"] for name in names.split(", "))
        told = futures if len(futures) <= MOST_NAMES else frozenset()  # many are only counted
        offers, union = groups.setdefault((supplier, told), ([], set()))
        offers.append(offer)
        union |= futures
    for (supplier, _), (offers, union) in groups.items():
        rows = frame[frame["offer"].isin(offers)]
        materials = [words.material(words.case.offer[offer].material) for offer in offers]
        outlay = words.money(rows["outlay"].max())
        later = result_tables.all_arrives_later(words.outcome, offers)
        begin, why = ("Prepare", f"; {_why_later(words)}") if later else ("Be ready", _unused(words, offers))
        yield (
            f"{begin} to qualify {supplier} for {listed(materials, 'and', '; ')} from {rows['start'].min()} on, if it "
            f"comes to {_any_of(union, words)} ({outlay}{' each' if len(materials) > 1 else ''}){why}."
        )


def _stocks(words: AdvicePhrases) -> Iterator[str]:
    outcome, case = words.outcome, words.case
    stock = outcome.planned(outcome.values["stock"])
    cover = outcome.days_of_cover[:, :, : case.calendar.planned]
    for row, position in enumerate(case.positions):
        path, stock_path = cover[row, words.quiet], stock[row, words.quiet]
        top = int(np.argmax(stock_path))
        material = words.material(position.material)
        where = f" at {position.site}" if len({entry.site for entry in case.positions}) > 1 else ""
        amount = words.volume(float(stock_path[top]), position.material)
        if not needed(outcome, position)[words.quiet].any():
            stays = f"; the {amount} in stock stay unused" if stock_path[top] >= NOTHING else ""
            yield f"{_sentence(material)}{where}: nothing is needed of it{stays}."
        elif stock_path[top] < NOTHING:
            yield f"{_sentence(material)}{where}: nothing is left to hold; what arrives is used at once."
        elif stock_path[top] <= position.opening * (1 + 1e-6):
            opening = words.volume(position.opening, position.material)
            low = _drawn_down(words, row, path, int(np.argmin(stock_path)))
            yield f"{_sentence(material)}{where}: draw the opening {opening} down to {low}."
        else:
            when = f"by {case.calendar.labels[top]}" if top else "at first"
            yield f"Hold {_days(path[top])} of {material}{where} {when} ({amount}){_then(path, top)}."


def _drawn_down(words: AdvicePhrases, row: int, path: Array, end: int) -> str:
    """To what, by when, and under which measures that hold all the while."""
    case = words.case
    lasting = throughout(case, words.limits[:, words.quiet, : end + 1], case.positions[row].name)
    why = f" while {listed(quoted(lasting), 'and')} hold{'' if len(lasting) > 1 else 's'}" if lasting else ""
    return f"{_days(path[end])} by {case.calendar.labels[end]}{why}"


def _days(cover: float) -> str:
    """Days of cover in words; a stock that no need ever uses up has none."""
    return ENGLISH.days(cover) if np.isfinite(cover) else "more than is ever needed"


def _then(path: Array, top: int) -> str:
    """Days of cover in the middle of what follows the highest stock, if they are others."""
    after = float(np.median(path[top + 1 :])) if top + 1 < len(path) else float(path[top])
    if _days(after) == _days(float(path[top])):
        return ""
    return f", then mostly {f'{after:.0f}' if np.isfinite(after) else _days(after)}"


def _first_orders(words: AdvicePhrases) -> Iterator[str]:
    outcome, case = words.outcome, words.case
    first: dict[str, list[str]] = {}
    limited: dict[str, set[str]] = {}
    total: dict[str, float] = {}
    for row, source in enumerate(outcome.data.sources):
        material = case.offer[case.lane[source.lane].offer].material
        total[material] = total.get(material, 0.0) + float(outcome.values["order"][row, 0])
    for row, source in enumerate(outcome.data.sources):
        amount = float(outcome.values["order"][row, 0])
        lane, offer = case.lane_row[source.lane], case.offer[case.lane[source.lane].offer]
        if amount > LEAST * total[offer.material]:
            how = "" if source.channel == "spot" else f" under {source.channel}"
            text = f"{words.volume(amount, offer.material)} from {words.seller(offer)}{how}"
            limited.setdefault(offer.material, set()).update(named(words.limits[lane, words.quiet, 0]))
            first.setdefault(offer.material, []).append(text)
    for material, parts in first.items():
        by = f"; exports are limited by {listed(quoted(sorted(limited[material])), 'and')}" if limited[material] else ""
        yield f"Order {words.material(material)} now ({case.calendar.labels[0]}): {'; '.join(parts)}{by}."
