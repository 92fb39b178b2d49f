"""The plan in sentences: what to do now, what to hold, what each branch changes, what cannot be promised."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sourcing.case.values import Case, Offer
from sourcing.plan import tables
from sourcing.plan.outcome import NOTHING, Outcome, days_of_cover
from sourcing.scenario.numbers import quantities
from sourcing.units import show

SHORT = 0.001  # a shortage below this share of the need is not worth a sentence
MOST_ASSUMPTIONS = 10


@dataclass(frozen=True)
class Words:
    """What sentences are made from."""

    outcome: Outcome
    quiet: int

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
    """Whether a measure runs differently in a future than it does in most of them."""
    covers = {
        future.name: entry.cover.tobytes()
        for future in case.futures
        for entry in future.restrictions
        if entry.name == name
    }
    own = covers[case.futures[number].name]
    part = case.scenario.restrictions.get(name)
    if part is None:
        return 1
    first, last = part.from_.first if part.from_ else None, part.until.last if part.until else None
    return int(own != case.calendar.cover(first, last).tobytes())


def advice(outcome: Outcome, baseline: Outcome) -> tuple[str, ...]:
    """What to do, most urgent first."""
    words = Words(outcome, quiet_future(outcome.case))
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
        yield f"Do not sign {_listed(refused)}."


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


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


def _qualifications(words: Words) -> Iterator[str]:
    frame = tables.qualifications(words.outcome)
    first = words.case.calendar.labels[0]
    for row in frame.to_dict("records"):
        offer = words.case.offer[row["offer"]]
        what = f"{words.seller(offer)} for {words.material(offer.material)}"
        outlay = words.money(row["outlay"])
        if row["start"] == first:
            yield f"Qualify {what} now: usable from {row['usable_from']}, {outlay}."
        elif row["probability"] > 1 - 1e-9:
            yield f"Qualify {what} in {row['start']}: usable from {row['usable_from']}, {outlay}."
        else:
            yield f"Be ready to qualify {what} in {row['start']} if it comes to: {row['futures']} ({outlay})."


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
            yield f"{_sentence(material)}{where}: draw the opening {opening} down to {low}."
        else:
            yield f"Hold {path[top]:.0f} days of {material}{where} by {labels[top]} ({amount})."


def _first_orders(words: Words) -> Iterator[str]:
    outcome, case = words.outcome, words.case
    first: dict[str, list[str]] = {}
    for row, source in enumerate(outcome.data.sources):
        amount = float(outcome.values["order"][row, 0])
        offer = case.offer[case.lane[source.lane].offer]
        if amount > NOTHING:
            how = "" if source.channel == "spot" else f" under {source.channel}"
            text = f"{words.volume(amount, offer.material)} from {words.seller(offer)}{how}"
            first.setdefault(offer.material, []).append(text)
    for material, parts in first.items():
        yield f"Order {words.material(material)} now ({case.calendar.labels[0]}): {'; '.join(parts)}."


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
        yield f"If '{name}' ({odds}), seen from {label}: stocks fall as low as {drawn}{short}."


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


def unkept(outcome: Outcome, status: str, reason: str, gap: float) -> tuple[str, ...]:
    """What the plan could not promise."""
    found = []
    if status != "optimal":
        found.append(f"The plan is not proven best: stopped by {reason}, within {gap:.2%} of the bound.")
    unmet, need = outcome.by_future(outcome.unmet), outcome.by_future(outcome.data.need)
    probability = outcome.data.tree.future_probability
    for row, demand in enumerate(outcome.case.demands):
        share = unmet[row].sum(axis=1) / np.maximum(need[row].sum(axis=1), 1e-12)
        if share.max() > SHORT:
            likely = float(probability[share > SHORT].sum())
            found.append(
                f"{demand.name}: short with probability {likely:.0%}, by {share @ probability:.1%} of its need "
                f"expected and {share.max():.1%} at worst."
            )
    cover = outcome.by_future(outcome.data.cover_target) - outcome.by_future(outcome.values["stock"])
    released = outcome.by_future(outcome.data.released.astype(float)) > 0
    for row, position in enumerate(outcome.case.positions):
        if position.cover:
            missing = (cover[row] > NOTHING) & ~released[row]
            if missing.any():
                months = float((missing.mean(axis=1)) @ probability)
                found.append(
                    f"{position.material}: stock is below its {position.cover.days:.0f} days "
                    f"in {months:.0%} of the periods."
                )
    if outcome.data.spread[0] > 1e-9:
        found.append(
            "Futures differ already in the first period; it takes their mean, so its orders know none of them."
        )
    if outcome.case.scenario.size != 1:
        size = outcome.case.scenario.size
        found.append(f"Size {size:g}: shares of supply are a fair share of the nation's; fixed costs are not scaled.")
    found += list(outcome.case.notices)
    found += [f"{name}: left out, {why}" for name, why in outcome.case.scenario.left_out.items()]
    return tuple(found)


def assumptions(outcome: Outcome) -> tuple[str, ...]:
    """Numbers without a source on which the answer leans: probabilities, measures, shortage costs, offers by spend."""
    case = outcome.case
    found = []
    for name, future in case.scenario.futures.items():
        author = future.author or "the author of the scenario"
        found.append(f"futures.{name}: probability {future.probability.measure.number:.0%}, by {author}")
    mix = tables.supplier_mix(outcome)
    spend = {str(offer): float(paid) for offer, paid in mix.groupby("offer")["spend"].sum().items()}
    ranked: list[tuple[float, str]] = []
    for path, quantity in quantities(case.scenario):
        if quantity.row is None and quantity.assumption:
            weight = _weight(path, spend)
            text = ".".join(str(part) for part in path)
            ranked.append((weight, f"{text}: {quantity.assumption}"))
    ranked.sort(key=lambda entry: -entry[0])
    return (*found, *(text for weight, text in ranked[:MOST_ASSUMPTIONS] if weight > 0))


def _weight(path: tuple[str | int, ...], spend: dict[str, float]) -> float:
    """How much money leans on a number, roughly."""
    total = sum(spend.values()) or 1.0
    if path[0] == "offers":
        factor = {"price": 1.0, "expected": 0.8, "committed": 0.6, "licensable": 0.7}.get(str(path[2]), 0.1)
        return factor * spend.get(str(path[1]), 0.0)
    if path[0] == "demand":
        return 0.9 * total if path[2] == "shortage" else 0.7 * total
    return 0.95 * total if path[0] in ("restrictions", "futures") else 0.0
