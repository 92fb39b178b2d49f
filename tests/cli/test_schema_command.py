"""The JSON Schema is that of a file: every example keeps it, a misspelt key does not."""

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from sourcing.cli import main
from tests.checkout import EXAMPLES


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    out = StringIO()
    with redirect_stdout(out), pytest.raises(SystemExit):
        main(["schema"])
    return Draft202012Validator(json.loads(out.getvalue()))


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_keeps_the_schema(schema: Draft202012Validator, example: Path) -> None:
    value = YAML(typ="safe").load(example.read_text(encoding="utf-8"))
    assert [error.message for error in schema.iter_errors(value)] == []


@pytest.mark.parametrize("wrong", [{"horizn": {}}, {"offers": {"a": {"prise": 1}}}, {"risk": {"tail": "x"}}])
def test_what_is_wrong_does_not(schema: Draft202012Validator, wrong: dict) -> None:
    assert not schema.is_valid(wrong)
