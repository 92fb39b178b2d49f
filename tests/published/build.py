"""What the published problems share: reading an instance, and the frame of a scenario in months, tonnes and dollars."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sourcing
from sourcing import Plan

FREE = "0 USD/t"
CLEAR = {"end": {"value": FREE}}  # what is left at the end is worth nothing


def instance(family: str, name: str) -> dict[str, Any]:
    """An instance of <family>.json: its `data`, the `published` optimum, the `tolerance` (absolute)."""
    return next(entry for entry in read(family)["instances"] if entry["name"] == name)


def read(family: str) -> dict[str, Any]:
    """A whole file of problem data."""
    return json.loads((Path(__file__).parent / f"{family}.json").read_text(encoding="utf-8"))


def month(number: int) -> str:
    """Month of the plan, 1 is the first.

    >>> month(3)
    '2027-03'
    """
    return f"2027-{number:02d}"


def monthly(values: Iterable[float], unit: str) -> dict[str, str]:
    """A dated quantity with one value for each month of the plan.

    >>> monthly([69, 29], "t/month")
    {'2027-01': '69 t/month', '2027-02': '29 t/month'}
    """
    return {month(number): f"{value} {unit}" for number, value in enumerate(values, 1)}


def routes(suppliers: Iterable[str], sites: Iterable[str], freight: Any) -> dict[str, Any]:
    """One lane for each supplier and site; freight: rows of suppliers, columns of sites [USD/t]."""
    sites = list(sites)
    return {
        f"{supplier} to {site}": {"where": {"supplier": supplier}, "site": site, "freight": f"{cost} USD/t"}
        for supplier, row in zip(suppliers, freight, strict=True)
        for site, cost in zip(sites, row, strict=True)
    }


def solve(periods: int, **parts: Any) -> Plan:
    """The plan of a scenario from its parts, to the last digit and not discounted."""
    return sourcing.solve({"horizon": {"start": month(1), "periods": periods}, **parts}, gap=1e-9, quick=True)
