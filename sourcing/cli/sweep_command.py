"""sourcing sweep: the analysis of that name, or with --indices that of Sobol, which an extra brings."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sourcing.analyses.answer import Answer
from sourcing.analyses.sensitivity.sweep import sweep
from sourcing.cli.analysis_output import ProgressBar, options, reply
from sourcing.errors import Problem, ScenarioError


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--vary", multiple=True, required=True, metavar="PATH=LOW:HIGH:COUNT", help="What is varied; several make a grid."
)
@click.option("--samples", type=click.IntRange(1, 100_000), help="So many points spread over the ranges, not a grid.")
@click.option("--indices", is_flag=True, help="Sobol indices: what explains the spread; --samples a power of two.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the samples.")
@options
def command(
    file: Path,
    vary: tuple[str, ...],
    samples: int | None,
    indices: bool,
    seed: int,
    out: Path | None,
    form: str,
    quiet: bool,
    **chosen: Any,
) -> None:
    """The plan at each point of what is varied, and where it changes: --vary "futures.'full ban'.probability=0:0.6:25".

    A value may have a unit: --vary "offers.'lynas dy'.price=300:900:7 USD/kg". With --out a sweep that was stopped goes
    on where it ended. --indices solves samples x (ranges + 2) plans (64 samples by default) and needs the extra
    `sourcing[sensitivity]`.
    """
    analysis = _indices() if indices else sweep
    if samples is not None:
        chosen["samples"] = samples
    reply(analysis(file, vary, seed=seed, out=out, progress=ProgressBar(quiet), **chosen), form, out, sys.stdout)


def _indices() -> Callable[..., Answer]:
    """The analysis, where SALib is installed. Raises ScenarioError where it is not."""
    try:
        from sourcing.analyses.sensitivity.indices import indices
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "SALib":
            raise
        cause, cure = "Sobol indices need SALib, which is not installed", "pip install 'sourcing[sensitivity]'"
        raise ScenarioError((Problem(None, "--indices", cause, cure),)) from None
    return indices
