"""sourcing show: the scenario as resolved, with the place and source of every number; or a regime."""

from pathlib import Path
from typing import Any

import click

from sourcing.case.frame import Frame, calendar_of
from sourcing.cli.regime_page import lines
from sourcing.figures import ENGLISH, written
from sourcing.files import dotted
from sourcing.library import model_names
from sourcing.pipeline.source import document
from sourcing.scenario import Scenario, validate
from sourcing.scenario.known_at import hidden, is_hidden, row_known
from sourcing.scenario.language.base import Quantity
from sourcing.scenario.numbers import numbers
from sourcing.scenario.provenance import source
from sourcing.scenario.reconciliation import reconciliation
from sourcing.scenario.regime_expansion import pull_in
from sourcing.scenario.regime_library import regimes
from sourcing.scenario.scope import narrowed
from sourcing.scenario.size import share_of
from sourcing.units import ParsedQuantity, QuantityKind

Keys = tuple[str | int, ...]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("name", required=False)
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
@click.option("--sources", is_flag=True, help="Also the row or assumption behind each number.")
@click.option(
    "--reconcile", is_flag=True, help="Instead: sums of these numbers that should agree, and whether they do."
)
def command(file: Path, name: str | None, overrides: tuple[str, ...], sources: bool, reconcile: bool) -> None:
    """Every number of a scenario, or of a shipped model by its name, as resolved, with the file and line that says it.

    `sourcing show regime NAME` prints a regime with its source, rows and restrictions.
    """
    if str(file) == "regime" and (name or not file.exists()):
        if not name:
            raise click.UsageError(f"name a regime: {', '.join(regimes())}")
        for line in lines(name):
            click.echo(line)
        return
    if name:
        raise click.UsageError(f"one file at a time; '{name}' is too much")
    model = str(file) in model_names() and not file.exists()
    merged = pull_in(document({"extends": str(file)} if model else file, overrides))
    if reconcile:
        _reconcile(validate(merged))
        return
    scenario, _ = narrowed(validate(merged))
    as_of, unknown = scenario.as_of.text if scenario.as_of else None, hidden(scenario)
    frame = Frame(scenario, calendar_of(scenario.horizon))
    for path, number in numbers(scenario):
        if is_hidden(path, unknown):
            continue
        origin = _origin(merged.value, path)
        said = _replaced(frame, number) or _sized(number) or _written(_at(merged.value, origin))
        click.echo(
            f"{merged.place(origin)}: {dotted(path)}: {said}" + (f"  [{source(number, as_of)}]" if sources else "")
        )


def _reconcile(scenario: Scenario) -> None:
    """One sum a line, and below it where it is from; exit code 1 where one does not hold."""
    sums = reconciliation(scenario).to_dict("records")
    for one in sums:
        left, right = (ENGLISH.number(float(one[side])) for side in ("left", "right"))
        told = {"tells": "against", "=": "=", "<=": "against"}[one["relation"]]
        span = f"{ENGLISH.number(one['low'])} to " if one["relation"] == "=" else "at most "
        allowed = (
            "" if one["relation"] == "tells" else f" (ratio {one['ratio']:.2f}, {span}{ENGLISH.number(one['high'])})"
        )
        verdict = {"yes": "holds", "no": "DOES NOT HOLD", "": "only told"}[one["holds"]]
        click.echo(f"{verdict}: {one['what']}: {left} {told} {right} {one['unit']}{allowed}")
        click.echo(f"    {'; '.join(text for text in (one['source'], one['note']) if text)}")
    broken = sum(one["holds"] == "no" for one in sums)
    click.echo(f"{len(sums)} sums; {f'{broken} do not hold' if broken else 'all that are judged hold'}")
    if broken:
        raise SystemExit(1)


def _sized(number: Quantity | float) -> str:
    """An amount that `size` has scaled, with its range, and what it is a share of; blank for every other number."""
    whole = share_of(number)
    if not whole or not isinstance(number, Quantity):
        return ""
    ends = {name: end for name, end in (("low", number.low), ("high", number.high)) if end is not None}
    shown = ", ".join(f"{name} {_amount(end)}" for name, end in ends.items())
    return f"{_amount(number.measure)}" + (f" ({shown})" if shown else "") + f"  [{whole}]"


def _amount(measure: ParsedQuantity) -> str:
    """An amount that `size` scales: tonnes, or a count, per its own time."""
    per = f"/{measure.time}" if measure.time else ""
    return (
        f"{measure.number:.6g} {per}"
        if measure.kind is QuantityKind.COUNT_RATE
        else f"{measure.number / 1000:.6g} t{per}"
    )


def _replaced(frame: Frame, number: Quantity | float) -> str:
    """A price as the last row known at `as_of` makes it; blank where the number stands as written."""
    as_of = frame.scenario.as_of
    if not (as_of and isinstance(number, Quantity) and number.row and number.row.startswith("prices/")):
        return ""
    if row_known(number.row, as_of.text):
        return ""
    known = frame.known(number)
    return "not known" if known.number != known.number else written(known.number, f"{known.currency}/kg")


def _at(value: Any, path: Keys) -> Any:
    """What stands at a path; None where nothing does."""
    for key in path:
        if isinstance(value, dict):
            value = value.get(key)
    return value


def _origin(value: Any, path: Keys) -> Keys:
    """Where a number is written: what a future takes over stands in the restrictions or changes of the file."""
    steps = {"futures": 2, "risks": 3, "regimes": 3}.get(str(path[0]), 0)
    return path if _at(value, path) is not None else path[steps:]


def _written(value: object) -> str:
    """The number as it stands in the file, with its range."""
    if not isinstance(value, dict):
        return str(value)
    ends = [f"{name} {value[name]}" for name in ("low", "high") if value.get(name) is not None]
    return f"{value.get('value')}" + (f" ({', '.join(ends)})" if ends else "")
