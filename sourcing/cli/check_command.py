"""sourcing check: validate a scenario; show its tree and the size of its program."""

from pathlib import Path

import click

from sourcing.advice import caveats
from sourcing.advice.questions import questions
from sourcing.case.delivery_terms import conversions
from sourcing.futures.effects import differ_at_once
from sourcing.futures.tree import draw
from sourcing.pipeline.forbidding_rules import check_rules
from sourcing.pipeline.formulated import state_by_cost
from sourcing.pipeline.source import prepare


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
def command(file: Path, overrides: tuple[str, ...]) -> None:
    """Validate a scenario; show what futures share, and the size of its program."""
    stated = state_by_cost(prepare(file, overrides))
    check_rules(stated.data)
    case, tree, program = stated.case, stated.data.tree, stated.program
    scenario = case.scenario
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
    if case.sampling:
        click.echo("note: futures that are not told apart may differ; each node takes their mean (see sourcing tree)")
    differing = [] if case.sampling else [node for node in range(tree.nodes) if stated.data.spread[node] > 1e-9]
    for node in differing[:10]:
        label, names = case.calendar.labels[tree.period[node]], ", ".join(tree.futures_of(node))
        click.echo(f"warning: in {label} numbers differ between {names}, which nothing tells apart; the mean is used")
    for question in questions(scenario):
        click.echo(f"question: {question}")
    for sentence in case.scoped:
        click.echo(f"note: {sentence}")
    for notice in case.notices:
        click.echo(f"note: {notice}")
    for sentence in conversions(scenario, [offer.name for offer in case.offers]):
        click.echo(f"note: {sentence}")
    for sentence in caveats.aged(case):
        click.echo(f"warning: {sentence}")
    for name, why in scenario.left_out.items():
        click.echo(f"left out: {name}: {why.text}")
    for warning in caveats.hoarding(stated.data):
        click.echo(f"warning: {warning}")
    for name, caveat in scenario.caveats.items():
        click.echo(f"note: {name}: {caveat.text}")
