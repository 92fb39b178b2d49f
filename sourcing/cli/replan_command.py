"""sourcing replan: of two scenarios and a plan; it may save the plan of this month."""

import sys
from pathlib import Path
from typing import Any

import click

from sourcing.analyses.comparison.replan import replan
from sourcing.cli.accept_edited import accept_edited, of_edited
from sourcing.cli.analysis_output import ProgressBar, options, reply
from sourcing.outcome.plan_folder import check_target


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--last", required=True, type=click.Path(path_type=Path), help="Last month's scenario.")
@click.option("--plan", "folder", required=True, type=click.Path(path_type=Path), help="Its plan, of solve --out.")
@click.option("--freeze", "frozen", multiple=True, metavar="OFFER", help="Order now what was planned; several may be.")
@click.option(
    "--charge",
    type=click.FloatRange(0),
    default=0.01,
    show_default=True,
    help="Share of the price that a change of an order must save.",
)
@click.option("--save", type=click.Path(path_type=Path), help="Folder for this month's plan, for the next month.")
@accept_edited
@options
def command(
    file: Path,
    last: Path,
    folder: Path,
    frozen: tuple[str, ...],
    charge: float,
    save: Path | None,
    accept_edited: bool,
    out: Path | None,
    form: str,
    quiet: bool,
    **chosen: Any,
) -> None:
    """This month's orders beside last month's plan: what is held, what changes, and which input changed it.

    FILE is this month's scenario; --set changes it. Contracts signed and qualifications started last month stay so.
    """
    if save is not None:
        check_target(save)
    with of_edited(accept_edited):
        answer = replan(
            file,
            last,
            folder,
            frozen=frozen,
            charge=charge,
            progress=ProgressBar(quiet),
            accept_edited=accept_edited,
            **chosen,
        )
    if save is not None:
        answer.plan.save(save)
    reply(answer, form, out, sys.stdout)
