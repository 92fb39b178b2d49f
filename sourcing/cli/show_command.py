"""sourcing show."""

from pathlib import Path
from typing import Any

import click

from sourcing import datasets
from sourcing.advise import document
from sourcing.documents import dotted
from sourcing.errors import DataError
from sourcing.scenario import validate
from sourcing.scenario.base import Quantity
from sourcing.scenario.numbers import numbers

Keys = tuple[str | int, ...]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
@click.option("--sources", is_flag=True, help="Also the row or assumption behind each number.")
def command(file: Path, overrides: tuple[str, ...], sources: bool) -> None:
    """Every number of a scenario as resolved, with the file and line that says it."""
    merged = document(file, overrides)
    scenario = validate(merged)
    as_of = scenario.as_of.text if scenario.as_of else None
    for path, number in numbers(scenario):
        origin = _origin(merged.value, path)
        line = f"{merged.place(origin)}: {dotted(path)}: {_written(_at(merged.value, origin))}"
        click.echo(line + (f"  [{_source(number, as_of)}]" if sources else ""))


def _at(value: Any, path: Keys) -> Any:
    """What stands at a path; None where nothing does."""
    for key in path:
        if isinstance(value, dict):
            value = value.get(key)
    return value


def _origin(value: Any, path: Keys) -> Keys:
    """Where a number is written: what a future takes over stands in the restrictions or changes of the file."""
    steps = {"futures": 2, "risks": 3}.get(str(path[0]), 0)
    return path if _at(value, path) is not None else path[steps:]


def _written(value: object) -> str:
    """The number as it stands in the file, with its range."""
    if not isinstance(value, dict):
        return str(value)
    ends = [f"{name} {value[name]}" for name in ("low", "high") if value.get(name) is not None]
    return f"{value.get('value')}" + (f" ({', '.join(ends)})" if ends else "")


def _source(number: Quantity | float, as_of: str | None) -> str:
    """The row with its source, date and confidence, as known at `as_of`; else the assumption."""
    row, assumption = (number.row, number.assumption) if isinstance(number, Quantity) else (None, None)
    if row is None:
        return f"assumption: {assumption}" if assumption else "stated in the file"
    reference, _, column = row.partition(".")
    try:
        known = datasets.row(reference)
        if as_of and reference.startswith("prices/"):
            last = datasets.last_known(reference, as_of)
            if last is None:
                return f"{row}: no row of its series was known as of {as_of}"
            known = last
    except DataError as error:
        return f"{row}: {error.problems[0].cause}"
    found = f"{reference.partition('/')[0]}/{known['id']}" + (f".{column}" if column else "")
    return f"{found}: {known['source']}, as of {known['as_of']}, {known['confidence']}"
