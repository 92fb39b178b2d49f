"""sourcing schema: the JSON Schema of scenario files."""

import json
from typing import Any

import click

from sourcing.files import TABLES
from sourcing.scenario import Scenario


@click.command()
def command() -> None:
    """The JSON Schema of scenario files, for editors.

    A file says what differs from the model it extends: nothing is required in it, null removes an entry, and some
    mappings may be the path of a table.
    """
    schema = _loose(Scenario.model_json_schema(by_alias=True))
    properties = schema["properties"]
    for key in TABLES:
        properties[key] = {
            "anyOf": [properties[key], {"type": "string", "description": "Path of a .csv or .xlsx#sheet."}]
        }
    properties["extends"] = {"type": "string", "description": "Importer model, or ./file.yaml beside this file."}
    click.echo(json.dumps(schema, indent=1, ensure_ascii=False))


def _loose(part: Any) -> Any:
    """A schema without required keys of Parts, where every field and every entry of a mapping by name may be null."""
    if isinstance(part, list):
        return [_loose(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    quantity = part.get("required") == ["value"]
    loose = {key: _loose(value) for key, value in part.items() if key != "required" or quantity}
    if "properties" in loose and not quantity:
        loose["properties"] = {key: {"anyOf": [value, {"type": "null"}]} for key, value in loose["properties"].items()}
    named = loose.get("additionalProperties")
    if isinstance(named, dict):
        loose["additionalProperties"] = {"anyOf": [named, {"type": "null"}]}
    return loose
