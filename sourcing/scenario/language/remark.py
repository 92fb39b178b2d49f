"""What a reader must know beside the numbers: caveats, and what is left out."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from sourcing.scenario.language.base import Names, ScenarioPart


class Remark(ScenarioPart):
    """A sentence, of the whole importer or of some of its materials."""

    text: str
    about: Names = Field((), description="Materials that it is about; none: of all.")


def _remark(value: Any) -> Any:
    return value if isinstance(value, Mapping | Remark) else {"text": value}


Said = Annotated[
    Remark,
    BeforeValidator(_remark),
    WithJsonSchema({"anyOf": [{"type": "string"}, Remark.model_json_schema()]}),
]
