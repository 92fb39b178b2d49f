"""The answer of an analysis as text, Markdown, CSV or JSON."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import click

from sourcing.analyses.answer import Answer
from sourcing.cli.plan_output import write_answer
from sourcing.cli.streams import say
from sourcing.outcome.plan_folder import unwritable
from sourcing.reports.answers import answer_of_analysis

FORMS = ("text", "json", "csv", "md")
SECONDS = click.FloatRange(0, min_open=True)
WORKERS = click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that share the work."
)


def options(command: Callable[..., Any], gap: float = 1e-4, time_limit: float | None = None) -> Callable[..., Any]:
    """What every analysis takes: --set, --gap, --time-limit, --workers, --out, --format, --quiet."""
    for option in reversed(
        (
            click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value first."),
            click.option("--gap", type=click.FloatRange(0, 1), default=gap, show_default=True, help="Gap to prove."),
            click.option(
                "--time-limit", type=SECONDS, default=time_limit, show_default=True, help="Seconds for each plan."
            ),
            WORKERS,
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
    summary = [("# answer",), ("name", "value"), ("title", answer.title), ("currency", answer.currency)]
    lines = [("sentence", line) for line in answer.sentences]
    report = answer_of_analysis(answer.title, answer.sentences, answer.tables(), answer.currency)
    write_answer(answer, report, [*summary, *lines], form, stream)


class ProgressBar:
    """Points done and all of them, on stderr, in one line that is written over."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet

    def __call__(self, done: int, whole: int) -> None:
        if not self.quiet:
            filled = round(30 * done / max(whole, 1))
            say(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done} of {whole}", end=done == whole)
