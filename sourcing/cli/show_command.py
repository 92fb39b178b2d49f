"""sourcing show."""

from pathlib import Path

import click

from sourcing import datasets
from sourcing.advise import document
from sourcing.documents import dotted
from sourcing.errors import DataError
from sourcing.scenario import validate
from sourcing.scenario.base import Quantity
from sourcing.scenario.numbers import quantities


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
@click.option("--sources", is_flag=True, help="The row or assumption behind each number.")
def command(file: Path, overrides: tuple[str, ...], sources: bool) -> None:
    """Every number of a scenario as resolved, with the file and line that says it."""
    merged = document(file, overrides)
    scenario = validate(merged)
    as_of = scenario.as_of.text if scenario.as_of else None
    for path, quantity in quantities(scenario):
        written = _written(merged.value, path)
        line = f"{merged.place(path)}: {dotted(path)}: {written}"
        click.echo(line + (f"  [{_source(quantity, as_of)}]" if sources else ""))


def _written(value: object, path: tuple[str | int, ...]) -> str:
    """The number as it stands in the file."""
    for key in path:
        value = value[key] if isinstance(value, dict | list) else value  # type: ignore[index,call-overload]
    if isinstance(value, dict):
        ends = f" ({value['low']} to {value['high']})" if "low" in value and "high" in value else ""
        return f"{value.get('value')}{ends}"
    return str(value)


def _source(quantity: Quantity, as_of: str | None) -> str:
    if quantity.row is None:
        return f"assumption: {quantity.assumption}" if quantity.assumption else "stated in the file"
    table_row = quantity.row.split(".")[0] if "/" in quantity.row else quantity.row
    try:
        row = datasets.row(table_row)
        if as_of and table_row.startswith("prices/"):
            known = datasets.last_known(table_row, as_of)
            if known is None:
                return f"{quantity.row}: no row of its series was known as of {as_of}"
            row = known
    except DataError as error:
        return f"{quantity.row}: {error}"
    return f"{table_row.split('/')[0]}/{row['id']}: {row['source']}, as of {row['as_of']}, {row['confidence']}"
