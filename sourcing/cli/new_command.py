"""sourcing new."""

from pathlib import Path

import click

from sourcing.advise import load
from sourcing.errors import Problem, ScenarioError

TEMPLATE = """\
# {title}: what differs from the importer model `{model}`. Solve it with: sourcing solve {file}
title: {title}
extends: {model}

# Your share of the nation's need and of the supply open to it.
size: 0.05

# What may happen. Probabilities are yours to judge and must sum to 1.
futures:
  as now: {{probability: 0.7, author: my estimate}}
  full ban:
    probability: 0.3
    author: my estimate
    restrictions:
      export ban:
        where: {{origin: China}}      # everything that comes from China
        from: {start}              # first month in force
        until: {end}             # last month in force
        approval: 0                # share of the normal take that is let through
        links: true                # also through feed and owners, by each offer's china_link
        price_elsewhere: 1.5       # what everybody else's call does to prices outside

# How much the worst outcomes count: (1 - weight) x expected cost + weight x mean of the worst `tail`.
risk: {{tail: 0.10, weight: 0.5}}

# What you will not accept, for example no country above 70 % of arrivals of any material:
# rules:
#   no single country: {{share: {{of: {{each: origin}}, each: material, at_most: 70 %}}}}

# Your own stock and open orders, from files beside this one:
# opening_stock: ./stock.csv         # name, material, site, quantity, status, own
# open_orders: ./orders.csv          # name, offer, site, quantity, state, date, own
"""


@click.command()
@click.argument("name")
@click.option("--from", "model", default="japan", show_default=True, help="Importer model to extend.")
def command(name: str, model: str) -> None:
    """Write NAME.yaml: a commented scenario that solves."""
    target = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    scenario = load({"extends": model})
    horizon = scenario.horizon.start.first
    text = TEMPLATE.format(
        title=target.stem.replace("_", " "),
        model=model,
        file=target,
        start=f"{horizon.year}-{horizon.month + 4 if horizon.month < 9 else 12:02d}",
        end=f"{horizon.year + 1}-06",
    )
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ScenarioError((Problem(None, str(target), "is there already", "choose another name"),)) from None
    except OSError as error:
        cause = f"cannot be written ({error.strerror})"
        raise ScenarioError((Problem(None, str(target), cause, "choose a folder you may write"),)) from None
    click.echo(f"wrote {target}; solve it with: sourcing solve {target}")
