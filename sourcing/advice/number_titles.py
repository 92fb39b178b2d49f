"""What a number of a scenario is, in plain words."""

from sourcing.case.case import Case
from sourcing.scenario.paths import Path

OF_OFFERS = {
    "price": "price of {material} from {seller}",
    "expected": "what {seller} can make of {material}",
    "nameplate": "capacity of {seller} for {material}",
    "committed": "{material} of {seller} sold to others",
    "licensable": "normal take of {material} from {seller}",
}
OF_MEASURES = {
    "approval": "share let through under {name}",
    "price": "price factor of {name}",
    "price_elsewhere": "price factor elsewhere under {name}",
}


def title(case: Case, path: Path) -> str:
    """Title of a number by its path, with the date from which it holds where it changes."""
    keys = [str(key) for key in path]
    if keys[-1] == "probability":
        return f"probability of {': '.join(keys[1:-1])}"
    if "restrictions" in keys:
        place = keys.index("restrictions")
        words = OF_MEASURES[keys[-1]].format(name=keys[place + 1])
        return words + (f", {': '.join(keys[1:place])}" if place else "")
    if keys[0] == "offers":
        offer = case.offer[keys[1]]
        material = case.scenario.materials[offer.material].title or offer.material
        return OF_OFFERS[keys[2]].format(material=material, seller=offer.title) + _from(keys[3:])
    if keys[0] == "contracts":
        return f"price of the contract {keys[1]}" + _from(keys[3:])
    if keys[0] == "demand":
        named = f"need of {keys[1]}" if keys[2] == "need" else f"cost of missing {keys[1]} ({keys[3]})"
        return named + _from(keys[3:] if keys[2] == "need" else keys[5:])
    return "days of stock held today"


def _from(date: list[str]) -> str:
    return f", from {date[0]}" if date else ""
