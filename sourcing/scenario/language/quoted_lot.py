"""A lot that somebody offers once: what `quote` is asked about."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from sourcing.errors import Problem, ScenarioError
from sourcing.files import dotted
from sourcing.scenario.language.base import Date, Mass, Price, ScenarioPart
from sourcing.spelling import alike

EXAMPLE = "supplier: trader, material: dysprosium-oxide, volume: 500 kg, price: 900 USD/kg, arrives: 2027-02"


class QuotedLotSpec(ScenarioPart):
    """A lot offered once, delivered to a site, to take as it is or to leave."""

    supplier: str = Field(description="Who offers it; need not be in the file.")
    material: str
    volume: Mass = Field(description="Size of the lot [mass].")
    price: Price = Field(description="Price at the site, freight and duty paid, without tax [money / mass].")
    arrives: Date = Field(description="When it is at the site, or at the border where a restriction reaches it.")
    site: str | None = Field(None, description="Where to; needed if the material is needed at several.")
    from_: str | None = Field(None, alias="from", description="Country of origin; restrictions reach it by that.")
    paid: Date | None = Field(None, description="When it is paid; default on arrival.")


def quoted(stated: Mapping[str, Any]) -> QuotedLotSpec:
    """The lot that a mapping states. Raises ScenarioError with every problem found."""
    try:
        lot = QuotedLotSpec.model_validate(dict(stated))
    except ValidationError as error:
        raise ScenarioError(tuple(_problem(detail) for detail in error.errors())) from None
    if lot.volume.measure.number <= 0:
        raise ScenarioError((Problem(None, "--offer: volume", "the lot is empty", "give its size, such as 500 kg"),))
    return lot


def _problem(detail: ErrorDetails) -> Problem:
    path, context = f"--offer: {dotted(detail['loc'][:1])}", detail.get("ctx", {})
    if detail["type"] == "scenario":
        return Problem(None, path, context["cause"], context["cure"])
    known = [field.alias or name for name, field in QuotedLotSpec.model_fields.items()]
    if detail["type"] == "missing":
        return Problem(None, path, "is missing", f"write for example '{EXAMPLE}'")
    if detail["type"] == "extra_forbidden":
        close = alike(str(detail["loc"][0]), known)
        cure = f"did you mean {close[0]}? keys: {', '.join(known)}" if close else f"keys: {', '.join(known)}"
        return Problem(None, path, "is not known here", cure)
    return Problem(None, path, f"{detail['input']!r} is not text", "write a name")
