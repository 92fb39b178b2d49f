"""Licences in a scenario: what became of applications, and how the importer holds its own."""

from typing import Annotated, Literal

from pydantic import Field

from sourcing.scenario.language.base import Date, Duration, ScenarioPart, Share, constant
from sourcing.units import QuantityKind

Count = Annotated[int, Field(ge=0, le=10**9)]


class CountsSpec(ScenarioPart):
    """Applications filed evenly from the first to the last day, and what had become of them by then."""

    granted: Count
    refused: Count = 0
    pending: Count = 0
    from_: Date = Field(alias="from", description="First day of filing.")
    until: Date = Field(description="Day of the count.")


class ApplicationSpec(ScenarioPart):
    """One application of the importer."""

    filed: Date
    decided: Date | None = Field(None, description="None: still pending.")
    outcome: Literal["granted", "refused", "pending"]


class LicencesSpec(ScenarioPart):
    """A queue for licences: rates of decision from counts or single applications, and what the importer holds."""

    row: str | None = Field(None, description="Row of data/licensing.csv with counts.")
    counts: CountsSpec | None = Field(None, description="Counts of your own.")
    applications: dict[str, ApplicationSpec] = Field({}, description="Single applications.")
    lots: Annotated[int, Field(ge=1, le=100)] = Field(
        1, description="Licences of equal size that cover the normal take, each decided by itself."
    )
    held: Share = Field(constant(0, QuantityKind.SHARE), description="Share of the lots licensed when the plan begins.")
    valid: Duration = Field(constant("6 months", QuantityKind.DURATION), description="How long a licence holds.")
    renewed: Duration = Field(
        constant("0 days", QuantityKind.DURATION), description="How long before its end the next one is filed."
    )
    note: str = ""
