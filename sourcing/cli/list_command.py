"""sourcing list."""

import click

from sourcing.advise import load
from sourcing.library import model_names


@click.command()
def command() -> None:
    """Importer models that a scenario can extend."""
    for name in model_names():
        scenario = load({"extends": name})
        horizon = scenario.horizon
        click.echo(f"{name}: {scenario.title}; {horizon.periods} {horizon.period}s from {horizon.start.text}")
        click.echo(f"  materials: {', '.join(scenario.materials)}")
