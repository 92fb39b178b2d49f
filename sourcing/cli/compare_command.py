"""sourcing compare: of several files, and of plans whose tables were edited."""

import sys
from pathlib import Path
from typing import Any

import click

from sourcing.analyses.comparison.compare import compare
from sourcing.cli.accept_edited import accept_edited, of_edited
from sourcing.cli.analysis_output import ProgressBar, options, reply


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@accept_edited
@options
def command(
    files: tuple[Path, ...],
    accept_edited: bool,
    out: Path | None,
    form: str,
    quiet: bool,
    **chosen: Any,
) -> None:
    """Plans beside each other, and beside habits: scenario files, or folders that `solve --out` wrote.

    Of one file: its plan, rules of thumb, lived through the same futures, and what each would be
    regretted for in every future. Of several: what differs in input and decisions too, and what the decisions of now of
    each come to in the others. --set changes every scenario.
    """
    with of_edited(accept_edited):
        answer = compare(files, progress=ProgressBar(quiet), accept_edited=accept_edited, **chosen)
    reply(answer, form, out, sys.stdout)
