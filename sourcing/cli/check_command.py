"""sourcing check."""

from pathlib import Path

import click

from sourcing.advise import Stated, load, state
from sourcing.case import resolve
from sourcing.futures import differ_at_once
from sourcing.plan.questions import questions
from sourcing.tree import draw


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
def command(file: Path, overrides: tuple[str, ...]) -> None:
    """Validate a scenario; show what futures share, and the size of its program."""
    scenario = load(file, overrides)
    stated = state(resolve(scenario))
    case, tree, program = stated.case, stated.data.tree, stated.program
    click.echo(f"{scenario.title or file}: valid")
    for line in draw(tree, case.calendar.labels):
        click.echo(line)
    if scenario.risks:
        groups = [len(group) for group in scenario.risks.values()] + (
            [len(scenario.futures)] if scenario.futures else []
        )
        click.echo(f"independent risks: {' x '.join(map(str, groups))} = {len(case.futures)} futures")
    rows, columns = program.matrix.shape
    click.echo(
        f"{columns} columns ({int(program.integer.sum())} yes or no), {rows} rows, {program.matrix.nnz} nonzeros; "
        f"{len(case.offers)} offers, {len(case.lanes)} lanes, {len(case.demands)} demands"
    )
    if differ_at_once(case):
        click.echo(
            f"warning: futures differ already in {case.calendar.labels[0]}; all share it, and it takes their mean, "
            "so the first orders cannot tell them apart. Let what differs begin a period later."
        )
    differing = [node for node in range(tree.nodes) if stated.data.spread[node] > 1e-9]
    for node in differing[:10]:
        label, names = case.calendar.labels[tree.period[node]], ", ".join(tree.futures_of(node))
        click.echo(f"warning: in {label} numbers differ between {names}, which nothing tells apart; the mean is used")
    for question in questions(scenario):
        click.echo(f"question: {question}")
    for notice in case.notices:
        click.echo(f"note: {notice}")
    for name, why in scenario.left_out.items():
        click.echo(f"left out: {name}: {why}")
    _hoarding(stated)


def _hoarding(stated: Stated) -> None:
    """A stated end value above the lowest price of the last period pays for hoarding."""
    data = stated.data
    for row, position in enumerate(data.case.positions):
        if position.end_value is None:
            continue
        feeding = [
            n for n, s in enumerate(data.sources) if data.case.stocked_at(data.case.lane[s.lane]) == position.name
        ]
        leaves = data.tree.leaf
        if feeding and (data.end_value[row, leaves] > data.source_price[feeding][:, leaves].min(axis=0) + 1e-12).any():
            click.echo(
                f"warning: {position.name}: its end value is above the lowest price of the last period: hoarding pays"
            )
