"""sourcing schema."""

import json

import click

from sourcing.scenario import Scenario


@click.command()
def command() -> None:
    """The JSON Schema of scenario files, for editors."""
    schema = Scenario.model_json_schema(by_alias=True)
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "Importer model, or ./file.yaml beside this file.",
    }
    schema["required"] = []
    del schema["$defs"]["Restriction"]["required"]  # a regime, or the file under a future, may say it
    click.echo(json.dumps(schema, indent=1, ensure_ascii=False))
