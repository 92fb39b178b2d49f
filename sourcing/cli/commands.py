"""The commands that there are: a module of this package each, or made of what an analysis declares."""

import importlib
import importlib.util
from pathlib import Path

import click

from sourcing.public_names import PUBLIC_NAMES

PLAN = ("solve", "report")
WITHIN = {"history": "stress --history", "indices": "sweep --indices"}  # analyses that are asked for by another command

_ANALYSES = {name: module for name, module in PUBLIC_NAMES.items() if module.startswith("sourcing.analyses.")}
_MODULES = {path.stem.removesuffix("_command"): path for path in sorted(Path(__file__).parent.glob("*_command.py"))}

SECTIONS = {
    "The plan": PLAN,
    "Questions to a scenario": tuple(sorted(_ANALYSES.keys() - WITHIN.keys())),
    "Scenarios and data": tuple(name for name in _MODULES if name not in PLAN and name not in _ANALYSES),
}
"""Names of the commands by what they are for."""

COMMANDS = tuple(name for names in SECTIONS.values() for name in names)


def help_line(name: str) -> str:
    """What a command does, in a line: the first of the file of its analysis or its module, behind its name."""
    path = _MODULES.get(name)
    if name in _ANALYSES:
        path = Path(__file__).parents[2].joinpath(*_ANALYSES[name].split(".")).with_suffix(".py")
    assert path is not None  # each command has a file
    with path.open(encoding="utf-8") as file:
        line = file.readline().strip().strip('"').partition(": ")[2]
    return line[:1].upper() + line[1:]


def command_named(name: str) -> click.Command:
    """A module of that name has the command; else it is that of the analysis of that name, as this declares it."""
    if name in _MODULES:
        own: click.Command = importlib.import_module(f"sourcing.cli.{name}_command").command
        return own
    analysis = getattr(importlib.import_module(PUBLIC_NAMES[name]), name)
    made: click.Command = importlib.import_module("sourcing.cli.declared_commands").command_for(analysis)
    return made
