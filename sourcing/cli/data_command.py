"""sourcing data: tables of facts and their rows; prices converted step by step."""

import math
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click
import pandas as pd

from sourcing import files, units
from sourcing.errors import DataError, Problem
from sourcing.facts import datasets, price_conversion
from sourcing.facts.price_conversion import CurrencyRates, MassBasis, TaxBasis
from sourcing.outcome.text_escaping import csv_of
from sourcing.reports.report_model import Cell, ColumnKind, ReportColumn, ReportTable
from sourcing.reports.terminal import write_table
from sourcing.units import QuantityKind, UnitError

LONG = ("source", "source_date", "note", "series_id", "derivation")  # columns that the screen leaves out unless asked
ADDED = ("converted", "converted_unit", "tax", "steps")
BESIDE = ("id", "material", "form", "series", "as_of", "price", "currency", "unit", "vat")  # of a converted price


@click.command()
@click.argument("table", required=False)
@click.option("--where", "wheres", multiple=True, metavar="COLUMN=VALUE", help="Rows that have it; may be repeated.")
@click.option("--columns", default="", metavar="A,B", help="Only these columns.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", help="How to print.")
@click.option("--convert", "unit", metavar="UNIT", help="Of prices: also in this unit, such as USD/kg, step by step.")
@click.option(
    "--tax", type=click.Choice([word.value for word in TaxBasis]), default="excluded", help="Tax in converted prices."
)
@click.option(
    "--basis",
    type=click.Choice([word.value for word in MassBasis]),
    default="traded",
    help="What a converted kg is of.",
)
@click.option("--rates", "model", default="japan", metavar="MODEL", help="Model or file whose rates convert.")
def command(
    table: str | None,
    wheres: tuple[str, ...],
    columns: str,
    form: str,
    unit: str | None,
    tax: str,
    basis: str,
    model: str,
) -> None:
    """Tables of facts: what each holds; with a TABLE its rows, all or those picked.

    Prices stay as published; --convert puts beside each what it is in one unit, and every step.
    """
    if table is None:
        if wheres or columns or unit:
            raise click.UsageError(f"name a table: {', '.join(datasets.tables())}")
        _list(form)
        return
    named = tuple(name.strip() for name in columns.split(",") if name.strip())
    rows = datasets.pick(table, _where(wheres))
    datasets.pick(table, {}, named)
    if unit is None:
        _print(rows[list(named or rows.columns)], table, form, named)
        return
    if table != "prices":
        raise DataError((Problem(None, table, "only prices are converted", "leave out --convert"),))
    shown = _beside(rows, unit, _rates(model), TaxBasis(tax), MassBasis(basis))
    kept = list(dict.fromkeys([*(named or BESIDE), "series", *ADDED]))
    _print(shown[kept], table, form, tuple(kept))
    if form == "text" and rows["series"].nunique() > 1:
        click.echo(f"{', '.join(sorted(rows['series'].unique()))}: different series, not to be mixed")


def _where(wheres: Sequence[str]) -> dict[str, list[str]]:
    """Values by column; a column given twice may have either."""
    places: dict[str, list[str]] = {}
    for written in wheres:
        column, sign, value = written.partition("=")
        if not sign or not column.strip():
            raise DataError((Problem(None, "--where", f"'{written}' is no COLUMN=VALUE", "write material=gallium"),))
        places.setdefault(column.strip(), []).append(value.strip())
    return places


def _rates(model: str) -> CurrencyRates:
    """Rates of exchange that an importer model or a scenario file states; DataError where one is no number."""
    document = files.load({"extends": model})
    written, rates, problems = document.value.get("rates"), dict[str, float](), list[Problem]()
    for name, rate in written.items() if isinstance(written, dict) else ():
        try:
            rates[name] = units.parse(
                rate.get("value") or "" if isinstance(rate, dict) else rate, QuantityKind.NUMBER
            ).number
        except UnitError as error:
            problems.append(Problem(document.place(("rates", name)), f"rates.{name}", error.cause, error.cure))
        else:
            if rates[name] <= 0:
                problems.append(Problem(document.place(("rates", name)), f"rates.{name}", "is not above 0", "mend it"))
    if problems:
        raise DataError(tuple(problems))
    return CurrencyRates(
        str(document.value.get("currency", "USD")), rates, f"rates of {model}, whatever the date of the row"
    )


def _beside(rows: pd.DataFrame, unit: str, rates: CurrencyRates, tax: TaxBasis, basis: MassBasis) -> pd.DataFrame:
    """Rows with `converted` [`converted_unit`], `tax` and `steps`; where a row does not say enough, the reason."""
    try:
        wanted = units.parse(f"1 {unit}", QuantityKind.PRICE)
    except UnitError as error:
        raise DataError((Problem(None, "--convert", error.cause, "write it as USD/kg"),)) from None
    if rates.between(wanted.currency or "", rates.currency) is None:
        raise DataError((Problem(None, "--convert", f"{rates.source} has no rate of {wanted.currency}", "add it"),))
    compared: list[dict[str, Any]] = []
    for _, row in rows.iterrows():
        try:
            price = price_conversion.convert(row, unit, rates, tax, basis)
        except UnitError as error:
            compared.append({"steps": f"not converted: {error}"})
        else:
            content_of = f" of {price.of}" if price.of else ""
            steps = "; ".join(price.steps) or "as published"
            number = float(f"{price.price:.6g}")
            compared.append(
                {"converted": number, "converted_unit": unit + content_of, "tax": str(price.tax), "steps": steps}
            )
    columns: dict[str, list[Any]] = {name: [entry.get(name, "") for entry in compared] for name in ADDED[1:]}
    return rows.assign(converted=[entry.get("converted", math.nan) for entry in compared], **columns)


def _list(form: str) -> None:
    frame = pd.DataFrame([asdict(summary) for summary in datasets.summaries()])
    _print(frame, "data", form, tuple(frame.columns))


def _print(frame: pd.DataFrame, title: str, form: str, named: tuple[str, ...]) -> None:
    """Rows in a format; the screen leaves out long columns that were not asked for, and blank ones."""
    if form == "csv":
        sys.stdout.write(csv_of(frame))
    elif form == "json":
        click.echo(frame.to_json(orient="records", indent=1, force_ascii=False))
    else:
        blank = [name for name in frame.columns if (frame[name].map(_cell) == "").all()]
        left = [name for name in frame.columns if name not in named and (name in LONG or name in blank)]
        cells = frame.drop(columns=left)
        columns = tuple(ReportColumn(str(name), _kind(cells[name])) for name in cells.columns)
        rows = tuple(tuple(Cell(_cell(cell), _cell(cell)) for cell in row) for row in cells.itertuples(index=False))
        note = f"also: {', '.join(left)}; see --columns or --format csv" if left else ""
        count = f"{len(frame)} row" + ("s" if len(frame) != 1 else "")
        write_table(ReportTable(title, f"{title}: {count}", columns, rows, note), sys.stdout)


def _kind(cells: pd.Series) -> ColumnKind:
    return ColumnKind.NUMBER if cells.dtype.kind in "fi" else ColumnKind.TEXT


def _cell(cell: object) -> str:
    """A cell to read: numbers in full, nothing for what is missing."""
    return ("" if cell != cell else f"{cell:.12g}") if isinstance(cell, float) else str(cell)
