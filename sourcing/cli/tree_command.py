"""sourcing tree: the scenario tree, branch by branch, and how generated futures were drawn."""

from pathlib import Path

import click

from sourcing.analyses.plan_context import nodes
from sourcing.futures.effects import tree_of
from sourcing.futures.tree import alone_from, outline
from sourcing.pipeline.source import prepare
from sourcing.reports.chart_images import check_picture, tree_picture


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
@click.option("--lines", type=click.IntRange(1), default=60, show_default=True, help="Most lines of the drawing.")
@click.option("--out", type=click.Path(path_type=Path), help="Draw it as a picture too: tree.svg or tree.png.")
def command(file: Path, overrides: tuple[str, ...], lines: int, out: Path | None) -> None:
    """Draw the scenario tree: when futures part, into what, with which probability."""
    if out is not None:
        check_picture(out)
    case = prepare(file, overrides)
    tree = tree_of(case)
    count = len(tree.futures)
    click.echo(f"{count} future{'s' * (count != 1)}, {tree.nodes} nodes, {int(tree.leaf.sum())} leaves")
    for sentence in case.sampling.notes if case.sampling else ():
        click.echo(f"note: {sentence}")
    alone = alone_from(tree)
    if count > 1 and alone < tree.periods:
        click.echo(
            f"note: from {case.calendar.labels[alone]} on more than half of the odds lie in branches of one future; "
            "what is decided there knows how it goes on"
        )
    shown = tuple(future.shown for future in case.futures) if case.sampling else ()
    drawn = outline(tree, case.calendar.labels, shown)
    for line in drawn[:lines]:
        click.echo(line)
    if len(drawn) > lines:
        click.echo(f"... {len(drawn) - lines} branches more; --lines {len(drawn)} shows them")
    if out is not None:
        tree_picture(nodes(case, tree), out)
