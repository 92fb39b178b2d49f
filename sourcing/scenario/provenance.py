"""Where a number comes from, as known at `as_of`: a row of data/ with citation, date and confidence, or a reason."""

from dataclasses import dataclass

import pandas as pd

from sourcing.errors import DataError
from sourcing.facts import datasets
from sourcing.scenario.known_at import names_later, reason, row_known
from sourcing.scenario.language.base import Quantity

STATED = "stated in the file"


@dataclass(frozen=True)
class Provenance:
    """The row (`table/id` or `table/id.column`), its citation, confidence and date, all blank where there is none; then
    `assumption` says why the number is what it is."""

    row: str = ""
    citation: str = ""
    confidence: str = ""
    as_of: str = ""
    assumption: str = ""


def provenance(number: Quantity | float, as_of: str | None) -> Provenance:
    """Row or assumption behind a number. A row later than `as_of` gives way to the last of its series that is not."""
    row, assumption = (number.row, number.assumption) if isinstance(number, Quantity) else (None, None)
    if row is None:
        return Provenance(assumption=f"assumption: {reason(assumption, as_of)}" if assumption else STATED)
    reference, _, column = row.partition(".")
    table = reference.partition("/")[0]
    try:
        known = _known(reference, as_of)
    except DataError as error:
        return Provenance(assumption=f"{row}: {error.problems[0].cause}")
    if known is None:
        kept = "left out" if table == "prices" else "the number stands as an assumption"
        return Provenance(assumption=f"{table}: not known at {as_of}, {kept}")
    reference_shown = f"{table}/{known['id']}" + (f".{column}" if column else "")
    citation = "a page of a later date" if names_later(known["source"], as_of) else str(known["source"])
    return Provenance(reference_shown, citation, str(known["confidence"]), str(known["as_of"]))


def _known(reference: str, as_of: str | None) -> pd.Series | None:
    row = datasets.row(reference)
    return datasets.last_known(reference, as_of) if as_of and not row_known(reference, as_of) else row


def source(number: Quantity | float, as_of: str | None) -> str:
    """Row, citation, date and confidence of a number in one line, or its assumption."""
    origin = provenance(number, as_of)
    return (
        f"{origin.row}: {origin.citation}, as of {origin.as_of}, {origin.confidence}"
        if origin.row
        else origin.assumption
    )
