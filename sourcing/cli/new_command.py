"""sourcing new: write a commented scenario that solves."""

import json
import os
import re
import shlex
from pathlib import Path

import click

from sourcing.cli.streams import mention
from sourcing.errors import Problem, ScenarioError
from sourcing.pipeline.source import load
from sourcing.scenario import Scenario

TEMPLATE = """\
# What differs from the importer model. Solve it with: sourcing solve {file}
title: {title}
extends: {model}

{size}# The materials the question is about; without this line all of the model (`sourcing check` says what goes).
# scope: {{material: {material}}}

# What may happen. Probabilities are yours to judge and must sum to 1.
futures:
{others}  as now: {{probability: 0.7, author: my estimate}}
  full ban:
    probability: 0.3
    author: my estimate
    restrictions:
      export ban:
        where: {{origin: {origin}}}     # everything that comes from there
        from: {start}             # first month in force
        until: {end}            # last month in force
        approval: 0               # share of the normal take that is let through
        links: true               # also through feed and owners, by each offer's china_link
        price_elsewhere: 1.5      # factor on prices elsewhere, where everybody then calls

# How much the worst outcomes count: (1 - weight) x expected cost + weight x mean of the worst `tail`.
risk: {{tail: 0.10, weight: 0.5}}

# What you will not accept, for example one country with more than 70 % of the arrivals of a material:
# rules:
#   no single country: {{share: {{of: {{each: origin}}, each: material, at_most: 70 %}}}}

# Your own stock and open orders, from files beside this one. Their first column names the line: a name of the model
# (see `sourcing show`) changes its line, another name adds one; yours replace the fair share of the nation's. `own` may
# be left out: what stands in tables beside this file is at your own scale.
# opening_stock: ./stock.csv         # name,material,site,quantity,status,own
# open_orders: ./orders.csv          # name,offer,site,quantity,state,date,own
"""

SIZE = """\
# Your share of the nation's need and of the supply open to it: scales what is inherited from the model. What you type
# here, in tables beside it or with --set is at your own scale.
size: 0.05

"""
"""Left out where the file that is extended states its size already."""


@click.command()
@click.argument("name")
@click.option(
    "--from", "model", default="japan", show_default=True, help="Importer model, or scenario file, to extend."
)
def command(name: str, model: str) -> None:
    """Write NAME.yaml: a commented scenario that solves."""
    target = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    text = _text(target, model, load({"extends": model}))
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ScenarioError((Problem(None, str(target), "is there already", "choose another name"),)) from None
    except (OSError, ValueError) as error:
        cause = f"cannot be written ({getattr(error, 'strerror', None) or error})"
        raise ScenarioError((Problem(None, str(target), cause, "choose a folder you may write"),)) from None
    mention(f"wrote {target}; solve it with: sourcing solve {shlex.quote(str(target))}")


def _text(target: Path, model: str, scenario: Scenario) -> str:
    """The template, with the dates of the model's horizon; its own futures, if it has any, are taken away."""
    first = scenario.horizon.start.first
    countries = {supplier.country for supplier in scenario.suppliers.values()}
    return TEMPLATE.format(
        title=_word(target.stem.replace("_", " ")),
        model=_word(_beside(target, model)),
        file=shlex.quote(str(target)),
        size=SIZE if scenario.size == 1 else "",
        others="".join(f"  {_word(name)}: null\n" for name in scenario.futures if name not in ("as now", "full ban")),
        material=_word(next(iter(scenario.materials))),
        origin="China" if "China" in countries else _word(min(countries)),
        start=f"{first.year}-{min(first.month + 4, 12):02d}",
        end=f"{first.year + 1}-06",
    )


def _beside(target: Path, model: str) -> str:
    """A model by its name; a file by its path from the new one."""
    if "/" not in model and not model.endswith((".yaml", ".yml")):
        return model
    path = Path(os.path.relpath(model, target.parent)).as_posix()
    return path if path.startswith(".") else f"./{path}"


def _word(text: str) -> str:
    """Text as YAML reads it back: plain where that is sure, else in quotes."""
    return (
        text
        if re.fullmatch(r"[A-Za-z./][\w ./-]*", text) and not text.endswith(" ")
        else json.dumps(text, ensure_ascii=False)
    )
