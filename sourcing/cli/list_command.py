"""sourcing list: what is shipped: importer models, regimes."""

import click

from sourcing.library import model_names
from sourcing.pipeline.source import load
from sourcing.scenario.regime_library import regimes


@click.command()
@click.argument("what", type=click.Choice(["models", "regimes"]), default="models")
def command(what: str) -> None:
    """What is shipped: importer models that a scenario can extend, or regimes that it can pull in."""
    if what == "regimes":
        for name, regime in regimes().items():
            click.echo(f"{name}: {regime.dates}, {regime.basis}: {regime.title}")
        return
    for name in model_names():
        scenario = load({"extends": name})
        horizon = scenario.horizon
        click.echo(f"{name}: {scenario.title}; {horizon.periods} {horizon.period}s from {horizon.start.text}")
        click.echo(f"  materials: {', '.join(scenario.materials)}")
