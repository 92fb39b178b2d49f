"""What the sentences of a plan are made from: names, amounts, lists, and the future they are told for."""

import math
from dataclasses import dataclass

from sourcing.calendar import Array
from sourcing.case.case import Case
from sourcing.case.records import Offer
from sourcing.figures import ENGLISH, show
from sourcing.outcome.outcome import Outcome

CLOSE = 1e-5  # a smaller gap is the noise of the solver


@dataclass(frozen=True)
class AdvicePhrases:
    """What sentences are made from."""

    outcome: Outcome
    quiet: int
    limits: Array  # names of what limits each lane, shape (lanes, futures, periods)

    @property
    def case(self) -> Case:
        """The case that the plan is for."""
        return self.outcome.case

    def material(self, name: str) -> str:
        """Title of a material, or its name where it has none. Raises KeyError for a name that the scenario does not
        have."""
        return self.case.scenario.materials[name].title or name

    def seller(self, offer: Offer) -> str:
        """Supplier of an offer, with its country in brackets."""
        return f"{offer.title} ({offer.origin})"

    def volume(self, amount: float, material: str) -> str:
        """An amount of a material, thousands parted by commas; kilograms below a tonne."""
        return ENGLISH.mass(amount, self.case.unit[material])

    def money(self, amount: float) -> str:
        """An amount of money in the currency of the scenario, as sentences write it: 1.23 million USD."""
        return show(amount, self.case.scenario.currency)


def quiet_future(case: Case) -> int:
    """The future in which least happens beyond today's measures; of several the likeliest."""
    base = {(name, restriction.from_, restriction.until) for name, restriction in case.scenario.restrictions.items()}

    def happens(number: int) -> tuple[int, float]:
        future = case.futures[number]
        stated = {(entry.name, entry.basis) for entry in future.restrictions}
        known = {
            (name, restriction.basis)
            for (name, _, _), restriction in zip(base, case.scenario.restrictions.values(), strict=True)
        }
        changed = sum(_differs(case, entry.name, number) for entry in future.restrictions)
        return len(stated ^ known) + changed + len(future.changes) + len(future.signals), -future.probability

    return min(range(len(case.futures)), key=happens)


def _differs(case: Case, name: str, number: int) -> int:
    """Whether a measure runs differently in a future than it is stated for all of them."""
    own = next(entry.cover for entry in case.futures[number].restrictions if entry.name == name)
    restriction = case.scenario.restrictions.get(name)
    if restriction is None:
        return 1
    first, last = (
        restriction.from_.first if restriction.from_ else None,
        restriction.until.last if restriction.until else None,
    )
    return int(own.tobytes() != case.calendar.cover(first, last).tobytes())


def listed(names: list[str], last: str, apart: str = ", ") -> str:
    """A, B and C; `apart="; "` where the names themselves hold commas."""
    return names[0] if len(names) == 1 else f"{apart.join(names[:-1])} {last} {names[-1]}"


def quoted(names: list[str]) -> list[str]:
    """Names of measures or futures as a file has them, in quotes where they are of several words."""
    return [f"'{name}'" if " " in name else name for name in names]


def proof(status: str, reason: str, gap: float) -> str:
    """How good a plan is known to be, in words. gap: relative distance of its cost from the proven bound."""
    if status == "optimal":
        return f"proven within {ENGLISH.gap(max(gap, CLOSE))}"
    far = f"at most {ENGLISH.gap(gap)} from the best" if math.isfinite(gap) else "how far from the best is not known"
    return f"{ended(reason)}: best plan so far, {far}"


def ended(reason: str) -> str:
    """Why a solve ended before its time."""
    return {"time limit": "stopped by the time limit", "interrupted": "interrupted"}.get(reason, reason)
