"""The answer of an analysis as text, Markdown, CSV or JSON."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

import click
import pandas as pd

from sourcing.analyses.answer import Answer
from sourcing.cli.numbers_shown import amount, days, money, share
from sourcing.cli.plan_output import NARROW, WIDTH, csv_tables, markdown_grid, write_grid, write_lines
from sourcing.cli.streams import say
from sourcing.cli.text_grid import MANY, TextGrid
from sourcing.glossary import glossary
from sourcing.outcome.plan_folder import unwritable
from sourcing.outcome.text_escaping import in_markdown, write_rows

FORMS = ("text", "json", "csv", "md")
SECONDS = click.FloatRange(0, min_open=True)
PROCESSES = click.IntRange(1, 64)


def options(command: Callable[..., Any], gap: float = 1e-4, time_limit: float | None = None) -> Callable[..., Any]:
    """What every analysis takes: --set, --gap, --time-limit, --workers, --out, --format, --quiet."""
    for option in reversed(
        (
            click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value first."),
            click.option("--gap", type=click.FloatRange(0, 1), default=gap, show_default=True, help="Gap to prove."),
            click.option(
                "--time-limit", type=SECONDS, default=time_limit, show_default=True, help="Seconds for each plan."
            ),
            click.option(
                "--workers", type=PROCESSES, default=1, show_default=True, help="Processes that share the work."
            ),
            click.option("--out", type=click.Path(path_type=Path), help="Folder for the tables as CSV."),
            click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True),
            click.option("--quiet", is_flag=True, help="No progress on stderr."),
        )
    ):
        command = option(command)
    return command


def reply(answer: Answer, form: str, out: Path | None, stream: TextIO) -> None:
    """Write an answer, and save its tables where a folder is named. Raises ScenarioError where it cannot be written."""
    if out is not None:
        try:
            answer.save(out)
        except OSError as error:
            raise unwritable(out, error.strerror) from None
    if form == "json":
        stream.write(answer.to_json() + "\n")
    elif form == "csv":
        _csv(answer, stream)
    elif form == "md":
        stream.write("\n".join(_markdown(answer)) + "\n")
    else:
        _text(answer, stream)


def _text(answer: Answer, out: TextIO) -> None:
    width = max(NARROW, min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))
    write_lines(answer.title, answer.sentences, out, width)
    for grid in _grids(answer):
        out.write("\n")
        write_grid(grid, out, width)


def _markdown(answer: Answer) -> Iterator[str]:
    yield f"# {in_markdown(answer.title)}"
    yield from ("", *(f"- {in_markdown(line)}" for line in answer.sentences))
    for grid in _grids(answer):
        yield from markdown_grid(grid)


def _csv(answer: Answer, out: TextIO) -> None:
    out.write("# answer\n")
    write_rows([("name", "value"), ("title", answer.title), ("currency", answer.currency)], out)
    write_rows([("sentence", line) for line in answer.sentences], out)
    csv_tables(answer.tables(), out)


def _grids(answer: Answer) -> Iterator[TextGrid]:
    """Each table, cut where it is long; empty ones are left out."""
    for name, frame in answer.tables():
        if len(frame):
            yield grid_of(name.replace("_", " ").capitalize(), frame, answer.currency, f"the table '{name}'")


def grid_of(title: str, frame: pd.DataFrame, currency: str, rest: str) -> TextGrid:
    """A table as text: money in one scale for each column, shares in percent, days whole. rest: where all of it is."""
    cells, headings, right = [], [], []
    for number, name in enumerate(frame.columns):
        heading, texts, numeric = _column(str(name), frame, currency)
        headings.append(heading)
        cells.append(texts[:MANY])
        if numeric:
            right.append(number)
    left = len(frame) - MANY
    note = f"{left} more in {rest}, see --out or --format csv" if left > 0 else ""
    return TextGrid(title, tuple(headings), tuple(zip(*cells, strict=True)), tuple(right), note)


def _column(name: str, frame: pd.DataFrame, currency: str) -> tuple[str, list[str], bool]:
    """Heading and cells of a column, and whether they are numbers."""
    column, unit = frame[name], _unit(name)
    heading = name.replace("_", " ")
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return heading, [_word(value) for value in column], False
    if unit == "money":
        scale = money(column, currency)
        return f"{heading}, {scale.name}", [_number(value, scale) for value in column], True
    if unit == "1" or name.startswith("unmet: "):
        return heading, [_number(value, share) for value in column], True
    if unit == "days":
        return heading, [_number(value, days) for value in column], True
    if unit.startswith("unit") and "unit" in frame.columns:
        return heading, [amount(value, str(of)) for value, of in zip(column, frame["unit"], strict=True)], True
    return heading, [_number(value, lambda number: f"{number:,.5g}") for value in column], True


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None or value != value else str(value)


def _number(value: float, show: Callable[[float], str]) -> str:
    return "" if value != value else show(value)


def _unit(name: str) -> str:
    entry = glossary().get(name)
    return entry.unit if entry else ""


class ProgressBar:
    """Points done and all of them, on stderr, in one line that is written over."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet

    def __call__(self, done: int, whole: int) -> None:
        if not self.quiet:
            filled = round(30 * done / max(whole, 1))
            say(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done} of {whole}", end=done == whole)
