"""Small scenarios, of which a test states what its arithmetic needs and leaves the rest to be filled in."""

from collections.abc import Mapping
from typing import Any

Entries = Mapping[str, Mapping[str, Any]]


def small(
    periods: int,
    *,
    start: str = "2027-01",
    materials: Entries | None = None,
    site: str = "japan",
    suppliers: Mapping[str, str | Mapping[str, Any]],
    offers: Entries,
    lane: Mapping[str, Any] | None = None,
    demand: Entries,
    stock: Entries | None = None,
    opening_stock: Entries | None = None,
    **parts: Any,
) -> dict[str, Any]:
    """A scenario of so many months with one site in Japan and one lane to it for everything, as `sourcing.solve`,
    `sourcing.load` and `prepare` take it.

    Where entries do not say otherwise they are at the site, of the material if there is only one (`dy` if none is
    given), and offers are of the supplier with their own name. A supplier is given by its country alone, or by all that
    is said of it.

    >>> small(2, suppliers={"reef": "Australia"}, offers={"reef": {"price": "9 USD/t"}}, demand={})["offers"]
    {'reef': {'supplier': 'reef', 'material': 'dy', 'price': '9 USD/t'}}
    """
    traded = materials or {"dy": {}}
    names = list(traded)
    material = {"material": names[0]} if len(names) == 1 else {}
    place = {**material, "site": site}
    positions = {"stock": stock, "opening_stock": opening_stock}
    return {
        "horizon": {"start": start, "periods": periods},
        "materials": traded,
        "sites": {site: {"country": "Japan"}},
        "suppliers": {name: {"country": said} if isinstance(said, str) else said for name, said in suppliers.items()},
        "offers": {name: {"supplier": name, **material, **terms} for name, terms in offers.items()},
        "lanes": {"all": {"where": material or {"material": names}, "site": site, **(lane or {})}},
        **{part: at(place, entries) for part, entries in positions.items() if entries is not None},
        "demand": at(place, demand),
        **parts,
    }


def at(place: Mapping[str, str], entries: Entries) -> dict[str, dict[str, Any]]:
    """The entries, each with the material and the site of the place where it does not name others."""
    return {name: {**place, **terms} for name, terms in entries.items()}
