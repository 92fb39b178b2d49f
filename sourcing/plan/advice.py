"""The plan in sentences: what to do now, what to hold, what each branch changes, what cannot be promised."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sourcing.case.values import Case, Offer
from sourcing.periods import Array
from sourcing.plan import tables
from sourcing.plan.limits import added, limits, named, throughout
from sourcing.plan.outcome import NOTHING, Outcome, days_of_cover
from sourcing.tree import MOST_NAMES
from sourcing.units import show

SHORT = 0.001  # a shortage below this share of the need is not worth a sentence
LEAST = 0.002  # an order below this share of what is ordered of the material now is not worth a sentence


@dataclass(frozen=True)
class Words:
    """What sentences are made from."""

    outcome: Outcome
    quiet: int
    limits: Array  # names of what limits each lane, shape (lanes, futures, periods)

    @property
    def case(self) -> Case:
        """The case."""
        return self.outcome.case

    def material(self, name: str) -> str:
        """Title of a material."""
        return self.case.scenario.materials[name].title or name

    def seller(self, offer: Offer) -> str:
        """Supplier and country."""
        return f"{offer.title} ({offer.origin})"

    def volume(self, amount: float, material: str) -> str:
        """An amount of a material; kilograms below a tonne."""
        unit = self.case.unit[material]
        return show(amount * 1000, "kg") if unit == "t" and 0 < abs(amount) < 1 else show(amount, unit)

    def money(self, amount: float) -> str:
        """An amount of money."""
        return show(amount, self.case.scenario.currency)


def quiet_future(case: Case) -> int:
    """The future in which least happens beyond today's measures; of several the likeliest."""
    base = {(name, part.from_, part.until) for name, part in case.scenario.restrictions.items()}

    def happens(number: int) -> tuple[int, float]:
        future = case.futures[number]
        stated = {(entry.name, entry.basis) for entry in future.restrictions}
        known = {
            (name, part.basis) for (name, _, _), part in zip(base, case.scenario.restrictions.values(), strict=True)
        }
        changed = sum(_differs(case, entry.name, number) for entry in future.restrictions)
        return len(stated ^ known) + changed + len(future.changes) + len(future.signals), -future.probability

    return min(range(len(case.futures)), key=happens)


def _differs(case: Case, name: str, number: int) -> int:
    """Whether a measure runs differently in a future than it is stated for all of them."""
    own = next(entry.cover for entry in case.futures[number].restrictions if entry.name == name)
    part = case.scenario.restrictions.get(name)
    if part is None:
        return 1
    first, last = part.from_.first if part.from_ else None, part.until.last if part.until else None
    return int(own.tobytes() != case.calendar.cover(first, last).tobytes())


def advice(outcome: Outcome, baseline: Outcome) -> tuple[str, ...]:
    """What to do, most urgent first."""
    words = Words(outcome, quiet_future(outcome.case), limits(outcome.case))
    return (
        *_contracts(words),
        *_qualifications(words),
        *_stocks(words),
        *_first_orders(words),
        *_branches(words),
        *_beside(words, baseline),
    )


def _contracts(words: Words) -> Iterator[str]:
    frame = tables.contracts(words.outcome)
    for row in frame[frame["decision"] == "sign"].to_dict("records"):
        offer = words.case.offer[row["offer"]]
        price = _price(words, row["price"], offer.material)
        yield (
            f"Sign {row['contract']}: {words.volume(row['volume'], offer.material)} a {row['per']} of "
            f"{words.material(offer.material)} from {words.seller(offer)}, {row['from']} to {row['until']}, at {price}."
        )
    refused = list(frame[frame["decision"] == "do not sign"]["contract"])
    if refused:
        yield f"Do not sign {_listed(refused, 'or')}."


def _price(words: Words, price: float, material: str) -> str:
    per_kilogram = price / 1000 if words.case.unit[material] == "t" else price
    return (
        f"{per_kilogram:,.0f} {words.case.scenario.currency}/kg"
        if per_kilogram >= 20
        else (f"{per_kilogram:,.2f} {words.case.scenario.currency}/kg")
    )


def _sentence(text: str) -> str:
    """The text with a capital to begin a sentence; NdPr stays NdPr."""
    return text[:1].upper() + text[1:]


def _any_of(futures: list[str], words: Words) -> str:
    """A, B or C; many are counted."""
    if len(futures) <= MOST_NAMES:
        return _listed(futures, "or")
    return f"any of {len(futures)} of the {len(words.case.futures)} futures"


def _listed(names: list[str], last: str) -> str:
    """A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def _qualifications(words: Words) -> Iterator[str]:
    """What to qualify whatever comes, by start and material; then what to be ready for, by supplier."""
    frame, case = tables.qualifications(words.outcome), words.case
    sure = frame[frame["probability"] > 1 - 1e-9]
    for _, rows in sure.groupby(["start", "usable_from", "material", "outlay"], sort=False):
        first = rows.iloc[0]
        when = "now" if first["start"] == case.calendar.labels[0] else f"in {first['start']}"
        usable, money = first["usable_from"], f"{words.money(first['outlay'])}{' each' if len(rows) > 1 else ''}"
        sellers = "; ".join(words.seller(case.offer[offer]) for offer in rows["offer"])
        yield f"Qualify for {words.material(first['material'])} {when} (usable from {usable}, {money}): {sellers}."
    for supplier, rows in frame[frame["probability"] <= 1 - 1e-9].groupby("supplier", sort=False):
        materials = [words.material(material) for material in dict.fromkeys(rows["material"])]
        futures = dict.fromkeys(name for names in rows["futures"] for name in names.split(", "))
        outlay = words.money(rows["outlay"].max())
        yield (
            f"Be ready to qualify {supplier} for {_listed(materials, 'and')} from {rows['start'].min()} on, if it "
            f"comes to: {_any_of(list(futures), words)} ({outlay}{' each' if len(materials) > 1 else ''})."
        )


def _stocks(words: Words) -> Iterator[str]:
    outcome, case = words.outcome, words.case
    stock = outcome.by_future(outcome.values["stock"])
    cover = days_of_cover(outcome, stock)
    labels = case.calendar.labels
    for row, position in enumerate(case.positions):
        path, held = cover[row, words.quiet], stock[row, words.quiet]
        top = int(np.argmax(held))
        material = words.material(position.material)
        where = f" at {position.site}" if len({entry.site for entry in case.positions}) > 1 else ""
        if held[top] < NOTHING:
            yield f"{_sentence(material)}{where}: nothing is left to hold; what arrives is used at once."
            continue
        amount = words.volume(float(held[top]), position.material)
        if held[top] <= position.opening * (1 + 1e-6):
            end = int(np.argmin(held))
            low = f"{path[end]:.0f} days by {labels[end]}"
            opening = words.volume(position.opening, position.material)
            lasting = throughout(case, words.limits[:, words.quiet, : end + 1], position.name)
            why = f" while {_listed(lasting, 'and')} hold{'' if len(lasting) > 1 else 's'}" if lasting else ""
            yield f"{_sentence(material)}{where}: draw the opening {opening} down to {low}{why}."
        else:
            yield f"Hold {path[top]:.0f} days of {material}{where} by {labels[top]} ({amount})."


def _first_orders(words: Words) -> Iterator[str]:
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
        by = f"; exports are limited by {_listed(sorted(limited[material]), 'and')}" if limited[material] else ""
        yield f"Order {words.material(material)} now ({case.calendar.labels[0]}): {'; '.join(parts)}{by}."


def _branches(words: Words) -> Iterator[str]:
    """What each future changes against the path on which nothing more happens."""
    outcome, case, tree = words.outcome, words.case, words.outcome.data.tree
    if len(tree.futures) == 1 or len(tree.futures) > 12:
        return
    stock = outcome.by_future(outcome.values["stock"])
    cover = days_of_cover(outcome, stock)
    for number, name in enumerate(tree.futures):
        if number == words.quiet:
            continue
        parts = int(np.argmax(tree.node_of[number] != tree.node_of[words.quiet]))
        low = [
            (float(cover[row, number, parts:].min()), words.material(position.material))
            for row, position in enumerate(case.positions)
        ]
        drawn = ", ".join(f"{title} to {days:.0f} days" for days, title in low[:6])
        unmet = _unmet(outcome, number)
        short = f"; short of {', '.join(unmet)}" if unmet else "; nothing is short"
        odds, label = f"{tree.future_probability[number]:.0%}", case.calendar.labels[parts]
        new = added(words.limits[:, number], words.limits[:, words.quiet])
        under = f" (under {_listed(new, 'and')})" if new else ""
        yield f"If '{name}' ({odds}), seen from {label}{under}: stocks fall as low as {drawn}{short}."


def _unmet(outcome: Outcome, future: int) -> list[str]:
    unmet, need = outcome.by_future(outcome.unmet), outcome.by_future(outcome.data.need)
    found = []
    for row, demand in enumerate(outcome.case.demands):
        share = unmet[row, future].sum() / max(need[row, future].sum(), 1e-12)
        if share > SHORT:
            found.append(f"{share:.0%} of {demand.name}")
    return found


def _beside(words: Words, baseline: Outcome) -> Iterator[str]:
    plan, today = words.outcome, baseline
    probability = plan.data.tree.future_probability
    mine, theirs = float(plan.future_cost @ probability), float(today.future_cost @ probability)
    yield (
        f"Expected cost with lost margin {words.money(mine)}; what is done today would come to {words.money(theirs)} "
        f"({words.money(theirs - mine)} more)."
        if theirs >= mine
        else f"Expected cost with lost margin {words.money(mine)}; what is done today comes to {words.money(theirs)}."
    )
    yield from _regretted(words, baseline)


def _regretted(words: Words, baseline: Outcome) -> Iterator[str]:
    """What the plan may be regretted for at worst, where regret counts."""
    plan, today = words.outcome.regret, baseline.regret
    if plan is None or today is None:
        return
    (mine, here), (theirs, there) = _largest(words.outcome, plan), _largest(words.outcome, today)
    yield (
        f"At worst the plan turns out {words.money(mine)} dearer than the best that could have been done had the "
        f"future been known (in '{here}'); what is done today {words.money(theirs)} (in '{there}')."
    )


def _largest(outcome: Outcome, regret: Array) -> tuple[float, str]:
    """The largest regret and its future; of futures as bad, as a plan of least regret has them, the first."""
    near = regret >= regret.max() - 1e-6 * np.abs(outcome.future_cost).max()
    return max(float(regret.max()), 0.0), outcome.data.tree.futures[int(near.argmax())]
