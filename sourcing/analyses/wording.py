"""Numbers and choices as sentences of analyses say them."""

from collections.abc import Sequence

from sourcing.case import Case

Difference = tuple[str, str, str, str]
"""Decision, subject, choice before and after."""

QUALIFY = {"now": "qualify now", "later": "qualify later", "no": "do not qualify"}


def price(number: float, currency: str) -> str:
    """A price of a kilogram, to three digits where it is short.

    >>> price(1234.5, "USD"), price(4.567, "USD")
    ('1,234 USD/kg', '4.57 USD/kg')
    """
    return f"{number:,.0f} {currency}/kg" if abs(number) >= 100 else f"{number:.3g} {currency}/kg"


def material(case: Case, name: str) -> str:
    """A material as a reader knows it."""
    return case.scenario.materials[name].title or name


def offer(case: Case, name: str) -> str:
    """An offer as a reader knows it: who sells what."""
    found = case.offer[name]
    return f"{found.title} for {material(case, found.material)}"


def differences(case: Case, changed: Sequence[Difference]) -> str:
    """What two plans choose differently."""
    told = []
    for decision, subject, before, after in changed:
        if decision == "qualify" and subject in case.offer:
            told.append(f"{offer(case, subject)}: {QUALIFY.get(after, after)} instead of {QUALIFY.get(before, before)}")
        else:
            told.append(f"contract {subject}: {after} instead of {before}")
    return "; ".join(told)
